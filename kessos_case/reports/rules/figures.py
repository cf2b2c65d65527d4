"""The figures of a report on people whose service began together: each with its interval, what it is of, and how it was
reckoned. Values in, values out; what is not told is None in all of them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kessos_case.core.hiding import LEAST_TOLD
from kessos_case.core.shares import share_of
from kessos_case.reports.rules.cohorts import (
    CHANGES,
    GRADUATION_DAYS,
    KINDS,
    MEASURES,
    MOMENTS,
    QUARTERS_AFTER,
    RELAPSE_DAYS,
    STAGE_DAYS,
    STAGES,
    Counts,
)
from kessos_case.reports.rules.means import Middle, Sums, mean_of, median_of
from kessos_case.reports.rules.survival import Estimate, Incidence, Lives, incidence, median_days, points

# Nothing is said of more than three years; the curves step by about a month.
LAST_DAY, STEP = max(GRADUATION_DAYS.values()), 30


class Unit(StrEnum):
    """What a figure counts in."""

    PEOPLE = "people"
    SHARE = "share"
    DAYS = "days"
    RUPIAH = "rupiah"
    POINTS = "points"


class Method(StrEnum):
    """How the figure and its interval (95 %) were reckoned."""

    COUNT = "count"
    WILSON = "wilson"
    AALEN_JOHANSEN = "aalen_johansen"
    KAPLAN_MEIER = "kaplan_meier"
    STUDENT_T = "student_t"
    ORDER_STATISTICS = "order_statistics"


_DIGITS = {Unit.PEOPLE: 0, Unit.SHARE: 3, Unit.DAYS: 0, Unit.RUPIAH: 0, Unit.POINTS: 2}


@dataclass(frozen=True)
class Figure:
    """One figure, rounded once so that it is the same wherever it stands. `n` is how many people it is of.

    `waiting`, of a share by a day: how many were still watched after it and had neither got there nor left; told to those who
    are told everything. `measure` names whose people stand behind it (rules/cohorts.py); empty where there is no list of them.
    """

    code: str
    unit: Unit
    method: Method
    value: float | int | None
    low: float | int | None
    high: float | int | None
    n: int | None
    part: int | None = None
    measure: str = ""
    is_hidden: bool = False
    waiting: int | None = None

    @property
    def has_people(self) -> bool:
        """Is there anybody behind it whom a list could show?"""
        counted = self.n if self.part is None and self.value is not None else self.part
        return bool(self.measure and counted)


@dataclass(frozen=True)
class Curve:
    """The share of `n` who had reached a stage so many days after the first, step by step."""

    stage: str
    n: int | None
    points: Sequence[tuple[int, Estimate]]


def _rounded(unit: Unit, *values: float | None) -> tuple[float | int | None, ...]:
    digits = _DIGITS[unit]
    return tuple(None if value is None else round(value, digits) if digits else round(value) for value in values)


def _figure(
    code: str, unit: Unit, method: Method, found: Estimate | Middle, n: int, *, measure: str = "", hidden: bool = False,
    part: int | None = None, waiting: int | None = None,
) -> Figure:  # fmt: skip
    if hidden:
        return Figure(code, unit, method, None, None, None, None, None, measure, is_hidden=True)
    value, low, high = _rounded(unit, found.value, found.low, found.high)
    return Figure(code, unit, method, value, low, high, n, part, measure, waiting=waiting)


def counted(counts: Counts, hidden: Collection[str] = ()) -> Iterator[Figure]:
    """How many there are, and every share of them that is a count of a count."""
    for code, measure in MEASURES.items():
        here = counts[code]
        if measure.of:
            share = share_of(here, counts[measure.of])
            found = Estimate(share.value, share.low, share.high)
            is_dark = code in hidden or measure.of in hidden
            yield _figure(
                code, Unit.SHARE, Method.WILSON, found, share.whole, measure=code, hidden=is_dark, part=here
            )  # fmt: skip
        elif code in ("all", "worked") or code.startswith("employed_unknown"):
            found = Estimate(here, None, None)
            yield _figure(
                code, Unit.PEOPLE, Method.COUNT, found, counts["all"], measure=code, hidden=code in hidden, part=here
            )


class Spans:
    """The durations of a report, by what they last until, reckoned once each."""

    def __init__(self, lives: Mapping[str, Sequence[Lives]]) -> None:
        self._lives = lives
        self._found: dict[str, Incidence] = {}

    def incidence(self, what: str) -> Incidence:
        """How large the share is to whom it happened by each day."""
        if what not in self._found:
            self._found[what] = incidence(self._lives.get(what, ()), LAST_DAY)
        return self._found[what]

    def waiting(self, what: str, day: int) -> int:
        """How many are still watched after this day, to whom it has not happened and nothing else has."""
        return sum(lives.count for lives in self._lives.get(what, ()) if lives.days > day)

    def median(self, what: str) -> Estimate:
        """After how many days it has happened to half of those who stay."""
        return median_days(self._lives.get(what, ()), LAST_DAY)


def timed(spans: Spans, hidden: Collection[str] | None) -> Iterator[Figure]:
    """When each stage was reached, how many graduated and fell back by when. `hidden` None: everything is told."""
    for stage in STAGES:
        what = f"reached_{stage}"
        yield from _by(spans, f"time_{stage}", {days: days for days in STAGE_DAYS}, what, hidden)
        whole, is_dark = spans.incidence(what).whole, hidden is not None and what in hidden
        yield _figure(
            f"median_{stage}", Unit.DAYS, Method.KAPLAN_MEIER, spans.median(what), whole, measure=what, hidden=is_dark
        )
    for kind in KINDS:
        for what, days in ((f"graduated_{kind}", GRADUATION_DAYS), (f"relapsed_{kind}", RELAPSE_DAYS)):
            yield from _by(spans, f"chance_{what}", days, what, hidden)


def _by(
    spans: Spans, code: str, days: Mapping[int, int], measure: str, hidden: Collection[str] | None
) -> Iterator[Figure]:
    """The share by each of these days. One that would tell of fewer than five people beside the one before is not told."""
    found = spans.incidence(measure)
    told = [0, found.whole]
    for name, day in days.items():
        events = found.events_by(day)
        is_dark = hidden is not None and (
            measure in hidden
            or f"{measure}_{name}" in hidden
            or any(0 < abs(events - other) < LEAST_TOLD for other in told)
        )
        if not is_dark:
            told.append(events)
        yield _figure(
            f"{code}_{name}", Unit.SHARE, Method.AALEN_JOHANSEN, found.at(day), found.whole, measure=measure,
            hidden=is_dark, part=events, waiting=spans.waiting(measure, day) if hidden is None else None,
        )  # fmt: skip


def curves(spans: Spans, hidden: Collection[str] | None) -> list[Curve]:
    """The curve of each stage."""
    least = 1 if hidden is None else LEAST_TOLD
    drawn = []
    for stage in STAGES:
        what = f"reached_{stage}"
        found = spans.incidence(what)
        if hidden is not None and what in hidden:
            drawn.append(Curve(stage, None, []))
        else:
            told = [
                (day, Estimate(*_rounded(Unit.SHARE, each.value, each.low, each.high)))
                for day, each in points(found, STEP, LAST_DAY, least)
            ]
            drawn.append(Curve(stage, found.whole, told))
    return drawn


def earned(wages: Mapping[int, Sequence[tuple[int, int]]], hidden: Collection[str] = ()) -> Iterator[Figure]:
    """What those earned a month who were in work so many quarters after they left: the median of (rupiah, how often)."""
    for quarter in QUARTERS_AFTER:
        middle, measure = median_of(wages.get(quarter, ())), f"earned_{quarter}"
        yield _figure(
            f"income_{quarter}", Unit.RUPIAH, Method.ORDER_STATISTICS, middle, middle.count, measure=measure,
            hidden=measure in hidden,
        )  # fmt: skip


def changed(sums: Mapping[str, Sums], hidden: Collection[str] = ()) -> Iterator[Figure]:
    """By how much income a head, skill and confidence differ from intake, of those of whom both are known."""
    for name in CHANGES:
        unit = Unit.RUPIAH if name == "income" else Unit.POINTS
        for moment in MOMENTS:
            code = f"change_{name}_{moment}"
            mean = mean_of(sums[f"{name}_{moment}"])
            yield _figure(
                code, unit, Method.STUDENT_T, mean, mean.count, measure=code, hidden=code in hidden
            )  # fmt: skip
