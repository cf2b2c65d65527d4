"""In what a version of a plan differs from another one of the same case. Nothing here changes a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases import casework_queries as queries
from kessos_case.cases.casework import AidTaper, Plan, PlanGoal, PlanStep
from kessos_case.cases.rules import GoalState, StepState
from kessos_case.cases.rules.plan_changes import PlanChange, SaidGoal, SaidPlan, SaidStep, SaidTaper, plan_changes
from kessos_case.cases.service.plans import goal_text, goals_in, plan_for, step_text
from kessos_case.cases.service.tapers import reductions_of, stated_taper, tapers_in
from kessos_case.cases.service.words import key_to_read
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, NotFound
from kessos_case.core.keys import DataKey

_OF_STEP = ("kind", "responsible_organisation_id", "due_on", "cost", "cost_source", "programme_code")


@dataclass(frozen=True)
class PlanChanges:
    """What a version changes; `since` is the number of the other one, None where there is none to compare with."""

    plan_id: UUID
    number: int
    since: int | None
    changes: list[PlanChange]


def read_changes(session: Session, plan_id: UUID, since: int | None = None) -> PlanChanges:
    """In what a version differs from the one with this number, else from the one in whose place it comes.

    The look is in the audit trail. Raises NotFound beyond reach, also for a number that the case does not have, and Conflict
    `erased` once the person's key was destroyed.
    """
    plan = plan_for(session, plan_id)
    record(session, "compare", "plan", plan.id, clients=[plan.client_id], since=since)
    key = key_to_read(session, plan.client_id)
    if key is None:
        raise Conflict("What the plan said cannot be read.", code="erased")
    return changes_of(session, plan, key, since)


def changes_of(session: Session, plan: Plan, key: DataKey, since: int | None = None) -> PlanChanges:
    """The same for a look that is in the trail already."""
    before = _version(session, plan, since) if since else session.scalar(queries.version_before(plan))
    if before is None:
        return PlanChanges(plan.id, plan.number, None, [])
    origins = {row[0]: row[1] for row in session.execute(queries.origins(plan.case_id)) if row[1]}
    former, newer = (
        Version(version, goals_in(session, version), tapers_in(session, version), origins) for version in (before, plan)
    )
    return compared(former, newer, key)


@dataclass(frozen=True)
class Version:
    """A version with all that hangs on it; `origins` has of goals that take another's place the other one."""

    plan: Plan
    goals: Sequence[PlanGoal]
    tapers: Sequence[AidTaper]
    origins: Mapping[UUID, UUID]


def compared(before: Version, after: Version, key: DataKey) -> PlanChanges:
    """In what the second version differs from the first."""
    found = plan_changes(_said(before, key), _said(after, key))
    return PlanChanges(after.plan.id, after.plan.number, before.plan.number, found)


def _version(session: Session, plan: Plan, number: int) -> Plan:
    found = session.scalar(queries.plans(plan.case_id).where(Plan.number == number))
    if found is None:
        raise NotFound("There is no such version.")
    return found


def _said(version: Version, key: DataKey) -> SaidPlan:
    kept = [goal for goal in version.goals if goal.state != GoalState.DROPPED]
    return SaidPlan(
        goals=tuple(
            SaidGoal(_origin(goal.id, version.origins), goal.domain, goal_text(goal, key), _steps(goal.steps, key))
            for goal in kept
        ),
        tapers=tuple(_taper(taper, key) for taper in version.tapers),
    )


def _origin(goal_id: UUID, origins: Mapping[UUID, UUID]) -> UUID:
    while goal_id in origins:
        goal_id = origins[goal_id]
    return goal_id


def _taper(taper: AidTaper, key: DataKey) -> SaidTaper:
    return SaidTaper(taper.programme_code, reductions_of(taper), stated_taper(taper, key)["reason"])


def _steps(steps: Sequence[PlanStep], key: DataKey) -> tuple[SaidStep, ...]:
    return tuple(
        SaidStep(text=step_text(step, key), **{name: getattr(step, name) for name in _OF_STEP})
        for step in steps
        if step.state != StepState.DROPPED
    )
