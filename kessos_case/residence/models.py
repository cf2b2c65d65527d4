"""Tables of the house of a UPT. A ward beyond its beds and a person in two beds are refused by the database."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint

from kessos_case.access.models import Organisation
from kessos_case.cases.models import Case
from kessos_case.core.db import Base, one_of
from kessos_case.referrals.rules import Urgency
from kessos_case.residence.rules import (
    BedWaitState,
    DischargeReason,
    LeaveLineReason,
    Shift,
    ShiftEntryKind,
    StayEventKind,
    WardSex,
)


class HouseRule(Base):
    """How long people are meant to stay at a UPT, and how often a stay is looked at again."""

    __tablename__ = "house_rules"
    __table_args__ = (
        sa.CheckConstraint("planned_days between 1 and 36500", name="planned_days"),
        sa.CheckConstraint("review_every_days between 1 and 366", name="review_every_days"),
    )

    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Organisation.id), primary_key=True)
    planned_days: orm.Mapped[int]
    review_every_days: orm.Mapped[int]
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Ward(Base):
    """A room or house (wisma) with its beds. `taken` counts who has one; the database lets it never pass `beds`."""

    __tablename__ = "wards"
    __table_args__ = (
        one_of("sex", WardSex),
        sa.CheckConstraint("beds between 0 and 1000", name="beds"),
        sa.CheckConstraint("taken between 0 and beds", name="not_overfull"),
        sa.UniqueConstraint("organisation_id", "name"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Organisation.id))
    name: orm.Mapped[str]
    sex: orm.Mapped[str]
    beds: orm.Mapped[int]
    taken: orm.Mapped[int] = orm.mapped_column(default=0)
    is_active: orm.Mapped[bool] = orm.mapped_column(default=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class WardBeds(Base):
    """How many beds a ward had since a day, until the next line: what an occupancy of the past is measured against."""

    __tablename__ = "ward_beds"
    __table_args__ = (sa.CheckConstraint("beds between 0 and 1000", name="beds"),)

    ward_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Ward.id), primary_key=True)
    since_on: orm.Mapped[date] = orm.mapped_column(primary_key=True)
    beds: orm.Mapped[int]


class Stay(Base):
    """One person in a bed of a UPT, from admission to discharge."""

    __tablename__ = "stays"
    __table_args__ = (
        one_of("discharge_reason", DischargeReason),
        sa.CheckConstraint("discharged_at >= admitted_at", name="in_order"),
        sa.CheckConstraint("(discharged_at is null) = (discharge_reason is null)", name="discharged_for_a_reason"),
        # Nobody sleeps in two houses.
        ExcludeConstraint(("client_id", "="), ("during", "&&"), name="ex_stays_no_two_beds", using="gist"),
        sa.Index("ix_stays_organisation_id", "organisation_id", "admitted_at", "id"),
        sa.Index("ix_stays_house", "organisation_id", "ward_id", postgresql_where=sa.text("discharged_at is null")),
        sa.Index("ix_stays_case_id", "case_id"),
        sa.Index("ix_stays_client_id", "client_id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Organisation.id))
    ward_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Ward.id), index=True)
    admitted_at: orm.Mapped[datetime]
    # What was planned at admission, to compare with; `planned_until` moves with each review.
    first_planned_until: orm.Mapped[date]
    planned_until: orm.Mapped[date]
    review_on: orm.Mapped[date]
    # Away for some days; the bed is kept.
    away_until: orm.Mapped[date | None]
    discharged_at: orm.Mapped[datetime | None]
    discharge_reason: orm.Mapped[str | None]
    during: orm.Mapped[Any] = orm.mapped_column(
        TSTZRANGE, sa.Computed("tstzrange(admitted_at, discharged_at)", persisted=True)
    )
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class StayEvent(Base):
    """What happened in a stay: admission, another ward, a review, some days away, discharge. Never changed."""

    __tablename__ = "stay_events"
    __table_args__ = (
        one_of("kind", StayEventKind),
        sa.Index("ix_stay_events_stay_id", "stay_id", "happened_at", "id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    stay_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Stay.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    kind: orm.Mapped[str]
    happened_at: orm.Mapped[datetime]
    ward_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey(Ward.id), index=True)
    # The new planned end after a review; until when somebody is away.
    until_on: orm.Mapped[date | None]
    note_sealed: orm.Mapped[bytes | None]
    recorded_at: orm.Mapped[datetime]
    # None: the program, after a death.
    recorded_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)


class BedWait(Base):
    """A person in the line for a bed of a UPT: by urgency, then by how long."""

    __tablename__ = "bed_waits"
    __table_args__ = (
        one_of("sex", WardSex),
        one_of("urgency", Urgency),
        one_of("state", BedWaitState),
        one_of("left_reason", LeaveLineReason),
        sa.CheckConstraint("(state = 'left') = (left_reason is not null)", name="left_for_a_reason"),
        sa.CheckConstraint("(state = 'waiting') = (ended_at is null)", name="ended_when_not_waiting"),
        sa.Index(
            "uq_bed_waits_waiting",
            "organisation_id",
            "client_id",
            unique=True,
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index("ix_bed_waits_organisation_id", "organisation_id", "since", "id"),
        sa.Index("ix_bed_waits_case_id", "case_id"),
        sa.Index("ix_bed_waits_client_id", "client_id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Organisation.id))
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    # The ward that fits.
    sex: orm.Mapped[str]
    urgency: orm.Mapped[str]
    since: orm.Mapped[datetime]
    state: orm.Mapped[str]
    left_reason: orm.Mapped[str | None]
    ended_at: orm.Mapped[datetime | None]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ShiftLog(Base):
    """One watch of a UPT, from when somebody opened its log to when it was handed over to the next."""

    __tablename__ = "shift_logs"
    __table_args__ = (
        one_of("shift", Shift),
        sa.CheckConstraint("(handed_over_at is null) = (handed_over_by is null)", name="handed_over_by_somebody"),
        sa.UniqueConstraint("organisation_id", "day", "shift"),
        sa.Index("ix_shift_logs_organisation_id", "organisation_id", "opened_at", "id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Organisation.id))
    day: orm.Mapped[date]
    shift: orm.Mapped[str]
    opened_at: orm.Mapped[datetime]
    opened_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    handed_over_at: orm.Mapped[datetime | None]
    handed_over_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ShiftEntry(Base):
    """A line of a shift log, about one person (sealed under his key) or about the house (under the office's). Never changed."""

    __tablename__ = "shift_entries"
    __table_args__ = (
        one_of("kind", ShiftEntryKind),
        sa.Index("ix_shift_entries_log_id", "log_id", "written_at", "id"),
        sa.Index("ix_shift_entries_client_id", "client_id", "written_at"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    log_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(ShiftLog.id))
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Organisation.id), index=True)
    client_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("clients.id"))
    kind: orm.Mapped[str]
    text_sealed: orm.Mapped[bytes]
    written_at: orm.Mapped[datetime]
    written_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
