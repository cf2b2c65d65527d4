"""Doors to plans, goals and steps; their words in plain, and the facts that the rules see. Nothing here changes a plan."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from kessos_case.cases import casework_queries as queries
from kessos_case.cases.casework import Plan, PlanGoal, PlanStep
from kessos_case.cases.rules import GoalFact, GoalState, PlanFact, PlanState, StepFact, StepState
from kessos_case.cases.service.holding import hold_cases
from kessos_case.cases.service.words import key_to_write
from kessos_case.clients.service import client_for
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.core.keys import DataKey

Thing = TypeVar("Thing", Plan, PlanGoal, PlanStep)


def plan_for(session: Session, plan_id: UUID, *, lock: bool = False) -> Plan:
    """The one door to a version of a plan. With `lock` its case is held, so that one change of a plan follows another.

    Raises NotFound, also for one beyond the actor's reach.
    """
    return _found(session, Plan, plan_id, "plan", lock=lock)


def goal_for(session: Session, goal_id: UUID, *, lock: bool = False) -> PlanGoal:
    """The one door to a goal; `lock` and NotFound as for a plan."""
    return _found(session, PlanGoal, goal_id, "goal", lock=lock)


def step_for(session: Session, step_id: UUID, *, lock: bool = False) -> PlanStep:
    """The one door to a step; `lock` and NotFound as for a plan."""
    return _found(session, PlanStep, step_id, "step", lock=lock)


def goals_in(session: Session, plan: Plan) -> list[PlanGoal]:
    """The goals of a version in their order, with their steps, as they are stored now."""
    return goals_by_version(session, plan)[plan.id]


def goals_by_version(session: Session, *plans: Plan | None) -> dict[UUID, list[PlanGoal]]:
    """The same for several versions, by the id of each."""
    session.flush()
    found: dict[UUID, list[PlanGoal]] = {plan.id: [] for plan in plans if plan}
    select = queries.goals(*found).execution_options(populate_existing=True)
    for goal in session.scalars(select).unique():
        found[goal.plan_id].append(goal)
    return found


def goals_of(session: Session, case_id: UUID) -> list[PlanGoal]:
    """The goals of the approved version; none while no version is approved."""
    approved = session.scalar(queries.plans(case_id, PlanState.APPROVED))
    return goals_in(session, approved) if approved else []


def plan_fact(session: Session, case_id: UUID) -> PlanFact | None:
    """The plan as the guards of a case see it: the approved version, else the newest."""
    plan = session.scalar(queries.plan_in_force(case_id))
    return fact_of(plan, goals_in(session, plan)) if plan else None


def fact_of(plan: Plan, goals: Iterable[PlanGoal]) -> PlanFact:
    """A version as the rules see it."""
    return PlanFact(
        id=plan.id,
        number=plan.number,
        author_id=plan.author_id,
        state=PlanState(plan.state),
        approver_id=plan.decided_by if was_approved(plan) else None,
        client_agreed_on=plan.client_agreed_on,
        goals=tuple(_goal_fact(goal) for goal in goals),
    )


def was_approved(plan: Plan) -> bool:
    """Is this version in force, or was it ever? One that was superseded undecided was not."""
    return plan.state in (PlanState.APPROVED, PlanState.SUPERSEDED) and plan.decided_at is not None


def key_of(session: Session, client_id: UUID) -> DataKey:
    """The key under which a person's plans are written. Raises Conflict `erased` when it was destroyed."""
    return key_to_write(client_for(session, client_id))


def goal_place(goal_id: UUID) -> str:
    """Where the words of a goal lie."""
    return f"plan_goals:text:{goal_id}"


def step_place(step_id: UUID) -> str:
    """Where the words of a step lie."""
    return f"plan_steps:text:{step_id}"


def comment_place(plan_id: UUID) -> str:
    """Where the words of whoever decided about a plan lie."""
    return f"plans:comment:{plan_id}"


def goal_text(goal: PlanGoal, key: DataKey) -> str:
    """The words of a goal."""
    return key.open(goal.text_sealed, goal_place(goal.id))


def step_text(step: PlanStep, key: DataKey) -> str:
    """The words of a step."""
    return key.open(step.text_sealed, step_place(step.id))


def goal_words(goal: PlanGoal, key: DataKey | None) -> str | None:
    """The words of a goal where the reader has the key; None where they cannot be read."""
    return goal_text(goal, key) if key else None


def step_words(step: PlanStep, key: DataKey | None) -> str | None:
    """The same for a step."""
    return step_text(step, key) if key else None


def _found(session: Session, model: type[Thing], thing_id: UUID, word: str, *, lock: bool) -> Thing:
    found = session.get(model, thing_id)
    if found is None:
        raise NotFound(f"There is no such {word}.")
    if lock:
        held = found.case_id
        hold_cases(session, [held])
        session.expire(found)
        # A draft that was saved anew meanwhile has other goals and steps.
        found = session.get(model, thing_id)
        if found is None:
            raise NotFound(f"There is no such {word}.")
    return found


def _goal_fact(goal: PlanGoal) -> GoalFact:
    steps = tuple(
        StepFact(step.id, step.responsible_organisation_id, step.due_on, StepState(step.state)) for step in goal.steps
    )
    return GoalFact(goal.id, goal.domain, steps, GoalState(goal.state))
