"""The JSON form: cases that each bring their own ledger, incomes and parameters (spec dependency.md, the worked cases)."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kessos_case.core.months import Month
from kessos_case.dependency.plain_files import values
from kessos_case.dependency.plain_files.values import MalformedFileError
from kessos_case.dependency.rules import WINDOW, Payment, Statement


@dataclass(frozen=True)
class Case:
    """One case of the file. `gap` is None where it leaves that to the policy."""

    id: str
    as_of: date
    last: Month
    observed_from: Month
    gap: int | None
    payments: tuple[Payment, ...]
    statements: tuple[Statement, ...]


class _Place:
    """A table of the file, whose mistakes are told with the path to the field."""

    def __init__(self, path: Path, where: str, given: Any) -> None:
        self.path, self.where = path, where
        if not isinstance(given, dict):
            raise self.wrong("must be an object with named fields")
        self.given: Mapping[str, Any] = given

    def wrong(self, detail: str, name: str = "") -> MalformedFileError:
        """The mistake with its place."""
        places = (str(self.path), self.where, name)
        return MalformedFileError(f"{', '.join(place for place in places if place)}: {detail}")

    def value(self, name: str, read: Callable[[Any], Any]) -> Any:
        """A field that must be there."""
        if self.given.get(name) is None:
            raise self.wrong("is missing", name)
        return self.maybe(name, read)

    def maybe(self, name: str, read: Callable[[Any], Any]) -> Any:
        """A field that may be absent or null."""
        if self.given.get(name) is None:
            return None
        try:
            return read(self.given[name])
        except ValueError as error:
            raise self.wrong(str(error), name) from error

    def entries(self, name: str) -> Iterator["_Place"]:
        """The tables of a list; none where it is absent."""
        entries = self.maybe(name, _list) or ()
        for number, entry in enumerate(entries, start=1):
            yield _Place(self.path, f"{self.where}, {name} entry {number}", entry)


def read_cases(path: Path, said: Mapping[str, Any]) -> list[Case]:
    """Read `{about, vectors: [...]}` or the bare list; fields that mean nothing here are passed over.

    `said` are those of the parameters asof, T and obs_from that the command was given: they go before the case's own. A
    case without one of them or without a ledger is refused, for a slip in a name would else change the answer unseen.
    Raises MalformedFileError.
    """
    content = _content(path)
    if isinstance(content, dict):
        content = content.get("vectors")
    if not isinstance(content, list):
        raise MalformedFileError(f"{path}, vectors: there must be a list of cases")
    return [_case(path, number, given, said) for number, given in enumerate(content, start=1)]


def _content(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise MalformedFileError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise MalformedFileError(f"{path}: is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise MalformedFileError(f"{path}, line {error.lineno}: is not JSON ({error.msg})") from error
    except (ValueError, RecursionError) as error:
        raise MalformedFileError(f"{path}: is not JSON that can be read ({error})") from error


def _case(path: Path, number: int, given: Any, said: Mapping[str, Any]) -> Case:
    name = _Place(path, f"case {number}", given).value("id", _text)
    place = _Place(path, f"case {name!r}", given)
    place.value("ledger", _list)
    params = _Place(path, f"{place.where}, params", given.get("params", {}))
    return Case(
        id=name,
        as_of=said.get("asof") or params.value("asof", values.day),
        last=said.get("T") or params.value("T", values.month),
        observed_from=said.get("obs_from") or params.value("obs_from", values.month),
        gap=params.maybe("gap", _gap),
        payments=tuple(_payment(entry) for entry in place.entries("ledger")),
        statements=tuple(_statement(entry) for entry in place.entries("income")),
    )


def _payment(place: _Place) -> Payment:
    first, last = _months(place)
    return Payment(
        place.value("prog", _text).strip(),
        first,
        last,
        place.value("posted", values.day),
        place.value("amount", values.rupiah),
    )


def _statement(place: _Place) -> Statement:
    return Statement(*_months(place), place.value("amount", values.income))


def _months(place: _Place) -> tuple[Month, Month]:
    first = place.value("from", values.month)
    last = place.maybe("to", lambda text: values.in_order(first, values.month(text)))
    return first, first if last is None else last


def _text(given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise ValueError(f"{given!r} is not a text")
    return given


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise ValueError("must be a list")
    return given


def _gap(given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given < WINDOW:
        raise ValueError(f"{given!r} is not a number of months from 0 to {WINDOW - 1}")
    return given
