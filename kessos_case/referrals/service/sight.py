"""How an actor looks at a referral: as sender, desk or receiver, and so how much of it is his to see."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.rules import PERMISSIONS, Scope, reaches_region, regions_for
from kessos_case.clients.models import Client
from kessos_case.core.db import Session
from kessos_case.referrals import queries
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import OWNER_OF, OfferState, Party, Verb

# What a desk does to offers is granted apart from what it does to reports.
_DESK_ACTIONS: dict[str, tuple[str, str]] = {
    Verb.OFFER: ("offer", "make"),
    Verb.REVOKE: ("offer", "revoke"),
    Verb.LEAVE_LINE: ("offer", "revoke"),
    Verb.TAKE_BACK: ("offer", "revoke"),
    Verb.RESUBMIT: ("referral", "return"),
}
_WITH_RECEIVERS = frozenset(state for state, owner in OWNER_OF.items() if owner is Party.RECEIVER)


@dataclass(frozen=True)
class Sight:
    """One actor before one referral. `offers` are the live ones that he sees, `own_offers` those of his organisation."""

    is_sender: bool = False
    is_desk: bool = False
    sees_whole: bool = False
    reaches_client: bool = False
    offers: tuple[Offer, ...] = ()
    own_offers: tuple[Offer, ...] = ()

    def own(self, state: OfferState) -> Offer | None:
        """The own offer in this state, where there is one."""
        return next((offer for offer in self.own_offers if offer.state == state), None)


def is_sender(session: Session, referral: Referral) -> bool:
    """Did this actor send it?"""
    return referral.sender_id == session.actor.user_id


def is_desk(session: Session, referral: Referral, action: str = "return") -> bool:
    """Does a grant of this actor let him decide about this place?"""
    resource, asked = _DESK_ACTIONS.get(action, ("referral", action))
    grants = [(grant.role, grant.region_code) for grant in session.actor.grants]
    return reaches_region(regions_for(grants, resource, asked), referral.region_code)


def offices_for(session: Session, resource: str, action: str) -> frozenset[UUID]:
    """The organisations within which a grant of this actor allows the action."""
    roles = {
        line.role.value
        for line in PERMISSIONS
        if (line.resource, line.action, line.scope) == (resource, action, Scope.ORGANISATION)
    }
    offices = (
        grant.organisation_id or session.actor.organisation_id for grant in session.actor.grants if grant.role in roles
    )
    return frozenset(office for office in offices if office)


def sight_of(session: Session, referral: Referral) -> Sight:
    """How this actor looks at one referral."""
    return sights(session, [referral])[referral.id]


def sights(session: Session, referrals: Iterable[Referral]) -> dict[UUID, Sight]:
    """How this actor looks at each of these: two statements more for any number, none where nobody can have an offer."""
    found = list(referrals)
    receiving, colleagues = offices_for(session, "offer", "answer"), offices_for(session, "referral", "read")
    live = _live_offers(session, [referral.id for referral in found if referral.state in _WITH_RECEIVERS])
    desks = {referral.id for referral in found if is_desk(session, referral)}
    reached = _reached(session, {referral.client_id for referral in found if referral.id not in desks} - {None})
    seen = {}
    for referral in found:
        offers, sender, desk = live.get(referral.id, ()), is_sender(session, referral), referral.id in desks
        seen[referral.id] = Sight(
            is_sender=sender,
            is_desk=desk,
            sees_whole=sender or desk or referral.sender_organisation_id in colleagues,
            reaches_client=desk or referral.client_id in reached,
            offers=offers,
            own_offers=tuple(offer for offer in offers if offer.organisation_id in receiving),
        )
    return seen


def _live_offers(session: Session, referral_ids: list[UUID]) -> dict[UUID, tuple[Offer, ...]]:
    found: dict[UUID, tuple[Offer, ...]] = {}
    if referral_ids:
        for offer in session.scalars(queries.live_offers(referral_ids).execution_options(populate_existing=True)):
            found[offer.referral_id] = (*found.get(offer.referral_id, ()), offer)
    return found


def _reached(session: Session, client_ids: set[UUID | None]) -> set[UUID]:
    if not client_ids:
        return set()
    return set(session.scalars(sa.select(Client.id).where(Client.id.in_(client_ids))))
