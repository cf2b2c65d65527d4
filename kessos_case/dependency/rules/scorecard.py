"""Points, band and reasons of a scored person, from indicators, facts and the lines of the policy. Source: spec, "Score"."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from kessos_case.dependency.rules.facts import Fact, KnownFacts
from kessos_case.dependency.rules.indicators import YEAR
from kessos_case.dependency.rules.policy import DependencyPolicy, Measure, ScoreLine
from kessos_case.dependency.rules.words import Band

MOST_REASONS = 3


class Measured(Protocol):
    """Whatever carries the indicators that lines compare: rules.Indicators, or a stored score."""

    @property
    def months_on_60(self) -> int | None: ...
    @property
    def current_spell_length(self) -> int | None: ...
    @property
    def recidivism_count(self) -> int | None: ...
    @property
    def share_bp(self) -> int | None: ...
    @property
    def income_months_known(self) -> int | None: ...


@dataclass(frozen=True)
class Reason:
    """What a score rests on: all reached lines that ask for one measure or one fact, with the sum of their points.

    The spec tells 41 months of 60 as one reason of +4, which is the sum of three thresholds: they are one thing to a
    reader, and three thresholds of one measure would crowd out everything else that is to be told in three reasons.
    """

    code: Measure | Fact
    points: int
    value: int | bool


@dataclass(frozen=True)
class Explanation:
    """The reasons with most points, what helps, and what nobody knows, each in the order of the policy's lines."""

    reasons: tuple[Reason, ...]
    helps: tuple[Reason, ...]
    unknown: tuple[Measure | Fact, ...]


@dataclass(frozen=True)
class Score(Explanation):
    """The points (never below 0), their band, and the lines reached: bit i stands for the policy's line i."""

    points: int
    band: Band
    lines: int


def score(measured: Measured, facts: KnownFacts, policy: DependencyPolicy) -> Score:
    """Add the points of every line that is reached; what is unknown adds nothing and is named."""
    lines = sum(1 << place for place, line in enumerate(policy.lines) if _is_reached(line, measured, facts))
    points = max(0, sum(line.points for line in reached_lines(lines, policy)))
    told = explain(lines, measured, facts, policy)
    return Score(
        told.reasons,
        told.helps,
        told.unknown,
        points=points,
        band=band_of(points, policy),
        lines=lines,
    )


def explain(lines: int, measured: Measured, facts: KnownFacts, policy: DependencyPolicy) -> Explanation:
    """Tell a stored score: `lines` are its bits, `policy` the one that it was reached under."""
    sums: dict[Measure | Fact, int] = {}
    for line in reached_lines(lines, policy):
        sums[line.asks] = sums.get(line.asks, 0) + line.points
    # Python's sort keeps the order of lines where points are equal.
    against = sorted(_reasons(sums, measured, facts, sign=1), key=lambda reason: -reason.points)
    return Explanation(
        reasons=tuple(against[:MOST_REASONS]),
        helps=tuple(_reasons(sums, measured, facts, sign=-1)),
        unknown=tuple(asked for asked in policy.asked if _is_unknown(asked, measured, facts)),
    )


def reached_lines(lines: int, policy: DependencyPolicy) -> list[ScoreLine]:
    """The policy's lines whose bits are set."""
    return [line for place, line in enumerate(policy.lines) if lines >> place & 1]


def band_of(points: int, policy: DependencyPolicy) -> Band:
    """The highest band whose lowest points are reached."""
    return [band for band, least in policy.bands.items() if points >= least][-1]


def _is_reached(line: ScoreLine, measured: Measured, facts: KnownFacts) -> bool:
    value = _value(line.asks, measured, facts)
    if value is None:
        return False
    return value == line.is_true if line.fact else value >= line.at_least


def _value(asked: Measure | Fact, measured: Measured, facts: KnownFacts) -> int | bool | None:
    if isinstance(asked, Fact):
        return facts.get(asked)
    value: int | None = getattr(measured, asked.value)
    return value


def _reasons(sums: Mapping[Measure | Fact, int], measured: Measured, facts: KnownFacts, sign: int) -> list[Reason]:
    found = []
    for asked, points in sums.items():
        value = _value(asked, measured, facts)
        if value is not None and points * sign > 0:
            found.append(Reason(asked, points, value))
    return found


def _is_unknown(asked: Measure | Fact, measured: Measured, facts: KnownFacts) -> bool:
    """Does nobody know? A share without any aid and income is not unknown: there is nothing to divide."""
    if asked is Measure.SHARE_BP:
        return (measured.income_months_known or 0) < YEAR
    return _value(asked, measured, facts) is None
