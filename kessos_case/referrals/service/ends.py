"""How a referral ends, and how a receiver gives a person back: offers, places, reach, tasks and the step of the plan."""

from uuid import UUID

import sqlalchemy as sa

from kessos_case.cases.service import close_step
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Forbidden
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import OPEN_STATES, CompleteOutcome, OfferState, Verb, transition_for
from kessos_case.referrals.service.guards import require
from kessos_case.referrals.service.journal import write_move
from kessos_case.referrals.service.offers import all_offers, answer, end_all
from kessos_case.referrals.service.programs import tell_programs
from kessos_case.referrals.service.reach import end_reach, end_receivers_reach
from kessos_case.referrals.service.sight import Sight, sight_of
from kessos_case.referrals.service.submission import referral_for
from kessos_case.tasks.rules import TaskReason
from kessos_case.tasks.service import settle_tasks
from kessos_case.webhooks.rules import Event


def finish(session: Session, referral: Referral, verb: Verb, *, reason: str | None, note: str | None = None) -> None:
    """Reject, withdraw or complete a referral that this transaction has locked. Acts as the program.

    What lives of it ends: offers and their places, reach that stood on it, tasks about it. The step of a plan that it
    carried out is done when the person was served, else open again.
    """
    if verb is Verb.COMPLETE:
        referral.outcome = reason
    serving = [offer for offer in all_offers(session, referral.id) if offer.state == OfferState.ACCEPTED]
    offers = end_all(session, referral)
    write_move(session, referral, verb, transition_for(verb).target, offers=offers, reason=reason, note=note)
    for offer in serving:
        if verb is Verb.COMPLETE:
            tell_programs(session, offer, Event.OFFER_COMPLETED)
        end_receivers_reach(session, offer.client_id, offer.organisation_id)
    end_reach(session, referral)
    settle_tasks(session, [referral.id], cancelled_because=TaskReason.NOT_NEEDED)
    served = referral.outcome == CompleteOutcome.SERVED
    close_step(session, "referral", referral.id, done=served, reason=None if served else reason)


def hand_back_person(
    session: Session,
    referral: Referral,
    offer: Offer,
    verb: Verb,
    *,
    reason: str | None = None,
    note: str | None = None,
) -> None:
    """A receiver gives back whom it accepted, has waited in vain, or the desk takes him from it. Acts as the program."""
    answer(session, referral, offer, verb, reason=reason, note=note)
    referral.met_at = None
    end_receivers_reach(session, offer.client_id, offer.organisation_id)
    settle_tasks(session, [referral.id], cancelled_because=TaskReason.NOT_NEEDED)


def open_referrals(session: Session, client_id: UUID) -> list[Referral]:
    """What is asked for a person and has not ended, oldest first, as far as the actor sees it; for guards."""
    return list(session.scalars(_of_person(client_id).where(Referral.state.in_(sorted(OPEN_STATES)))))


def referrals_of(session: Session, client_id: UUID) -> list[Referral]:
    """All that was ever asked for a person, oldest first, as far as the actor sees it."""
    return list(session.scalars(_of_person(client_id)))


def _of_person(client_id: UUID) -> sa.Select[Referral]:
    return sa.select(Referral).where(Referral.client_id == client_id).order_by(Referral.submitted_at, Referral.id)


def accepted_offer(session: Session, referral_id: UUID, client_id: UUID, organisation_id: UUID) -> Offer | None:
    """The offer by which this organisation has accepted this referral of this person and not given it back."""
    return session.scalar(
        sa.select(Offer).where(
            Offer.referral_id == referral_id,
            Offer.client_id == client_id,
            Offer.organisation_id == organisation_id,
            Offer.state == OfferState.ACCEPTED,
        )
    )


def withdraw_referral(session: Session, referral_id: UUID, *, reason: str) -> Referral:
    """Take back a referral, for whoever settles what is open about a person: its sender's office, a desk, the program.

    Raises NotFound beyond reach, Forbidden for a receiver, RuleBroken when it has ended or the reason is none.
    """
    referral = referral_for(session, referral_id)
    if session.actor.system is None and not sight_of(session, referral).sees_whole:
        raise Forbidden("Only the office that sent it or the desk may withdraw this referral.")
    with as_system(session, "referrals"):
        # The office of a sender may settle what it cannot lock itself.
        locked = referral_for(session, referral_id, lock=True)
        require(session, locked, Verb.WITHDRAW, Sight(is_sender=True), reason=reason)
        finish(session, locked, Verb.WITHDRAW, reason=reason)
    return locked
