"""What became of those who finished a course: the one statement against a slow count by hand, and what is told to whom."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kessos_case.core import db
from kessos_case.core.errors import Forbidden
from kessos_case.core.ids import new_id
from kessos_case.core.shares import share_of
from kessos_case.reports import training_queries
from kessos_case.reports.rules.trainings import ALL_YEARS, COUNTS, Taught, hidden_figures, row_of, summed, told
from kessos_case.reports.service import count_courses, training_outcomes
from tests.factories import Make
from tests.factories.cases import MAGETAN, open_case
from tests.factories.employment import employer
from tests.factories.training import course
from tests.readers import text_of

TODAY = date(2026, 3, 2)
HALF_YEAR = timedelta(days=180)


@dataclass
class Work:
    """A placement as it was recorded."""

    starts_on: date
    verified: bool = True
    ended_on: date | None = None
    end_reason: str = "resigned"
    checked_on: date | None = None
    kind: str = "job"
    wage: int | None = 2_000_000


@dataclass
class Life:
    """One finished enrolment of a person, what he worked, and how the office lost him."""

    person: int
    course: int
    ends_on: date
    completed_on: date
    passed: bool
    works: list[Work] = field(default_factory=list)


@dataclass
class World:
    """People with cases, and courses of two offices."""

    people: list[tuple[UUID, UUID]]
    courses: list[tuple[UUID, UUID]]
    employer: UUID
    writer: UUID
    died: dict[int, date] = field(default_factory=dict)
    closed: dict[int, date] = field(default_factory=dict)


@pytest.fixture
def world(make: Make, clock) -> World:
    worker, other = make.caseworker(), make.caseworker(MAGETAN)
    cases = [open_case(make, worker) for _ in range(7)]
    courses = []
    for by in (worker, other):
        for name in ("Las", "Jahit"):
            taught = course(make, by, name=name, skill=name.lower())
            courses.append((taught.id, by.organisation_id))
    return World([(case.client_id, case.id) for case in cases], courses, employer(make), worker.id)


def write(connection: sa.Connection, world: World, lives: list[Life]) -> None:
    for person, day in world.died.items():
        run(connection, "update clients set died_on = :day where id = :id", day=day, id=world.people[person][0])
    for person, day in world.closed.items():
        noon = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
        run(
            connection, "update cases set closed_at = :at, close_reason = 'moved', stage = 'closed' where id = :id",
            at=noon, id=world.people[person][1],
        )  # fmt: skip
    for life in lives:
        (client, case), (course_id, office) = world.people[life.person], world.courses[life.course]
        batch_id = new_id()
        run(
            connection,
            "insert into batches (id, course_id, organisation_id, starts_on, ends_on, capacity, taken, created_at, version)"
            " values (:id, :course, :office, :ends, :ends, 20, 1, now(), 1)",
            id=batch_id, course=course_id, office=office, ends=life.ends_on,
        )  # fmt: skip
        run(
            connection,
            "insert into enrolments (id, batch_id, course_id, organisation_id, case_id, client_id, state, starts_on, ends_on,"
            " requested_at, requested_by, passed, completed_on, version) values (:id, :batch, :course, :office, :case, :client,"
            " 'completed', :ends, :ends, now(), :writer, :passed, :completed, 1)",
            id=new_id(), batch=batch_id, course=course_id, office=office, case=case, client=client, ends=life.ends_on,
            writer=world.writer, passed=life.passed, completed=life.completed_on,
        )  # fmt: skip
        for work in life.works:
            write_work(connection, world, life.person, work)


def write_work(connection: sa.Connection, world: World, person: int, work: Work) -> None:
    client, case = world.people[person]
    state = "ended" if work.ended_on else "active" if work.verified else "proposed"
    key = new_id()
    run(
        connection,
        "insert into placements (id, case_id, client_id, organisation_id, kind, employer_id, occupation, starts_on,"
        " monthly_income, state, verified_on, verification_method, verified_by, ended_on, end_reason,"
        " recorded_at, recorded_by, version)"
        " values (:id, :case, :client, :office, :kind, :employer, 'las', :starts, :wage, :state, :verified, :method,"
        " :verifier,"
        " :ended, :reason, now(), :writer, 1)",
        id=key, case=case, client=client, office=world.courses[0][1], kind=work.kind, employer=world.employer,
        starts=work.starts_on, wage=work.wage, state=state, verified=work.starts_on if work.verified else None,
        method="visit" if work.verified else None, verifier=world.writer if work.verified else None, ended=work.ended_on,
        reason=work.end_reason if work.ended_on else None, writer=world.writer,
    )  # fmt: skip
    if work.checked_on:
        run(
            connection,
            "insert into placement_checks (id, placement_id, client_id, period, checked_on, still_active, method, recorded_at,"
            " recorded_by) values (:id, :placement, :client, 180, :day, true, 'visit', now(), :writer)",
            id=new_id(), placement=key, client=client, day=work.checked_on, writer=world.writer,
        )  # fmt: skip


def run(connection: sa.Connection, text: str, **values) -> None:
    connection.exec_driver_sql("reset role")
    connection.execute(sa.text(text), values)


def by_hand(world: World, lives: list[Life]) -> dict[tuple[UUID, int], Counter]:
    """The same by course and year, person by person, without any SQL."""
    units = defaultdict(list)
    for life in lives:
        over = min(life.ends_on, life.completed_on)
        units[life.course, life.person, over.year].append((not life.passed, over))
    works = defaultdict(list)
    for life in lives:
        works[life.person] += life.works
    found: defaultdict[tuple[UUID, int], Counter] = defaultdict(Counter)
    for (number, person, year), tries in units.items():
        failed, over = min(tries)
        counts = found[world.courses[number][0], year]
        counts["finished"] += 1
        counts["failed" if failed else "passed"] += 1
        if not failed:
            for fate in fates(world, person, over, works[person]):
                counts[fate] += 1
    return dict(found)


def fates(world: World, person: int, over: date, works: list[Work]) -> list[str]:
    until = over + HALF_YEAR
    if until > TODAY:
        return ["early"]
    began = [
        one
        for one in works
        if over <= one.starts_on <= until and not (one.ended_on and one.end_reason == "never_started")
    ]
    real = [one for one in began if one.verified]
    if not real:
        died, closed = world.died.get(person), world.closed.get(person)
        is_unseen = bool(began) or (died and died <= until) or (closed and closed < until)
        return ["unseen" if is_unseen else "jobless"]
    first = min(real, key=lambda one: one.starts_on)
    waged = ["waged"] if first.kind == "job" and first.wage is not None else []
    return ["placed", kept(first), *waged]


def kept(work: Work) -> str:
    day = work.starts_on + HALF_YEAR
    if day > TODAY:
        return "recent"
    if work.ended_on and work.ended_on < day:
        return "unchecked" if work.end_reason == "deceased" else "lost"
    is_seen = bool(work.checked_on and work.checked_on >= day - timedelta(days=7))
    return "kept" if is_seen or work.ended_on else "unchecked"


def counted(today: date = TODAY) -> list[Taught]:
    with db.transaction(db.system("worker")) as session:
        return training_queries.taught(session, today)


def days(first: date, last: date) -> st.SearchStrategy[date]:
    # Days on which something turns come as often as all others: 29 February, the ends of years and of the half-years.
    turns = [date(2024, 2, 29), date(2024, 12, 31), date(2025, 1, 1), TODAY, TODAY - HALF_YEAR, TODAY - 2 * HALF_YEAR]
    return st.one_of(st.dates(first, last), st.sampled_from([day for day in turns if first <= day <= last]))


@st.composite
def a_life(draw) -> Life:
    ends_on = draw(days(date(2024, 1, 1), TODAY))
    completed_on = draw(st.sampled_from([ends_on, ends_on - timedelta(days=3), ends_on + timedelta(days=40)]))
    life = Life(draw(st.integers(0, 6)), draw(st.integers(0, 3)), ends_on, completed_on, draw(st.booleans()))
    over = min(ends_on, completed_on)
    for _ in range(draw(st.integers(0, 2))):
        starts = over + timedelta(days=draw(st.sampled_from([-1, 0, 1, 90, 179, 180, 181])))
        starts += timedelta(days=draw(st.integers(0, 2)), weeks=0)
        lasted = draw(st.sampled_from([None, 0, 179, 180, 181, 400]))
        seen = draw(st.sampled_from([None, 165, 166, 180, 200]))
        life.works.append(
            Work(
                starts, draw(st.booleans()) or lasted is not None,
                None if lasted is None else starts + timedelta(days=lasted),
                draw(st.sampled_from(["resigned", "deceased", "never_started"])),
                starts + timedelta(days=seen) if seen else None, draw(st.sampled_from(["job", "apprenticeship"])),
                draw(st.sampled_from([None, 1_500_000, 2_000_000])),
            )
        )  # fmt: skip
    return life


def apart(lives: list[Life]) -> list[Life]:
    """Without two works of a person on one day: which of them is the first is nobody's business here."""
    begun = set()
    for life in lives:
        life.works = [
            one
            for one in life.works
            if not ((life.person, one.starts_on) in begun or begun.add((life.person, one.starts_on)))
        ]
    return lives


class TestTheCount:
    """One statement against a count by hand."""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        lives=st.lists(a_life(), max_size=14),
        gone=st.dictionaries(st.integers(0, 6), days(date(2024, 6, 1), TODAY), max_size=2),
        left=st.dictionaries(st.integers(0, 6), days(date(2024, 6, 1), TODAY), max_size=3),
    )
    def test_it_is_what_a_count_by_hand_says(self, world: World, connection: sa.Connection, lives, gone, left):
        world.died, world.closed = gone, left
        lives = apart(lives)
        undo = connection.begin_nested()
        try:
            write(connection, world, lives)
            found = {(one.course_id, one.year): +Counter(dict(one.counts)) for one in counted()}
        finally:
            undo.rollback()
        assert found == {key: +counts for key, counts in by_hand(world, lives).items()}

    def test_every_person_has_one_fate(self, world: World, connection: sa.Connection):
        write(connection, world, [some_life(number) for number in range(40)])
        for one in counted():
            of = one.counts
            assert of["finished"] == of["passed"] + of["failed"]
            assert of["passed"] == of["placed"] + of["jobless"] + of["unseen"] + of["early"]
            assert of["placed"] == of["kept"] + of["lost"] + of["unchecked"] + of["recent"]
            assert len(one.wages) == of["waged"]

    def test_it_is_one_statement(self, world: World, connection: sa.Connection, statements):
        write(connection, world, [some_life(number) for number in range(10)])
        asked = statements(counted)
        assert len([line for line in asked if "enrolments" in line]) == 1

    def test_work_of_another_office_counts(self, world: World, connection: sa.Connection):
        write(connection, world, [Life(0, 2, date(2025, 3, 1), date(2025, 3, 1), True, [Work(date(2025, 4, 1))])])
        assert [(one.counts["placed"], one.year) for one in counted()] == [(1, 2025)]


def some_life(number: int) -> Life:
    dice = random.Random(number)
    over = date(2024, 6, 1) + timedelta(days=dice.randrange(600))
    works = (
        [Work(over + timedelta(days=dice.randrange(1, 170)), kind="job", wage=2_000_000 + number)]
        if dice.random() < 0.6
        else []
    )
    return Life(number % 7, dice.randrange(4), over, over, dice.random() < 0.8, works)


def row(course: UUID, year: int, office: UUID, **counts: int) -> Taught:
    given = Counter(counts)
    given["passed"] = sum(given[name] for name in ("placed", "jobless", "unseen", "early"))
    given["finished"] = given["passed"] + given["failed"]
    given["recent"] = given["placed"] - given["kept"] - given["lost"] - given["unchecked"]
    return Taught(course, "Las", "las", office, "UPT", year, given, (2_000_000,) * given["waged"])


class TestWhatIsTold:
    """Small figures, and those from which they follow, are told to nobody but the own office."""

    @settings(max_examples=80, deadline=None)
    @given(st.lists(st.tuples(*[st.integers(0, 9)] * 9), min_size=1, max_size=12))
    def test_no_hidden_figure_follows_from_one_sum(self, drawn):
        offices, courses = [new_id() for _ in range(2)], [new_id() for _ in range(3)]
        taught = [
            row(courses[at % 3], 2024 + at // 6, offices[at % 2], jobless=a, unseen=b, early=c, failed=d,
                placed=e + f + g, kept=e, lost=f, unchecked=g, waged=min(h, e + f + g))
            for at, (a, b, c, d, e, f, g, h, _) in enumerate(drawn)
        ]  # fmt: skip
        hidden, sums = hidden_figures(taught), summed(taught)
        for key, counts in sums.items():
            for whole, parts in (
                ("passed", ("placed", "jobless", "unseen", "early")),
                ("placed", ("kept", "lost", "unchecked", "recent")),
            ):
                dark = [part for part in parts if (*key, part) in hidden and counts[part]]
                assert all((*key, name) in hidden for name in COUNTS if 0 < counts[name] < 5)
                if (*key, whole) not in hidden:
                    assert not dark or (len(dark) > 1 and sum(counts[part] for part in dark) >= 5)

    def test_all_years_less_one_year_tell_nothing(self):
        office, one = new_id(), new_id()
        taught = [row(one, 2024, office, placed=3, jobless=9), row(one, 2025, office, placed=20, jobless=9)]
        hidden = hidden_figures(taught)
        leaf = row_of("taught", one, office)
        assert (leaf, 2024, "placed") in hidden
        told_years = {(leaf, 2025, "placed") in hidden, (leaf, ALL_YEARS, "placed") in hidden}
        assert told_years != {False}
        # What stands beside a course is the same sum, so it is hidden with it.
        assert ((row_of("course", one), ALL_YEARS, "placed") in hidden) == ((leaf, ALL_YEARS, "placed") in hidden)

    def test_a_share_is_told_only_with_both_its_parts(self):
        counts = {"placed": 20, "jobless": 2}
        assert told(counts, (), {"jobless"}).placement is None
        assert told(counts, ()).placement == share_of(20, 22)

    def test_few_wages_have_no_middle_and_few_more_no_bounds(self):
        wages = [2_000_000 + 137_000 * number for number in range(12)]
        assert told({}, wages[:4]).wage.median is None
        eight = told({}, wages[:8]).wage
        assert (eight.median, eight.low) == (2_500_000, None)
        twelve = told({}, wages).wage
        assert (twelve.n, twelve.low, twelve.median, twelve.high) == (12, 2_300_000, 2_800_000, 3_200_000)
        assert twelve.low > wages[0] and twelve.high < wages[-1]


def many(people: range, number: int, *, works: bool) -> list[Life]:
    over = date(2025, 1, 10)
    return [
        Life(
            one % 7,
            number,
            over,
            over,
            True,
            [Work(over + timedelta(days=9 + one), checked_on=date(2025, 9, 1))] if works else [],
        )
        for one in people
    ]


class TestWhoSeesIt:
    """Supervisors their own office, analysts all without small figures."""

    def test_a_supervisor_sees_his_own_office_exactly(self, make: Make, world: World, connection: sa.Connection, api):
        write(connection, world, [*many(range(2), 0, works=True), *many(range(2, 5), 2, works=False)])
        leader = make.user("supervisor", organisation="PSTW-BONDOWOSO")
        found = api(leader).get("/reports/training-outcomes?year=2025").json
        assert found["is_exact"]
        assert [line["course_name"] for line in found["lines"]] == [None, "Las"]
        assert found["total"]["outcome"]["placed"] == 2
        assert found["total"]["outcome"]["placement"]["n"] == 2
        with pytest.raises(Forbidden), make.acting(leader) as session:
            training_outcomes(session, office=world.courses[2][1])

    def test_an_analyst_sees_every_office_and_no_small_figure(self, make: Make, world: World, connection, api):
        write(connection, world, [*many(range(2), 0, works=True), *many(range(2, 7), 2, works=False)])
        found = api(make.user("analyst")).get("/reports/training-outcomes?year=2025").json
        assert not found["is_exact"]
        assert len(found["lines"]) == 4
        assert {line["outcome"]["placed"] for line in found["lines"] if line["course_name"] == "Las"} == {None, 0}
        assert "Uji" not in str(found)

    def test_others_see_none(self, make: Make, api, reader):
        for role in ("caseworker", "tksk", "partner", "dpo"):
            assert api(make.user(role)).get("/reports/training-outcomes").status_code == 403
            assert reader(make.user(role)).get("/reports/training-outcomes").status_code == 403

    def test_page_and_sheet_say_the_same(self, make: Make, world: World, connection, api, reader):
        write(connection, world, many(range(6), 0, works=True))
        leader = make.user("supervisor", organisation="PSTW-BONDOWOSO")
        page = text_of(reader(leader).get("/reports/training-outcomes?year=2025").text)
        assert "Bekerja mulai bekerja dalam 180 hari" in page and "Las" in page
        sheet = api(leader).get("/reports/training-outcomes?year=2025&format=csv")
        rows = [line.split(",") for line in sheet.text.lstrip("\ufeff").strip().splitlines()]
        assert rows[0][:3] == ["year", "organisation_id", "organisation"]
        of_total = dict(zip(rows[0], rows[1], strict=True))
        assert (of_total["passed"], of_total["placed"], of_total["kept"]) == ("6", "6", "6")

    def test_nothing_finished_is_said(self, make: Make, reader):
        page = reader(make.user("analyst")).get("/reports/training-outcomes?year=2031&organisation=x")
        assert page.status_code == 200
        assert "Tidak ada pelatihan yang selesai di pilihan ini." in text_of(page.text)

    def test_the_page_takes_few_statements(self, make: Make, world: World, connection, reader, statements):
        write(connection, world, many(range(6), 0, works=True))
        leader = reader(make.user("supervisor", organisation="PSTW-BONDOWOSO"))
        assert len(statements(lambda: leader.get("/reports/training-outcomes"))) <= 12


class TestBesideACourse:
    """The nightly figures where a course is chosen."""

    def count(self) -> int:
        with db.transaction(db.system("worker")) as session:
            return count_courses(session)

    def test_they_are_told_to_everybody_who_chooses(self, make: Make, world: World, connection, api, reader):
        write(connection, world, many(range(7), 0, works=True))
        assert self.count() == 1
        found = api(make.user("partner")).get(f"/courses/{world.courses[0][0]}/outcomes").json
        assert (
            found["course"]["passed"],
            found["course"]["placement"]["n"],
            found["course"]["retention"]["value"],
        ) == (7, 7, 1.0)
        assert found["course"]["wage_median"] == 2_000_000
        page = text_of(reader(make.caseworker()).get("/courses").text)
        assert "Bekerja dalam 180 hari sesudahnya" in page

    def test_few_people_are_not_told(self, make: Make, world: World, connection, api):
        write(connection, world, many(range(4), 0, works=True))
        self.count()
        found = api(make.caseworker()).get(f"/courses/{world.courses[0][0]}/outcomes").json
        assert found["course"] == dict.fromkeys(found["course"]) | {
            "unseen": 0,
            "early": 0,
            "unchecked": 0,
            "recent": 0,
        }

    def test_counted_again_they_are_the_same(self, world: World, connection: sa.Connection):
        write(connection, world, many(range(7), 0, works=True))
        stored = "select skill, course_id, passed, placed, kept, wage_median from course_records order by 1, 2"
        self.count()
        first = connection.execute(sa.text(stored)).all()
        self.count()
        assert connection.execute(sa.text(stored)).all() == first
        assert len(first) == 2

    def test_a_course_that_nobody_finished_has_none(self, make: Make, world: World, api):
        found = api(make.caseworker()).get(f"/courses/{world.courses[0][0]}/outcomes").json
        assert (found["course"], found["of_skill"], found["counted_at"]) == (None, None, None)
