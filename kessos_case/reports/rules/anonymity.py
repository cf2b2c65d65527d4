"""What a file of single people tells of them, so that nobody who knows one of them finds him in it. Values in, values out.

Source: spec mission.md (an analyst gets de-identified rows), privacy.md (nothing of fewer than five); the way is that of
k-anonymity with suppression (Samarati 2001).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.cases.rules.instruments import Kind
from kessos_case.core.hiding import LEAST_TOLD

UNTOLD = "*"
COUNTED = frozenset({Kind.COUNT, Kind.NUMBER, Kind.RUPIAH})
# Rupiah are told to the nearest of these: an exact income is as good as a name.
_RUPIAH_STEP = 100_000
_BANDS = ((60, "60+"), (45, "45-59"), (30, "30-44"), (18, "18-29"), (0, "0-17"))
# What is given up first, for those who share the rest with too few.
_GIVEN_UP: tuple[tuple[str, ...], ...] = (
    (),
    ("age",),
    ("age", "year"),
    ("age", "year", "pathway"),
    ("age", "year", "pathway", "sex"),
)


@dataclass(frozen=True)
class Traits:
    """What an acquaintance may know of somebody: the year of his first assessment, sex, band of age, pathway."""

    year: str
    sex: str
    age: str
    pathway: str


def age_band(birth_date: date | None, day: date) -> str:
    """Years of age on a day, in bands; `*` where no birth date is known."""
    if birth_date is None or birth_date > day:
        return UNTOLD
    years = day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
    return next(band for least, band in _BANDS if years >= least)


def told_traits(people: Mapping[UUID, Traits]) -> dict[UUID, Traits]:
    """What is told of each, the same for at least five; whoever shares even nothing with so many is left out."""
    told: dict[UUID, Traits] = {}
    for given_up in _GIVEN_UP:
        alike = defaultdict(list)
        for person, traits in people.items():
            if person not in told:
                alike[replace(traits, **dict.fromkeys(given_up, UNTOLD))].append(person)
        for shown, those in alike.items():
            told |= dict.fromkeys(those, shown) if len(those) >= LEAST_TOLD else {}
    return told


def most_told(values: Iterable[tuple[UUID, int]]) -> int | None:
    """The greatest number that at least five people reach; what is above it is told as this. None where so few have any."""
    highest: dict[UUID, int] = {}
    for person, value in values:
        highest[person] = max(value, highest.get(person, value))
    ranked = sorted(highest.values(), reverse=True)
    return ranked[LEAST_TOLD - 1] if len(ranked) >= LEAST_TOLD else None


def told_answer(kind: Kind, value: Any, most: int | None) -> str | int:
    """An answer as the file tells it: nothing exact that could be looked up, no number above `most`, which few reach."""
    if value is None or (kind in COUNTED and most is None):
        return ""
    if kind is Kind.YES_NO:
        return "yes" if value else "no"
    if kind is Kind.DATE:
        return str(value)[:4]
    if kind not in COUNTED or most is None:
        return str(value)
    count = min(int(value), most)
    return (count + _RUPIAH_STEP // 2) // _RUPIAH_STEP * _RUPIAH_STEP if kind is Kind.RUPIAH else count
