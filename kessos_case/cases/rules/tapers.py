"""How consumption aid steps down to an end that a plan agrees on with the person, and what such an agreement needs.

It cuts nothing: it is what was agreed, to hold beside what is paid. Source: spec journey.md "Pathways", issue "From plan to
graduation", 2.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kessos_case.cases.rules.machine import Missing
from kessos_case.cases.rules.pathways import Pathway
from kessos_case.cases.rules.plans import StepState
from kessos_case.core.months import Month, first_day, format_month

# From this month on so many rupiah a month.
Reduction = tuple[Month, int]


@dataclass(frozen=True)
class TaperFact:
    """The reductions of one programme of consumption aid, first to last. `has_reason`: why nothing empowers before it."""

    programme: str
    reductions: tuple[Reduction, ...]
    has_reason: bool = False


@dataclass(frozen=True)
class Empowerment:
    """A step of the plan that brings a programme which empowers: until when, and how it stands."""

    due_on: date | None
    state: StepState = StepState.OPEN

    def comes_by(self, day: date) -> bool:
        """Is it there on this day, as far as the plan can say?"""
        if self.state == StepState.DONE:
            return True
        return self.state != StepState.DROPPED and self.due_on is not None and self.due_on <= day


@dataclass(frozen=True)
class WrongReduction:
    """A reduction that cannot be: its place, the field, and the code and words of the mistake."""

    place: int
    field: str
    code: str
    detail: str


def wrong_reductions(
    reductions: Sequence[Reduction], this_month: Month, agreed: Iterable[Reduction] = ()
) -> list[WrongReduction]:
    """What is wrong with the reductions themselves: months must rise, rupiah must fall, nothing steps down in the past.

    What the version in force agreed on may lie in the past: it goes on.
    """
    wrong, known = [], set(agreed)
    for place, (month, amount) in enumerate(reductions):
        if month < this_month and (month, amount) not in known:
            wrong.append(WrongReduction(place, "from_month", "in_past", f"{format_month(month)} is over."))
        if place == 0:
            continue
        month_before, amount_before = reductions[place - 1]
        if month <= month_before:
            wrong.append(WrongReduction(place, "from_month", "not_later", f"Not after {format_month(month_before)}."))
        if amount >= amount_before:
            wrong.append(WrongReduction(place, "amount", "not_less", f"Not below {amount_before}."))
    return wrong


def missing_in_tapers(
    tapers: Sequence[TaperFact], empowering: Sequence[Empowerment], pathway: Pathway
) -> list[Missing]:
    """What stands between these tapers and a proposal; empty when they may be agreed on.

    Each ends at nothing, and before its first reduction something empowers, or a reason says why not. Only on the pathway of
    people who can work: whoever cannot live without aid is not led out of it.
    """
    missing = []
    for place, taper in enumerate(tapers):
        field = f"tapers.{place}"
        if pathway != Pathway.INDEPENDENCE:
            missing.append(Missing("taper_off_pathway", f"Aid does not step down on the pathway {pathway}.", field))
        if not taper.reductions or taper.reductions[-1][1] != 0:
            missing.append(Missing("taper_without_end", f"{taper.programme} does not step down to 0.", field))
        if taper.reductions and not taper.has_reason and not _is_empowered(empowering, taper.reductions[0][0]):
            detail = f"No step brings a programme that empowers by {first_day(taper.reductions[0][0])}, and no reason is given."
            missing.append(Missing("nothing_empowers", detail, field))
    return missing


def agreed_in(reductions: Sequence[Reduction], month: Month) -> int | None:
    """Rupiah that were agreed on for a month; None before the first, of which nothing was said."""
    return next((amount for since, amount in reversed(reductions) if since <= month), None)


def _is_empowered(empowering: Iterable[Empowerment], month: Month) -> bool:
    return any(step.comes_by(first_day(month)) for step in empowering)
