"""Offers: made by the router or by hand, answered, ended. One transaction under the referral's lock, as the program.

The verbs that people use stand in `asking` and `answers`; they have asked the rules before they come here.
"""

from typing import Any
from uuid import UUID, uuid4

from kessos_case.access.service import record
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict
from kessos_case.core.policies import policy
from kessos_case.partners.rules import Candidate
from kessos_case.partners.service import note_offered
from kessos_case.referrals import queries
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import (
    LIVE_OFFERS,
    OfferState,
    Verb,
    answered,
    is_over_for_receiver,
    referral_state_of,
    reminder_at,
    revoked,
)
from kessos_case.referrals.service.candidates import Ranking
from kessos_case.referrals.service.clocks import due
from kessos_case.referrals.service.journal import write_move
from kessos_case.referrals.service.lines import give_back, hold_place
from kessos_case.referrals.service.programs import tell_programs
from kessos_case.referrals.service.snapshots import Snapshot, sealed_snapshot, snapshot_for
from kessos_case.referrals.service.telling import offers_answered, tell_of_end, tell_of_offer


def all_offers(session: Session, referral_id: UUID) -> list[Offer]:
    """Every offer of a referral that this transaction has locked, as it stands now."""
    session.flush()
    return list(session.scalars(queries.offers_of(referral_id).execution_options(populate_existing=True)))


def propose(
    session: Session,
    referral: Referral,
    ranking: Ranking,
    candidate: Candidate,
    *,
    by_hand: bool = False,
    among: int | None = None,
    reason: str | None = None,
) -> Offer:
    """Offer the referral to one service: a place is held, and what is told is frozen and sealed.

    `among` says of an assignment of many together how many waited then.

    Raises Conflict `capacity_full` when another took the last place and nobody may wait.
    """
    receiver = candidate.service.organisation_id
    snapshot = snapshot_for(session, referral, ranking.client, ranking.need, receiver)
    offer = Offer(**_between(referral, ranking, candidate), **_when(session, referral.urgency))
    offer.capacity_id = _held(session, candidate, referral.urgency)
    offer.snapshot_sealed = sealed_snapshot(snapshot, referral, offer.id)
    offer.ranking = _kept(candidate, ranking, snapshot) | _how(by_hand, among)
    offer.is_by_hand, offer.offered_by = by_hand, session.actor.user_id if by_hand else None
    session.add(offer)
    session.flush()
    _tell_of_new(session, offer, snapshot)
    referral.parked_until = None
    _follow(session, referral, Verb.OFFER, note=reason, by_clock=not by_hand)
    return offer


def _between(referral: Referral, ranking: Ranking, candidate: Candidate) -> dict[str, Any]:
    """Who is offered to whom; the scope columns are copied."""
    return {
        "id": uuid4(),
        "referral_id": referral.id,
        "client_id": ranking.client.id,
        "sender_id": referral.sender_id,
        "service_id": candidate.service.service_id,
        "organisation_id": candidate.service.organisation_id,
        "region_code": referral.region_code,
        "urgency": referral.urgency,
        "state": OfferState.OPEN,
        "policy_version": policy("routing").label,
    }


def _when(session: Session, urgency: str) -> dict[str, Any]:
    """Its clock: the reminder at half time, and the end."""
    ends = due(session.now, "offer", urgency)
    return {"offered_at": session.now, "remind_at": reminder_at(session.now, ends), "expires_at": ends}


def _tell_of_new(session: Session, offer: Offer, snapshot: Snapshot) -> None:
    """The directory counts it, the trail says what was disclosed, and the receiver hears of it."""
    note_offered(session, offer.service_id)
    told, receiver = sorted(snapshot.grounds), str(offer.organisation_id)
    record(session, "disclose", "offer", offer.id, clients=[offer.client_id], fields=told, receiver=receiver)
    tell_of_offer(session, offer)
    tell_programs(session, offer)


def answer(
    session: Session,
    referral: Referral,
    offer: Offer,
    verb: Verb,
    *,
    reason: str | None = None,
    note: str | None = None,
    by_clock: bool = False,
) -> None:
    """Move one offer, and with it the others and the referral, by this verb; what ends gives its place back."""
    offers = all_offers(session, referral.id)
    after = answered({one.id: OfferState(one.state) for one in offers}, offer.id, verb)
    if offer.answered_at is None and not by_clock and verb is not Verb.REVOKE:
        offer.answered_at, offer.answered_by = session.now, session.actor.user_id
    if after[offer.id] not in LIVE_OFFERS:
        offer.reason = reason
    ended = _settle(session, offers, after)
    _follow(session, referral, verb, reason=reason, note=note, by_clock=by_clock)
    _tell_receivers(session, ended, verb)
    give_back(session, ended)


def end_all(session: Session, referral: Referral) -> list[Offer]:
    """End whatever lives of a referral that is over; returns all of its offers.

    An accepted offer that was carried out stays accepted, and its place is free again.
    """
    offers = all_offers(session, referral.id)
    states = {one.id: OfferState(one.state) for one in offers}
    done = referral.outcome is not None
    kept = {one: state for one, state in states.items() if done and state is OfferState.ACCEPTED}
    ended = _settle(session, offers, revoked(states) | kept)
    for offer in offers:
        if offer.id in kept and offer.ended_at is None:
            offer.ended_at = session.now
            ended.append((offer, OfferState.ACCEPTED))
    session.flush()
    _tell_receivers(session, ended, Verb.WITHDRAW)
    give_back(session, ended)
    return offers


def _tell_receivers(session: Session, ended: list[tuple[Offer, OfferState]], verb: Verb) -> None:
    tell_of_end(session, [one for one, before in ended if is_over_for_receiver(before, OfferState(one.state), verb)])


def _settle(session: Session, offers: list[Offer], after: dict[UUID, OfferState]) -> list[tuple[Offer, OfferState]]:
    """Bring the offers to these states; returns those that ended, each with its state before."""
    ended, answered_now, moved = [], [], []
    for offer in offers:
        before, offer.state = OfferState(offer.state), after[offer.id]
        if before in LIVE_OFFERS and after[offer.id] not in LIVE_OFFERS:
            offer.ended_at = session.now
            ended.append((offer, before))
        if before is OfferState.OPEN and after[offer.id] is not OfferState.OPEN:
            answered_now.append(offer)
        if before is not after[offer.id]:
            moved.append(offer)
    session.flush()
    for offer in moved:
        tell_programs(session, offer)
    if answered_now:
        offers_answered(session, answered_now)
    return ended


def _follow(session: Session, referral: Referral, verb: Verb, **how: Any) -> None:
    """The referral stands where its offers say."""
    offers = all_offers(session, referral.id)
    state = referral_state_of(OfferState(one.state) for one in offers)
    write_move(session, referral, verb, state, offers=offers, **how)


def _held(session: Session, candidate: Candidate, urgency: str) -> UUID | None:
    """A place of the service; none where all are in use and the person may wait for one."""
    service = candidate.service
    try:
        return hold_place(session, service.service_id, urgency)
    except Conflict:
        if service.allows_waiting:
            return None
        raise


def _how(by_hand: bool, among: int | None) -> dict[str, Any]:
    """Who chose: an officer, the router for this referral alone, or the assignment of so many together."""
    if among is not None:
        return {"by": "batch", "among": among}
    return {"by": "hand" if by_hand else "router"}


def _kept(candidate: Candidate, ranking: Ranking, snapshot: Snapshot) -> dict[str, Any]:
    """Why this service: its place in the list, the rules, the parts of the score and the facts behind them.

    Codes and figures of services only: nothing here tells who the person is.
    """
    service = candidate.service
    order = [found.service.service_id for found in ranking.listed]
    facts = (
        "capacity", "free", "waiting", "open_offers", "answered_lately", "offered", "accepted", "answer_share", "ended",
        "completed", "observed", "retained",
    )  # fmt: skip
    return {
        "place": order.index(service.service_id) + 1 if service.service_id in order else None,
        "of": len(order),
        "score": candidate.score.total,
        "parts": {str(part): points for part, points in candidate.score.parts.items()},
        "rules": {str(rule.code): rule.holds for rule in candidate.rules},
        "facts": {name: getattr(service, name) for name in facts},
        "grounds": snapshot.grounds,
    }
