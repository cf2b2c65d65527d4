"""The plain questions of the house: whom a ward suits, when a stay is looked at, what a bed-day is, which watch it is."""

import tomllib
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.core.settings import CONFIG_DIR
from kessos_case.residence import rules as r
from kessos_case.residence.rules import Shift

TERMS = r.HouseTerms(180, 30)
DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def test_a_ward_suits_whom_it_is_for_and_a_stranger_only_with_a_reason():
    said = [(ward, sex, r.fits(ward, sex), r.fits_with_reason(ward, sex))
            for ward in ("L", "P", "any") for sex in ("L", "P", "unknown")]  # fmt: skip
    assert said == [
        ("L", "L", True, True), ("L", "P", False, False), ("L", "unknown", False, True),
        ("P", "L", False, False), ("P", "P", True, True), ("P", "unknown", False, True),
        ("any", "L", True, True), ("any", "P", True, True), ("any", "unknown", True, True),
    ]  # fmt: skip


def test_the_line_goes_by_urgency_and_then_by_waiting():
    early, late = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    places = [
        r.place_in_line(*one) for one in (("routine", early), ("emergency", late), ("urgent", late), ("urgent", early))
    ]
    assert sorted(places) == [places[1], places[3], places[2], places[0]]


def test_a_stay_is_looked_at_by_habit_and_at_its_planned_end_at_the_latest():
    day = date(2026, 3, 2)
    assert r.next_review(day, day + timedelta(days=180), TERMS) == day + timedelta(days=30)
    assert r.next_review(day, day + timedelta(days=10), TERMS) == day + timedelta(days=10)
    assert r.next_review(day, day - timedelta(days=10), TERMS) == day


def test_half_a_year_from_a_leap_day():
    assert r.first_end(date(2028, 2, 29), TERMS) == date(2028, 8, 27)
    assert r.first_end(date(2028, 2, 29), r.HouseTerms(r.OPEN_ENDED_DAYS, 180)) == date(2128, 2, 5)
    assert r.is_open_ended(date(2028, 2, 29), date(2128, 2, 5))
    assert not r.is_open_ended(date(2028, 2, 29), date(2128, 2, 4))


@pytest.mark.parametrize(
    ("begun", "out", "days"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), 1),
        (date(2026, 3, 2), date(2026, 3, 3), 1),
        (date(2024, 2, 28), date(2024, 3, 1), 2),
        (date(2026, 2, 28), date(2026, 3, 1), 1),
    ],
)
def test_the_day_in_counts_the_day_out_does_not_and_both_on_one_day_are_one(begun: date, out: date, days: int):
    assert r.length_of_stay(begun, out) == days
    assert r.bed_days(begun, out, date(2024, 1, 1), date(2026, 12, 31)) == days


@given(DAYS, st.integers(0, 400), DAYS, st.integers(-3, 62), st.booleans())
def test_bed_days_are_the_days_counted_one_by_one(begun: date, length: int, first: date, span: int, goes_on: bool):
    out, last = None if goes_on else begun + timedelta(days=length), first + timedelta(days=span)
    counted, day = 0, first
    while day <= last:
        is_in = day >= begun and (out is None or day < out or day == begun)
        counted, day = counted + is_in, day + timedelta(days=1)
    assert r.bed_days(begun, out, first, last) == counted


@pytest.mark.parametrize(
    ("at", "watch"),
    [
        ("2026-03-02T06:59", (date(2026, 3, 1), Shift.NIGHT)),
        ("2026-03-02T07:00", (date(2026, 3, 2), Shift.MORNING)),
        ("2026-03-02T14:00", (date(2026, 3, 2), Shift.AFTERNOON)),
        ("2026-03-02T21:00", (date(2026, 3, 2), Shift.NIGHT)),
        ("2024-03-01T00:00", (date(2024, 2, 29), Shift.NIGHT)),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_began(at: str, watch: tuple[date, Shift]):
    assert r.shift_at(datetime.fromisoformat(at)) == watch


def test_after_the_night_comes_the_morning_of_the_next_day():
    assert r.shift_after(date(2024, 2, 28), Shift.NIGHT) == (date(2024, 2, 29), Shift.MORNING)
    assert r.shift_after(date(2026, 3, 2), Shift.MORNING) == (date(2026, 3, 2), Shift.AFTERNOON)


class TestPolicy:
    """The file of the lengths of stay."""

    @pytest.fixture
    def content(self):
        return tomllib.loads((CONFIG_DIR / "policies" / "residence.toml").read_text())

    def test_each_kind_of_upt_has_its_own_and_the_rest_the_default(self, content):
        policy = r.read_policy(content)
        days = {
            code: policy.terms_of(code).planned_days
            for code in ("PPSPA-BATU", "RSBN-MALANG", "PSTW-JEMBER", "RSBG-TUBAN")
        }
        assert days == {"PPSPA-BATU": 30, "RSBN-MALANG": 730, "PSTW-JEMBER": r.OPEN_ENDED_DAYS, "RSBG-TUBAN": 180}

    @pytest.mark.parametrize(
        "wrong", [{"planned_days": 0}, {"review_every_days": 367}, {"reason": ""}, {"planned_days": 1.5}]
    )
    def test_what_the_database_would_refuse_is_no_policy(self, content, wrong):
        content["default"] |= wrong
        with pytest.raises(ValueError, match="default"):
            r.read_policy(content)

    def test_a_kind_stands_there_once(self, content):
        content["kinds"].append(content["kinds"][0])
        with pytest.raises(ValueError, match="twice"):
            r.read_policy(content)
