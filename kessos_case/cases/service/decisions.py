"""Deciding about plans: a supervisor approves or returns a version; a change of pathway decides goal by goal."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases import casework_queries as queries
from kessos_case.cases.casework import Plan, PlanGoal
from kessos_case.cases.models import Case
from kessos_case.cases.rules import (
    GoalDecision,
    GoalState,
    PlanState,
    PlanVerb,
    StepKind,
    StepState,
    plan_transition_for,
)
from kessos_case.cases.service.carrying import carrying, drop_goal, drop_step, is_open
from kessos_case.cases.service.case_roles import actor_id, case_worked_by
from kessos_case.cases.service.plan_cards import PlanCard, plan_card, stated_goal
from kessos_case.cases.service.plan_reviews import next_review
from kessos_case.cases.service.planning import goal_row, guard, new_version
from kessos_case.cases.service.plans import comment_place, goals_in, key_of, plan_for, was_approved
from kessos_case.clients.service import write_timeline
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, field_error
from kessos_case.core.keys import DataKey
from kessos_case.tasks.rules import TaskKind, TaskReason
from kessos_case.tasks.service import end_of, raise_task, settle_tasks

_TOLD = {PlanVerb.APPROVE: "plan_approved", PlanVerb.RETURN: "plan_returned"}


def decide_plan(
    session: Session, plan_id: UUID, *, decision: str, comment: str | None = None, review_on: date | None = None
) -> PlanCard:
    """Approve a proposed version, which takes the place of the former one, or return it with a comment; never the own.

    What is approved is looked at again on `review_on`, else after the months of the pathway. Raises Forbidden for who is no
    supervisor of the UPT, RuleBroken with everything that is missing, Invalid for a day that cannot be.
    """
    plan = plan_for(session, plan_id, lock=True)
    case = case_worked_by(session, plan.case_id, Role.SUPERVISOR)
    verb, goals = PlanVerb(decision), goals_in(session, plan)
    guard(session, case, plan, goals, verb, comment=comment)
    if verb == PlanVerb.APPROVE:
        plan.review_on = next_review(session, case, review_on, "review_on")
        _take_over(session, plan, goals)
    if comment:
        plan.comment_sealed = key_of(session, plan.client_id).seal(comment, comment_place(plan.id))
    plan.state = plan_transition_for(verb).target
    plan.decided_at, plan.decided_by = session.now, actor_id(session)
    session.flush()
    settle_tasks(session, [plan.id], kind=TaskKind.DECIDE_PLAN)
    if verb == PlanVerb.APPROVE:
        _ask_for_steps(session, case, goals)
    write_timeline(session, plan.client_id, _TOLD[verb], plan.id)
    record(session, str(verb), "plan", plan.id, clients=[plan.client_id])
    return plan_card(session, plan)


def decide_goals(session: Session, case: Case, decisions: Mapping[UUID, str], reason: str) -> Plan | None:
    """Settle the plan when the pathway changes: each open goal of the version in force is carried into a draft, or closed.

    The version in force and any undecided one are superseded. Whoever decides accepts what is closed; `reason` is the
    code of the change. Returns the draft of what is carried, by the author whose words it has; None when nothing is.
    Raises Invalid for a decision about what is no open goal of it. The case is held, and the guard
    has asked that every one is decided.
    """
    plan = session.scalar(queries.plan_in_force(case.id))
    goals = goals_in(session, plan) if plan else []
    open_goals = [goal for goal in goals if goal.state == GoalState.OPEN]
    _check_decisions(decisions, open_goals)
    for goal in open_goals:
        if decisions.get(goal.id) == GoalDecision.CLOSE:
            _close_goal(session, goal, reason)
    kept = [goal for goal in open_goals if decisions.get(goal.id) == GoalDecision.CARRY]
    superseded = list(session.scalars(queries.plans(case.id, *queries.UNDECIDED, PlanState.APPROVED)))
    for version in superseded:
        _supersede(session, version)
    record(session, "decide_goals", "plan", plan.id if plan else None, clients=[case.client_id], carried=len(kept))
    return _carry(session, case, plan, kept) if plan and kept else None


def _take_over(session: Session, plan: Plan, goals: Sequence[PlanGoal]) -> None:
    """Let the new version go on where the former one stood, and end what it leaves out."""
    former = session.scalar(queries.former_plan(plan.case_id))
    if former is None:
        return
    coming = carrying(goals_in(session, former), goals, key_of(session, plan.client_id))
    coming.take_over()
    coming.end_the_rest(session.now, actor_id(session))
    _supersede(session, former)


def _supersede(session: Session, plan: Plan) -> None:
    plan.state = PlanState.SUPERSEDED
    session.flush()
    about = [plan.id, *_things(goals_in(session, plan))]
    settle_tasks(session, about, cancelled_because=TaskReason.SUPERSEDED)


def _things(goals: Iterable[PlanGoal]) -> list[UUID]:
    return [thing for goal in goals for thing in (goal.id, *(step.id for step in goal.steps))]


def _ask_for_steps(session: Session, case: Case, goals: Sequence[PlanGoal]) -> None:
    """A task for each step that the own office does itself. Ticking it off closes no step; closing the step settles it."""
    own = [
        step
        for goal in goals
        for step in goal.steps
        if step.kind == StepKind.TASK and is_open(step) and step.responsible_organisation_id == case.organisation_id
    ]
    for step in own:
        if step.due_on:
            raise_task(
                session, TaskKind.DO_PLAN_STEP, subject_kind="plan_step", subject_id=step.id, client_id=step.client_id,
                organisation_id=case.organisation_id, role=Role.CASEWORKER, user_id=case.caseworker_id,
                due_at=end_of(step.due_on),
            )  # fmt: skip


def _check_decisions(decisions: Mapping[UUID, str], open_goals: Sequence[PlanGoal]) -> None:
    unknown = set(decisions) - {goal.id for goal in open_goals}
    if unknown:
        detail = "Is no open goal of the version in force."
        errors = [field_error(f"goal_decisions.{goal}", "not_found", detail) for goal in sorted(unknown)]
        raise Invalid("The decisions have mistakes.", errors=errors)


def _close_goal(session: Session, goal: PlanGoal | None, reason: str) -> None:
    """Close a goal with its steps, and with the goal of an earlier version whose place it takes."""
    while goal is not None and goal.state == GoalState.OPEN:
        drop_goal(goal, reason, session.now, session.actor.user_id)
        goal.drop_accepted_by = session.actor.user_id
        for step in goal.steps:
            if is_open(step):
                drop_step(step, reason, session.now)
        goal = session.get(PlanGoal, goal.carried_from) if goal.carried_from else None


def _carry(session: Session, case: Case, plan: Plan, kept: Sequence[PlanGoal]) -> Plan:
    """A draft with the goals that go on, in the words of whoever wrote them, with all steps but those that were dropped."""
    key = key_of(session, plan.client_id)
    draft = new_version(session, case, author_id=plan.author_id)
    goals = [goal_row(draft, place, _still(goal, plan, key), key) for place, goal in enumerate(kept)]
    session.add_all(goals)
    former = session.scalar(queries.former_plan(case.id))
    carrying(goals_in(session, former) if former else [], goals, key).take_over()
    session.flush()
    write_timeline(session, plan.client_id, "plan_carried_on", draft.id)
    return draft


def _still(goal: PlanGoal, plan: Plan, key: DataKey) -> dict[str, Any]:
    """A goal as a request would state it. What was never in force is no origin: its origin is."""
    stated = stated_goal(goal, key)
    steps = [said for said, step in zip(stated["steps"], goal.steps, strict=True) if step.state != StepState.DROPPED]
    return stated | {"steps": steps, "carried_from": goal.id if was_approved(plan) else goal.carried_from}
