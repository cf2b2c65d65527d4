"""Who is told of each move of a referral, as one table of data. What the notices say stands in notices/wording.py.

The receiver hears that he is asked, and that what he was asked or took is over without his doing (`OVER_FOR_THE_RECEIVER`).
"""

from kessos_case.notices.rules import NoticeKind
from kessos_case.referrals.rules.offers import OfferState
from kessos_case.referrals.rules.words import Party, State, Verb

_S, _D, _R = Party.SENDER, Party.DESK, Party.RECEIVER

# Verb: who hears it, and as what. Whoever makes the move himself is not told. A desk hears it only where its turn has come.
# A no, or none in time, is told to nobody: the next one has been asked by then, or what followed from it is told.
TOLD: dict[Verb, dict[Party, NoticeKind]] = {
    # An emergency is told to every desk of the place as it comes in; the others stand in the desk's list.
    Verb.SUBMIT: {},
    Verb.RETURN: {_S: NoticeKind.REPORT_RETURNED},
    Verb.RESUBMIT: {_D: NoticeKind.REPORT_ANSWERED},
    Verb.TRIAGE: {},
    Verb.REJECT: {_S: NoticeKind.REFERRAL_REJECTED},
    Verb.OFFER: {_R: NoticeKind.OFFER_MADE},
    Verb.ACCEPT: {_S: NoticeKind.REFERRAL_ACCEPTED},
    Verb.DECLINE: {},
    Verb.WAIT_LIST: {_S: NoticeKind.REFERRAL_IN_LINE},
    Verb.EXPIRE: {_R: NoticeKind.OFFER_OVER},
    Verb.REVOKE: {_D: NoticeKind.REFERRAL_TO_CHOOSE, _R: NoticeKind.OFFER_OVER},
    Verb.MEET: {_S: NoticeKind.REFERRAL_MET},
    Verb.NO_SHOW: {_S: NoticeKind.REFERRAL_MISSED, _D: NoticeKind.REFERRAL_TO_CHOOSE},
    Verb.COMPLETE: {_S: NoticeKind.REFERRAL_ENDED},
    Verb.HAND_BACK: {_S: NoticeKind.REFERRAL_HANDED_BACK, _D: NoticeKind.REFERRAL_TO_CHOOSE},
    # The next one is asked at once; where there is none, that is told.
    Verb.TAKE_BACK: {_S: NoticeKind.REFERRAL_HANDED_BACK, _R: NoticeKind.OFFER_OVER},
    Verb.ADMIT: {_S: NoticeKind.REFERRAL_ACCEPTED},
    Verb.LEAVE_LINE: {_D: NoticeKind.REFERRAL_TO_CHOOSE, _R: NoticeKind.OFFER_OVER},
    Verb.MARK_UNMET: {_S: NoticeKind.REFERRAL_UNMET, _D: NoticeKind.REFERRAL_UNMET},
    Verb.RETRY: {},
    Verb.WITHDRAW: {_S: NoticeKind.REFERRAL_ENDED, _R: NoticeKind.OFFER_OVER},
}

# What nobody need be told any more once the referral has left this state.
SETTLED_AFTER: dict[State, tuple[NoticeKind, ...]] = {
    State.SUBMITTED: (NoticeKind.REPORT_EMERGENCY, NoticeKind.REPORT_UNTRIAGED, NoticeKind.REPORT_ANSWERED),
    State.RETURNED: (NoticeKind.REPORT_RETURNED,),
    State.ROUTING: (NoticeKind.REFERRAL_TO_CHOOSE,),
    State.WAITING: (NoticeKind.REFERRAL_IN_LINE,),
    State.ACCEPTED: (NoticeKind.REFERRAL_MISSED,),
    State.UNMET: (NoticeKind.REFERRAL_UNMET,),
}

# When the desk has something to do about it.
DESKS_TURN = frozenset({State.SUBMITTED, State.ROUTING, State.UNMET})


def is_over_for_receiver(before: OfferState, after: OfferState, verb: str) -> bool:
    """Has an offer ended that its receiver had, and not by his own doing? Then he is to stop preparing for the person.

    A person who missed the last meeting is gone by what the receiver himself wrote down.
    """
    had_it = before in (OfferState.OPEN, OfferState.WAITING, OfferState.ACCEPTED)
    return had_it and after in (OfferState.REVOKED, OfferState.EXPIRED) and verb != Verb.NO_SHOW
