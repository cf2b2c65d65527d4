"""What is due in the houses and lacks a task: looked for at night."""

from collections import Counter
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.rules import Role
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.residence import queries
from kessos_case.residence.models import Stay
from kessos_case.residence.rules import REVIEW_OPENS_BEFORE
from kessos_case.residence.service.line import tell_the_desk
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, raise_missing_task, was_asked

# Tasks of one kind that one night makes up for; the rest comes the next night.
A_NIGHT = 5000


def ask_for_due_stays(session: Session) -> Counter[str]:
    """Ask to look at each stay whose review comes, and about each whose planned end is past.

    Each house where somebody waits is told of its free beds, should that have been missed. For the program.
    """
    today = office_day(session.now)
    asked_review = was_asked(TaskKind.REVIEW_STAY, Stay.id, sa.cast(Stay.review_on, sa.Text))
    reviews = session.execute(queries.unasked_reviews(today + REVIEW_OPENS_BEFORE, asked_review).limit(A_NIGHT)).all()
    asked_end = was_asked(TaskKind.END_STAY, Stay.id, sa.cast(Stay.planned_until, sa.Text))
    ends = session.execute(queries.unasked_ends(today, asked_end).limit(A_NIGHT)).all()
    for house in session.scalars(queries.houses_with_a_line()):
        tell_the_desk(session, house)
    return Counter(
        stay_reviews=sum(
            _ask(session, TaskKind.REVIEW_STAY, stay, who, stay.review_on, stay.review_on) for stay, who in reviews
        ),
        stay_ends=sum(_ask(session, TaskKind.END_STAY, stay, who, stay.planned_until, today) for stay, who in ends),
    )


def _ask(session: Session, kind: TaskKind, stay: Stay, who: UUID | None, about: date, due_on: date) -> bool:
    return raise_missing_task(
        session, kind, subject_kind="stay", subject_id=stay.id, period=str(about), client_id=stay.client_id,
        organisation_id=stay.organisation_id, role=Role.CASEWORKER, user_id=who,
        due_at=end_of(due_on),
    )  # fmt: skip
