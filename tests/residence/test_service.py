"""Beds, stays and the line: what is refused and why, what each verb leaves behind, and what the next UPT is not told."""

from datetime import timedelta

import pytest

from kessos_case.core import db
from kessos_case.core.clock import now
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken
from kessos_case.residence import service
from tests.conftest import Clock, Truth
from tests.factories import Make
from tests.factories.cases import MAGETAN, open_case
from tests.factories.casework import in_days, supervisor_beside
from tests.factories.residence import discharged, stay, wait, ward

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def leader(make: Make, worker):
    return supervisor_beside(make, worker)


def man(make: Make, worker):
    return open_case(make, worker, client_id=make.client(worker, sex="L").id)


def tasks(truth: Truth, kind: str) -> list:
    return truth.all("select state from tasks where kind = :kind order by created_at, id", kind=kind)


def taken(truth: Truth, found) -> int:
    return truth.one("select taken from wards where id = :id", id=found.id)


def codes(refused) -> set[str]:
    return {entry["code"] for entry in refused.value.errors}


class TestWards:
    """Rooms are ordered by the supervisor, and nobody is put out of a bed by it."""

    def test_a_caseworker_orders_no_rooms(self, make, worker):
        with make.acting(worker) as session, pytest.raises(Forbidden):
            service.add_ward(session, worker.organisation_id, name="Mawar", sex="P", beds=4)

    def test_another_upt_sees_no_rooms_here(self, make, worker):
        found = ward(make, worker)
        stranger = make.user("supervisor", organisation=MAGETAN)
        with make.acting(stranger) as session:
            with pytest.raises(NotFound):
                service.ward_for(session, found.id)
            with pytest.raises(NotFound):
                service.add_ward(session, worker.organisation_id, name="Melati", sex="P", beds=4)

    def test_fewer_beds_than_are_taken_are_refused_with_both_numbers(self, make, worker, leader):
        found = ward(make, worker, beds=3)
        stay(make, worker, found)
        stay(make, worker, found)
        with make.acting(leader) as session, pytest.raises(Conflict) as refused:
            service.change_ward(session, service.ward_for(session, found.id, lock=True), {"beds": 1})
        assert refused.value.code == "beds_in_use"
        assert (refused.value.errors[0]["taken"], "2 beds are taken, 1" in refused.value.errors[0]["detail"]) == (
            2,
            True,
        )

    @pytest.mark.parametrize("change", [{"is_active": False}, {"sex": "L"}])
    def test_a_ward_where_somebody_sleeps_stays_what_it_is(self, make, worker, leader, change):
        found = ward(make, worker)
        stay(make, worker, found)
        with make.acting(leader) as session, pytest.raises(Conflict) as refused:
            service.change_ward(session, service.ward_for(session, found.id, lock=True), change)
        assert refused.value.errors[0]["field"] == next(iter(change))

    def test_two_wards_have_no_name_together(self, make, worker):
        ward(make, worker, name="Mawar")
        with pytest.raises(Conflict) as refused:
            ward(make, worker, name="Mawar")
        assert refused.value.code == "name_taken"

    def test_how_many_beds_there_were_is_kept_by_day(self, make, worker, leader, clock: Clock, truth: Truth):
        found = ward(make, worker, beds=4)
        clock.move(days=3)
        with make.acting(leader) as session:
            service.change_ward(session, service.ward_for(session, found.id, lock=True), {"beds": 6})
            service.change_ward(session, service.ward_for(session, found.id, lock=True), {"is_active": False})
        assert truth.all("select since_on, beds from ward_beds where ward_id = :id order by 1", id=found.id) == [
            (in_days(-3), 4), (in_days(0), 0),
        ]  # fmt: skip


class TestTerms:
    """How long people are meant to stay."""

    def test_a_upt_begins_with_the_lengths_of_its_kind(self, make, worker):
        with make.acting(worker) as session:
            found = service.read_terms(session, worker.organisation_id)
        assert (found.planned_days, found.version, found.is_own) == (36_500, 0, False)
        assert found.reason

    def test_its_supervisor_sets_others_and_who_lives_there_keeps_what_was_planned(self, make, worker, leader):
        mawar = ward(make, worker)
        before = stay(make, worker, mawar)
        with make.acting(leader) as session:
            service.set_terms(session, leader.organisation_id, planned_days=100, review_every_days=14)
            changed = service.set_terms(session, leader.organisation_id, planned_days=90, review_every_days=14)
        assert (changed.planned_days, changed.version, changed.is_own) == (90, 2, True)
        after = stay(make, worker, mawar)
        assert (after.first_planned_until, after.review_on) == (in_days(90), in_days(14))
        with make.acting(worker) as session:
            assert service.read_stay(session, before.id).planned_until == before.planned_until

    def test_a_caseworker_does_not(self, make, worker):
        with make.acting(worker) as session, pytest.raises(Forbidden):
            service.set_terms(session, worker.organisation_id, planned_days=90, review_every_days=14)


class TestAdmission:
    """A bed that suits, in one's turn."""

    def test_the_bed_is_counted_and_the_person_told_of(self, make, worker, truth: Truth):
        mawar = ward(make, worker)
        made = stay(make, worker, mawar)
        assert (made.ward_name, made.days, taken(truth, mawar)) == (mawar.name, 1, 1)
        assert [event.kind for event in made.events] == ["admitted"]
        told = "select kind from timeline_entries where client_id = :id and kind like 'stay%'"
        assert truth.all(told, id=made.client_id) == ["stay_admitted"]

    def test_no_bed_is_left(self, make, worker, truth: Truth):
        mawar = ward(make, worker, beds=1)
        stay(make, worker, mawar)
        with pytest.raises(Conflict) as refused:
            stay(make, worker, mawar)
        assert (refused.value.code, taken(truth, mawar)) == ("ward_full", 1)

    def test_a_closed_ward_takes_nobody(self, make, worker, leader):
        mawar = ward(make, worker)
        with make.acting(leader) as session:
            service.change_ward(session, service.ward_for(session, mawar.id, lock=True), {"is_active": False})
        with pytest.raises(Conflict) as refused:
            stay(make, worker, mawar)
        assert refused.value.code == "ward_full"

    def test_a_man_does_not_sleep_among_women(self, make, worker):
        with pytest.raises(RuleBroken) as refused:
            stay(make, worker, ward(make, worker), man(make, worker), reason="Tidak ada tempat lain.")
        assert codes(refused) == {"wrong_sex"}

    def test_somebody_whose_sex_nobody_knows_only_for_a_reason(self, make, worker):
        stranger = open_case(
            make, worker, client_id=make.client(worker, name=None, temporary_label="X", sex="unknown").id
        )
        mawar = ward(make, worker)
        with pytest.raises(RuleBroken) as refused:
            stay(make, worker, mawar, stranger)
        assert codes(refused) == {"sex_unknown"}
        made = stay(make, worker, mawar, stranger, reason="Ia menyebut dirinya ibu.")
        assert made.events[0].note == "Ia menyebut dirinya ibu."

    def test_nobody_has_two_beds_here(self, make, worker, truth: Truth):
        mawar, case = ward(make, worker), open_case(make, worker)
        stay(make, worker, mawar, case)
        with pytest.raises(Conflict) as refused:
            stay(make, worker, mawar, case)
        assert (refused.value.code, taken(truth, mawar)) == ("in_a_bed", 1)

    def test_nor_at_another_upt_whose_name_is_not_told(self, make, worker):
        case = open_case(make, worker)
        stay(make, worker, ward(make, worker), case)
        other = make.caseworker(MAGETAN)
        with db.transaction(db.system("test")) as session:
            from kessos_case.clients.service import give_access

            give_access(session, case.client_id, "case", organisation_id=other.organisation_id)
        there = open_case(make, other, client_id=case.client_id)
        with pytest.raises(Conflict) as refused:
            stay(make, other, ward(make, other), there)
        assert refused.value.code == "in_a_bed"
        assert "Bondowoso" not in str(refused.value)

    def test_a_case_that_ended_gives_no_bed(self, make, worker, leader):
        from kessos_case.journey.service import move_case

        case = open_case(make, worker)
        with make.acting(leader) as session:
            move_case(session, case.id, verb="close", reason="own_wish", note=None)
        with pytest.raises(Conflict) as refused:
            stay(make, worker, ward(make, worker), case)
        assert refused.value.code == "case_closed"

    def test_a_ward_of_another_upt_is_none(self, make, worker):
        foreign = ward(make, make.caseworker(MAGETAN))
        with pytest.raises(Invalid) as refused:
            stay(make, worker, foreign)
        assert refused.value.errors[0]["field"] == "ward_id"

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"admitted_at": timedelta(hours=1)}, "admitted_at"),
            ({"admitted_at": timedelta(days=-5)}, "admitted_at"),
            ({"planned_until": -1}, "planned_until"),
        ],
    )
    def test_days_that_cannot_be(self, make, worker, said, field):
        stated = (
            {"admitted_at": now() + said["admitted_at"]} if "admitted_at" in said else {"planned_until": in_days(-1)}
        )
        with pytest.raises(Invalid) as refused:
            stay(make, worker, ward(make, worker), **stated)
        assert refused.value.errors[0]["field"] == field


class TestLine:
    """By urgency, then by waiting; whoever comes first for another reason says it."""

    def test_who_waits_comes_in_by_urgency_and_then_by_time(self, make, worker, clock: Clock):
        first = wait(make, worker)
        clock.move(hours=1)
        urgent, last = wait(make, worker, urgency="urgent"), wait(make, worker)
        with make.acting(worker) as session:
            line = service.line_of(session, worker.organisation_id)
            cards = service.listed_waits(session, line)
        assert [one.id for one in line] == [urgent.id, first.id, last.id]
        assert [one.place for one in cards] == [1, 2, 3]

    def test_nobody_passes_those_ahead_without_a_reason(self, make, worker):
        mawar = ward(make, worker)
        wait(make, worker)
        with pytest.raises(RuleBroken) as refused:
            stay(make, worker, mawar)
        assert (codes(refused), refused.value.errors[0]["ahead"]) == ({"line_jumped"}, 1)
        assert stay(make, worker, mawar, jump_reason="Polisi mengantar malam ini.").events[0].note

    def test_the_first_comes_in_and_his_wait_ends(self, make, worker, truth: Truth):
        mawar, case = ward(make, worker), open_case(make, worker)
        first = wait(make, worker, case)
        assert tasks(truth, "admit_next") == ["open"]
        stay(make, worker, mawar, case)
        assert truth.one("select state from bed_waits where id = :id", id=first.id) == "admitted"
        assert tasks(truth, "admit_next") == ["done"]

    def test_men_who_wait_stand_in_nobodys_way_in_a_ward_for_women(self, make, worker, truth: Truth):
        wait(make, worker, man(make, worker))
        assert stay(make, worker, ward(make, worker)).id
        assert tasks(truth, "admit_next") == []

    def test_a_bed_that_frees_is_told_to_the_desk_once(self, make, worker, truth: Truth):
        mawar = ward(make, worker, beds=2)
        both = [stay(make, worker, mawar), stay(make, worker, mawar)]
        wait(make, worker)
        assert tasks(truth, "admit_next") == []
        for one in both:
            discharged(make, worker, one)
        assert tasks(truth, "admit_next") == ["open"]
        row = truth.all("select client_id, role, period from tasks where kind = 'admit_next'")
        assert row == [(None, "caseworker", "1")]

    def test_new_beds_are_told_too(self, make, worker, leader, truth: Truth):
        mawar = ward(make, worker, beds=0)
        wait(make, worker)
        with make.acting(leader) as session:
            service.change_ward(session, service.ward_for(session, mawar.id, lock=True), {"beds": 1})
        assert tasks(truth, "admit_next") == ["open"]

    def test_the_last_one_who_leaves_the_line_takes_the_task_along(self, make, worker, truth: Truth):
        ward(make, worker)
        waiting = wait(make, worker)
        with make.acting(worker) as session:
            left = service.leave_line(session, waiting.id, reason="own_wish")
            with pytest.raises(Conflict):
                service.leave_line(session, waiting.id, reason="own_wish")
        assert (left.state, left.place, tasks(truth, "admit_next")) == ("left", 0, ["done"])

    def test_one_stands_in_a_line_once_and_not_with_a_bed(self, make, worker):
        case, housed = open_case(make, worker), open_case(make, worker)
        stay(make, worker, ward(make, worker), housed)
        wait(make, worker, case)
        for about, code in ((case, "waiting_already"), (housed, "in_a_bed")):
            with pytest.raises(Conflict) as refused:
                wait(make, worker, about)
            assert refused.value.code == code

    def test_another_upt_does_not_see_the_line(self, make, worker):
        found = wait(make, worker)
        with make.acting(make.caseworker(MAGETAN)) as session, pytest.raises(NotFound):
            service.read_wait(session, found.id)


class TestStay:
    """What happens in a stay."""

    def test_another_ward_takes_one_bed_and_frees_one(self, make, worker, truth: Truth):
        mawar, melati = ward(make, worker, name="Mawar"), ward(make, worker, name="Melati")
        made = stay(make, worker, mawar)
        with make.acting(worker) as session:
            moved = service.move_ward(session, made.id, ward_id=melati.id, reason="Dekat klinik.")
        assert (moved.ward_name, taken(truth, mawar), taken(truth, melati)) == ("Melati", 0, 1)
        assert moved.events[-1].note == "Dekat klinik."

    def test_a_full_ward_takes_nobody_from_another(self, make, worker, truth: Truth):
        mawar, melati = ward(make, worker), ward(make, worker, beds=1)
        stay(make, worker, melati)
        made = stay(make, worker, mawar)
        with make.acting(worker) as session, pytest.raises(Conflict) as refused:
            service.move_ward(session, made.id, ward_id=melati.id)
        assert (refused.value.code, taken(truth, mawar), taken(truth, melati)) == ("ward_full", 1, 1)

    def test_away_for_days_keeps_the_bed(self, make, worker, truth: Truth, clock: Clock):
        mawar = ward(make, worker)
        made = stay(make, worker, mawar)
        with make.acting(worker) as session:
            away = service.leave_for_days(session, made.id, until=in_days(3))
            with pytest.raises(Conflict):
                service.leave_for_days(session, made.id, until=in_days(3))
        assert (away.away_until, taken(truth, mawar)) == (in_days(3), 1)
        clock.move(days=4)
        with make.acting(worker) as session:
            assert service.read_stay(session, made.id).is_late_back
            assert service.come_back(session, made.id).away_until is None
            with pytest.raises(Conflict):
                service.come_back(session, made.id)

    def test_a_review_moves_the_planned_end_and_keeps_the_first(self, make, worker):
        made = stay(make, worker, ward(make, worker), planned_until=in_days(30))
        with make.acting(worker) as session:
            seen = service.review_stay(session, made.id, planned_until=in_days(60), note="Belum siap pulang.")
        assert (seen.first_planned_until, seen.planned_until) == (in_days(30), in_days(60))
        assert seen.events[-1].note == "Belum siap pulang."

    def test_what_was_said_is_sealed(self, make, worker, truth: Truth):
        made = stay(make, worker, ward(make, worker))
        with make.acting(worker) as session:
            service.review_stay(session, made.id, planned_until=in_days(60), note="Belum siap pulang.")
        assert b"siap" not in truth.one("select note_sealed from stay_events where note_sealed is not null")

    def test_the_end_frees_the_bed_once(self, make, worker, truth: Truth):
        mawar = ward(make, worker)
        made = stay(make, worker, mawar)
        ended = discharged(make, worker, made, note="Dijemput kakaknya.")
        assert (ended.discharge_reason, taken(truth, mawar)) == ("programme_done", 0)
        with pytest.raises(Conflict) as refused:
            discharged(make, worker, made)
        assert (refused.value.code, taken(truth, mawar)) == ("stay_ended", 0)

    def test_a_stay_does_not_end_before_it_began(self, make, worker):
        made = stay(make, worker, ward(make, worker))
        with pytest.raises(Invalid) as refused:
            discharged(make, worker, made, discharged_at=made.admitted_at - timedelta(minutes=1))
        assert refused.value.errors[0]["code"] == "too_early"

    def test_in_and_out_and_in_again_on_one_day(self, make, worker):
        mawar, case = ward(make, worker), open_case(make, worker)
        first = discharged(make, worker, stay(make, worker, mawar, case))
        assert first.days == 1
        assert stay(make, worker, mawar, case).id

    def test_the_next_upt_is_not_told_who_slept_where(self, make, worker):
        made = stay(make, worker, ward(make, worker))
        with make.acting(make.caseworker(MAGETAN)) as session, pytest.raises(NotFound):
            service.read_stay(session, made.id)

    def test_each_look_is_in_the_trail(self, make, worker, truth: Truth):
        made = stay(make, worker, ward(make, worker))
        with make.acting(worker) as session:
            service.read_stay(session, made.id)
        seen = "select client_ids from audit_entries where resource = 'stay' and action = 'read'"
        assert truth.all(seen) == [[made.client_id]]


class TestNight:
    """What is due is asked for once."""

    def ask(self) -> dict:
        with db.transaction(db.system("night")) as session:
            return dict(service.ask_for_due_stays(session))

    def test_a_review_is_asked_for_a_week_ahead_and_closed_by_it(self, make, worker, clock: Clock, truth: Truth):
        made = stay(make, worker, ward(make, worker), planned_until=in_days(100))
        with make.acting(supervisor_beside(make, worker)) as session:
            service.set_terms(session, worker.organisation_id, planned_days=100, review_every_days=20)
        clock.move(days=92)
        assert self.ask()["stay_reviews"] == 0
        clock.move(days=1)
        assert self.ask()["stay_reviews"] == 1
        assert self.ask() == {"stay_reviews": 0, "stay_ends": 0}
        assert truth.one("select user_id from tasks where kind = 'review_stay'") == worker.id
        with make.acting(worker) as session:
            seen = service.review_stay(session, made.id, planned_until=in_days(100), note="Betah.")
        assert (tasks(truth, "review_stay"), seen.review_on) == (["done"], in_days(20))

    def test_a_planned_end_that_is_past_is_asked_about(self, make, worker, clock: Clock, truth: Truth):
        made = stay(make, worker, ward(make, worker), planned_until=in_days(10))
        clock.move(days=10)
        assert self.ask()["stay_ends"] == 0
        clock.move(days=1)
        assert self.ask()["stay_ends"] == 1
        with make.acting(worker) as session:
            assert service.read_stay(session, made.id).is_past_end
        discharged(make, worker, made)
        assert tasks(truth, "end_stay") == ["done"]
        clock.move(days=30)
        assert self.ask() == {"stay_reviews": 0, "stay_ends": 0}

    def test_nobody_is_asked_when_a_stay_without_end_is_over(self, make, worker, clock: Clock):
        made = stay(make, worker, ward(make, worker))
        assert made.is_open_ended
        clock.move(days=3650)
        assert self.ask()["stay_ends"] == 0
