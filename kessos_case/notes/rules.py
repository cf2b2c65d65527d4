"""Kinds of notes, who may read one, and how long its author may still change it. Values in, values out."""

from datetime import datetime, timedelta
from enum import StrEnum

# So long its author may change what he wrote; afterwards it can only be added to.
EDITABLE_FOR = timedelta(hours=48)


class NoteKind(StrEnum):
    """What a note is about."""

    PROGRESS = "progress"
    VISIT = "visit"
    CALL = "call"
    INCIDENT = "incident"


class NoteLevel(StrEnum):
    """Who reads it: whoever works on the case, or only its author, the case's caseworker and the supervisors of the UPT."""

    TEAM = "team"
    CONFIDENTIAL = "confidential"


class RemovalReason(StrEnum):
    """Why a paper was taken out of a file again."""

    MISTAKE = "mistake"
    WRONG_PERSON = "wrong_person"
    OWN_WISH = "own_wish"
    REPLACED = "replaced"


def is_editable(written_at: datetime, now: datetime) -> bool:
    """May its author still change it?"""
    return now < written_at + EDITABLE_FOR
