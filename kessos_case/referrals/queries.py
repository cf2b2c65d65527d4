"""Reads of referrals. Row-level security limits them to the sender's own, the own organisation's and the desk's region."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.core.db import Session
from kessos_case.partners.models import Service, ServiceCapacity
from kessos_case.referrals.models import (
    AnswerLink,
    Offer,
    PhotoPart,
    Referral,
    ReferralMatch,
    ReferralPhoto,
    ReferralText,
    ReferralTransition,
)
from kessos_case.referrals.rules import LIVE_OFFERS, OPEN_STATES, CompleteOutcome, OfferState, State

_LIVE = sorted(LIVE_OFFERS)


def referrals(filters: dict[str, Any], user_id: UUID | None) -> sa.Select[Referral]:
    """The referrals that the actor sees; `mine` are those he sent, `open` those that wait for someone."""
    select = sa.select(Referral)
    for name in ("state", "urgency", "client_id"):
        if filters.get(name):
            select = select.where(getattr(Referral, name) == filters[name])
    if filters.get("mine"):
        select = select.where(Referral.sender_id == user_id)
    if filters.get("open") is not None:
        is_open = Referral.state.in_(sorted(OPEN_STATES))
        select = select.where(is_open if filters["open"] else ~is_open)
    return select


def history(session: Session, referral_id: UUID) -> Sequence[tuple[ReferralTransition, bytes | None]]:
    """Every move of a referral with what was said, oldest first."""
    select = (
        sa.select(ReferralTransition, ReferralText.text_sealed)
        .outerjoin(ReferralText, ReferralText.transition_id == ReferralTransition.id)
        .where(ReferralTransition.referral_id == referral_id)
        .order_by(ReferralTransition.recorded_at, ReferralTransition.id)
    )
    return [(row[0], row[1]) for row in session.execute(select)]


def photos(session: Session, referral_id: UUID) -> Sequence[Any]:
    """Ids and sizes of a referral's photos, without the pictures."""
    columns = (ReferralPhoto.id, ReferralPhoto.width, ReferralPhoto.height, ReferralPhoto.added_at)
    select = sa.select(*columns).where(ReferralPhoto.referral_id == referral_id).order_by(ReferralPhoto.id)
    return session.execute(select).all()


def matches(session: Session, referral_id: UUID) -> Sequence[ReferralMatch]:
    """Clients who may be the described person, best first."""
    select = sa.select(ReferralMatch).where(ReferralMatch.referral_id == referral_id)
    return session.scalars(select.order_by(ReferralMatch.score.desc(), ReferralMatch.client_id)).all()


def offers_of(referral_id: UUID) -> sa.Select[Offer]:
    """Every offer of one referral, oldest first."""
    return sa.select(Offer).where(Offer.referral_id == referral_id).order_by(Offer.offered_at, Offer.id)


def live_offers(referral_ids: Iterable[UUID]) -> sa.Select[Offer]:
    """The offers of these referrals that have not ended, oldest first."""
    select = sa.select(Offer).where(Offer.referral_id.in_(list(referral_ids)), Offer.ended_at.is_(None))
    return select.order_by(Offer.offered_at, Offer.id)


def inbox(filters: dict[str, Any], offices: Iterable[UUID]) -> sa.Select[Offer]:
    """What was offered to these organisations, in one state where it is named."""
    select = sa.select(Offer).where(Offer.organisation_id.in_(list(offices)))
    if filters.get("open") is not None:
        select = select.where(Offer.ended_at.is_(None) if filters["open"] else Offer.ended_at.is_not(None))
    return select.where(Offer.state == filters["state"]) if filters.get("state") else select


def waiting(service_ids: Iterable[UUID]) -> sa.Select[Offer]:
    """Everybody in line for these services."""
    return sa.select(Offer).where(Offer.service_id.in_(list(service_ids)), Offer.state == OfferState.WAITING)


def offers_to(client_id: UUID) -> sa.Select[Offer, str, str | None]:
    """(offer, state and outcome of its referral) of all that was ever offered for a person."""
    select = sa.select(Offer, Referral.state.label("referral_state"), Referral.outcome)
    return select.join(Referral, Referral.id == Offer.referral_id).where(Offer.client_id == client_id)


def names_of(service_ids: Iterable[UUID]) -> sa.Select[UUID, str, str, str]:
    """(id, name of the service, name and kind of its organisation)."""
    organisation = (Organisation.name.label("organisation_name"), Organisation.kind.label("organisation_kind"))
    select = sa.select(Service.id, Service.name, *organisation)
    return select.join(Organisation, Organisation.id == Service.organisation_id).where(
        Service.id.in_(list(service_ids))
    )


def track_records(service_ids: Iterable[UUID]) -> sa.Select[Any]:
    """What became of the offers to each service: people in line, answers and their time, and how accepted ones ended.

    What the office or the sender took back says nothing about a receiver. An accepted offer names a day.
    """
    answered = Offer.state.in_([OfferState.ACCEPTED, OfferState.DECLINED, OfferState.WAITING, OfferState.EXPIRED])
    handed_back = (Offer.state == OfferState.DECLINED) & Offer.expected_on.is_not(None)
    accepted = (Offer.state == OfferState.ACCEPTED) | handed_back
    finished = (Offer.state == OfferState.ACCEPTED) & (Referral.state == State.COMPLETED)
    lifetime = sa.func.extract("epoch", Offer.expires_at - Offer.offered_at)
    used = sa.func.extract("epoch", Offer.answered_at - Offer.offered_at) / lifetime
    return (
        sa.select(
            Offer.service_id,
            sa.func.count().filter(Offer.state == OfferState.WAITING).label("waiting"),
            sa.func.count().filter(answered).label("offered"),
            sa.func.count().filter(accepted).label("accepted"),
            sa.func.avg(sa.func.least(1, sa.func.coalesce(used, 1))).filter(answered).label("answer_share"),
            sa.func.count().filter(finished | handed_back).label("ended"),
            sa.func.count().filter(finished & (Referral.outcome == CompleteOutcome.SERVED)).label("completed"),
        )
        .join(Referral, Referral.id == Offer.referral_id)
        .where(Offer.service_id.in_(list(service_ids)))
        .group_by(Offer.service_id)
    )


def untriaged(now: datetime) -> sa.Select[Referral]:
    """Reports whose time for triage is over and that still lie with a desk below the province, longest first."""
    below = sa.select(Organisation.id).where(sa.func.length(Organisation.region_code) > 2)
    return (
        sa.select(Referral)
        .where(Referral.state == State.SUBMITTED, Referral.due_at <= now, Referral.owner_organisation_id.in_(below))
        .order_by(Referral.due_at)
    )


def unchosen(now: datetime) -> sa.Select[Referral]:
    """Referrals for which no desk has chosen whom to ask in its time, and that do not rest."""
    select = sa.select(Referral).where(Referral.state == State.ROUTING, Referral.due_at <= now)
    return select.where(Referral.parked_until.is_(None)).order_by(Referral.due_at)


def with_expired_offers(now: datetime) -> sa.Select[Referral]:
    """Referrals with an offer that nobody answered in its time."""
    late = sa.select(Offer.referral_id).where(Offer.state == OfferState.OPEN, Offer.expires_at <= now)
    return sa.select(Referral).where(Referral.id.in_(late)).order_by(Referral.due_at)


def to_remind(now: datetime) -> sa.Select[Offer]:
    """Open offers whose half time is over and whose receiver has not been reminded."""
    return (
        sa.select(Offer)
        .where(
            Offer.state == OfferState.OPEN,
            Offer.reminded_at.is_(None),
            Offer.remind_at <= now,
            Offer.expires_at > now,
        )
        .order_by(Offer.remind_at)
    )


def rested(day: date) -> sa.Select[Referral]:
    """Parked referrals whose day has come."""
    parked = sa.select(Referral).where(Referral.state == State.ROUTING, Referral.parked_until <= day)
    return parked.order_by(Referral.parked_until)


def late(states: Iterable[State], now: datetime) -> sa.Select[Referral]:
    """Referrals in these states whose time is over, longest first."""
    select = sa.select(Referral).where(Referral.state.in_(list(states)), Referral.due_at <= now)
    return select.order_by(Referral.due_at, Referral.id)


def unmet(after: UUID | None = None) -> sa.Select[Referral]:
    """Everything that nobody could take, from this id on."""
    select = sa.select(Referral).where(Referral.state == State.UNMET).order_by(Referral.id)
    return select.where(Referral.id > after) if after else select


def lines_with_room(day: date) -> sa.Select[UUID]:
    """The services with people in line who have no place yet, and a free place on the day."""
    free = sa.select(ServiceCapacity.service_id).where(
        ServiceCapacity.starts_on <= day,
        ServiceCapacity.ends_on >= day,
        ServiceCapacity.reserved + ServiceCapacity.taken < ServiceCapacity.places,
    )
    in_line = sa.select(Offer.service_id).where(Offer.state == OfferState.WAITING, Offer.capacity_id.is_(None))
    return in_line.where(Offer.service_id.in_(free)).distinct()


def link_behind(token_hash: bytes) -> sa.Select[AnswerLink]:
    """The link whose word has this hash."""
    return sa.select(AnswerLink).where(AnswerLink.token_hash == token_hash)


def links_to(offer_id: UUID) -> sa.Select[AnswerLink]:
    """The links to an offer, newest first."""
    return (
        sa.select(AnswerLink)
        .where(AnswerLink.offer_id == offer_id)
        .order_by(AnswerLink.created_at.desc(), AnswerLink.id)
    )


def photos_begun(referral_id: UUID) -> sa.Select[int]:
    """How many photos of a report have come in part."""
    return sa.select(sa.func.count(sa.distinct(PhotoPart.photo_reference))).where(PhotoPart.referral_id == referral_id)


def photo_parts(referral_id: UUID, photo_reference: str | None = None) -> sa.Select[str, int, int]:
    """Which pieces of the photos of a report are here, or of one photo: (photo_reference, part, parts)."""
    select = sa.select(PhotoPart.photo_reference, PhotoPart.part, PhotoPart.parts)
    select = select.where(PhotoPart.referral_id == referral_id)
    if photo_reference is not None:
        select = select.where(PhotoPart.photo_reference == photo_reference)
    return select.order_by(PhotoPart.photo_reference, PhotoPart.part)


def photo_pieces(referral_id: UUID, photo_reference: str) -> sa.Select[int, bytes]:
    """The sealed pieces of a photo, in order."""
    return (
        sa.select(PhotoPart.part, PhotoPart.content_sealed)
        .where(PhotoPart.referral_id == referral_id, PhotoPart.photo_reference == photo_reference)
        .order_by(PhotoPart.part)
    )
