"""Conferences to come and what they decide: planned, moved, called off; guests by link; decisions that become steps."""

from datetime import date

import pytest
import sqlalchemy as sa

from kessos_case.cases import service as cases
from kessos_case.cases.rules.conferences import MOST_GUESTS, names_somebody, why_over
from kessos_case.cases.service import (
    conference_calls,
    conference_decisions,
    conference_guests,
    guest_links,
    planning,
    steps,
)
from kessos_case.core import db
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken, TooManyRequests
from kessos_case.core.ids import random_token
from kessos_case.core.settings import settings
from kessos_case.journey import service as journey
from tests.factories import Make, casework, fresh_id
from tests.factories import cases as c
from tests.factories import notes as n
from tests.factories.casework import in_days

pytestmark = pytest.mark.usefixtures("clock")

TASKS = "select state from tasks where kind = 'take_up_decision'"


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return c.open_case(make, worker, make.client(worker, name="Siti Aminah").id)


def invited(token: str, address: str = "203.0.113.9"):
    with db.transaction(db.nobody()) as session:
        return guest_links.open_invitation(session, token, address)


def answered(token: str, answer: str = "comes", *, version: int = 1, said: str | None = None):
    with db.transaction(db.nobody()) as session:
        return guest_links.answer_invitation(session, token, "203.0.113.9", answer=answer, said=said, version=version)


def said_himself(make: Make, by, call_id, answer: str = "comes", *, version: int = 1, said: str | None = None):
    with make.acting(by) as session:
        return conference_guests.answer_call(session, call_id, answer=answer, version=version, said=said)


def seen_call(make: Make, by, call_id):
    with make.acting(by) as session:
        return conference_calls.read_call(session, call_id)


def cancelled(make: Make, by, call_id):
    with make.acting(by) as session:
        return conference_calls.cancel_call(session, call_id)


def moved(make: Make, by, call_id, **stated):
    with make.acting(by) as session:
        call = conference_calls.call_for(session, call_id, lock=True)
        return conference_calls.change_call(session, call, **conference_calls.call_as_stated(session, call) | stated)


def taken_up(make: Make, by, decision_id):
    with make.acting(by) as session:
        return conference_decisions.take_up_decision(session, decision_id)


def let_go(make: Make, by, decision_id, reason: str = "own_wish"):
    with make.acting(by) as session:
        return conference_decisions.let_go_decision(session, decision_id, reason=reason)


class TestRules:
    @pytest.mark.parametrize(
        ("text", "tells"),
        [
            ("Bahas SITI", True),
            ("pelatihan untuk aminah.", True),
            ("NIK 3509 1241 0190 0001", True),
            ("350912410190000", False),
            ("Pelatihan dan tempat tinggal", False),
            ("Sitizen dan aminahan", False),
            ("bu Ti", False),
        ],
    )
    def test_what_tells_who_it_is(self, text, tells):
        assert names_somebody(text, ["Siti Aminah", None, "Ti"]) is tells

    def test_why_a_link_opens_nothing(self):
        now, later = n.at_nine(0), n.at_nine(1)
        assert why_over("planned", None, later, now) is None
        assert why_over("planned", None, now, now) == "expired"
        assert why_over("cancelled", None, later, now) == "cancelled"
        assert why_over("held", None, later, now) == "held"
        assert why_over("cancelled", now, later, now) == "revoked"


class TestPlanning:
    def test_one_is_planned_at_a_time(self, make: Make, worker, case):
        call = n.call(make, worker, case.id)
        with pytest.raises(Conflict) as error:
            n.call(make, worker, case.id)
        assert error.value.code == "call_planned"
        cancelled(make, worker, call.id)
        assert n.call(make, worker, case.id).is_planned

    def test_guests_are_not_told_who_it_is_about(self, make: Make, worker, case):
        with pytest.raises(Invalid) as error:
            n.call(make, worker, case.id, agenda="Tempat tinggal Bu Siti", place="Rumah Aminah")
        assert [entry["field"] for entry in error.value.errors] == ["place", "agenda"]

    def test_it_lies_ahead(self, make: Make, worker, case):
        with pytest.raises(Invalid):
            n.call(make, worker, case.id, planned_at=n.at_nine(-1))

    def test_colleagues_who_reach_the_case_are_told(self, make: Make, worker, case, truth):
        colleague, leader = make.caseworker(), c.supervisor(make)
        call = n.call(make, worker, case.id, invite=[colleague.id, leader.id])
        told = truth.all("select user_id from notifications where kind = 'conference_called'")
        assert set(told) == {colleague.id, leader.id}
        moved(make, worker, call.id, planned_at=n.at_nine(8))
        assert truth.one("select count(*) from notifications where kind = 'conference_called'") == 4
        cancelled(make, worker, call.id)
        assert truth.one("select count(*) from notifications where kind = 'conference_called' and read_at is null") == 0
        assert truth.one("select count(*) from notifications where kind = 'conference_cancelled'") == 2

    @pytest.mark.parametrize("role", ["triage", "tksk", "partner"])
    def test_whoever_does_not_reach_the_case_is_asked_by_a_link(self, make: Make, worker, case, role, truth):
        for stranger in (make.user(role), make.caseworker(c.MAGETAN)):
            with pytest.raises(Invalid) as error:
                n.call(make, worker, case.id, invite=[stranger.id])
            assert error.value.errors[0]["code"] == "beyond_reach"
        assert truth.one("select count(*) from notifications where kind = 'conference_called'") == 0

    def test_another_office_finds_none(self, make: Make, worker, case):
        call = n.call(make, worker, case.id)
        with pytest.raises(NotFound):
            seen_call(make, make.caseworker(c.MAGETAN), call.id)

    def test_a_case_that_has_ended_is_not_met_about(self, make: Make, worker, case, truth):
        truth.run(
            "update cases set stage = 'closed', close_reason = 'moved', closed_at = now() where id = :id", id=case.id
        )
        with pytest.raises(Conflict):
            n.call(make, worker, case.id)


class TestGuests:
    def test_only_the_hash_of_a_link_is_kept(self, make: Make, worker, case, truth):
        made = n.guest(make, worker, n.call(make, worker, case.id).id)
        row = str(truth.run("select * from conference_guests").one())
        assert made.token not in row and "Pak RT" not in row

    def test_a_guest_reads_when_where_and_about_what_and_no_name(self, make: Make, worker, case, truth):
        call = n.call(make, worker, case.id)
        made = n.guest(make, worker, call.id)
        found = invited(made.token)
        assert (found.place, found.agenda) == ("Balai Desa Ambulu", "Pelatihan dan tempat tinggal")
        assert "Siti" not in str(found) and str(case.client_id) not in str(found)
        guest = seen_call(make, worker, call.id).guests[0]
        assert guest.opened_at and guest.answer is None, "a look is no answer"

    def test_the_last_answer_counts(self, make: Make, worker, case, truth):
        call = n.call(make, worker, case.id)
        made = n.guest(make, worker, call.id)
        answered(made.token, "comes")
        answered(made.token, "cannot", said="Sedang di luar kota")
        guest = seen_call(make, worker, call.id).guests[0]
        assert (guest.answer, guest.said, guest.name) == ("cannot", "Sedang di luar kota", "Pak RT")
        assert b"luar kota" not in truth.one("select said_sealed from conference_guests")

    def test_on_another_time_everybody_is_asked_again(self, make: Make, worker, case):
        call = n.call(make, worker, case.id)
        made = n.guest(make, worker, call.id)
        answered(made.token, said="Ya")
        moved(make, worker, call.id, planned_at=n.at_nine(9))
        with pytest.raises(Conflict):
            answered(made.token, version=1)
        found = invited(made.token)
        assert (found.planned_at, found.answer, found.said) == (n.at_nine(9), None, None)
        assert answered(made.token, version=found.version).answer == "comes"

    def test_worded_anew_the_answers_stay(self, make: Make, worker, case):
        call = n.call(make, worker, case.id)
        made = n.guest(make, worker, call.id)
        answered(made.token)
        moved(make, worker, call.id, place="Kantor Kecamatan")
        assert invited(made.token).answer == "comes"

    def test_a_dead_link_says_why(self, make: Make, worker, case, clock):
        call = n.call(make, worker, case.id)
        first, second = n.guest(make, worker, call.id), n.guest(make, worker, call.id)
        with make.acting(worker) as session:
            conference_guests.revoke_guest(session, call.id, first.id)
        assert why(first.token) == "revoked"
        assert why("x" * 43) == "unknown"
        clock.move(days=7)
        assert why(second.token) == "expired"

    def test_a_guest_of_what_was_called_off_reads_so(self, make: Make, worker, case):
        call = n.call(make, worker, case.id)
        made = n.guest(make, worker, call.id)
        cancelled(make, worker, call.id)
        assert why(made.token) == "cancelled"
        with pytest.raises(Conflict):
            n.guest(make, worker, call.id)

    def test_after_erasure_nothing_opens(self, make: Make, worker, case, truth):
        made = n.guest(make, worker, n.call(make, worker, case.id).id)
        truth.run("update clients set data_key = null where id = :id", id=case.client_id)
        assert why(made.token) == "over"

    def test_an_address_that_guesses_must_wait(self, make: Make, worker, case, monkeypatch):
        monkeypatch.setenv("KESSOS_SIGN_IN_TRIES_ADDRESS", "3")
        settings.cache_clear()
        address = f"2001:db8::{random_token(2).encode().hex()}"
        made = n.guest(make, worker, n.call(make, worker, case.id).id)
        for _ in range(3):
            with pytest.raises(guest_links.DeadGuestLink):
                invited(random_token(), address)
        with pytest.raises(TooManyRequests):
            invited(made.token, address)
        assert invited(made.token, f"{address}9").place, "another address goes in"
        settings.cache_clear()

    def test_there_is_an_end_of_guests(self, make: Make, worker, case):
        call = n.call(make, worker, case.id)
        for _ in range(MOST_GUESTS):
            n.guest(make, worker, call.id)
        with pytest.raises(Conflict):
            n.guest(make, worker, call.id)

    def test_a_visitor_sees_no_row_by_himself(self, make: Make, worker, case):
        n.guest(make, worker, n.call(make, worker, case.id).id)
        with db.transaction(db.nobody()) as session:
            assert session.scalar(sa.text("select count(*) from conference_guests")) == 0

    def test_nobody_of_the_office_answers_for_a_guest(self, make: Make, worker, case):
        n.guest(make, worker, n.call(make, worker, case.id).id)
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), make.acting(worker) as session:
            session.execute(sa.text("update conference_guests set answer = 'comes', answered_at = now()"))


class TestColleagues:
    """Who has an account answers for himself, and nobody for him."""

    @pytest.fixture
    def colleague(self, make: Make):
        return make.caseworker()

    @pytest.fixture
    def call(self, make: Make, worker, case, colleague):
        return n.call(make, worker, case.id, invite=[colleague.id])

    def test_the_last_answer_counts(self, make: Make, worker, colleague, call, truth):
        said_himself(make, colleague, call.id)
        said_himself(make, colleague, call.id, "cannot", said="Sedang dinas luar")
        guest = seen_call(make, worker, call.id).guests[0]
        assert (guest.user_id, guest.answer, guest.said) == (colleague.id, "cannot", "Sedang dinas luar")
        assert b"dinas luar" not in truth.one("select said_sealed from conference_guests")
        looked = "select user_id from audit_entries where action = 'answer' and resource = 'conference_call'"
        assert truth.all(looked) == [colleague.id, colleague.id]

    def test_who_was_not_asked_answers_nothing(self, make: Make, worker, call):
        for other in (worker, c.supervisor(make), make.caseworker(c.MAGETAN)):
            with pytest.raises(NotFound):
                said_himself(make, other, call.id)

    def test_moved_it_is_asked_again(self, make: Make, worker, colleague, call):
        said_himself(make, colleague, call.id)
        version = moved(make, worker, call.id, planned_at=n.at_nine(8)).version
        assert seen_call(make, worker, call.id).guests[0].answer is None
        with pytest.raises(Conflict) as error:
            said_himself(make, colleague, call.id, version=1)
        assert error.value.code == "changed"
        assert said_himself(make, colleague, call.id, version=version).guests[0].answer == "comes"

    def test_what_is_over_is_answered_no_more(self, make: Make, worker, case, colleague, call, clock):
        cancelled(make, worker, call.id)
        other = n.call(make, worker, case.id, invite=[colleague.id])
        clock.move(days=8)
        for gone in (call, other):
            with pytest.raises(Conflict) as error:
                said_himself(make, colleague, gone.id)
            assert error.value.code == "call_over"

    def test_after_erasure_nothing_is_said(self, make: Make, colleague, case, call, truth):
        truth.run("update clients set data_key = null where id = :id", id=case.client_id)
        with pytest.raises(Conflict):
            said_himself(make, colleague, call.id, said="Ya")


def why(token: str) -> str:
    with pytest.raises(guest_links.DeadGuestLink) as error:
        invited(token)
    return error.value.why


class TestHolding:
    def test_what_was_planned_is_held(self, make: Make, worker, case, clock):
        call = n.call(make, worker, case.id)
        made = n.guest(make, worker, call.id)
        clock.move(days=7)
        held = n.conference(make, worker, case.id, call_id=call.id)
        found = seen_call(make, worker, call.id)
        assert (found.state, found.conference_id) == ("held", held.id)
        assert why(made.token) == "held"
        with pytest.raises(Conflict):
            n.conference(make, worker, case.id, call_id=call.id)

    def test_a_plan_of_another_case_is_not_held_here(self, make: Make, worker, case):
        other = n.call(make, worker, c.open_case(make, worker).id)
        for call_id in (other.id, fresh_id()):
            with pytest.raises(Invalid):
                n.conference(make, worker, case.id, call_id=call_id)

    def test_something_was_decided(self, make: Make, worker, case):
        with pytest.raises(Invalid), make.acting(worker) as session:
            there = [{"organisation_id": worker.organisation_id, "part": "client"}]
            cases.record_conference(session, case.id, held_on=in_days(0), attendees=there)

    @pytest.mark.parametrize("wrong", [{"domain": "magic"}, {"due_on": date(2026, 3, 1)},
                                       {"responsible_organisation_id": fresh_id()}])  # fmt: skip
    def test_a_decision_that_cannot_be_is_refused(self, make: Make, worker, case, wrong):
        with pytest.raises(Invalid) as error:
            n.conference(make, worker, case.id, n.agreed(worker), n.agreed(worker, **wrong))
        assert [entry["field"] for entry in error.value.errors] == [f"agreed.1.{next(iter(wrong))}"]


class TestDecisions:
    def test_each_becomes_a_step_and_then_nobody_is_asked(self, make: Make, worker, case, truth):
        held = n.conference(make, worker, case.id, n.agreed(worker), n.agreed(worker, text="Urus KTP"))
        assert truth.all(TASKS) == ["open"]
        first, second = (one.id for one in held.agreed)
        plan_id = taken_up(make, worker, first).plan_id
        assert truth.all(TASKS) == ["open"]
        assert taken_up(make, worker, second).plan_id == plan_id
        assert truth.all(TASKS) == ["done"]
        plan = casework.seen_plan(make, worker, plan_id)
        assert [step.text for goal in plan.goals for step in goal.steps] == ["Daftar kursus", "Urus KTP"]
        assert plan.state == "draft"

    def test_what_was_decided_closes_with_its_own_room(self, make: Make, worker, case, truth):
        """A course that was decided is no step to be ticked off by hand: it is done when the course is."""
        decision = n.conference(make, worker, case.id, n.agreed(worker, kind="course")).agreed[0]
        assert decision.kind == "course"
        plan = casework.seen_plan(make, worker, taken_up(make, worker, decision.id).plan_id)
        with make.acting(worker) as session:
            planning.propose_plan(session, plan.id)
        casework.decided(make, c.supervisor(make), plan.id)
        step = plan.goals[0].steps[0]
        assert step.kind == "course"
        with make.acting(worker) as session, pytest.raises(RuleBroken) as refused:
            steps.end_step(session, step.id, state="done")
        assert {entry["code"] for entry in refused.value.errors} >= {"closes_with_link"}

    def test_twice_is_once(self, make: Make, worker, case, truth):
        decision = n.conference(make, worker, case.id).agreed[0]
        assert taken_up(make, worker, decision.id) == taken_up(make, worker, decision.id)
        assert truth.one("select count(*) from plan_steps") == 1

    def test_one_is_let_go_for_a_reason(self, make: Make, worker, case, truth):
        decision = n.conference(make, worker, case.id).agreed[0]
        assert let_go(make, worker, decision.id).let_go_reason == "own_wish"
        assert truth.all(TASKS) == ["done"]
        for again in (
            lambda: taken_up(make, worker, decision.id),
            lambda: let_go(make, worker, decision.id, "mistake"),
        ):
            with pytest.raises(Conflict):
                again()

    def test_while_a_version_waits_nothing_is_put_in(self, make: Make, worker, case, truth):
        casework.plan(make, worker, case.id)
        decision = n.conference(make, worker, case.id).agreed[0]
        with pytest.raises(Conflict) as error:
            taken_up(make, worker, decision.id)
        assert error.value.code == "undecided"
        assert truth.all(TASKS) == ["open"]

    def test_a_supervisor_takes_nothing_up(self, make: Make, worker, case):
        decision = n.conference(make, worker, case.id).agreed[0]
        with pytest.raises(Forbidden):
            taken_up(make, c.supervisor(make), decision.id)
        with pytest.raises(NotFound):
            taken_up(make, make.caseworker(c.MAGETAN), decision.id)

    def test_the_old_words_stay_readable(self, make: Make, worker, case):
        n.conference(make, worker, case.id, decisions="Ikut pelatihan", agreed=[])
        with make.acting(worker) as session:
            found = cases.conferences_of(session, case.id)[0]
        assert (found.decisions, found.agreed) == ("Ikut pelatihan", [])


class TestTheEnd:
    def test_a_closed_case_calls_off_what_is_planned_and_asks_again_when_it_goes_on(
        self, make: Make, worker, case, truth
    ):
        leader, call = c.supervisor(make), n.call(make, worker, case.id)
        made = n.guest(make, worker, call.id)
        n.conference(make, worker, case.id)
        closed = c.move_case(make, leader, case, "close", reason="own_wish")
        assert why(made.token) == "cancelled"
        assert truth.all(TASKS) == ["cancelled"]
        c.move_case(make, leader, closed, "reopen", reason="mistake")
        assert truth.all(TASKS) == ["open"]

    def test_a_death_calls_it_off(self, make: Make, worker, case, truth):
        colleague, call = make.caseworker(), n.call(make, worker, case.id, invite=[])
        made = n.guest(make, worker, call.id)
        n.conference(make, worker, case.id)
        with make.acting(colleague) as session:
            journey.record_death(session, case.client_id, died_on=in_days(0))
        assert truth.all("select state from conference_calls") == ["cancelled"]
        assert why(made.token) == "cancelled"
        assert truth.all(TASKS) == ["cancelled"]

    def test_a_person_who_goes_to_another_upt(self, make: Make, worker, case, truth):
        n.call(make, worker, case.id)
        transfer = c.offer_transfer(make, c.supervisor(make), case)
        with make.acting(c.supervisor(make, c.MAGETAN)) as session:
            cases.accept_transfer(session, transfer.id)
        assert truth.all("select state from conference_calls") == ["cancelled"]
