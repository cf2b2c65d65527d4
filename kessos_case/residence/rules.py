"""Words and questions of the house of a UPT: places, stays, the waiting list, shifts. Values in, values out."""

from enum import StrEnum


class WardSex(StrEnum):
    """Who may sleep in a ward: men, women, or both where families and small children live."""

    MALE = "L"
    FEMALE = "P"
    ANY = "any"


class StayEventKind(StrEnum):
    """What happened in a stay. LEFT and RETURNED: away for some days, the bed is kept."""

    ADMITTED = "admitted"
    MOVED = "moved"
    REVIEWED = "reviewed"
    LEFT = "left"
    RETURNED = "returned"
    DISCHARGED = "discharged"


class DischargeReason(StrEnum):
    """Why a stay ended."""

    PROGRAMME_DONE = "programme_done"
    FAMILY = "family"
    WORK = "work"
    OWN_WISH = "own_wish"
    ABSCONDED = "absconded"
    HOSPITAL = "hospital"
    OTHER_UPT = "other_upt"
    RULES = "rules"
    CASE_CLOSED = "case_closed"
    DECEASED = "deceased"


class BedWaitState(StrEnum):
    """Where a person in the line for a bed stands."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    LEFT = "left"


class LeaveLineReason(StrEnum):
    """Why somebody left the line without a bed."""

    OWN_WISH = "own_wish"
    OTHER_PLACE = "other_place"
    NOT_NEEDED = "not_needed"
    CASE_CLOSED = "case_closed"
    DECEASED = "deceased"


class Shift(StrEnum):
    """The three watches of a day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    NIGHT = "night"


class ShiftEntryKind(StrEnum):
    """What a line of the shift log tells."""

    ROUTINE = "routine"
    HEALTH = "health"
    BEHAVIOUR = "behaviour"
    INCIDENT = "incident"
    VISITOR = "visitor"
    HANDOVER = "handover"
