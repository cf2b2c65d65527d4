"""The parts that an instrument is made of, and what one answer may be. Nothing here has seen a whole set of answers."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

# No number in an answer or a file is further from zero. A trillion rupiah is beyond any household, and every reader of
# JSON holds it exactly.
LIMIT = 10**12

_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class Kind(StrEnum):
    """What an answer is. There is no free text: a person's own words are a note, sealed elsewhere."""

    SCALE = "scale"
    CHOICE = "choice"
    NUMBER = "number"
    RUPIAH = "rupiah"
    YES_NO = "yes_no"
    DATE = "date"
    COUNT = "count"


class Scoring(StrEnum):
    """How the points of a domain's items become one value."""

    SUM = "sum"
    MEAN = "mean"
    LOWEST = "lowest"


class Direction(StrEnum):
    """On which side of its threshold a domain is flagged."""

    BELOW = "below"
    AT_OR_ABOVE = "at_or_above"


@dataclass(frozen=True)
class Option:
    """One answer to choose: a whole number on a scale, a code otherwise. `score` is None where nothing is scored."""

    value: int | str
    label_id: str
    label_en: str
    score: int | None


@dataclass(frozen=True)
class Band:
    """The points of a number from `at_least` up to the next band."""

    at_least: int
    score: int


@dataclass(frozen=True)
class Condition:
    """Skip logic: the item is asked when the answer to `item` is one of `values`, or reaches `at_least`."""

    item: str
    values: tuple[int | str | bool, ...] = ()
    at_least: int | None = None

    def holds(self, value: Any) -> bool:
        """Does this answer, a possible one, open the item?"""
        return bool(value in self.values if self.at_least is None else value >= self.at_least)


@dataclass(frozen=True)
class Item:
    """One question. Without a domain it is information only.

    `least` and `most` bound a number. `when_skipped` are the points of an item of a sum that is not asked. A complete
    assessment is refused when the answer exceeds that of `at_most`, or is not the sum of those of `sum_of`.
    """

    id: str
    text_id: str
    text_en: str
    kind: Kind
    is_required: bool
    least: int | None
    most: int | None
    options: tuple[Option, ...]
    bands: tuple[Band, ...]
    domain: str | None
    is_reverse: bool
    only_if: Condition | None
    when_skipped: int | None
    at_most: str | None
    sum_of: tuple[str, ...]

    @property
    def point_range(self) -> tuple[int, int] | None:
        """Least and most points that an answer can bring; None when some answer brings none."""
        if self.kind is Kind.YES_NO:
            return 0, 1
        scores = [option.score for option in self.options] + [band.score for band in self.bands]
        known = [score for score in scores if score is not None]
        return (min(known), max(known)) if known and len(known) == len(scores) else None

    def points(self, value: Any) -> int:
        """The points of a possible answer to an item of a domain; a reverse item counts from the other end."""
        points = int(value) if self.kind is Kind.YES_NO else 0
        for option in self.options:
            points = option.score or 0 if option.value == value else points
        for band in self.bands:
            points = band.score if value >= band.at_least else points
        least, most = self.point_range or (0, 0)
        return least + most - points if self.is_reverse else points

    def fault(self, value: Any) -> tuple[str, str] | None:
        """Why this JSON value is no possible answer, as code and detail; None when it is one."""
        expected, words = _TYPES[self.kind]
        # Not isinstance: true and false are no numbers.
        if type(value) is not expected:
            return "wrong_type", f"Must be {words}."
        if self.options and value not in [option.value for option in self.options]:
            return "not_an_option", f"Must be one of {', '.join(str(option.value) for option in self.options)}."
        if self.kind is Kind.DATE:
            return _date_fault(value)
        if self.least is not None and self.most is not None and not self.least <= value <= self.most:
            return "out_of_range", f"Must be between {self.least} and {self.most}."
        return None


@dataclass(frozen=True)
class Domain:
    """What several items measure together. `evidence` says where the threshold comes from, `mid_source` the `mid`.

    least, most, threshold and mid are in points, or in hundredths of a point where the scoring is a mean. `mid` is the
    minimal important difference, the smallest change that people notice; None unless a source states one.
    """

    code: str
    label_id: str
    label_en: str
    scoring: Scoring
    least: int
    most: int
    threshold: int
    flag: Direction
    evidence: str
    mid: int | None
    mid_source: str | None


@dataclass(frozen=True)
class Instrument:
    """One version of an instrument; other wording or other scoring is another version."""

    name: str
    version: int
    title_id: str
    title_en: str
    source: str
    licence: str
    note: str
    items: tuple[Item, ...]
    domains: tuple[Domain, ...]

    def items_of(self, domain: str) -> list[Item]:
        """The items that this domain is scored from, in order."""
        return [item for item in self.items if item.domain == domain]


_TYPES: dict[Kind, tuple[Any, str]] = {
    Kind.SCALE: (int, "a whole number"),
    Kind.CHOICE: (str, "the code of an option"),
    Kind.NUMBER: (int, "a whole number"),
    Kind.RUPIAH: (int, "whole rupiah"),
    Kind.YES_NO: (bool, "true or false"),
    Kind.DATE: (str, "a date, YYYY-MM-DD"),
    Kind.COUNT: (int, "a whole number"),
}


def _date_fault(text: str) -> tuple[str, str] | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "not_a_date", "Must be a date, YYYY-MM-DD."
    # fromisoformat also reads 20260228 and 2026-W09-6.
    if day.isoformat() != text:
        return "not_a_date", "Must be a date, YYYY-MM-DD."
    if not _FIRST_DAY <= day <= _LAST_DAY:
        return "out_of_range", f"Must be between {_FIRST_DAY} and {_LAST_DAY}."
    return None
