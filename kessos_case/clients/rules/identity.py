"""Sex, age and confidentiality of a person. Age is computed on a day, never stored."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from uuid import UUID

from kessos_case.core.months import first_day, last_day, month_of
from kessos_case.reference.rules import Confidentiality

# Age by sight, as in the report on a person found in the street, is written in tens ("about 40"): half of ten each way.
ESTIMATE_YEARS = 5


class Sex(StrEnum):
    """As the person or the papers say, never read from the NIK: L laki-laki, P perempuan."""

    MALE = "L"
    FEMALE = "P"
    UNKNOWN = "unknown"


class BirthDatePrecision(StrEnum):
    """How much of a birth date is known; the rest of the stored date only fills the column."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    ESTIMATED = "estimated"


def is_restricted(confidentiality: Confidentiality) -> bool:
    """Is the person hidden from search outside the team, and the name masked in lists? (spec/privacy.md)"""
    return confidentiality is Confidentiality.STRICT


def called(client_id: UUID, name: str | None, temporary_label: str | None, *, is_hidden: bool = False) -> str:
    """What to call a person: the name, else what he goes by for the time being; who may not be named here by his record."""
    return f"Dirahasiakan {client_id.hex[-4:]}" if is_hidden else name or temporary_label or ""


def confidentiality_of(category_levels: Iterable[Confidentiality]) -> Confidentiality:
    """The highest level among a person's categories; standard for a person without any."""
    return max(category_levels, default=Confidentiality.STANDARD)


def age_on(birth_date: date, day: date) -> int:
    """Whole years lived on the day. Raises ValueError when the day is before the birth.

    Who was born on 29 February turns a year older on 1 March in a common year. No Indonesian statute that we know of
    settles it, so it was chosen: the anniversary is only then complete, and a child stays under the protection of the
    child-protection law (UU 35/2014, below 18) for that one day longer rather than losing it a day early.
    """
    if day < birth_date:
        raise ValueError(f"{day} is before the birth on {birth_date}")
    anniversary_to_come = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - anniversary_to_come


def age_range_on(birth_date: date, precision: BirthDatePrecision, day: date) -> tuple[int, int]:
    """Least and greatest age in whole years that the precision leaves open on the day.

    A known month or year may hide any birth within it, but none after the day; an estimate is ESTIMATE_YEARS off either
    way and never below 0. Raises ValueError when even the earliest possible birth is after the day.
    """
    if precision == BirthDatePrecision.ESTIMATED:
        age = age_on(birth_date, day)
        return max(0, age - ESTIMATE_YEARS), age + ESTIMATE_YEARS
    earliest, latest = _possible_births(birth_date, precision)
    return age_on(min(latest, max(earliest, day)), day), age_on(earliest, day)


def _possible_births(birth_date: date, precision: BirthDatePrecision) -> tuple[date, date]:
    if precision == BirthDatePrecision.MONTH:
        month = month_of(birth_date)
        return first_day(month), last_day(month)
    if precision == BirthDatePrecision.YEAR:
        return birth_date.replace(month=1, day=1), birth_date.replace(month=12, day=31)
    return birth_date, birth_date
