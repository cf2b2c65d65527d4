"""Tables of work: placements with their checks, and statements of income."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.cases.casework import PlanStep
from kessos_case.cases.models import Case
from kessos_case.cases.rules import Stage
from kessos_case.core.db import Base, one_of
from kessos_case.employment.rules import (
    CHECK_DAYS,
    EndReason,
    IncomeSource,
    PlacementKind,
    PlacementState,
    VerificationMethod,
)


class Placement(Base):
    """A job, an apprenticeship or an own business of a person."""

    __tablename__ = "placements"
    __table_args__ = (
        one_of("kind", PlacementKind),
        one_of("state", PlacementState),
        one_of("verification_method", VerificationMethod),
        one_of("end_reason", EndReason),
        sa.CheckConstraint("num_nonnulls(employer_id, business_sealed) = 1", name="employer_or_business"),
        sa.CheckConstraint("monthly_income >= 0", name="monthly_income"),
        sa.CheckConstraint("ended_on >= starts_on", name="ends_after_start"),
        sa.CheckConstraint("(state = 'ended') = (ended_on is not null)", name="ended_when_ended"),
        sa.CheckConstraint("state <> 'active' or verified_on is not null", name="active_when_verified"),
        sa.Index("ix_placements_client_id", "client_id", "starts_on"),
        sa.Index("ix_placements_case_id", "case_id", "starts_on"),
        sa.Index("ix_placements_organisation_id", "organisation_id", "starts_on", "id"),
        sa.Index("ix_placements_plan_step_id", "plan_step_id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    plan_step_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey(PlanStep.id))
    kind: orm.Mapped[str]
    employer_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    # What the person's own business is, in words, under the client's key.
    business_sealed: orm.Mapped[bytes | None]
    occupation: orm.Mapped[str]
    starts_on: orm.Mapped[date]
    monthly_income: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    state: orm.Mapped[str]
    verified_on: orm.Mapped[date | None]
    verification_method: orm.Mapped[str | None]
    verified_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    ended_on: orm.Mapped[date | None]
    end_reason: orm.Mapped[str | None]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class PlacementCheck(Base):
    """Whether the work still holds, looked at around 30, 90, 180 and 365 days. Never changed."""

    __tablename__ = "placement_checks"
    __table_args__ = (
        one_of("method", VerificationMethod),
        sa.CheckConstraint(f"period in {CHECK_DAYS}", name="period"),
        sa.CheckConstraint("monthly_income >= 0", name="monthly_income"),
        sa.UniqueConstraint("placement_id", "period"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    placement_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("placements.id"))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    period: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
    checked_on: orm.Mapped[date]
    still_active: orm.Mapped[bool]
    monthly_income: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    method: orm.Mapped[str]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)


class IncomeStatement(Base):
    """What a household earned over whole months: the sum over from..to, spread evenly. Never changed; a later one corrects."""

    __tablename__ = "income_statements"
    __table_args__ = (
        one_of("source", IncomeSource),
        sa.CheckConstraint("amount >= 0", name="amount"),
        sa.CheckConstraint("to_month >= from_month", name="in_order"),
        sa.CheckConstraint("household_size between 1 and 30", name="household_size"),
        sa.Index("ix_income_statements_client_id", "client_id", "to_month"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    # core.months: year*12 + month-1.
    from_month: orm.Mapped[int]
    to_month: orm.Mapped[int]
    amount: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    source: orm.Mapped[str]
    household_size: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger, default=1)
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)


def is_followed() -> sa.ColumnElement[bool]:
    """Does somebody still follow the person: an open case, one that another UPT took over, or a graduate?"""
    goes_on = sa.or_(
        Case.closed_at.is_(None), Case.stage == Stage.GRADUATED, Case.successor_organisation_id.is_not(None)
    )
    return sa.exists().where(Case.id == Placement.case_id, goes_on)
