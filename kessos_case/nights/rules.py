"""The order of a night, as data. Values in, values out. Source: issue "The ledger and the night", spec dependency.md."""

from enum import StrEnum


class Step(StrEnum):
    """The steps of a night in their order; each begins when the one before it is done."""

    SCORES = "scores"
    FLAGS = "flags"
    GRADUATION = "graduation"
    CHECKS = "checks"
    CLOCKS = "clocks"
    DIGESTS = "digests"
    RETENTION = "retention"


STEPS = tuple(Step)


def next_step(step: Step) -> Step | None:
    """The step after this one; None after the last."""
    after = STEPS.index(step) + 1
    return STEPS[after] if after < len(STEPS) else None
