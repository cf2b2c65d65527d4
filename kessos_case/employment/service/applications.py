"""Who asks for which vacancy, and what comes of it. The employer is told nothing by the program, and sees none of it.

One hire ends the person's other applications in the same transaction, takes a place of the vacancy under its lock, and
proposes the work. Locks are taken in one order: the case, the vacancy, the applications by their ids.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases import service as cases
from kessos_case.cases.models import Case
from kessos_case.clients.service import client_for, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.employment import vacancy_queries as queries
from kessos_case.employment.models import Application, Vacancy
from kessos_case.employment.rules import (
    LIVE,
    NEWS_AFTER_INTERVIEW,
    NEWS_WITHIN,
    ApplicationAsk,
    ApplicationEnd,
    ApplicationFacts,
    ApplicationState,
    ApplicationVerb,
    VacancyState,
    allowed_application_verbs,
    application_transition_for,
    missing_for_application,
    vacancy_state_on,
)
from kessos_case.employment.service.following import followed_by, followed_under
from kessos_case.employment.service.placements import propose_placement
from kessos_case.employment.service.vacancies import take_place, vacancy_for
from kessos_case.tasks.rules import TaskKind, TaskReason
from kessos_case.tasks.service import end_of, raise_task, settle_tasks


@dataclass(frozen=True)
class ApplicationCard:
    """An application as shown."""

    id: UUID
    version: int
    vacancy_id: UUID
    case_id: UUID
    client_id: UUID
    organisation_id: UUID
    state: str
    applied_on: date
    interview_on: date | None
    ended_on: date | None
    end_reason: str | None
    placement_id: UUID | None
    recorded_at: datetime
    allowed_verbs: list[str]


def application_for(session: Session, application_id: UUID) -> Application:
    """The one door to an application. Raises NotFound, also for one of a person beyond reach."""
    found = session.get(Application, application_id)
    if found is None:
        raise NotFound("There is no such application.")
    return found


def read_application(session: Session, application_id: UUID) -> ApplicationCard:
    """Look at an application; the look is in the audit trail. Raises NotFound."""
    found = application_for(session, application_id)
    record(session, "read", "application", found.id, clients=[found.client_id])
    return card(found)


def listed_applications(session: Session, applications: Iterable[Application]) -> list[ApplicationCard]:
    """The cards of a list; one row of the trail names everyone on it."""
    found = list(applications)
    record(session, "list", "application", clients=list(dict.fromkeys(each.client_id for each in found)))
    return [card(each) for each in found]


def apply_for(session: Session, case_id: UUID, *, vacancy_id: UUID, applied_on: date | None = None) -> ApplicationCard:
    """Write down that the person asks for this work; the caseworker is asked for news of it within 14 days.

    Raises NotFound, Forbidden or Conflict as the door of the case does, Conflict `applied` while he asks for it already,
    Invalid for a day to come, RuleBroken for the dead and for a vacancy that takes nobody more.
    """
    case = cases.own_case_for(session, case_id, lock=True)
    vacancy = vacancy_for(session, vacancy_id, lock=True)
    today = office_day(session.now)
    _check(session, case, vacancy, applied_on or today)
    made = Application(
        id=new_id(), vacancy_id=vacancy.id, case_id=case.id, client_id=case.client_id,
        organisation_id=case.organisation_id, state=ApplicationState.APPLIED, applied_on=applied_on or today,
        recorded_at=session.now, recorded_by=session.actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _ask_for_news(session, case, made, today + NEWS_WITHIN)
    _tell(session, made, "made")
    return card(made)


def move_application(
    session: Session,
    application_id: UUID,
    *,
    verb: str,
    on: date | None = None,
    reason: str | None = None,
    starts_on: date | None = None,
    monthly_income: int | None = None,
    plan_step_id: UUID | None = None,
) -> ApplicationCard:
    """Invited, offered, hired, refused or withdrawn, `on` a day, today unless it is said. Invited for the same day again
    changes nothing.

    Raises NotFound, Forbidden for an episode of another office, Conflict when that has ended, RuleBroken with all that is
    missing; of a hire also what `propose_placement` raises.
    """
    case, vacancy, application, rivals = _held(session, application_id)
    ask = ApplicationAsk(
        on=on or office_day(session.now), reason=ApplicationEnd(reason) if reason else None, starts_on=starts_on
    )
    _guard(session, ApplicationVerb(verb), application, vacancy, ask)
    if verb == ApplicationVerb.INTERVIEW and application.interview_on == ask.on:
        return card(application)  # the same again: what was asked of the caseworker stands
    settle_tasks(session, [application.id], kind=TaskKind.CHASE_APPLICATION)
    if verb == ApplicationVerb.HIRE:
        assert starts_on is not None
        # What is said of the wage, else the wage of the vacancy where that is one: a range is nobody's wage.
        fixed = vacancy.wage_from if vacancy.wage_from == vacancy.wage_to else None
        wage = fixed if monthly_income is None else monthly_income
        application.placement_id = _place(session, case, vacancy, starts_on, wage, plan_step_id)
    _apply(session, case, application, ApplicationVerb(verb), ask)
    if verb == ApplicationVerb.HIRE:
        _end_the_others(session, application, vacancy, rivals)
    return card(application)


def withdraw_applications(session: Session, case: Case, reason: ApplicationEnd) -> int:
    """End what the person still asks for under a case that ends; returns how much. What another UPT goes on with stays."""
    with as_system(session, "employment.withdraw"):
        found = queries.live_applications(session, client_id=case.client_id, lock=True)
        ended = [each for each in found if followed_by(session, each).id == case.id]
        for application in ended:
            end_application(session, application, ApplicationState.WITHDRAWN, reason)
    return len(ended)


def withdraw_all_of(session: Session, client_id: UUID, reason: ApplicationEnd) -> None:
    """End everything that a person still asks for, at whichever office. For the program."""
    for application in queries.live_applications(session, client_id=client_id, lock=True):
        end_application(session, application, ApplicationState.WITHDRAWN, reason)


def end_application(
    session: Session, application: Application, state: ApplicationState, reason: ApplicationEnd
) -> None:
    """End a live application because something else demands it; it is held by the caller."""
    application.state, application.end_reason = state, reason
    application.ended_on = max(office_day(session.now), application.applied_on)
    session.flush()
    died = reason == ApplicationEnd.DECEASED
    settle_tasks(session, [application.id], cancelled_because=TaskReason.DECEASED if died else TaskReason.NOT_NEEDED)
    _tell(session, application, state, reason=reason)


def card(application: Application) -> ApplicationCard:
    """The application as shown."""
    names = [name for name in ApplicationCard.__dataclass_fields__ if name != "allowed_verbs"]
    verbs = [str(verb) for verb in allowed_application_verbs(application.state)]
    return ApplicationCard(allowed_verbs=verbs, **{name: getattr(application, name) for name in names})


def _held(session: Session, application_id: UUID) -> tuple[Case, Vacancy, Application, list[Application]]:
    """The case under which it goes on, the vacancy, the application and what a hire would end, all held."""
    application = application_for(session, application_id)
    case = followed_under(session, application)
    if not cases.is_own(session, case):
        raise Forbidden("This application is followed by another UPT.", code="foreign_case")
    case = cases.own_case_for(session, case.id, lock=True)
    vacancy = vacancy_for(session, application.vacancy_id, lock=True)
    with as_system(session, "employment.hold"):
        live = queries.live_applications(session, client_id=case.client_id, vacancy_id=vacancy.id, lock=True)
        session.refresh(application)
    return case, vacancy, application, [each for each in live if each.id != application.id]


def _place(
    session: Session, case: Case, vacancy: Vacancy, starts_on: date, wage: int | None, plan_step_id: UUID | None
) -> UUID:
    """Propose the work of a vacancy that was got, and take its place; the vacancy is held."""
    placed = propose_placement(
        session, case_id=case.id, kind=vacancy.kind, employer_id=vacancy.employer_id, occupation=vacancy.occupation,
        starts_on=starts_on, monthly_income=wage, plan_step_id=plan_step_id,
    )  # fmt: skip
    take_place(session, vacancy)
    return placed.id


def _check(session: Session, case: Case, vacancy: Vacancy, applied_on: date) -> None:
    today, missing = office_day(session.now), []
    if applied_on > today:
        raise Invalid("Too late.", errors=[field_error("applied_on", "in_future", "The day is after today.")])
    if client_for(session, case.client_id).died_on is not None:
        missing.append({"code": "client_died", "detail": "The person has died."})
    state = vacancy_state_on(vacancy.state, vacancy.closes_on, today)
    if state != VacancyState.OPEN:
        missing.append({"code": f"vacancy_{state}", "detail": f"The vacancy is {state}."})
    if missing:
        raise RuleBroken("Nobody can apply so.", errors=missing)
    asked = queries.live_applications(session, client_id=case.client_id)
    if any(each.vacancy_id == vacancy.id for each in asked):
        raise Conflict("The person asks for this work already.", code="applied")


def _guard(
    session: Session, verb: ApplicationVerb, application: Application, vacancy: Vacancy, ask: ApplicationAsk
) -> None:
    facts = ApplicationFacts(
        today=office_day(session.now),
        state=ApplicationState(application.state),
        applied_on=application.applied_on,
        has_place=vacancy.taken < vacancy.places,
    )
    if missing := missing_for_application(application_transition_for(verb), facts, ask):
        errors = [entry.as_error() for entry in missing]
        raise RuleBroken(f"The application cannot be moved by `{verb}` so.", errors=errors)


def _apply(session: Session, case: Case, application: Application, verb: ApplicationVerb, ask: ApplicationAsk) -> None:
    target = application_transition_for(verb).target
    application.state = target
    if verb == ApplicationVerb.INTERVIEW:
        application.interview_on = ask.on
    if target not in LIVE:
        application.ended_on, application.end_reason = ask.on, ask.reason
    session.flush()
    if target in LIVE:
        asked_from = max(ask.on, office_day(session.now))
        within = NEWS_AFTER_INTERVIEW if verb == ApplicationVerb.INTERVIEW else NEWS_WITHIN
        _ask_for_news(session, case, application, asked_from + within, period=f"{target} {application.version}")
    _tell(session, application, target, reason=ask.reason)


def _end_the_others(session: Session, hired: Application, vacancy: Vacancy, rivals: Iterable[Application]) -> None:
    """The person's other applications, at whichever office, and those of everybody else once no place is left."""
    is_filled = vacancy.taken >= vacancy.places
    with as_system(session, "employment.hire"):
        for other in rivals:
            if other.client_id == hired.client_id:
                end_application(session, other, ApplicationState.OBSOLETE, ApplicationEnd.HIRED_ELSEWHERE)
            elif is_filled:
                end_application(session, other, ApplicationState.OBSOLETE, ApplicationEnd.FILLED)


def _ask_for_news(session: Session, case: Case, application: Application, due_on: date, *, period: str = "") -> None:
    raise_task(
        session, TaskKind.CHASE_APPLICATION, subject_kind="application", subject_id=application.id, period=period,
        client_id=case.client_id, organisation_id=case.organisation_id, role=Role.CASEWORKER, user_id=case.caseworker_id,
        due_at=end_of(due_on),
    )  # fmt: skip


def _tell(session: Session, application: Application, what: str, **detail: Any) -> None:
    write_timeline(session, application.client_id, f"application_{what}", application.id)
    record(session, what, "application", application.id, clients=[application.client_id], **detail)
