"""The referral's state machine and clocks as data, and pure functions over them. Source: spec journey.md "Referral"."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a referral stands."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What can be done to a referral."""

    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"


class Urgency(StrEnum):
    """How long the person can wait."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    ROUTINE = "routine"


class RejectReason(StrEnum):
    """Why triage ends a referral; each tells the sender what to do instead."""

    DUPLICATE = "duplicate"
    NOT_SOCIAL_WELFARE = "not_social_welfare"
    PERSON_NOT_FOUND = "person_not_found"
    ALREADY_SERVED = "already_served"
    FALSE_REPORT = "false_report"


class WithdrawReason(StrEnum):
    """Why a sender takes a referral back."""

    PERSON_LEFT = "person_left"
    OWN_WISH = "own_wish"
    SOLVED = "solved"
    MISTAKE = "mistake"
    DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Transition:
    """One line of the machine. `by` is who may: the sender, or the desk whose region holds the place."""

    verb: Verb
    sources: frozenset[State]
    target: State
    by: str
    text: str | None = None
    reasons: frozenset[str] = frozenset()


# from, verb, to, who, needs
TRANSITIONS: tuple[Transition, ...] = (
    Transition(Verb.RETURN, frozenset({State.SUBMITTED}), State.RETURNED, "desk", text="question"),
    Transition(Verb.RESUBMIT, frozenset({State.RETURNED}), State.SUBMITTED, "sender", text="answer"),
    Transition(
        Verb.REJECT,
        frozenset({State.SUBMITTED, State.RETURNED}),
        State.REJECTED,
        "desk",
        reasons=frozenset(RejectReason),
    ),
    Transition(
        Verb.WITHDRAW,
        frozenset({State.SUBMITTED, State.RETURNED}),
        State.WITHDRAWN,
        "sender",
        reasons=frozenset(WithdrawReason),
    ),
)

OPEN_STATES = frozenset({State.SUBMITTED, State.RETURNED})


@dataclass(frozen=True)
class Missing:
    """One thing that a refused verb lacks."""

    code: str
    detail: str
    field: str = ""


def transition_for(verb: str) -> Transition:
    """The machine's line for this verb. Raises KeyError when there is none."""
    return {line.verb.value: line for line in TRANSITIONS}[verb]


def missing_for(
    line: Transition, state: str, *, is_sender: bool, is_desk: bool, text: str | None, reason: str | None
) -> list[Missing]:
    """Everything that stands between this caller and this move, all at once; empty when it may be made."""
    missing = []
    if state not in line.sources:
        missing.append(
            Missing("wrong_state", f"The referral is {state}; this needs {' or '.join(sorted(line.sources))}.")
        )
    if not {"sender": is_sender, "desk": is_desk}[line.by]:
        missing.append(Missing("wrong_actor", f"Only the {line.by} may do this."))
    if line.text and not text:
        missing.append(Missing(f"{line.text}_missing", f"Say the {line.text} in `note`.", "note"))
    if line.reasons and reason not in line.reasons:
        missing.append(Missing("reason_missing", f"Give a reason: {', '.join(sorted(line.reasons))}.", "reason"))
    return missing


def allowed_verbs(state: str, *, is_sender: bool, is_desk: bool) -> list[Verb]:
    """The verbs this caller can use now; what they need in words is asked when they are used."""
    return [
        line.verb for line in TRANSITIONS if state in line.sources and {"sender": is_sender, "desk": is_desk}[line.by]
    ]


@dataclass(frozen=True)
class Clock:
    """A time limit: hours of the calendar, or working days of the office."""

    hours: int = 0
    working_days: int = 0


def due_at(start: datetime, clock: Clock, holidays: frozenset[date], zone_day: date) -> datetime:
    """When a clock that starts at `start` (UTC) ends. `zone_day` is the office's date of the start.

    Working days skip Saturdays, Sundays and `holidays`; the time of day stays, so that what came at ten is due at ten.
    """
    if clock.hours:
        return start + timedelta(hours=clock.hours)
    day, left = zone_day, clock.working_days
    while left:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            left -= 1
    return start + (day - zone_day)
