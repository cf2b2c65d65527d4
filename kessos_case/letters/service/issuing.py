"""Issuing a letter, looking at one, taking it back. What it says is sealed under the person's own key, and not changed."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from kessos_case.access.service import record
from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for, data_key, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, NotFound
from kessos_case.core.keys import DataKey
from kessos_case.letters import queries, writing
from kessos_case.letters.models import Letter
from kessos_case.letters.rules import ALPHABET, CODE_LENGTH, LetterKind, RevokeReason, grouped, number_of
from kessos_case.letters.service.contents import Writing, writing_of


@dataclass(frozen=True)
class LetterCard:
    """A letter as shown: that it is there, what about, and whether it still holds. Never what it says."""

    id: UUID
    code: str
    kind: str
    client_id: UUID
    subject_id: UUID
    organisation_id: UUID
    issued_at: datetime
    issued_by: UUID
    revoked_at: datetime | None
    revoked_reason: str | None


def issue(session: Session, kind: LetterKind, subject_id: UUID, *, of: UUID | None = None) -> tuple[LetterCard, bool]:
    """Write a letter about a thing; True when it is new. The same thing again is the same letter while it says the same.

    What has changed since makes a new one, and the old one is revoked. `of` is the person whose it must be. Raises as
    `writing_of`, and NotFound for another person's thing.
    """
    written = writing_of(session, kind, subject_id)
    if of is not None and written.client.id != of:
        raise NotFound("The person has no such thing.")
    # Two who press at once come one after the other.
    client = client_for(session, written.client.id, lock=True)
    key = data_key(client)
    if key is None:
        raise Conflict("The person's record was erased.", code="erased")
    standing = queries.valid_letters(session, kind, subject_id)
    for letter in standing:
        if _says(letter, key) == {"body": written.body.as_json(), "name": written.name}:
            record(session, "issue", "letter", letter.id, clients=[client.id], again=True)
            return card(letter), False
    for letter in standing:
        _end(session, letter, RevokeReason.SUPERSEDED)
    return card(_write(session, kind, subject_id, written, key)), True


def letter_for(session: Session, letter_id: UUID) -> Letter:
    """The one door to a letter: of the own office, about a person whom it reaches. Raises NotFound."""
    found = session.get(Letter, letter_id)
    if found is None:
        raise NotFound("There is no such letter.")
    return found


def read_letter(session: Session, letter_id: UUID) -> LetterCard:
    """Look at one letter; the look is in the audit trail."""
    letter = letter_for(session, letter_id)
    record(session, "read", "letter", letter.id, clients=[letter.client_id])
    return card(letter)


def listed_letters(session: Session, client: Client, letters: Iterable[Letter]) -> list[LetterCard]:
    """The cards of a person's list; the look is in the audit trail."""
    record(session, "list", "letter", clients=[client.id])
    return [card(letter) for letter in letters]


def revoke(session: Session, letter_id: UUID, *, reason: str) -> LetterCard:
    """Take a letter back: whoever asks for its code is told so. Raises Conflict `already_revoked`."""
    letter = letter_for(session, letter_id)
    client_for(session, letter.client_id, lock=True)
    session.refresh(letter)
    if letter.revoked_at is not None:
        raise Conflict("The letter was revoked before.", code="already_revoked")
    _end(session, letter, RevokeReason(reason))
    return card(letter)


def content_of(letter: Letter, key: DataKey | None) -> dict[str, Any] | None:
    """What a letter says; None once the person's key was destroyed."""
    if key is None or letter.content_sealed is None:
        return None
    content: dict[str, Any] = json.loads(key.open(letter.content_sealed, _place(letter.id)))
    return content


def card(letter: Letter) -> LetterCard:
    """The letter as shown."""
    return LetterCard(**{name: getattr(letter, name) for name in LetterCard.__dataclass_fields__})


def _says(letter: Letter, key: DataKey) -> dict[str, Any]:
    content = content_of(letter, key) or {}
    return {name: content.get(name) for name in ("body", "name")}


def _write(session: Session, kind: LetterKind, subject_id: UUID, written: Writing, key: DataKey) -> Letter:
    letter_id, code = uuid4(), "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    day, office = office_day(session.now), written.office
    place = queries.place_of(session, office.region_code) or "Jawa Timur"
    content = {
        "body": written.body.as_json(),
        "name": written.name,
        "number": number_of(kind, code, day.month, day.year),
        "place_and_day": f"{place}, {writing.day_of(day)}",
        "head": ["Pemerintah Provinsi Jawa Timur", office.name] if office.kind in _OF_THE_STATE else [office.name],
        "code": grouped(code),
    }
    made = Letter(
        id=letter_id, code=code, kind=kind, client_id=written.client.id, subject_id=subject_id,
        organisation_id=office.id, issued_at=session.now, issued_by=session.actor.user_id,
        content_sealed=key.seal(json.dumps(content), _place(letter_id)),
    )  # fmt: skip
    session.add(made)
    session.flush()
    write_timeline(session, written.client.id, "letter_issued", made.id)
    record(session, "issue", "letter", made.id, clients=[written.client.id], kind=kind)
    return made


# Offices of the province; others stand on their own paper.
_OF_THE_STATE = frozenset({"upt"})


def _end(session: Session, letter: Letter, reason: RevokeReason) -> None:
    letter.revoked_at, letter.revoked_by, letter.revoked_reason = session.now, session.actor.user_id, reason
    session.flush()
    write_timeline(session, letter.client_id, "letter_revoked", letter.id)
    record(session, "revoke", "letter", letter.id, clients=[letter.client_id], reason=reason)


def _place(letter_id: UUID) -> str:
    return f"letters:content:{letter_id}"
