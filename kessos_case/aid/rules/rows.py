"""One row of a file of aid: which column is what, what the row says, and everything that is wrong with it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeVar

from kessos_case.aid.rules.cells import COMPONENT, REFERENCE, has_lost_digits, is_nik, rupiah_in
from kessos_case.aid.rules.ledger import mistakes_in_line
from kessos_case.clients.rules import normalise_nik
from kessos_case.core import headings
from kessos_case.core.headings import Heading
from kessos_case.core.months import Month
from kessos_case.core.text import clean_text, reject_reason
from kessos_case.core.written import day_in, month_in

# The contract (spec api.md, "CSV aid import"), in its order.
COLUMNS = (
    "programme", "nik", "name", "birth_date", "region_code", "component", "from", "to", "paid_on", "amount",
    "source_reference",
)  # fmt: skip
NEEDED = frozenset({"nik", "name", "from", "paid_on", "amount"})

_COMPONENT = re.compile(COMPONENT)
_REFERENCE = re.compile(REFERENCE)
_KEPT = 8192
_NO_LETTERS = re.compile(r"[^a-z0-9]+")
# How forms say that there is none.
_NOTHING = frozenset({"", "-", "--", "0", "'", "n/a", "null", "tidak ada"})


class RowFault(StrEnum):
    """What may be wrong with one cell."""

    MISSING = "missing"
    TOO_MANY_CELLS = "too_many_cells"
    CONTROL_CHARACTER = "control_character"
    NOT_FOUND = "not_found"
    COMPONENT_NEEDED = "component_needed"
    NOT_A_CODE = "not_a_code"
    NOT_A_DAY = "not_a_day"
    NOT_A_MONTH = "not_a_month"
    NOT_A_NUMBER = "not_a_number"
    NOT_WHOLE = "not_whole"
    NOT_POSITIVE = "not_positive"
    TOO_MUCH = "too_much"
    DIGITS_LOST = "digits_lost"
    # Of clients.rules.check_nik.
    FORMAT = "format"
    PLACEHOLDER = "placeholder"
    PROVINCE = "province"
    REGION_ZERO = "region_zero"
    BIRTH_DATE = "birth_date"
    SERIAL = "serial"
    # Of the ledger's own rules.
    IN_FUTURE = "in_future"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    BEFORE_FROM = "before_from"
    TOO_LONG = "too_long"
    SOURCE_REFERENCE_USED = "source_reference_used"


Fault = tuple[str, RowFault]


@dataclass(frozen=True, eq=False)
class Words:
    """How programmes and headings may be called: the programmes that exist, and what the policy aid_import says."""

    programmes: frozenset[str]
    short: Mapping[str, str]
    families: Mapping[str, Mapping[str, str]]
    headings: Mapping[str, str]


class Stated(NamedTuple):
    """What a row says, in the program's own forms. Months are core.months, `amount` whole rupiah."""

    programme: str
    component: str | None
    first: Month
    last: Month
    paid_on: date
    amount: int
    reference: str | None
    nik: str | None
    name: str
    birth_date: date | None


def heading_in(cells: Sequence[str], words: Words) -> Heading:
    """Read a row as a heading, by the names of the contract and those of the policy."""
    return headings.heading_in(cells, COLUMNS, words.headings)


def is_heading(heading: Heading) -> bool:
    """Does enough of it have a name to be the heading and not a title above it?"""
    return len(NEEDED & heading.places.keys()) >= 2


def missing_columns(heading: Heading, *, has_programme: bool) -> list[str]:
    """Columns without which no row can be a line; the programme may be that of the whole file."""
    needed = NEEDED if has_programme else NEEDED | {"programme"}
    return [name for name in COLUMNS if name in needed and name not in heading.places]


def read_row(
    cells: Sequence[str], heading: Heading, words: Words, programme: str | None, today: date
) -> tuple[Stated | None, list[Fault]]:
    """What the row says, or everything that is wrong with it. `programme` is that of rows that name none.

    Whether a NIK can be one is not asked here: where somebody has it, it can.
    """
    faults: list[Fault] = []
    if len(cells) > heading.width and any(cells[heading.width :]):
        # A comma too many shifts what follows: a rupiah would be read as a month.
        return None, [("row", RowFault.TOO_MANY_CELLS)]
    named, nik, name, birth, _region, component, since, until, paid, rupiah, number = heading.cells(cells)
    code = _programme(named, component, words, programme, faults)
    first = _needed("from", since, month_in, RowFault.NOT_A_MONTH, faults)
    last = _needed("to", until, month_in, RowFault.NOT_A_MONTH, faults) if until else first
    paid_on = _needed("paid_on", paid, day_in, RowFault.NOT_A_DAY, faults)
    amount = _amount(rupiah, faults)
    if number and not _REFERENCE.match(number):
        faults.append(("source_reference", RowFault.NOT_A_CODE))
    if component and not _COMPONENT.match(component):
        faults.append(("component", RowFault.NOT_A_CODE))
    whose = (nik_in(nik, faults), _name(name, faults), _birth_date(birth, faults, today))
    if first is not None and last is not None and paid_on is not None:
        faults += _impossible(first, last, paid_on, today)
    if faults or code is None or first is None or last is None or paid_on is None:
        return None, faults
    return Stated(code, component or None, first, last, paid_on, amount, number or None, *whose), faults


def _programme(text: str, component: str, words: Words, default: str | None, faults: list[Fault]) -> str | None:
    if not text:
        if default is None:
            faults.append(("programme", RowFault.MISSING))
        return default
    code = programme_named(text, component, words)
    if code is None:
        is_family = " ".join(text.upper().split()) in words.families
        fault = ("component", RowFault.COMPONENT_NEEDED) if is_family else ("programme", RowFault.NOT_FOUND)
        faults.append(fault)
    return code


@lru_cache(_KEPT)
def programme_named(text: str, component: str, words: Words) -> str | None:
    """The code of the reference data for a code, a short name, or a family and its component; None when it is none."""
    said = " ".join(text.upper().split())
    if said in words.programmes:
        return said
    family = words.families.get(said)
    if family is not None:
        return family.get(_NO_LETTERS.sub(" ", component.lower()).strip())
    return words.short.get(said)


Read = TypeVar("Read")


def _needed(
    name: str, text: str, read: Callable[[str], Read | None], fault: RowFault, faults: list[Fault]
) -> Read | None:
    found = read(text) if text else None
    if found is None:
        faults.append((name, fault if text else RowFault.MISSING))
    return found


def _amount(text: str, faults: list[Fault]) -> int:
    found = rupiah_in(text) if text else RowFault.MISSING
    if isinstance(found, int):
        return found
    faults.append(("amount", RowFault(found)))
    return 0


def _name(text: str, faults: list[Fault]) -> str:
    if not text:
        faults.append(("name", RowFault.MISSING))
    elif not text.isprintable():
        text = clean_text(text)
        if reject_reason(text):
            faults.append(("name", RowFault.CONTROL_CHARACTER))
    return text


def _birth_date(text: str, faults: list[Fault], today: date) -> date | None:
    if text in _NOTHING:
        return None
    found = day_in(text)
    if found is None:
        faults.append(("birth_date", RowFault.NOT_A_DAY))
    elif found > today:
        faults.append(("birth_date", RowFault.IN_FUTURE))
    return found


def nik_in(text: str, faults: list[Fault]) -> str | None:
    """Sixteen digits, or None for a cell that says there is none; what cannot be one is a fault."""
    if is_nik(text):
        return text
    if text.lower() in _NOTHING:
        return None
    nik = normalise_nik(text)
    if is_nik(nik):
        return nik
    faults.append(("nik", RowFault.DIGITS_LOST if has_lost_digits(nik) else RowFault.FORMAT))
    return None


@lru_cache(_KEPT)
def _impossible(first: Month, last: Month, paid_on: date, today: date) -> tuple[Fault, ...]:
    return tuple((wrong.field, RowFault(wrong.code)) for wrong in mistakes_in_line(first, last, paid_on, today))
