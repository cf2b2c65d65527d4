"""What a desk does to offers: ask a service by hand or the best one, and take an offer back."""

from collections.abc import Iterable
from uuid import UUID

from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Conflict
from kessos_case.partners.rules import Candidate, Rule, in_the_way
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import Missing, OfferState, State, Verb, most_open
from kessos_case.referrals.service.candidates import Ranking, judged, ranked
from kessos_case.referrals.service.guards import fits, refuse, require
from kessos_case.referrals.service.journal import write_move
from kessos_case.referrals.service.offer_cards import OfferCard, offer_cards, offer_for
from kessos_case.referrals.service.offers import all_offers, answer, propose
from kessos_case.referrals.service.sight import Sight, sight_of
from kessos_case.referrals.service.submission import referral_for


def make_offer(
    session: Session,
    referral_id: UUID,
    *,
    service_id: UUID | None = None,
    reason: str | None = None,
    seen: int | None = None,
) -> OfferCard:
    """Offer a referral to this service, or to the best candidate. The same service again is the same open offer.

    A reason lets an officer go against soft rules; an officer's choice takes the place of one of the router. An unmet need
    is tried again. Raises Forbidden for anyone but the desk, RuleBroken naming every rule in the way, NotFound for an
    unknown service, Conflict `capacity_full` when the last place is gone, and `changed` when `seen` is given and is not the
    version any more: a second press of the same button asks nobody twice, another officer's choice is not overturned.
    """
    referral = referral_for(session, referral_id, lock=True)
    sight = sight_of(session, referral)
    tried_again = referral.state == State.UNMET
    require(session, referral, Verb.RETRY if tried_again else Verb.OFFER, sight)
    known = _asked_already(referral, sight, service_id)
    if known is not None:
        return offer_cards(session, [known])[0]
    if seen is not None and seen != referral.version:
        raise Conflict("It has changed since the page was opened.", code="changed")
    with as_system(session, "referrals"):
        ranking = ranked(session, referral)
        chosen = _chosen(session, ranking, service_id, reason)
        if tried_again:
            write_move(session, referral, Verb.RETRY, State.ROUTING)
        _make_room(session, referral)
        made = propose(session, referral, ranking, chosen, by_hand=True, reason=reason)
    return offer_cards(session, [made])[0]


def revoke_offer(session: Session, referral_id: UUID, offer_id: UUID, *, reason: str) -> OfferCard:
    """Take back an open offer, or take the person out of a line; the desk then chooses again.

    Raises Forbidden for anyone but the desk, RuleBroken when it is answered or has ended.
    """
    referral = referral_for(session, referral_id, lock=True)
    offer = offer_for(session, referral_id, offer_id, lock=True)
    verb = Verb.LEAVE_LINE if offer.state == OfferState.WAITING else Verb.REVOKE
    require(session, referral, verb, _as_desk(sight_of(session, referral)), more=fits(offer, verb))
    with as_system(session, "referrals"):
        answer(session, referral, offer, verb, note=reason)
    return offer_cards(session, [offer])[0]


def _as_desk(sight: Sight) -> Sight:
    # A sender may leave a line by a move of the referral; this door is the desk's.
    return Sight(is_desk=sight.is_desk, offers=sight.offers)


def _asked_already(referral: Referral, sight: Sight, service_id: UUID | None) -> Offer | None:
    """The open offer that this request asks for: to the same service, or where the router has asked all it may."""
    open_ones = [offer for offer in sight.offers if offer.state == OfferState.OPEN]
    if service_id is not None:
        return next((offer for offer in open_ones if offer.service_id == service_id), None)
    full = len(open_ones) >= most_open(referral.urgency)
    return next((offer for offer in reversed(open_ones) if full and not offer.is_by_hand), None)


def _chosen(session: Session, ranking: Ranking, service_id: UUID | None, reason: str | None) -> Candidate:
    if service_id is None:
        if not ranking.askable:
            refuse(Verb.OFFER, [Missing("no_candidate", "No service meets every rule; choose one with a reason.")])
        return ranking.askable[0]
    if service_id in ranking.offered:
        raise Conflict("This service has the referral already.", code="already_offered")
    candidate = judged(session, ranking, service_id)
    broken = in_the_way(candidate.rules, has_reason=reason is not None)
    if [rule.code for rule in broken] == [Rule.CAPACITY]:
        raise Conflict(broken[0].detail, code="capacity_full")
    missing = [Missing(str(rule.code), rule.detail, "service_id") for rule in broken]
    if reason is None and broken and not any(rule.is_lawful for rule in broken):
        missing.append(Missing("reason_missing", "Say why it is offered against these rules.", "reason"))
    refuse(Verb.OFFER, missing)
    return candidate


def gives_way(referral: Referral, offers: Iterable[Offer]) -> Offer | None:
    """The router's last choice that another offer would take the place of; None where there is room, or no such choice."""
    open_ones = [offer for offer in offers if offer.state == OfferState.OPEN]
    if len(open_ones) < most_open(referral.urgency):
        return None
    return next((offer for offer in reversed(open_ones) if not offer.is_by_hand), None)


def has_room(referral: Referral, offers: Iterable[Offer]) -> bool:
    """May one more service be asked beside those that are asked now?"""
    return sum(offer.state == OfferState.OPEN for offer in offers) < most_open(referral.urgency)


def _make_room(session: Session, referral: Referral) -> None:
    """Take back the router's last choice where no more offers may be open. Raises RuleBroken when people chose them all."""
    offers = all_offers(session, referral.id)
    if has_room(referral, offers):
        return
    if routers := gives_way(referral, offers):
        answer(session, referral, routers, Verb.REVOKE)
    else:
        detail = f"{most_open(referral.urgency)} offers are open, the most that may be."
        refuse(Verb.OFFER, [Missing("too_many_open", detail)])
