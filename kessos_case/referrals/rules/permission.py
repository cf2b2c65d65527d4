"""What the desk asks a person before his data go to a receiver: the answers, and what each lets follow.

Source: spec privacy.md (a consent for each disclosure), UU 27/2022 art. 20 (to save a life nobody need be asked).
"""

from collections.abc import Collection
from enum import StrEnum

from kessos_case.referrals.rules.words import Urgency


class Permission(StrEnum):
    """What the person said when he was asked whether receivers may know what the report names."""

    THIS_REFERRAL = "this_referral"
    ANY_RECEIVER = "any_receiver"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"


class AskedBy(StrEnum):
    """Who asked him."""

    DESK = "desk"
    SENDER = "sender"


GIVEN = frozenset({Permission.THIS_REFERRAL, Permission.ANY_RECEIVER})


def must_ask(disclose: Collection[str], urgency: str, *, is_covered: bool) -> bool:
    """Must the desk say what the person answered before the referral goes on?

    Not where nothing of him is to be told, where a consent covers any receiver already, or where it is about his life.
    """
    return bool(disclose) and not is_covered and urgency != Urgency.EMERGENCY


def waits_for_answer(permission: str | None, urgency: str) -> bool:
    """Does nobody get an offer yet, because the person is to be asked first? The clock of the desk runs meanwhile.

    Only where nothing presses: what an offer tells is frozen, so a name that is allowed an hour later would be missing.
    """
    return permission == Permission.NOT_ASKED and urgency == Urgency.ROUTINE
