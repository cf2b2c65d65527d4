"""The cohort report against a slow one in plain Python, on random lives; for whom it is told, and what is not."""

from datetime import date, timedelta
from statistics import mean, median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kessos_case.core.errors import Forbidden, Invalid
from kessos_case.core.paging import PageRequest
from kessos_case.reports.rules.cohorts import KINDS, STAGES
from kessos_case.reports.service import Cohorts, Selection, cohort_rows, read_cohorts
from tests.conftest import Clock, Truth
from tests.factories import Make
from tests.factories.cases import BONDOWOSO, MAGETAN, open_case, supervisor
from tests.factories.cohorts import Answered, Life, Told, Verdict, Work, counted, write_lives
from tests.reports import slow_cohorts as slow

TODAY = date(2026, 3, 2)
LEAP = date(2024, 2, 29)
ORDER = {
    "independence": ["assessment", "planning", "training", "placement", "aftercare"],
    "reunification": ["assessment", "planning", "rehabilitation", "reunification", "aftercare"],
    "long_term_care": ["assessment", "planning", "care"],
}


@st.composite
def days_after(draw, first: date, many: int) -> list[date]:
    """So many days from the first to today, in order; several may be one day, and the leap day is often one."""
    span = max(0, (TODAY - first).days)
    steps = [first + timedelta(draw(st.integers(0, span))) for _ in range(many)]
    if many and draw(st.booleans()) and first <= LEAP:
        steps[0] = LEAP
    return sorted(steps)


@st.composite
def told_case(draw, opened: date, pathway: str, *, handed: bool) -> Told:
    way = ORDER[pathway][: draw(st.integers(0, len(ORDER[pathway])))]
    # Some go back to an earlier stage.
    stages = way + draw(st.lists(st.sampled_from(way), max_size=1)) if way else []
    *moved, closed = draw(days_after(opened, len(stages) + 1))
    case = Told(opened, draw(st.integers(0, 1)), pathway, moves=list(zip(moved, stages, strict=True)), handed=handed)
    if handed:
        case.closed, case.reason = closed, "transferred"
    elif draw(st.booleans()):
        case.closed = closed
        case.reason = draw(st.sampled_from(["moved", "own_wish", "age_limit", "deceased", "duplicate", None]))
    case.answers = [
        Answered(day, draw(st.sampled_from(["gse10", "household_skills"])), draw(st.none() | st.integers(0, 40)),
                 draw(st.integers(1, 2)), draw(st.sampled_from(["completed", "superseded"])))
        for day in sorted(set(draw(days_after(opened, draw(st.integers(0, 4))))))
    ]  # fmt: skip
    case.work = [draw(work_after(day)) for day in draw(days_after(opened, draw(st.integers(0, 2))))]
    if draw(st.booleans()):
        case.verdicts = [draw(verdict_after(opened))]
    return case


@st.composite
def verdict_after(draw, opened: date) -> Verdict:
    given_on, *fallen = draw(days_after(opened, draw(st.integers(1, 3))))
    state = draw(st.sampled_from(["provisional", "confirmed", "withdrawn"]))
    return Verdict(draw(st.sampled_from(KINDS)), state, given_on, given_on if state == "confirmed" else None, fallen)


@st.composite
def work_after(draw, starts_on: date) -> Work:
    days = draw(days_after(starts_on, draw(st.integers(0, 4))))
    pay = st.none() | st.integers(0, 5_000_000)
    work = Work(starts_on, draw(st.none() | st.just(starts_on)), income=draw(pay))
    work.checks = [(day, draw(st.booleans()), draw(pay)) for day in days]
    if draw(st.booleans()):
        [work.ended_on] = draw(days_after(starts_on, 1))
        work.reason = draw(st.sampled_from(["resigned", "never_started"]))
    return work


@st.composite
def lives(draw) -> Life:
    opened = draw(st.just(LEAP) | st.dates(date(2020, 1, 1), TODAY))
    pathway = draw(st.sampled_from(list(ORDER)))
    cases = []
    for handed in [*[True] * draw(st.integers(0, 2)), False]:
        cases.append(draw(told_case(opened, pathway, handed=handed)))
        opened = cases[-1].closed or opened
    if cases[-1].closed and draw(st.booleans()):
        [again] = draw(days_after(cases[-1].closed, 1))
        cases.append(draw(told_case(again, pathway, handed=False)))
    born = draw(st.none() | st.dates(date(1940, 1, 1), date(2019, 1, 1)) | st.just(date(2004, 2, 29)))
    months = st.integers(2020 * 12, TODAY.year * 12 + 1)
    statements = [(first, first + draw(st.integers(0, 2)), draw(st.integers(0, 6_000_000)), draw(st.integers(1, 5)))
                  for first in draw(st.lists(months, max_size=4))]  # fmt: skip
    died = draw(st.none() | st.dates(cases[-1].opened, TODAY))
    return Life(cases, draw(st.sampled_from("LP")), born, draw(st.booleans()), died_on=died, statements=statements)


@pytest.fixture
def world(make: Make, truth: Truth, clock: Clock):
    """Two offices and who leads them."""
    clock.set("2026-03-02T20:00:00+00:00")
    return World(make, truth)


class World:
    def __init__(self, make: Make, truth: Truth) -> None:
        self.make, self.truth = make, truth
        self.worker, self.leader = make.caseworker(), supervisor(make)
        self.analyst = make.user("analyst")
        self.offices = [make.organisation(code).id for code in (BONDOWOSO, MAGETAN)]

    def write(self, people: list[Life]):
        written = write_lives(self.truth, self.worker.id, self.offices, people)
        counted(TODAY)
        return written

    def read(self, who=None, *, by: str = "", **filters: str) -> Cohorts:
        with self.make.acting(who or self.leader) as session:
            return read_cohorts(session, Selection(filters, by))


def test_every_figure_is_as_a_slow_reading_of_each_life_finds_it(world: World):
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(lives(), max_size=9))
    def told(people: list[Life]) -> None:
        point = world.truth._connection.begin_nested()
        try:
            world.write(people)
            those = [each for each in slow.episodes(people, TODAY) if each.cases[0].office == 0]
            found = world.read()
            assert {f.code: f for f in found.figures if f.value is not None} != {} or not those
            check(those, {figure.code: figure for figure in found.figures})
        finally:
            point.rollback()

    told()


def check(those: list[slow.Episode], figures) -> None:
    near = pytest.approx
    assert figures["all"].value == len(those)
    for stage in STAGES:
        spans = slow.spans_to(stage, those)
        assert (figures[f"reached_{stage}"].part, figures[f"reached_{stage}"].n) == (
            sum(end == 1 for _days, end in spans), len(spans))  # fmt: skip
        for days in (90, 180, 365, 730):
            expected = slow.share_by(spans, days)
            value = figures[f"time_{stage}_{days}"].value
            assert value == (None if expected is None else near(expected, abs=0.00051)), (stage, days, spans)
        if all(days <= 1095 for days, _end in spans):
            assert figures[f"median_{stage}"].value == slow.half_by(spans), spans
    may = [each for each in those if each.may_graduate]
    for kind in KINDS:
        graduated = [each for each in may if each.verdict and each.verdict.kind == kind]
        assert figures[f"graduated_{kind}"].part == len(graduated)
        assert figures[f"confirmed_{kind}"].part == sum(each.verdict.confirmed_on is not None for each in graduated)
        for months, days in ((12, 365), (24, 730), (36, 1095)):
            expected = slow.share_by(slow.spans_to_graduation(kind, those), days)
            value = figures[f"chance_graduated_{kind}_{months}"].value
            assert value == (None if expected is None else near(expected, abs=0.00051))
            long_ago = [each for each in may if (TODAY - each.intake).days >= days]
            by_then = [each for each in long_ago if each in graduated
                       and (each.verdict.provisional_on - each.intake).days <= days]  # fmt: skip
            figure = figures[f"graduated_{kind}_{months}"]
            assert (figure.part, figure.n) == (len(by_then), len(long_ago))
        for months, days in ((6, 182), (12, 365), (24, 730)):
            expected = slow.share_by(slow.spans_to_relapse(kind, those), days)
            value = figures[f"chance_relapsed_{kind}_{months}"].value
            assert value == (None if expected is None else near(expected, abs=0.00051))
    for days in (30, 90, 180, 365):
        states = [each.kept(days) for each in those]
        assert (figures[f"kept_{days}"].part, figures[f"kept_{days}"].n, figures[f"kept_unknown_{days}"].part) == (
            states.count("kept"), states.count("kept") + states.count("over"), states.count("unknown"))  # fmt: skip
    for after in (2, 4):
        states = [each.employed(after) for each in those]
        figure = figures[f"employed_{after}"]
        assert (figure.part, figure.n) == (states.count("kept"), states.count("kept") + states.count("over"))
        assert figures[f"employed_unknown_{after}"].value == states.count("unknown")
        wages = [each.income(after) for each in those if each.income(after) is not None]
        assert figures[f"income_{after}"].value == (round(median(wages)) if wages else None)
        assert figures[f"income_{after}"].n == len(wages)
    for moment in ("exit", "after"):
        changes = {
            "confidence": [each.change("gse10", moment) for each in those],
            "skill": [each.change("household_skills", moment) for each in those],
            "income": [each.earned_more(moment) for each in those],
        }
        for name, values in changes.items():
            known = [value for value in values if value is not None]
            figure = figures[f"change_{name}_{moment}"]
            assert figure.n == len(known)
            assert figure.value == (near(mean(known), abs=0.51 if name == "income" else 0.0051) if known else None)


def plain(count: int, reached: int = 0, **about) -> list[Life]:
    """So many people who were taken in on one day, of whom so many were assessed a week later."""
    opened = about.pop("opened", date(2025, 1, 6))
    told = {name: about.pop(name) for name in ("office", "pathway", "category") if name in about}
    later = [(opened + timedelta(7), "assessment")]
    return [Life([Told(opened, moves=later if number < reached else [], **told)], **about) for number in range(count)]


def figure(found: Cohorts, code: str, key: str = ""):
    figures = next(group.figures for group in found.groups if group.key == key) if key else found.figures
    return next(each for each in figures if each.code == code)


def test_who_leads_an_office_is_told_of_it_alone_and_exactly(world: World):
    world.write([*plain(3, 1), *plain(9, 2, office=1)])
    found = world.read()
    assert (found.is_exact, figure(found, "all").value, figure(found, "reached_assessment").part) == (True, 3, 1)
    with pytest.raises(Forbidden):
        world.read(office=str(world.offices[1]))


def test_a_case_that_was_handed_over_is_one_life_where_it_began(world: World):
    first = Told(date(2025, 1, 6), closed=date(2025, 2, 3), reason="transferred", handed=True)
    second = Told(date(2025, 2, 3), office=1, moves=[(date(2025, 2, 3), "assessment")])
    world.write([Life([first, second])])
    found = world.read()
    assert (figure(found, "all").value, figure(found, "left").part, figure(found, "reached_assessment").part) == (
        1,
        0,
        1,
    )
    other = supervisor(world.make, MAGETAN)
    assert figure(world.read(other), "all").value == 0


def test_long_term_care_is_in_no_figure_of_graduation(world: World):
    opened = date(2024, 1, 8)
    verdict = Verdict("natural", "confirmed", date(2024, 6, 3), date(2025, 6, 3))
    cared = [Life([Told(opened, pathway="long_term_care", verdicts=[verdict])]) for _ in range(4)]
    world.write([*cared, Life([Told(opened, verdicts=[verdict])])])
    found = world.read()
    assert figure(found, "all").value == 5
    for code in ("graduated_natural", "chance_graduated_natural_12", "graduated_natural_12"):
        assert figure(found, code).n == 1


def test_outside_few_are_not_told_nor_what_gives_them_away(world: World):
    world.write([*plain(3, sex="L"), *plain(20, 20, sex="P")])
    found = world.read(world.analyst, by="sex")
    assert not found.is_exact
    assert figure(found, "all").value == 23
    assert figure(found, "all", "L").is_hidden
    assert figure(found, "all", "P").is_hidden, "the sum less this would be the three"
    assert figure(found, "reached_assessment").is_hidden, "20 of 23 tells of the three"
    assert world.read(world.analyst, sex="P").is_hidden, "and by another address no more is told"


def test_outside_the_same_is_hidden_however_one_comes_to_it(world: World):
    world.write([*plain(7, 7, category="PPKS-12"), *plain(6, 2, category="PPKS-13", sex="L"), *plain(30, 15)])
    by_group = world.read(world.analyst, by="category", sex="L")
    by_filter = world.read(world.analyst, by="sex", category="PPKS-13")
    for code in ("all", "reached_assessment"):
        assert figure(by_group, code, "PPKS-13") == figure(by_filter, code, "L")


def test_outside_nobody_tells_people_apart_by_three_things(world: World):
    world.write([])
    with pytest.raises(Invalid) as refused:
        world.read(world.analyst, by="age", sex="L", category="PPKS-13")
    assert refused.value.errors[0]["code"] == "too_fine"
    assert figure(world.read(by="age", sex="L", category="PPKS-13"), "all").value == 0


def test_the_people_behind_a_figure_are_for_who_leads_their_office(world: World):
    [[mine], [_later], [_foreign]] = world.write([*plain(1, 1), *plain(1), *plain(1, 1, office=1)])
    asked = PageRequest("test", 10)
    with world.make.acting(world.leader) as session:
        found = cohort_rows(session, Selection(), "reached_assessment", asked)
        assert [case.id for case in found.items] == [mine]
        with pytest.raises(Invalid):
            cohort_rows(session, Selection(), "reached_'", asked)
    with world.make.acting(world.analyst) as session, pytest.raises(Forbidden):
        cohort_rows(session, Selection(), "all", asked)


def test_a_reading_is_written_in_the_trail(world: World):
    open_case(world.make, world.worker)
    counted(TODAY)
    world.read(by="sex")
    told = "select detail ->> 'report' from audit_entries where action = 'read' and resource = 'report'"
    assert world.truth.all(told) == ["cohorts"]
