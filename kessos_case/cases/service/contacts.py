"""When somebody last saw or spoke to the person of a case, and who is asked to when nobody has for too long."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.rules import Role
from kessos_case.cases import queries
from kessos_case.cases.models import Case
from kessos_case.cases.rules import Stage
from kessos_case.cases.service.holding import hold_cases
from kessos_case.cases.service.policy import after_working_days, pathways
from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.core.db import Session, as_system
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import raise_missing_task, settle_tasks, was_asked_since

# Working days until the person should have been contacted.
_CONTACT_DAYS = 3


def note_contact(session: Session, case_ids: Collection[UUID], on: date) -> None:
    """Somebody saw or spoke to the persons of these cases on this day; who was asked to need not any more.

    An earlier day than the one that is known changes nothing, nor does a case that has ended. It changes no decision, so
    nobody who has the case open is held up by it. The caller holds the cases since before he wrote anything else.
    """
    if not case_ids:
        return
    with _as_the_program(session):
        session.execute(queries.contact(case_ids, on), execution_options={"synchronize_session": False})
        seen = session.scalars(queries.not_quiet(case_ids, office_day(session.now), pathways().quiet_days)).all()
        settle_tasks(session, seen, kind=TaskKind.CONTACT_CLIENT)


def hold_to_contact(session: Session, case_ids: Iterable[UUID] | sa.Select[UUID]) -> None:
    """Hold cases of which a contact will be noted, also those that the actor does not see."""
    with _as_the_program(session):
        hold_cases(session, case_ids)


def hold_contacted(session: Session, client_id: UUID, case_id: UUID | None = None) -> Sequence[UUID]:
    """Hold the cases to which a visit or call counts: the one that it names, else those of the own office and in aftercare.

    A TKSK sees no case; what he does for the office in the years after counts all the same.
    """
    with _as_the_program(session):
        found = session.scalars(queries.contacted(client_id, session.actor.organisation_id)).all()
        counted = [case_id] if case_id else found
        hold_cases(session, counted)
    return counted


def ask_for_contact(session: Session, most: int) -> int:
    """Ask the caseworkers of at most so many cases of each stage, or the supervisor where a case has none, to contact the
    person; how many were asked. Whoever answered that it need not be is asked again after as many days. For the program.
    """
    return sum(_ask_in(session, stage, days, most) for stage, days in pathways().quiet_days.items())


def _ask_in(session: Session, stage: Stage, days: int, most: int) -> int:
    last = office_day(session.now) - timedelta(days=days)
    asked = was_asked_since(TaskKind.CONTACT_CLIENT, Case.id, _end_of_day(last))
    quiet = queries.unasked_quiet(stage, last, asked).limit(most)
    return sum(_ask(session, case) for case in session.scalars(quiet).all())


def _ask(session: Session, case: Case) -> bool:
    today = office_day(session.now)
    return raise_missing_task(
        session, TaskKind.CONTACT_CLIENT, subject_kind="case", subject_id=case.id, period=str(today),
        client_id=case.client_id, organisation_id=case.organisation_id,
        role=Role.CASEWORKER if case.caseworker_id else Role.SUPERVISOR, user_id=case.caseworker_id,
        due_at=after_working_days(today, _CONTACT_DAYS),
    )  # fmt: skip


def _end_of_day(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), OFFICE_ZONE)


def _as_the_program(session: Session) -> AbstractContextManager[None]:
    return nullcontext() if session.actor.system else as_system(session, "cases.contact")
