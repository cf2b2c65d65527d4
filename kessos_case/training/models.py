"""Tables of training. A person's two courses at the same time and a batch beyond its places are refused by the database."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint

from kessos_case.cases.casework import PlanStep
from kessos_case.cases.models import Case
from kessos_case.core.db import Base, one_of
from kessos_case.training.rules import DropReason, EnrolmentState, Presence, RequirementKind, WaiverReason


class Course(Base):
    """A skill that an organisation teaches."""

    __tablename__ = "courses"
    __table_args__ = (
        sa.CheckConstraint("hours between 1 and 5000", name="hours"),
        sa.CheckConstraint("capacity between 1 and 1000", name="capacity"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    name: orm.Mapped[str]
    skill: orm.Mapped[str]
    hours: orm.Mapped[int]
    # Places of a batch where the batch does not say otherwise.
    capacity: orm.Mapped[int]
    is_active: orm.Mapped[bool] = orm.mapped_column(default=True)
    created_at: orm.Mapped[datetime]
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class CourseRequirement(Base):
    """What somebody needs before a course: an age, some schooling, another course, a paper."""

    __tablename__ = "course_requirements"
    __table_args__ = (one_of("kind", RequirementKind), sa.UniqueConstraint("course_id", "kind", "value"))

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    course_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Course.id))
    kind: orm.Mapped[str]
    # A number of years, a level of schooling, a skill or a document, by kind.
    value: orm.Mapped[str]


class CourseRecord(Base):
    """What became of those who passed a course, or any course of a skill (no course named), as everybody may be told.

    Counted anew each night (reports), over all years. None is a small figure that is not told. `placed`, `jobless`, `unseen`
    and `early` make up `passed`; `kept`, `lost`, `unchecked` and `recent` make up `placed` (reports/rules/trainings.py).
    """

    __tablename__ = "course_records"
    __table_args__ = (sa.UniqueConstraint("skill", "course_id", postgresql_nulls_not_distinct=True),)

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    # In small letters: `skill_key`.
    skill: orm.Mapped[str]
    course_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey(Course.id), index=True)
    counted_at: orm.Mapped[datetime]
    passed: orm.Mapped[int | None]
    placed: orm.Mapped[int | None]
    jobless: orm.Mapped[int | None]
    unseen: orm.Mapped[int | None]
    early: orm.Mapped[int | None]
    kept: orm.Mapped[int | None]
    lost: orm.Mapped[int | None]
    unchecked: orm.Mapped[int | None]
    recent: orm.Mapped[int | None]
    # Those of the placed whose wage is known; rupiah a month, rounded.
    waged: orm.Mapped[int | None]
    wage_median: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    wage_low: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    wage_high: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)


class Batch(Base):
    """One run of a course between two days. `taken` counts who has a place; the database lets it never pass `capacity`."""

    __tablename__ = "batches"
    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="in_order"),
        sa.CheckConstraint("taken between 0 and capacity", name="not_overfull"),
        sa.Index("ix_batches_organisation_id", "organisation_id", "starts_on", "id"),
        sa.Index("ix_batches_starts_on", "starts_on", "id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    course_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("courses.id"), index=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    starts_on: orm.Mapped[date]
    ends_on: orm.Mapped[date]
    capacity: orm.Mapped[int]
    taken: orm.Mapped[int] = orm.mapped_column(default=0)
    created_at: orm.Mapped[datetime]
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}

    course: orm.Mapped[Course] = orm.relationship(lazy="joined", innerjoin=True)


class Enrolment(Base):
    """One person's place in a batch, from the request to the result."""

    __tablename__ = "enrolments"
    __table_args__ = (
        one_of("state", EnrolmentState),
        one_of("drop_reason", DropReason),
        one_of("waiver_reason", WaiverReason),
        sa.CheckConstraint("(waiver_reason is null) = (waived_by is null)", name="waived_by_somebody"),
        sa.CheckConstraint("score between 0 and 100", name="score"),
        sa.CheckConstraint("(state = 'completed') = (passed is not null)", name="result_when_completed"),
        sa.CheckConstraint("(state = 'dropped') = (drop_reason is not null)", name="reason_when_dropped"),
        # Nobody learns two trades on the same days.
        ExcludeConstraint(
            ("client_id", "="),
            ("during", "&&"),
            name="ex_enrolments_no_clash",
            using="gist",
            where=sa.text("state in ('enrolled', 'attending')"),
        ),
        sa.Index(
            "uq_enrolments_live", "batch_id", "case_id", unique=True, postgresql_where=sa.text("state <> 'dropped'")
        ),
        # Of whom somebody must still say how it ended.
        sa.Index(
            "ix_enrolments_open",
            "ends_on",
            postgresql_where=sa.text("state in ('requested', 'waiting', 'enrolled', 'attending')"),
        ),
        sa.Index("ix_enrolments_batch_id", "batch_id", "requested_at"),
        sa.Index("ix_enrolments_requested_at", "requested_at", "id"),
        sa.Index("ix_enrolments_case_id", "case_id"),
        sa.Index("ix_enrolments_client_id", "client_id"),
        sa.Index("ix_enrolments_plan_step_id", "plan_step_id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    batch_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("batches.id"))
    course_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("courses.id"), index=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    plan_step_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey(PlanStep.id))
    state: orm.Mapped[str]
    starts_on: orm.Mapped[date]
    ends_on: orm.Mapped[date]
    during: orm.Mapped[Any] = orm.mapped_column(
        DATERANGE, sa.Computed("daterange(starts_on, ends_on, '[]')", persisted=True)
    )
    requested_at: orm.Mapped[datetime]
    requested_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    # Why somebody may learn who does not meet what the course asks for.
    waiver_reason: orm.Mapped[str | None]
    waived_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    passed: orm.Mapped[bool | None]
    score: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    certificate_no: orm.Mapped[str | None] = orm.mapped_column(unique=True)
    completed_on: orm.Mapped[date | None]
    drop_reason: orm.Mapped[str | None]
    dropped_on: orm.Mapped[date | None]
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Attendance(Base):
    """One person on one day of a batch."""

    __tablename__ = "attendances"
    __table_args__ = (one_of("presence", Presence), sa.Index("ix_attendances_batch_id", "batch_id", "held_on"))

    enrolment_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("enrolments.id"), primary_key=True)
    held_on: orm.Mapped[date] = orm.mapped_column(primary_key=True)
    batch_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("batches.id"))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    presence: orm.Mapped[str]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
