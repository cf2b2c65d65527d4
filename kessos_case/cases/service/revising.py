"""What the next version of a plan begins with, before anybody has written a word of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases import casework_queries as queries
from kessos_case.cases.casework import Plan, PlanGoal
from kessos_case.cases.rules import GoalState, PlanState, StepState
from kessos_case.cases.service.assessments import flagged_domains
from kessos_case.cases.service.case_roles import case_worked_by
from kessos_case.cases.service.plan_cards import stated_goal
from kessos_case.cases.service.plans import goals_in, key_of, was_approved
from kessos_case.cases.service.tapers import stated_taper, tapers_in
from kessos_case.core.db import Session
from kessos_case.core.keys import DataKey


def undecided_plan(session: Session, case_id: UUID) -> Plan | None:
    """The draft or the proposed version of a case; there is at most one."""
    return session.scalar(queries.plans(case_id, *queries.UNDECIDED))


def next_goals(session: Session, case_id: UUID) -> list[dict[str, Any]]:
    """Goals as a request states them: those of the version that was returned last, else of the one in force.

    What was dropped is left out; a goal has `is_met` and a step `is_done` where there is nothing left to do. A flagged
    domain without a goal has one without words. Raises what `case_worked_by` does; the look is in the audit trail.
    """
    case = case_worked_by(session, case_id, Role.CASEWORKER)
    source, former = _source(session, case_id)
    stated = _stated(session, source, former) if source else []
    covered = {goal["domain"] for goal in stated}
    record(session, "read", "plan", source.id if source else None, clients=[case.client_id])
    return stated + [
        {"domain": domain, "text": "", "carried_from": None, "is_met": False, "steps": []}
        for domain in sorted(flagged_domains(session, case.id) - covered)
    ]


def next_tapers(session: Session, case_id: UUID) -> list[dict[str, Any]]:
    """How aid steps down as a request states it: as in the version that `next_goals` begins with, which records the look."""
    source, _ = _source(session, case_id)
    tapers = tapers_in(session, source) if source else []
    return [stated_taper(taper, key_of(session, taper.client_id)) for taper in tapers]


def _source(session: Session, case_id: UUID) -> tuple[Plan | None, Plan | None]:
    """The version whose words the next one begins with, and the one that it takes over from."""
    former = session.scalar(queries.former_plan(case_id))
    returned = session.scalar(queries.plans(case_id, PlanState.RETURNED).order_by(Plan.number.desc()).limit(1))
    is_newer = returned is not None and (former is None or returned.number > former.number)
    return (returned if is_newer else former), former


def _stated(session: Session, source: Plan, former: Plan | None) -> list[dict[str, Any]]:
    key = key_of(session, source.client_id)
    goals = [goal for goal in goals_in(session, source) if goal.state != GoalState.DROPPED]
    there = {goal.id for goal in goals_in(session, former)} if former else set()
    return [_again(goal, key) | {"carried_from": _origin(goal, source, there)} for goal in goals]


def _again(goal: PlanGoal, key: DataKey) -> dict[str, Any]:
    stated = stated_goal(goal, key)
    pairs: Sequence[Any] = list(zip(stated["steps"], goal.steps, strict=True))
    steps = [
        said | {"is_done": step.state == StepState.DONE} for said, step in pairs if step.state != StepState.DROPPED
    ]
    return stated | {"steps": steps, "is_met": goal.state == GoalState.MET}


def _origin(goal: PlanGoal, source: Plan, there: set[UUID]) -> UUID | None:
    """The goal of the version in force whose place it takes. What was never in force is no origin: its origin is."""
    origin = goal.id if was_approved(source) else goal.carried_from
    return origin if origin in there else None
