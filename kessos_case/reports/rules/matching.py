"""A matched comparison: each person of a course beside one who is as like as can be and was in none. Values in, values out.

Exact on what must be the same, nearest neighbour on the rest without giving anybody away twice (Stuart 2010, Matching Methods
for Causal Inference). A partner was still being served so many days after his first day as the other was when the course
began: else those who had left early would count against staying. What was not measured is not made alike.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import fmean, pstdev, pvariance
from uuid import UUID

# Standardised differences: up to the first is balance, up to the second is told with a warning, above it is refused.
GOOD_BALANCE, WORST_BALANCE = 0.1, 0.25
# Fewer pairs say nothing.
LEAST_PAIRS = 20
_Z = 1.959963984540054

TRAITS = ("age", "confidence", "skill", "income", "disability")


@dataclass(frozen=True)
class Person:
    """`alike` must be the same; `traits` in the order of TRAITS, None where not known. `starts` is the day of the course after
    the first day, None for who was in none; `stays` how many days he was served.
    """

    id: UUID
    alike: tuple[str, ...]
    traits: tuple[float | None, ...]
    starts: int | None
    stays: int


@dataclass(frozen=True)
class Balance:
    """The means of a trait, and how far apart they lie in standard deviations before and after matching."""

    trait: str
    course: float | None
    others: float | None
    before: float
    after: float


@dataclass(frozen=True)
class Difference:
    """Of `pairs` how many in the course and how many partners; the difference of the shares and between what it lies."""

    pairs: int
    course: int
    others: int
    value: float
    low: float
    high: float


def matched(course: Sequence[Person], others: Sequence[Person]) -> list[tuple[Person, Person]]:
    """The pairs: the earliest of the course chooses first. Who finds nobody of his kind is in no pair."""
    spread = _spread([*course, *others])
    pool: Mapping[tuple[str, ...], list[Person]] = defaultdict(list)
    for other in others:
        pool[other.alike].append(other)
    pairs = []
    for person in sorted(course, key=lambda each: (each.starts or 0, str(each.id))):
        free = [other for other in pool[person.alike] if other.stays > (person.starts or 0)]
        if free:
            nearest = min(free, key=lambda other: (_apart(person, other, spread), str(other.id)))
            pool[person.alike].remove(nearest)
            pairs.append((person, nearest))
    return pairs


def balance(
    course: Sequence[Person], others: Sequence[Person], pairs: Sequence[tuple[Person, Person]]
) -> list[Balance]:
    """For each trait, and for whether it is known, how alike both sides are. Means of those of whom it is known."""
    found = []
    sides = [person for person, _other in pairs], [other for _person, other in pairs]
    for place, name in enumerate(TRAITS):
        after, before = (_known(side, place) for side in sides), (_known(side, place) for side in (course, others))
        one, two = after
        found.append(Balance(name, _mean(one), _mean(two), _smd(*before), _smd(one, two)))
    for place, name in enumerate(TRAITS):
        told = [[float(each.traits[place] is not None) for each in side] for side in (*sides, course, others)]
        if any(value != 1.0 for side in told for value in side):
            here = Balance(
                f"{name}_known", _mean(told[0]), _mean(told[1]), _smd(told[2], told[3]), _smd(told[0], told[1])
            )
            found.append(here)
    return found


def difference(outcomes: Sequence[tuple[bool, bool]]) -> Difference:
    """How much more often it happened in the course, with the interval of Agresti and Min (2005) for pairs."""
    count = len(outcomes)
    only, not_only = (sum(pair == way for pair in outcomes) for way in ((True, False), (False, True)))
    centre = (only - not_only) / (count + 2)
    spread = (only + not_only + 1 - (only - not_only) ** 2 / (count + 2)) / (count + 2) ** 2
    reach = _Z * sqrt(spread)
    course, others = (sum(pair[side] for pair in outcomes) for side in (0, 1))
    value = (course - others) / count
    return Difference(count, course, others, value, max(-1.0, centre - reach), min(1.0, centre + reach))


def _known(side: Sequence[Person], place: int) -> list[float]:
    return [value for each in side if (value := each.traits[place]) is not None]


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _smd(one: Sequence[float], two: Sequence[float]) -> float:
    """The standardised difference of means; nothing where nobody is known on either side."""
    if not one or not two:
        return 0.0
    apart = fmean(one) - fmean(two)
    spread = sqrt((pvariance(one) + pvariance(two)) / 2)
    if spread == 0:
        return 0.0 if apart == 0 else inf
    return apart / spread


def _spread(people: Sequence[Person]) -> list[tuple[float, float]]:
    """Mean and standard deviation of each trait; 1 where all are the same."""
    known = [_known(people, place) for place in range(len(TRAITS))]
    return [(fmean(values), pstdev(values) or 1.0) if values else (0.0, 1.0) for values in known]


def _apart(one: Person, two: Person, spread: Sequence[tuple[float, float]]) -> float:
    """How unlike two are. What is not known counts as the mean, and one known beside one unknown as a deviation more."""
    far = 0.0
    for mine, theirs, (mean, deviation) in zip(one.traits, two.traits, spread, strict=True):
        apart = (mean if mine is None else mine) - (mean if theirs is None else theirs)
        far += (apart / deviation) ** 2 + ((mine is None) != (theirs is None))
    return far
