"""A letter as PDF, set again from what is sealed: the same letter is the same bytes, today and in ten years."""

from base64 import b64decode
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.clients.service import client_for, data_key
from kessos_case.core import pdf
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict
from kessos_case.core.settings import settings
from kessos_case.letters.service.issuing import content_of, letter_for

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
    page = typeset(shown_content(content, is_revoked=letter.revoked_at is not None), int(letter.issued_at.timestamp()))
    return PrintedLetter(page, f"surat-{letter.kind}-{letter.code[:4].lower()}.pdf")


def typeset(content: dict[str, Any], at: int) -> bytes:
    """The PDF of the content of a letter. Raises Unavailable when it cannot be made."""
    return pdf.typeset("letters/typst/letter.typ", content, at)


def shown_content(content: dict[str, Any], *, is_revoked: bool) -> dict[str, Any]:
    """What a letter says as its paper shows it."""
    body: dict[str, Any] = content["body"]
    address = settings().public_address.rstrip("/")
    revoked = {"title": f"{body['title']} (dicabut)"} if is_revoked else {}
    # Of a letter from before there were signatures there is none.
    drawn = {"signature": list(b64decode(body.get("signature") or ""))}
    given = {name: content[name] for name in ("number", "place_and_day", "head")}
    return (
        body
        | revoked
        | given
        | drawn
        | {"check": {"text": _CHECK, "code": content["code"], "address": f"{address}/verify" if address else ""}}
    )
