"""Offers of one referral: their own machine, what one answer does to the others, the line, and who has refused.

Source: spec journey.md "Referral" and routing.md "One at a time, and many at once".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from kessos_case.referrals.rules.words import State, TakeBackReason, Urgency, Verb


class OfferState(StrEnum):
    """Where an offer stands. Who ended it gives the word: the receiver declines, the clock expires, the office revokes."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WAITING = "waiting"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Followup(StrEnum):
    """What follows when a receiver declines."""

    NEXT_CANDIDATE = "next_candidate"
    ASK_SENDER = "ask_sender"
    PARK = "park"


@dataclass(frozen=True)
class OfferTransition:
    """One line of the offers' machine. Who may use the verb stands in the referral's machine."""

    verb: Verb
    source: OfferState
    target: OfferState


# from, verb, to. `no_show` stands for the last one, which sends the referral on.
OFFER_TRANSITIONS: tuple[OfferTransition, ...] = (
    OfferTransition(Verb.ACCEPT, OfferState.OPEN, OfferState.ACCEPTED),
    OfferTransition(Verb.DECLINE, OfferState.OPEN, OfferState.DECLINED),
    OfferTransition(Verb.WAIT_LIST, OfferState.OPEN, OfferState.WAITING),
    OfferTransition(Verb.EXPIRE, OfferState.OPEN, OfferState.EXPIRED),
    OfferTransition(Verb.REVOKE, OfferState.OPEN, OfferState.REVOKED),
    OfferTransition(Verb.ADMIT, OfferState.WAITING, OfferState.ACCEPTED),
    OfferTransition(Verb.LEAVE_LINE, OfferState.WAITING, OfferState.REVOKED),
    OfferTransition(Verb.HAND_BACK, OfferState.ACCEPTED, OfferState.DECLINED),
    OfferTransition(Verb.TAKE_BACK, OfferState.ACCEPTED, OfferState.REVOKED),
    OfferTransition(Verb.NO_SHOW, OfferState.ACCEPTED, OfferState.REVOKED),
)

LIVE_OFFERS = frozenset({OfferState.OPEN, OfferState.WAITING, OfferState.ACCEPTED})

# How many offers of one referral may be open at a time.
MOST_OPEN: dict[Urgency, int] = {Urgency.EMERGENCY: 3, Urgency.URGENT: 1, Urgency.ROUTINE: 1}


def offer_transition_for(verb: str) -> OfferTransition:
    """The offers' line for this verb. Raises KeyError when the verb is none of an offer."""
    return {line.verb.value: line for line in OFFER_TRANSITIONS}[verb]


def may_answer(state: str, verb: str) -> bool:
    """Does this verb, of those that move an offer, fit an offer in this state? Raises KeyError for another verb."""
    return offer_transition_for(verb).source == state


def answered(offers: Mapping[UUID, OfferState], offer_id: UUID, verb: str) -> dict[UUID, OfferState]:
    """The states of all offers of one referral after this answer to one of them; an acceptance revokes the others.

    Raises ValueError when the offer cannot be answered so.
    """
    line = offer_transition_for(verb)
    if offers[offer_id] != line.source:
        raise ValueError(f"an offer that is {offers[offer_id]} has no {verb}")
    settled = dict(offers) if line.target is not OfferState.ACCEPTED else revoked(offers)
    return settled | {offer_id: line.target}


def revoked(offers: Mapping[UUID, OfferState]) -> dict[UUID, OfferState]:
    """The states of all offers when whatever still lives of them ends: the referral is withdrawn or another accepted."""
    return {offer_id: OfferState.REVOKED if state in LIVE_OFFERS else state for offer_id, state in offers.items()}


def referral_state_of(offers: Iterable[OfferState]) -> State:
    """Where a referral stands by its offers, from routing until it is accepted; met and later are moves of its own."""
    states = set(offers)
    for state, follows in (
        (OfferState.ACCEPTED, State.ACCEPTED),
        (OfferState.OPEN, State.OFFERED),
        (OfferState.WAITING, State.WAITING),
    ):
        if state in states:
            return follows
    return State.ROUTING


def most_open(urgency: str) -> int:
    """How many offers of a referral of this urgency may be open at a time. Raises ValueError for an unknown urgency."""
    return MOST_OPEN[Urgency(urgency)]


def place_in_line(waiting: Iterable[tuple[str, datetime, UUID]]) -> dict[UUID, int]:
    """The place of each waiting offer of one service, from 1 and in that order, by urgency, then time, then id.

    Each is given as (urgency, since when it waits, id).
    """
    urgencies = list(Urgency)
    line = sorted((urgencies.index(Urgency(urgency)), since, offer_id) for urgency, since, offer_id in waiting)
    return {offer_id: place for place, (_, _, offer_id) in enumerate(line, start=1)}


@dataclass(frozen=True)
class NextStep:
    """What the policy lets follow from a declined offer; `days` is how long a parked referral rests, else 0."""

    kind: Followup
    days: int = 0


def next_step(reason: str, policy: Mapping[str, Any], urgency: str) -> NextStep:
    """What follows when a receiver declines for this reason, by [decline] of the policy `routing`.

    An emergency never rests: where others might wait for papers, the next candidate is asked. Raises KeyError when the
    policy does not name the reason.
    """
    entry = policy["decline"][reason]
    kind = Followup(entry["then"])
    if kind is Followup.PARK and urgency == Urgency.EMERGENCY:
        return NextStep(Followup.NEXT_CANDIDATE)
    return NextStep(kind, entry.get("days", 0))


@dataclass(frozen=True)
class Refusal:
    """An offer of this referral that has ended, with its coded reason; `was_accepted` tells a hand-back from a no."""

    organisation_id: UUID
    state: str
    reason: str | None
    ended_on: date
    was_accepted: bool = False


def refused_by(refusals: Iterable[Refusal], policy: Mapping[str, Any], day: date) -> frozenset[UUID]:
    """The organisations that are not asked again for this referral on the day.

    [decline] and [expiry] of the policy may name the days after which they are. Whoever handed the person back, or let him
    lie until the desk took him, is never asked again; what else the office revoked was no refusal.
    """
    return frozenset(refusal.organisation_id for refusal in refusals if _still_counts(refusal, policy, day))


def _still_counts(refusal: Refusal, policy: Mapping[str, Any], day: date) -> bool:
    if refusal.reason == TakeBackReason.RECEIVER_SILENT:
        return True
    if refusal.state not in (OfferState.DECLINED, OfferState.EXPIRED):
        return False
    if refusal.was_accepted:
        return True
    is_late = refusal.state == OfferState.EXPIRED
    entry = policy["expiry"] if is_late else policy["decline"].get(refusal.reason, {})
    again_after = entry.get("again_after_days")
    return again_after is None or day < refusal.ended_on + timedelta(days=again_after)
