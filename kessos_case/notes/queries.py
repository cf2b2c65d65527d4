"""Statements about notes and papers. Row-level security leaves out what was told in confidence to others."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.cases.casework import PlanStep
from kessos_case.cases.models import Conference
from kessos_case.notes.models import Attachment, CaseNote, NoteAddendum

# Of rooms above this one only what says that a thing is this person's; row-level security answers for the reach.
_ABOVE = {
    kind: sa.table(name, sa.column("id"), sa.column("client_id"))
    for kind, name in (("placement", "placements"), ("stay", "stays"))
}
_OF_CASE: dict[str, type[Any]] = {"conference": Conference, "plan_step": PlanStep, "note": CaseNote}


def notes(case_id: UUID, kind: str | None = None) -> sa.Select[CaseNote]:
    """The notes of an episode, of one kind where it is named."""
    select = sa.select(CaseNote).where(CaseNote.case_id == case_id)
    return select.where(CaseNote.kind == kind) if kind else select


def addenda(note_ids: Collection[UUID]) -> sa.Select[NoteAddendum]:
    """What was added to these notes, in its order."""
    select = sa.select(NoteAddendum).where(NoteAddendum.note_id.in_(note_ids))
    return select.order_by(NoteAddendum.written_at, NoteAddendum.id)


def attachments(case_id: UUID) -> sa.Select[Attachment]:
    """The papers of an episode, those that were removed too; their content is not fetched."""
    return sa.select(Attachment).where(Attachment.case_id == case_id)


def attachments_about(ids: Collection[UUID]) -> sa.Select[Attachment]:
    """The papers about these things, in the order in which they came."""
    select = sa.select(Attachment).where(Attachment.about_id.in_(ids))
    return select.order_by(Attachment.added_at, Attachment.id)


def kept_papers(case_id: UUID, kinds: Collection[str]) -> sa.Select[Attachment]:
    """The papers of these kinds that an episode keeps, the last of each, in no order."""
    kept = (Attachment.case_id == case_id) & Attachment.removed_at.is_(None) & Attachment.paper.in_(kinds)
    newest = (Attachment.paper, Attachment.added_at.desc(), Attachment.id.desc())
    return sa.select(Attachment).where(kept).order_by(*newest).ext(postgresql.distinct_on(Attachment.paper))


def kept_bytes(case_id: UUID) -> sa.Select[int]:
    """How much the papers of an episode hold together. For the program: what the asker may not see counts too."""
    is_kept = (Attachment.case_id == case_id) & Attachment.removed_at.is_(None)
    return sa.select(sa.func.coalesce(sa.func.sum(Attachment.size), 0)).where(is_kept)


def thing_of_case(kind: str, about_id: UUID, case_id: UUID, client_id: UUID) -> sa.Select[UUID]:
    """The id of this thing where it belongs to the episode, or to its person."""
    if kind in _OF_CASE:
        thing = _OF_CASE[kind]
        return sa.select(thing.id).where(thing.id == about_id, thing.case_id == case_id)
    above = _ABOVE[kind]
    return sa.select(above.c.id).where(above.c.id == about_id, above.c.client_id == client_id)
