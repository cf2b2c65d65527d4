"""What notes and papers take and answer over HTTP."""

from collections.abc import Iterable

import marshmallow as ma
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from kessos_case.notes.rules import AboutKind, NoteKind, NoteLevel, PaperKind, RemovalReason
from kessos_case.web.fields import Day, Text
from kessos_case.web.lists import ListArgs


def one_of(words: Iterable[str]) -> validate.OneOf:
    """A field that takes one of an enum's words."""
    return validate.OneOf([str(word) for word in words])


_LEVEL = "`confidential`: its author, the caseworker of the case and the supervisors of the UPT alone"


class NoteArgs(ListArgs):
    kind = fields.String(load_default=None, validate=one_of(NoteKind))


class NoteIn(ma.Schema):
    kind = fields.String(required=True, validate=one_of(NoteKind))
    level = fields.String(
        load_default=NoteLevel.TEAM.value, validate=one_of(NoteLevel), metadata={"description": _LEVEL}
    )
    happened_on = Day(required=True)
    text = Text(8000, lines=True, required=True, metadata={"description": "Sealed"})


class AddendumIn(ma.Schema):
    text = Text(8000, lines=True, required=True, metadata={"description": "Sealed; never changed"})


class AddendumOut(ma.Schema):
    id = fields.UUID(required=True)
    text = fields.String(required=True, allow_none=True)
    written_by = fields.UUID(required=True)
    written_at = fields.AwareDateTime(required=True)


class NoteOut(ma.Schema):
    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    kind = fields.String(required=True)
    level = fields.String(required=True)
    happened_on = fields.Date(required=True)
    text = fields.String(required=True, allow_none=True)
    written_by = fields.UUID(required=True)
    written_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True, allow_none=True)
    may_change = fields.Boolean(required=True, metadata={"description": "By the caller, now: 48 hours for its author"})
    addenda = fields.List(fields.Nested(AddendumOut), required=True)


class AttachmentIn(ma.Schema):
    file = Upload(required=True, metadata={"description": "JPEG, PNG or WebP, written anew without EXIF; or PDF"})
    about_kind = fields.String(load_default=AboutKind.CASE.value, validate=one_of(AboutKind))
    about_id = fields.UUID(allow_none=True, load_default=None, metadata={"description": "What of the case it is about"})
    level = fields.String(
        load_default=NoteLevel.TEAM.value, validate=one_of(NoteLevel), metadata={"description": _LEVEL}
    )
    paper = fields.String(
        allow_none=True,
        load_default=None,
        validate=one_of(PaperKind),
        metadata={"description": "What it is, where a course may ask for it"},
    )


class AttachmentOut(ma.Schema):
    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    about_kind = fields.String(required=True)
    about_id = fields.UUID(required=True)
    level = fields.String(required=True)
    paper = fields.String(required=True, allow_none=True, validate=one_of(PaperKind))
    name = fields.String(required=True, allow_none=True)
    media = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes"})
    written_by = fields.UUID(required=True)
    added_at = fields.AwareDateTime(required=True)
    removed_at = fields.AwareDateTime(required=True, allow_none=True)
    removed_by = fields.UUID(required=True, allow_none=True)
    removed_reason = fields.String(required=True, allow_none=True)


class RemovalIn(ma.Schema):
    reason = fields.String(required=True, validate=one_of(RemovalReason))
