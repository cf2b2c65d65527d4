"""Tables of people: who they are, who may reach them, how they are found, and the spine of their timeline.

Every table here carries `client_id` (or is `clients`) and stands behind row-level security.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint, aggregate_order_by

from kessos_case.clients.rules import (
    AlertKind,
    AlertSeverity,
    BirthDatePrecision,
    Confidentiality,
    ConsentForm,
    ConsentPurpose,
    HouseholdRelation,
    LegalBasis,
    Sex,
)
from kessos_case.core.db import Base, one_of


class ClientCategory(Base):
    """One of the 26 categories that applies to a person, since a day."""

    __tablename__ = "client_categories"

    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), primary_key=True)
    category_code: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey("categories.code"), primary_key=True)
    since_on: orm.Mapped[date]


class Client(Base):
    """A person who needs social-welfare services (PPKS). `*_sealed` open only with this person's own `data_key`."""

    __tablename__ = "clients"
    __table_args__ = (
        one_of("sex", Sex),
        one_of("birth_date_precision", BirthDatePrecision),
        one_of("confidentiality", Confidentiality),
        one_of("legal_basis", LegalBasis),
        sa.CheckConstraint("name is not null or temporary_label is not null", name="called_something"),
        sa.CheckConstraint("(birth_date is null) = (birth_date_precision is null)", name="birth_date_has_precision"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    data_key: orm.Mapped[bytes | None]
    name: orm.Mapped[str | None]
    temporary_label: orm.Mapped[str | None]
    aliases: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text), default=list)
    birth_date: orm.Mapped[date | None]
    birth_date_precision: orm.Mapped[str | None]
    sex: orm.Mapped[str]
    nik_sealed: orm.Mapped[bytes | None]
    nik_hash: orm.Mapped[bytes | None] = orm.mapped_column(index=True)
    no_nik_reason: orm.Mapped[str | None]
    kk_sealed: orm.Mapped[bytes | None]
    kk_hash: orm.Mapped[bytes | None]
    phone_sealed: orm.Mapped[bytes | None]
    phone_hash: orm.Mapped[bytes | None] = orm.mapped_column(index=True)
    region_code: orm.Mapped[str | None] = orm.mapped_column(sa.ForeignKey("regions.code"), index=True)
    address_sealed: orm.Mapped[bytes | None]
    confidentiality: orm.Mapped[str]
    # On what the office processes this person's data; apart from agreement to a service and from consents.
    legal_basis: orm.Mapped[str] = orm.mapped_column(server_default=LegalBasis.PUBLIC_TASK)
    died_on: orm.Mapped[date | None]
    registered_at: orm.Mapped[datetime]
    registered_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()
    # The codes come with the person in one statement; a second one for them was a quarter of the cost of a look.
    category_codes: orm.Mapped[list[str]] = orm.column_property(
        sa.select(
            sa.func.coalesce(
                sa.func.array_agg(aggregate_order_by(ClientCategory.category_code, ClientCategory.category_code)),
                sa.cast([], ARRAY(sa.Text)),
                type_=ARRAY(sa.Text),
            )
        )
        .where(ClientCategory.client_id == id)  # noqa: A003 - the column above, as SQLAlchemy wants it here
        .correlate_except(ClientCategory)
        .scalar_subquery()
    )

    __mapper_args__ = {"version_id_col": version}

    categories: orm.Mapped[list[ClientCategory]] = orm.relationship(
        order_by=ClientCategory.category_code, cascade="all, delete-orphan"
    )


class ClientAccess(Base):
    """Why an office or a person may reach a client, from when and until when. Written by whoever opens and ends a ground."""

    __tablename__ = "client_access"
    __table_args__ = (
        one_of("ground", ("registered", "referral", "case", "aftercare", "mentoring", "break_glass")),
        sa.CheckConstraint("num_nonnulls(organisation_id, user_id) = 1", name="one_holder"),
        sa.Index("ix_client_access_client_id", "client_id", "organisation_id", "user_id"),
        sa.Index("ix_client_access_organisation_id", "organisation_id", "client_id"),
        sa.Index("ix_client_access_user_id", "user_id", "client_id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    # Checked at the end of the transaction: a client can be written only by one who already reaches him.
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id", deferrable=True, initially="DEFERRED"))
    organisation_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    user_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"))
    ground: orm.Mapped[str]
    valid_from: orm.Mapped[datetime]
    valid_until: orm.Mapped[datetime | None]
    granted_by: orm.Mapped[UUID | None]


class ClientSearch(Base):
    """How a person is found: derived forms only. Read by the search functions alone, whose owner sees no other table."""

    __tablename__ = "client_search"
    __table_args__ = (
        sa.Index("ix_client_search_forms", "forms", postgresql_using="gin", postgresql_ops={"forms": "gin_trgm_ops"}),
        sa.Index("ix_client_search_nik_hash", "nik_hash"),
        sa.Index("ix_client_search_nik_deletions", "nik_deletions", postgresql_using="gin"),
        sa.Index("ix_client_search_phone_hash", "phone_hash"),
    )

    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), primary_key=True)
    # All folded names and aliases, each between bars: `|sutanto|tanto|`.
    forms: orm.Mapped[str]
    birth_date: orm.Mapped[date | None]
    birth_date_precision: orm.Mapped[str | None]
    sex: orm.Mapped[str]
    region_code: orm.Mapped[str | None]
    nik_hash: orm.Mapped[bytes | None]
    nik_deletions: orm.Mapped[list[bytes]] = orm.mapped_column(ARRAY(sa.LargeBinary), default=list)
    phone_hash: orm.Mapped[bytes | None]
    is_restricted: orm.Mapped[bool]
    # Who reaches this person now, denormalised from client_access by the service that changes it.
    organisation_ids: orm.Mapped[list[UUID]] = orm.mapped_column(ARRAY(sa.Uuid), default=list)
    user_ids: orm.Mapped[list[UUID]] = orm.mapped_column(ARRAY(sa.Uuid), default=list)


class DuplicateReview(Base):
    """Two records that may be one person: for a human to settle. Kept also when the caller acknowledged the likeness."""

    __tablename__ = "duplicate_reviews"
    __table_args__ = (sa.UniqueConstraint("client_id", "other_client_id"),)

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    other_client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    score: orm.Mapped[int]
    reasons: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text))
    raised_at: orm.Mapped[datetime]
    raised_by: orm.Mapped[UUID | None]


class TimelineEntry(Base):
    """One thing that happened to a person, by id and kind only. Append-only; each feature writes its own."""

    __tablename__ = "timeline_entries"
    __table_args__ = (
        one_of("visibility", ("team", "referral")),
        sa.Index("ix_timeline_entries_client_id", "client_id", "happened_at", "id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    kind: orm.Mapped[str]
    subject_id: orm.Mapped[UUID]
    happened_at: orm.Mapped[datetime]
    recorded_at: orm.Mapped[datetime]
    user_id: orm.Mapped[UUID | None]
    organisation_id: orm.Mapped[UUID | None]
    visibility: orm.Mapped[str]
    detail: orm.Mapped[dict[str, Any]] = orm.mapped_column(default=dict)


class Consent(Base):
    """What a person allows: one purpose, one receiver or any, since a day; withdrawn at once and for that purpose alone."""

    __tablename__ = "consents"
    __table_args__ = (
        one_of("purpose", ConsentPurpose),
        one_of("form", ConsentForm),
        sa.Index("ix_consents_client_id", "client_id", "purpose"),
        sa.CheckConstraint("expires_on >= given_on", name="expires_after_given"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    purpose: orm.Mapped[str]
    receiver_organisation_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    # The one thing that it was given for, such as a referral, in whatever feature; none: for everything of this purpose.
    about_id: orm.Mapped[UUID | None]
    form: orm.Mapped[str]
    given_on: orm.Mapped[date]
    expires_on: orm.Mapped[date | None]
    # Who asked the person, where it was not the one who wrote it down.
    asked_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    withdrawn_at: orm.Mapped[datetime | None]
    withdrawn_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)


class Alert(Base):
    """A danger to or around a person, until a day or until it is ended; what exactly is sealed beside it."""

    __tablename__ = "alerts"
    __table_args__ = (
        one_of("kind", AlertKind),
        one_of("severity", AlertSeverity),
        sa.Index("ix_alerts_client_id", "client_id", "raised_at"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    kind: orm.Mapped[str]
    severity: orm.Mapped[str]
    until_on: orm.Mapped[date | None]
    note_sealed: orm.Mapped[bytes | None]
    raised_at: orm.Mapped[datetime]
    raised_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    ended_at: orm.Mapped[datetime | None]
    ended_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)


class Household(Base):
    """The people of one family card (KK), who live on one budget. `kk_sealed` opens only with the household's own key."""

    __tablename__ = "households"
    __table_args__ = (
        sa.Index("uq_households_kk_hash", "kk_hash", unique=True, postgresql_where=sa.text("kk_hash is not null")),
        sa.CheckConstraint("(kk_sealed is null) = (kk_hash is null)", name="kk_is_found"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    data_key: orm.Mapped[bytes | None]
    kk_sealed: orm.Mapped[bytes | None]
    kk_hash: orm.Mapped[bytes | None]
    region_code: orm.Mapped[str | None] = orm.mapped_column(sa.ForeignKey("regions.code"), index=True)
    registered_at: orm.Mapped[datetime]
    registered_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class HouseholdMember(Base):
    """A person's time in a household, from..to in whole months (core.months); `to_month` is null while it lasts."""

    __tablename__ = "household_members"
    __table_args__ = (
        one_of("relation", HouseholdRelation),
        sa.CheckConstraint("to_month >= from_month", name="in_order"),
        sa.CheckConstraint("(voided_at is null) = (voided_by is null)", name="voided_by_someone"),
        # Nobody lives on two budgets in one month. A membership written down by mistake is voided, not deleted.
        ExcludeConstraint(
            ("client_id", "="),
            (sa.text("int4range(from_month, to_month, '[]')"), "&&"),
            name="ex_household_members_one_at_a_time",
            using="gist",
            where=sa.text("voided_at is null"),
        ),
        sa.Index("ix_household_members_household_id", "household_id", "from_month"),
        sa.Index("ix_household_members_client_id", "client_id", "from_month"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    household_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("households.id"))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    relation: orm.Mapped[str]
    from_month: orm.Mapped[int]
    to_month: orm.Mapped[int | None]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    voided_at: orm.Mapped[datetime | None]
    voided_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}
