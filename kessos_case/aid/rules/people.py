"""Is the registered person the one whom a row of a file names? Where it is not sure, a human decides."""

from collections.abc import Sequence
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from kessos_case.aid.rules.rows import Stated
from kessos_case.clients.rules import BirthDatePrecision, search_forms
from kessos_case.core.months import month_of

# How alike two folded names with one NIK must be: typing errors pass (Sukarmi, Sukarni), another child of the house does not.
ALIKE = 0.8


class Doubt(StrEnum):
    """Why it is not sure whose line a row is."""

    NOT_REGISTERED = "not_registered"
    NIK_SHARED = "nik_shared"
    NIK_MISSING = "nik_missing"
    NIK_DIFFERS = "nik_differs"
    NAME_DIFFERS = "name_differs"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    DIED = "died"


class Person(NamedTuple):
    """What the registry knows of somebody that a row may mean."""

    id: UUID
    name: str | None
    aliases: Sequence[str] | None
    birth_date: date | None
    precision: str | None
    died_on: date | None
    is_restricted: bool


def doubt_about(stated: Stated, people: Sequence[Person]) -> Doubt | None:
    """Why these people with the NIK of the row are not surely the one it names; None when there is one and all agrees."""
    if not people:
        return Doubt.NOT_REGISTERED
    if len(people) > 1:
        return Doubt.NIK_SHARED
    [person] = people
    if not names_agree(stated.name, person):
        return Doubt.NAME_DIFFERS
    if not _births_agree(stated.birth_date, person):
        return Doubt.BIRTH_DATE_DIFFERS
    if person.died_on and month_of(person.died_on) < stated.first:
        return Doubt.DIED
    return None


def names_agree(stated: str, person: Person) -> bool:
    """May one person bear both names? One within the other (initials, a name of the father) or a typing error apart."""
    if person.name is None:
        # Registered without a name, with a NIK: the number is all that there is to go by, and it is not enough.
        return False
    if stated.upper() == person.name.upper():
        return True
    ours = [form for name in (person.name, *(person.aliases or ())) for form in _forms(name)]
    return any(_alike(theirs, form) for theirs in _forms(stated) for form in ours)


@lru_cache(16384)
def _forms(name: str) -> tuple[str, ...]:
    return search_forms(name)


def _alike(one: str, other: str) -> bool:
    few, many = sorted((one.split(), other.split()), key=len)
    if few and all(word in many for word in few):
        return True
    # Blanks are set as people please: Siti Aminah, Sitiaminah.
    return SequenceMatcher(None, one.replace(" ", ""), other.replace(" ", "")).ratio() >= ALIKE


def _births_agree(stated: date | None, person: Person) -> bool:
    """Only what is known of the birth can speak against it."""
    known = person.birth_date
    if stated is None or known is None or stated == known or person.precision == BirthDatePrecision.ESTIMATED:
        return True
    if person.precision == BirthDatePrecision.MONTH:
        return (stated.year, stated.month) == (known.year, known.month)
    return person.precision == BirthDatePrecision.YEAR and stated.year == known.year
