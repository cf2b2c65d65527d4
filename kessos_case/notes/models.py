"""Tables of notes and papers of an episode. Words and files are sealed under the client's key."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.cases.models import Case
from kessos_case.core.db import Base, one_of
from kessos_case.notes.rules import AboutKind, NoteKind, NoteLevel, PaperKind, RemovalReason


class CaseNote(Base):
    """What somebody noted about an episode; its author may change it for 48 hours, after that it is only added to."""

    __tablename__ = "case_notes"
    __table_args__ = (
        one_of("kind", NoteKind),
        one_of("level", NoteLevel),
        sa.Index("ix_case_notes_case_id", "case_id", "happened_on", "id"),
        sa.Index("ix_case_notes_client_id", "client_id", "happened_on"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    kind: orm.Mapped[str]
    level: orm.Mapped[str]
    happened_on: orm.Mapped[date]
    text_sealed: orm.Mapped[bytes]
    written_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    written_at: orm.Mapped[datetime]
    changed_at: orm.Mapped[datetime | None]
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class NoteAddendum(Base):
    """What was added to a note later. Never changed."""

    __tablename__ = "note_addenda"
    __table_args__ = (sa.Index("ix_note_addenda_note_id", "note_id", "written_at"),)

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    note_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(CaseNote.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    text_sealed: orm.Mapped[bytes]
    written_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    written_at: orm.Mapped[datetime]


class Attachment(Base):
    """A paper or picture of an episode, of what it is about (`about_kind`: case, note, conference, step, placement).

    A removed one keeps its row and loses its content.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        one_of("about_kind", AboutKind),
        one_of("level", NoteLevel),
        one_of("media", ("image/jpeg", "image/png", "application/pdf")),
        one_of("paper", PaperKind),
        one_of("removed_reason", RemovalReason),
        sa.CheckConstraint("size > 0", name="size"),
        sa.CheckConstraint("(removed_at is null) = (removed_reason is null)", name="removed_for_a_reason"),
        sa.CheckConstraint("(removed_at is null) = (content_sealed is not null)", name="content_until_removed"),
        sa.Index("ix_attachments_case_id", "case_id", "added_at", "id"),
        sa.Index("ix_attachments_about_id", "about_id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    about_kind: orm.Mapped[str]
    about_id: orm.Mapped[UUID]
    level: orm.Mapped[str]
    # What it is, where whoever added it said so.
    paper: orm.Mapped[str | None]
    name_sealed: orm.Mapped[bytes]
    media: orm.Mapped[str]
    # Bytes.
    size: orm.Mapped[int]
    content_sealed: orm.Mapped[bytes | None] = orm.mapped_column(deferred=True)
    written_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    added_at: orm.Mapped[datetime]
    removed_at: orm.Mapped[datetime | None]
    removed_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    removed_reason: orm.Mapped[str | None]
