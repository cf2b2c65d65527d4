"""Points, bands and lines of everybody, as rules.score reaches them for one person."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kessos_case.dependency.engine.ledger import Flags, Ints
from kessos_case.dependency.engine.measures import Measures
from kessos_case.dependency.rules.facts import Fact
from kessos_case.dependency.rules.policy import DependencyPolicy, Measure, ScoreLine


@dataclass(frozen=True)
class Scores:
    """One row a person: points, the place of the band in rules.Band, bits of the policy's lines that were reached."""

    points: Ints
    band: Ints
    lines: npt.NDArray[np.int64]


def score(measures: Measures, facts_known: Ints, facts_true: Ints, policy: DependencyPolicy) -> Scores:
    """Add the points of every line reached, floored at 0; `facts_known` and `facts_true` are bits over rules.Fact."""
    people = len(measures.months_on_60)
    points, lines = np.zeros(people, np.int16), np.zeros(people, np.int64)
    for place, line in enumerate(policy.lines):
        reached = _reached(line, measures, facts_known, facts_true)
        points += reached * np.int16(line.points)
        lines |= reached.astype(np.int64) << place
    points = np.maximum(points, 0)
    band = np.searchsorted(list(policy.bands.values()), points, side="right") - 1
    return Scores(points, band.astype(np.int8), lines)


def _reached(line: ScoreLine, measures: Measures, known: Ints, true: Ints) -> Flags:
    reached: Flags
    if isinstance(line.asks, Fact):
        wanted = line.asks.bit if line.is_true else 0
        reached = ((known & line.asks.bit) != 0) & ((true & line.asks.bit) == wanted)
        return reached
    reached = getattr(measures, line.asks.value) >= line.at_least
    # A share that is null is 0 in its column, which no threshold above 0 reaches; the mask says so for every threshold.
    return reached & measures.has_share if line.asks is Measure.SHARE_BP else reached
