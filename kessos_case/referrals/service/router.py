"""The router: asks the best candidates, goes on after a no, and knows when nobody can help. Acts as the program."""

from datetime import timedelta
from typing import Any

from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict
from kessos_case.core.policies import policy
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import Followup, OfferState, State, Verb, most_open, next_step
from kessos_case.referrals.service.candidates import ranked
from kessos_case.referrals.service.journal import reset_clock, write_move
from kessos_case.referrals.service.offers import all_offers, propose


def at_once(referral: Referral) -> int:
    """How many candidates the policy lets the router ask by itself as soon as the need is clear; 0 leaves it to the desk.

    So it is, whatever the policy says, while the person is first to be asked what may be told of him.
    """
    if referral.waits_for_permission:
        return 0
    count: int = policy("routing").content["automatic"][referral.urgency]
    return min(count, most_open(referral.urgency))


def route(session: Session, referral: Referral, most: int) -> list[Offer]:
    """Ask the best candidates until `most` offers are open; without any candidate the need is unmet.

    Does nothing for a referral that is not on its way to a receiver.
    """
    made: list[Offer] = []
    if most < 1 or referral.state not in (State.ROUTING, State.OFFERED):
        return made
    ranking = ranked(session, referral)
    asked = sum(offer.state == OfferState.OPEN for offer in all_offers(session, referral.id))
    for candidate in ranking.askable:
        if asked + len(made) >= most:
            break
        try:
            made.append(propose(session, referral, ranking, candidate))
        except Conflict as error:
            # Somebody was faster to the last place; the next candidate is as good as there is.
            if error.code != "capacity_full":
                raise
    if referral.state == State.ROUTING:
        referral.parked_until = None
        write_move(session, referral, Verb.MARK_UNMET, State.UNMET, by_clock=True)
    return made


def go_on(session: Session, referral: Referral) -> None:
    """The next candidate after an offer that came to nothing. Of an emergency as many are asked again as may be at once, while
    others still think; one who stands in line is offered to nobody else.
    """
    if referral.state == State.ROUTING or (referral.state == State.OFFERED and at_once(referral) > 1):
        route(session, referral, max(1, at_once(referral)))


def after_decline(session: Session, referral: Referral, reason: str) -> None:
    """What the policy lets follow from this no: the next candidate, or once nobody else is asked any more a question to the
    sender, or rest until a day.
    """
    terms: dict[str, Any] = policy("routing").content
    step = next_step(reason, terms, referral.urgency)
    if step.kind is Followup.NEXT_CANDIDATE:
        go_on(session, referral)
    elif referral.state != State.ROUTING:
        return
    elif step.kind is Followup.ASK_SENDER:
        question = terms["decline"][reason]["question"]
        write_move(session, referral, Verb.RETURN, State.RETURNED, note=question, by_clock=True)
    else:
        park(session, referral, step.days)


def park(session: Session, referral: Referral, days: int) -> None:
    """Let the referral rest with the desk for so many days; the clock goes on then."""
    referral.parked_until = office_day(session.now) + timedelta(days=days)
    reset_clock(session, referral)
