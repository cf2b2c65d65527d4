"""Mentors and whom they meet: who may be one, what each office is told, how it ends."""

from datetime import date

import pytest

from kessos_case.access.models import User
from kessos_case.alumni import service
from kessos_case.cases.rules import StepState
from kessos_case.cases.service import case_for, change_case
from kessos_case.clients.service import withdraw_consent
from kessos_case.core.errors import Forbidden, Invalid, NotFound, RuleBroken
from kessos_case.core.paging import PageRequest
from kessos_case.graduation import service as graduation
from kessos_case.journey import service as journey
from tests.factories import AMBULU, Make, alumni, cases, casework
from tests.factories import graduation as graduates
from tests.factories.cases import MAGETAN
from workers.runner import run_job

ALL = PageRequest("test", 50)


@pytest.fixture(autouse=True)
def _day(clock):
    clock.set("2026-10-05T03:00:00+00:00")


@pytest.fixture
def worker(make: Make) -> User:
    """Of the UPT that keeps the mentor."""
    return make.caseworker()


@pytest.fixture
def other(make: Make) -> User:
    """Of the UPT that looks for one."""
    return make.caseworker(MAGETAN)


def found(make: Make, by: User, **wanted):
    with make.acting(by) as session:
        return [one.id for one in service.find_mentors(session, wanted, ALL).items]


def seen(make: Make, by: User, mentoring_id):
    with make.acting(by) as session:
        return service.read_mentoring(session, mentoring_id)


def codes(refusal) -> set[str]:
    return {entry["code"] for entry in refusal.value.errors}


def tasks(truth, kind: str, state: str = "open") -> int:
    return truth.one("select count(*) from tasks where kind = :kind and state = :state", kind=kind, state=state)


class TestMentor:
    """Who may be a mentor."""

    def test_a_graduate_with_his_own_consent_becomes_one(self, make: Make, worker):
        mentor = alumni.mentor(make, worker, skills=["Menjahit", "menjahit", "Bordir"])
        assert (mentor.skills, mentor.left, mentor.holds) == (["bordir", "menjahit"], 1, True)
        assert mentor.region_code == AMBULU

    def test_who_has_not_graduated_or_not_agreed_is_told_all_that_is_missing(self, make: Make, worker):
        case = cases.open_case(make, worker)
        with make.acting(worker) as session, pytest.raises(RuleBroken) as refusal:
            service.begin_mentor(session, case.client_id, skills=["las"], free_for=["talk"])
        assert codes(refusal) == {"not_graduated", "consent_missing"}

    def test_a_consent_for_one_office_alone_is_not_enough(self, make: Make, worker):
        case = alumni.graduate(make, worker)
        alumni.allows(make, worker, case.client_id, receiver_organisation_id=worker.organisation_id)
        with make.acting(worker) as session, pytest.raises(RuleBroken) as refusal:
            service.begin_mentor(session, case.client_id, skills=["las"], free_for=["talk"])
        assert codes(refusal) == {"consent_missing"}

    def test_nobody_is_one_twice(self, make: Make, worker):
        case = alumni.graduate(make, worker)
        alumni.mentor(make, worker, case)
        with pytest.raises(RuleBroken) as refusal:
            alumni.mentor(make, worker, case)
        assert codes(refusal) == {"mentor_already"}

    def test_an_unknown_place_is_refused(self, make: Make, worker):
        with pytest.raises(Invalid):
            alumni.mentor(make, worker, region_code="35.99")

    def test_his_office_reaches_him_after_his_case_has_ended(self, make: Make, worker, clock, truth):
        mentor = alumni.mentor(make, worker)
        truth.run("update client_access set valid_until = '2026-10-05T03:00:00Z' where ground <> 'mentoring'")
        clock.move(days=1)
        with make.acting(worker) as session:
            assert service.read_mentor_of(session, mentor.client_id).id == mentor.id
            service.end_mentor(session, mentor.id)
        with make.acting(worker) as session, pytest.raises(NotFound):
            service.read_mentor_of(session, mentor.client_id)

    def test_another_office_does_not_see_him(self, make: Make, worker, other):
        mentor = alumni.mentor(make, worker)
        with make.acting(other) as session, pytest.raises(NotFound):
            service.read_mentor(session, mentor.id)


class TestFinding:
    """GET /mentors: of every UPT, without who they are."""

    def test_a_mentor_of_another_upt_is_found_by_trade_wish_and_place(self, make: Make, worker, other):
        mentor = alumni.mentor(make, worker)
        for wanted in ({}, {"skill": "JAHIT"}, {"free_for": "talk"}, {"region": "35.09"}):
            assert found(make, other, **wanted) == [mentor.id]
        for wanted in ({"skill": "las%"}, {"free_for": "give_job"}, {"region": "35.78"}):
            assert found(make, other, **wanted) == []

    def test_what_is_found_has_no_name_and_no_person(self, make: Make, worker, other):
        mentor = alumni.mentor(make, worker, alumni.graduate(make, worker, name="Sumiati Rahayu"))
        with make.acting(other) as session:
            one = service.find_mentors(session, {}, ALL).items[0]
        told = repr(one)
        assert "Sumiati" not in told
        assert str(mentor.client_id) not in told
        assert one.regency == "Kabupaten Jember"

    def test_the_trail_names_whom_a_search_showed(self, make: Make, worker, other, truth):
        mentor = alumni.mentor(make, worker)
        found(make, other)
        shown = truth.one("select client_ids from audit_entries where resource = 'mentor' and action = 'list'")
        assert shown == [mentor.client_id]

    def test_a_withdrawn_consent_hides_him_before_the_program_comes_round(self, make: Make, worker, other, truth):
        mentor = alumni.mentor(make, worker)
        with make.acting(worker) as session:
            given = truth.one("select id from consents where client_id = :id", id=mentor.client_id)
            withdraw_consent(session, mentor.client_id, given)
        assert found(make, other) == []
        with pytest.raises(Invalid):
            alumni.proposed(make, other, mentor.id)

    def test_a_consent_that_ran_out_hides_him(self, make: Make, worker, other, clock):
        case = alumni.graduate(make, worker)
        alumni.allows(make, worker, case.client_id, expires_on=date(2026, 10, 31))
        with make.acting(worker) as session:
            mentor = service.begin_mentor(session, case.client_id, skills=["las"], free_for=["talk"])
        clock.set("2026-10-31T03:00:00+00:00")
        assert found(make, other) == [mentor.id]
        clock.move(days=1)
        assert found(make, other) == []

    def test_who_needs_help_again_is_not_asked_to_help(self, make: Make, worker, other, clock, truth):
        mentor = alumni.mentor(make, worker)
        clock.move(days=1)
        with make.acting(worker) as session:
            review_id = truth.one("select id from graduation_reviews where client_id = :id", id=mentor.client_id)
            graduation.record_relapse(session, review_id=review_id, kind="street", happened_on=graduates.today())
        assert found(make, other) == []


class TestWhoIsAsked:
    """The caseworker of the person; where there is none, and for the mentor, the desk."""

    def asked(self, truth, client_id) -> list:
        kinds = ("ask_about_mentoring", "meet_mentor", "follow_up_mentoring")
        asked = "select user_id from tasks where client_id = :id and kind = :kind"
        return [(kind, user) for kind in kinds for user in truth.all(asked, id=client_id, kind=kind)]

    def test_the_caseworker_of_the_person_at_every_turn(self, make: Make, worker, other, truth):
        mentor = alumni.mentor(make, worker)
        mentoring = alumni.proposed(make, other, mentor.id)
        alumni.agreed(make, mentoring, other, worker)
        alumni.met(make, mentoring, other)
        kinds = ["ask_about_mentoring", "meet_mentor", "follow_up_mentoring"]
        assert self.asked(truth, mentoring.client.client_id) == [(kind, other.id) for kind in kinds]
        assert self.asked(truth, mentor.client_id) == [("ask_about_mentoring", None)]

    def test_the_desk_where_the_case_has_nobody(self, make: Make, worker, other, truth):
        case = cases.open_case(make, other)
        mentoring = alumni.proposed(make, other, alumni.mentor(make, worker).id, case)
        with make.acting(casework.supervisor_beside(make, other)) as session:
            change_case(session, case_for(session, case.id), {"caseworker_id": None})
        alumni.agreed(make, mentoring, other, worker)
        assert ("meet_mentor", None) in self.asked(truth, case.client_id)

    def test_who_takes_over_a_case_takes_its_own_tasks_and_not_the_mentors(self, make: Make, worker, truth):
        mentor, case = alumni.mentor(make, worker), cases.open_case(make, worker)
        alumni.proposed(make, worker, mentor.id, case)
        colleague = make.caseworker()
        with make.acting(casework.supervisor_beside(make, worker)) as session:
            change_case(session, case_for(session, case.id), {"caseworker_id": colleague.id})
        assert self.asked(truth, case.client_id) == [("ask_about_mentoring", colleague.id)]
        assert self.asked(truth, mentor.client_id) == [("ask_about_mentoring", None)]


class TestMentoring:
    """From the proposal to what became of both."""

    def test_both_offices_are_asked_and_neither_is_told_who_the_other_is(self, make: Make, worker, other, truth):
        mentor = alumni.mentor(make, worker, alumni.graduate(make, worker, name="Sumiati Rahayu"))
        case = cases.open_case(make, other, make.client(other, name="Slamet Wonokusumo").id)
        mentoring = alumni.proposed(make, other, mentor.id, case)
        assert tasks(truth, "ask_about_mentoring") == 2
        mine, theirs = seen(make, worker, mentoring.id), seen(make, other, mentoring.id)
        assert (mine.mentor.name, mine.client.name, mine.client.client_id) == ("Sumiati Rahayu", None, None)
        assert (theirs.client.name, theirs.mentor.name, theirs.mentor.client_id) == ("Slamet Wonokusumo", None, None)

    def test_names_are_told_once_both_agreed_and_no_longer_than_it_goes_on(self, make: Make, worker, other, truth):
        mentor = alumni.mentor(make, worker, alumni.graduate(make, worker, name="Sumiati Rahayu"))
        mentoring = alumni.proposed(make, other, mentor.id)
        alumni.agreed(make, mentoring, other, worker)
        assert seen(make, other, mentoring.id).mentor.name == "Sumiati Rahayu"
        assert seen(make, other, mentoring.id).mentor.client_id is None
        assert (tasks(truth, "ask_about_mentoring"), tasks(truth, "meet_mentor")) == (0, 1)
        with make.acting(other) as session:
            ended = service.end_mentoring(session, mentoring.id, outcome="never_met")
        assert ended.mentor.name is None

    def test_a_restricted_person_stays_without_a_name_at_the_other_office(self, make: Make, worker, other):
        mentor = alumni.mentor(make, worker)
        hidden = make.client(other, name="Rahasia Dilindungi", confidentiality="strict")
        mentoring = alumni.proposed(make, other, mentor.id, cases.open_case(make, other, hidden.id))
        alumni.agreed(make, mentoring, other, worker)
        assert "Rahasia" not in (seen(make, worker, mentoring.id).client.name or "")

    def test_a_name_is_told_only_with_the_consent_of_who_bears_it(self, make: Make, worker, other):
        mentoring = alumni.proposed(make, other, alumni.mentor(make, worker).id)
        with make.acting(other) as session, pytest.raises(RuleBroken) as refusal:
            service.agree(session, mentoring.id, side="client")
        assert codes(refusal) == {"consent_missing"}

    def test_each_office_answers_for_its_own(self, make: Make, worker, other):
        mentoring = alumni.proposed(make, other, alumni.mentor(make, worker).id)
        with make.acting(other) as session, pytest.raises(Forbidden):
            service.agree(session, mentoring.id, side="mentor")
        with make.acting(worker) as session, pytest.raises(Forbidden):
            service.decline(session, mentoring.id, side="client")

    def test_a_third_office_sees_nothing(self, make: Make, worker, other):
        mentoring = alumni.proposed(make, other, alumni.mentor(make, worker).id)
        with make.acting(make.caseworker("PSTW-JOMBANG")) as session, pytest.raises(NotFound):
            service.read_mentoring(session, mentoring.id)

    def test_a_mentor_helps_no_more_at_once_than_he_said(self, make: Make, worker, other):
        mentor = alumni.mentor(make, worker, most_at_once=1)
        first = alumni.proposed(make, other, mentor.id)
        with pytest.raises(RuleBroken) as refusal:
            alumni.proposed(make, other, mentor.id)
        assert codes(refusal) == {"mentor_full"}
        with make.acting(worker) as session:
            service.decline(session, first.id, side="mentor")
        alumni.proposed(make, other, mentor.id)

    def test_the_same_two_are_brought_together_once(self, make: Make, worker, other):
        mentor, case = alumni.mentor(make, worker, most_at_once=3), cases.open_case(make, other)
        alumni.proposed(make, other, mentor.id, case)
        with pytest.raises(RuleBroken) as refusal:
            alumni.proposed(make, other, mentor.id, case)
        assert codes(refusal) == {"running_already"}

    def test_nobody_is_his_own_mentor(self, make: Make, worker):
        case = alumni.graduate(make, worker)
        with pytest.raises(RuleBroken) as refusal:
            alumni.proposed(make, worker, alumni.mentor(make, worker, case).id, case)
        assert codes(refusal) == {"same_person"}

    def test_one_office_may_keep_both(self, make: Make, worker):
        mentoring = alumni.proposed(make, worker, alumni.mentor(make, worker).id)
        assert alumni.agreed(make, mentoring, worker, worker).state == "agreed"

    def test_a_meeting_on_the_day_and_what_became_of_both(self, make: Make, worker, other, truth):
        mentoring = alumni.proposed(make, other, alumni.mentor(make, worker).id)
        alumni.agreed(make, mentoring, other, worker)
        assert alumni.met(make, mentoring, other).first_met_on == graduates.today()
        assert tasks(truth, "follow_up_mentoring") == 1
        with make.acting(other) as session:
            ended = service.end_mentoring(session, mentoring.id, outcome="work_found", mentor_outcome="helped")
        assert (ended.state, ended.outcome, ended.mentor_outcome) == ("ended", "work_found", "helped")
        assert tasks(truth, "follow_up_mentoring") == 0

    def test_who_proposed_is_told_that_it_comes_to_nothing(self, make: Make, worker, other, truth):
        mentoring = alumni.proposed(make, other, alumni.mentor(make, worker).id)
        with make.acting(worker) as session:
            service.decline(session, mentoring.id, side="mentor")
        assert truth.all("select user_id from notifications where kind = 'mentoring_ended'") == [other.id]


class TestStep:
    """The step of the plan "meet a mentor"."""

    @pytest.fixture
    def plan(self, make: Make, other):
        case = cases.open_case(make, other)
        step = casework.step(other.organisation_id, kind="mentor", text="Bertemu penjahit")
        return case, casework.approved_plan(make, other, case.id, casework.goal(step))

    def state(self, make: Make, by, plan) -> tuple[str, str | None]:
        step = casework.seen_plan(make, by, plan.id).goals[0].steps[0]
        return step.state, step.reason

    def test_it_starts_with_the_proposal_and_is_done_when_they_met(self, make: Make, worker, other, plan):
        case, version = plan
        step_id = version.goals[0].steps[0].id
        mentoring = alumni.proposed(make, other, alumni.mentor(make, worker).id, case, plan_step_id=step_id)
        assert self.state(make, other, version)[0] == StepState.IN_PROGRESS
        alumni.agreed(make, mentoring, other, worker)
        alumni.met(make, mentoring, worker)
        assert self.state(make, other, version)[0] == StepState.DONE

    def test_it_is_open_again_when_the_mentor_does_not_want_to(self, make: Make, worker, other, plan):
        case, version = plan
        step_id = version.goals[0].steps[0].id
        mentoring = alumni.proposed(make, other, alumni.mentor(make, worker).id, case, plan_step_id=step_id)
        with make.acting(worker) as session:
            service.decline(session, mentoring.id, side="mentor")
        assert self.state(make, other, version) == (StepState.OPEN, "declined")

    def test_whoever_met_somebody_else_ticks_it_off_by_hand(self, make: Make, other, plan):
        _case, version = plan
        assert casework.ended_step(make, other, version.goals[0].steps[0].id).state == StepState.DONE

    def test_a_step_that_goes_on_with_a_mentor_is_not_ticked_off(self, make: Make, worker, other, plan):
        case, version = plan
        step_id = version.goals[0].steps[0].id
        alumni.proposed(make, other, alumni.mentor(make, worker).id, case, plan_step_id=step_id)
        with pytest.raises(RuleBroken) as refusal:
            casework.ended_step(make, other, step_id)
        assert codes(refusal) == {"closes_with_link"}

    def test_a_step_of_another_kind_does_not_go_on_with_a_mentor(self, make: Make, worker, other):
        case = cases.open_case(make, other)
        version = casework.approved_plan(make, other, case.id)
        with pytest.raises(Invalid):
            alumni.proposed(
                make, other, alumni.mentor(make, worker).id, case, plan_step_id=version.goals[0].steps[0].id
            )


class TestEnding:
    """What ends by itself."""

    @pytest.fixture
    def mentoring(self, make: Make, worker, other):
        mentor = alumni.mentor(make, worker)
        made = alumni.proposed(make, other, mentor.id)
        return alumni.agreed(make, made, other, worker)

    def ended(self, make: Make, by, mentoring):
        card = seen(make, by, mentoring.id)
        return card.state, card.outcome

    def test_a_mentor_who_takes_his_consent_back_is_one_no_more(self, make: Make, worker, mentoring, truth):
        person = mentoring.mentor.client_id
        with make.acting(worker) as session:
            given = truth.one("select id from consents where client_id = :id", id=person)
            withdraw_consent(session, person, given)
        # Nobody is told a name any more, before anything else has happened.
        assert seen(make, worker, mentoring.id).client.name is None
        assert run_job(truth.one("select id from jobs where name = 'alumni.let_go'"))
        assert self.ended(make, worker, mentoring) == ("ended", "consent_withdrawn")
        with make.acting(worker) as session:
            assert service.read_mentor_of(session, person).until_on == graduates.today()

    def test_a_person_who_takes_his_consent_back(self, make: Make, worker, other, mentoring, truth):
        person = seen(make, other, mentoring.id).client.client_id
        with make.acting(other) as session:
            withdraw_consent(session, person, truth.one("select id from consents where client_id = :id", id=person))
        assert run_job(truth.one("select id from jobs where name = 'alumni.let_go'"))
        assert self.ended(make, other, mentoring) == ("ended", "consent_withdrawn")
        with make.acting(worker) as session:
            assert service.read_mentor(session, mentoring.mentor_id).holds

    @pytest.mark.parametrize("side", ["mentor", "client"])
    def test_the_death_of_either(self, make: Make, worker, other, mentoring, side: str):
        by = worker if side == "mentor" else other
        person = seen(make, by, mentoring.id).parties[side].client_id
        with make.acting(by) as session:
            journey.record_death(session, person, died_on=graduates.today())
        assert self.ended(make, other, mentoring) == ("ended", "deceased")

    def test_a_case_that_is_closed(self, make: Make, other, mentoring):
        case_id = seen(make, other, mentoring.id).client.case_id
        with make.acting(make.user("supervisor", organisation=MAGETAN)) as session:
            journey.move_case(session, case_id, verb="close", reason="own_wish", note="Pindah ke luar pulau.")
        assert self.ended(make, other, mentoring) == ("ended", "case_closed")

    def test_a_mentor_who_stops(self, make: Make, worker, other, mentoring):
        with make.acting(worker) as session:
            service.end_mentor(session, mentoring.mentor_id)
            service.end_mentor(session, mentoring.mentor_id)
        assert self.ended(make, other, mentoring) == ("ended", "stopped")

    def test_the_night_ends_what_ran_out_and_once(self, make: Make, worker, mentoring, truth, clock):
        truth.run("update consents set expires_on = '2026-10-10'")
        clock.set("2026-10-11T03:00:00+00:00")
        with make.acting(worker) as session:
            assert service.let_go(session) == {"mentors_ended": 1}
            assert service.let_go(session) == {}
        assert self.ended(make, worker, mentoring) == ("ended", "consent_withdrawn")


class TestOutcomes:
    """What became of them, counted."""

    def test_small_figures_are_not_told(self, make: Make, worker, other):
        mentor = alumni.mentor(make, worker, most_at_once=10)
        for outcome in ["helped"] * 6 + ["work_found"]:
            mentoring = alumni.proposed(make, other, mentor.id)
            alumni.agreed(make, mentoring, other, worker)
            alumni.met(make, mentoring, other)
            with make.acting(other) as session:
                service.end_mentoring(session, mentoring.id, outcome=outcome, mentor_outcome="helped")
        with make.acting(worker) as session:
            told = service.outcomes(session)
        # With the sum beside it the small figure would follow from the large one.
        assert told.by_outcome == {"helped": None, "work_found": None}
        assert told.total == 7
