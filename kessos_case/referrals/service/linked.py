"""Whoever holds a link: looks at the one offer, answers it, says what became of the person. Nothing else opens to him.

He has no account, so the program acts, as `answer_link` in the trail, with the rights of a receiver in the one organisation
that was asked. See docs/adr/0018.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.access.service import count_guess, desk_of, record, refuse_guessing
from kessos_case.core.db import Grant, Session, as_system
from kessos_case.core.errors import NotFound
from kessos_case.core.keys import token_hash
from kessos_case.referrals import queries
from kessos_case.referrals.models import AnswerLink, Offer, Referral
from kessos_case.referrals.rules import OfferState, Verb
from kessos_case.referrals.service.answer_links import ACTOR, life_of
from kessos_case.referrals.service.photos import photo_for
from kessos_case.referrals.service.received import OpenedOffer, answer_received, read_received

# Why a link to an offer that has ended opens nothing; `answered` was the receiver's own doing.
_WHY_OVER = {
    OfferState.DECLINED: "answered",
    OfferState.ACCEPTED: "answered",
    OfferState.EXPIRED: "expired",
    OfferState.REVOKED: "over",
}


class DeadLink(NotFound):
    """This link opens nothing (any more): `why` is unknown, expired, revoked, answered or over; `desk` is whom to call."""

    def __init__(self, why: str, *, link_id: UUID | None = None, desk: str = "") -> None:
        super().__init__("This link opens nothing any more.", code=f"link_{why}", subject=link_id, desk=desk)
        self.why, self.desk = why, desk


@dataclass(frozen=True)
class LinkedOffer:
    """What the holder of a link sees: the offer as its receiver has it; None once there is nothing more to do."""

    link: AnswerLink
    received: OpenedOffer


def open_link(session: Session, token: str, address: str) -> LinkedOffer:
    """Look at the offer of a link. That somebody looked is written down; nothing else changes, however often it is done.

    Raises DeadLink, TooManyRequests for an address that guesses.
    """
    with _as_receiver(session, token, address) as link:
        link.opened_at = link.opened_at or session.now
        return LinkedOffer(link, read_received(session, link.offer_id, link=str(link.id)))


def answer_by_link(
    session: Session, token: str, address: str, verb: Verb, *, seen: int | None = None, **said: Any
) -> LinkedOffer:
    """Make a move of the receiver by a link. Raises DeadLink, and whatever `answer_received` raises."""
    with _as_receiver(session, token, address) as link:
        answer_received(session, link.offer_id, verb, seen=seen, **said)
        offer = session.get_one(Offer, link.offer_id)
        link.answered_at = link.answered_at or session.now
        _extend(session, offer)
        record(session, str(verb), ACTOR, link.id, clients=[offer.client_id], offer=str(offer.id))
        return LinkedOffer(link, read_received(session, link.offer_id, link=str(link.id)))


def photo_by_link(session: Session, token: str, address: str, photo_id: UUID) -> bytes:
    """A photo that was disclosed with the offer. Raises DeadLink, NotFound for one that was not."""
    with _as_receiver(session, token, address) as link:
        return photo_for(session, session.get_one(Offer, link.offer_id).referral_id, photo_id)


@contextmanager
def _as_receiver(session: Session, token: str, address: str) -> Iterator[AnswerLink]:
    """Go on as the program, with no more than the rights of a partner in the organisation of this link."""
    refuse_guessing(ACTOR, address)
    with as_system(session, ACTOR):
        link = _living(session, token, address)
        grant = Grant(Role.PARTNER.value, link.organisation_id, None)
        session.actor = replace(session.actor, organisation_id=link.organisation_id, grants=(grant,))
        yield link


def _living(session: Session, token: str, address: str) -> AnswerLink:
    link = session.scalar(queries.link_behind(token_hash(token)))
    if link is None:
        count_guess(ACTOR, address)
        raise DeadLink("unknown")
    offer = session.get_one(Offer, link.offer_id)
    if why := _why_dead(session, link, offer):
        desk = desk_of(session, offer.region_code)
        raise DeadLink(why, link_id=link.id, desk=desk.name if desk else "")
    return link


def _why_dead(session: Session, link: AnswerLink, offer: Offer) -> str | None:
    if link.revoked_at is not None:
        return "revoked"
    if offer.ended_at is not None:
        return _WHY_OVER.get(OfferState(offer.state), "over")
    return "expired" if link.expires_at <= session.now else None


def _extend(session: Session, offer: Offer) -> None:
    """Let every link to this offer serve until the receiver must have said how it ended."""
    if offer.ended_at is not None:
        return
    ends = life_of(session, session.get_one(Referral, offer.referral_id), offer)
    for link in session.scalars(queries.links_to(offer.id)):
        link.expires_at = max(link.expires_at, ends)
    session.flush()
