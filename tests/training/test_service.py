"""Courses, batches whose places are never given twice, the line, attendance, results and leaving."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from kessos_case.clients.service import give_access
from kessos_case.core import db
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken
from kessos_case.core.ids import new_id
from kessos_case.training import service
from tests.factories import Make
from tests.factories.cases import MAGETAN, move_case, open_case
from tests.factories.casework import approved_plan, fact, goal, in_days, seen_plan, step, supervisor_beside
from tests.factories.training import attendance, batch, course, dropped, enrolment, learner, result


def change_batch(make: Make, by, found, **changes):
    with make.acting(by) as session:
        return service.change_batch(session, service.batch_for(session, found.id, lock=True), changes)


def seen(make: Make, by, found):
    with make.acting(by) as session:
        return service.read_enrolment(session, found.id)


def taken(truth, found) -> int:
    return truth.one("select taken from batches where id = :id", id=found.id)


class TestCourses:
    """Courses and batches."""

    def test_a_course_belongs_to_the_office_that_teaches_it(self, make: Make):
        worker = make.caseworker()
        assert course(make, worker).organisation_id == worker.organisation_id

    def test_a_batch_has_the_places_of_its_course_unless_others_are_said(self, make: Make):
        worker = make.caseworker()
        sewing = course(make, worker, capacity=12)
        assert batch(make, worker, sewing).free == 12
        assert batch(make, worker, sewing, capacity=5).free == 5

    def test_another_office_changes_nothing(self, make: Make):
        worker, stranger = make.caseworker(), make.caseworker(MAGETAN)
        found = batch(make, worker)
        for attempt in (
            lambda session: service.change_course(session, service.course_for(session, found.course_id), {"hours": 5}),
            lambda session: service.change_batch(session, service.batch_for(session, found.id), {"capacity": 5}),
            lambda session: service.add_batch(
                session, course_id=found.course_id, starts_on=in_days(0), ends_on=in_days(1)
            ),
            lambda session: service.take_attendance(session, found.id, on=in_days(0), present=[]),
            lambda session: service.attendance_on(session, found.id, in_days(0)),
        ):
            with pytest.raises(Forbidden), make.acting(stranger) as session:
                attempt(session)

    def test_a_course_that_is_no_longer_taught_has_no_new_batch(self, make: Make):
        worker = make.caseworker()
        sewing = course(make, worker)
        with make.acting(worker) as session:
            service.change_course(session, service.course_for(session, sewing.id, lock=True), {"is_active": False})
        with pytest.raises(Conflict) as refused:
            batch(make, worker, sewing)
        assert refused.value.code == "course_ended"

    @pytest.mark.parametrize(("starts", "ends", "code"), [(3, 2, "before_start"), (-9, -1, "in_past")])
    def test_days_that_cannot_be_are_refused(self, starts: int, ends: int, code: str, make: Make):
        with pytest.raises(Invalid) as refused:
            batch(make, make.caseworker(), starts_on=in_days(starts), ends_on=in_days(ends))
        assert refused.value.errors[0]["code"] == code

    def test_a_batch_that_has_begun_keeps_its_days(self, make: Make, clock):
        worker = make.caseworker()
        found = batch(make, worker)
        with pytest.raises(Conflict) as refused:
            change_batch(make, worker, found, ends_on=in_days(30))
        assert refused.value.code == "batch_begun"
        assert change_batch(make, worker, found, ends_on=found.ends_on, capacity=9).capacity == 9

    def test_a_batch_moves_with_everybody_in_it(self, make: Make, clock):
        worker = make.caseworker()
        found = batch(make, worker, starts_on=in_days(5), ends_on=in_days(9))
        place = enrolment(make, worker, found)
        change_batch(make, worker, found, starts_on=in_days(6), ends_on=in_days(12))
        moved = seen(make, worker, place)
        assert (moved.starts_on, moved.ends_on) == (in_days(6), in_days(12))

    def test_a_batch_does_not_move_onto_another_course_of_somebody_in_it(self, make: Make, clock):
        worker = make.caseworker()
        case = learner(make, worker)
        enrolment(make, worker, batch(make, worker), case)
        later = batch(make, worker, starts_on=in_days(10), ends_on=in_days(19))
        enrolment(make, worker, later, case)
        with pytest.raises(Conflict) as refused:
            change_batch(make, worker, later, starts_on=in_days(9))
        assert refused.value.code == "clash"

    def test_places_stay_above_those_taken(self, make: Make):
        worker = make.caseworker()
        found = batch(make, worker)
        leader = supervisor_beside(make, worker)
        for _ in range(2):
            enrolment(make, worker, found, learner(make, worker, leader))
        with pytest.raises(Conflict) as refused:
            change_batch(make, worker, found, capacity=1)
        assert refused.value.code == "capacity_in_use"
        assert change_batch(make, worker, found, capacity=2).free == 0


class TestEnrolling:
    """A place in a batch."""

    def test_a_person_has_a_place_and_the_timeline_says_so(self, make: Make, truth):
        worker = make.caseworker()
        found = batch(make, worker)
        place = enrolment(make, worker, found)
        assert (place.state, place.course_name, place.starts_on) == ("enrolled", "Menjahit Dasar", found.starts_on)
        assert taken(truth, found) == 1
        last = "select kind from timeline_entries where client_id = :id order by id desc limit 1"
        assert truth.one(last, id=place.client_id) == "course_enrolled"
        audited = "select count(*) from audit_entries where action = 'enrol' and :id = any (client_ids)"
        assert truth.one(audited, id=place.client_id) == 1

    def test_before_the_plan_is_approved_nobody_is_enrolled(self, make: Make, truth):
        worker = make.caseworker()
        found = batch(make, worker)
        with pytest.raises(RuleBroken) as refused:
            enrolment(make, worker, found, open_case(make, worker))
        assert [error["code"] for error in refused.value.errors] == ["wrong_stage"]
        assert taken(truth, found) == 0

    def test_everything_about_the_case_that_is_missing_is_named(self, make: Make, truth):
        worker = make.caseworker()
        case = open_case(make, worker)
        truth.run("update clients set died_on = '2026-01-01' where id = :id", id=case.client_id)
        with pytest.raises(RuleBroken) as refused:
            enrolment(make, worker, batch(make, worker), case)
        assert [error["code"] for error in refused.value.errors] == ["client_died", "wrong_stage"]

    def test_a_course_of_another_office_is_reached_by_a_referral(self, make: Make):
        worker = make.caseworker()
        elsewhere = batch(make, make.caseworker(MAGETAN))
        with pytest.raises(Conflict) as refused:
            enrolment(make, worker, elsewhere)
        assert refused.value.code == "other_organisation"

    def test_the_case_of_another_office_is_not_there(self, make: Make):
        worker, stranger = make.caseworker(), make.caseworker(MAGETAN)
        case = learner(make, worker)
        with pytest.raises(NotFound):
            enrolment(make, stranger, batch(make, stranger), case)

    def test_a_case_that_has_ended_learns_nothing(self, make: Make):
        worker = make.caseworker()
        case, leader = learner(make, worker), supervisor_beside(make, worker)
        move_case(make, leader, case, "close", reason="own_wish")
        with pytest.raises(Conflict) as refused:
            enrolment(make, worker, batch(make, worker), case)
        assert refused.value.code == "case_closed"

    def test_a_batch_that_is_over_takes_nobody(self, make: Make, clock):
        worker = make.caseworker()
        found, case = batch(make, worker), learner(make, worker)
        clock.move(days=10)
        with pytest.raises(Conflict) as refused:
            enrolment(make, worker, found, case)
        assert refused.value.code == "batch_ended"

    def test_the_same_batch_takes_a_person_once(self, make: Make, truth):
        worker = make.caseworker()
        found, case = batch(make, worker), learner(make, worker)
        first = enrolment(make, worker, found, case)
        with pytest.raises(Conflict) as refused:
            enrolment(make, worker, found, case)
        assert (refused.value.code, refused.value.errors[0]["id"]) == ("already_enrolled", str(first.id))
        assert taken(truth, found) == 1

    def test_two_courses_on_the_same_days_clash(self, make: Make, truth):
        worker = make.caseworker()
        case, second = learner(make, worker), batch(make, worker, starts_on=in_days(9), ends_on=in_days(20))
        first = enrolment(make, worker, batch(make, worker), case)
        with pytest.raises(Conflict) as refused:
            enrolment(make, worker, second, case)
        assert refused.value.code == "clash"
        (named,) = refused.value.errors
        assert (named["starts_on"], named["ends_on"]) == (str(first.starts_on), str(first.ends_on))
        assert str(first.batch_id) not in str(named)
        assert taken(truth, second) == 0

    def test_one_course_after_the_other_is_no_clash(self, make: Make):
        worker = make.caseworker()
        case = learner(make, worker)
        enrolment(make, worker, batch(make, worker), case)
        later = batch(make, worker, starts_on=in_days(10), ends_on=in_days(20))
        assert enrolment(make, worker, later, case).state == "enrolled"


class TestLine:
    """Who waits for a place."""

    @pytest.fixture
    def full(self, make: Make):
        """A caseworker, his supervisor, a batch of one place, and who has it."""
        worker = make.caseworker()
        leader = supervisor_beside(make, worker)
        found = batch(make, worker, capacity=1)
        return worker, leader, found, enrolment(make, worker, found, learner(make, worker, leader))

    def test_a_full_batch_refuses_whoever_does_not_wait(self, make: Make, full):
        worker, leader, found, _ = full
        with pytest.raises(Conflict) as refused:
            enrolment(make, worker, found, learner(make, worker, leader))
        assert refused.value.code == "batch_full"

    def test_a_place_that_frees_takes_the_first_in_line(self, make: Make, full, truth):
        worker, leader, found, first = full
        second, third = (enrolment(make, worker, found, learner(make, worker, leader), wait=True) for _ in range(2))
        assert (second.state, third.state) == ("waiting", "waiting")
        dropped(make, worker, first)
        assert [seen(make, worker, place).state for place in (first, second, third)] == [
            "dropped", "enrolled", "waiting",
        ]  # fmt: skip
        assert taken(truth, found) == 1
        kinds = truth.all("select kind from timeline_entries where subject_id = :id order by id", id=second.id)
        assert kinds == ["course_waiting", "course_enrolled"]

    def test_who_has_another_course_on_these_days_stays_in_line(self, make: Make, full, truth):
        worker, leader, found, first = full
        busy = learner(make, worker, leader)
        enrolment(make, worker, batch(make, worker), busy)
        second = enrolment(make, worker, found, busy, wait=True)
        third = enrolment(make, worker, found, learner(make, worker, leader), wait=True)
        dropped(make, worker, first)
        assert (seen(make, worker, second).state, seen(make, worker, third).state) == ("waiting", "enrolled")
        assert taken(truth, found) == 1

    def test_with_nobody_else_in_line_the_place_stays_free(self, make: Make, full, truth):
        worker, leader, found, first = full
        busy = learner(make, worker, leader)
        enrolment(make, worker, batch(make, worker), busy)
        enrolment(make, worker, found, busy, wait=True)
        dropped(make, worker, first)
        assert taken(truth, found) == 0

    def test_who_leaves_the_line_frees_no_place(self, make: Make, full, truth):
        worker, leader, found, _ = full
        second = enrolment(make, worker, found, learner(make, worker, leader), wait=True)
        assert dropped(make, worker, second).state == "dropped"
        assert taken(truth, found) == 1

    def test_new_places_go_to_the_line(self, make: Make, full):
        worker, leader, found, _ = full
        line = [enrolment(make, worker, found, learner(make, worker, leader), wait=True) for _ in range(3)]
        assert change_batch(make, worker, found, capacity=3).free == 0
        assert [seen(make, worker, place).state for place in line] == ["enrolled", "enrolled", "waiting"]

    def test_a_batch_that_is_over_calls_nobody(self, make: Make, full, clock):
        worker, leader, found, first = full
        second = enrolment(make, worker, found, learner(make, worker, leader), wait=True)
        clock.set("2030-01-01T03:00:00+00:00")
        dropped(make, worker, first)
        assert seen(make, worker, second).state == "waiting"


class TestAttendance:
    """A whole batch for a day."""

    @pytest.fixture
    def class_of_two(self, make: Make, clock):
        """A caseworker, a batch of ten days that begins today, and two places in it."""
        worker = make.caseworker()
        leader, found = supervisor_beside(make, worker), batch(make, worker)
        return worker, found, *(enrolment(make, worker, found, learner(make, worker, leader)) for _ in range(2))

    def test_whoever_is_not_named_was_absent(self, make: Make, class_of_two):
        worker, found, ani, budi = class_of_two
        day = attendance(make, worker, found, ani)
        assert (day.present, day.excused, day.absent) == (1, 0, 1)
        assert {row.enrolment_id: row.presence for row in day.items} == {ani.id: "present", budi.id: "absent"}

    def test_the_first_day_there_makes_attending(self, make: Make, class_of_two):
        worker, found, ani, budi = class_of_two
        attendance(make, worker, found, ani, excused=[budi.id])
        assert (seen(make, worker, ani).state, seen(make, worker, budi).state) == ("attending", "enrolled")

    def test_the_same_day_again_corrects_it(self, make: Make, class_of_two, truth):
        worker, found, ani, budi = class_of_two
        attendance(make, worker, found, ani)
        day = attendance(make, worker, found, budi)
        assert {row.enrolment_id: row.presence for row in day.items} == {ani.id: "absent", budi.id: "present"}
        assert truth.one("select count(*) from attendances") == 2

    def test_a_correction_makes_nobody_absent_who_came_later(self, make: Make, class_of_two):
        worker, found, ani, _ = class_of_two
        attendance(make, worker, found, ani)
        cita = enrolment(make, worker, found)
        assert cita.id not in {row.enrolment_id for row in attendance(make, worker, found, ani).items}
        assert attendance(make, worker, found, ani, cita).present == 2

    def test_a_day_that_is_written_late_makes_nobody_absent_who_came_after_it(self, make: Make, class_of_two, clock):
        worker, found, ani, budi = class_of_two
        first = clock.now.date()
        clock.move(days=2)
        cita = enrolment(make, worker, found)
        day = attendance(make, worker, found, ani, on=first)
        assert {row.enrolment_id: row.presence for row in day.items} == {ani.id: "present", budi.id: "absent"}
        assert attendance(make, worker, found, ani, cita, on=first).present == 2

    def test_all_were_there_does_not_mean_who_came_after_the_day(self, make: Make, class_of_two, clock, reader, truth):
        worker, found, ani, budi = class_of_two
        first = clock.now.date()
        clock.move(days=2)
        enrolment(make, worker, found)
        sent = reader(worker).post(f"/batches/{found.id}/attendance", on=str(first), seen="", all="present")
        assert sent.status_code == 303
        assert set(truth.all("select enrolment_id from attendances")) == {ani.id, budi.id}

    def test_who_left_is_no_longer_expected_and_stays_on_the_days_before(self, make: Make, class_of_two, clock):
        worker, found, ani, budi = class_of_two
        first = clock.now.date()
        attendance(make, worker, found, ani)
        clock.move(days=1)
        dropped(make, worker, budi)
        assert {row.enrolment_id for row in attendance(make, worker, found, ani).items} == {ani.id}
        assert attendance(make, worker, found, ani, budi, on=first).present == 2

    def test_every_mistake_is_named(self, make: Make, class_of_two):
        worker, found, ani, _ = class_of_two
        nobody = new_id()
        with pytest.raises(Invalid) as refused:
            attendance(make, worker, found, ani, on=in_days(20), excused=[ani.id, nobody])
        assert [(error["field"], error["code"]) for error in refused.value.errors] == [
            ("on", "outside_batch"), ("excused.1", "not_found"), ("excused.0", "named_twice"),
        ]  # fmt: skip
        assert str(nobody) in refused.value.errors[1]["detail"]

    def test_tomorrow_has_no_attendance_yet(self, make: Make, class_of_two):
        worker, found, ani, _ = class_of_two
        with pytest.raises(Invalid) as refused:
            attendance(make, worker, found, ani, on=in_days(1))
        assert refused.value.errors[0]["code"] == "in_future"

    def test_who_only_waits_has_no_place_in_the_class(self, make: Make, class_of_two):
        worker, found, *_ = class_of_two
        change_batch(make, worker, found, capacity=2)
        waiting = enrolment(make, worker, found, wait=True)
        with pytest.raises(Invalid):
            attendance(make, worker, found, waiting)

    def test_the_card_counts_days_rate_and_hours(self, make: Make, class_of_two, clock):
        worker, found, ani, budi = class_of_two
        attendance(make, worker, found, ani, budi)
        clock.move(days=4)
        attendance(make, worker, found, ani)
        shown = [seen(make, worker, place).attendance for place in (ani, budi)]
        # Half of the ten days, so half of the sixty hours, held on two days.
        assert [(card.present, card.absent, card.rate, card.hours) for card in shown] == [
            (2, 0, 1.0, 30), (1, 1, 0.5, 15),
        ]  # fmt: skip

    def test_a_day_that_was_not_written_down_is_empty(self, make: Make, class_of_two):
        worker, found, *_ = class_of_two
        with make.acting(worker) as session:
            assert service.attendance_on(session, found.id, in_days(3)).items == []

    def test_a_batch_of_nobody_has_an_empty_day(self, make: Make):
        worker = make.caseworker()
        assert attendance(make, worker, batch(make, worker)).items == []


class TestResults:
    """How a course ended."""

    def test_a_passed_course_is_completed_and_counts(self, make: Make, truth):
        worker = make.caseworker()
        found = batch(make, worker)
        place = enrolment(make, worker, found)
        attendance(make, worker, found, place)
        done = result(make, worker, place, score=88, certificate_no="BLK-7")
        assert (done.state, done.passed, done.score, done.certificate_no) == ("completed", True, 88, "BLK-7")
        assert done.completed_on == in_days(0)
        assert taken(truth, found) == 1
        with make.acting(worker) as session:
            assert [course.id for course in service.completed_courses(session, place.client_id)] == [place.id]
            assert service.open_enrolments(session, place.case_id) == []

    def test_a_failed_course_is_completed_and_does_not_count(self, make: Make):
        worker = make.caseworker()
        found = batch(make, worker)
        place = enrolment(make, worker, found)
        attendance(make, worker, found, place)
        assert result(make, worker, place, passed=False).state == "completed"
        with make.acting(worker) as session:
            assert service.completed_courses(session, place.client_id) == []

    def test_without_attendance_the_result_waits_for_the_end(self, make: Make, clock):
        worker = make.caseworker()
        place = enrolment(make, worker, batch(make, worker))
        with pytest.raises(RuleBroken) as refused:
            result(make, worker, place)
        assert refused.value.errors[0]["code"] == "not_attended"
        clock.move(days=10)
        assert result(make, worker, place).state == "completed"

    def test_a_result_is_given_once(self, make: Make, clock):
        worker = make.caseworker()
        place = enrolment(make, worker, batch(make, worker))
        clock.move(days=10)
        result(make, worker, place)
        with pytest.raises(RuleBroken) as refused:
            result(make, worker, place, passed=False)
        assert refused.value.errors[0]["code"] == "wrong_state"

    def test_a_certificate_number_is_given_once(self, make: Make, clock):
        worker = make.caseworker()
        found, leader = batch(make, worker), supervisor_beside(make, worker)
        first, second = (enrolment(make, worker, found, learner(make, worker, leader)) for _ in range(2))
        clock.move(days=10)
        result(make, worker, first, certificate_no="BLK-7")
        with pytest.raises(Conflict) as refused:
            result(make, worker, second, certificate_no="BLK-7")
        assert refused.value.code == "certificate_taken"
        assert seen(make, worker, second).state == "enrolled"

    def test_who_is_done_is_not_absent_afterwards(self, make: Make, clock):
        worker = make.caseworker()
        found = batch(make, worker)
        place = enrolment(make, worker, found)
        attendance(make, worker, found, place)
        result(make, worker, place)
        clock.move(days=1)
        assert attendance(make, worker, found).items == []

    def test_another_office_that_reaches_the_person_writes_nothing(self, make: Make):
        worker, stranger = make.caseworker(), make.caseworker(MAGETAN)
        place = enrolment(make, worker, batch(make, worker))
        with db.transaction(db.system("test")) as session:
            give_access(session, place.client_id, "case", organisation_id=stranger.organisation_id)
        assert seen(make, stranger, place).id == place.id
        for attempt in (result, dropped):
            with pytest.raises(Forbidden):
                attempt(make, stranger, place)

    def test_an_enrolment_beyond_reach_is_not_there(self, make: Make):
        worker, stranger = make.caseworker(), make.caseworker(MAGETAN)
        place = enrolment(make, worker, batch(make, worker))
        for attempt in (seen, result, dropped):
            with pytest.raises(NotFound):
                attempt(make, stranger, place)


class TestLeaving:
    """Leaving a course."""

    def test_it_has_a_reason_and_a_day(self, make: Make, truth):
        worker = make.caseworker()
        found = batch(make, worker)
        left = dropped(make, worker, enrolment(make, worker, found), reason="illness")
        assert (left.state, left.drop_reason, left.dropped_on) == ("dropped", "illness", in_days(0))
        assert taken(truth, found) == 0

    def test_every_mistake_is_named(self, make: Make):
        worker = make.caseworker()
        place = enrolment(make, worker, batch(make, worker))
        with pytest.raises(Invalid) as refused:
            dropped(make, worker, place, reason="bored", on=in_days(1))
        assert [error["field"] for error in refused.value.errors] == ["reason", "on"]

    def test_nobody_leaves_before_he_came(self, make: Make, clock):
        worker = make.caseworker()
        begun = batch(make, worker)
        clock.move(days=2)
        late = enrolment(make, worker, begun)
        with pytest.raises(Invalid) as refused:
            dropped(make, worker, late, on=in_days(-3))
        assert [error["code"] for error in refused.value.errors] == ["before_enrolled"]
        # He may have come, and left, before it was written down.
        assert dropped(make, worker, late, on=in_days(-1)).state == "dropped"

    def test_nobody_leaves_twice(self, make: Make, truth):
        worker = make.caseworker()
        found = batch(make, worker)
        place = enrolment(make, worker, found)
        dropped(make, worker, place)
        with pytest.raises(RuleBroken):
            dropped(make, worker, place)
        assert taken(truth, found) == 0

    def test_who_left_may_come_again(self, make: Make):
        worker = make.caseworker()
        found, case = batch(make, worker), learner(make, worker)
        dropped(make, worker, enrolment(make, worker, found, case))
        assert enrolment(make, worker, found, case).state == "enrolled"

    def test_the_program_settles_it_for_every_office(self, make: Make, truth):
        worker = make.caseworker()
        found = batch(make, worker)
        place = enrolment(make, worker, found)
        with make.acting(make.caseworker(MAGETAN)) as session, db.as_system(session, "death"):
            assert [entry.id for entry in service.open_enrolments(session, place.case_id)] == [place.id]
            service.drop_enrolment(session, place.id, reason="deceased", on=in_days(0))
        assert truth.all("select state, drop_reason from enrolments") == [("dropped", "deceased")]
        assert taken(truth, found) == 0


class TestPlanStep:
    """The step of a plan that a course carries out."""

    @pytest.fixture
    def planned(self, make: Make, clock):
        """A caseworker, a case in training with an approved step of kind course and one of another kind, the plan."""
        worker = make.caseworker()
        leader = supervisor_beside(make, worker)
        case = learner(make, worker, leader)
        sewing = step(worker.organisation_id, kind="course", text="Kursus menjahit")
        plan = approved_plan(make, worker, case.id, goal(sewing, step(worker.organisation_id)), supervisor=leader)
        return worker, case, plan

    def state(self, make: Make, worker, plan) -> str:
        return seen_plan(make, worker, plan.id).goals[0].steps[0].state

    def test_it_goes_on_with_the_enrolment_and_is_done_with_the_result(self, make: Make, planned, clock):
        worker, case, plan = planned
        step_id = plan.goals[0].steps[0].id
        place = enrolment(make, worker, batch(make, worker), case, plan_step_id=step_id)
        assert (place.plan_step_id, self.state(make, worker, plan)) == (step_id, "in_progress")
        clock.move(days=10)
        result(make, worker, place)
        assert self.state(make, worker, plan) == "done"

    @pytest.mark.parametrize("leave", [True, False])
    def test_it_is_open_again_when_the_course_came_to_nothing(self, leave: bool, make: Make, planned):
        worker, case, plan = planned
        found = batch(make, worker)
        place = enrolment(make, worker, found, case, plan_step_id=plan.goals[0].steps[0].id)
        if leave:
            dropped(make, worker, place)
        else:
            attendance(make, worker, found, place)
            result(make, worker, place, passed=False)
        assert self.state(make, worker, plan) == "open"
        assert fact(make, worker, case.id).goals[0].steps[0].state == "open"

    def test_a_step_of_another_kind_does_not_fit(self, make: Make, planned):
        worker, case, plan = planned
        with pytest.raises(Invalid) as refused:
            enrolment(make, worker, batch(make, worker), case, plan_step_id=plan.goals[0].steps[1].id)
        assert refused.value.errors[0]["code"] == "wrong_kind"

    def test_a_step_of_another_case_does_not_fit(self, make: Make, planned):
        worker, _, plan = planned
        for step_id in (plan.goals[0].steps[0].id, new_id()):
            with pytest.raises(Invalid) as refused:
                enrolment(make, worker, batch(make, worker), plan_step_id=step_id)
            assert refused.value.errors[0]["code"] == "not_found"

    def test_a_step_that_goes_on_with_one_course_takes_no_other(self, make: Make, planned, truth):
        worker, case, plan = planned
        step_id = plan.goals[0].steps[0].id
        enrolment(make, worker, batch(make, worker), case, plan_step_id=step_id)
        later = batch(make, worker, starts_on=in_days(10), ends_on=in_days(12))
        with pytest.raises(RuleBroken):
            enrolment(make, worker, later, case, plan_step_id=step_id)
        assert taken(truth, later) == 0


class TestAtOnce:
    """What only the database can decide."""

    def outcomes(self, make: Make, worker, pairs) -> list[str]:
        def ask(pair):
            found, case = pair
            try:
                return enrolment(make, worker, found, case).state
            except Conflict as refused:
                return refused.code

        with ThreadPoolExecutor(len(pairs)) as pool:
            return sorted(pool.map(ask, pairs))

    def test_twenty_at_once_on_three_places_are_exactly_three(self, committed: sa.Engine, make_committed: Make):
        worker = make_committed.caseworker()
        leader, found = supervisor_beside(make_committed, worker), batch(make_committed, worker, capacity=3)
        people = [learner(make_committed, worker, leader) for _ in range(20)]
        got = self.outcomes(make_committed, worker, [(found, case) for case in people])
        assert got == ["batch_full"] * 17 + ["enrolled"] * 3
        with committed.connect() as connection:
            assert connection.exec_driver_sql("select taken from batches").scalar() == 3

    def test_one_person_in_two_overlapping_batches_at_once_is_in_one(self, committed: sa.Engine, make_committed: Make):
        worker = make_committed.caseworker()
        case = learner(make_committed, worker)
        two = [(batch(make_committed, worker), case) for _ in range(2)]
        assert self.outcomes(make_committed, worker, two) == ["clash", "enrolled"]
        with committed.connect() as connection:
            assert connection.exec_driver_sql("select sum(taken) from batches").scalar() == 1

    def test_one_person_at_two_offices_at_once_has_one_course(self, committed: sa.Engine, make_committed: Make):
        make = make_committed
        here, there = make.caseworker(), make.caseworker(MAGETAN)
        case = learner(make, here)
        with db.transaction(db.system("test")) as session:
            give_access(session, case.client_id, "case", organisation_id=there.organisation_id)
        other = learner(make, there, client_id=case.client_id)
        both = [(here, batch(make, here), case), (there, batch(make, there), other)]

        def ask(asked) -> str:
            try:
                return enrolment(make, *asked).state
            except Conflict as refused:
                return refused.code

        with ThreadPoolExecutor(2) as pool:
            # Where each waits for the other PostgreSQL ends one of them, who is told to try again.
            assert sorted(pool.map(ask, both)) in (["clash", "enrolled"], ["conflict", "enrolled"])

    def test_one_place_that_frees_while_others_ask_is_given_once(self, committed: sa.Engine, make_committed: Make):
        worker = make_committed.caseworker()
        leader, found = supervisor_beside(make_committed, worker), batch(make_committed, worker, capacity=1)
        people = [learner(make_committed, worker, leader) for _ in range(5)]
        first = enrolment(make_committed, worker, found, people[0])

        def act(number: int) -> str:
            if number == 0:
                return dropped(make_committed, worker, first).state
            return enrolment(make_committed, worker, found, people[number], wait=True).state

        with ThreadPoolExecutor(5) as pool:
            list(pool.map(act, range(5)))
        with committed.connect() as connection:
            states = connection.exec_driver_sql("select state, count(*) from enrolments group by state").all()
        assert dict(map(tuple, states)) == {"dropped": 1, "enrolled": 1, "waiting": 3}


class TestOver:
    """A course does not end in silence: who has no result, or only ever waited, is asked about at night."""

    def asked(self, truth) -> list:
        return truth.all(
            "select subject_id, user_id, state from tasks where kind = 'record_result' order by created_at"
        )

    def night(self, make: Make) -> int:
        with db.transaction(db.system("nights")) as session:
            return service.ask_for_results(session)

    def test_somebody_is_asked_once_and_until_it_is_said(self, make: Make, truth, clock):
        worker = make.caseworker()
        leader, found = supervisor_beside(make, worker), batch(make, worker, capacity=1)
        inside = enrolment(make, worker, found, learner(make, worker, leader))
        waiting = enrolment(make, worker, found, learner(make, worker, leader), wait=True)
        clock.move(days=9)
        assert self.night(make) == 0, "its last day is not over"
        clock.move(days=1)
        assert (self.night(make), self.night(make)) == (2, 0)
        assert set(self.asked(truth)) == {(inside.id, worker.id, "open"), (waiting.id, worker.id, "open")}
        result(make, worker, inside)
        dropped(make, worker, waiting, reason="no_place")
        assert {state for *_, state in self.asked(truth)} == {"done"}
        assert self.night(make) == 0

    def test_what_was_said_in_time_asks_nobody(self, make: Make, truth, clock):
        worker = make.caseworker()
        found = batch(make, worker)
        place = enrolment(make, worker, found)
        attendance(make, worker, found, place)
        result(make, worker, place)
        clock.move(days=12)
        assert self.night(make) == 0
