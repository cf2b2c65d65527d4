"""Vacancies and who asks for them: what may be stated, where each stands on a day, the machine of an application."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kessos_case.cases.rules import Missing
from kessos_case.employment.rules.placements import PROPOSED_AHEAD, PlacementKind


class VacancyState(StrEnum):
    """Where a vacancy stands. CLOSED: its last day is over, or the employer took it back."""

    OPEN = "open"
    FILLED = "filled"
    CLOSED = "closed"


class ApplicationState(StrEnum):
    """Where an application stands."""

    APPLIED = "applied"
    INTERVIEW = "interview"
    OFFERED = "offered"
    HIRED = "hired"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OBSOLETE = "obsolete"


class ApplicationEnd(StrEnum):
    """Why an application came to nothing."""

    FILLED = "filled"
    NOT_SUITED = "not_suited"
    NO_ANSWER = "no_answer"
    DID_NOT_COME = "did_not_come"
    OWN_WISH = "own_wish"
    WAGE = "wage"
    TOO_FAR = "too_far"
    HIRED_ELSEWHERE = "hired_elsewhere"
    VACANCY_CLOSED = "vacancy_closed"
    CASE_CLOSED = "case_closed"
    DECEASED = "deceased"


class ApplicationVerb(StrEnum):
    """What can be done to an application."""

    INTERVIEW = "interview"
    OFFER = "offer"
    HIRE = "hire"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


# Still to be decided.
LIVE = frozenset({ApplicationState.APPLIED, ApplicationState.INTERVIEW, ApplicationState.OFFERED})
# An own business is nobody's to give.
VACANCY_KINDS = (PlacementKind.JOB, PlacementKind.APPRENTICESHIP)
# Why the employer said no, and why the person did; all other reasons come with what happened.
REFUSALS = frozenset(
    {
        ApplicationEnd.NOT_SUITED,
        ApplicationEnd.FILLED,
        ApplicationEnd.NO_ANSWER,
        ApplicationEnd.DID_NOT_COME,
        ApplicationEnd.VACANCY_CLOSED,
    }
)
WITHDRAWALS = frozenset({ApplicationEnd.OWN_WISH, ApplicationEnd.WAGE, ApplicationEnd.TOO_FAR})

MOST_PLACES = 1000
# How far ahead the last day of a vacancy may lie, and an interview.
OPEN_AHEAD = timedelta(days=366)
INTERVIEW_AHEAD = timedelta(days=90)
# How soon after somebody applied, or was to be seen, it is asked what came of it.
NEWS_WITHIN = timedelta(days=14)
NEWS_AFTER_INTERVIEW = timedelta(days=3)


@dataclass(frozen=True)
class VacancyTerms:
    """What is stated of a vacancy: wages in rupiah a month, `closes_on` the last day on which one may apply."""

    kind: str
    places: int
    wage_from: int | None
    wage_to: int | None
    closes_on: date


def mistakes_in_vacancy(
    terms: VacancyTerms, today: date, *, before: VacancyTerms | None = None, taken: int = 0, may_lower: bool = True
) -> list[Missing]:
    """What is wrong with a vacancy as stated; `before` is how it stood, `taken` how many have been hired.

    An employer may not lower the number of places (`may_lower` false): a refusal that depends on who was hired would tell
    him which of his people are served here.
    """
    mistakes = []
    if terms.kind not in VACANCY_KINDS:
        mistakes.append(Missing("unknown", f"One of {', '.join(VACANCY_KINDS)}.", "kind"))
    if terms.wage_from is None and terms.wage_to is not None:
        mistakes.append(Missing("missing", "Give the lower wage too.", "wage_from"))
    if terms.wage_from is not None and terms.wage_to is not None and terms.wage_to < terms.wage_from:
        mistakes.append(Missing("below_from", "The upper wage is below the lower.", "wage_to"))
    if before and not may_lower and terms.places < before.places:
        mistakes.append(Missing("places_lowered", "Places can be added; close the vacancy instead.", "places"))
    if may_lower and terms.places < taken:
        mistakes.append(Missing("places_taken", f"{taken} have been hired.", "places"))
    is_kept = before is not None and before.closes_on == terms.closes_on
    return mistakes + ([] if is_kept else _mistakes_in_last_day(terms.closes_on, today))


def _mistakes_in_last_day(closes_on: date, today: date) -> list[Missing]:
    if closes_on < today:
        return [Missing("in_past", "The day is over.", "closes_on")]
    if closes_on > today + OPEN_AHEAD:
        return [Missing("too_late", f"More than {OPEN_AHEAD.days} days ahead.", "closes_on")]
    return []


def vacancy_state_on(state: str, closes_on: date, today: date) -> VacancyState:
    """Where a vacancy stands on a day: one that is open is closed from the day after its last day on, night or no night."""
    if state == VacancyState.OPEN and today > closes_on:
        return VacancyState.CLOSED
    return VacancyState(state)


def state_with_places(state: str, taken: int, places: int) -> VacancyState:
    """Open or filled by what is taken; what was taken back stays closed."""
    if state == VacancyState.CLOSED:
        return VacancyState.CLOSED
    return VacancyState.FILLED if taken >= places else VacancyState.OPEN


def state_for_employer(state: VacancyState, closes_on: date, today: date) -> VacancyState:
    """The same for whoever may not learn that somebody of ours was hired: a filled vacancy is open until its last day."""
    return vacancy_state_on(VacancyState.OPEN, closes_on, today) if state == VacancyState.FILLED else state


def is_compared(kind: str) -> bool:
    """Has this work a minimum wage? A business pays none, and an apprentice is no worker of the wage law."""
    return kind == PlacementKind.JOB


def wage_share(wage: int, minimum: int) -> int:
    """The wage as percent of the minimum wage, rounded down: 99.9 is below, and never shown as 100."""
    return wage * 100 // minimum


@dataclass(frozen=True)
class ApplicationFacts:
    """An application on a day, and whether the vacancy has a place that nobody has."""

    today: date
    state: ApplicationState
    applied_on: date
    has_place: bool


@dataclass(frozen=True)
class ApplicationAsk:
    """What a request says beside its verb: `on` when it happened, or the day of the interview; `starts_on` of a hire."""

    on: date
    reason: ApplicationEnd | None = None
    starts_on: date | None = None


@dataclass(frozen=True)
class ApplicationTransition:
    """One line of the machine. Who: whoever records applications, for a case of the own office."""

    verb: ApplicationVerb
    sources: frozenset[ApplicationState]
    target: ApplicationState
    needs: tuple[str, ...]


APPLICATION_TRANSITIONS: tuple[ApplicationTransition, ...] = (
    ApplicationTransition(
        ApplicationVerb.INTERVIEW,
        frozenset({ApplicationState.APPLIED, ApplicationState.INTERVIEW}),
        ApplicationState.INTERVIEW,
        needs=("after_applied", "not_too_far"),
    ),
    ApplicationTransition(
        ApplicationVerb.OFFER,
        frozenset({ApplicationState.APPLIED, ApplicationState.INTERVIEW}),
        ApplicationState.OFFERED,
        needs=("after_applied", "day_come"),
    ),
    ApplicationTransition(
        ApplicationVerb.HIRE, LIVE, ApplicationState.HIRED, needs=("after_applied", "day_come", "start", "place_free")
    ),
    ApplicationTransition(
        ApplicationVerb.REFUSE, LIVE, ApplicationState.REFUSED, needs=("after_applied", "day_come", "refusal")
    ),
    ApplicationTransition(
        ApplicationVerb.WITHDRAW, LIVE, ApplicationState.WITHDRAWN, needs=("after_applied", "day_come", "withdrawal")
    ),
)


def application_transition_for(verb: str) -> ApplicationTransition:
    """The machine's line for this verb."""
    return next(line for line in APPLICATION_TRANSITIONS if line.verb == verb)


def allowed_application_verbs(state: str) -> list[ApplicationVerb]:
    """The verbs that an application in this state takes; what they need is asked when they are used."""
    return [line.verb for line in APPLICATION_TRANSITIONS if state in line.sources]


def missing_for_application(line: ApplicationTransition, facts: ApplicationFacts, ask: ApplicationAsk) -> list[Missing]:
    """Everything that stands between this request and this move of an application; empty when it may be made."""
    missing = []
    if facts.state not in line.sources:
        states = " or ".join(sorted(line.sources))
        missing.append(Missing("wrong_state", f"The application is {facts.state}; this needs {states}."))
    return missing + [lack for need in line.needs if (lack := _NEEDS[need](facts, ask))]


def _day_come(facts: ApplicationFacts, ask: ApplicationAsk) -> Missing | None:
    return Missing("in_future", "The day is after today.", "on") if ask.on > facts.today else None


def _after_applied(facts: ApplicationFacts, ask: ApplicationAsk) -> Missing | None:
    if ask.on >= facts.applied_on:
        return None
    return Missing("before_applied", f"The person applied on {facts.applied_on}.", "on")


def _not_too_far(facts: ApplicationFacts, ask: ApplicationAsk) -> Missing | None:
    if ask.on <= facts.today + INTERVIEW_AHEAD:
        return None
    return Missing("too_late", f"More than {INTERVIEW_AHEAD.days} days ahead.", "on")


def _start(facts: ApplicationFacts, ask: ApplicationAsk) -> Missing | None:
    if ask.starts_on is None:
        return Missing("missing", "Say when the work begins.", "starts_on")
    if ask.starts_on > facts.today + PROPOSED_AHEAD:
        return Missing("too_late", f"More than {PROPOSED_AHEAD.days} days ahead.", "starts_on")
    return None


def _place_free(facts: ApplicationFacts, _ask: ApplicationAsk) -> Missing | None:
    return None if facts.has_place else Missing("vacancy_filled", "Every place of the vacancy is taken.")


def _refusal(_facts: ApplicationFacts, ask: ApplicationAsk) -> Missing | None:
    return _one_of(ask, REFUSALS)


def _withdrawal(_facts: ApplicationFacts, ask: ApplicationAsk) -> Missing | None:
    return _one_of(ask, WITHDRAWALS)


def _one_of(ask: ApplicationAsk, reasons: frozenset[ApplicationEnd]) -> Missing | None:
    if ask.reason in reasons:
        return None
    return Missing("reason_missing", f"Give a reason: {', '.join(sorted(reasons))}.", "reason")


_NEEDS: Mapping[str, Callable[[ApplicationFacts, ApplicationAsk], Missing | None]] = {
    "day_come": _day_come,
    "after_applied": _after_applied,
    "not_too_far": _not_too_far,
    "start": _start,
    "place_free": _place_free,
    "refusal": _refusal,
    "withdrawal": _withdrawal,
}
