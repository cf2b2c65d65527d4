"""Results of a whole batch in one call, the tasks that training raises, and why people leave."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from kessos_case.core.errors import Conflict, Forbidden, Invalid, RuleBroken
from kessos_case.core.ids import new_id
from kessos_case.training import service
from tests.factories import Make
from tests.factories.cases import MAGETAN
from tests.factories.casework import in_days, supervisor_beside
from tests.factories.training import attendance, batch, course, dropped, enrolment, learner, result


@pytest.fixture
def worker(make: Make, clock):
    return make.caseworker()


@pytest.fixture
def leader(make: Make, worker):
    return supervisor_beside(make, worker)


@pytest.fixture
def found(make: Make, worker):
    return batch(make, worker, capacity=5)


@pytest.fixture
def people(make: Make, worker, leader, found):
    places = [enrolment(make, worker, found, learner(make, worker, leader)) for _ in range(3)]
    attendance(make, worker, found, *places)
    return places


def write(make: Make, by, found, rows):
    with make.acting(by) as session:
        return service.record_results(session, found.id, rows)


def row(place, *, passed=True, number=None, score=None):
    return {"enrolment_id": place.id, "passed": passed, "certificate_no": number, "score": score}


def places_of(error) -> list[tuple[str, str]]:
    return [(one["field"], one["code"]) for one in error.value.errors]


def done(truth) -> int:
    return truth.one("select count(*) from enrolments where state = 'completed'")


class TestABatch:
    """All of it or nothing."""

    def test_one_call_writes_everybody(self, make: Make, worker, found, people, truth):
        rows = [row(people[0], number="A-1", score=80), row(people[1], number="A-2"), row(people[2], passed=False)]
        cards = write(make, worker, found, rows)
        assert [(card.passed, card.certificate_no) for card in cards] == [(True, "A-1"), (True, "A-2"), (False, None)]
        assert truth.one("select count(*) from timeline_entries where kind = 'course_completed'") == 3

    def test_every_mistake_is_named_by_its_row_and_nothing_is_written(
        self, make: Make, worker, leader, found, people, truth
    ):
        result(make, worker, people[2], certificate_no="lama/1")
        rows = [
            {"enrolment_id": new_id(), "passed": True},
            row(people[0], number=" LAMA/1 "),
            row(people[1], passed=False, number="B-1"),
            row(people[2]),
        ]
        with pytest.raises(Invalid) as refused:
            write(make, worker, found, rows)
        assert sorted(places_of(refused)) == [
            ("results.0.enrolment_id", "not_found"),
            ("results.1.certificate_no", "taken"),
            ("results.2.certificate_no", "without_pass"),
            ("results.3.enrolment_id", "wrong_state"),
        ]
        assert done(truth) == 1

    def test_a_number_twice_in_one_call_is_nobodys(self, make: Make, worker, found, people, truth):
        with pytest.raises(Conflict) as refused:
            write(make, worker, found, [row(people[0], number="kps 1"), row(people[1], number="KPS  1")])
        assert places_of(refused) == [("results.0.certificate_no", "taken"), ("results.1.certificate_no", "taken")]
        assert done(truth) == 0

    def test_a_number_of_another_office_is_taken_too(self, make: Make, worker, found, people):
        other = make.caseworker(MAGETAN)
        place = enrolment(make, other, batch(make, other))
        with make.acting(other) as session:
            service.take_attendance(session, place.batch_id, on=in_days(0), present=[place.id])
        result(make, other, place, certificate_no="X-9")
        with pytest.raises(Conflict) as refused:
            write(make, worker, found, [row(people[0], number="x-9")])
        assert refused.value.code == "certificate_taken"

    def test_somebody_twice_is_refused(self, make: Make, worker, found, people):
        with pytest.raises(Invalid) as refused:
            write(make, worker, found, [row(people[0]), row(people[0], passed=False)])
        assert {code for _field, code in places_of(refused)} == {"named_twice"}

    def test_sent_again_it_changes_nothing(self, make: Make, worker, found, people, truth):
        rows = [row(people[0], number="A-1"), row(people[1], passed=False)]
        write(make, worker, found, rows)
        write(make, worker, found, [*rows, row(people[2])])
        assert truth.one("select count(*) from timeline_entries where kind = 'course_completed'") == 3

    def test_who_was_never_there_has_none_before_the_end(self, make: Make, worker, leader, found, people, truth):
        late = enrolment(make, worker, found, learner(make, worker, leader))
        with pytest.raises(RuleBroken) as refused:
            write(make, worker, found, [row(people[0]), row(late)])
        assert places_of(refused) == [("results.1.enrolment_id", "not_attended")]
        assert done(truth) == 0

    def test_another_office_writes_none(self, make: Make, found, people):
        with pytest.raises(Forbidden):
            write(make, make.caseworker(MAGETAN), found, [row(people[0])])

    def test_over_http_rows_have_their_places(self, make: Make, api, worker, found, people):
        body = {"results": [{"enrolment_id": str(people[0].id), "passed": True}, {"enrolment_id": str(people[1].id)}]}
        refused = api(worker).post(f"/batches/{found.id}/results", json=body)
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "results.1.passed")
        body["results"].pop()
        answer = api(worker).post(f"/batches/{found.id}/results", json=body)
        assert (answer.status_code, [one["passed"] for one in answer.json["items"]]) == (201, [True])


class TestAtOnce:
    """What only two connections show."""

    def test_two_batches_with_one_number_give_it_once(self, committed, make_committed: Make):
        make = make_committed
        worker = make.caseworker()
        leader = supervisor_beside(make, worker)
        two = []
        for _ in range(2):
            found = batch(make, worker)
            place = enrolment(make, worker, found, learner(make, worker, leader))
            attendance(make, worker, found, place)
            two.append((found, place))

        def give(pair) -> str:
            try:
                return write(make, worker, pair[0], [row(pair[1], number="S-1")])[0].state
            except Conflict as refused:
                return refused.code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(give, two)) == ["certificate_taken", "completed"]


class TestTasks:
    """Somebody is asked once, and not any more when it is over."""

    def asked(self, truth, kind: str) -> list:
        return truth.all("select subject_id, state from tasks where kind = :kind order by id", kind=kind)

    def test_a_place_out_of_the_line_is_told_until_the_person_comes(self, make: Make, worker, leader, truth):
        full = batch(make, worker, capacity=1)
        first = enrolment(make, worker, full, learner(make, worker, leader))
        waiting = enrolment(make, worker, full, learner(make, worker, leader), wait=True)
        assert self.asked(truth, "tell_of_place") == []
        dropped(make, worker, first)
        assert self.asked(truth, "tell_of_place") == [(waiting.id, "open")]
        attendance(make, worker, full, waiting)
        assert self.asked(truth, "tell_of_place") == [(waiting.id, "done")]

    def test_the_line_goes_by_the_time_of_the_request(self, make: Make, worker, leader, truth, clock):
        full = batch(make, worker, capacity=1)
        first = enrolment(make, worker, full, learner(make, worker, leader))
        line = []
        for _ in range(3):
            clock.move(minutes=5)
            line.append(enrolment(make, worker, full, learner(make, worker, leader), wait=True).id)
        for leaves, comes in ((first.id, line[0]), (line[0], line[1])):
            with make.acting(worker) as session:
                service.drop_enrolment(session, leaves, reason="own_wish", on=in_days(0))
            assert truth.one("select state from enrolments where id = :id", id=comes) == "enrolled"
        assert truth.one("select state from enrolments where id = :id", id=line[2]) == "waiting"

    def test_who_stays_away_is_asked_about_once(self, make: Make, worker, leader, truth, clock):
        found = batch(make, worker)
        away, there = (enrolment(make, worker, found, learner(make, worker, leader)) for _ in range(2))
        for day in range(7):
            with make.acting(worker) as session:
                # Away on the third and the fifth of the first five days.
                present = [there.id] if day in (2, 4) else [there.id, away.id]
                service.take_attendance(session, found.id, on=in_days(0), present=present)
            expected = [] if day < 4 else [(away.id, "open")]
            assert self.asked(truth, "ask_about_absence") == expected
            clock.move(days=1)
        dropped(make, worker, away)
        assert self.asked(truth, "ask_about_absence") == [(away.id, "cancelled")]

    def test_leave_that_was_asked_for_is_no_absence(self, make: Make, worker, leader, truth, clock):
        found = batch(make, worker)
        place = enrolment(make, worker, found, learner(make, worker, leader))
        for _day in range(7):
            attendance(make, worker, found, excused=[place.id])
            clock.move(days=1)
        assert self.asked(truth, "ask_about_absence") == []


class TestReasons:
    """Why people left, for the own office."""

    def test_they_are_summed_by_course(self, make: Make, worker, leader, api, reader):
        sewing = course(make, worker, capacity=9)
        found = batch(make, worker, sewing)
        for reason in ("illness", "found_work", "illness"):
            dropped(make, worker, enrolment(make, worker, found, learner(make, worker, leader)), reason=reason)
        said = api(worker).get(f"/courses/{sewing.id}/drop_reasons")
        assert said.json == {"reasons": {"illness": 2, "found_work": 1}}
        assert "Mengapa orang berhenti" in reader(worker).get(f"/courses/{sewing.id}").text
        stranger = make.caseworker(MAGETAN)
        assert api(stranger).get(f"/courses/{sewing.id}/drop_reasons").status_code == 403
        assert "Mengapa orang berhenti" not in reader(stranger).get(f"/courses/{sewing.id}").text
