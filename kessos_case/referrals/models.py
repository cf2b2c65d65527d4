"""Tables of referrals. Free text and descriptions of people are sealed under the referral's own key."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY

from kessos_case.access.models import Organisation, User
from kessos_case.clients.rules import Confidentiality, Sex
from kessos_case.core.db import Base, one_of
from kessos_case.referrals.rules import State, Urgency


class Referral(Base):
    """A request for services for a known client or a described person."""

    __tablename__ = "referrals"
    __table_args__ = (
        one_of("state", State),
        one_of("urgency", Urgency),
        one_of("confidentiality", Confidentiality),
        one_of("sex", Sex),
        # A phone that did not hear the answer sends again, for ever: the same report stays one.
        sa.UniqueConstraint("sender_id", "client_reference"),
        sa.Index("ix_referrals_sender", "sender_id", "submitted_at", "id"),
        sa.Index("ix_referrals_sender_organisation", "sender_organisation_id", "submitted_at", "id"),
        sa.Index("ix_referrals_province", "province_code", "submitted_at", "id"),
        sa.Index("ix_referrals_regency", "regency_code", "submitted_at", "id"),
        sa.Index("ix_referrals_district", "district_code", "submitted_at", "id"),
        sa.Index("ix_referrals_due", "due_at", postgresql_where=sa.text("due_at is not null")),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    data_key: orm.Mapped[bytes | None]
    client_reference: orm.Mapped[str | None]
    # Keyed hash of what was sent, to tell a re-send from another report under the same reference.
    content_hash: orm.Mapped[bytes]
    state: orm.Mapped[str]
    urgency: orm.Mapped[str]
    service_types: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text))
    disclose: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text), default=list)
    confidentiality: orm.Mapped[str]
    client_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    estimated_age: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    sex: orm.Mapped[str]
    # {name, alias, condition, place, note} as JSON under the referral's key.
    content_sealed: orm.Mapped[bytes | None]
    region_code: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey("regions.code"), index=True)
    province_code: orm.Mapped[str] = orm.mapped_column(sa.Computed("left(region_code, 2)", persisted=True))
    regency_code: orm.Mapped[str] = orm.mapped_column(sa.Computed("left(region_code, 5)", persisted=True))
    district_code: orm.Mapped[str] = orm.mapped_column(sa.Computed("left(region_code, 8)", persisted=True))
    found_at: orm.Mapped[datetime | None]
    submitted_at: orm.Mapped[datetime]
    sender_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"))
    sender_organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    # Who has it now, and until when: every open state has both.
    owner_organisation_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    owner_user_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    due_at: orm.Mapped[datetime | None]
    policy_version: orm.Mapped[str]
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}

    owner_organisation: orm.Mapped[Organisation | None] = orm.relationship(
        lazy="joined", foreign_keys=owner_organisation_id
    )
    sender: orm.Mapped[User] = orm.relationship(foreign_keys=sender_id, viewonly=True)


class ReferralTransition(Base):
    """One move of a referral, never changed. What was said with it is sealed beside it."""

    __tablename__ = "referral_transitions"
    __table_args__ = (sa.Index("ix_referral_transitions_referral_id", "referral_id", "recorded_at", "id"),)

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    referral_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("referrals.id"))
    verb: orm.Mapped[str]
    from_state: orm.Mapped[str | None]
    to_state: orm.Mapped[str]
    reason: orm.Mapped[str | None]
    happened_at: orm.Mapped[datetime]
    recorded_at: orm.Mapped[datetime]
    user_id: orm.Mapped[UUID | None]
    organisation_id: orm.Mapped[UUID | None]
    policy_version: orm.Mapped[str]


class ReferralText(Base):
    """What was asked or answered with a transition, under the referral's key; gone when that key is destroyed."""

    __tablename__ = "referral_texts"

    transition_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("referral_transitions.id"), primary_key=True)
    referral_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("referrals.id"), index=True)
    text_sealed: orm.Mapped[bytes]


class ReferralPhoto(Base):
    """A photo sent with a referral: re-encoded, without EXIF, sealed under the referral's key."""

    __tablename__ = "referral_photos"
    __table_args__ = (sa.UniqueConstraint("referral_id", "content_hash"),)

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    referral_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("referrals.id"))
    image_sealed: orm.Mapped[bytes]
    content_hash: orm.Mapped[bytes]
    width: orm.Mapped[int]
    height: orm.Mapped[int]
    added_at: orm.Mapped[datetime]
    added_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"))


class ReferralMatch(Base):
    """A client who may be the described person, found after the report; for the triage desk to look at."""

    __tablename__ = "referral_matches"

    referral_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("referrals.id"), primary_key=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), primary_key=True, index=True)
    score: orm.Mapped[int]
    reasons: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text))
    found_at: orm.Mapped[datetime]
