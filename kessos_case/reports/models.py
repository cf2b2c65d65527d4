"""Tables of the reports: the lives that a night has drawn, and which drawing is whole."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.core.db import Base


class CohortDrawing(Base):
    """A drawing of all lives that is whole: as of the end of a day, by the night that began at this instant. One at a time."""

    __tablename__ = "cohort_drawings"

    as_of: orm.Mapped[date] = orm.mapped_column(primary_key=True)
    begun_at: orm.Mapped[datetime] = orm.mapped_column(primary_key=True)
    finished_at: orm.Mapped[datetime]


class CohortLife(Base):
    """One life of one drawing (life_queries.py): what a report tells it apart by, and how far it came. No name, no address.

    `*_days` are whole days: of a stage and of graduation since the first day, of a relapse since graduation, each until what
    `*_end` says (rules/survival.py) had happened, or until the day of the drawing. None: no figure counts this life there.
    """

    __tablename__ = "cohort_lives"
    # No foreign keys: a million of them looked up each night would lock each case once more. A deleted case takes its lives
    # along by a trigger (migrations/sql).
    __table_args__ = (sa.Index("ix_cohort_lives_office", "office", "as_of", "begun_at"),)

    client_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    # The first case of the life.
    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    as_of: orm.Mapped[date] = orm.mapped_column(primary_key=True)
    begun_at: orm.Mapped[datetime] = orm.mapped_column(primary_key=True)
    office: orm.Mapped[UUID]
    quarter: orm.Mapped[str]
    pathway: orm.Mapped[str]
    category: orm.Mapped[str]
    sex: orm.Mapped[str]
    age: orm.Mapped[str]
    disability: orm.Mapped[str]
    district: orm.Mapped[str]
    may_graduate: orm.Mapped[bool]
    intake_on: orm.Mapped[date]
    seen_days: orm.Mapped[int]
    # Until he left, or the day of the drawing.
    stay_days: orm.Mapped[int]
    has_left: orm.Mapped[bool]
    assessment_days: orm.Mapped[int]
    assessment_end: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
    planning_days: orm.Mapped[int]
    planning_end: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
    measures_days: orm.Mapped[int]
    measures_end: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
    outcome_days: orm.Mapped[int]
    outcome_end: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
    aftercare_days: orm.Mapped[int]
    aftercare_end: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
    # Of graduation; None: none.
    kind: orm.Mapped[str | None]
    is_confirmed: orm.Mapped[bool]
    # Until he graduated, left without it, or the day of the drawing.
    graduation_days: orm.Mapped[int]
    relapse_days: orm.Mapped[int | None]
    relapse_end: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    has_worked: orm.Mapped[bool]
    # kept, over or unknown, so many days after work began and in a quarter after he left; None: that day has not come.
    work_30: orm.Mapped[str | None]
    work_90: orm.Mapped[str | None]
    work_180: orm.Mapped[str | None]
    work_365: orm.Mapped[str | None]
    employed_2: orm.Mapped[str | None]
    employed_4: orm.Mapped[str | None]
    # Rupiah a month, to the nearest ten thousand.
    income_2: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    income_4: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    # What is different from intake, at the exit and a year after it.
    income_exit: orm.Mapped[Decimal | None]
    income_after: orm.Mapped[Decimal | None]
    skill_exit: orm.Mapped[Decimal | None]
    skill_after: orm.Mapped[Decimal | None]
    confidence_exit: orm.Mapped[Decimal | None]
    confidence_after: orm.Mapped[Decimal | None]
