"""What happens to goals and steps of the approved version: started, done, dropped; by hand, or by what they are linked to.

Referrals, courses and placements come in by `start_step` and `close_step`. A step stands in every version that carries
it; what it is linked to closes it in all of them.
"""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases import casework_queries as queries
from kessos_case.cases.casework import Plan, PlanGoal, PlanStep
from kessos_case.cases.rules import GoalState, Missing, PlanState, StepState
from kessos_case.cases.rules.plans import is_by_another
from kessos_case.cases.rules.steps import (
    DropReason,
    missing_to_close_goal,
    missing_to_close_step,
    missing_to_start_step,
)
from kessos_case.cases.service.carrying import drop_goal, drop_step, is_open
from kessos_case.cases.service.case_roles import actor_id, case_worked_by
from kessos_case.cases.service.holding import hold_linked
from kessos_case.cases.service.plan_cards import GoalCard, StepCard, goal_card, step_card
from kessos_case.cases.service.planning import DECIDE_DAYS
from kessos_case.cases.service.plans import goal_for, plan_for, step_for
from kessos_case.cases.service.policy import after_working_days
from kessos_case.cases.service.registry import own_case_for
from kessos_case.cases.service.words import key_to_read
from kessos_case.clients.service import write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import RuleBroken
from kessos_case.tasks.rules import TaskKind, TaskReason
from kessos_case.tasks.service import raise_task, settle_tasks


def close_goal(session: Session, goal_id: UUID, *, state: str, reason: str | None = None) -> GoalCard:
    """A goal of the approved version is met, or dropped for a reason, which a supervisor is asked to accept.

    Its steps that nobody has linked to anything end with it. Raises RuleBroken with everything that stands in the way:
    a step that is running with its referral, enrolment or placement is ended there first.
    """
    goal = goal_for(session, goal_id, lock=True)
    case = case_worked_by(session, goal.case_id, Role.CASEWORKER)
    running = [step.id for step in goal.steps if is_open(step) and step.link_id]
    target, in_force = GoalState(state), _in_force(session, goal.plan_id)
    _refuse(missing_to_close_goal(goal.state, target, in_force=in_force, reason=reason, running=running))
    if target == GoalState.DROPPED:
        drop_goal(goal, reason or "", session.now, actor_id(session))
        _ask_to_accept(session, goal, case.organisation_id)
    else:
        goal.state, goal.closed_at, goal.closed_by = target, session.now, actor_id(session)
    ended = [step for step in goal.steps if is_open(step)]
    for step in ended:
        drop_step(step, DropReason.GOAL_CLOSED, session.now)
    session.flush()
    settle_tasks(session, [step.id for step in ended], cancelled_because=TaskReason.NOT_NEEDED)
    write_timeline(session, goal.client_id, f"goal_{target}", goal.id)
    record(session, "close", "goal", goal.id, clients=[goal.client_id], state=target, reason=reason)
    return _shown_goal(session, goal)


def accept_drop(session: Session, goal_id: UUID) -> GoalCard:
    """A supervisor accepts that a goal was dropped: without it the goal stands in the way of a graduation.

    The same again changes nothing. Raises RuleBroken when it was not dropped, or by the supervisor himself.
    """
    goal = goal_for(session, goal_id, lock=True)
    case_worked_by(session, goal.case_id, Role.SUPERVISOR)
    if goal.drop_accepted_by is None:
        _refuse(_missing_to_accept(session, goal))
        goal.drop_accepted_by = actor_id(session)
        session.flush()
        settle_tasks(session, [goal.id], kind=TaskKind.DECIDE_PLAN)
        write_timeline(session, goal.client_id, "goal_drop_accepted", goal.id)
        record(session, "accept", "goal", goal.id, clients=[goal.client_id])
    return _shown_goal(session, goal)


def begin_step(session: Session, step_id: UUID) -> StepCard:
    """Start a step by hand. Raises RuleBroken with all that is missing: some kinds start with their link only."""
    step = step_for(session, step_id, lock=True)
    case_worked_by(session, step.case_id, Role.CASEWORKER)
    _start(session, step, None, None)
    return step_card(step, key_to_read(session, step.client_id))


def end_step(session: Session, step_id: UUID, *, state: str, reason: str | None = None) -> StepCard:
    """Say that a step is done, or dropped for a reason, where nothing that it is linked to says so.

    Settles the task that asked for it. Raises RuleBroken with all that is missing.
    """
    step = step_for(session, step_id, lock=True)
    case_worked_by(session, step.case_id, Role.CASEWORKER)
    target, in_force, is_linked = StepState(state), _in_force(session, step.plan_id), step.link_id is not None
    _refuse(
        missing_to_close_step(
            step.kind, step.state, target, in_force=in_force, is_linked=is_linked, reason=reason
        )
    )  # fmt: skip
    step.state, step.reason, step.closed_at = target, reason, session.now
    _tell(session, step)
    return step_card(step, key_to_read(session, step.client_id))


def start_step(session: Session, step_id: UUID, link_kind: str, link_id: UUID) -> PlanStep:
    """Let a step go on with its referral, enrolment, placement or task; the same link again changes nothing.

    Raises NotFound, Forbidden and Conflict as `own_case_for`, RuleBroken when the step is not open in the approved
    version or the link does not fit its kind.
    """
    step = step_for(session, step_id, lock=True)
    own_case_for(session, step.case_id)
    if (step.link_kind, step.link_id) != (link_kind, link_id):
        _start(session, step, link_kind, link_id)
    return step


def note_link(session: Session, link_kind: str, link_id: UUID, state: str) -> None:
    """Write at whatever step is linked to this how it stands, so that who reads the plan sees it without reaching that."""
    note = sa.update(PlanStep).where(PlanStep.link_kind == link_kind, PlanStep.link_id == link_id)
    session.execute(note.values(link_state=state), execution_options={"synchronize_session": "fetch"})


def close_step(session: Session, link_kind: str, link_id: UUID, *, done: bool, reason: str | None = None) -> None:
    """Close whatever step is linked to this: done, or open again for another try when it came to nothing, for a reason.

    Where no step is linked nothing happens, nor to a step that was closed before. Who holds the thing itself has held the
    case before (holding.py).
    """
    linked = queries.linked_steps(link_kind, link_id)
    if not session.execute(linked).all():
        return
    hold_linked(session, link_kind, link_id)
    session.flush()
    found = session.execute(linked.execution_options(populate_existing=True)).all()
    running = [(step, plan) for step, plan in found if step.state == StepState.IN_PROGRESS]
    for step, _ in running:
        _end_link(session, step, done=done, reason=reason)
    # One entry in the history, however many versions name it.
    for step, _ in sorted(running, key=lambda pair: pair[1].state != PlanState.APPROVED)[:1]:
        _tell(session, step)


def _start(session: Session, step: PlanStep, link_kind: str | None, link_id: UUID | None) -> None:
    _refuse(missing_to_start_step(step.kind, step.state, link_kind, in_force=_in_force(session, step.plan_id)))
    step.state, step.started_at, step.reason = StepState.IN_PROGRESS, session.now, None
    step.link_kind, step.link_id, step.link_state = link_kind, link_id, None
    _tell(session, step)


def _end_link(session: Session, step: PlanStep, *, done: bool, reason: str | None) -> None:
    step.reason = reason
    if done:
        step.state, step.closed_at = StepState.DONE, session.now
    else:
        step.state, step.started_at = StepState.OPEN, None
        step.link_kind, step.link_id, step.link_state = None, None, None


def _tell(session: Session, step: PlanStep) -> None:
    """Settle the tasks of a step that has ended, and write down what became of it."""
    session.flush()
    if step.state == StepState.DONE:
        settle_tasks(session, [step.id])
    elif step.state == StepState.DROPPED:
        settle_tasks(session, [step.id], cancelled_because=TaskReason.NOT_NEEDED)
    kind = "reopened" if step.state == StepState.OPEN else str(step.state)
    write_timeline(session, step.client_id, f"plan_step_{kind}", step.id)
    record(session, "move", "plan_step", step.id, clients=[step.client_id], state=step.state, reason=step.reason)


def _in_force(session: Session, plan_id: UUID) -> bool:
    plan: Plan = plan_for(session, plan_id)
    return plan.state == PlanState.APPROVED


def _ask_to_accept(session: Session, goal: PlanGoal, organisation_id: UUID) -> None:
    raise_task(
        session, TaskKind.DECIDE_PLAN, subject_kind="goal", subject_id=goal.id, client_id=goal.client_id,
        organisation_id=organisation_id, role=Role.SUPERVISOR,
        due_at=after_working_days(office_day(session.now), DECIDE_DAYS),
    )  # fmt: skip


def _missing_to_accept(session: Session, goal: PlanGoal) -> list[Missing]:
    missing = []
    if goal.state != GoalState.DROPPED:
        missing.append(Missing("wrong_state", f"The goal is {goal.state}; only what was dropped is accepted."))
    elif not is_by_another(goal.closed_by, session.actor.user_id):
        missing.append(Missing("approver_is_author", "Another person than the one who dropped it accepts it."))
    return missing


def _refuse(missing: Iterable[Missing]) -> None:
    errors = [entry.as_error() for entry in missing]
    if errors:
        raise RuleBroken("This cannot be done now.", errors=errors)


def _shown_goal(session: Session, goal: PlanGoal) -> GoalCard:
    return goal_card(goal, key_to_read(session, goal.client_id))
