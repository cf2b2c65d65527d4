"""The figures of a house equal a plain count of days, one by one; and who came at the same moment is counted once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from statistics import fmean, median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.errors import Conflict, Invalid, NotFound
from kessos_case.core.months import first_day, last_day, parse_month
from kessos_case.residence import service
from tests.conftest import Clock, Truth
from tests.factories import Make, fresh_id
from tests.factories.cases import MAGETAN, open_case
from tests.factories.casework import supervisor_beside
from tests.factories.residence import discharged, stay, ward

BEGIN = date(2023, 11, 1)
TODAY = date(2024, 4, 10)
MONTHS = [parse_month(text) for text in ("2023-11", "2023-12", "2024-01", "2024-02", "2024-03", "2024-04")]

LIVES = st.lists(
    st.tuples(
        st.integers(0, 161),  # the day in, from BEGIN to TODAY
        st.one_of(st.none(), st.integers(0, 120)),  # days until the day out
        st.integers(1, 120),  # days planned
        st.sampled_from([time * 60 + minute for time in (0, 6, 16, 17, 23) for minute in (0, 59)]),
        st.sampled_from(["family", "own_wish"]),
    ),
    max_size=12,
)
BEDS = st.lists(
    st.tuples(st.integers(0, 161), st.integers(0, 9)), min_size=1, max_size=4, unique_by=lambda line: line[0]
)

INSERT = """insert into stays (id, case_id, client_id, organisation_id, ward_id, admitted_at, first_planned_until,
            planned_until, review_on, discharged_at, discharge_reason, recorded_at, recorded_by, version)
            select :id, :case_id, c.client_id, :office, :ward, :begun, :planned, :planned, :planned, :out, :reason, :begun,
                   :by, 1 from cases c where c.id = :case_id"""


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def house(make: Make, worker, clock: Clock):
    """A ward, and enough people whose stays may overlap."""
    clock.set("2023-11-01T00:00:00+00:00")
    found = ward(make, worker, beds=0)
    cases = [open_case(make, worker).id for _ in range(12)]
    clock.set("2024-04-10T05:00:00+00:00")
    return worker, found, cases


def moment(day: date, minute: int) -> datetime:
    return datetime.combine(day, datetime.min.time(), OFFICE_ZONE) + timedelta(minutes=minute)


def lay(truth: Truth, house, lives) -> list[tuple[date, date | None, int]]:
    """These lives as rows; answers day in, day out and days planned of each."""
    worker, found, cases = house
    counted = []
    for case_id, (begun, length, planned, minute, reason) in zip(cases, lives, strict=False):
        day = BEGIN + timedelta(days=begun)
        out = None if length is None or day + timedelta(days=length) > TODAY else day + timedelta(days=length)
        truth.run(
            INSERT, id=fresh_id(), case_id=case_id, office=worker.organisation_id, ward=found.id, by=worker.id,
            begun=moment(day, minute), planned=day + timedelta(days=planned),
            out=moment(out, minute) if out else None, reason=reason if out else None,
        )  # fmt: skip
        counted.append((day, out, planned))
    return counted


def lay_beds(truth: Truth, found, beds) -> None:
    truth.run("delete from ward_beds where ward_id = :id", id=found.id)
    for day, count in beds:
        values = {"id": found.id, "day": BEGIN + timedelta(days=day), "beds": count}
        truth.run("insert into ward_beds values (:id, :day, :beds)", **values)


def days_of(month: int) -> list[date]:
    first, last = first_day(month), min(last_day(month), TODAY)
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def plainly(month: int, lives, beds) -> tuple:
    """The slow count: each day, each person, each bed."""
    days = days_of(month)
    used = sum(day >= begun and (out is None or day < out or day == begun) for day in days for begun, out, _ in lives)
    there = sum(max(((BEGIN + timedelta(days=since), count) for since, count in beds if BEGIN + timedelta(days=since) <= day),
                    default=(None, 0))[1] for day in days)  # fmt: skip
    left = [(max((out - begun).days, 1), planned, out > begun + timedelta(days=planned))
            for begun, out, planned in lives if out in days]  # fmt: skip
    lengths = [length for length, _, _ in left]
    return (
        used, there, sum(begun in days for begun, _, _ in lives), len(left),
        *((fmean(lengths), median(lengths), fmean(planned for _, planned, _ in left)) if left else (None, None, None)),
        sum(over for _, _, over in left),
    )  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LIVES, BEDS)
def test_each_month_is_as_if_counted_by_hand(house, connection, truth: Truth, make: Make, lives, beds):
    worker, found, _ = house
    undo = connection.begin_nested()
    counted = lay(truth, house, lives)
    lay_beds(truth, found, beds)
    with make.acting(worker) as session:
        figures = {one.month: one for one in service.months_of(session, worker.organisation_id, MONTHS[-1])}
    undo.rollback()
    for month in MONTHS:
        one = figures[month]
        said = (one.bed_days, one.beds_there, one.arrivals, one.departures, one.mean_days, one.median_days,
                one.planned_days, one.over_planned)  # fmt: skip
        assert said == pytest.approx(plainly(month, counted, beds))


def test_a_whole_february_of_a_leap_year(house, truth: Truth, make: Make):
    worker, found, _ = house
    lay(truth, house, [(80, None, 30, 960, "family")])
    lay_beds(truth, found, [(0, 2)])
    with make.acting(worker) as session:
        one = service.occupancy(session, worker.organisation_id, parse_month("2024-02"))
    assert (one.figures.bed_days, one.figures.beds_there, one.figures.occupancy) == (29, 58, 0.5)
    assert one.until == date(2024, 2, 29)


def test_a_stay_that_begins_after_five_in_the_evening_utc_begins_on_the_next_day_here(house, truth: Truth, make: Make):
    worker, _, _ = house
    assert moment(date(2024, 4, 1), 30).astimezone(ZoneInfo("UTC")).date() == date(2024, 3, 31)
    lay(truth, house, [(152, None, 30, 30, "family")])
    with make.acting(worker) as session:
        march, april = (service.occupancy(session, worker.organisation_id, month).figures for month in MONTHS[-2:])
    assert (march.arrivals, april.arrivals, april.bed_days) == (0, 1, 10)


def test_who_left_is_told_by_reason_without_a_name(house, truth: Truth, make: Make):
    worker, _, _ = house
    lay(truth, house, [(0, 10, 30, 960, "family"), (0, 20, 30, 960, "family"), (0, 5, 30, 960, "own_wish")])
    with make.acting(worker) as session:
        found = service.occupancy(session, worker.organisation_id, MONTHS[0])
    assert [vars(one) for one in found.reasons] == [
        {"reason": "family", "departures": 2, "mean_days": 15.0, "median_days": 15.0},
        {"reason": "own_wish", "departures": 1, "mean_days": 5.0, "median_days": 5.0},
    ]


def test_those_for_whom_no_end_was_planned_are_not_behind_their_plan(make: Make, worker, clock: Clock):
    made = stay(make, worker, ward(make, worker))
    clock.move(days=3)
    discharged(make, worker, made)
    with make.acting(worker) as session:
        found = service.occupancy(session, worker.organisation_id).figures
    assert (found.departures, found.mean_days, found.planned_days, found.over_planned) == (1, 3.0, None, 0)


def test_no_month_to_come_and_no_other_house(make: Make, worker, clock: Clock):
    with make.acting(worker) as session:
        with pytest.raises(Invalid):
            service.occupancy(session, worker.organisation_id, parse_month("2026-04"))
        with pytest.raises(NotFound):
            service.occupancy(session, make.organisation(MAGETAN).id)


def test_twenty_who_come_at_once_to_three_beds(make_committed: Make, committed):
    make = make_committed
    worker = make.caseworker()
    mawar = ward(make, worker, beds=3)
    cases = [open_case(make, worker) for _ in range(20)]

    def come(case) -> str:
        try:
            stay(make, worker, mawar, case)
        except Conflict as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(5) as pool:
        said = list(pool.map(come, cases))
    assert sorted(said) == ["in"] * 3 + ["ward_full"] * 17
    with committed.connect() as connection:
        assert connection.exec_driver_sql("select taken from wards").scalar() == 3
        assert connection.exec_driver_sql("select count(*) from stays").scalar() == 3


def test_two_who_change_wards_and_one_who_leaves_at_once_count_well(make_committed: Make, committed):
    make = make_committed
    worker = make.caseworker()
    leader = supervisor_beside(make, worker)
    mawar, melati = ward(make, leader, beds=6), ward(make, leader, beds=6)
    lives = [stay(make, worker, room) for room in (mawar, melati) for _ in range(4)]

    def change(one) -> str:
        target = melati if one.ward_id == mawar.id else mawar
        try:
            with make.acting(worker) as session:
                service.move_ward(session, one.id, ward_id=target.id)
            discharged(make, worker, one)
        except Conflict as error:
            return error.code
        return "left"

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(change, lives))
    with committed.connect() as connection:
        here = "select count(*) from stays s where s.ward_id = w.id and s.discharged_at is null"
        counted = f"select ({here}) = taken from wards w"
        assert connection.exec_driver_sql(counted).scalars().all() == [True, True]
    assert set(said) <= {"left", "ward_full"}
    assert "left" in said
