"""Households (KK): who lives on one budget with whom, in whole months. Values in, values out. Source: spec domain.md."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kessos_case.clients.rules.identity import BirthDatePrecision
from kessos_case.core.months import Month, format_month, month_of, month_range


class HouseholdRelation(StrEnum):
    """What a member is to the head of the family card."""

    HEAD = "head"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    OTHER = "other"


@dataclass(frozen=True)
class Stay:
    """A person's months in a household, both ends included; `last` is None while it lasts."""

    first: Month
    last: Month | None

    def meets(self, first: Month, last: Month | None) -> bool:
        """Does it share a month with first..last?"""
        return (last is None or self.first <= last) and (self.last is None or self.last >= first)

    def __str__(self) -> str:
        return f"{format_month(self.first)}..{format_month(self.last) if self.last is not None else ''}"


@dataclass(frozen=True)
class StayMistake:
    """One thing that is wrong with the months of a stay: in which field, a stable code, a sentence."""

    field: str
    code: str
    detail: str


def mistakes_in_stay(stay: Stay, *, present: Month, born: Month | None, died: Month | None) -> list[StayMistake]:
    """What no stay can be: months out of order, still to come, before the birth or after the death."""
    mistakes = []
    if stay.last is not None and stay.last < stay.first:
        mistakes.append(StayMistake("to", "before_from", f"The last month is before {format_month(stay.first)}."))
    for field, month in (("from", stay.first), ("to", stay.last)):
        if month is not None and month > present:
            mistakes.append(
                StayMistake(field, "in_future", "The month has not begun; write down what is, not what is planned.")
            )
    if born is not None and stay.first < born:
        mistakes.append(StayMistake("from", "before_birth", f"The person was born in {format_month(born)}."))
    if died is not None and (stay.last is None or stay.last > died):
        mistakes.append(StayMistake("to", "after_death", f"The person died in {format_month(died)}."))
    return mistakes


def born_from(birth_date: date | None, precision: str | None) -> Month | None:
    """The earliest month in which the person can have been born; None when an estimate leaves it open."""
    if birth_date is None or precision == BirthDatePrecision.ESTIMATED:
        return None
    return month_of(birth_date.replace(month=1) if precision == BirthDatePrecision.YEAR else birth_date)


def gives_way(before: Stay, wanted: Stay) -> bool:
    """May the stay end where the wanted one begins, as when a person moves? Not if a month before or after would be lost."""
    return before.first < wanted.first and (
        wanted.last is None or (before.last is not None and before.last <= wanted.last)
    )


def most_at_once(stays: Iterable[Stay], first: Month, last: Month) -> int:
    """The greatest number of these stays in any one month of first..last."""
    known = list(stays)
    return max(
        (sum(stay.meets(month, month) for stay in known) for month in month_range(first, last)),
        default=0,
    )
