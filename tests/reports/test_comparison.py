"""A course beside people who were in none: told where they are alike, refused with reasons where not."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from kessos_case.core.db import table_of
from kessos_case.core.errors import NotFound, RuleBroken
from kessos_case.core.ids import new_id
from kessos_case.reports.service import compare_course
from kessos_case.training.models import Batch, Course, Enrolment
from tests.conftest import Clock, Truth
from tests.factories import Make, fresh_id
from tests.factories.cases import BONDOWOSO, supervisor
from tests.factories.cohorts import Life, Told, Work, counted, moment, write_lives
from tests.readers import text_of

OPENED, STARTS = date(2024, 1, 8), date(2024, 3, 4)


class School:
    """An office with a course that began two months after its people were taken in."""

    def __init__(self, make: Make, truth: Truth) -> None:
        self.truth, self.worker, self.leader = truth, make.caseworker(), supervisor(make)
        self.office, self.course, self.batch = make.organisation(BONDOWOSO).id, new_id(), new_id()
        self._add(
            Course, id=self.course, organisation_id=self.office, name="Menjahit", skill="jahit", hours=80, capacity=99,
            is_active=True, created_at=moment(OPENED), version=1,
        )  # fmt: skip
        self._add(
            Batch, id=self.batch, course_id=self.course, organisation_id=self.office, starts_on=STARTS,
            ends_on=STARTS + timedelta(60), capacity=99, taken=0, created_at=moment(OPENED), version=1,
        )  # fmt: skip

    def people(self, count: int, working: int, *, learning: bool, years: int = 30, closed: date | None = None) -> None:
        """So many of this age, so many of whom work half a year after the course began."""
        lives = []
        for number in range(count):
            told = Told(OPENED, closed=closed, reason="moved" if closed else None)
            if number < working:
                told.work = [Work(date(2024, 6, 3), date(2024, 6, 3), checks=[(date(2025, 1, 6), True, None)])]
            lives.append(Life([told], born=date(2024 - years, 1, 1) + timedelta(number)))
        cases = write_lives(self.truth, self.worker.id, [self.office], lives)
        for [case] in cases if learning else []:
            self._enrol(case)
        counted(date(2026, 3, 1))

    def _enrol(self, case: UUID) -> None:
        client = self.truth.one("select client_id from cases where id = :id", id=case)
        self._add(
            Enrolment, id=new_id(), batch_id=self.batch, course_id=self.course, organisation_id=self.office,
            case_id=case, client_id=client, state="completed", starts_on=STARTS, ends_on=STARTS + timedelta(60),
            requested_at=moment(STARTS), requested_by=self.worker.id, passed=True, completed_on=STARTS + timedelta(60),
            version=1,
        )  # fmt: skip

    def _add(self, model, **values) -> None:
        self.truth.run("select 1")
        self.truth._connection.execute(sa.insert(table_of(model)).values(**values))


@pytest.fixture
def school(make: Make, truth: Truth, clock: Clock) -> School:
    clock.set("2026-03-02T03:00:00+00:00")
    return School(make, truth)


def test_people_who_are_alike_are_compared(school: School, make: Make):
    school.people(30, 20, learning=True)
    school.people(40, 10, learning=False)
    school.people(40, 40, learning=False, closed=STARTS)
    with make.acting(school.leader) as session:
        found = compare_course(session, school.course)
    work = found.outcomes[0].difference
    assert (found.pairs, found.without_partner, work.course, work.others) == (30, 0, 20, 10)
    assert found.is_good, "who had left before the course began is beside nobody"
    assert work.value == pytest.approx(1 / 3)
    assert work.low < work.value < work.high


def test_too_few_are_not_compared(school: School, make: Make):
    school.people(30, 20, learning=True)
    school.people(19, 10, learning=False)
    with make.acting(school.leader) as session, pytest.raises(RuleBroken) as refused:
        compare_course(session, school.course)
    assert [each["code"] for each in refused.value.errors] == ["too_few"]


def test_people_who_are_not_alike_are_not_compared(school: School, make: Make, api, reader):
    school.people(25, 20, learning=True, years=31)
    school.people(25, 10, learning=False, years=43)
    answer = api(school.leader).get(f"/reports/cohorts/comparison?course_id={school.course}")
    assert (answer.status_code, [(each["code"], each["field"]) for each in answer.json["errors"]]) == (
        409, [("unbalanced", "age")])  # fmt: skip
    page = reader(school.leader).get(f"/reports/cohorts/comparison?course_id={school.course}")
    assert page.status_code == 409
    assert "Umur: terlalu berbeda untuk dibandingkan." in text_of(page.text)


def test_outside_few_are_not_told(school: School, make: Make):
    school.people(30, 20, learning=True)
    school.people(40, 2, learning=False)
    with make.acting(make.user("analyst")) as session:
        assert compare_course(session, school.course).outcomes[0].difference is None


def test_a_comparison_says_what_it_cannot_say(school: School, reader, api, statements):
    school.people(30, 20, learning=True)
    school.people(40, 10, learning=False)
    address = f"/reports/cohorts/comparison?course_id={school.course}"
    leader = reader(school.leader)
    page = text_of(leader.get(address).text)
    assert "bahwa kursus penyebabnya tidak terbukti" in page
    assert "Peserta 66,7%" in page
    assert len(statements(lambda: leader.get(address))) <= 12
    assert api(school.leader).get(address).json["says"]


def test_a_course_that_there_is_not(school: School, make: Make):
    with make.acting(school.leader) as session, pytest.raises(NotFound):
        compare_course(session, fresh_id())
