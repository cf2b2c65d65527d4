"""Words of what is recorded in an episode beside its stages: conferences, visits, a safe home, the service standard."""

from enum import StrEnum


class ConferencePart(StrEnum):
    """As what somebody took part in a case conference."""

    CHAIR = "chair"
    CASEWORKER = "caseworker"
    SPECIALIST = "specialist"
    PARTNER = "partner"
    CLIENT = "client"
    FAMILY = "family"
    GUARDIAN = "guardian"
    OTHER = "other"


class CallState(StrEnum):
    """Where a planned conference stands."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class GuestAnswer(StrEnum):
    """What a guest of a conference answers."""

    COMES = "comes"
    CANNOT = "cannot"


class LetGoReason(StrEnum):
    """Why a decision of a conference became no step of a plan."""

    DONE_ALREADY = "done_already"
    OWN_WISH = "own_wish"
    NOT_POSSIBLE = "not_possible"
    REPLACED = "replaced"
    MISTAKE = "mistake"


class VisitKind(StrEnum):
    """How somebody tried to see the person."""

    VISIT = "visit"
    CALL = "call"


class VisitOutcome(StrEnum):
    """How the person was found."""

    WELL = "well"
    NEEDS_SUPPORT = "needs_support"
    AT_RISK = "at_risk"


class HomeKind(StrEnum):
    """Who takes the person in."""

    FAMILY = "family"
    FOSTER_FAMILY = "foster_family"
    COMMUNITY = "community"


class HomeEndReason(StrEnum):
    """Why the person does not live there any more."""

    RETURNED_TO_STREET = "returned_to_street"
    UNSAFE = "unsafe"
    FAMILY_REFUSED = "family_refused"
    MOVED = "moved"
    DECEASED = "deceased"
    OTHER = "other"


class TransferState(StrEnum):
    """Where the offer of a case to another UPT stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class TransferAnswerReason(StrEnum):
    """Why a UPT does not take a case over."""

    NO_ROOM = "no_room"
    NOT_OUR_SERVICE = "not_our_service"
    TOO_FAR = "too_far"
    SAFETY = "safety"
    OTHER = "other"


class SpmType(StrEnum):
    """The groups of the minimum service standard (PP 2/2018 art. 10)."""

    NEGLECTED_DISABLED = "neglected_disabled"
    NEGLECTED_CHILDREN = "neglected_children"
    NEGLECTED_ELDERLY = "neglected_elderly"
    HOMELESS_BEGGARS = "homeless_beggars"
    DISASTER_VICTIMS = "disaster_victims"


class SpmLevel(StrEnum):
    """Whose duty the standard is: the province's inside homes, the regency's outside (PP 2/2018)."""

    PROVINCE = "province"
    REGENCY = "regency"
