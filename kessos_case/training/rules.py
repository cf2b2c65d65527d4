"""Where an enrolment stands and who may move it. Values in, values out. Source: spec journey.md, "Smaller machines"."""

from enum import StrEnum


class EnrolmentState(StrEnum):
    """Where an enrolment stands."""

    REQUESTED = "requested"
    WAITING = "waiting"
    ENROLLED = "enrolled"
    ATTENDING = "attending"
    COMPLETED = "completed"
    DROPPED = "dropped"


class DropReason(StrEnum):
    """Why somebody left a course or never began it."""

    OWN_WISH = "own_wish"
    ILLNESS = "illness"
    FOUND_WORK = "found_work"
    FAMILY = "family"
    ABSENCE = "absence"
    DISCIPLINE = "discipline"
    BATCH_CANCELLED = "batch_cancelled"
    CASE_CLOSED = "case_closed"
    DECEASED = "deceased"


class Presence(StrEnum):
    """One person on one day of a course."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"
