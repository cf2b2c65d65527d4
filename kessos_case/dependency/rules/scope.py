"""Who is scored at all, and when a programme's stage is still open. Source: spec dependency.md, "Who" and "Nightly"."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from kessos_case.core.months import Month, month_of
from kessos_case.dependency.rules.policy import AidRule, ScopeRule
from kessos_case.dependency.rules.words import ExemptionGround, Ground, Status


@dataclass(frozen=True)
class Person:
    """What is asked of a person as of a day.

    `ages` are the least and the greatest age in whole years that the birth date leaves open; None where there is none.
    `grounds` are recorded exemptions in force, severe disability also where the ledger tells of it. `last_pathway` is
    that of the latest case, open or closed.
    """

    ages: tuple[int, int] | None
    has_recent_aid: bool
    grounds: Collection[ExemptionGround] = field(default=())
    last_pathway: str | None = None
    open_pathways: Collection[str] = field(default=())
    is_dead: bool = False


def status_of(person: Person, scope: ScopeRule) -> tuple[Status, Ground | None]:
    """Exempt, out of scope or scored, asked in this order, with the first ground that holds."""
    for ground, holds in _exempt(person, scope).items():
        if holds:
            return Status.EXEMPT, ground
    for ground, holds in _beyond(person).items():
        if holds:
            return Status.OUT_OF_SCOPE, ground
    return Status.SCORED, None


def _exempt(person: Person, scope: ScopeRule) -> Mapping[Ground, bool]:
    # Where a birth date leaves the age open, whoever may be a child or may be old is treated as one: a person who
    # cannot be flagged is still helped, and a child who is scored cannot be unscored.
    youngest, oldest = person.ages or (scope.youngest, scope.youngest)
    return {
        Ground.UNDER_18: youngest < scope.youngest,
        Ground.AGE_60: oldest >= scope.oldest,
        Ground.SEVERE_DISABILITY: ExemptionGround.SEVERE_DISABILITY in person.grounds,
        Ground.LONG_TERM_CARE: person.last_pathway == "long_term_care",
        Ground.REUNIFICATION: "reunification" in person.open_pathways,
        Ground.CARER_OF_INFANT: ExemptionGround.CARER_OF_INFANT in person.grounds,
        Ground.CARER_OF_DISABLED: ExemptionGround.CARER_OF_DISABLED in person.grounds,
        Ground.PREGNANT: ExemptionGround.PREGNANT in person.grounds,
        Ground.OBJECTION: ExemptionGround.OBJECTION in person.grounds,
    }


def _beyond(person: Person) -> Mapping[Ground, bool]:
    return {
        Ground.DEAD: person.is_dead,
        Ground.BIRTH_DATE_UNKNOWN: person.ages is None,
        Ground.NO_AID: not person.has_recent_aid and "independence" not in person.open_pathways,
    }


def is_stage_open(staged_net: Mapping[Month, int], *, last: Month, as_of: date, aid: AidRule) -> bool:
    """Is a stage that has begun by `last` (T) unpaid while its payment may still come? Its gap then is none.

    `staged_net` are net rupiah by month of the programmes that pay by stages. The stage after the last paid one is open
    until so many months after its end as the policy waits; a person whom no stage was ever paid has none.
    """
    paid = [month for month, rupiah in staged_net.items() if rupiah > 0 and month <= last]
    if not paid:
        return False
    first_unpaid = (max(paid) // aid.stage_months + 1) * aid.stage_months
    ends = first_unpaid + aid.stage_months - 1
    return first_unpaid <= last and month_of(as_of) <= ends + aid.stage_patience_months
