"""What offices write in the cells of a table: days, months, rupiah. Text in, a value or a code for what is wrong out.

Each is asked for the same few texts a million times, so answers are kept.
"""

import re
from datetime import date
from functools import lru_cache

from kessos_case.core.months import Month, month_of

# A thousand milliard: no payment to one person is more.
MOST_RUPIAH = 10**12
# A programme's own word for a member or thing, and a sender's number: no room for a sentence about anybody.
COMPONENT = r"^[A-Za-z0-9][A-Za-z0-9 _./-]{0,59}\Z"
REFERENCE = r"^[A-Za-z0-9][A-Za-z0-9 _.:/#-]{0,99}\Z"

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

_CURRENCY = re.compile(r"^(?:rp|idr)\.?\s*|\s*[,.]-$", re.IGNORECASE)
# Thousands by dots and decimals by a comma, the other way round, or neither.
_RUPIAH = (
    re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{3})+)(?:,([0-9]{1,2}))?"),
    re.compile(r"(-?[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?"),
    re.compile(r"(-?[0-9]+)(?:[.,]([0-9]{1,2}))?"),
)
_NOT_WHOLE = re.compile(r"-?[0-9]+[.,][0-9]+(?:E[+-]?[0-9]+)?")

_SIXTEEN_DIGITS = re.compile(r"[0-9]{16}")
# What is left of a NIK that a spreadsheet took for a number: a power of ten, a decimal point, digits too few.
_LOST_DIGITS = re.compile(r"[0-9][.,]?[0-9]*E\+?1[0-9]|[0-9]{15,16}[.,]0+|[0-9]{12,15}", re.IGNORECASE)


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


@lru_cache(_KEPT)
def rupiah_in(text: str) -> int | str:
    """Whole rupiah of `600000`, `600.000`, `Rp 600.000,00` or `600,000.00`, else a code.

    `not_a_number`, `not_whole` (cents, or a number that a spreadsheet reckoned), `not_positive`, `too_much`.
    """
    bare = _CURRENCY.sub("", text.replace("\u00a0", " ").strip()).strip()
    for pattern in _RUPIAH:
        if found := pattern.fullmatch(bare):
            if int(found[2] or 0):
                return "not_whole"
            amount = int(re.sub(r"[.,]", "", found[1]))
            return "not_positive" if amount <= 0 else "too_much" if amount > MOST_RUPIAH else amount
    return "not_whole" if _NOT_WHOLE.fullmatch(bare) else "not_a_number"


def is_nik(text: str) -> bool:
    """Has it the form of a NIK? Whether it can be one is asked only where nobody has it."""
    return _SIXTEEN_DIGITS.fullmatch(text) is not None


def has_lost_digits(text: str) -> bool:
    """Was this a NIK before a spreadsheet took it for a number? `3,57811E+15`, 15 digits, a decimal point behind."""
    return _LOST_DIGITS.fullmatch(text) is not None
