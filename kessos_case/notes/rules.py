"""Kinds of notes, who may read one, and how long its author may still change it. Values in, values out."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

# So long its author may change what he wrote; afterwards it can only be added to.
EDITABLE_FOR = timedelta(hours=48)
# Characters of the name of a file.
MOST_NAME = 100
_ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}


class NoteKind(StrEnum):
    """What a note is about."""

    PROGRESS = "progress"
    VISIT = "visit"
    CALL = "call"
    INCIDENT = "incident"


# The person himself was seen or spoken to.
CONTACTS = frozenset({NoteKind.VISIT, NoteKind.CALL})


class NoteLevel(StrEnum):
    """Who reads it: whoever works on the case, or only its author, the case's caseworker and the supervisors of the UPT."""

    TEAM = "team"
    CONFIDENTIAL = "confidential"


class AboutKind(StrEnum):
    """What a paper belongs to."""

    CASE = "case"
    NOTE = "note"
    CONFERENCE = "conference"
    PLAN_STEP = "plan_step"
    PLACEMENT = "placement"
    STAY = "stay"


class PaperKind(StrEnum):
    """What a paper is, where that is one of those that are asked for elsewhere, such as by a course."""

    IDENTITY_CARD = "identity_card"
    FAMILY_CARD = "family_card"
    BIRTH_CERTIFICATE = "birth_certificate"
    SCHOOL_CERTIFICATE = "school_certificate"
    HEALTH_CERTIFICATE = "health_certificate"
    GUARDIAN_CONSENT = "guardian_consent"


class RemovalReason(StrEnum):
    """Why a paper was taken out of a file again."""

    MISTAKE = "mistake"
    WRONG_PERSON = "wrong_person"
    OWN_WISH = "own_wish"
    REPLACED = "replaced"


def is_editable(written_at: datetime, now: datetime) -> bool:
    """May its author still change it?"""
    return now < written_at + EDITABLE_FOR


def file_name(name: str, media: str) -> str:
    """What a paper is called: the last part of where it lay, without signs that a system reads otherwise, ending as it is."""
    bare = re.sub(r'[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069<>:"|?*]', "", re.split(r"[/\\]", name)[-1]).strip(
        ". "
    )
    stem = bare.rsplit(".", 1)[0] if "." in bare else bare
    return f"{stem[:MOST_NAME] or 'berkas'}{_ENDINGS[media]}"
