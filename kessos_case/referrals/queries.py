"""Reads of referrals. Row-level security limits them to the sender's own, the own organisation's and the desk's region."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from kessos_case.access.models import Organisation, RoleGrant, User
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
from kessos_case.referrals.rules import (
    LIVE_OFFERS,
    OPEN_STATES,
    CompleteOutcome,
    HandBackReason,
    OfferState,
    State,
    TakeBackReason,
    Urgency,
)

_LIVE = sorted(LIVE_OFFERS)

_HAS_NOBODY = sa.or_(
    Referral.owner_organisation_id.is_(None),
    Referral.due_at.is_(None),
    sa.and_(Referral.state == State.RETURNED, Referral.owner_user_id.is_(None)),
)


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


def line_lengths(service_ids: Iterable[UUID]) -> sa.Select[UUID, int]:
    """(id, people in line) of those of these services that have a line."""
    select = sa.select(Offer.service_id, sa.func.count(Offer.id).label("people"))
    return select.where(Offer.service_id.in_(list(service_ids)), Offer.state == OfferState.WAITING).group_by(
        Offer.service_id
    )


def lines(service_ids: Iterable[UUID]) -> sa.Select[UUID, UUID, str, datetime | None, datetime]:
    """(id, service_id, urgency, answered_at, offered_at) of everybody in line for these services: what a place is told by."""
    said = (Offer.id, Offer.service_id, Offer.urgency, Offer.answered_at, Offer.offered_at)
    return sa.select(*said).where(Offer.service_id.in_(set(service_ids)), Offer.state == OfferState.WAITING)


def offers_to(client_ids: Iterable[UUID], referral_ids: Iterable[UUID]) -> sa.Select[Offer, str, str | None]:
    """(offer, state and outcome of its referral) of all offers of these referrals, and of what else counts for the people.

    That is an incident, and a help that was completed well: the rest of what was ever offered says nothing of a receiver.
    """
    select = sa.select(Offer, Referral.state.label("referral_state"), Referral.outcome)
    incident = (Offer.state == OfferState.DECLINED) & (Offer.reason == HandBackReason.INCIDENT)
    helped = (Offer.state == OfferState.ACCEPTED) & (Referral.outcome == CompleteOutcome.SERVED)
    return (
        select.join(Referral, Referral.id == Offer.referral_id)
        .where(Offer.client_id.in_(list(client_ids)), Offer.referral_id.in_(list(referral_ids)) | incident | helped)
        .order_by(Offer.offered_at, Offer.id)
    )


def names_of(service_ids: Iterable[UUID]) -> sa.Select[UUID, str, str, str]:
    """(id, name of the service, name and kind of its organisation)."""
    organisation = (Organisation.name.label("organisation_name"), Organisation.kind.label("organisation_kind"))
    select = sa.select(Service.id, Service.name, *organisation)
    return select.join(Organisation, Organisation.id == Service.organisation_id).where(
        Service.id.in_(list(service_ids))
    )


def unsettled(organisation_ids: Iterable[UUID]) -> sa.Select[UUID, UUID, str, int]:
    """(organisation_id, service_id, state, offers) of what waits for an answer of these organisations, or in their lines."""
    columns = (Offer.organisation_id, Offer.service_id, Offer.state)
    # As one text: a thousand parameters, or an array that the driver makes of them, cost more than the answer.
    asked = sa.literal(f"{{{','.join(one.hex for one in organisation_ids)}}}", sa.Text)
    return (
        sa.select(*columns, sa.func.count().label("offers"))
        .where(
            Offer.organisation_id == sa.any_(sa.cast(asked, ARRAY(sa.Uuid))),
            Offer.state.in_([OfferState.OPEN, OfferState.WAITING]),
        )
        .group_by(*columns)
    )


def track_records(since: datetime) -> sa.Select[Any]:
    """What became of the offers to each service: answers, their time, and how accepted ones ended; answers since a time.

    What the office or the sender took back says nothing about a receiver, unless he had accepted and was silent; nor does a
    death or a place in line that has not come up yet. An accepted offer names a day.
    """
    taken_back = Offer.reason == TakeBackReason.RECEIVER_SILENT
    answered = taken_back | Offer.state.in_(
        [OfferState.ACCEPTED, OfferState.DECLINED, OfferState.WAITING, OfferState.EXPIRED]
    )
    handed_back = taken_back | (Offer.state == OfferState.DECLINED) & Offer.expected_on.is_not(None)
    accepted = (Offer.state == OfferState.ACCEPTED) | handed_back
    settled = answered & (Offer.state != OfferState.WAITING)
    has_died = Referral.outcome == CompleteOutcome.DIED
    finished = (Offer.state == OfferState.ACCEPTED) & (Referral.state == State.COMPLETED) & ~has_died
    lifetime = sa.func.extract("epoch", Offer.expires_at - Offer.offered_at)
    used = sa.func.extract("epoch", Offer.answered_at - Offer.offered_at) / lifetime
    return (
        sa.select(
            Service.id.label("service_id"),
            sa.func.count().filter(settled).label("offered"),
            sa.func.count().filter(accepted).label("accepted"),
            sa.func.avg(sa.func.least(1, sa.func.coalesce(used, 1))).filter(answered).label("answer_share"),
            sa.func.count().filter(Offer.answered_at >= since).label("answered_lately"),
            sa.func.count().filter(finished | handed_back).label("ended"),
            sa.func.count().filter(finished & (Referral.outcome == CompleteOutcome.SERVED)).label("completed"),
        )
        .select_from(Service)
        .outerjoin(Offer, Offer.service_id == Service.id)
        .outerjoin(Referral, Referral.id == Offer.referral_id)
        .group_by(Service.id)
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


def to_remind(now: datetime) -> sa.Select[Referral]:
    """Referrals with an open offer whose half time is over and whose receiver has not been reminded."""
    half_over = sa.select(Offer.referral_id).where(
        Offer.state == OfferState.OPEN, Offer.reminded_at.is_(None), Offer.remind_at <= now, Offer.expires_at > now
    )
    return sa.select(Referral).where(Referral.id.in_(half_over)).order_by(Referral.due_at, Referral.id)


def rested(day: date) -> sa.Select[Referral]:
    """Parked referrals whose day has come."""
    parked = sa.select(Referral).where(Referral.state == State.ROUTING, Referral.parked_until <= day)
    return parked.order_by(Referral.parked_until)


def to_chase(now: datetime) -> sa.Select[Referral]:
    """Referrals whose time is over, and after which the next one is to see now; longest first."""
    return sa.select(Referral).where(Referral.chase_at <= now).order_by(Referral.chase_at, Referral.id)


def ownerless() -> sa.Select[Referral]:
    """What is open without anybody who has it or without a time until when. None, ever: the database refuses it too."""
    return sa.select(Referral).where(Referral.state.in_(sorted(OPEN_STATES)), _HAS_NOBODY)


def late_counts(now: datetime) -> sa.Select[int, int, int]:
    """Of what is open: (late, of these with somebody asked to see after it, ownerless)."""
    return sa.select(
        sa.func.count().filter(Referral.due_at <= now).label("late"),
        sa.func.count().filter(Referral.due_at <= now, Referral.chased > 0).label("asked"),
        sa.func.count().filter(_HAS_NOBODY).label("ownerless"),
    ).where(Referral.state.in_(sorted(OPEN_STATES)))


def roles_of(user_id: UUID, now: datetime) -> sa.Select[str]:
    """What a user is for now; none of one who is not at work any more."""
    holds = RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > now)
    select = sa.select(RoleGrant.role).join(User, User.id == RoleGrant.user_id)
    return select.where(User.id == user_id, User.is_active, holds).distinct().order_by(RoleGrant.role)


def unassigned() -> sa.Select[Referral]:
    """Referrals of known people whom nobody is asked for and that do not rest, the most pressing and oldest first."""
    urgencies = sa.case({urgency: place for place, urgency in enumerate(Urgency)}, value=Referral.urgency)
    is_free = sa.or_(
        Referral.state == State.UNMET, sa.and_(Referral.state == State.ROUTING, Referral.parked_until.is_(None))
    )
    return (
        sa.select(Referral)
        .where(is_free, Referral.client_id.is_not(None))
        .order_by(urgencies, Referral.submitted_at, Referral.id)
    )


def those(ids: Iterable[UUID]) -> sa.Select[Referral]:
    """These referrals."""
    return sa.select(Referral).where(Referral.id.in_(list(ids))).order_by(Referral.submitted_at, Referral.id)


def offers_without_place(service_ids: Iterable[UUID]) -> sa.Select[UUID, int]:
    """(id, offers) of those of these services that have been asked for somebody without a place being free."""
    select = sa.select(Offer.service_id, sa.func.count(Offer.id).label("offers"))
    return select.where(
        Offer.service_id.in_(list(service_ids)), Offer.state == OfferState.OPEN, Offer.capacity_id.is_(None)
    ).group_by(Offer.service_id)


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
