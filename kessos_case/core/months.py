"""Months as integers: year*12 + month-1 inside, 'YYYY-MM' outside. Whole rupiah are spread over them here."""

import re
from datetime import date, timedelta
from functools import lru_cache

# Months since January of year 0. An alias and not a class: the nightly engine does arithmetic on millions of them.
Month = int

_WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_FIRST_YEAR = 1900
_LAST_YEAR = 2199


def parse_month(text: str) -> Month:
    """The month that 'YYYY-MM' names. Raises ValueError for any other form and for years outside 1900..2199."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise ValueError(f"{text!r} is not a month: it must be written YYYY-MM, such as 2026-01")
    year = int(written[1])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f"{text!r} is not a month between {_FIRST_YEAR}-01 and {_LAST_YEAR}-12")
    return year * 12 + int(written[2]) - 1


@lru_cache(4096)
def format_month(month: Month) -> str:
    """'YYYY-MM', the only form outside the program."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def month_of(day: date) -> Month:
    """The month in which the day lies. Of an instant, take the office's day first (core.clock.office_day)."""
    return day.year * 12 + day.month - 1


def first_day(month: Month) -> date:
    """The first date of the month."""
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: Month) -> date:
    """The last date of the month, 28 to 31."""
    return first_day(month + 1) - timedelta(days=1)


def months_later(day: date, count: int) -> date:
    """The same day so many months later, or the last day of a shorter month: 29 February and 12 months is 28 February."""
    last = last_day(month_of(day) + count)
    return last.replace(day=min(day.day, last.day))


def month_range(first: Month, last: Month) -> range:
    """Every month from first to last, both included; empty when last is before first."""
    return range(first, last + 1)


def spread(amount: int, first: Month, last: Month) -> list[int]:
    """Spread whole rupiah evenly over first..last (both included), what is left over to the earliest months.

    One rupiah more for each of the earliest, so two months never differ by more than one; the sum is the amount, and a
    negative amount gives the exact opposite, so that a reversal line cancels its line in every month
    (spec/dependency.md, 'From ledger to indicators', 2). Raises ValueError when last is before first.
    """
    if last < first:
        raise ValueError(f"{format_month(first)}..{format_month(last)} holds no month")
    return [share_of(amount, first, last, month) for month in month_range(first, last)]


def share_of(amount: int, first: Month, last: Month, month: Month) -> int:
    """The rupiah of one month of first..last, as `spread` has them."""
    # On the absolute value: Python rounds a negative quotient down, which would not mirror the positive one.
    share, left_over = divmod(abs(amount), last - first + 1)
    whole = share + (month - first < left_over)
    return -whole if amount < 0 else whole
