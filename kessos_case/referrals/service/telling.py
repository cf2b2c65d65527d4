"""Who is told when a referral moves, and whom that no longer concerns. What the sentences say stands in notices."""

from collections.abc import Iterable
from uuid import UUID

from kessos_case.core.db import Session
from kessos_case.notices.rules import NoticeKind
from kessos_case.notices.service import notify, people_of_desk, people_of_office, people_of_region, settle
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import State, Urgency, Verb

# What nobody need be told any more once the referral has left this state.
_OVER: dict[State, tuple[NoticeKind, ...]] = {
    State.SUBMITTED: (NoticeKind.REPORT_EMERGENCY, NoticeKind.REPORT_UNTRIAGED, NoticeKind.REPORT_ANSWERED),
    State.RETURNED: (NoticeKind.REPORT_RETURNED,),
    State.ROUTING: (NoticeKind.REFERRAL_TO_CHOOSE,),
    State.UNMET: (NoticeKind.REFERRAL_UNMET,),
}
_TO_THE_SENDER: dict[Verb, NoticeKind] = {
    Verb.RETURN: NoticeKind.REPORT_RETURNED,
    Verb.ACCEPT: NoticeKind.REFERRAL_ACCEPTED,
    Verb.ADMIT: NoticeKind.REFERRAL_ACCEPTED,
    Verb.MARK_UNMET: NoticeKind.REFERRAL_UNMET,
    Verb.COMPLETE: NoticeKind.REFERRAL_ENDED,
    Verb.REJECT: NoticeKind.REFERRAL_ENDED,
    Verb.WITHDRAW: NoticeKind.REFERRAL_ENDED,
}
# After these the desk chooses again; after a no, or none in time, the router has asked the next one by itself.
_TO_THE_DESK: dict[Verb, NoticeKind] = {
    Verb.RESUBMIT: NoticeKind.REPORT_ANSWERED,
    Verb.MARK_UNMET: NoticeKind.REFERRAL_UNMET,
    Verb.HAND_BACK: NoticeKind.REFERRAL_TO_CHOOSE,
    Verb.NO_SHOW: NoticeKind.REFERRAL_TO_CHOOSE,
    Verb.LEAVE_LINE: NoticeKind.REFERRAL_TO_CHOOSE,
    Verb.REVOKE: NoticeKind.REFERRAL_TO_CHOOSE,
}


def tell_of_report(session: Session, referral: Referral) -> None:
    """An emergency is heard by everyone who may decide about the place, of the regency and of the province, at once."""
    if referral.urgency == Urgency.EMERGENCY:
        people = people_of_region(session, referral.region_code, "referral", "triage")
        _tell(session, referral, people, NoticeKind.REPORT_EMERGENCY)


def tell_of_move(session: Session, referral: Referral, verb: Verb, before: State, move_id: UUID) -> None:
    """Whom a move concerns: the sender, or the desk whose turn it is. `move_id` tells one return from the next."""
    state = State(referral.state)
    if state is not before and before in _OVER:
        settle(session, [referral.id], *_OVER[before])
    if verb in _TO_THE_SENDER:
        _tell(session, referral, [referral.sender_id], _TO_THE_SENDER[verb], period=move_id.hex)
    if verb in _TO_THE_DESK and state in (State.SUBMITTED, State.ROUTING, State.UNMET):
        _tell(session, referral, _desk(session, referral), _TO_THE_DESK[verb], period=move_id.hex)


def tell_of_climb(session: Session, referral: Referral) -> None:
    """Nobody triaged in time: the desk that has it now."""
    _tell(session, referral, _desk(session, referral), NoticeKind.REPORT_UNTRIAGED)


def tell_of_offer(session: Session, offer: Offer, kind: NoticeKind = NoticeKind.OFFER_MADE) -> None:
    """Those of the receiver who may answer."""
    people = people_of_office(session, offer.organisation_id, "offer", "answer")
    urgent = offer.urgency == Urgency.EMERGENCY
    notify(session, people, kind, subject_kind="offer", subject_id=offer.id, is_urgent=urgent)


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
