"""A step that was agreed with a supervisor, laid into the draft of a plan for the caseworker to take on and propose.

What is in force changes by a version that another person approves, and not otherwise; so nothing here is in force yet.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from kessos_case.access.service import record
from kessos_case.cases import casework_queries as queries
from kessos_case.cases.casework import Plan, PlanGoal, PlanStep
from kessos_case.cases.models import Case
from kessos_case.cases.rules import GoalState, PlanState, StepState
from kessos_case.cases.service.carrying import carrying
from kessos_case.cases.service.case_roles import actor_id
from kessos_case.cases.service.plan_cards import stated_goal
from kessos_case.cases.service.planning import goal_row, new_version, step_row
from kessos_case.cases.service.plans import goal_text, goals_in, key_of
from kessos_case.cases.service.tapers import carry_tapers
from kessos_case.core.db import Session
from kessos_case.core.keys import DataKey


def draft_agreed_step(
    session: Session, case: Case, *, goal: Mapping[str, Any], step: Mapping[str, Any]
) -> PlanStep | None:
    """Put a step into the draft of the case's next plan, under the goal with the same domain and words or as a new one.

    Without a draft the version in force is carried into one. None while a proposed version waits for its decision. The case
    is held.
    """
    plan = session.scalar(queries.plans(case.id, *queries.UNDECIDED))
    if plan is not None and plan.state == PlanState.PROPOSED:
        return None
    key = key_of(session, case.client_id)
    plan = plan or _carried(session, case, key)
    goals = goals_in(session, plan)
    under = next((found for found in goals if _is_same(found, goal, key)), None)
    if under is None:
        under = goal_row(plan, len(goals), {**goal, "steps": [step]}, key)
        session.add(under)
        added = under.steps[-1]
    else:
        added = step_row(plan, len(under.steps), step, key)
        under.steps.append(added)
    flag_modified(plan, "author_id")  # whoever has the draft open must see that it has changed
    session.flush()
    record(session, "write", "plan", plan.id, clients=[plan.client_id])
    return added


def _carried(session: Session, case: Case, key: DataKey) -> Plan:
    """A draft that goes on with everything of the last approved version that was not dropped."""
    former = session.scalar(queries.former_plan(case.id))
    plan = new_version(session, case, author_id=actor_id(session))
    before = [goal for goal in goals_in(session, former) if goal.state != GoalState.DROPPED] if former else []
    goals = [goal_row(plan, place, _stated(goal, key), key) for place, goal in enumerate(before)]
    session.add_all(goals)
    carrying(before, goals, key).take_over()
    session.flush()
    if former:
        carry_tapers(session, former, plan, key)
    return plan


def _stated(goal: PlanGoal, key: DataKey) -> dict[str, Any]:
    """A goal with its steps as a request would state it."""
    said = stated_goal(goal, key)
    pairs = zip(said["steps"], goal.steps, strict=True)
    return said | {
        "steps": [stated for stated, step in pairs if step.state != StepState.DROPPED], "carried_from": goal.id,
    }  # fmt: skip


def _is_same(found: PlanGoal, goal: Mapping[str, Any], key: DataKey) -> bool:
    return found.state == GoalState.OPEN and found.domain == goal["domain"] and goal_text(found, key) == goal["text"]
