"""Questions to an employer whether somebody works there: when one may be asked, when its link holds, what an answer does.

Source: spec graduation.md, `work lasts`; docs/adr/0031.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kessos_case.cases.rules import Missing
from kessos_case.employment.rules.placements import CHECK_DAYS, PlacementState, check_opens_on


class InquiryAnswer(StrEnum):
    """What an employer answers to the question whether somebody works there."""

    WORKS = "works"
    LEFT = "left"
    UNKNOWN = "unknown"


class InquiryState(StrEnum):
    """What became of a question, for whoever asked it. The employer is never told why a link holds no more."""

    WAITING = "waiting"
    ANSWERED = "answered"
    EXPIRED = "expired"
    REVOKED = "revoked"
    CONSENT_ENDED = "consent_ended"


class Effect(StrEnum):
    """What an answer does to the placement."""

    VERIFY = "verify"
    CHECK = "check"
    LOOK = "look"
    KEEP = "keep"


# How long a link serves.
INQUIRY_LIFE = timedelta(days=14)
# How soon after an employer's no somebody looks.
LOOK_WITHIN = timedelta(days=3)


@dataclass(frozen=True)
class AskingFacts:
    """A placement for which an employer is to be asked. `made` are the periods whose checks were made."""

    today: date
    state: PlacementState
    starts_on: date
    made: frozenset[int]
    has_employer: bool
    has_consent: bool
    has_name: bool


def missing_for_inquiry(facts: AskingFacts, period: int | None) -> list[Missing]:
    """Everything that stands between this placement and a question to its employer; empty when it may be asked.

    `period` is the check that the answer would make; None asks whether the work has begun.
    """
    missing = []
    if facts.state == PlacementState.ENDED:
        missing.append(Missing("wrong_state", "The work has ended."))
    if not facts.has_employer:
        missing.append(Missing("employer_missing", "An own business has no employer to ask."))
    elif not facts.has_consent:
        missing.append(Missing("consent_missing", "The person has not consented to contact with this employer."))
    if not facts.has_name:
        missing.append(Missing("name_missing", "Without a name the employer does not know who is meant."))
    return missing + _mistakes_in_period(facts, period)


def missing_to_allow_asking(state: str, *, has_employer: bool) -> list[Missing]:
    """What stands between a placement and the person's consent to ask about it: there must be somebody to be asked."""
    missing = []
    if state == PlacementState.ENDED:
        missing.append(Missing("wrong_state", "The work has ended."))
    if not has_employer:
        missing.append(Missing("employer_missing", "An own business has no employer to ask."))
    return missing


def _mistakes_in_period(facts: AskingFacts, period: int | None) -> list[Missing]:
    if facts.state == PlacementState.PROPOSED:
        if period is not None:
            return [Missing("not_verified", "Ask first whether the work has begun.", "period")]
        return [] if facts.starts_on <= facts.today else [Missing("not_begun", f"It begins on {facts.starts_on}.")]
    if facts.state == PlacementState.ENDED:
        return []
    if period is None or period in facts.made or check_opens_on(facts.starts_on, period) > facts.today:
        return [Missing("check_not_open", "Ask for a check that may be made now and was not made.", "period")]
    return []


def period_to_ask(state: str, starts_on: date, made: frozenset[int], today: date) -> int | None:
    """The check for which one would ask now: the latest that is open; None for work that is not verified, or none is."""
    if state != PlacementState.ACTIVE:
        return None
    opened = {period for period in CHECK_DAYS if check_opens_on(starts_on, period) <= today}
    return max(opened - made, default=None)


@dataclass(frozen=True)
class InquiryFacts:
    """A question at an instant. `is_followed`: the office that asked still follows the person, and the case goes on."""

    now: datetime
    expires_at: datetime
    is_answered: bool
    is_revoked: bool
    has_consent: bool
    work_goes_on: bool
    is_followed: bool


def inquiry_state(facts: InquiryFacts) -> InquiryState:
    """Where a question stands; only a waiting one opens anything."""
    if facts.is_answered:
        return InquiryState.ANSWERED
    if facts.is_revoked or not facts.work_goes_on or not facts.is_followed:
        return InquiryState.REVOKED
    if not facts.has_consent:
        return InquiryState.CONSENT_ENDED
    return InquiryState.EXPIRED if facts.expires_at <= facts.now else InquiryState.WAITING


def effect_of(answer: InquiryAnswer, state: str, period: int | None, made: frozenset[int]) -> Effect:
    """What an answer does. A no ends nothing by itself: somebody goes to see."""
    if answer == InquiryAnswer.LEFT:
        return Effect.LOOK
    if answer == InquiryAnswer.UNKNOWN:
        return Effect.KEEP
    if state == PlacementState.PROPOSED and period is None:
        return Effect.VERIFY
    return Effect.CHECK if state == PlacementState.ACTIVE and period and period not in made else Effect.KEEP


def mistakes_in_answer(
    answer: InquiryAnswer, *, works_since: date | None, left_on: date | None, today: date
) -> list[Missing]:
    """What is wrong with an answer: a day to come, or one that does not go with it."""
    mistakes = []
    for name, day in (("works_since", works_since), ("left_on", left_on)):
        if day is not None and day > today:
            mistakes.append(Missing("in_future", "The day is after today.", name))
    if works_since and left_on and left_on < works_since:
        mistakes.append(Missing("before_since", "The last day is before the first.", "left_on"))
    if answer != InquiryAnswer.LEFT and left_on:
        mistakes.append(Missing("unwanted", "Only for somebody who has left.", "left_on"))
    return mistakes
