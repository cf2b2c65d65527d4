"""When a receiver that accepted a person has let him lie so long that the desk may take him back, read from the ladder; and
when the desk may answer its question itself.
"""

from datetime import datetime

from kessos_case.core.db import Session
from kessos_case.referrals.models import Referral
from kessos_case.referrals.rules import CLOCK_OF, Missing, State, turns_before_taking
from kessos_case.referrals.service.clocks import due


def silent_from(referral: Referral) -> datetime | None:
    """From when the desk may take the person back; None where no receiver has him.

    Of a turn that has not come the time is worked out by the clock of the state, as `chase` will set it.
    """
    turns = turns_before_taking(referral.state, referral.chased)
    if turns is None:
        return None
    moment = referral.due_at if turns < 0 else referral.chase_at
    for _turn in range(turns):
        assert moment is not None
        moment = due(moment, CLOCK_OF[State(referral.state)], referral.urgency)
    return moment


def is_silent(session: Session, referral: Referral) -> bool:
    """May the desk take the person back by now?"""
    moment = silent_from(referral)
    return moment is not None and moment <= session.now


def time_left(session: Session, referral: Referral) -> list[Missing]:
    """What stands against it while the receiver still has time."""
    moment = silent_from(referral)
    if moment is None or moment <= session.now:
        return []
    return [Missing("not_silent_yet", f"The receiver has until {moment.isoformat(timespec='minutes')}.")]


def senders_time(session: Session, referral: Referral) -> list[Missing]:
    """What stands against an answer by the desk while the sender still has time for his."""
    if referral.state != State.RETURNED or referral.due_at is None or referral.due_at <= session.now:
        return []
    return [Missing("sender_has_time", f"The sender has until {referral.due_at.isoformat(timespec='minutes')}.")]
