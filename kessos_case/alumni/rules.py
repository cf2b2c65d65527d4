"""Words and questions about mentors. Values in, values out. Source: spec graduation.md, "What is reported" (`alumni`)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class FreeFor(StrEnum):
    """What a mentor is free for."""

    TALK = "talk"
    SHOW_WORK = "show_work"
    TEACH_SKILL = "teach_skill"
    TAKE_APPRENTICE = "take_apprentice"
    GIVE_JOB = "give_job"
    HELP_BUSINESS = "help_business"


class MentoringState(StrEnum):
    """Where a mentoring stands: proposed by a caseworker, agreed by both, met once, ended."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    MET = "met"
    ENDED = "ended"


class MentoringOutcome(StrEnum):
    """What became of it. DECLINED: one of the two did not want to."""

    HELPED = "helped"
    WORK_FOUND = "work_found"
    BUSINESS_BEGUN = "business_begun"
    NO_CHANGE = "no_change"
    NEVER_MET = "never_met"
    DECLINED = "declined"
    STOPPED = "stopped"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CASE_CLOSED = "case_closed"
    DECEASED = "deceased"


class Side(StrEnum):
    """Who of the two is asked, each by his own office."""

    CLIENT = "client"
    MENTOR = "mentor"


# What people may say became of the person, by where it stood; the others are written by the program.
OUTCOMES: dict[MentoringState, frozenset[MentoringOutcome]] = {
    MentoringState.PROPOSED: frozenset({MentoringOutcome.DECLINED}),
    MentoringState.AGREED: frozenset({MentoringOutcome.NEVER_MET, MentoringOutcome.DECLINED}),
    MentoringState.MET: frozenset(
        {
            MentoringOutcome.HELPED,
            MentoringOutcome.WORK_FOUND,
            MentoringOutcome.BUSINESS_BEGUN,
            MentoringOutcome.NO_CHANGE,
            MentoringOutcome.STOPPED,
        }
    ),
    MentoringState.ENDED: frozenset(),
}
# And of the mentor, who was met: whether it did him good too.
MENTOR_OUTCOMES = frozenset({MentoringOutcome.HELPED, MentoringOutcome.NO_CHANGE, MentoringOutcome.STOPPED})

# In these the two may know of each other by name.
KNOWN_TO_EACH_OTHER = frozenset({MentoringState.AGREED, MentoringState.MET})
# So many people at a time at most, and so many trades.
MOST_AT_ONCE, MOST_SKILLS = 20, 10
# Days: until the mentor was asked, until the two have met, until somebody asks what became of it.
ASK_WITHIN, MEET_WITHIN, FOLLOW_UP_AFTER = 5, 14, 90


@dataclass(frozen=True)
class Missing:
    """One thing that stands in the way."""

    code: str
    detail: str
    field: str | None = None

    def as_error(self) -> dict[str, str | None]:
        """As a refusal names it."""
        return {"field": self.field, "code": self.code, "detail": self.detail}


def missing_to_begin(*, is_graduate: bool, has_consent: bool, is_alive: bool, is_mentor: bool) -> list[Missing]:
    """What a person lacks to become a mentor: a graduation that holds, and his own consent that holds."""
    missing = [] if is_alive else [Missing("client_died", "The person has died.")]
    if is_mentor:
        missing.append(Missing("mentor_already", "The person is a mentor already."))
    if not is_graduate:
        missing.append(Missing("not_graduated", "Only who has graduated, provisionally or confirmed, is a mentor."))
    if not has_consent:
        missing.append(Missing("consent_missing", "His consent to mentoring, for any office, must hold."))
    return missing


def missing_to_propose(*, is_alive: bool, is_same: bool, left: int, is_free_for: bool) -> list[Missing]:
    """What stands between a person and this mentor; `left` is how many more the mentor is free for."""
    missing = [] if is_alive else [Missing("client_died", "The person has died.")]
    if is_same:
        missing.append(Missing("same_person", "Nobody is his own mentor.", "mentor_id"))
    if left < 1:
        missing.append(Missing("mentor_full", "This mentor helps as many as he can.", "mentor_id"))
    if not is_free_for:
        missing.append(Missing("not_free_for", "This mentor is not free for that.", "wanted"))
    return missing


def missing_to_agree(state: str, *, has_consent: bool, is_alive: bool) -> list[Missing]:
    """What stands between one of the two and his agreement; his name is told by it, so his consent must hold."""
    missing = [] if is_alive else [Missing("client_died", "The person has died.")]
    if state != MentoringState.PROPOSED:
        missing.append(Missing("wrong_state", f"It is {state} already."))
    if not has_consent:
        missing.append(Missing("consent_missing", "His consent that his name is told must hold."))
    return missing


def missing_to_meet(state: str, *, agreed_on: date | None, on: date, today: date) -> list[Missing]:
    """What stands between two who agreed and the day on which they met first."""
    if state != MentoringState.AGREED or agreed_on is None:
        return [Missing("wrong_state", "Both must have agreed, and not met yet.")]
    if on > today:
        return [Missing("in_future", "The day is after today.", "on")]
    return [Missing("before_agreed", "Both agreed only later.", "on")] if on < agreed_on else []


def missing_to_end(state: str, outcome: str, mentor_outcome: str | None) -> list[Missing]:
    """What stands between a mentoring and its end by hand: an outcome that fits, and of who was met that of both."""
    at = MentoringState(state)
    if at == MentoringState.ENDED:
        return [Missing("wrong_state", "It has ended already.")]
    missing = _not_among(outcome, OUTCOMES[at], "outcome")
    if at == MentoringState.MET:
        return missing + _not_among(mentor_outcome, MENTOR_OUTCOMES, "mentor_outcome")
    if mentor_outcome is not None:
        missing.append(Missing("never_met", "They have not met; leave the mentor's outcome out.", "mentor_outcome"))
    return missing


def _not_among(said: str | None, allowed: Collection[str], field: str) -> list[Missing]:
    if said in allowed:
        return []
    code = "missing" if said is None else "outcome_does_not_fit"
    return [Missing(code, f"One of {', '.join(sorted(allowed))}.", field)]
