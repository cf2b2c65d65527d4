"""Means and medians with between what they lie. Values in, values out."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

_HALF = 0.5
_SURE = 0.975


@dataclass(frozen=True)
class Sums:
    """How many values, their sum and the sum of their squares."""

    count: int
    total: float
    squares: float


@dataclass(frozen=True)
class Middle:
    """A mean or a median of `count` values, and between what it lies (95 %); without bounds where too few are known."""

    count: int
    value: float | None
    low: float | None
    high: float | None


def mean_of(sums: Sums) -> Middle:
    """The mean, with the interval of Student's t; of one value there is none."""
    if sums.count == 0:
        return Middle(0, None, None, None)
    value = sums.total / sums.count
    if sums.count == 1:
        return Middle(1, value, None, None)
    from scipy.stats import t

    # What rounding leaves below nothing is nothing.
    variance = max(0.0, (sums.squares - sums.total * value) / (sums.count - 1))
    reach = float(t.ppf(_SURE, sums.count - 1)) * sqrt(variance / sums.count)
    return Middle(sums.count, value, value - reach, value + reach)


def median_of(values: Iterable[tuple[int, int]]) -> Middle:
    """The median of (value, how often), with the interval that its order alone gives, whatever the distribution.

    The bounds are the values between which the median lies in 95 of 100 samples (binomial; Conover, Practical Nonparametric
    Statistics, 3.2); so few that no two values do have none.
    """
    ranked = sorted(values)
    count = sum(often for _value, often in ranked)
    if count == 0:
        return Middle(0, None, None, None)
    value = (_at(ranked, (count - 1) // 2) + _at(ranked, count // 2)) / 2
    from scipy.stats import binom

    # The largest rank such that fewer values lie below the median in at most 25 of 1000 samples.
    rank = int(binom.ppf(1 - _SURE, count, _HALF))
    if rank == 0:
        return Middle(count, value, None, None)
    return Middle(count, value, _at(ranked, rank - 1), _at(ranked, count - rank))


def _at(ranked: list[tuple[int, int]], place: int) -> int:
    """The value at a place, counted from nought."""
    for value, often in ranked:
        if place < often:
            return value
        place -= often
    raise IndexError(place)
