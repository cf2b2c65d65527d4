"""What follows from a move of a case, in the same transaction: tasks, reach, what is open, the offer to another UPT."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.rules import Role
from kessos_case.cases import queries
from kessos_case.cases.models import Case
from kessos_case.cases.rules import Ask, Stage, Verb, care_review_due
from kessos_case.cases.service.conference_calls import end_calls
from kessos_case.cases.service.conference_decisions import ask_for_decisions
from kessos_case.cases.service.decisions import decide_goals
from kessos_case.cases.service.files import SETTLED_BY_NAME
from kessos_case.cases.service.offices import tksk_of
from kessos_case.cases.service.policy import pathways
from kessos_case.cases.service.transfers import make_offer, withdraw_offer
from kessos_case.clients.models import Client, ClientAccess
from kessos_case.clients.service import end_access, give_access
from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.months import months_later
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import TaskKind, TaskReason
from kessos_case.tasks.service import end_of, open_tasks, raise_task, settle_tasks

# The last check of work lies so far behind its beginning; what is asked for later is no reason to see a person for years.
_ASKED_AT_MOST = timedelta(days=365)


@dataclass(frozen=True)
class Move:
    """A move that has been made: its row, what was there before and what was asked."""

    id: UUID
    before: Stage
    at: datetime
    ask: Ask


def follow(session: Session, case: Case, client: Client, verb: Verb, made: Move) -> None:
    """Do what this verb brings with it."""
    if effect := _EFFECTS.get(verb):
        effect(session, case, client, made)
    session.flush()


def settle_of_office(
    session: Session, case: Case, wanted: Callable[[Task], bool], because: TaskReason | None = None
) -> None:
    """Close the open tasks of the case's office about the person that are wanted: done, or cancelled for a reason."""
    for task in open_tasks(session, case.client_id):
        if task.organisation_id == case.organisation_id and wanted(task):
            settle_tasks(
                session, [task.subject_id], kind=TaskKind(task.kind), period=task.period, cancelled_because=because
            )


def end_reach(session: Session, case: Case, asked_until: date = date.min) -> None:
    """The office keeps the person in sight to the end of the last day on which the case may be reopened.

    Where its people are still asked about him, as long again after the last of it: nobody can look after whom he cannot see.
    """
    today = office_day(session.now)
    last = max(today, min(asked_until, today + _ASKED_AT_MOST)) + timedelta(days=pathways().reopen_days)
    until = _beginning_of(last + timedelta(days=1))
    end_access(session, case.client_id, "case", organisation_id=case.organisation_id, until=until)


def cancel_tasks(session: Session, case: Case, settled: Iterable[UUID] = ()) -> None:
    """The program's reminders end with the case; of what a person or the law asked, only what was settled by name."""
    named = frozenset(settled)
    kept = SETTLED_BY_NAME | {TaskKind.REVIEW_AID_AFTER_DEATH}
    settle_of_office(
        session, case, lambda task: task.kind not in kept or task.id in named, because=TaskReason.CASE_CLOSED
    )


def ask_for_review(session: Session, case: Case, key: UUID, due_at: datetime | None = None) -> None:
    """Ask the caseworker to look at the care with the person, when policy says unless a time is given."""
    due = due_at or end_of(care_review_due(pathways(), office_day(session.now)))
    _ask(session, case, TaskKind.REVIEW_CARE, Role.CASEWORKER, due, key, user_id=case.caseworker_id)


def _ask(
    session: Session, case: Case, kind: TaskKind, role: Role, due: datetime, key: UUID, user_id: UUID | None = None
) -> None:
    """Raise a task about the case for its day. One of the same day that is closed already stands for another turn."""
    day = str(office_day(due))
    for period in (day, f"{day} {key}"):
        made = raise_task(
            session, kind, subject_kind="case", subject_id=case.id, client_id=case.client_id, user_id=user_id,
            organisation_id=case.organisation_id, role=role, period=period, due_at=due,
        )  # fmt: skip
        if made:
            return


def _beginning_of(day: date) -> datetime:
    """The first instant of a day of the office."""
    return datetime.combine(day, time(0), OFFICE_ZONE).astimezone(UTC)


def _start_care(session: Session, case: Case, client: Client, made: Move) -> None:
    ask_for_review(session, case, made.id)


def _review_care(session: Session, case: Case, client: Client, made: Move) -> None:
    settle_tasks(session, [case.id], kind=TaskKind.REVIEW_CARE)
    ask_for_review(session, case, made.id)


def _pause(session: Session, case: Case, client: Client, made: Move) -> None:
    assert case.paused_until is not None
    _ask(session, case, TaskKind.END_PAUSE, Role.SUPERVISOR, end_of(case.paused_until), made.id)


def _resume(session: Session, case: Case, client: Client, made: Move) -> None:
    settle_tasks(session, [case.id], kind=TaskKind.END_PAUSE)


def _step_back(session: Session, case: Case, client: Client, made: Move) -> None:
    settle_of_office(session, case, lambda task: task.kind == TaskKind.CONSIDER_STEP_BACK)


def _change_pathway(session: Session, case: Case, client: Client, made: Move) -> None:
    decide_goals(session, case, made.ask.goal_decisions, made.ask.reason or "")
    # What was due on the old pathway; the new one asks anew.
    for kind in (TaskKind.REVIEW_CARE, TaskKind.REASSESS):
        settle_tasks(session, [case.id], kind=kind, cancelled_because=TaskReason.SUPERSEDED)


def _start_aftercare(session: Session, case: Case, client: Client, made: Move) -> None:
    """The TKSK where the person lives goes on seeing him; reached by name, so that it ends with the person's post."""
    last = months_later(office_day(made.at), pathways().aftercare_months)
    until = _beginning_of(last)
    for user_id in tksk_of(session, client.region_code):
        give_access(session, client.id, "aftercare", user_id=user_id, until=until)


def _transfer(session: Session, case: Case, client: Client, made: Move) -> None:
    make_offer(session, case, client, made.ask)


def _graduate(session: Session, case: Case, client: Client, made: Move) -> None:
    """The visits of the years after and the checks of work go on, and with them the reach of whoever makes them."""
    withdraw_offer(session, case)
    end_calls(session, case)
    settle_of_office(
        session,
        case,
        lambda task: task.subject_id == case.id and task.kind not in SETTLED_BY_NAME,
        because=TaskReason.CASE_CLOSED,
    )
    left = [task for task in open_tasks(session, case.client_id) if task.organisation_id == case.organisation_id]
    end_reach(session, case, max((office_day(task.due_at) for task in left), default=date.min))


def _close(session: Session, case: Case, client: Client, made: Move) -> None:
    withdraw_offer(session, case)
    end_calls(session, case)
    cancel_tasks(session, case, (item for kind, item in made.ask.settled if kind == "task"))
    end_reach(session, case)
    _end_aftercare(session, case)


def _end_aftercare(session: Session, case: Case) -> None:
    """Whoever reached the person by name for this aftercare reaches him no more."""
    with as_system(session, "cases.end_aftercare"):
        if queries.in_aftercare_elsewhere(session, case):
            return
        holding = sa.select(ClientAccess.user_id).where(
            ClientAccess.client_id == case.client_id,
            ClientAccess.ground == "aftercare",
            ClientAccess.user_id.is_not(None),
        )
        for user_id in set(session.scalars(holding)):
            end_access(session, case.client_id, "aftercare", user_id=user_id)


def _reopen(session: Session, case: Case, client: Client, made: Move) -> None:
    give_access(session, case.client_id, "case", organisation_id=case.organisation_id)
    ask_for_decisions(session, case)
    if case.stage == Stage.CARE:
        ask_for_review(session, case, made.id)
    if case.stage == Stage.AFTERCARE:
        _start_aftercare(session, case, client, made)


_EFFECTS: dict[Verb, Callable[[Session, Case, Client, Move], None]] = {
    Verb.START_CARE: _start_care,
    Verb.START_AFTERCARE: _start_aftercare,
    Verb.GRADUATE: _graduate,
    Verb.STEP_BACK: _step_back,
    Verb.REVIEW_CARE: _review_care,
    Verb.PAUSE: _pause,
    Verb.RESUME: _resume,
    Verb.CHANGE_PATHWAY: _change_pathway,
    Verb.TRANSFER: _transfer,
    Verb.CLOSE: _close,
    Verb.REOPEN: _reopen,
}
