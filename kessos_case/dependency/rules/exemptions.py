"""What a recorded exemption rests on and how long it may hold. Values in, values out. Source: spec dependency.md, "Who"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kessos_case.dependency.rules.words import ExemptionGround, ExemptionSource

# How each ground can be known. An objection is the person's own word and nothing else.
SOURCES: Mapping[ExemptionGround, frozenset[ExemptionSource]] = {
    ExemptionGround.SEVERE_DISABILITY: frozenset({ExemptionSource.WASHINGTON_GROUP, ExemptionSource.MEDICAL_LETTER}),
    ExemptionGround.CARER_OF_INFANT: frozenset({ExemptionSource.VISIT, ExemptionSource.STATEMENT}),
    ExemptionGround.CARER_OF_DISABLED: frozenset(ExemptionSource) - {ExemptionSource.WASHINGTON_GROUP},
    ExemptionGround.PREGNANT: frozenset(ExemptionSource) - {ExemptionSource.WASHINGTON_GROUP},
    ExemptionGround.OBJECTION: frozenset({ExemptionSource.STATEMENT}),
}
# Grounds that pass by themselves: without a last day nobody would ever look at the person again.
PASSING = frozenset({ExemptionGround.CARER_OF_INFANT, ExemptionGround.PREGNANT})


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong: in which field, a stable code, a sentence."""

    field: str
    code: str
    detail: str


def mistakes_in_exemption(
    ground: ExemptionGround, source: ExemptionSource, from_on: date, until_on: date | None, today: date
) -> list[Mistake]:
    """What no exemption can be: known in a way that does not show it, begun later than today, ended before it begins."""
    mistakes = []
    if source not in SOURCES[ground]:
        known = ", ".join(sorted(SOURCES[ground]))
        mistakes.append(Mistake("source", "does_not_show_it", f"For {ground} one of {known}."))
    if from_on > today:
        mistakes.append(Mistake("from_on", "in_future", "The day is after today."))
    if until_on is None and ground in PASSING:
        mistakes.append(Mistake("until_on", "missing", f"{ground} passes: say until when it holds at the longest."))
    if until_on is not None and until_on < from_on:
        mistakes.append(Mistake("until_on", "before_from", "It ends before it begins."))
    return mistakes


def holds_on(day: date, from_on: date, until_on: date | None, *, is_ended: bool) -> bool:
    """Does it hold on the day?"""
    return not is_ended and from_on <= day and (until_on is None or day <= until_on)
