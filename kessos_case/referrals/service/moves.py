"""Every move of a referral by people after it was sent: asked of the machine, made, and shown to who made it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import NotFound
from kessos_case.core.policies import policy
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import (
    Missing,
    OfferState,
    State,
    Verb,
    may_answer,
    state_after_no_show,
    transition_for,
)
from kessos_case.referrals.service.answers import Acceptance, take_person
from kessos_case.referrals.service.cards import ReferralCard, card
from kessos_case.referrals.service.ends import finish, hand_back_person
from kessos_case.referrals.service.guards import not_before_report, not_in_future, refuse, require
from kessos_case.referrals.service.journal import write_move
from kessos_case.referrals.service.offers import all_offers, answer
from kessos_case.referrals.service.programs import tell_programs
from kessos_case.referrals.service.router import go_on
from kessos_case.referrals.service.sight import Sight, sight_of
from kessos_case.referrals.service.silence import senders_time, time_left
from kessos_case.referrals.service.submission import referral_for
from kessos_case.referrals.service.triage import triage
from kessos_case.webhooks.rules import Event

Said = dict[str, Any]


def move_referral(session: Session, referral_id: UUID, *, verb: str, **said: Any) -> ReferralCard:
    """Make one of `MOVES`. `said` is what the request gives: reason, note, and what the verb asks for beside them.

    Raises Forbidden when the verb is for somebody else, RuleBroken with all that is missing.
    """
    referral = referral_for(session, referral_id, lock=True)
    sight = sight_of(session, referral)
    MOVES[Verb(verb)](session, referral, sight, {"reason": None, "note": None, **said, "verb": Verb(verb)})
    session.flush()
    return card(session, referral, sight=_after(session, referral, sight))


def _after(session: Session, referral: Referral, before: Sight) -> Sight:
    """How the actor looks at it now. A receiver who has ended its part is shown that, once, as it was told before."""
    now = sight_of(session, referral)
    if now.sees_whole or now.own_offers:
        return now
    return replace(now, own_offers=before.own_offers)


def _plain(session: Session, referral: Referral, sight: Sight, said: Said) -> None:
    """Return and resubmit: between desk and sender."""
    verb, note = said["verb"], said["note"]
    more = senders_time(session, referral) if verb is Verb.RESUBMIT and not sight.is_sender else []
    require(session, referral, verb, sight, text=note, reason=said["reason"], more=more)
    write_move(session, referral, verb, transition_for(verb).target, note=note)


def _end(session: Session, referral: Referral, sight: Sight, said: Said) -> None:
    """Reject and withdraw: whatever lives of the referral ends with it."""
    verb, reason = said["verb"], said["reason"]
    require(session, referral, verb, sight, text=said["note"], reason=reason)
    with as_system(session, "referrals"):
        finish(session, referral, verb, reason=reason, note=said["note"])


def _retry(session: Session, referral: Referral, sight: Sight, said: Said) -> None:
    require(session, referral, Verb.RETRY, sight)
    with as_system(session, "referrals"):
        write_move(session, referral, Verb.RETRY, State.ROUTING, note=said["note"])
        go_on(session, referral)


def _admit(session: Session, referral: Referral, sight: Sight, said: Said) -> None:
    require(session, referral, Verb.ADMIT, sight)
    take_person(session, referral, _one(sight.own_offers, Verb.ADMIT, said), Acceptance.of(said))


def _end_asking(session: Session, referral: Referral, sight: Sight, said: Said) -> None:
    """Revoke an open offer (the desk), or leave a line (the desk or the sender); the desk then chooses again."""
    verb = said["verb"]
    require(session, referral, verb, sight)
    offer = _one(sight.offers, verb, said)
    with as_system(session, "referrals"):
        answer(session, referral, offer, verb, note=said["note"] or said["reason"])


def _meet(session: Session, referral: Referral, sight: Sight, said: Said) -> None:
    happened_at = said.get("happened_at")
    require(session, referral, Verb.MEET, sight, given={"happened_at"} if happened_at else ())
    not_in_future(session, happened_at, "happened_at")
    not_before_report(referral, happened_at, "happened_at")
    with as_system(session, "referrals"):
        referral.met_at = happened_at
        offers = all_offers(session, referral.id)
        write_move(session, referral, Verb.MEET, State.MET, offers=offers, note=said["note"], happened_at=happened_at)
        for offer in offers:
            if offer.state == OfferState.ACCEPTED:
                tell_programs(session, offer, Event.OFFER_MET)


def _no_show(session: Session, referral: Referral, sight: Sight, said: Said) -> None:
    require(session, referral, Verb.NO_SHOW, sight)
    offer = _one(sight.own_offers, Verb.NO_SHOW, said)
    with as_system(session, "referrals"):
        referral.no_shows += 1
        most = policy("routing").content["no_show"]["attempts"]
        if state_after_no_show(referral.no_shows, most) is State.ROUTING:
            hand_back_person(session, referral, offer, Verb.NO_SHOW, note=said["note"])
        else:
            offers = all_offers(session, referral.id)
            write_move(session, referral, Verb.NO_SHOW, State.ACCEPTED, offers=offers, note=said["note"])


def _hand_back(session: Session, referral: Referral, sight: Sight, said: Said) -> None:
    require(session, referral, Verb.HAND_BACK, sight, reason=said["reason"])
    offer = _one(sight.own_offers, Verb.HAND_BACK, said)
    with as_system(session, "referrals"):
        hand_back_person(session, referral, offer, Verb.HAND_BACK, reason=said["reason"], note=said["note"])


def _take_back(session: Session, referral: Referral, sight: Sight, said: Said) -> None:
    """From a receiver that is silent: the next one is asked at once."""
    verb, reason, note = said["verb"], said["reason"], said["note"]
    require(session, referral, verb, sight, text=note, reason=reason, more=time_left(session, referral))
    offer = _one(sight.offers, verb, said)
    with as_system(session, "referrals"):
        hand_back_person(session, referral, offer, verb, reason=reason, note=note)
        go_on(session, referral)


def _complete(session: Session, referral: Referral, sight: Sight, said: Said) -> None:
    require(session, referral, Verb.COMPLETE, sight, reason=said["reason"])
    if sight.own(OfferState.ACCEPTED) is None:
        refuse(Verb.COMPLETE, [Missing("wrong_state", "Your organisation has not accepted the person.")])
    with as_system(session, "referrals"):
        finish(session, referral, Verb.COMPLETE, reason=said["reason"], note=said["note"])


def _one(offers: tuple[Offer, ...], verb: Verb, said: Said) -> Offer:
    """The offer that the verb means: the one that is named, else the one that fits.

    Raises NotFound for one that is not there, RuleBroken when none fits or when several do and none is named.
    """
    named = said.get("offer_id")
    found = [offer for offer in offers if named is None or offer.id == named]
    if named is not None and not found:
        raise NotFound("There is no such offer.")
    fitting = [offer for offer in found if may_answer(offer.state, verb)]
    if not fitting:
        refuse(verb, [Missing("wrong_state", "No offer can be answered so now.")])
    if len(fitting) > 1:
        refuse(verb, [Missing("offer_missing", "Say which offer is meant.", "offer_id")])
    return fitting[0]


MOVES: dict[Verb, Callable[[Session, Referral, Sight, Said], None]] = {
    Verb.RETURN: _plain,
    Verb.RESUBMIT: _plain,
    Verb.TRIAGE: triage,
    Verb.REJECT: _end,
    Verb.WITHDRAW: _end,
    Verb.RETRY: _retry,
    Verb.ADMIT: _admit,
    Verb.REVOKE: _end_asking,
    Verb.LEAVE_LINE: _end_asking,
    Verb.MEET: _meet,
    Verb.NO_SHOW: _no_show,
    Verb.HAND_BACK: _hand_back,
    Verb.TAKE_BACK: _take_back,
    Verb.COMPLETE: _complete,
}
