"""CSV files of a ledger, of incomes and of people, read line by line; a million lines are kept as columns of numbers."""

import csv
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from kessos_case.clients.rules import age_on
from kessos_case.core.months import Month
from kessos_case.dependency.plain_files import values
from kessos_case.dependency.plain_files.values import MalformedFileError
from kessos_case.dependency.rules import Fact, KnownFacts, Statement

Reader = Callable[[str], Any]

_PATHWAYS = frozenset({"independence", "reunification", "long_term_care"})


@dataclass
class LedgerColumns:
    """The lines of a ledger that were known on the day: the row of the person, programme, months, rupiah.

    `people` are in the order in which they first appear, `programmes` likewise. `earliest` is the first month that any
    line of the file is for, known by then or not: it says where the file begins.
    """

    people: dict[str, int] = field(default_factory=dict)
    programmes: dict[str, int] = field(default_factory=dict)
    owner: "array[int]" = field(default_factory=lambda: array("i"))
    programme: "array[int]" = field(default_factory=lambda: array("i"))
    first: "array[int]" = field(default_factory=lambda: array("i"))
    last: "array[int]" = field(default_factory=lambda: array("i"))
    amount: "array[int]" = field(default_factory=lambda: array("q"))
    earliest: Month | None = None


@dataclass(frozen=True)
class PlainPerson:
    """A line of the people file."""

    birth_date: date | None = None
    is_severely_disabled: bool = False
    pathway: str | None = None
    facts: KnownFacts = field(default_factory=KnownFacts)

    def ages_on(self, day: date) -> tuple[int, int] | None:
        """Least and greatest age in whole years, which are one; None where the birth date is unknown."""
        if self.birth_date is None:
            return None
        age = age_on(self.birth_date, max(day, self.birth_date))
        return age, age


def read_ledger(path: Path, as_of: date) -> LedgerColumns:
    """Read person, programme, from, to, posted, amount. Raises MalformedFileError."""
    ledger = LedgerColumns()
    columns: dict[str, Reader] = {
        "person": _name,
        "programme": _name,
        "from": _month,
        "posted": _day,
        "amount": _amount,
    }
    for line, (person, programme, first, posted, amount, to) in _rows(path, columns, {"to": _maybe(_month)}):
        last = _last(path, line, first, to)
        number = ledger.people.setdefault(person, len(ledger.people))
        code = ledger.programmes.setdefault(programme, len(ledger.programmes))
        ledger.earliest = first if ledger.earliest is None else min(first, ledger.earliest)
        if posted <= as_of:
            ledger.owner.append(number)
            ledger.programme.append(code)
            ledger.first.append(first)
            ledger.last.append(last)
            ledger.amount.append(amount)
    return ledger


def read_incomes(path: Path) -> dict[str, list[Statement]]:
    """Read person, from, to, amount: what a person's household earned. Raises MalformedFileError."""
    incomes: dict[str, list[Statement]] = {}
    columns: dict[str, Reader] = {"person": _name, "from": _month, "amount": _income}
    for line, (person, first, amount, to) in _rows(path, columns, {"to": _maybe(_month)}):
        incomes.setdefault(person, []).append(Statement(first, _last(path, line, first, to), amount))
    return incomes


def read_people(path: Path) -> dict[str, PlainPerson]:
    """Read person and what else the file has of birth_date, severe_disability, pathway, worked_12, courses.

    An empty cell is unknown. Raises MalformedFileError.
    """
    people: dict[str, PlainPerson] = {}
    for line, (name, birth_date, is_disabled, pathway, has_worked, courses) in _rows(
        path, {"person": _name}, _OF_PEOPLE
    ):
        if name in people:
            raise _wrong(path, line, "person", f"{name!r} stands there twice")
        facts = KnownFacts.of(_work_facts(has_worked) | _course_facts(courses))
        people[name] = PlainPerson(birth_date, bool(is_disabled), pathway, facts)
    return people


def _work_facts(has_worked: bool | None) -> dict[Fact, bool | None]:
    # Who has not worked for a year does not work now; who has may have stopped.
    return {Fact.WORKED_12: has_worked, Fact.ACTIVE_WORK: False if has_worked is False else None}


def _course_facts(completed: int | None) -> dict[Fact, bool | None]:
    # Of a number without dates, only none says anything of the last year.
    if completed is None:
        return {}
    return {Fact.COURSE_COMPLETED: completed > 0, Fact.COURSE_LAST_12: None if completed else False}


def _wrong(path: Path, line: int, name: str, detail: object) -> MalformedFileError:
    """The mistake with its place; no name where it is the line as a whole."""
    return MalformedFileError(f"{path}, line {line}{name and f', {name}'}: {detail}")


def _rows(path: Path, needed: Mapping[str, Reader], optional: Mapping[str, Reader]) -> Iterator[tuple[int, list[Any]]]:
    """The lines beneath the header with the values of these columns in this order, and where they stand.

    A column of `optional` that the file lacks reads as empty cells; other columns and empty lines are passed over.
    """
    with _opened(path) as lines:
        names = [name.strip().lower() for name in next(lines, [])]
        readers = {**needed, **optional}
        for name in readers:
            if names.count(name) > 1 or (name in needed and name not in names):
                raise _wrong(path, 1, name, "there must be one column of this name")
        columns = [(name, read, names.index(name) if name in names else len(names)) for name, read in readers.items()]
        for cells in lines:
            if not any(cells):
                continue
            if len(cells) != len(names):
                raise _wrong(path, lines.line_num, "", f"there are {len(cells)} fields under {len(names)} columns")
            # What a missing column points to.
            cells.append("")
            yield lines.line_num, _values(path, lines.line_num, cells, columns)


def _values(path: Path, line: int, cells: list[str], columns: list[tuple[str, Reader, int]]) -> list[Any]:
    try:
        return [read(cells[number]) for _, read, number in columns]
    except ValueError:
        # Which one it was is asked only now: this runs a million times.
        for name, read, number in columns:
            try:
                read(cells[number])
            except ValueError as error:
                raise _wrong(path, line, name, error) from error
        raise


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The file as a CSV reader; where the header is parted by semicolons, as spreadsheets here write it, all is."""
    lines = None
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = stream.readline()
            stream.seek(0)
            is_semicolon = ";" in header and "," not in header
            lines = csv.reader(stream, delimiter=";" if is_semicolon else ",", strict=True)
            yield lines
    except OSError as error:
        raise MalformedFileError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        line = 1 if lines is None else lines.line_num + 1
        raise _wrong(path, line, "", "from here on it is not UTF-8 text") from error
    except csv.Error as error:
        raise _wrong(path, lines.line_num if lines else 1, "", f"it is not a table ({error})") from error


def _maybe(read: Reader) -> Reader:
    """The same, and None of an empty cell."""
    return lambda text: read(text) if text.strip() else None


def _last(path: Path, line: int, first: Month, to: Month | None) -> Month:
    """A line without `to` is for one month."""
    try:
        return first if to is None else values.in_order(first, to)
    except ValueError as error:
        raise _wrong(path, line, "to", error) from error


# A million lines name a few hundred months, days and amounts.
_month = lru_cache(10_000)(values.month)
_day = lru_cache(10_000)(values.day)


@lru_cache(10_000)
def _amount(text: str) -> int:
    return values.rupiah(values.whole(text))


def _income(text: str) -> int:
    return values.income(values.whole(text))


def _name(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text.strip()


def _pathway(text: str) -> str:
    if text.strip() not in _PATHWAYS:
        raise ValueError(f"{text!r} is none of {', '.join(sorted(_PATHWAYS))}")
    return text.strip()


def _count(text: str) -> int:
    count = values.whole(text)
    if count < 0:
        raise ValueError(f"{count} is below zero")
    return count


_OF_PEOPLE: Mapping[str, Reader] = {
    "birth_date": _maybe(values.day),
    "severe_disability": values.yes_or_no,
    "pathway": _maybe(_pathway),
    "worked_12": values.yes_or_no,
    "courses": _maybe(_count),
}
