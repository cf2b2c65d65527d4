"""Where a placement stands, its checks, kinds of evidence, statements of income. Source: spec journey.md, graduation.md."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kessos_case.cases.rules import Missing
from kessos_case.core.months import Month, format_month, month_of

# So many people at most live on one stated income.
MOST_PEOPLE = 30


class PlacementKind(StrEnum):
    """What the work is."""

    JOB = "job"
    APPRENTICESHIP = "apprenticeship"
    OWN_BUSINESS = "own_business"


class PlacementState(StrEnum):
    """Where a placement stands. How long it was kept stands in its checks."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    ENDED = "ended"


class PlacementVerb(StrEnum):
    """What can be done to a placement."""

    VERIFY = "verify"
    CHECK = "check"
    END = "end"


class VerificationMethod(StrEnum):
    """How it is known. A person's own word makes work active, and confirms nothing for graduation."""

    EMPLOYER = "employer"
    VISIT = "visit"
    WAGE_SLIP = "wage_slip"
    SELF_REPORT = "self_report"


class EndReason(StrEnum):
    """Why work ended."""

    RESIGNED = "resigned"
    DISMISSED = "dismissed"
    CONTRACT_OVER = "contract_over"
    BETTER_WORK = "better_work"
    BUSINESS_CLOSED = "business_closed"
    ILLNESS = "illness"
    MOVED = "moved"
    DECEASED = "deceased"
    NEVER_STARTED = "never_started"


class IncomeSource(StrEnum):
    """What a statement of income rests on (spec graduation.md, `income`)."""

    WAGE_SLIP = "wage_slip"
    EMPLOYER = "employer"
    VISIT = "visit"
    BUSINESS_BOOKS = "business_books"
    SELF_REPORT = "self_report"


CHECK_DAYS = (30, 90, 180, 365)

# A check may be made a week before its day and at any time after it.
CHECK_OPENS_BEFORE = timedelta(days=7)
# How far ahead of its first day work may be proposed, and how long the caseworker has to see whether it began.
PROPOSED_AHEAD = timedelta(days=90)
VERIFY_WITHIN = timedelta(days=14)
# How soon after work ended somebody asks whether the case must go back a stage.
CONSIDER_WITHIN = timedelta(days=7)

# Months of one statement of income; how far back one may reach at all: what a dependency score looks at, no more.
LONGEST_STATEMENT = 3
EARLIEST_STATEMENT = 60


@dataclass(frozen=True)
class PlacementFacts:
    """A placement on a day: the periods whose checks were made, the last day on which one found the person at work."""

    today: date
    state: PlacementState
    starts_on: date
    has_employer: bool = True
    may_contact_employer: bool = False
    made: frozenset[int] = frozenset()
    last_at_work: date | None = None


@dataclass(frozen=True)
class PlacementAsk:
    """What a request says beside its verb. Without `period` it is the latest check that is open on the day."""

    on: date
    method: VerificationMethod | None = None
    period: int | None = None
    still_active: bool = True
    reason: EndReason | None = None


@dataclass(frozen=True)
class PlacementTransition:
    """One line of the machine. Who: whoever may record placements (access/rules.py), for a case of the own office.

    A check that finds no work leads to `otherwise`.
    """

    verb: PlacementVerb
    sources: frozenset[PlacementState]
    target: PlacementState
    needs: tuple[str, ...]
    otherwise: PlacementState | None = None


# verb, from, to, needs. A placement begins as proposed; what that needs is said in `mistakes_in_proposal`.
PLACEMENT_TRANSITIONS: tuple[PlacementTransition, ...] = (
    PlacementTransition(
        PlacementVerb.VERIFY,
        frozenset({PlacementState.PROPOSED}),
        PlacementState.ACTIVE,
        needs=("day_come", "begun", "employer_consent"),
    ),
    PlacementTransition(
        PlacementVerb.CHECK,
        frozenset({PlacementState.ACTIVE}),
        PlacementState.ACTIVE,
        needs=("day_come", "check_open", "employer_consent", "reason_when_over", "after_last_check_when_over"),
        otherwise=PlacementState.ENDED,
    ),
    PlacementTransition(
        PlacementVerb.END,
        frozenset({PlacementState.PROPOSED, PlacementState.ACTIVE}),
        PlacementState.ENDED,
        needs=("day_come", "begun_if_active", "after_last_check", "reason"),
    ),
)


def placement_transition_for(verb: PlacementVerb) -> PlacementTransition:
    """The machine's line for this verb."""
    return next(line for line in PLACEMENT_TRANSITIONS if line.verb == verb)


def allowed_placement_verbs(state: str) -> list[PlacementVerb]:
    """The verbs that a placement in this state takes; what they need is asked when they are used."""
    return [line.verb for line in PLACEMENT_TRANSITIONS if state in line.sources]


def missing_for_placement(line: PlacementTransition, facts: PlacementFacts, ask: PlacementAsk) -> list[Missing]:
    """Everything that stands between this request and this move of a placement; empty when it may be made."""
    missing = []
    if facts.state not in line.sources:
        states = " or ".join(sorted(line.sources))
        missing.append(Missing("wrong_state", f"The placement is {facts.state}; this needs {states}."))
    return missing + [lack for need in line.needs if (lack := PLACEMENT_NEEDS[need](facts, ask))]


def check_opens_on(starts_on: date, period: int) -> date:
    """From which day the check of this period may be made."""
    return starts_on + timedelta(days=period) - CHECK_OPENS_BEFORE


def period_of_check(facts: PlacementFacts, ask: PlacementAsk) -> int | None:
    """Which check this is: the one asked for, else the latest that is open on the day and was not made; None: none is."""
    if ask.period is not None:
        return ask.period
    opened = [period for period in CHECK_DAYS if check_opens_on(facts.starts_on, period) <= ask.on]
    return max(set(opened) - facts.made, default=None)


class CheckState(StrEnum):
    """Where one check of a placement stands on a day."""

    MADE = "made"
    OVERDUE = "overdue"
    OPEN = "open"
    LATER = "later"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class CheckLine:
    """One check of a placement: its period in days, its day, from which day it may be made, and where it stands."""

    period: int
    due_on: date
    opens_on: date
    state: CheckState


def check_lines(state: str, starts_on: date, made: frozenset[int], today: date) -> list[CheckLine]:
    """The four checks of a placement in their order. Of work that has ended no more are made."""
    return [
        CheckLine(period, starts_on + timedelta(days=period), check_opens_on(starts_on, period), found)
        for period in CHECK_DAYS
        for found in [_check_state(state, starts_on, period in made, period, today)]
    ]


def _check_state(state: str, starts_on: date, is_made: bool, period: int, today: date) -> CheckState:
    if is_made:
        return CheckState.MADE
    if state == PlacementState.ENDED:
        return CheckState.NOT_NEEDED
    if today > starts_on + timedelta(days=period):
        return CheckState.OVERDUE
    return CheckState.OPEN if today >= check_opens_on(starts_on, period) else CheckState.LATER


def ends_on(starts_on: date, on: date, reason: str) -> date:
    """The day on which work is over: what never began has no length, and nothing ends before it begins."""
    return starts_on if reason == EndReason.NEVER_STARTED else max(on, starts_on)


def mistakes_in_proposal(
    kind: PlacementKind, *, has_employer: bool, has_business: bool, starts_on: date, today: date
) -> list[Missing]:
    """What is wrong with proposed work: an own business is told in words, all other work has an employer; not too far off."""
    mistakes = []
    wanted, other = ("business", "employer_id") if kind == PlacementKind.OWN_BUSINESS else ("employer_id", "business")
    given = {"business": has_business, "employer_id": has_employer}
    if not given[wanted]:
        mistakes.append(Missing("missing", f"For {kind} give {wanted}.", wanted))
    if given[other]:
        mistakes.append(Missing("unwanted", f"For {kind} give {wanted} only.", other))
    if starts_on > today + PROPOSED_AHEAD:
        mistakes.append(Missing("too_late", f"More than {PROPOSED_AHEAD.days} days ahead.", "starts_on"))
    return mistakes


def mistakes_in_statement(first: Month, last: Month, today: date) -> list[Missing]:
    """What no statement of income can be: months out of order, too many, to come, or longer ago than anything looks."""
    present = month_of(today)
    mistakes = []
    if last < first:
        mistakes.append(Missing("before_from", f"The last month is before {format_month(first)}.", "to"))
    elif last - first >= LONGEST_STATEMENT:
        mistakes.append(Missing("too_long", f"A statement covers at most {LONGEST_STATEMENT} months.", "to"))
    if last > present:
        mistakes.append(Missing("in_future", "The month is after the present one.", "to"))
    if first < present - EARLIEST_STATEMENT:
        mistakes.append(Missing("too_early", f"More than {EARLIEST_STATEMENT} months ago.", "from"))
    return mistakes


def is_timely(first: Month, last: Month, recorded_on: date, *, back: int, longest: int) -> bool:
    """Was the statement made soon enough, and is it short enough, to be believed by the policy of graduation?

    `back` and `longest` are months of that policy. An older one is kept for history and for the score of dependency.
    """
    return month_of(recorded_on) - first <= back and last - first < longest


def _day_come(facts: PlacementFacts, ask: PlacementAsk) -> Missing | None:
    return Missing("in_future", "The day is after today.", "on") if ask.on > facts.today else None


def _begun(facts: PlacementFacts, ask: PlacementAsk) -> Missing | None:
    if ask.on >= facts.starts_on:
        return None
    return Missing("before_start", f"The work begins on {facts.starts_on}.", "on")


def _begun_if_active(facts: PlacementFacts, ask: PlacementAsk) -> Missing | None:
    return _begun(facts, ask) if facts.state == PlacementState.ACTIVE else None


def _employer_consent(facts: PlacementFacts, ask: PlacementAsk) -> Missing | None:
    if ask.method != VerificationMethod.EMPLOYER:
        return None
    if not facts.has_employer:
        return Missing("employer_missing", "An own business has no employer to ask.", "method")
    if not facts.may_contact_employer:
        return Missing("consent_missing", "The person has not consented to contact with this employer.", "method")
    return None


def _check_open(facts: PlacementFacts, ask: PlacementAsk) -> Missing | None:
    period = period_of_check(facts, ask)
    if period is not None and check_opens_on(facts.starts_on, period) <= ask.on:
        return None
    waiting = [ask.period] if ask.period else sorted(set(CHECK_DAYS) - facts.made)
    if not waiting:
        return Missing("no_check_left", "Every check of this placement was made.", "period")
    opens_on = check_opens_on(facts.starts_on, waiting[0])
    return Missing("check_not_open", f"The check of day {waiting[0]} may be made from {opens_on} on.", "on")


def _reason_when_over(facts: PlacementFacts, ask: PlacementAsk) -> Missing | None:
    if ask.still_active and ask.reason is not None:
        return Missing("reason_unwanted", "Work that goes on has no reason for its end.", "reason")
    return None if ask.still_active else _reason(facts, ask)


def _reason(_facts: PlacementFacts, ask: PlacementAsk) -> Missing | None:
    return None if ask.reason else Missing("reason_missing", f"Give a reason: {', '.join(EndReason)}.", "reason")


def _after_last_check(facts: PlacementFacts, ask: PlacementAsk) -> Missing | None:
    """Work does not end before the last day on which somebody found the person at it, and such work did begin."""
    last = facts.last_at_work
    if last is None or ends_on(facts.starts_on, ask.on, ask.reason or "") >= last:
        return None
    return Missing("before_check", f"A check found the person at work on {facts.last_at_work}.", "on")


def _after_last_check_when_over(facts: PlacementFacts, ask: PlacementAsk) -> Missing | None:
    return None if ask.still_active else _after_last_check(facts, ask)


PLACEMENT_NEEDS: Mapping[str, Callable[[PlacementFacts, PlacementAsk], Missing | None]] = {
    "day_come": _day_come,
    "begun": _begun,
    "begun_if_active": _begun_if_active,
    "employer_consent": _employer_consent,
    "check_open": _check_open,
    "reason_when_over": _reason_when_over,
    "reason": _reason,
    "after_last_check": _after_last_check,
    "after_last_check_when_over": _after_last_check_when_over,
}
