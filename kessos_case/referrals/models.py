"""Tables of referrals. Free text and descriptions of people are sealed under the referral's own key."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY

from kessos_case.access.models import Organisation, User
from kessos_case.cases.casework import PlanStep
from kessos_case.clients.rules import Confidentiality, Sex
from kessos_case.core.db import Base, one_of
from kessos_case.partners.models import Service, ServiceCapacity
from kessos_case.referrals.rules import OfferState, State, Urgency


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
        sa.Index("ix_referrals_chase", "chase_at", postgresql_where=sa.text("chase_at is not null")),
        # Nothing is open without somebody who has it, and a time until when.
        sa.CheckConstraint(
            "state in ('completed', 'rejected', 'withdrawn') or (owner_organisation_id is not null and due_at is not null)",
            name="open_has_owner_and_time",
        ),
        sa.CheckConstraint("state <> 'returned' or owner_user_id is not null", name="question_has_somebody_to_answer"),
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
    # {name, alias, condition, place, note, location} as JSON under the referral's key.
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
    # When somebody is asked to see after it because its time is over, and how many have been asked by now.
    chase_at: orm.Mapped[datetime | None]
    chased: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger, server_default="0", default=0)
    # The step of a plan that this referral carries out, and closes when it is completed.
    plan_step_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey(PlanStep.id), index=True)
    # A refusal may park it until a day; nobody is asked before.
    parked_until: orm.Mapped[date | None]
    # Nobody is asked by the router before the person was; until the desk chooses, or its clock ends.
    waits_for_permission: orm.Mapped[bool] = orm.mapped_column(server_default=sa.false(), default=False)
    no_shows: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger, server_default="0", default=0)
    met_at: orm.Mapped[datetime | None]
    outcome: orm.Mapped[str | None]
    policy_version: orm.Mapped[str]
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}

    owner_organisation: orm.Mapped[Organisation | None] = orm.relationship(
        lazy="joined", foreign_keys=owner_organisation_id
    )
    sender: orm.Mapped[User] = orm.relationship(foreign_keys=sender_id, viewonly=True)


class Offer(Base):
    """A referral proposed to one service of one receiver, with what is disclosed to it frozen and sealed.

    Scope columns are copied, so that row-level security need not look into the referral, which looks here.
    """

    __tablename__ = "offers"
    __table_args__ = (
        one_of("state", OfferState),
        one_of("spm_level", ("province", "regency")),
        sa.Index("ix_offers_referral_id", "referral_id", "offered_at"),
        sa.Index("ix_offers_organisation_id", "organisation_id", "offered_at", "id"),
        sa.Index("ix_offers_live", "organisation_id", postgresql_where=sa.text("ended_at is null")),
        sa.Index("ix_offers_service_id", "service_id", "state"),
        sa.Index("ix_offers_client_id", "client_id"),
        sa.Index("ix_offers_province", "province_code", "offered_at", "id"),
        sa.Index("ix_offers_regency", "regency_code", "offered_at", "id"),
        sa.Index("ix_offers_expiring", "expires_at", postgresql_where=sa.text("state = 'open'")),
        # What waits for a receiver, counted for every ranking.
        sa.Index(
            "ix_offers_unsettled",
            "organisation_id",
            "service_id",
            "state",
            postgresql_where=sa.text("state in ('open', 'waiting')"),
        ),
        # One acceptance, whoever answers at the same moment.
        sa.Index("uq_offers_accepted", "referral_id", unique=True, postgresql_where=sa.text("state = 'accepted'")),
        sa.Index(
            "uq_offers_live",
            "referral_id",
            "service_id",
            unique=True,
            postgresql_where=sa.text("state in ('open', 'waiting', 'accepted')"),
        ),
    )

    # Random and not UUIDv7: it is given to partners.
    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    referral_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("referrals.id"))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    sender_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    service_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Service.id))
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    capacity_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey(ServiceCapacity.id), index=True)
    region_code: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey("regions.code"), index=True)
    province_code: orm.Mapped[str] = orm.mapped_column(sa.Computed("left(region_code, 2)", persisted=True))
    regency_code: orm.Mapped[str] = orm.mapped_column(sa.Computed("left(region_code, 5)", persisted=True))
    district_code: orm.Mapped[str] = orm.mapped_column(sa.Computed("left(region_code, 8)", persisted=True))
    urgency: orm.Mapped[str]
    state: orm.Mapped[str]
    # What the receiver is shown, and nothing else: JSON under the referral's key.
    snapshot_sealed: orm.Mapped[bytes]
    # The rules and the parts of the score behind this offer, and whether a person chose it.
    ranking: orm.Mapped[dict[str, Any]]
    is_by_hand: orm.Mapped[bool]
    policy_version: orm.Mapped[str]
    offered_at: orm.Mapped[datetime]
    offered_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    remind_at: orm.Mapped[datetime]
    reminded_at: orm.Mapped[datetime | None]
    expires_at: orm.Mapped[datetime]
    answered_at: orm.Mapped[datetime | None]
    answered_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    # Since when the receiver has nothing to do with the person any more, and no longer reaches the referral.
    ended_at: orm.Mapped[datetime | None]
    reason: orm.Mapped[str | None]
    expected_on: orm.Mapped[date | None]
    # Minimum service standards (PP 2/2018), named by a UPT that accepts.
    spm_type: orm.Mapped[str | None]
    spm_level: orm.Mapped[str | None]
    recommending_organisation_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey("organisations.id"), index=True
    )
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ReferralTransition(Base):
    """One move of a referral, never changed. What was said with it is sealed beside it."""

    __tablename__ = "referral_transitions"
    __table_args__ = (
        sa.Index("ix_referral_transitions_referral_id", "referral_id", "recorded_at", "id"),
        # Of the maps: what nobody could take, by month.
        sa.Index("ix_referral_transitions_unmet", "recorded_at", postgresql_where=sa.text("to_state = 'unmet'")),
    )

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


class PhotoPart(Base):
    """A piece of a photo on its way from a phone with a weak network; gone when the photo is whole, or after days."""

    __tablename__ = "photo_parts"
    __table_args__ = (
        sa.CheckConstraint("part between 0 and parts - 1", name="part_of_the_whole"),
        sa.Index("ix_photo_parts_received_at", "received_at"),
    )

    referral_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("referrals.id"), primary_key=True)
    # What the phone calls the photo; unique within the report.
    photo_reference: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    part: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    parts: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
    content_sealed: orm.Mapped[bytes]
    received_at: orm.Mapped[datetime]
    received_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)


class ReferralMatch(Base):
    """A client who may be the described person, found after the report; for the triage desk to look at."""

    __tablename__ = "referral_matches"

    referral_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("referrals.id"), primary_key=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), primary_key=True, index=True)
    score: orm.Mapped[int]
    reasons: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text))
    found_at: orm.Mapped[datetime]


class AnswerLink(Base):
    """A way to answer one offer without an account, for some days. Only the hash of what is sent out is kept."""

    __tablename__ = "answer_links"

    # Random and not UUIDv7: it is given outside.
    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    offer_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Offer.id), index=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    token_hash: orm.Mapped[bytes] = orm.mapped_column(unique=True)
    created_at: orm.Mapped[datetime]
    created_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    expires_at: orm.Mapped[datetime] = orm.mapped_column(index=True)
    opened_at: orm.Mapped[datetime | None]
    answered_at: orm.Mapped[datetime | None]
    revoked_at: orm.Mapped[datetime | None]
