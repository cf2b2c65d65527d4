"""Rupiah, days and months as people write them: Rp 600.000, 3 Maret 2026, Maret 2026."""

from datetime import date

from flask_babel import format_date, format_decimal

from kessos_case.core.clock import office_day
from kessos_case.core.months import Month, first_day, format_month

_MINUS = "\N{MINUS SIGN}"
_NO_BREAK = "\N{NO-BREAK SPACE}"


def rupiah(amount: int) -> str:
    """`Rp 600.000`; below zero with its sign before: `−Rp 600.000`. Never broken over two lines."""
    return f"{_MINUS if amount < 0 else ''}Rp{_NO_BREAK}{format_decimal(abs(amount))}"


def whole(count: int) -> str:
    """`1.200`: how many, as people write large numbers."""
    return format_decimal(count)


def day(moment: date) -> str:
    """`3 Maret 2026`."""
    return format_date(moment, "d MMMM y")


def day_short(moment: date) -> str:
    """`3 Mar 2026`, where there is little room."""
    return format_date(moment, "d MMM y")


def month_name(month: Month) -> str:
    """`Maret 2026`."""
    return format_date(first_day(month), "MMMM y")


def month_short(place: int) -> str:
    """`Mar` for 2, the place of a month in its year: for the head of a narrow column."""
    return format_date(date(2000, place + 1, 1), "MMM")


def month_code(month: Month) -> str:
    """`2026-03`, as addresses have it."""
    return format_month(month)


def months_between(first: Month, last: Month) -> str:
    """`Mar 2026`, `Jan-Mar 2026` or `Nov 2025-Jan 2026`, with a dash between."""
    end = format_date(first_day(last), "MMM y")
    if first == last:
        return end
    return f"{format_date(first_day(first), 'MMM' if first // 12 == last // 12 else 'MMM y')}\N{EN DASH}{end}"


# What every template may write behind a bar.
FILTERS = (rupiah, whole, day, day_short, month_name, month_short, month_code, office_day)
