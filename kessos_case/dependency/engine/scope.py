"""Who is scored at all, for everybody at once, as rules.status_of says for one person (spec dependency.md, "Who")."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kessos_case.clients.rules.identity import ESTIMATE_YEARS, BirthDatePrecision
from kessos_case.dependency.engine.ledger import Flags, Ints
from kessos_case.dependency.rules.policy import ScopeRule
from kessos_case.dependency.rules.words import ExemptionGround, Ground, Status

Days = npt.NDArray[np.datetime64]

# A precision is stored as its place in BirthDatePrecision, a ground as its place in Ground.
PRECISIONS = tuple(BirthDatePrecision)
GROUNDS = tuple(Ground)
SCORED = -1
_OUT_OF_SCOPE = frozenset({Ground.DEAD, Ground.BIRTH_DATE_UNKNOWN, Ground.NO_AID})
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class People:
    """Columns of one length, as rules.Person. `born` is not-a-time where nobody knows; `exemptions` are bits over
    ExemptionGround."""

    born: Days
    precision: Ints
    exemptions: Ints
    ends_in_care: Flags
    is_in_reunification: Flags
    is_in_independence: Flags
    is_dead: Flags


def bit_of(ground: ExemptionGround) -> int:
    """The number with this ground's bit alone."""
    return 1 << tuple(ExemptionGround).index(ground)


def grounds(people: People, has_recent_aid: Flags, scope: ScopeRule, as_of: np.datetime64) -> Ints:
    """The first ground in the order of Ground that holds, as its place; SCORED where none does."""
    youngest, oldest = ages(people, as_of)
    is_known = ~np.isnat(people.born)
    holds = {
        Ground.UNDER_18: is_known & (youngest < scope.youngest),
        Ground.AGE_60: is_known & (oldest >= scope.oldest),
        Ground.LONG_TERM_CARE: people.ends_in_care,
        Ground.REUNIFICATION: people.is_in_reunification,
        Ground.DEAD: people.is_dead,
        Ground.BIRTH_DATE_UNKNOWN: ~is_known,
        Ground.NO_AID: ~has_recent_aid & ~people.is_in_independence,
    } | {Ground(ground.value): (people.exemptions & bit_of(ground)) != 0 for ground in ExemptionGround}
    found: Ints = np.select([holds[ground] for ground in GROUNDS], list(range(len(GROUNDS))), SCORED)
    return found.astype(np.int8)


def status_of_ground(place: int) -> Status:
    """The status that goes with a ground's place."""
    if place == SCORED:
        return Status.SCORED
    return Status.OUT_OF_SCOPE if GROUNDS[place] in _OUT_OF_SCOPE else Status.EXEMPT


def ages(people: People, as_of: np.datetime64) -> tuple[Ints, Ints]:
    """Least and greatest age in whole years on the day that each birth date leaves open, as clients.rules.age_range_on."""
    earliest, latest = _possible_births(people)
    slack = _slack(people)
    return _age(latest, as_of) - slack, _age(earliest, as_of) + slack


def month_of_18(people: People) -> Ints:
    """The month of the 18th birthday; of the latest that may be where the birth is known by month, by year or by sight.

    0 where no birth date is known. Nobody's childhood is held against him because a day is missing in a record.
    """
    _, latest = _possible_births(people)
    month = latest.astype("M8[M]").astype(np.int64) + (1970 + 18 + _slack(people)) * 12
    return np.where(np.isnat(latest), 0, month)


def _slack(people: People) -> Ints:
    """Years by which an age may be off either way."""
    return np.where(people.precision == PRECISIONS.index(BirthDatePrecision.ESTIMATED), ESTIMATE_YEARS, 0)


def _possible_births(people: People) -> tuple[Days, Days]:
    earliest, latest = people.born.copy(), people.born.copy()
    for precision, unit in ((BirthDatePrecision.MONTH, "M8[M]"), (BirthDatePrecision.YEAR, "M8[Y]")):
        is_so = people.precision == PRECISIONS.index(precision)
        whole = people.born[is_so].astype(unit)
        earliest[is_so] = whole.astype("M8[D]")
        latest[is_so] = (whole + 1).astype("M8[D]") - _DAY
    return earliest, latest


def _age(born: Days, day: np.datetime64) -> Ints:
    """Whole years; below 0 for a birth that is still to come. Who was born on 29 February is older on 1 March."""
    years = day.astype("M8[Y]").astype(np.int64) - born.astype("M8[Y]").astype(np.int64)
    found: Ints = years - (_day_of_year(born) > _day_of_year(day))
    return found


def _day_of_year(days: Days | np.datetime64) -> Ints:
    """Month and day as one number that sorts as they do."""
    months = days.astype("M8[M]")
    return (months.astype(np.int64) % 12) * 32 + (days - months.astype("M8[D]")).astype(np.int64)
