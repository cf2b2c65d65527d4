"""A letter as PDF, set again from what is sealed: the same letter is the same bytes, today and in ten years."""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from kessos_case.access.service import record
from kessos_case.clients.service import client_for, data_key
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Unavailable
from kessos_case.core.settings import settings
from kessos_case.letters.service.issuing import content_of, letter_for

log = structlog.get_logger()

# Seconds; a usual letter takes less than one. The process limits itself to less of the processor's time.
_PATIENCE = 20
_CHECK = "Surat ini punya kode. Dengan kode itu siapa pun bisa memeriksa apakah surat ini asli dan masih berlaku."


@dataclass(frozen=True)
class PrintedLetter:
    """A PDF and what to call the file: never by the name of a person."""

    content: bytes
    filename: str


def printed(session: Session, letter_id: UUID) -> PrintedLetter:
    """Print a letter; the look is in the audit trail. A revoked one says so across its title.

    Raises NotFound, Conflict `erased` once the person's key was destroyed, Unavailable when it cannot be set.
    """
    letter = letter_for(session, letter_id)
    content = content_of(letter, data_key(client_for(session, letter.client_id)))
    if content is None:
        raise Conflict("What the letter said was erased.", code="erased")
    record(session, "print", "letter", letter.id, clients=[letter.client_id])
    page = typeset(_shown(content, is_revoked=letter.revoked_at is not None), int(letter.issued_at.timestamp()))
    return PrintedLetter(page, f"surat-{letter.kind}-{letter.code[:4].lower()}.pdf")


def typeset(content: dict[str, Any], at: int) -> bytes:
    """The PDF of a content, made by a process of its own. Raises Unavailable when that fails or takes too long."""
    asked = json.dumps({"content": content, "at": at}).encode()
    command = [sys.executable, "-m", "kessos_case.letters.typesetting"]
    try:
        made = subprocess.run(command, input=asked, capture_output=True, timeout=_PATIENCE, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        # What the process says of it may hold words of the letter.
        log.warning("letter_not_set", error_class=type(error).__name__)
        raise Unavailable("The letter cannot be printed just now.") from None
    return made.stdout


def _shown(content: dict[str, Any], *, is_revoked: bool) -> dict[str, Any]:
    body: dict[str, Any] = content["body"]
    address = settings().public_address.rstrip("/")
    revoked = {"title": f"{body['title']} (dicabut)"} if is_revoked else {}
    given = {name: content[name] for name in ("number", "place_and_day", "head")}
    return (
        body
        | revoked
        | given
        | {"check": {"text": _CHECK, "code": content["code"], "address": f"{address}/verify" if address else ""}}
    )
