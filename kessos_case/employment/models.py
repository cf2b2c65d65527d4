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
    ApplicationEnd,
    ApplicationState,
    BooksEvidence,
    CapitalSource,
    EndReason,
    IncomeSource,
    InquiryAnswer,
    PlacementKind,
    PlacementState,
    VacancyState,
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


class Vacancy(Base):
    """Work that an employer has to give. `taken` counts the hired; the database lets it never pass `places`."""

    __tablename__ = "vacancies"
    __table_args__ = (
        one_of("kind", PlacementKind),
        one_of("state", VacancyState),
        sa.CheckConstraint("places between 1 and 1000", name="places"),
        sa.CheckConstraint("taken between 0 and places", name="not_overfull"),
        sa.CheckConstraint("wage_from >= 0 and wage_to >= wage_from", name="wage_in_order"),
        sa.Index("ix_vacancies_open", "closes_on", "id", postgresql_where=sa.text("state = 'open'")),
        sa.Index("ix_vacancies_employer_id", "employer_id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    employer_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    kind: orm.Mapped[str]
    occupation: orm.Mapped[str]
    requirements: orm.Mapped[str | None]
    region_code: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey("regions.code"), index=True)
    places: orm.Mapped[int]
    taken: orm.Mapped[int] = orm.mapped_column(default=0)
    # Rupiah a month.
    wage_from: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    wage_to: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    closes_on: orm.Mapped[date]
    state: orm.Mapped[str]
    created_at: orm.Mapped[datetime]
    created_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Application(Base):
    """One person who asks for one vacancy. When he is hired, his others become obsolete in the same transaction."""

    __tablename__ = "applications"
    __table_args__ = (
        one_of("state", ApplicationState),
        one_of("end_reason", ApplicationEnd),
        sa.CheckConstraint("(ended_on is null) = (state in ('applied', 'interview', 'offered'))", name="ended"),
        sa.Index(
            "uq_applications_live",
            "vacancy_id",
            "client_id",
            unique=True,
            postgresql_where=sa.text("state in ('applied', 'interview', 'offered')"),
        ),
        sa.Index("ix_applications_vacancy_id", "vacancy_id", "applied_on"),
        sa.Index("ix_applications_case_id", "case_id"),
        sa.Index("ix_applications_client_id", "client_id", "applied_on"),
        sa.Index("ix_applications_organisation_id", "organisation_id", "applied_on", "id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    vacancy_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Vacancy.id))
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    # The UPT of the case.
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    state: orm.Mapped[str]
    applied_on: orm.Mapped[date]
    interview_on: orm.Mapped[date | None]
    ended_on: orm.Mapped[date | None]
    end_reason: orm.Mapped[str | None]
    placement_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey(Placement.id), index=True)
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class EmployerInquiry(Base):
    """A question to an employer whether somebody works there, by a signed link and only with that person's consent.

    The words are neutral: no PPKS, UPT or category (spec graduation.md, `work lasts`).
    """

    __tablename__ = "employer_inquiries"
    __table_args__ = (
        one_of("answer", InquiryAnswer),
        sa.CheckConstraint(f"period in {CHECK_DAYS}", name="period"),
        sa.CheckConstraint("monthly_wage >= 0", name="monthly_wage"),
        sa.CheckConstraint("(answer is null) = (answered_at is null)", name="answered"),
        sa.Index("ix_employer_inquiries_placement_id", "placement_id", "created_at"),
    )

    # Random and not UUIDv7: it is given outside.
    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    placement_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Placement.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    consent_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("consents.id"), index=True)
    employer_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    # None: whether the work began; else the check of so many days.
    period: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    token_hash: orm.Mapped[bytes] = orm.mapped_column(unique=True)
    created_at: orm.Mapped[datetime]
    created_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    expires_at: orm.Mapped[datetime]
    opened_at: orm.Mapped[datetime | None]
    answer: orm.Mapped[str | None]
    works_since: orm.Mapped[date | None]
    left_on: orm.Mapped[date | None]
    # Rupiah, if the employer wants to say.
    monthly_wage: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    answered_at: orm.Mapped[datetime | None]
    revoked_at: orm.Mapped[datetime | None]


class BusinessMonth(Base):
    """What an own business turned over in a month and what was left. Never changed; a later one corrects."""

    __tablename__ = "business_months"
    __table_args__ = (
        one_of("evidence", BooksEvidence),
        sa.CheckConstraint("turnover >= 0", name="turnover"),
        sa.CheckConstraint("profit <= turnover", name="profit_of_turnover"),
        sa.Index("ix_business_months_placement_id", "placement_id", "month", "recorded_at"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    placement_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Placement.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    # core.months: year*12 + month-1.
    month: orm.Mapped[int]
    # Rupiah; a loss is a profit below 0.
    turnover: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    profit: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    # Are the tools still there that were given? None: none were given, or nobody looked.
    has_tools: orm.Mapped[bool | None]
    evidence: orm.Mapped[str]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)


class BusinessCapital(Base):
    """Money or tools with which an own business began or went on. Never changed."""

    __tablename__ = "business_capital"
    __table_args__ = (
        one_of("source", CapitalSource),
        sa.CheckConstraint("amount >= 0", name="amount"),
        sa.CheckConstraint("(source = 'programme') = (programme_code is not null)", name="programme_named"),
        sa.Index("ix_business_capital_placement_id", "placement_id", "received_on"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    placement_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Placement.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    received_on: orm.Mapped[date]
    source: orm.Mapped[str]
    programme_code: orm.Mapped[str | None] = orm.mapped_column(sa.ForeignKey("programmes.code"), index=True)
    # Rupiah: the money, or what the tools are worth.
    amount: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    is_tools: orm.Mapped[bool]
    what_sealed: orm.Mapped[bytes | None]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)


def is_followed() -> sa.ColumnElement[bool]:
    """Does somebody still follow the person: an open case, one that another UPT took over, or a graduate?"""
    goes_on = sa.or_(
        Case.closed_at.is_(None), Case.stage == Stage.GRADUATED, Case.successor_organisation_id.is_not(None)
    )
    return sa.exists().where(Case.id == Placement.case_id, goes_on)
