"""The order of a night, as data. Values in, values out. Source: issue "The ledger and the night", spec dependency.md."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

# When a night begins on the office's clock: the day is over everywhere, and nobody sits at a desk yet.
BEGINS_AT = timedelta(hours=1)


class Step(StrEnum):
    """The steps of a night in their order; each begins when the one before it is done."""

    SCORES = "scores"
    FLAGS = "flags"
    GRADUATION = "graduation"
    CHECKS = "checks"
    CLOCKS = "clocks"
    DIGESTS = "digests"
    COHORTS = "cohorts"
    RETENTION = "retention"


STEPS = tuple(Step)


def next_step(step: Step) -> Step | None:
    """The step after this one; None after the last."""
    after = STEPS.index(step) + 1
    return STEPS[after] if after < len(STEPS) else None


def steps_for(*, is_latest: bool) -> tuple[Step, ...]:
    """What a night does. One that comes after a later one only fills in the scores of its day: whoever is shown to people,
    asked or reminded is so by the newest facts."""
    return STEPS if is_latest else (Step.SCORES,)


def day_to_look_at(moment: datetime) -> date:
    """The day of the latest night that has come at this instant on the office's clock: the day before, from one o'clock on."""
    return (moment - BEGINS_AT).date() - timedelta(days=1)


def summed(counts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The counts of all chunks of a step together."""
    total: Counter[str] = Counter()
    for each in counts:
        total.update({name: value for name, value in each.items() if isinstance(value, int | float)})
    return dict(sorted(total.items()))
