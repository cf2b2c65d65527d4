"""Reads of assessments, plans, goals and steps. Row-level security limits them to the offices of the episode."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.cases.casework import Assessment, Plan, PlanGoal, PlanStep
from kessos_case.cases.models import Case
from kessos_case.cases.rules import AssessmentState, CloseReason, PlanState, StepKind, StepState
from kessos_case.core.db import Session

UNDECIDED = (PlanState.DRAFT, PlanState.PROPOSED)


def assessments(case_id: UUID, filters: dict[str, Any]) -> sa.Select[Assessment]:
    """The assessments of a case, drafts too, of one instrument or in one state where that is named."""
    select = sa.select(Assessment).where(Assessment.case_id == case_id)
    for name in ("instrument", "state"):
        if filters.get(name):
            select = select.where(getattr(Assessment, name) == filters[name])
    return select


def draft_assessment(case_id: UUID, instrument: str) -> sa.Select[Assessment]:
    """The one draft of this instrument."""
    return assessments(case_id, {"instrument": instrument, "state": AssessmentState.DRAFT})


def finished_assessments(case_id: UUID, instrument: str | None = None) -> sa.Select[Assessment]:
    """Every assessment that was completed in the episode, superseded ones too, in the order of completion.

    An episode goes on when another UPT takes it over; what the first one found out belongs to it.
    """
    select = sa.select(Assessment).where(
        Assessment.case_id.in_(_episode(case_id)), Assessment.state != AssessmentState.DRAFT
    )
    if instrument:
        select = select.where(Assessment.instrument == instrument)
    return select.order_by(Assessment.completed_at, Assessment.id)


def _episode(case_id: UUID) -> sa.Select[UUID]:
    columns = (Case.id, Case.previous_case_id)
    begun = sa.select(*columns).where(Case.id == case_id).cte("episode", recursive=True)
    before = sa.select(*columns).where(
        Case.id == begun.c.previous_case_id, Case.close_reason == CloseReason.TRANSFERRED
    )
    return sa.select(begun.union_all(before).c.id)


def plans(case_id: UUID, *states: PlanState) -> sa.Select[Plan]:
    """The versions of a case's plan, in these states where any are named."""
    select = sa.select(Plan).where(Plan.case_id == case_id)
    return select.where(Plan.state.in_(states)) if states else select


def former_plan(case_id: UUID) -> sa.Select[Plan]:
    """The version that a next one takes over from: the approved one, else the last that ever was approved."""
    was_approved = sa.or_(
        Plan.state == PlanState.APPROVED,
        sa.and_(Plan.state == PlanState.SUPERSEDED, Plan.decided_at.is_not(None)),
    )
    return plans(case_id).where(was_approved).order_by(Plan.number.desc()).limit(1)


def plan_in_force(case_id: UUID) -> sa.Select[Plan]:
    """The approved version, else the newest."""
    is_approved = sa.case((Plan.state == PlanState.APPROVED, 0), else_=1)
    return plans(case_id).order_by(is_approved, Plan.number.desc()).limit(1)


def goals(plan_id: UUID) -> sa.Select[PlanGoal]:
    """The goals of a version in their order, with their steps."""
    return sa.select(PlanGoal).where(PlanGoal.plan_id == plan_id).order_by(PlanGoal.position)


def linked_steps(link_kind: str, link_id: UUID) -> sa.Select[PlanStep, Plan]:
    """Every step that this closes, newest version first: the same step may stand in several versions."""
    return (
        sa.select(PlanStep, Plan)
        .join(Plan, Plan.id == PlanStep.plan_id)
        .where(PlanStep.link_kind == link_kind, PlanStep.link_id == link_id)
        .order_by(Plan.number.desc())
    )


def known_organisations(session: Session, organisation_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these that are organisations at work."""
    wanted = list(set(organisation_ids))
    select = sa.select(Organisation.id).where(Organisation.id.in_(wanted), Organisation.is_active)
    return frozenset(session.scalars(select)) if wanted else frozenset()


def steps_to_begin(case_id: UUID, kind: StepKind) -> sa.Select[PlanStep]:
    """Steps of this kind in the approved plan that nobody has begun, by their day."""
    return (
        sa.select(PlanStep)
        .join(Plan, Plan.id == PlanStep.plan_id)
        .where(
            Plan.case_id == case_id,
            Plan.state == PlanState.APPROVED,
            PlanStep.kind == kind,
            PlanStep.state == StepState.OPEN,
            PlanStep.link_id.is_(None),
        )
        .order_by(PlanStep.due_on, PlanStep.id)
    )
