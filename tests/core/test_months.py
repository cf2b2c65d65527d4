"""Months as integers, and whole rupiah spread over them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.core.months import first_day, format_month, last_day, month_of, month_range, parse_month, spread

MONTHS = st.integers(parse_month("1900-01"), parse_month("2199-12"))


def test_a_month_is_twelve_times_the_year_plus_the_month_less_one() -> None:
    assert parse_month("2026-01") == 2026 * 12
    assert parse_month("2026-12") == 2026 * 12 + 11


@given(MONTHS)
def test_writing_and_reading_agree(month: int) -> None:
    assert parse_month(format_month(month)) == month


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-1", "2026-00", "2026-13", "26-01", "2026-01-01", "2026/01", " 2026-01", "2026-01\n", "２０２６-01",
     "-026-01", "1899-12", "2200-01", "0000-01"],
)  # fmt: skip
def test_anything_else_is_no_month(text: str) -> None:
    with pytest.raises(ValueError, match="is not a month"):
        parse_month(text)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_lies_between_the_first_and_last_day_of_its_month(day: date) -> None:
    month = month_of(day)
    assert first_day(month) <= day <= last_day(month)
    assert month_of(first_day(month)) == month_of(last_day(month)) == month


@pytest.mark.parametrize(("month", "day"), [("2024-02", 29), ("2025-02", 28), ("2100-02", 28), ("2025-12", 31)])
def test_the_last_day_knows_leap_years(month: str, day: int) -> None:
    assert last_day(parse_month(month)).day == day


def test_a_range_of_months_has_both_ends() -> None:
    assert [format_month(month) for month in month_range(parse_month("2025-11"), parse_month("2026-01"))] == [
        "2025-11",
        "2025-12",
        "2026-01",
    ]
    assert not month_range(5, 4)


@pytest.mark.parametrize(
    ("amount", "count", "shares"),
    [
        (750_000, 3, [250_000] * 3),
        (200_000, 3, [66_667, 66_667, 66_666]),
        (-200_000, 3, [-66_667, -66_667, -66_666]),
        (1, 3, [1, 0, 0]),
        (-1, 3, [-1, 0, 0]),
        (0, 2, [0, 0]),
        (7, 1, [7]),
    ],
)
def test_what_is_left_over_goes_to_the_earliest(amount: int, count: int, shares: list[int]) -> None:
    assert spread(amount, 100, 99 + count) == shares


@given(st.integers(-(10**12), 10**12), MONTHS, st.integers(0, 60))
def test_spreading_loses_nothing_and_a_reversal_cancels_every_month(amount: int, first: int, more: int) -> None:
    shares = spread(amount, first, first + more)
    assert len(shares) == more + 1
    assert sum(shares) == amount
    assert max(shares) - min(shares) <= 1
    assert spread(-amount, first, first + more) == [-share for share in shares]


def test_nothing_is_spread_over_no_month() -> None:
    with pytest.raises(ValueError, match=r"2026-02\.\.2026-01 holds no month"):
        spread(1, parse_month("2026-02"), parse_month("2026-01"))
