"""Tables of casework: assessments, plans in versions, their goals and steps. Words are sealed under the client's key."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from kessos_case.cases.models import Case
from kessos_case.cases.rules import AssessmentState, GoalState, PlanState, StepKind, StepState
from kessos_case.core.db import Base, one_of


class Assessment(Base):
    """Answers to one version of an instrument: saved as a draft, complete once and then never changed."""

    __tablename__ = "assessments"
    __table_args__ = (
        one_of("state", AssessmentState),
        sa.Index(
            "uq_assessments_draft", "case_id", "instrument", unique=True, postgresql_where=sa.text("state = 'draft'")
        ),
        sa.Index("ix_assessments_case_id", "case_id", "instrument", "completed_at"),
        sa.CheckConstraint("(state = 'draft') = (completed_at is null)", name="completed_when_no_draft"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    instrument: orm.Mapped[str]
    instrument_version: orm.Mapped[int]
    state: orm.Mapped[str]
    # {item: value} as JSON under the client's key.
    answers_sealed: orm.Mapped[bytes | None]
    # Scores and flags by domain once it is complete: numbers and codes.
    scores: orm.Mapped[dict[str, Any] | None] = orm.mapped_column(JSONB(none_as_null=True))
    started_at: orm.Mapped[datetime]
    started_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    saved_at: orm.Mapped[datetime]
    completed_at: orm.Mapped[datetime | None]
    completed_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    policy_version: orm.Mapped[str]
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Plan(Base):
    """One version of a person's plan. Approved by another than its author; a newer approved version supersedes it."""

    __tablename__ = "plans"
    __table_args__ = (
        one_of("state", PlanState),
        sa.UniqueConstraint("case_id", "number"),
        sa.Index("uq_plans_approved", "case_id", unique=True, postgresql_where=sa.text("state = 'approved'")),
        sa.Index(
            "uq_plans_undecided", "case_id", unique=True, postgresql_where=sa.text("state in ('draft', 'proposed')")
        ),
        sa.CheckConstraint("decided_by <> author_id", name="decided_by_another"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    number: orm.Mapped[int]
    state: orm.Mapped[str]
    author_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    created_at: orm.Mapped[datetime]
    proposed_at: orm.Mapped[datetime | None]
    decided_at: orm.Mapped[datetime | None]
    decided_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    comment_sealed: orm.Mapped[bytes | None]
    # The person's own agreement to this version.
    client_agreed_on: orm.Mapped[date | None]
    client_agreed_form: orm.Mapped[str | None]
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class PlanGoal(Base):
    """What the person wants to reach in one domain of life."""

    __tablename__ = "plan_goals"
    __table_args__ = (
        one_of("state", GoalState),
        sa.UniqueConstraint("plan_id", "position"),
        sa.Index("ix_plan_goals_case_id", "case_id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    plan_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("plans.id"))
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    position: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
    domain: orm.Mapped[str]
    text_sealed: orm.Mapped[bytes]
    state: orm.Mapped[str] = orm.mapped_column(default=GoalState.OPEN)
    # A goal may be dropped with a reason; for graduation a supervisor must have accepted it.
    drop_reason: orm.Mapped[str | None]
    drop_accepted_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    closed_at: orm.Mapped[datetime | None]
    closed_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    carried_from: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("plan_goals.id"), index=True)

    steps: orm.Mapped[list["PlanStep"]] = orm.relationship(order_by="PlanStep.position", lazy="selectin")


class PlanStep(Base):
    """What is done toward a goal, by whom and until when. Closed by the referral, course, placement or task it is linked to."""

    __tablename__ = "plan_steps"
    __table_args__ = (
        one_of("kind", StepKind),
        one_of("state", StepState),
        sa.UniqueConstraint("goal_id", "position"),
        sa.Index("ix_plan_steps_plan_id", "plan_id"),
        sa.Index("ix_plan_steps_case_id", "case_id"),
        sa.Index("ix_plan_steps_link_id", "link_id"),
        sa.Index("ix_plan_steps_responsible_organisation_id", "responsible_organisation_id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    goal_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("plan_goals.id"))
    plan_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("plans.id"))
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    position: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
    kind: orm.Mapped[str]
    text_sealed: orm.Mapped[bytes]
    responsible_organisation_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    due_on: orm.Mapped[date | None]
    state: orm.Mapped[str] = orm.mapped_column(default=StepState.OPEN)
    reason: orm.Mapped[str | None]
    # What closes it: referral, enrolment, placement or task, and its id.
    link_kind: orm.Mapped[str | None]
    link_id: orm.Mapped[UUID | None]
    # How that stands, in its own words; kept here because who reads a plan need not reach it.
    link_state: orm.Mapped[str | None]
    started_at: orm.Mapped[datetime | None]
    closed_at: orm.Mapped[datetime | None]
