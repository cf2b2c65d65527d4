"""Reading of reference files: each value of a row taken once and checked, and a fault named by file and row."""

import csv
import tomllib
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any, NoReturn, TypeVar

from kessos_case.core.months import Month, parse_month
from kessos_case.core.settings import CONFIG_DIR

Record = dict[str, Any]
Word = TypeVar("Word", bound=StrEnum)
Made = TypeVar("Made")


class ReferenceDataError(ValueError):
    """A reference file is missing or wrong; the text names the file and the row."""


class Row:
    """One row of a file: each value is taken once and checked, and what nobody takes is a mistake in the file."""

    def __init__(self, where: str, values: Record) -> None:
        self.where = where
        self._left = dict(values)

    def wrong(self, why: str) -> NoReturn:
        """Refuse this row."""
        raise ReferenceDataError(f"{self.where}: {why}")

    def text(self, name: str) -> str:
        """A text that is not empty."""
        return self.optional_text(name) or self.wrong(f"{name} is missing")

    def optional_text(self, name: str) -> str | None:
        """A text, None where it is empty or absent."""
        value = self._left.pop(name, None) or None
        if not isinstance(value, str | None):
            self.wrong(f"{name} must be a text, not {value!r}")
        return value

    def texts(self, name: str) -> list[str]:
        """A list of texts, empty where it is absent."""
        values = self._left.pop(name, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self.wrong(f"{name} must be a list of texts")
        return values

    def whole(self, name: str) -> int:
        """A whole number, not negative."""
        value = self.optional_whole(name)
        return self.wrong(f"{name} is missing") if value is None else value

    def optional_whole(self, name: str) -> int | None:
        """A whole number, not negative; None where it is empty or absent."""
        value = self._left.pop(name, None)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value)
        if value in (None, ""):
            return None
        if type(value) is not int or value < 0:
            self.wrong(f"{name} must be a whole number, not {value!r}")
        return value

    def amount(self, name: str) -> int:
        """Whole rupiah above zero."""
        return self.whole(name) or self.wrong(f"{name} must be more than 0 rupiah")

    def flag(self, name: str) -> bool:
        """True or false; false where it is absent."""
        value = self._left.pop(name, False)
        return value if isinstance(value, bool) else self.wrong(f"{name} must be true or false, not {value!r}")

    def day(self, name: str) -> date:
        """A date."""
        return self.optional_day(name) or self.wrong(f"{name} is missing")

    def optional_day(self, name: str) -> date | None:
        """A date; None where it is empty or absent."""
        value = self._left.pop(name, None)
        if isinstance(value, str) and value:
            try:
                value = date.fromisoformat(value)
            except ValueError:
                self.wrong(f"{name} must be a date YYYY-MM-DD, not {value!r}")
        return value if isinstance(value, date) else None

    def month(self, year: str, month: str) -> Month:
        """A month that two columns name."""
        text = f"{self.whole(year):04d}-{self.whole(month):02d}"
        try:
            return parse_month(text)
        except ValueError as error:
            self.wrong(str(error))

    def word(self, name: str, words: type[Word], default: Word | None = None) -> Word:
        """One of the words of an enum."""
        value = self._left.pop(name, default)
        if value not in list(words):
            self.wrong(f"{name} must be one of {', '.join(words)}, not {value!r}")
        return words(value)

    def rows(self, name: str) -> list["Row"]:
        """The tables below this row."""
        found = self._left.pop(name, [])
        if not isinstance(found, list) or not all(isinstance(values, dict) for values in found):
            self.wrong(f"{name} must be tables")
        return [Row(f"{self.where}, {name} {place}", values) for place, values in enumerate(found, start=1)]

    def ignore(self, *names: str) -> None:
        """Let these stand in the file for people only."""
        for name in names:
            self._left.pop(name, None)

    def end(self) -> None:
        """Refuse what nobody took: a mistyped key that is silently ignored is found too late."""
        if self._left:
            self.wrong(f"unknown {', '.join(map(str, self._left))}")


def read_csv(name: str) -> list[Row]:
    """The rows of a file under config/reference, named by their line."""
    try:
        with (CONFIG_DIR / "reference" / name).open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            # A row that is too long has the key None, one that is too short the value None: the checks refuse both.
            return [Row(f"{name}, line {reader.line_num}", values) for values in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ReferenceDataError(f"{name}: {error}") from error


def read_toml(name: str, table: str) -> list[Row]:
    """The tables of this name in a file under config/reference, named by place and code."""
    try:
        found = tomllib.loads((CONFIG_DIR / "reference" / name).read_text("utf-8"))[table]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise ReferenceDataError(f"{name}: {error}") from error
    return [
        Row(f"{name}, {table} {place} ({values.get('code', '')})", values)
        for place, values in enumerate(found, start=1)
    ]


def each(rows: Iterable[Row], make: Callable[[Row], Made]) -> list[Made]:
    """Make something of each row, and refuse a row of which something is left."""
    made = []
    for row in rows:
        made.append(make(row))
        row.end()
    return made


def unique(file: str, found: Iterable[Record], *names: str) -> set[Any]:
    """Refuse two records with the same key; returns the values of the first key column."""
    seen: set[Any] = set()
    for record in found:
        key = tuple(record[name] for name in names)
        if key in seen:
            raise ReferenceDataError(f"{file}: {', '.join(names)} {key} stands there twice")
        seen.add(key)
    return {key[0] for key in seen}


def all_known(file: str, found: Iterable[Record], name: str, known: set[Any]) -> None:
    """Refuse a record that points to what is not there."""
    for record in found:
        if record[name] is not None and record[name] not in known:
            raise ReferenceDataError(f"{file}: {name} {record[name]!r} is not known")


def one_at_a_time(file: str, found: Iterable[Record], name: str) -> None:
    """Refuse two rows of one thing that are in force on the same day."""
    in_order = sorted(found, key=lambda record: (record[name], record["valid_from"]))
    for record in in_order:
        if record["valid_to"] is not None and record["valid_to"] < record["valid_from"]:
            raise ReferenceDataError(f"{file}: {record[name]} {record['valid_from']} ends before it begins")
    for earlier, later in pairwise(in_order):
        ends = earlier["valid_to"] or date.max
        if earlier[name] == later[name] and ends >= later["valid_from"]:
            raise ReferenceDataError(f"{file}: {later[name]} has two rows in force on {later['valid_from']}")
