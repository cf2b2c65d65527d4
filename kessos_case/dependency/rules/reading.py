"""How a table of a policy file becomes a value of a dataclass. Whatever is wrong is told with the path of its key."""

from collections.abc import Mapping, Set
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from kessos_case.core.months import Month, parse_month

Shape = TypeVar("Shape")
Word = TypeVar("Word", bound=str)

# Everything else must be at least 1: no months, days or people would switch a rule off by a slip of the pen.
_MAY_BE_ZERO = frozenset({"closing_lag_months", "gap", "stage_patience_months", "lot_percent", "below"})


def same_keys(path: str, given: Any, wanted: Set[str]) -> None:
    """Raise ValueError naming the first key of the table that is missing or not known."""
    if not isinstance(given, Mapping):
        raise ValueError(f"{path.rstrip('.') or 'the policy'}: must be a table")
    for key in sorted(given.keys() ^ wanted):
        raise ValueError(f"{path}{key}: is {'missing' if key in wanted else 'not known'}")


def table(shape: type[Shape], path: str, given: Any) -> Shape:
    """A table as a value of the dataclass, key by key."""
    kinds = get_type_hints(shape)
    same_keys(f"{path}.", given, set(kinds))
    return shape(**{key: _value(kind, f"{path}.{key}", given[key]) for key, kind in kinds.items()})


def tables(shape: type[Shape], path: str, given: Any) -> tuple[Shape, ...]:
    """A list of tables as values of the dataclass."""
    return tuple(table(shape, f"{path}[{place}]", entry) for place, entry in enumerate(entries(path, given)))


def entries(path: str, given: Any) -> list[Any]:
    """A list of at least one entry."""
    if not isinstance(given, list) or not given:
        raise ValueError(f"{path}: must be a list of at least one")
    return given


def number(path: str, given: Any, least: int | None = 0) -> int:
    """A whole number of `least` or more; any whole number where that is None."""
    # true is an int to Python, and a number to nobody.
    if not isinstance(given, int) or isinstance(given, bool) or (least is not None and given < least):
        raise ValueError(f"{path}: must be a whole number{'' if least is None else f' of {least} or more'}")
    return given


def word(kind: type[Word], path: str, given: Any) -> Word:
    """A text that is not empty; of an enumeration, one of its words."""
    if not isinstance(given, str) or not given:
        raise ValueError(f"{path}: must be a text")
    try:
        return kind(given)
    except ValueError:
        raise ValueError(f"{path}: {given!r} is not known") from None


def _value(kind: Any, path: str, given: Any) -> Any:
    if get_origin(kind) is frozenset:
        return frozenset(word(get_args(kind)[0], path, entry) for entry in entries(path, given))
    if kind == Mapping[str, Month]:
        return _months(path, given)
    if kind is int:
        return number(path, given, 0 if path.rsplit(".", 1)[-1] in _MAY_BE_ZERO else 1)
    return word(kind, path, given)


def _months(path: str, given: Any) -> dict[str, Month]:
    if not isinstance(given, Mapping):
        raise ValueError(f"{path}: must be a table")
    try:
        return {code: parse_month(written) for code, written in given.items()}
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from None
