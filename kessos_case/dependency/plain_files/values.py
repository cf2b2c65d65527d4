"""One value of a plain file at a time: months, dates, rupiah, yes and no. Whatever is malformed is told with its place."""

import re
from datetime import date
from typing import Any

from kessos_case.core.months import Month, parse_month

# A line of more than a trillion rupiah is a slip of the hand; sums of a million such lines still fit 64 bits.
MOST_RUPIAH = 10**12

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_YES_AND_NO = {
    "yes": True,
    "true": True,
    "1": True,
    "ya": True,
    "no": False,
    "false": False,
    "0": False,
    "tidak": False,
}


class MalformedFileError(ValueError):
    """A file cannot be read; the text names the file, the place in it and the field in one sentence."""


def month(text: Any) -> Month:
    """Of 'YYYY-MM'. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a month: it must be written YYYY-MM, such as 2026-01")
    return parse_month(text.strip())


def day(text: Any) -> date:
    """Of 'YYYY-MM-DD' alone; Python would also take weeks and dates without dashes. Raises ValueError."""
    try:
        if _DATE.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
    except (ValueError, AttributeError):
        pass
    raise ValueError(f"{text!r} is not a date: it must be written YYYY-MM-DD, such as 2026-01-31")


def whole(text: str) -> int:
    """Of digits with a sign or none. Raises ValueError: '200.000' may be two hundred or two hundred thousand."""
    if not _WHOLE.fullmatch(text.strip()):
        raise ValueError(f"{text!r} is not a whole number: write digits alone, without points or commas")
    return int(text)


def rupiah(amount: Any) -> int:
    """A whole number of rupiah within what one line can be. Raises ValueError."""
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise ValueError(f"{amount!r} is not a whole number of rupiah")
    if abs(amount) > MOST_RUPIAH:
        raise ValueError(f"{amount} rupiah are more than one line can be")
    return amount


def income(amount: Any) -> int:
    """Rupiah that are not below zero. Raises ValueError."""
    if rupiah(amount) < 0:
        raise ValueError(f"an income of {amount} rupiah is below zero")
    return int(amount)


def yes_or_no(text: str) -> bool | None:
    """None of an empty cell: nobody knows. Raises ValueError."""
    try:
        return _YES_AND_NO[text.strip().lower()] if text.strip() else None
    except KeyError:
        raise ValueError(f"{text!r} is neither yes nor no") from None


def in_order(first: Month, last: Month) -> Month:
    """`last`, when it is not before `first`. Raises ValueError."""
    if last < first:
        raise ValueError("the last month is before the first")
    return last
