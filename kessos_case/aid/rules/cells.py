"""What offices write in the cells of a table of aid beside days and months (core.written): rupiah, a NIK.

Amounts are asked for the same few texts a million times, so answers are kept.
"""

import re
from functools import lru_cache

# A thousand milliard: no payment to one person is more.
MOST_RUPIAH = 10**12
# A programme's own word for a member or thing, and a sender's number: no room for a sentence about anybody.
COMPONENT = r"^[A-Za-z0-9][A-Za-z0-9 _./-]{0,59}\Z"
REFERENCE = r"^[A-Za-z0-9][A-Za-z0-9 _.:/#-]{0,99}\Z"

_KEPT = 8192

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
