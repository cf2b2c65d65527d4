"""Verbs of notes and papers; other features enter here."""

from kessos_case.notes.service.attachments import (
    Content,
    ShownAttachment,
    add_attachment,
    attachments_about,
    content_of,
    list_attachments,
    listed_attachments,
    papers_of,
    read_attachment,
    remove_attachment,
)
from kessos_case.notes.service.notes import (
    ShownNote,
    add_to_note,
    as_stated,
    change_note,
    list_notes,
    listed_notes,
    note_for,
    read_note,
    write_note,
)

__all__ = [
    "Content",
    "ShownAttachment",
    "ShownNote",
    "add_attachment",
    "add_to_note",
    "as_stated",
    "attachments_about",
    "change_note",
    "content_of",
    "list_attachments",
    "list_notes",
    "listed_attachments",
    "listed_notes",
    "note_for",
    "papers_of",
    "read_attachment",
    "read_note",
    "remove_attachment",
    "write_note",
]
