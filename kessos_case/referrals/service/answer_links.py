"""Links by which one receiver answers one offer without an account: the desk makes them, sees what became of them, ends them.

What is sent out is a random word; only its hash is kept, so nobody can show a link a second time. See docs/adr/0018.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from kessos_case.access.models import Organisation
from kessos_case.access.rules import OrganisationKind
from kessos_case.access.service import record
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Forbidden, NotFound
from kessos_case.core.ids import random_token
from kessos_case.core.keys import token_hash
from kessos_case.referrals import queries
from kessos_case.referrals.models import AnswerLink, Offer, Referral
from kessos_case.referrals.rules import Missing, OfferState, Verb
from kessos_case.referrals.service.clocks import due
from kessos_case.referrals.service.guards import refuse
from kessos_case.referrals.service.offer_cards import offer_for
from kessos_case.referrals.service.sight import is_desk
from kessos_case.referrals.service.submission import referral_for

# Who acts when a link is used, as the trail names him.
ACTOR = "answer_link"


@dataclass(frozen=True)
class MadeLink:
    """A link at its birth, the only time that its word can be read."""

    id: UUID
    token: str
    expires_at: datetime


@dataclass(frozen=True)
class LinkCard:
    """What the desk sees of a link later. `opened_at` says that the address was fetched, by a person or a mail scanner."""

    id: UUID
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    answered_at: datetime | None
    revoked_at: datetime | None
    holds: bool


def make_answer_link(session: Session, referral_id: UUID, offer_id: UUID) -> MadeLink:
    """A way for this receiver to answer this offer without an account, and later to say what became of the person.

    Raises NotFound beyond reach, Forbidden for anyone but the desk, RuleBroken for an offer that has ended or a UPT,
    whose acceptance opens a person's whole file and so is an officer's own act.
    """
    referral, offer = _at_the_desk(session, referral_id, offer_id)
    office = session.get_one(Organisation, offer.organisation_id)
    missing = []
    if offer.ended_at is not None:
        missing.append(Missing("wrong_state", f"The offer is {offer.state} and has ended."))
    if office.kind == OrganisationKind.UPT:
        missing.append(Missing("has_accounts", "A UPT answers under its officers' own accounts."))
    refuse("make_link", missing)
    return add_link(session, referral, offer)


def add_link(session: Session, referral: Referral, offer: Offer) -> MadeLink:
    """Write down a link to an offer that lives; whoever calls has asked whether there may be one."""
    token, link_id, ends = random_token(), uuid4(), life_of(session, referral, offer)
    link = AnswerLink(
        id=link_id,
        offer_id=offer.id,
        organisation_id=offer.organisation_id,
        token_hash=token_hash(token),
        created_at=session.now,
        created_by=session.actor.user_id,
        expires_at=ends,
    )
    with as_system(session, "referrals"):
        session.add(link)
    record(session, "create", ACTOR, link_id, clients=[offer.client_id], offer=str(offer.id))
    return MadeLink(link_id, token, ends)


def answer_links_of(session: Session, referral_id: UUID, offer_id: UUID) -> list[LinkCard]:
    """The links to one offer, newest first, without their words. Raises as `make_answer_link` does."""
    _referral, offer = _at_the_desk(session, referral_id, offer_id)
    with as_system(session, "referrals"):
        found = session.scalars(queries.links_to(offer.id)).all()
    return [_card(session, link, offer) for link in found]


def revoke_answer_link(session: Session, referral_id: UUID, offer_id: UUID, link_id: UUID) -> LinkCard:
    """End a link that went to the wrong hands; twice changes nothing. Raises NotFound, Forbidden for others than the desk."""
    _referral, offer = _at_the_desk(session, referral_id, offer_id)
    with as_system(session, "referrals"):
        link = session.get(AnswerLink, link_id)
        if link is None or link.offer_id != offer.id:
            raise NotFound("There is no such link.")
        link.revoked_at = link.revoked_at or session.now
    record(session, "revoke", ACTOR, link_id, clients=[offer.client_id], offer=str(offer.id))
    return _card(session, link, offer)


def life_of(session: Session, referral: Referral, offer: Offer) -> datetime:
    """Until when a link serves: as long as the offer waits; once it was answered until the receiver must have said how it
    ended, counted from what is due next, so that whoever is late can still say it.
    """
    if offer.state == OfferState.OPEN:
        return offer.expires_at
    return due(max(session.now, referral.due_at or session.now), "outcome", referral.urgency)


def _at_the_desk(session: Session, referral_id: UUID, offer_id: UUID) -> tuple[Referral, Offer]:
    referral = referral_for(session, referral_id)
    offer = offer_for(session, referral_id, offer_id)
    if not is_desk(session, referral, Verb.OFFER):
        raise Forbidden("Only the desk of the place makes and ends links.")
    return referral, offer


def _card(session: Session, link: AnswerLink, offer: Offer) -> LinkCard:
    names = ("id", "created_at", "expires_at", "opened_at", "answered_at", "revoked_at")
    holds = link.revoked_at is None and offer.ended_at is None and link.expires_at > session.now
    return LinkCard(**{name: getattr(link, name) for name in names}, holds=holds)
