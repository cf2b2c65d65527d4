"""A referral as the pages show it: all that a reader may see of it at once, read in one go and written in the trail once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kessos_case.access.rules import OrganisationKind
from kessos_case.access.service import record
from kessos_case.clients.service import Candidate
from kessos_case.core.db import Session
from kessos_case.core.errors import Forbidden
from kessos_case.partners.rules import Need
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import LIVE_OFFERS, OfferState, State, Verb, may_answer, most_open
from kessos_case.referrals.service.asking import gives_way, has_room
from kessos_case.referrals.service.candidates import Names, ShownCandidate, shown_ranking
from kessos_case.referrals.service.cards import ReferralCard, card
from kessos_case.referrals.service.history import history_of
from kessos_case.referrals.service.matching import matches_of
from kessos_case.referrals.service.offer_cards import places_in_line
from kessos_case.referrals.service.sight import Sight, is_desk, sight_of
from kessos_case.referrals.service.silence import silent_from
from kessos_case.referrals.service.submission import referral_for

# From here on a desk has to say who the person is.
_NOBODY_YET = frozenset({State.SUBMITTED, State.RETURNED})
_CHOOSING = frozenset({State.ROUTING, State.OFFERED, State.WAITING, State.UNMET})


@dataclass(frozen=True)
class ReferralView:
    """A referral with its history. `matches` only for the desk that must say who the person is; `own_offers` the reader's.

    `lines` are the offers that wait in a line, `places` the place of each among all who wait there. For the desk
    `served_by` is the organisation that has accepted the person, and `silent_from` from when he may be taken back from it.
    """

    card: ReferralCard
    history: list[dict[str, Any]]
    is_sender: bool
    is_desk: bool
    matches: list[Candidate]
    own_offers: tuple[Offer, ...]
    lines: tuple[Offer, ...]
    places: dict[UUID, int]
    silent_from: datetime | None
    served_by: UUID | None


@dataclass(frozen=True)
class AskedOffer:
    """One offer as the desk's list shows it: whom, how it stands, and whether it can be taken back."""

    id: UUID
    service_name: str
    organisation_name: str
    state: str
    reason: str | None
    is_by_hand: bool
    offered_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    expected_on: date | None
    has_place: bool
    place_in_line: int | None
    can_be_revoked: bool
    takes_link: bool


@dataclass(frozen=True)
class Choice:
    """What a desk sees when it chooses whom to ask. `gives_way` is the router's offer that another one would replace."""

    card: ReferralCard
    need: Need | None = None
    candidates: list[ShownCandidate] = field(default_factory=list)
    offers: list[AskedOffer] = field(default_factory=list)
    may_offer: bool = False
    gives_way: AskedOffer | None = None
    most_open: int = 1


def view_referral(session: Session, referral_id: UUID) -> ReferralView:
    """Look at one referral; the look is written in the audit trail. Raises NotFound."""
    referral = referral_for(session, referral_id)
    record(session, "read", "referral", referral.id, clients=[referral.client_id] if referral.client_id else [])
    sight = sight_of(session, referral)
    asks_who = sight.is_desk and referral.client_id is None and referral.state in _NOBODY_YET
    lines = tuple(offer for offer in sight.offers if may_answer(offer.state, Verb.LEAVE_LINE))
    return ReferralView(
        card=card(session, referral, sight=sight),
        history=history_of(session, referral, sight),
        is_sender=sight.is_sender,
        is_desk=sight.is_desk,
        matches=matches_of(session, referral) if asks_who else [],
        own_offers=sight.own_offers,
        lines=lines,
        places=places_in_line(session, lines),
        silent_from=silent_from(referral) if sight.is_desk else None,
        served_by=_served_by(sight) if sight.is_desk else None,
    )


def _served_by(sight: Sight) -> UUID | None:
    return next((offer.organisation_id for offer in sight.offers if offer.state == OfferState.ACCEPTED), None)


def view_choice(session: Session, referral_id: UUID, limit: int) -> Choice:
    """The ranked services beside the offers so far, for the desk of the place; the look is written in the audit trail.

    Raises NotFound, Forbidden for anyone else; without candidates before the person is known.
    """
    referral = referral_for(session, referral_id)
    if not is_desk(session, referral, Verb.OFFER):
        raise Forbidden("Only the desk of the place may choose whom to ask.")
    if referral.client_id is None:
        record(session, "rank", "referral", referral.id)
        return Choice(_desk_card(session, referral, ()), most_open=most_open(referral.urgency))
    ranking, listed, names = shown_ranking(session, referral, limit)
    offers = sorted(ranking.asked, key=lambda offer: (offer.offered_at, offer.id))
    asked = _asked(session, offers, names)
    replaced = gives_way(referral, offers)
    return Choice(
        card=_desk_card(session, referral, offers),
        need=ranking.need,
        candidates=listed if referral.state in _CHOOSING else [],
        offers=asked,
        may_offer=_may_offer(referral, offers),
        gives_way=next((one for one in asked if replaced and one.id == replaced.id), None),
        most_open=most_open(referral.urgency),
    )


def _desk_card(session: Session, referral: Referral, offers: Iterable[Offer]) -> ReferralCard:
    live = tuple(offer for offer in offers if offer.state in LIVE_OFFERS)
    sender = referral.sender_id == session.actor.user_id
    sight = Sight(is_sender=sender, is_desk=True, sees_whole=True, reaches_client=True, offers=live)
    return card(session, referral, photos=(), sight=sight)


def _may_offer(referral: Referral, offers: list[Offer]) -> bool:
    if referral.state not in (State.ROUTING, State.OFFERED, State.UNMET):
        return False
    return has_room(referral, offers) or gives_way(referral, offers) is not None


def _asked(session: Session, offers: list[Offer], names: Names) -> list[AskedOffer]:
    places = places_in_line(session, offers)
    return [_asked_offer(offer, names[offer.service_id], places.get(offer.id)) for offer in offers]


def _asked_offer(offer: Offer, names: Any, place: int | None) -> AskedOffer:
    stated = (
        "id", "state", "reason", "is_by_hand", "offered_at", "expires_at", "answered_at", "ended_at", "expected_on",
    )  # fmt: skip
    return AskedOffer(
        **{name: getattr(offer, name) for name in stated},
        service_name=names.name,
        organisation_name=names.organisation_name,
        has_place=offer.capacity_id is not None and offer.ended_at is None,
        place_in_line=place,
        can_be_revoked=offer.state in (OfferState.OPEN, OfferState.WAITING),
        # A UPT answers under its officers' own accounts.
        takes_link=offer.ended_at is None and names.organisation_kind != OrganisationKind.UPT,
    )
