"""What somebody is asked to do about a place in a course: tell that there is one, and ask why a person stays away."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from kessos_case.cases.models import Case
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.tasks.rules import TaskKind, TaskReason
from kessos_case.tasks.service import end_of, raise_task, settle_tasks
from kessos_case.training import queries
from kessos_case.training.models import Enrolment
from kessos_case.training.rules import stays_away

# A place that nobody takes up is lost to the next in line.
_TELL_WITHIN, _ASK_WITHIN = timedelta(days=2), timedelta(days=3)


def ask_to_tell(session: Session, enrolment: Enrolment) -> None:
    """Ask the caseworker to tell somebody who waited that he has a place now: within two days, and before it begins."""
    today = office_day(session.now)
    due_on = max(today, min(today + _TELL_WITHIN, enrolment.starts_on))
    _ask(session, TaskKind.TELL_OF_PLACE, [enrolment], due_on)


def ask_about_absence(session: Session, enrolments: Sequence[Enrolment]) -> None:
    """Ask the caseworkers of those who stay away, once for each place in a course."""
    days: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for row in session.execute(queries.days_by_presence(enrolment.id for enrolment in enrolments)):
        days[row.enrolment_id][row.presence] = row.days
    away = [enrolment for enrolment in enrolments if stays_away(days[enrolment.id])]
    if away:
        _ask(session, TaskKind.ASK_ABOUT_ABSENCE, away, office_day(session.now) + _ASK_WITHIN)


def settle_told(session: Session, enrolment: Enrolment) -> None:
    """Whoever comes knows of his place."""
    settle_tasks(session, [enrolment.id], kind=TaskKind.TELL_OF_PLACE)


def settle_recorded(session: Session, enrolment: Enrolment) -> None:
    """How it ended was said."""
    settle_tasks(session, [enrolment.id], kind=TaskKind.RECORD_RESULT)


def settle_asks(session: Session, enrolment: Enrolment) -> None:
    """Nobody needs to be asked about a course that has ended for the person."""
    settle_tasks(session, [enrolment.id], cancelled_because=TaskReason.NOT_NEEDED)


def _ask(session: Session, kind: TaskKind, enrolments: Sequence[Enrolment], due_on: date) -> None:
    cases = sa.select(Case.id, Case.caseworker_id).where(Case.id.in_({one.case_id for one in enrolments}))
    caseworkers = dict(session.execute(cases).all())
    for enrolment in enrolments:
        raise_task(
            session, kind, subject_kind="enrolment", subject_id=enrolment.id, client_id=enrolment.client_id,
            organisation_id=enrolment.organisation_id, role="caseworker", user_id=caseworkers.get(enrolment.case_id),
            due_at=end_of(due_on),
        )  # fmt: skip
