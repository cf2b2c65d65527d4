"""How long until something happens, where some leave before and some are not seen that long. Values in, values out.

By `lifelines`: Aalen-Johansen where leaving is an end of its own, Kaplan-Meier for the median of those who stay. A duration
is whole days from the first day; what is of one day counts in this order: the event, then other ends, then the end of sight.
"""

import warnings
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from typing import Any

# Of a life: it is not seen any longer, what is asked for happened, something else made that impossible.
CENSORED, HAPPENED, OTHERWISE = 0, 1, 2

# Other ends and the end of sight are put so many days after the event of the same day: so nothing is tied, and lifelines
# need not break ties by chance. The share is then exactly that of tied days (the event among all who were there that day).
_AFTER = 0.25
# Nothing may happen at time nought, where lifelines begins; so each day is one later.
_SHIFT = 1
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Lives:
    """So many lives of this length that ended so."""

    days: int
    end: int
    count: int


@dataclass(frozen=True)
class Estimate:
    """A value and between what it lies (95 %); None where there is none to be told."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Incidence:
    """The share to whom it has happened by each day on which that changed, of `whole` lives.

    `events` are how many it had happened to by then; after `seen` days nobody was watched any longer and nothing is known.
    """

    whole: int
    seen: int
    days: tuple[int, ...]
    shares: tuple[Estimate, ...]
    events: tuple[int, ...]

    def at(self, day: int) -> Estimate:
        """The share by the end of this day; nothing where nobody was watched that long."""
        if self.whole == 0 or self.seen < day:
            return Estimate(None, None, None)
        place = bisect_right(self.days, day)
        return self.shares[place - 1] if place else Estimate(0.0, None, None)

    def events_by(self, day: int) -> int:
        """To how many it had happened by the end of this day."""
        place = bisect_right(self.days, day)
        return self.events[place - 1] if place else 0


def incidence(lives: Iterable[Lives], last: int) -> Incidence:
    """Aalen-Johansen: how large the share is to whom it happened by each day, while others leave and some are not seen so
    long. Intervals by lifelines (log-log, delta method). Lives longer than `last` days are watched that long.
    """
    found = _cut(lives, last)
    whole = sum(found.values())
    seen = _seen(found, last)
    if not any(end == HAPPENED for _days, end in found):
        return Incidence(whole, seen, (), (), ())
    from lifelines import AalenJohansenFitter

    times, ends, weights = _columns(found)
    with _in_silence():
        fitted = AalenJohansenFitter().fit(times, ends, event_of_interest=HAPPENED, weights=weights)
        shares = fitted.cumulative_density_.iloc[:, 0]
        # Which column is the lower bound lifelines names the wrong way round, so it is not asked.
        bounds = fitted.confidence_interval_
        lower, upper = bounds.min(axis=1), bounds.max(axis=1)
    days = tuple(sorted(days for days, end in found if end == HAPPENED))
    estimates = tuple(_estimate(shares[at], lower[at], upper[at]) for at in (float(day + _SHIFT) for day in days))
    return Incidence(whole, seen, days, estimates, tuple(_summed(found[day, HAPPENED] for day in days)))


def median_days(lives: Iterable[Lives], last: int) -> Estimate:
    """Kaplan-Meier: after how many days it has happened to half of those who stay, as if nobody left otherwise.

    None where less than half of them got there within `last` days.
    """
    found = _cut(lives, last)
    if not any(end == HAPPENED for _days, end in found):
        return Estimate(None, None, None)
    from lifelines import KaplanMeierFitter

    times, ends, weights = _columns(found)
    with _in_silence():
        fitted = KaplanMeierFitter().fit(times, [end == HAPPENED for end in ends], weights=weights)
        lower, upper = (fitted.confidence_interval_.iloc[:, side] for side in (0, 1))
        return Estimate(*(_half(left) for left in (fitted.survival_function_.iloc[:, 0], lower, upper)))


def _half(left: Any) -> int | None:
    """The first day at which no more than half are left. lifelines' own median misses a half that its logarithms round up."""
    through = left[left <= 0.5 + _ROUNDING]
    return None if through.empty else round(float(through.index[0])) - _SHIFT


def _cut(lives: Iterable[Lives], last: int) -> dict[tuple[int, int], int]:
    """Counts by (days, end): what is longer than is asked for was simply seen that long."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    for life in lives:
        days, end = (life.days, life.end) if life.days <= last else (last, CENSORED)
        found[max(days, 0), end] += life.count
    return {key: count for key, count in found.items() if count}


def _seen(found: dict[tuple[int, int], int], last: int) -> int:
    """How long somebody was watched; where all came to an end nothing more can happen, and it is known for as long as asked."""
    longest = max((days for days, _end in found), default=0)
    return longest if (longest, CENSORED) in found or not found else last


def _columns(found: dict[tuple[int, int], int]) -> tuple[list[float], list[int], list[int]]:
    rows = sorted(found.items())
    times = [days + _SHIFT + (0.0 if end == HAPPENED else _AFTER) for (days, end), _count in rows]
    return times, [end for (_days, end), _count in rows], [count for _key, count in rows]


def _summed(counts: Iterable[int]) -> Iterator[int]:
    whole = 0
    for count in counts:
        whole += count
        yield whole


def _estimate(value: Any, low: Any, high: Any) -> Estimate:
    """Where all are gone or all got there nothing can be said of the interval."""
    kept = [float(each) if isfinite(each) else None for each in (value, low, high)]
    return Estimate(*kept)


@contextmanager
def _in_silence() -> Iterator[None]:
    """At the ends of a curve lifelines divides by nothing; what comes of it is no number, which is looked for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def points(curve: Incidence, step: int, last: int, least: int = 1) -> list[tuple[int, Estimate]]:
    """The curve at every so many days, as far as anybody was watched; only where so many more got there than at the one before.

    `least` is 1 for those who may see the people: from smaller steps an acquaintance could tell when one person got there.
    """
    told: list[tuple[int, Estimate]] = []
    before = 0
    for day in range(step, min(curve.seen, last) + 1, step):
        events = curve.events_by(day)
        if events == before or events - before >= least:
            told.append((day, curve.at(day)))
            before = events
    return told
