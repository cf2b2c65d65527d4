"""What the desk asks a person before his data go to a receiver: what may be told, the answers, what each lets follow.

Source: spec privacy.md (a consent for each disclosure), UU 27/2022 art. 20 (to save a life nobody need be asked).
"""

from collections.abc import Collection
from enum import StrEnum

from kessos_case.referrals.rules.words import Urgency


class Permission(StrEnum):
    """What the person said when he was asked whether receivers may know what is to be told of him."""

    THIS_REFERRAL = "this_referral"
    ANY_RECEIVER = "any_receiver"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"


class AskedBy(StrEnum):
    """Who asked him."""

    DESK = "desk"
    SENDER = "sender"


GIVEN = frozenset({Permission.THIS_REFERRAL, Permission.ANY_RECEIVER})

# Without these nobody can be saved; his name is none of them.
SAVING = ("condition", "place")


def must_ask(disclose: Collection[str], urgency: str, *, is_covered: bool) -> bool:
    """Must the desk say what may be told of the person, and what he answered, before the referral goes on?

    Also where the sender ticked nothing: no receiver could find him. Not where a consent covers any receiver already and
    it is said what for, nor where it is about his life.
    """
    return urgency != Urgency.EMERGENCY and not (disclose and is_covered)


def lacks_consent(disclose: Collection[str], urgency: str, *, is_covered: bool) -> bool:
    """Is something to be told that nothing allows yet? Of somebody who refused nothing is to be told."""
    return bool(disclose) and not is_covered and urgency != Urgency.EMERGENCY


def to_be_told(disclose: Collection[str], urgency: str, permission: str | None) -> list[str]:
    """What receivers may be told once a ground allows it: what was named, in an emergency also what saves him; of somebody
    who refused nothing.
    """
    if permission == Permission.REFUSED:
        return []
    return list(dict.fromkeys([*disclose, *(SAVING if urgency == Urgency.EMERGENCY else ())]))


def waits_for_answer(permission: str | None, urgency: str) -> bool:
    """Does nobody get an offer yet, because the person is to be asked first? The clock of the desk runs meanwhile.

    Only where nothing presses: what an offer tells is frozen, so a name that is allowed an hour later would be missing.
    """
    return permission == Permission.NOT_ASKED and urgency == Urgency.ROUTINE
