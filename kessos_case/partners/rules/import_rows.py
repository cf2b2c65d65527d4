"""One row of a table of partners: a service of an organisation, what its cells say, and everything that is wrong with them.

A cell that is empty says nothing, so what stands stays. A hyphen says that there is none.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kessos_case.core.headings import Heading
from kessos_case.partners.rules.import_cells import RowFault, Words, WrongCell, value_in

# The contract (docs/handbook/direktori.md), in its order: the organisation, its service, its places, its agreement, whom
# to call.
OFFICE = ("organisation_code", "organisation_kind", "organisation_name", "region_code")
SERVICE = (
    "service_type", "service_name", "coverage", "min_age", "max_age", "sexes", "categories", "has_disability_access",
    "is_accredited", "allows_waiting", "is_active", "open_days", "opens_at", "closes_at", "application_process",
)  # fmt: skip
CAPACITY = ("capacity_places", "capacity_starts_on", "capacity_ends_on")
AGREEMENT = (
    "agreement_number", "agreement_starts_on", "agreement_ends_on", "agreement_parties", "agreement_subject",
)  # fmt: skip
CONTACT = ("contact_name", "contact_position", "contact_phone", "contact_email")
COLUMNS = OFFICE + SERVICE + CAPACITY + AGREEMENT + CONTACT
# What names a row: without these nobody knows what it is about.
KEY = ("organisation_code", "service_type", "service_name")


@dataclass(frozen=True)
class Fault:
    """What is wrong in which column; `row` is the other row where two do not go together."""

    field: str
    code: RowFault
    row: int | None = None


# Typed by a hand or by Word, an apostrophe is one.
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bb\u02bc`\u00b4", "'"))


def same_name(name: str) -> str:
    """A name as names are compared: capitals do not matter, nor which apostrophe it has."""
    return name.translate(_APOSTROPHES).casefold()


@dataclass
class Row:
    """A row as read: what it states by column, what is wrong with it, and the cells as they were sent."""

    number: int
    cells: list[str]
    stated: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def key(self) -> tuple[Any, ...] | None:
        """What it is about; None where it does not say."""
        code, service_type, name = (self.stated.get(column) for column in KEY)
        return None if None in (code, service_type, name) else (code, service_type, same_name(str(name)))

    def part(self, columns: Iterable[str]) -> dict[str, Any]:
        """What it states of these columns."""
        return {name: self.stated[name] for name in columns if name in self.stated}


def read_row(number: int, cells: Sequence[str], heading: Heading, words: Words) -> Row:
    """What the row says, with everything that is wrong with it."""
    row = Row(number, list(cells))
    if len(cells) > heading.width and any(map(str.strip, cells[heading.width :])):
        # A separator too many shifts what follows: an age would be read as a sex.
        row.faults.append(Fault("row", RowFault.TOO_MANY_CELLS))
        return row
    for column, cell in zip(COLUMNS, heading.cells(cells), strict=True):
        if cell:
            _read_cell(row, column, cell, words)
    wrong = {fault.field for fault in row.faults}
    row.faults += [Fault(name, RowFault.MISSING) for name in KEY if name not in row.stated and name not in wrong]
    return row


def is_example(cells: Sequence[str], heading: Heading, words: Words) -> bool:
    """Is this the row of the template that shows how to fill it in?"""
    return heading.cells(cells)[0].upper().startswith(words.example)


def _read_cell(row: Row, column: str, cell: str, words: Words) -> None:
    try:
        row.stated[column] = value_in(column, cell, words)
    except WrongCell as wrong:
        row.faults.append(Fault(column, wrong.args[0]))


def compare_rows(rows: Sequence[Row]) -> None:
    """Add to each row what does not go together with another: the same service twice, an organisation that is two things.

    Which of two rows is right nobody can tell, so both fail; of rows that are the same to the letter the first one counts.
    """
    _find_repeats(rows)
    for column in OFFICE[1:]:
        _find_contradictions(rows, column, lambda row: row.stated.get("organisation_code"))
    for column in AGREEMENT[1:]:
        _find_contradictions(rows, column, lambda row: _within(row, "agreement_number"))
    for column in CONTACT[1:]:
        _find_contradictions(rows, column, lambda row: _within(row, "contact_name"))


def _within(row: Row, name: str) -> tuple[str, str] | None:
    office, named = row.stated.get("organisation_code"), row.stated.get(name)
    return (office, same_name(named)) if office and named else None


def _find_repeats(rows: Sequence[Row]) -> None:
    for alike in _grouped(rows, lambda row: row.key):
        first = alike[0]
        is_same = all(row.cells == first.cells for row in alike)
        for row in alike[1:]:
            row.faults.append(Fault("row", RowFault.TWICE, first.number))
        if len(alike) > 1 and not is_same:
            first.faults.append(Fault("row", RowFault.TWICE, alike[1].number))


def _find_contradictions(rows: Sequence[Row], column: str, whose: Callable[[Row], Any]) -> None:
    for alike in _grouped([row for row in rows if column in row.stated], whose):
        first = alike[0]
        others = [row for row in alike if row.stated[column] != first.stated[column]]
        if others:
            is_other = {row.number for row in others}
            row_of = {True: first.number, False: others[0].number}
            for row in alike:
                row.faults.append(Fault(column, RowFault.CONTRADICTS, row_of[row.number in is_other]))


def _grouped(rows: Sequence[Row], whose: Callable[[Row], Any]) -> list[list[Row]]:
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        key = whose(row)
        if key is not None:
            groups.setdefault(key, []).append(row)
    return list(groups.values())
