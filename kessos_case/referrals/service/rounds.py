"""The rounds of the clock: reminders, what ran out, what has rested, what nobody could take. Done twice it changes nothing.

Each round takes what no request holds at this moment; the rest waits for the next. One that cannot be moved is left with
a line in the log and holds up nobody else.
"""

from collections.abc import Callable

import sqlalchemy as sa

from kessos_case.access.service import desk_of, record
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.jobs import Job
from kessos_case.notices.rules import NoticeKind
from kessos_case.referrals import queries
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import OfferState, Verb, most_open
from kessos_case.referrals.service.apart import apart, give_way
from kessos_case.referrals.service.journal import give_to, reset_clock
from kessos_case.referrals.service.late import chase
from kessos_case.referrals.service.lines import fill_lines, in_turn
from kessos_case.referrals.service.offers import all_offers, answer
from kessos_case.referrals.service.programs import tell_programs
from kessos_case.referrals.service.reach import open_reach
from kessos_case.referrals.service.router import go_on, route
from kessos_case.referrals.service.telling import tell_of_climb, tell_of_offer
from kessos_case.webhooks.rules import Event

# What one round takes of each kind; the next one begins where it ended.
A_ROUND = 200


def run_clocks(session: Session, _job: Job | None = None) -> None:
    """Move on whatever has waited for its time: every minute, and with the night; as the program."""
    now, day = session.now, office_day(session.now)
    give_way(session)
    _each(session, queries.to_remind(now), _remind)
    _each(session, queries.with_expired_offers(now), _expire)
    _each(session, queries.untriaged(now), _climb)
    _each(session, queries.rested(day), _wake)
    _each(session, queries.unchosen(now), _ask)
    # Last, so that nobody is asked about what has just moved on by itself.
    _each(session, queries.to_chase(now), chase)
    for service_id in session.scalars(queries.lines_with_room(day)).all():
        with apart(session, "line_held_up"):
            fill_lines(session, [service_id])


def _each(session: Session, select: sa.Select[Referral], handle: Callable[[Session, Referral], None]) -> None:
    """Under the lock of the referral, as every move is: nobody waits here for an answer that waits for this round."""
    taken = select.limit(A_ROUND).with_for_update(of=Referral, skip_locked=True)
    for referral in session.scalars(taken.execution_options(populate_existing=True)).all():
        with apart(session, "clock_held_up", step=handle.__name__, referral_id=str(referral.id)):
            handle(session, referral)


def _remind(session: Session, referral: Referral) -> None:
    for offer in all_offers(session, referral.id):
        if offer.state == OfferState.OPEN and offer.reminded_at is None and offer.remind_at <= session.now:
            _remind_of(session, offer)


def _remind_of(session: Session, offer: Offer) -> None:
    offer.reminded_at = session.now
    session.flush()
    record(session, "remind", "offer", offer.id, clients=[offer.client_id])
    tell_of_offer(session, offer, NoticeKind.OFFER_REMINDER)
    tell_programs(session, offer, Event.OFFER_REMINDED)


def _expire(session: Session, referral: Referral) -> None:
    """Every offer that ran out goes; counted against its receiver; the next candidate is asked."""
    late = [
        offer
        for offer in all_offers(session, referral.id)
        if offer.state == OfferState.OPEN and offer.expires_at <= session.now
    ]
    in_turn(session, late)
    for offer in late:
        answer(session, referral, offer, Verb.EXPIRE, by_clock=True)
    go_on(session, referral)


def _climb(session: Session, referral: Referral) -> None:
    """Nobody triaged in time: the province has it too, with the time from the start. Higher there is nobody."""
    province = desk_of(session, referral.region_code[:2])
    if province is None or province.id == referral.owner_organisation_id:
        return
    give_to(session, referral, province)
    reset_clock(session, referral)
    if referral.client_id:
        open_reach(session, referral.client_id, [province.id])
    clients = [referral.client_id] if referral.client_id else []
    record(session, "climb", "referral", referral.id, clients=clients, organisation_id=str(province.id))
    tell_of_climb(session, referral)


def _wake(session: Session, referral: Referral) -> None:
    referral.parked_until = None
    go_on(session, referral)


def _ask(session: Session, referral: Referral) -> None:
    """The desk did not choose in time, so the router asks as many as may be asked."""
    route(session, referral, most_open(referral.urgency))
