"""An offer as shown: its receiver with what was disclosed, the desk with that and why it was made, a sender with neither."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.clients.rules import Confidentiality, is_restricted
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import NotFound
from kessos_case.referrals import queries
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import OfferState, Verb, may_answer, place_in_line
from kessos_case.referrals.service.sight import is_desk, offices_for
from kessos_case.referrals.service.snapshots import PERSONAL, Snapshot, shown_snapshots
from kessos_case.referrals.service.submission import referral_for

_ANSWERS = (Verb.ACCEPT, Verb.DECLINE, Verb.WAIT_LIST, Verb.ADMIT)


@dataclass(frozen=True)
class OfferCard:
    """What is shown of an offer. `snapshot` is what the receiver was told, for himself and the desk."""

    id: UUID
    version: int
    referral_id: UUID
    service_id: UUID
    service_name: str
    organisation_id: UUID
    organisation_name: str
    state: str
    urgency: str
    region_code: str
    is_by_hand: bool
    offered_at: datetime
    reminded_at: datetime | None
    expires_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    expected_on: date | None
    has_place: bool
    place_in_line: int | None
    spm_type: str | None
    spm_level: str | None
    recommending_organisation_id: UUID | None
    is_masked: bool
    snapshot: dict[str, Any] | None
    grounds: dict[str, str]
    ranking: dict[str, Any] | None
    allowed_verbs: list[str]


def offer_for(session: Session, referral_id: UUID, offer_id: UUID, *, lock: bool = False) -> Offer:
    """The one door to an offer. Raises NotFound, also for one beyond the actor's reach."""
    select = sa.select(Offer).where(Offer.id == offer_id, Offer.referral_id == referral_id)
    found = session.scalar(select.with_for_update().execution_options(populate_existing=True) if lock else select)
    if found is None:
        raise NotFound("There is no such offer.")
    return found


def read_offer(session: Session, offer_id: UUID) -> OfferCard:
    """Look at one offer; the look is written in the audit trail."""
    found = session.get(Offer, offer_id)
    if found is None:
        raise NotFound("There is no such offer.")
    record(session, "read", "offer", found.id, clients=[found.client_id])
    return offer_cards(session, [found])[0]


def offers_of(session: Session, referral_id: UUID) -> list[OfferCard]:
    """The offers of one referral that the actor may see, oldest first: the desk all, a receiver its own.

    Raises NotFound for a referral beyond reach.
    """
    referral = referral_for(session, referral_id)
    found = session.scalars(queries.offers_of(referral.id)).all()
    record(session, "list", "offer", clients=[referral.client_id] if referral.client_id and found else [])
    return offer_cards(session, found)


def listed_offers(session: Session, offers: Iterable[Offer]) -> list[OfferCard]:
    """The cards of a list; one row of the trail names everyone on it."""
    found = list(offers)
    record(session, "list", "offer", clients=list(dict.fromkeys(offer.client_id for offer in found)))
    return offer_cards(session, found, in_list=True)


def offer_cards(session: Session, offers: Sequence[Offer], *, in_list: bool = False) -> list[OfferCard]:
    """These offers as the reader may see them; a fixed number of statements for any number of offers."""
    referrals = _referrals_of(session, offers)
    receiving = offices_for(session, "offer", "answer")
    told = shown_snapshots(session, _to_open(session, offers, referrals, receiving))
    names = {row.id: row for row in session.execute(queries.names_of({offer.service_id for offer in offers}))}
    places = places_in_line(session, offers)
    cards = []
    for offer in offers:
        referral, snapshot = referrals.get(offer.referral_id), told.get(offer.id)
        masked = bool(in_list and referral and is_restricted(Confidentiality(referral.confidentiality)))
        cards.append(
            OfferCard(
                **_stated(offer),
                service_name=names[offer.service_id].name,
                organisation_name=names[offer.service_id].organisation_name,
                has_place=offer.capacity_id is not None and offer.ended_at is None,
                place_in_line=places.get(offer.id),
                is_masked=masked,
                snapshot=_told(snapshot, masked=masked),
                grounds=snapshot.grounds if snapshot else {},
                ranking=offer.ranking if referral and is_desk(session, referral, Verb.OFFER) else None,
                allowed_verbs=_verbs(session, offer, referral, receiving),
            )
        )
    return cards


def _referrals_of(session: Session, offers: Sequence[Offer]) -> dict[UUID, Referral]:
    """The referrals that the reader still reaches: an offer that has ended shows its receiver no person any more."""
    if not offers:
        return {}
    select = sa.select(Referral).where(Referral.id.in_({offer.referral_id for offer in offers}))
    return {referral.id: referral for referral in session.scalars(select)}


def _to_open(
    session: Session, offers: Sequence[Offer], referrals: dict[UUID, Referral], receiving: frozenset[UUID]
) -> list[tuple[Offer, Referral]]:
    pairs = [(offer, referrals[offer.referral_id]) for offer in offers if offer.referral_id in referrals]
    return [
        (offer, referral)
        for offer, referral in pairs
        if is_desk(session, referral, Verb.OFFER) or (offer.organisation_id in receiving and offer.ended_at is None)
    ]


def places_in_line(session: Session, offers: Sequence[Offer]) -> dict[UUID, int]:
    """The place in line of those of these offers that wait, among all who wait for the service, whoever looks.

    The program counts: a desk or a sender sees only a part of a line, and would call everybody the first.
    """
    ours = {offer.id: offer.service_id for offer in offers if offer.state == OfferState.WAITING}
    if not ours:
        return {}
    with as_system(session, "referrals"):
        waiting = session.execute(queries.lines(ours.values())).all()
    places: dict[UUID, int] = {}
    for service_id in set(ours.values()):
        places |= line_of(row for row in waiting if row.service_id == service_id)
    return {offer_id: places[offer_id] for offer_id in ours if offer_id in places}


def line_of(waiting: Iterable[Any]) -> dict[UUID, int]:
    """The place of each waiting offer of one service."""
    return place_in_line((offer.urgency, offer.answered_at or offer.offered_at, offer.id) for offer in waiting)


def _told(snapshot: Snapshot | None, *, masked: bool) -> dict[str, Any] | None:
    """The snapshot with nothing in the place of what was not disclosed, nor of what a list hides."""
    if snapshot is None:
        return None
    personal = {name: None if masked else snapshot.told.get(name) for name in PERSONAL}
    return {name: value for name, value in snapshot.told.items() if name not in PERSONAL} | personal


def _verbs(session: Session, offer: Offer, referral: Referral | None, receiving: frozenset[UUID]) -> list[str]:
    """What can be done to the offer itself now; what follows an acceptance stands on the referral."""
    mine = offer.organisation_id in receiving
    verbs = [verb for verb in _ANSWERS if mine and may_answer(offer.state, verb)]
    if referral and may_answer(offer.state, Verb.REVOKE) and is_desk(session, referral, Verb.REVOKE):
        verbs.append(Verb.REVOKE)
    return [str(verb) for verb in verbs]


def _stated(offer: Offer) -> dict[str, Any]:
    names = (
        "id", "version", "referral_id", "service_id", "organisation_id", "state", "urgency", "region_code",
        "is_by_hand", "offered_at", "reminded_at", "expires_at", "answered_at", "ended_at", "reason", "expected_on",
        "spm_type", "spm_level", "recommending_organisation_id",
    )  # fmt: skip
    return {name: getattr(offer, name) for name in names}
