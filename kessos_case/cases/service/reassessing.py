"""Looking again: what a plan rested on is asked once more while the service goes on, or nobody knows what it changed."""

from datetime import date, timedelta

from kessos_case.access.rules import Role
from kessos_case.cases import queries
from kessos_case.cases.models import Case
from kessos_case.cases.rules import SERVED_STAGES, Pathway, PathwayPolicy, reassessment_due
from kessos_case.cases.service.assessments import finished_assessments
from kessos_case.cases.service.policy import pathways
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.months import months_later
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, raise_missing_task, settle_tasks, was_asked_since


def ask_for_reassessments(session: Session, most: int) -> int:
    """Ask the caseworkers of at most so many cases of each pathway; how many were asked. For the program, at night."""
    return sum(_ask(session, policy, most) for policy in pathways().policies.values())


def settle_reassessment(session: Session, case: Case) -> None:
    """Nobody is asked any more once everything has been filled in again."""
    if due_on(session, case) > _soon(session):
        settle_tasks(session, [case.id], kind=TaskKind.REASSESS)


def due_on(session: Session, case: Case) -> date:
    """When the first instrument of the case's pathway is to be filled in again; of an episode that was taken over too."""
    last = {
        found.instrument: office_day(found.completed_at)
        for found in finished_assessments(session, case.id)
        if found.completed_at
    }
    return reassessment_due(pathways().policies[Pathway(case.pathway)], last, office_day(case.stage_since))


def _soon(session: Session) -> date:
    return office_day(session.now) + timedelta(days=pathways().reassess_lead_days)


def _ask(session: Session, policy: PathwayPolicy, most: int) -> int:
    # What was completed after this day is not due yet. Three days on the safe side: some months are shorter than others.
    fresh_after = end_of(months_later(_soon(session), -policy.reassess_months) + timedelta(days=3))
    asked = was_asked_since(TaskKind.REASSESS, Case.id, fresh_after)
    stale = queries.unasked_reassessments(policy, SERVED_STAGES, fresh_after, asked).limit(most)
    return sum(_ask_about(session, case) for case in session.scalars(stale).all())


def _ask_about(session: Session, case: Case) -> bool:
    due = due_on(session, case)
    if due > _soon(session):
        return False
    return raise_missing_task(
        session, TaskKind.REASSESS, subject_kind="case", subject_id=case.id, period=str(due), client_id=case.client_id,
        organisation_id=case.organisation_id, role=Role.CASEWORKER, user_id=case.caseworker_id,
        due_at=end_of(max(due, office_day(session.now))),
    )  # fmt: skip
