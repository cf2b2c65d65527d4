"""What offices write in the cells of a table where they mean a day or a month. Text in, a value out, None for what is none.

Each is asked for the same few texts a million times, so answers are kept.
"""

import re
from datetime import date
from functools import lru_cache

from kessos_case.core.months import Month, month_of

_KEPT = 8192

_ISO_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ]0?0:00(?::00)?)?")
# Day before month, as everybody in Indonesia writes; a year of two digits could be of either century.
_DAY = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})")
_NAMED_DAY = re.compile(r"([0-9]{1,2})[- ]([a-z]+)[- ]([0-9]{4})")
_ISO_MONTH = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})")
_MONTH = re.compile(r"([0-9]{1,2})[-/.]([0-9]{4})")
_NAMED_MONTH = re.compile(r"([a-z]+)[- ]([0-9]{4})")
_MONTH_NAMES = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january", "feb februari pebruari february", "mar maret march", "apr april", "mei may",
            "jun juni june", "jul juli july", "agu agt ags agustus aug august", "sep sept september",
            "okt oktober oct october", "nov november nopember", "des desember dec december",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip


@lru_cache(_KEPT)
def day_in(text: str) -> date | None:
    """The day that `2025-01-31`, `31/01/2025`, `31-01-2025` or `31 Januari 2025` names; None when it is no day."""
    if found := _ISO_DAY.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _DAY.fullmatch(text):
        return _day(found[3], found[2], found[1])
    if found := _NAMED_DAY.fullmatch(text.lower()):
        return _day(found[3], _MONTH_NAMES.get(found[2], 0), found[1])
    return None


def _day(year: str, month: str | int, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if 1880 <= found.year < 2200 else None


@lru_cache(_KEPT)
def month_in(text: str) -> Month | None:
    """The month (core.months) of `2025-01`, `01/2025`, `Jan 2025`, `Januari 2025` or of a whole day; None when it is none."""
    if found := _ISO_MONTH.fullmatch(text):
        return _month(found[1], int(found[2]))
    if found := _MONTH.fullmatch(text):
        return _month(found[2], int(found[1]))
    if found := _NAMED_MONTH.fullmatch(text.lower()):
        return _month(found[2], _MONTH_NAMES.get(found[1], 0))
    # A spreadsheet makes of a month its first day.
    day = day_in(text)
    return month_of(day) if day and day.year >= 1900 else None


def _month(year: str, month: int) -> Month | None:
    return int(year) * 12 + month - 1 if 1 <= month <= 12 and 1900 <= int(year) < 2200 else None
