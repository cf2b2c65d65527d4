"""Reads of assessments, plans, goals and steps. Row-level security limits them to the offices of the episode."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.access.models import Organisation
from kessos_case.cases.casework import AidTaper, Assessment, Plan, PlanGoal, PlanStep, TaperStep
from kessos_case.cases.models import Case
from kessos_case.cases.rules import AssessmentState, CloseReason, PlanState, StepKind, StepState
from kessos_case.core.db import Session
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import was_asked

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


def finished_assessments(session: Session, case_id: UUID, instrument: str | None = None) -> Sequence[Assessment]:
    """Every assessment that was completed in the episode, superseded ones too, in the order of completion.

    An episode goes on when another UPT takes it over; what the first one found out belongs to it.
    """
    select = _finished_assessments()
    if instrument:
        select = select.where(Assessment.instrument == instrument)
    return session.scalars(select, {"case_id": case_id}).all()


@cache
def _finished_assessments() -> sa.Select[Assessment]:
    every = sa.select(Assessment).where(Assessment.case_id.in_(_episode()), Assessment.state != AssessmentState.DRAFT)
    return every.order_by(Assessment.completed_at, Assessment.id)


def _episode() -> sa.Select[UUID]:
    columns = (Case.id, Case.previous_case_id)
    begun = sa.select(*columns).where(Case.id == sa.bindparam("case_id")).cte("episode", recursive=True)
    before = sa.select(*columns).where(
        Case.id == begun.c.previous_case_id, Case.close_reason == CloseReason.TRANSFERRED
    )
    return sa.select(begun.union_all(before).c.id)


def plans(case_id: UUID | sa.BindParameter[UUID], *states: PlanState) -> sa.Select[Plan]:
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


def plan_in_force(case_id: UUID | sa.BindParameter[UUID]) -> sa.Select[Plan]:
    """The approved version, else the newest."""
    is_approved = sa.case((Plan.state == PlanState.APPROVED, 0), else_=1)
    return plans(case_id).order_by(is_approved, Plan.number.desc()).limit(1)


def version_before(plan: Plan) -> sa.Select[Plan]:
    """The last version before this one that ever was approved, else the last before it."""
    was_approved = Plan.decided_at.is_not(None) & Plan.state.in_((PlanState.APPROVED, PlanState.SUPERSEDED))
    before = plans(plan.case_id).where(Plan.number < plan.number)
    return before.order_by(was_approved.desc(), Plan.number.desc()).limit(1)


def goals(*plan_ids: UUID) -> sa.Select[PlanGoal]:
    """The goals of these versions in their order, with their steps, in one statement; its rows are to be made unique."""
    return (
        sa.select(PlanGoal)
        .outerjoin(PlanGoal.steps)
        .options(orm.contains_eager(PlanGoal.steps))
        .where(PlanGoal.plan_id.in_(plan_ids))
        .order_by(PlanGoal.position, PlanStep.position)
    )


def tapers(*plan_ids: UUID) -> sa.Select[AidTaper, str]:
    """How aid steps down by these versions, in their order, with the reductions and the pathway of the case; to be made
    unique."""
    return (
        sa.select(AidTaper, Case.pathway)
        .join(Case, Case.id == AidTaper.case_id)
        .outerjoin(AidTaper.steps)
        .options(orm.contains_eager(AidTaper.steps))
        .where(AidTaper.plan_id.in_(plan_ids))
        .order_by(AidTaper.id, TaperStep.from_month)
    )


def tapers_in_force(client_id: UUID) -> sa.Select[AidTaper, Plan]:
    """How aid steps down by the approved versions of a person's open cases; to be made unique."""
    return (
        sa.select(AidTaper, Plan)
        .join(Plan, Plan.id == AidTaper.plan_id)
        .join(Case, Case.id == Plan.case_id)
        .outerjoin(AidTaper.steps)
        .options(orm.contains_eager(AidTaper.steps))
        .where(AidTaper.client_id == client_id, Plan.state == PlanState.APPROVED, Case.closed_at.is_(None))
        .order_by(AidTaper.programme_code, AidTaper.id, TaperStep.from_month)
    )


def origins(case_id: UUID) -> sa.Select[UUID, UUID | None]:
    """Every goal of a case that takes the place of another, and that other one."""
    return sa.select(PlanGoal.id, PlanGoal.carried_from).where(
        PlanGoal.case_id == case_id, PlanGoal.carried_from.is_not(None)
    )


def plans_to_review(soon: date, decided_by: datetime) -> sa.Select[Plan, Case]:
    """The versions in force of open cases, not at rest, that are to be looked at by `soon` and of which nobody was asked.

    One that has no such day, for it is older than they are, when it was approved by `decided_by`.
    """
    period = sa.func.coalesce(sa.cast(Plan.review_on, sa.Text), "")
    is_due = sa.or_(Plan.review_on <= soon, sa.and_(Plan.review_on.is_(None), Plan.decided_at <= decided_by))
    return (
        sa.select(Plan, Case)
        .join(Case, Case.id == Plan.case_id)
        .where(
            Plan.state == PlanState.APPROVED,
            is_due,
            Case.closed_at.is_(None),
            Case.paused_from.is_(None),
            ~was_asked(TaskKind.REVIEW_PLAN, Plan.id, period),
        )
        .order_by(Plan.review_on, Plan.id)
    )


def linked_steps(link_kind: str, link_id: UUID) -> sa.Select[PlanStep, Plan]:
    """Every step that this closes, newest version first: the same step may stand in several versions."""
    return (
        sa.select(PlanStep, Plan)
        .join(Plan, Plan.id == PlanStep.plan_id)
        .where(PlanStep.link_kind == link_kind, PlanStep.link_id == link_id)
        .order_by(Plan.number.desc())
    )


def cases_linked(link_kind: str, link_ids: Iterable[UUID]) -> sa.Select[UUID]:
    """The cases with a step that goes on with one of these."""
    return sa.select(PlanStep.case_id).where(PlanStep.link_kind == link_kind, PlanStep.link_id.in_(list(link_ids)))


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
