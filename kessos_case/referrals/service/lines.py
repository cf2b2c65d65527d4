"""Places and lines: what an ended offer gives back, and who in line gets it. Acts as the program, under the referral's lock."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Conflict
from kessos_case.partners.service import note_room, release, reserve, take, wait_in_turn
from kessos_case.referrals import queries
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import OfferState, Urgency
from kessos_case.referrals.service.clocks import due
from kessos_case.referrals.service.journal import run_until
from kessos_case.referrals.service.offer_cards import line_of


def give_back(session: Session, ended: Iterable[tuple[Offer, OfferState]]) -> None:
    """Free the places of these offers, each with its state before it ended, and let the first in line have them.

    In the order of the periods: two that free the same places at once must not wait for each other.
    """
    held = [(offer.capacity_id, before, offer.service_id) for offer, before in ended if offer.capacity_id]
    for capacity_id, before, _service_id in sorted(held):
        release(session, capacity_id, reserved=before is not OfferState.ACCEPTED)
    fill_lines(session, {service_id for _, _, service_id in held})
    if held:
        note_room(session)


def in_turn(session: Session, offers: Iterable[Offer]) -> None:
    """Lock the places of these offers, held or still to be held, in the one order in which everybody locks several."""
    found = list(offers)
    held = {offer.capacity_id for offer in found if offer.capacity_id}
    unheld = {offer.service_id for offer in found if offer.capacity_id is None}
    wait_in_turn(session, held, unheld, office_day(session.now))


def occupy(session: Session, offer: Offer) -> None:
    """Turn the held place of an accepted offer into one that is taken; where none was held, one that is free now.

    Raises Conflict `capacity_full` when there is none.
    """
    if offer.capacity_id is None:
        # Whoever is admitted from the line has been found the first in it.
        is_in_line = offer.state == OfferState.WAITING
        day = office_day(session.now)
        offer.capacity_id = (
            reserve(session, offer.service_id, day)
            if is_in_line
            else hold_place(session, offer.service_id, offer.urgency)
        )
    take(session, offer.capacity_id)


def hold_place(session: Session, service_id: UUID, urgency: str) -> UUID:
    """A place for somebody who does not stand in line. Raises Conflict `capacity_full`.

    What has become free since the line was looked at belongs to those in it who do not press less than he does.
    """
    ahead = [offer for offer in _in_order(session, service_id) if _presses(offer.urgency) <= _presses(urgency)]
    if ahead:
        fill_lines(session, [service_id])
    return reserve(session, service_id, office_day(session.now))


def _presses(urgency: str) -> int:
    return list(Urgency).index(Urgency(urgency))


def fill_lines(session: Session, service_ids: Iterable[UUID]) -> int:
    """Hold a free place of each of these services for the first in line, as often as there is one; returns how many.

    A referral that somebody else holds at this moment is left for the next round of the clock.
    """
    filled = 0
    for service_id in sorted(service_ids):
        for offer in _in_order(session, service_id):
            if not _hold(session, offer):
                break
            filled += 1
    session.flush()
    return filled


def people_in_line(session: Session, service_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many people wait for a place of each of these services.

    Counted as the program, and for whoever may know it: a number tells nothing of anybody, half of one would mislead.
    """
    with as_system(session, "lines"):
        return {row[0]: row[1] for row in session.execute(queries.line_lengths(service_ids))}


def is_next(session: Session, offer: Offer) -> bool:
    """May this person be admitted now: is a place held for him, or is he the first of those who have none?"""
    return offer.capacity_id is not None or offer.id == next(iter(_in_order(session, offer.service_id))).id


def _in_order(session: Session, service_id: UUID) -> list[Offer]:
    waiting = session.scalars(queries.waiting([service_id])).all()
    places = line_of(waiting)
    return sorted((offer for offer in waiting if offer.capacity_id is None), key=lambda offer: places[offer.id])


def _hold(session: Session, offer: Offer) -> bool:
    referral = session.scalar(
        sa.select(Referral)
        .where(Referral.id == offer.referral_id)
        .with_for_update(of=Referral, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if referral is None:
        return False
    session.refresh(offer)
    if offer.state != OfferState.WAITING or offer.capacity_id is not None:
        return False
    try:
        offer.capacity_id = reserve(session, offer.service_id, office_day(session.now))
    except Conflict:
        return False
    # The receiver has as long to admit as it would have to answer.
    ends = due(session.now, "offer", referral.urgency)
    run_until(session, referral, min(referral.due_at or ends, ends))
    session.flush()
    record(session, "hold_place", "offer", offer.id, clients=[offer.client_id])
    return True
