"""Tables of casework: assessments, plans in versions, their goals and steps. Words are sealed under the client's key."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from kessos_case.cases.models import Case
from kessos_case.cases.rules import (
    AssessmentState,
    CallState,
    CostSource,
    GoalState,
    GuestAnswer,
    LetGoReason,
    PlanState,
    SignatureForm,
    Signer,
    StepKind,
    StepState,
)
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
        sa.Index("ix_plans_review_on", "review_on", postgresql_where=sa.text("state = 'approved'")),
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
    # When the version in force is looked at again with the person.
    review_on: orm.Mapped[date | None]
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
        one_of("cost_source", CostSource),
        sa.CheckConstraint("cost >= 0", name="cost"),
        sa.CheckConstraint("(cost is null) = (cost_source is null)", name="cost_has_source"),
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
    # Rupiah, and whose money it is.
    cost: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    cost_source: orm.Mapped[str | None]
    # The programme that the step asks for: what empowers before consumption aid steps down.
    programme_code: orm.Mapped[str | None] = orm.mapped_column(sa.ForeignKey("programmes.code"), index=True)
    state: orm.Mapped[str] = orm.mapped_column(default=StepState.OPEN)
    reason: orm.Mapped[str | None]
    # What closes it: referral, enrolment, placement or task, and its id.
    link_kind: orm.Mapped[str | None]
    link_id: orm.Mapped[UUID | None]
    # How that stands, in its own words; kept here because who reads a plan need not reach it.
    link_state: orm.Mapped[str | None]
    started_at: orm.Mapped[datetime | None]
    closed_at: orm.Mapped[datetime | None]


class PlanSignature(Base):
    """The person's signature (or a guardian's) under one version of a plan, drawn or as a photo. Never changed."""

    __tablename__ = "plan_signatures"
    __table_args__ = (one_of("form", SignatureForm), one_of("signer", Signer))

    plan_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Plan.id), primary_key=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id), index=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    form: orm.Mapped[str]
    signer: orm.Mapped[str]
    # Encoded anew as PNG or JPEG (core.images), under the client's key.
    image_sealed: orm.Mapped[bytes] = orm.mapped_column(deferred=True)
    media: orm.Mapped[str]
    signed_on: orm.Mapped[date]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)


class AidTaper(Base):
    """How one programme of consumption aid steps down to an end that a version of the plan agrees on with the person.

    It never changes the ledger and cuts nothing by itself: it is what was agreed, to compare with what is paid.
    """

    __tablename__ = "aid_tapers"
    __table_args__ = (
        sa.UniqueConstraint("plan_id", "programme_code"),
        sa.Index("ix_aid_tapers_case_id", "case_id"),
        sa.Index("ix_aid_tapers_client_id", "client_id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    plan_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Plan.id))
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    programme_code: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey("programmes.code"), index=True)
    reason_sealed: orm.Mapped[bytes | None]

    steps: orm.Mapped[list["TaperStep"]] = orm.relationship(order_by="TaperStep.from_month", lazy="selectin")


class TaperStep(Base):
    """From this month on so much a month; the last one is 0."""

    __tablename__ = "taper_steps"
    __table_args__ = (sa.CheckConstraint("amount >= 0", name="amount"),)

    taper_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(AidTaper.id), primary_key=True)
    # core.months: year*12 + month-1.
    from_month: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    plan_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Plan.id), index=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id), index=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    # Rupiah a month.
    amount: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)


class ConferenceCall(Base):
    """A conference that is planned: when, where and about what. Once held, the conference itself is written down."""

    __tablename__ = "conference_calls"
    __table_args__ = (
        one_of("state", CallState),
        sa.CheckConstraint("(state = 'held') = (conference_id is not null)", name="held_has_conference"),
        sa.Index("uq_conference_calls_planned", "case_id", unique=True, postgresql_where=sa.text("state = 'planned'")),
        sa.Index("ix_conference_calls_case_id", "case_id", "planned_at"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    planned_at: orm.Mapped[datetime]
    # What guests of other offices are told: where, and what is to be decided.
    place_sealed: orm.Mapped[bytes]
    agenda_sealed: orm.Mapped[bytes]
    state: orm.Mapped[str]
    conference_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("conferences.id"), index=True)
    called_at: orm.Mapped[datetime]
    called_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ConferenceGuest(Base):
    """Who is asked to a conference: somebody without an account by a signed link, of which only the hash is kept, or a
    colleague who reaches the case.
    """

    __tablename__ = "conference_guests"
    __table_args__ = (
        one_of("answer", GuestAnswer),
        sa.CheckConstraint("(answer is null) = (answered_at is null)", name="answered"),
        sa.CheckConstraint("num_nonnulls(token_hash, user_id) = 1", name="link_or_account"),
        sa.CheckConstraint("num_nonnulls(token_hash, name_sealed, expires_at) in (0, 3)", name="whole_link"),
        sa.UniqueConstraint("call_id", "user_id"),
    )

    # Random and not UUIDv7: it is given outside.
    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    call_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(ConferenceCall.id))
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id), index=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    organisation_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    user_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    name_sealed: orm.Mapped[bytes | None]
    token_hash: orm.Mapped[bytes | None] = orm.mapped_column(unique=True)
    created_at: orm.Mapped[datetime]
    created_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    expires_at: orm.Mapped[datetime | None]
    opened_at: orm.Mapped[datetime | None]
    answer: orm.Mapped[str | None]
    answered_at: orm.Mapped[datetime | None]
    said_sealed: orm.Mapped[bytes | None]
    revoked_at: orm.Mapped[datetime | None]


class ConferenceDecision(Base):
    """One thing that a conference decided, until it has become a step of a plan or was let go with a reason."""

    __tablename__ = "conference_decisions"
    __table_args__ = (
        one_of("kind", StepKind),
        one_of("let_go_reason", LetGoReason),
        sa.UniqueConstraint("conference_id", "position"),
        sa.CheckConstraint("plan_id is null or let_go_reason is null", name="planned_or_let_go"),
        sa.CheckConstraint(
            "(settled_at is null) = (plan_id is null and let_go_reason is null)", name="settled_one_way"
        ),
        sa.Index("ix_conference_decisions_case_id", "case_id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    conference_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("conferences.id"))
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    position: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
    text_sealed: orm.Mapped[bytes]
    # What the step is that it becomes, and so what closes it.
    kind: orm.Mapped[str]
    # The domain of life under which it becomes one.
    domain: orm.Mapped[str]
    responsible_organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    due_on: orm.Mapped[date]
    plan_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey(Plan.id), index=True)
    let_go_reason: orm.Mapped[str | None]
    settled_at: orm.Mapped[datetime | None]
    settled_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
