"""What is due about work and lacks a task, and what nobody can do any more: looked for at night."""

from datetime import datetime, timedelta
from functools import partial

from kessos_case.access.rules import Role
from kessos_case.cases.rules import Stage
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.employment import queries
from kessos_case.employment.models import Placement
from kessos_case.employment.rules import CHECK_OPENS_BEFORE, VERIFY_WITHIN
from kessos_case.employment.service.following import followed_by
from kessos_case.tasks import service as tasks
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, raise_missing_task, was_asked

# Tasks of one kind that one night makes up for: as many as end within a minute; the rest comes the next night.
A_NIGHT = 5000
_OF_WORK = (TaskKind.VERIFY_PLACEMENT, TaskKind.CHECK_PLACEMENT, TaskKind.LOOK_AT_WORK)


def ask_for_due_checks(session: Session) -> int:
    """Ask for each check that may be made by now and for each placement to verify that nobody was asked about.

    Returns how many tasks were raised. For the program.
    """
    asked, today = 0, office_day(session.now)
    due = queries.unasked_checks(today + CHECK_OPENS_BEFORE, partial(was_asked, TaskKind.CHECK_PLACEMENT))
    for placement, days in session.execute(due.limit(A_NIGHT)).all():
        due_at = end_of(placement.starts_on + timedelta(days=days))
        asked += _ask(session, TaskKind.CHECK_PLACEMENT, placement, due_at, period=str(days))
    proposed = queries.unasked_verifications(was_asked(TaskKind.VERIFY_PLACEMENT, Placement.id))
    for placement in session.scalars(proposed.limit(A_NIGHT)).all():
        due_at = end_of(office_day(placement.recorded_at) + VERIFY_WITHIN)
        asked += _ask(session, TaskKind.VERIFY_PLACEMENT, placement, due_at)
    return asked


def let_go_of_the_unseen(session: Session) -> int:
    """End what is asked about the work of people whom the asked office reaches no more: nobody could do it.

    A check that was not made stays not made, and counts as unknown. Returns how many tasks ended. For the program.
    """
    return tasks.let_go_of_the_unseen(session, _OF_WORK, A_NIGHT)


def _ask(session: Session, kind: TaskKind, placement: Placement, due_at: datetime, period: str = "") -> bool:
    """Ask whoever follows the person now, unless that case has closed too."""
    case = followed_by(session, placement)
    if case.stage == Stage.CLOSED:
        return False
    return raise_missing_task(
        session, kind, subject_kind="placement", subject_id=placement.id, period=period, client_id=case.client_id,
        organisation_id=case.organisation_id, role=Role.CASEWORKER, user_id=case.caseworker_id, due_at=due_at,
    )  # fmt: skip
