"""Tables of the directory: services, their places, agreements and pauses. No row says anything about a client."""

from datetime import date, datetime, time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint

from kessos_case.access.models import Organisation
from kessos_case.core.db import Base, one_of
from kessos_case.reference.models import ServiceType

PAUSE_REASONS = ("full", "no_staff", "holiday", "building", "other")
# Why an agreement ends before its day: who gave notice, or that another takes its place.
END_REASONS = ("by_partner", "by_office", "by_both", "replaced", "mistake")


class Service(Base):
    """What an organisation offers, where and for whom. Empty lists mean no limit."""

    __tablename__ = "services"
    __table_args__ = (
        sa.CheckConstraint("min_age between 0 and 130", name="min_age"),
        sa.CheckConstraint(
            "max_age between min_age and 130 or (min_age is null and max_age between 0 and 130)", name="max_age"
        ),
        sa.CheckConstraint("cardinality(coverage) > 0", name="covers_something"),
        sa.CheckConstraint("open_days <@ array[1, 2, 3, 4, 5, 6, 7]::smallint[]", name="open_days"),
        sa.CheckConstraint("(opens_at is null) = (closes_at is null) and closes_at > opens_at", name="opening_hours"),
        sa.Index("ix_services_service_type", "service_type", postgresql_where=sa.text("is_active")),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    service_type: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey(ServiceType.code))
    name: orm.Mapped[str]
    # Region prefixes: 35 is the whole province, 35.09 a regency.
    coverage: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text))
    min_age: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    max_age: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    sexes: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text), default=list)
    categories: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text), default=list)
    has_disability_access: orm.Mapped[bool] = orm.mapped_column(default=False)
    # May serve children, and people after trafficking or sexual violence.
    is_accredited: orm.Mapped[bool] = orm.mapped_column(default=False)
    allows_waiting: orm.Mapped[bool] = orm.mapped_column(default=False)
    is_active: orm.Mapped[bool] = orm.mapped_column(default=True)
    # ISO weekdays, Monday is 1; none where nobody has said. Hours of the office's day, both or neither.
    open_days: orm.Mapped[list[int]] = orm.mapped_column(ARRAY(sa.SmallInteger), default=list, server_default="{}")
    opens_at: orm.Mapped[time | None]
    closes_at: orm.Mapped[time | None]
    # What a person must bring and whom he asks for.
    application_process: orm.Mapped[str | None]
    confirmed_on: orm.Mapped[date]
    last_offered_at: orm.Mapped[datetime | None]
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}

    organisation: orm.Mapped[Organisation] = orm.relationship(lazy="joined", innerjoin=True)


class ServiceCapacity(Base):
    """How many places a service has in a period. The database keeps `reserved + taken <= places`, whoever writes."""

    __tablename__ = "service_capacities"
    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="in_order"),
        sa.CheckConstraint("reserved >= 0 and taken >= 0 and reserved + taken <= places", name="not_overfull"),
        ExcludeConstraint(
            ("service_id", "="),
            (sa.literal_column("daterange(starts_on, ends_on, '[]')"), "&&"),
            name="ex_service_capacities_one_period",
            using="gist",
        ),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    service_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("services.id"), index=True)
    starts_on: orm.Mapped[date]
    ends_on: orm.Mapped[date]
    places: orm.Mapped[int]
    reserved: orm.Mapped[int] = orm.mapped_column(default=0)
    taken: orm.Mapped[int] = orm.mapped_column(default=0)


class Agreement(Base):
    """An agreement with a partner (PKS, MoU) that holds between two days."""

    __tablename__ = "agreements"
    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="in_order"),
        one_of("end_reason", END_REASONS),
        sa.UniqueConstraint("organisation_id", "number"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    number: orm.Mapped[str]
    # Who signed it, as the paper names them, and what about.
    parties: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text), default=list, server_default="{}")
    subject: orm.Mapped[str | None]
    starts_on: orm.Mapped[date]
    ends_on: orm.Mapped[date]
    # Why it ended, or ends, before the day that was signed; none where it runs its time.
    end_reason: orm.Mapped[str | None]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)


class OrganisationContact(Base):
    """Whom to call at an organisation: a person on duty there or its desk, never a client."""

    __tablename__ = "organisation_contacts"
    __table_args__ = (
        sa.CheckConstraint("phone is not null or email is not null", name="reachable"),
        sa.Index("ix_organisation_contacts_organisation_id", "organisation_id", "name", "id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    name: orm.Mapped[str]
    position: orm.Mapped[str | None]
    phone: orm.Mapped[str | None]
    email: orm.Mapped[str | None]
    is_active: orm.Mapped[bool] = orm.mapped_column(default=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ServiceRecord(Base):
    """What became of the offers to a service, counted each night: its past, so that a ranking need not read every offer.

    `offered` of them ended, `accepted` of those; `answer_share` is the part of an offer's time that its answers took on
    average. Of the accepted ones `ended` came to an end, `completed` of those well. Of the people `observed` for 180 days
    after a placement that came of it, `retained` still worked. `answered_lately` are the answers, yes or no, of the days
    that the policy's pace looks at.
    """

    __tablename__ = "service_records"
    __table_args__ = (
        sa.CheckConstraint("0 <= accepted and accepted <= offered", name="accepted"),
        sa.CheckConstraint("0 <= completed and completed <= ended", name="completed"),
        sa.CheckConstraint("0 <= retained and retained <= observed", name="retained"),
        sa.CheckConstraint("answer_share between 0 and 1", name="answer_share"),
    )

    service_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("services.id"), primary_key=True)
    counted_at: orm.Mapped[datetime]
    offered: orm.Mapped[int]
    accepted: orm.Mapped[int]
    answer_share: orm.Mapped[float | None]
    answered_lately: orm.Mapped[int] = orm.mapped_column(default=0, server_default="0")
    ended: orm.Mapped[int]
    completed: orm.Mapped[int]
    observed: orm.Mapped[int]
    retained: orm.Mapped[int]


class ServicePause(Base):
    """Days on which an organisation, or one service of it, takes nobody."""

    __tablename__ = "service_pauses"
    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="in_order"),
        sa.Index("ix_service_pauses_organisation_id", "organisation_id", "starts_on"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    service_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("services.id"), index=True)
    starts_on: orm.Mapped[date]
    ends_on: orm.Mapped[date | None]
    reason: orm.Mapped[str]
    # Taken back on the day that it began or before: it holds nobody off any more.
    withdrawn_at: orm.Mapped[datetime | None]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
