"""Tables of the night: one row a night, one a chunk, and each user's digest."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.core.db import Base, one_of
from kessos_case.nights.rules import Step


class Night(Base):
    """The night that looks at everything as of a day: there is one for each day, however often it is asked for."""

    __tablename__ = "nights"
    __table_args__ = (
        one_of("step", Step),
        sa.CheckConstraint("(step is null) = (finished_at is not null)", name="finished_after_the_last_step"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    as_of: orm.Mapped[date] = orm.mapped_column(unique=True)
    # The step at work; null when all are done.
    step: orm.Mapped[str | None]
    job_id: orm.Mapped[UUID | None]
    started_at: orm.Mapped[datetime]
    finished_at: orm.Mapped[datetime | None]
    # Counts by step, of what was done.
    report: orm.Mapped[dict[str, Any]] = orm.mapped_column(default=dict)


class NightChunk(Base):
    """A part of one step. Claimed by a row lock in the transaction that writes its results and marks it done."""

    __tablename__ = "night_chunks"
    __table_args__ = (
        one_of("step", Step),
        sa.Index("ix_night_chunks_waiting", "night_id", "step", "number", postgresql_where=sa.text("done_at is null")),
    )

    night_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Night.id), primary_key=True)
    step: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    number: orm.Mapped[int] = orm.mapped_column(primary_key=True, autoincrement=False)
    # What it is about: a range of ids (both included), or one office.
    first_id: orm.Mapped[UUID | None]
    last_id: orm.Mapped[UUID | None]
    organisation_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    size: orm.Mapped[int] = orm.mapped_column(default=0)
    done_at: orm.Mapped[datetime | None]
    # Real seconds that it took, for whoever sizes the chunks.
    seconds: orm.Mapped[float | None]
    counts: orm.Mapped[dict[str, Any]] = orm.mapped_column(default=dict)


class Digest(Base):
    """What a user had to do on a day, counted from his tasks and those of his desk: one a day, without a name in it."""

    __tablename__ = "digests"

    user_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    day: orm.Mapped[date] = orm.mapped_column(primary_key=True)
    # {overdue, due_today, due_this_week, kinds: {kind: count}}
    counts: orm.Mapped[dict[str, Any]]
    made_at: orm.Mapped[datetime]
