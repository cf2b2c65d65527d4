"""Notes: written, changed by their author for 48 hours, added to afterwards. Who may read one, the database decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.cases.models import Case
from kessos_case.cases.service import case_for, hold_to_contact, note_contact, own_case_for
from kessos_case.clients.service import client_for, key_to_read, key_to_write, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.notes import queries
from kessos_case.notes.models import Attachment, CaseNote, NoteAddendum
from kessos_case.notes.rules import CONTACTS, NoteLevel, is_editable

_SAME = ("id", "case_id", "version", "kind", "level", "happened_on", "written_by", "written_at", "changed_at")


@dataclass(frozen=True)
class ShownAddendum:
    """What was added to a note later."""

    id: UUID
    text: str | None
    written_by: UUID
    written_at: datetime


@dataclass(frozen=True)
class ShownNote:
    """A note as shown; words are None once they cannot be read any more. `may_change`: by this reader, now."""

    id: UUID
    case_id: UUID
    version: int
    kind: str
    level: str
    happened_on: date
    written_by: UUID
    written_at: datetime
    changed_at: datetime | None
    text: str | None
    may_change: bool
    addenda: list[ShownAddendum]


def write_note(session: Session, case_id: UUID, *, kind: str, level: str, happened_on: date, text: str) -> ShownNote:
    """Write a note about an open episode of the own office. Of one in confidence the timeline says nothing.

    Raises NotFound, Forbidden, Conflict `case_closed` or `erased`, Invalid for a day that has not come.
    """
    case = own_case_for(session, case_id, lock=kind in CONTACTS)
    _check_day(session, happened_on)
    note_id = new_id()
    note = CaseNote(
        id=note_id, case_id=case.id, client_id=case.client_id, organisation_id=case.organisation_id, kind=kind, level=level,
        happened_on=happened_on, text_sealed=key_to_write(client_for(session, case.client_id)).seal(text, _place(note_id)),
        written_by=session.actor.user_id, written_at=session.now,
    )  # fmt: skip
    session.add(note)
    session.flush()
    if kind in CONTACTS:
        note_contact(session, [case.id], happened_on)
    if level == NoteLevel.TEAM:
        write_timeline(session, case.client_id, "note_written", note.id)
    record(session, "write", "note", note.id, clients=[case.client_id])
    return shown_notes(session, [note])[0]


def change_note(session: Session, note: CaseNote, *, kind: str, level: str, happened_on: date, text: str) -> ShownNote:
    """Put an own note right, within 48 hours. What belongs to it is no less confidential than the note, and what turns out
    to have been a contact counts as one.

    Raises Forbidden for another's, Conflict `final` after the 48 hours, Invalid for a day that has not come.
    """
    if note.written_by != session.actor.user_id:
        raise Forbidden("Only its author changes a note; others add to it.", code="not_author")
    if not is_editable(note.written_at, session.now):
        raise Conflict("After 48 hours a note can only be added to.", code="final")
    _check_day(session, happened_on)
    key, before = key_to_write(client_for(session, note.client_id)), note.level
    note.kind, note.level, note.happened_on = kind, level, happened_on
    note.text_sealed, note.changed_at = key.seal(text, _place(note.id)), session.now
    session.flush()
    if kind in CONTACTS:
        note_contact(session, [note.case_id], happened_on)
    _follow_level(session, note, before)
    record(session, "change", "note", note.id, clients=[note.client_id])
    return shown_notes(session, [note])[0]


def add_to_note(session: Session, note_id: UUID, *, text: str) -> ShownNote:
    """Add to a note, also when its episode has ended. Raises NotFound, Forbidden, Conflict `erased`."""
    note = note_for(session, note_id)
    own_case_for(session, note.case_id, open_only=False)
    addendum_id = new_id()
    session.add(
        NoteAddendum(
            id=addendum_id, note_id=note.id, client_id=note.client_id,
            text_sealed=key_to_write(client_for(session, note.client_id)).seal(text, _addendum_place(addendum_id)),
            written_by=session.actor.user_id, written_at=session.now,
        )
    )  # fmt: skip
    session.flush()
    if note.level == NoteLevel.TEAM:
        write_timeline(session, note.client_id, "note_added_to", note.id)
    record(session, "add_to", "note", note.id, clients=[note.client_id])
    return shown_notes(session, [note])[0]


def list_notes(session: Session, case_id: UUID, kind: str | None = None) -> sa.Select[CaseNote]:
    """The notes of an episode that the actor may read, for a page of them. Raises NotFound."""
    return queries.notes(case_for(session, case_id).id, kind)


def listed_notes(session: Session, case: Case, notes: Iterable[CaseNote]) -> list[ShownNote]:
    """A page of the notes of an episode; the look is in the audit trail."""
    found = list(notes)
    record(session, "read", "note", clients=[case.client_id], notes=[str(note.id) for note in found])
    return shown_notes(session, found)


def read_note(session: Session, note_id: UUID) -> ShownNote:
    """One note. Raises NotFound, also for one told in confidence to others."""
    note = note_for(session, note_id)
    record(session, "read", "note", note.id, clients=[note.client_id])
    return shown_notes(session, [note])[0]


def note_for(session: Session, note_id: UUID, *, lock: bool = False) -> CaseNote:
    """The one door to a note. Raises NotFound; with `lock` also for one that the actor may not change."""
    found = session.get(CaseNote, note_id)
    if found is None:
        raise NotFound("There is no such note.")
    if lock and found.written_by == session.actor.user_id:
        hold_to_contact(session, [found.case_id])
        session.refresh(found, with_for_update=True)
    return found


def as_stated(session: Session, note: CaseNote) -> dict[str, Any]:
    """What a request may change, for comparing versions."""
    shown = shown_notes(session, [note])[0]
    return {name: getattr(shown, name) for name in ("kind", "level", "happened_on", "text")}


def shown_notes(session: Session, notes: Iterable[CaseNote]) -> list[ShownNote]:
    """Notes about one person with their words opened and what was added."""
    found = list(notes)
    if not found:
        return []
    key = key_to_read(session, found[0].client_id)
    added: dict[UUID, list[ShownAddendum]] = {note.id: [] for note in found}
    for one in session.scalars(queries.addenda(list(added))):
        text = key.open(one.text_sealed, _addendum_place(one.id)) if key else None
        added[one.note_id].append(ShownAddendum(one.id, text, one.written_by, one.written_at))
    return [
        ShownNote(
            **{name: getattr(note, name) for name in _SAME},
            text=key.open(note.text_sealed, _place(note.id)) if key else None,
            may_change=note.written_by == session.actor.user_id and is_editable(note.written_at, session.now),
            addenda=added[note.id],
        )
        for note in found
    ]


def _follow_level(session: Session, note: CaseNote, before: str) -> None:
    if note.level == before:
        return
    if note.level == NoteLevel.TEAM:
        write_timeline(session, note.client_id, "note_written", note.id)
        return
    about = (Attachment.about_kind == "note") & (Attachment.about_id == note.id)
    session.execute(sa.update(Attachment).where(about).values(level=NoteLevel.CONFIDENTIAL))


def _check_day(session: Session, happened_on: date) -> None:
    if happened_on > office_day(session.now):
        wrong = field_error("happened_on", "in_future", "The day is after today.")
        raise Invalid("The note has mistakes.", errors=[wrong])


def _place(note_id: UUID) -> str:
    return f"case_notes:text:{note_id}"


def _addendum_place(addendum_id: UUID) -> str:
    return f"note_addenda:text:{addendum_id}"
