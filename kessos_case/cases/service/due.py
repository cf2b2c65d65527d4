"""What is due about cases and lacks a task: looked for at night, in case that whoever should have asked did not."""

from collections import Counter

import sqlalchemy as sa

from kessos_case.access.rules import Role
from kessos_case.cases import queries
from kessos_case.cases.models import Case
from kessos_case.cases.rules import Stage, care_review_due
from kessos_case.cases.service.contacts import ask_for_contact
from kessos_case.cases.service.effects import ask_for_review
from kessos_case.cases.service.plan_reviews import ask_for_plan_reviews
from kessos_case.cases.service.policy import pathways
from kessos_case.cases.service.reassessing import ask_for_reassessments
from kessos_case.cases.service.registry import ask_for_caseworker
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, raise_missing_task, was_asked

# Tasks of one kind that one night makes up for: as many as end within a minute; the rest comes the next night.
A_NIGHT = 5000


def ask_for_due_cases(session: Session) -> Counter[str]:
    """Ask about pauses that are over, care that nobody is asked to review, cases that nobody serves, people whose assessment
    is long ago, plans that are to be looked at again, and people whom nobody has contacted for long.

    Answers how many tasks of each kind. Whoever cancelled a review of care is asked again when the next one is due. For the
    program.
    """
    return Counter(
        pauses=_ask_about_pauses(session),
        care=_ask_for_reviews(session),
        unassigned=_ask_for_caseworkers(session),
        reassess=ask_for_reassessments(session, A_NIGHT),
        plans=ask_for_plan_reviews(session, A_NIGHT),
        contact=ask_for_contact(session, A_NIGHT),
    )


def _ask_about_pauses(session: Session) -> int:
    until = sa.cast(Case.paused_until, sa.Text)
    over = queries.unasked_pauses(office_day(session.now), was_asked(TaskKind.END_PAUSE, Case.id, until))
    asked = [_ask_about_pause(session, case) for case in session.scalars(over.limit(A_NIGHT)).all()]
    return sum(asked)


def _ask_about_pause(session: Session, case: Case) -> bool:
    assert case.paused_until is not None
    return raise_missing_task(
        session, TaskKind.END_PAUSE, subject_kind="case", subject_id=case.id, period=str(case.paused_until),
        client_id=case.client_id, organisation_id=case.organisation_id, role=Role.SUPERVISOR,
        due_at=end_of(case.paused_until),
    )  # fmt: skip


def _ask_for_reviews(session: Session) -> int:
    unasked = session.scalars(queries.without_task(Case.stage == Stage.CARE, TaskKind.REVIEW_CARE).limit(A_NIGHT)).all()
    for case in unasked:
        # The first one counts from the beginning of the care, the next from now.
        due_on = care_review_due(pathways(), office_day(case.stage_since))
        was_asked_before = session.scalar(sa.select(queries.was_ever_asked(case.id, TaskKind.REVIEW_CARE)))
        ask_for_review(session, case, case.id, None if was_asked_before else end_of(due_on))
    return len(unasked)


def _ask_for_caseworkers(session: Session) -> int:
    unserved = queries.without_task(queries.unserved(session.now), TaskKind.ASSIGN_CASEWORKER)
    unasked = session.scalars(unserved.limit(A_NIGHT)).all()
    return sum(ask_for_caseworker(session, case) for case in unasked)
