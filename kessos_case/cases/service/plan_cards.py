"""Plans as shown: versions, goals and steps with their words, what is missing, and what a new version leaves out."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases import casework_queries as queries
from kessos_case.cases.casework import Plan, PlanGoal, PlanSignature, PlanStep
from kessos_case.cases.rules import PlanState, StepState, missing_to_propose
from kessos_case.cases.rules.costs import costs_by_source
from kessos_case.cases.service.assessments import flagged_domains
from kessos_case.cases.service.carrying import Carrying, carrying
from kessos_case.cases.service.plans import (
    comment_place,
    fact_of,
    goal_for,
    goal_text,
    goals_by_version,
    goals_in,
    key_of,
    plan_for,
    step_for,
    step_text,
    was_approved,
)
from kessos_case.cases.service.tapers import (
    TaperCard,
    Tapers,
    lacks_of_tapers,
    stated_taper,
    taper_card,
    tapers_by_version,
    tapers_in,
)
from kessos_case.cases.service.versions import PlanChanges, Version, compared
from kessos_case.cases.service.words import key_to_read
from kessos_case.core.db import Session
from kessos_case.core.keys import DataKey

_STATED_OF_STEP = ("kind", "responsible_organisation_id", "due_on", "cost", "cost_source", "programme_code")


@dataclass(frozen=True)
class StepCard:
    """A step as shown."""

    id: UUID
    goal_id: UUID
    plan_id: UUID
    case_id: UUID
    position: int
    kind: str
    text: str | None
    responsible_organisation_id: UUID | None
    due_on: date | None
    cost: int | None
    cost_source: str | None
    programme_code: str | None
    state: str
    reason: str | None
    link_kind: str | None
    link_id: UUID | None
    link_state: str | None
    started_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class GoalCard:
    """A goal as shown, with its steps."""

    id: UUID
    plan_id: UUID
    case_id: UUID
    position: int
    domain: str
    text: str | None
    state: str
    drop_reason: str | None
    drop_accepted_by: UUID | None
    closed_at: datetime | None
    closed_by: UUID | None
    carried_from: UUID | None
    steps: list[StepCard]


@dataclass(frozen=True)
class SignatureCard:
    """That a version was signed; never the picture."""

    form: str
    signer: str
    signed_on: date
    recorded_at: datetime


@dataclass(frozen=True)
class CostCard:
    """Rupiah of the steps of a version that come from one purse."""

    cost_source: str
    amount: int


@dataclass(frozen=True)
class PlanCard:
    """A version of a plan as shown; in lists without goals, words, costs and signature.

    While it is undecided, `changes` say in what it differs from the version in whose place it comes, or else from the last
    one that was returned, `missing` is what it lacks to be whole, and `leaves_out` are the goals and steps of the version
    before it that end when it is approved.
    """

    id: UUID
    version: int
    case_id: UUID
    client_id: UUID
    number: int
    state: str
    author_id: UUID
    created_at: datetime
    proposed_at: datetime | None
    decided_at: datetime | None
    decided_by: UUID | None
    client_agreed_on: date | None
    client_agreed_form: str | None
    review_on: date | None
    comment: str | None
    goals: list[GoalCard]
    tapers: list[TaperCard]
    costs: list[CostCard]
    signature: SignatureCard | None
    changes: PlanChanges | None
    missing: list[dict[str, str]]
    leaves_out: list[dict[str, str]]


Card = TypeVar("Card", StepCard, GoalCard, PlanCard, SignatureCard)


def read_plan(session: Session, plan_id: UUID) -> PlanCard:
    """Look at a version with its words; the look is written in the audit trail."""
    plan = plan_for(session, plan_id)
    record(session, "read", "plan", plan.id, clients=[plan.client_id])
    return plan_card(session, plan)


def read_goal(session: Session, goal_id: UUID) -> GoalCard:
    """Look at a goal; the look is written in the audit trail."""
    goal = goal_for(session, goal_id)
    record(session, "read", "goal", goal.id, clients=[goal.client_id])
    return goal_card(goal, key_to_read(session, goal.client_id))


def read_step(session: Session, step_id: UUID) -> StepCard:
    """Look at a step; the look is written in the audit trail."""
    step = step_for(session, step_id)
    record(session, "read", "plan_step", step.id, clients=[step.client_id])
    return step_card(step, key_to_read(session, step.client_id))


def listed_plans(session: Session, plans: Iterable[Plan], named: Iterable[UUID] = ()) -> list[PlanCard]:
    """The cards of a list, without words; one row of the trail names everyone on it, and who is `named` above it."""
    found = list(plans)
    clients = list({*named, *(plan.client_id for plan in found)})
    record(session, "list", "plan", clients=clients, plans=[str(plan.id) for plan in found])
    empty: dict[str, Any] = {name: [] for name in ("goals", "tapers", "costs", "missing", "leaves_out")}
    return [_shown(PlanCard, plan, comment=None, signature=None, changes=None, **empty) for plan in found]


def plan_card(session: Session, plan: Plan) -> PlanCard:
    """A version with its words, for a look that is in the trail already."""
    key, is_undecided = key_to_read(session, plan.client_id), plan.state in queries.UNDECIDED
    before = session.scalar(queries.version_before(plan)) if is_undecided else None
    goals, tapers = goals_by_version(session, plan, before), tapers_by_version(session, plan, before)
    whole = _Whole(plan, before, goals, tapers)
    missing, leaves_out = _prospect(session, whole, key) if key and is_undecided else ([], [])
    return _shown(
        PlanCard,
        plan,
        comment=key.open(plan.comment_sealed, comment_place(plan.id)) if key and plan.comment_sealed else None,
        goals=[goal_card(goal, key) for goal in goals[plan.id]],
        tapers=[taper_card(taper, key) for taper in tapers.of[plan.id]],
        costs=_costs(goals[plan.id]),
        # A draft is signed by nobody.
        signature=_signature(session, plan.id) if plan.state != PlanState.DRAFT else None,
        changes=_changes(whole, key) if key else None,
        missing=missing,
        leaves_out=leaves_out,
    )


@dataclass(frozen=True)
class _Whole:
    """A version, the one in whose place it comes or that it mends, and what hangs on both."""

    plan: Plan
    before: Plan | None
    goals: dict[UUID, list[PlanGoal]]
    tapers: Tapers

    @property
    def former(self) -> Plan | None:
        """The version that it takes over from; one that was never approved is none."""
        return self.before if self.before and was_approved(self.before) else None


def goal_card(goal: PlanGoal, key: DataKey | None) -> GoalCard:
    """A goal with its words; without the key they are gone."""
    steps = [step_card(step, key) for step in goal.steps]
    return _shown(GoalCard, goal, text=goal_text(goal, key) if key else None, steps=steps)


def step_card(step: PlanStep, key: DataKey | None) -> StepCard:
    """A step with its words; without the key they are gone."""
    return _shown(StepCard, step, text=step_text(step, key) if key else None)


def carrying_of(session: Session, plan: Plan, goals: list[PlanGoal], key: DataKey) -> Carrying:
    """What this undecided version takes over from the one before it."""
    former = session.scalar(queries.former_plan(plan.case_id))
    return carrying(goals_in(session, former) if former else [], goals, key)


def differing_goals(session: Session, plan: Plan, stated: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The goals as sent and as stored, and the tapers where they were sent, in JSON, for who comes with an older version."""
    key = key_of(session, plan.client_id)
    stored = {
        "goals": [stated_goal(goal, key) for goal in goals_in(session, plan)],
        "tapers": [stated_taper(taper, key) for taper in tapers_in(session, plan)],
    }
    sides = [{name: side[name] for name in stored if name in stated} for side in (stated, stored)]
    return json.loads(json.dumps(sides[0], default=str)), json.loads(json.dumps(sides[1], default=str))


def stated_goal(goal: PlanGoal, key: DataKey) -> dict[str, Any]:
    """A goal as a request states it."""
    steps = [
        {"text": step_text(step, key)} | {name: getattr(step, name) for name in _STATED_OF_STEP} for step in goal.steps
    ]
    return {
        "domain": goal.domain, "text": goal_text(goal, key), "steps": steps, "carried_from": goal.carried_from,
    }  # fmt: skip


def _prospect(session: Session, whole: _Whole, key: DataKey) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """What an undecided version lacks, and what it would end."""
    plan, former, goals = whole.plan, whole.former, whole.goals[whole.plan.id]
    coming = carrying(whole.goals[former.id] if former else [], goals, key)
    missing = missing_to_propose(fact_of(plan, goals).goals, flagged_domains(session, plan.case_id)) + coming.missing()
    in_time = plan.state == PlanState.DRAFT
    missing += lacks_of_tapers(session, plan, former, goals, whole.tapers, in_time=in_time)
    ending = [("goal", goal.id, goal_text(goal, key)) for goal in coming.left_goals]
    ending += [("step", step.id, step_text(step, key)) for step in coming.left_steps]
    left = [{"kind": kind, "id": str(thing), "text": text} for kind, thing, text in ending]
    return [entry.as_error() for entry in missing], left


def _changes(whole: _Whole, key: DataKey) -> PlanChanges | None:
    if whole.before is None:
        return None
    # What takes the place of a goal takes that of the version in force, however often it was returned.
    taken = {goal.id: goal.carried_from for goal in whole.goals[whole.plan.id] if goal.carried_from}
    before = Version(whole.before, whole.goals[whole.before.id], whole.tapers.of[whole.before.id], {})
    return compared(before, Version(whole.plan, whole.goals[whole.plan.id], whole.tapers.of[whole.plan.id], taken), key)


def _costs(goals: Iterable[PlanGoal]) -> list[CostCard]:
    """What the version costs, of steps that are not dropped."""
    kept = [step for goal in goals for step in goal.steps if step.state != StepState.DROPPED]
    found = costs_by_source((step.cost, step.cost_source) for step in kept)
    return [CostCard(source, amount) for source, amount in found.items()]


def _signature(session: Session, plan_id: UUID) -> SignatureCard | None:
    found = session.get(PlanSignature, plan_id)
    return _shown(SignatureCard, found) if found else None


def _shown(kind: type[Card], row: Any, **computed: Any) -> Card:
    names = [name for name in kind.__dataclass_fields__ if name not in computed]
    return kind(**{name: getattr(row, name) for name in names}, **computed)
