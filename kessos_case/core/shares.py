"""Shares with what they are worth: how many cases, between what they lie, and drawn to a mean where cases are few."""

from dataclasses import dataclass
from math import sqrt

# The 97.5th percentile of the normal distribution: intervals that hold 95 times in a hundred.
_Z = 1.959963984540054


@dataclass(frozen=True)
class Prior:
    """What is expected before anything is known: as if `cases` more had gone so that `mean` of them went well."""

    mean: float
    cases: float


@dataclass(frozen=True)
class Share:
    """A part of a whole: `value` from 0 to 1, the interval in which it lies (Wilson, 95 %), and drawn to the prior.

    All None where the whole is empty: nothing is known of nobody, and 0 % would be a judgement.
    """

    part: int
    whole: int
    value: float | None
    low: float | None
    high: float | None
    shrunk: float | None


def share_of(part: int, whole: int, prior: Prior | None = None) -> Share:
    """How large the part is. Raises ValueError when it is no part of the whole.

    Wilson's score interval, which stays within 0 and 1 and is of use with few cases (Brown, Cai, DasGupta 2001);
    shrunk is the mean of the Beta distribution that prior and cases give.
    """
    if not 0 <= part <= whole:
        raise ValueError(f"{part} is no part of {whole}")
    if whole == 0:
        return Share(0, 0, None, None, None, None)
    value = part / whole
    centre, reach = _wilson(value, whole)
    shrunk = (part + prior.mean * prior.cases) / (whole + prior.cases) if prior else None
    # At the ends the interval touches 0 and 1, which rounding would miss by a hair.
    low = 0.0 if part == 0 else centre - reach
    high = 1.0 if part == whole else centre + reach
    return Share(part, whole, value, low, high, shrunk)


def _wilson(value: float, whole: int) -> tuple[float, float]:
    scale = 1 + _Z**2 / whole
    centre = (value + _Z**2 / (2 * whole)) / scale
    return centre, _Z / scale * sqrt(value * (1 - value) / whole + _Z**2 / (4 * whole**2))
