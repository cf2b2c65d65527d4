"""Unmet need by month, regency and kind of service: against months counted by hand, and a slow count of random ones."""

import random
from datetime import timedelta

import pytest

from kessos_case.core.errors import Forbidden
from kessos_case.core.months import month_range, parse_month
from kessos_case.core.paging import PageRequest
from kessos_case.reports.service import UnmetNeed, unmet_need, unmet_rows
from kessos_case.reports.unmet_queries import start_of
from tests.conftest import Clock, Truth
from tests.factories import AMBULU, JEMBER, SURABAYA, Make
from tests.factories.reports import Past, at, past

GENTENG = "35.78.07"
DECEMBER, JANUARY = parse_month("2025-12"), parse_month("2026-01")
MARCH = parse_month("2026-03")


def figures(make: Make, by, first: int = DECEMBER, last: int = MARCH) -> UnmetNeed:
    with make.acting(by) as session:
        return unmet_need(session, month_range(first, last))


def counts(found: UnmetNeed, month: int, place: str | None = None, kind: str | None = None) -> tuple:
    cell = found.of(month, place, kind)
    return cell.entered, cell.met_later, cell.still_unmet


@pytest.fixture
def lived(make: Make, truth: Truth, clock: Clock) -> Past:
    """Six needs over the turn of a year, one of them twice and one of two kinds."""
    clock.set("2026-03-02T03:00:00+00:00")
    lived = past(make, truth)
    # Until the last minute of December, and met in January.
    lived.unmet((at("2025-12-10 09:00"), at("2025-12-31 23:59")), met=at("2026-01-04 09:00"), state="routing")
    # Over midnight: still unmet at the end of December, not at that of January.
    lived.unmet((at("2025-12-31 23:59"), at("2026-01-01 00:00")), state="routing")
    # Unmet since January, twice; what was met between does not make it met now.
    lived.unmet(
        (at("2026-01-01 00:00"), at("2026-01-10 09:00")), (at("2026-01-20 09:00"), None), met=at("2026-01-15 09:00")
    )
    lived.unmet((at("2026-01-05 09:00"), None), service_types=["meals", "temporary_shelter"])
    lived.unmet((at("2026-01-06 09:00"), None), region_code=GENTENG)
    # Entered and withdrawn in the same month.
    lived.unmet((at("2026-01-07 09:00"), at("2026-01-08 09:00")), state="withdrawn")
    return lived


def test_every_figure_is_what_was_counted_by_hand(lived: Past, make: Make):
    found = figures(make, make.user("triage", organisation="DINSOS-35"))
    assert found.is_exact
    assert counts(found, DECEMBER) == (2, 1, 1)
    assert counts(found, JANUARY) == (4, 1, 3)
    assert counts(found, MARCH) == (0, 0, 3)
    assert counts(found, JANUARY, SURABAYA) == (1, 0, 1)
    assert counts(found, JANUARY, JEMBER) == (3, 1, 2)


def test_who_asks_for_two_things_is_under_each_and_once_in_the_sum(lived: Past, make: Make):
    found = figures(make, make.user("triage"))
    assert counts(found, JANUARY, JEMBER, "meals") == (1, 0, 1)
    assert counts(found, JANUARY, JEMBER, "temporary_shelter") == (3, 1, 2)
    assert counts(found, JANUARY, JEMBER) == (3, 1, 2)
    assert counts(found, JANUARY, None, "meals") == (1, 0, 1)


def test_a_desk_sees_its_region_alone(lived: Past, make: Make):
    found = figures(make, make.user("triage"))
    assert {cell.region_code for cell in found.cells} == {None, JEMBER}
    assert counts(found, JANUARY) == (3, 1, 2)
    small = figures(make, make.user("triage", region=AMBULU))
    assert counts(small, JANUARY) == (3, 1, 2)
    assert figures(make, make.user("triage", region="35.09.13")).cells == []


def test_outside_small_figures_are_not_told(lived: Past, make: Make):
    for role in ("administrator", "analyst", "supervisor"):
        office = {"organisation": "PSTW-BONDOWOSO"} if role == "supervisor" else {}
        found = figures(make, make.user(role, **office))
        assert not found.is_exact
        assert {cell.region_code for cell in found.cells} == {None, JEMBER, SURABAYA}
        assert {value for cell in found.cells for value in (cell.entered, cell.met_later, cell.still_unmet)} <= {
            None,
            0,
        }


def test_large_figures_are_told_outside_and_none_gives_a_small_one_away(lived: Past, make: Make):
    for number in range(12):
        lived.unmet((at(f"2026-02-{number + 1:02d} 09:00"), None), region_code=AMBULU if number < 9 else GENTENG)
    found = figures(make, make.user("administrator"))
    assert found.of(JANUARY + 1).entered == 12
    # Three of Surabaya are few, and with the sum the nine of Jember would tell them.
    assert found.of(JANUARY + 1, SURABAYA).entered is None
    assert found.of(JANUARY + 1, JEMBER).entered is None


def test_outside_it_is_not_told_how_few_were_not_met(lived: Past, make: Make):
    for number in range(12):
        day = f"2026-02-{number + 1:02d}"
        lived.unmet((at(f"{day} 09:00"), at(f"{day} 12:00")), met=at(f"{day} 15:00") if number < 10 else None)
    found = figures(make, make.user("administrator"))
    assert found.of(JANUARY + 1).entered == 12
    assert found.of(JANUARY + 1).met_later is None, "twelve less ten would be the two who still wait"


def test_behind_each_figure_stand_as_many_referrals(lived: Past, make: Make):
    desk = make.user("triage", organisation="DINSOS-35")
    found = figures(make, desk)
    with make.acting(desk) as session:
        for month in (DECEMBER, JANUARY, MARCH):
            for measure in ("entered", "met_later", "still_unmet"):
                rows = unmet_rows(session, month, measure, PageRequest("rows"), place=JEMBER).items
                assert len(rows) == getattr(found.of(month, JEMBER), measure)
        meals = unmet_rows(session, JANUARY, "entered", PageRequest("rows"), service_types=["meals"]).items
        assert len(meals) == 1


def test_rows_are_for_desks_and_of_their_region(lived: Past, make: Make):
    with make.acting(make.user("triage")) as session:
        rows = unmet_rows(session, JANUARY, "entered", PageRequest("rows")).items
        assert {row.regency_code for row in rows} == {JEMBER}
    with make.acting(make.user("administrator")) as session, pytest.raises(Forbidden):
        unmet_rows(session, JANUARY, "entered", PageRequest("rows"))


def test_months_made_at_random_are_counted_like_one_by_one(make: Make, truth: Truth, clock: Clock):
    clock.set("2026-03-02T03:00:00+00:00")
    chance, lived, kept = random.Random(11), past(make, truth), []
    for _ in range(60):
        moment, stays = at("2025-10-01 00:00") + timedelta(hours=chance.randrange(2400)), []
        for _ in range(chance.randrange(1, 4)):
            end = moment + timedelta(hours=chance.randrange(1, 700)) if chance.random() < 0.8 else None
            stays.append((moment, end))
            if end is None:
                break
            moment = end + timedelta(hours=chance.randrange(1, 400))
        seen = stays[-1][1] + timedelta(minutes=30) if stays[-1][1] and chance.random() < 0.5 else None
        kinds = chance.choice([["meals"], ["temporary_shelter"], ["meals", "temporary_shelter"]])
        region = chance.choice([AMBULU, GENTENG])
        lived.unmet(*stays, met=seen, service_types=kinds, region_code=region)
        kept.append((region[:5], kinds, stays, seen))
    found = figures(make, make.user("triage", organisation="DINSOS-35"), parse_month("2025-10"), MARCH)
    for month in month_range(parse_month("2025-10"), MARCH):
        for place in (None, JEMBER, SURABAYA):
            for kind in (None, "meals", "temporary_shelter"):
                rows = [row for row in kept if place in (None, row[0]) and (kind is None or kind in row[1])]
                assert counts(found, month, place, kind) == _slow(rows, month)


def _slow(rows, month: int) -> tuple[int, int, int]:
    first, after = start_of(month), start_of(month + 1)
    new = [row for row in rows if any(first <= start < after for start, _ in row[2])]
    met = [row for row in new if row[3]]
    still = [row for row in rows if any(start < after and (end is None or end >= after) for start, end in row[2])]
    return len(new), len(met), len(still)
