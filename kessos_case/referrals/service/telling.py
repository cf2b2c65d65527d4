"""Who is told when a referral moves, and whom that no longer concerns. What the sentences say stands in notices."""

from collections.abc import Iterable
from uuid import UUID

from kessos_case.core.db import Session
from kessos_case.notices.rules import NoticeKind
from kessos_case.notices.service import notify, people_of_desk, people_of_office, people_of_region, settle
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import DESKS_TURN, SETTLED_AFTER, TOLD, Party, State, Urgency, Verb


def tell_of_report(session: Session, referral: Referral) -> None:
    """An emergency is heard by everyone who may decide about the place, of the regency and of the province, at once."""
    if referral.urgency == Urgency.EMERGENCY:
        people = people_of_region(session, referral.region_code, "referral", "triage")
        _tell(session, referral, people, NoticeKind.REPORT_EMERGENCY)


def tell_of_move(session: Session, referral: Referral, verb: Verb, before: State, move_id: UUID) -> None:
    """Whom a move concerns: the sender, or the desk whose turn it is. `move_id` tells one return from the next."""
    state = State(referral.state)
    if state is not before and before in SETTLED_AFTER:
        settle(session, [referral.id], *SETTLED_AFTER[before])
    told = TOLD[verb]
    if Party.SENDER in told:
        _tell(session, referral, [referral.sender_id], told[Party.SENDER], period=move_id.hex)
    if Party.DESK in told and state in DESKS_TURN:
        _tell(session, referral, _desk(session, referral), told[Party.DESK], period=move_id.hex)


def tell_of_climb(session: Session, referral: Referral) -> None:
    """Nobody triaged in time: the desk that has it now."""
    _tell(session, referral, _desk(session, referral), NoticeKind.REPORT_UNTRIAGED)


def tell_of_late(session: Session, referral: Referral, people: Iterable[UUID], *, period: str) -> None:
    """Its time is over: whoever is to see after it now."""
    _tell(session, referral, people, NoticeKind.REFERRAL_LATE, period=period)


def late_no_more(session: Session, referral: Referral) -> None:
    """It goes on, or has new time."""
    settle(session, [referral.id], NoticeKind.REFERRAL_LATE)


def tell_of_offer(session: Session, offer: Offer, kind: NoticeKind = NoticeKind.OFFER_MADE) -> None:
    """Those of the receiver who may answer."""
    people = people_of_office(session, offer.organisation_id, "offer", "answer")
    urgent = offer.urgency == Urgency.EMERGENCY
    notify(session, people, kind, subject_kind="offer", subject_id=offer.id, is_urgent=urgent)


def tell_of_end(session: Session, offers: Iterable[Offer]) -> None:
    """What these were asked, or took, is over without their doing: they are not to prepare for the person any more."""
    for offer in offers:
        tell_of_offer(session, offer, NoticeKind.OFFER_OVER)


def offers_answered(session: Session, offers: Iterable[Offer]) -> None:
    """What was asked by these is answered or taken back."""
    settle(session, [offer.id for offer in offers], NoticeKind.OFFER_MADE, NoticeKind.OFFER_REMINDER)


def _desk(session: Session, referral: Referral) -> Iterable[UUID]:
    """Who decides about the place in the office that has the referral; where nobody of it does, whoever may."""
    office, place = referral.owner_organisation_id, referral.region_code
    found = people_of_desk(session, office, place, "referral", "triage") if office else ()
    return found or people_of_region(session, place, "referral", "triage")


def _tell(session: Session, referral: Referral, people: Iterable[UUID], kind: NoticeKind, *, period: str = "") -> None:
    urgent = referral.urgency == Urgency.EMERGENCY
    notify(session, people, kind, subject_kind="referral", subject_id=referral.id, period=period, is_urgent=urgent)
