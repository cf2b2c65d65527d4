"""JSON endpoints of notes and papers."""

from flask import Response

from kessos_case.cases.service import case_for
from kessos_case.core.paging import Page, page
from kessos_case.notes import schemas as s
from kessos_case.notes import service
from kessos_case.notes.models import Attachment, CaseNote
from kessos_case.web.api import IDEMPOTENCY_KEY, IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import ListArgs, listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint("notes", __name__, description="What is noted about a case, and its papers")


@blp.get("/cases/<uuid:case_id>/notes")
@door("note", "read")
@blp.response(200, listed(s.NoteOut))
@blp.arguments(s.NoteArgs, location="query")
def notes(session, args, case_id):
    """The notes of a case that the caller may read, newest first."""
    case, select = case_for(session, case_id), service.list_notes(session, case_id, args["kind"])
    found = page(session, select, [CaseNote.happened_on, CaseNote.id], page_request(args), descending=True)
    return Page(service.listed_notes(session, case, found.items), found.next_cursor)


@blp.post("/cases/<uuid:case_id>/notes")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("note", "write")
@blp.response(201, s.NoteOut)
@blp.arguments(s.NoteIn)
@idempotent(again=service.read_note)
def write_note(session, data, case_id):
    """Write a note; a visit or call in it counts as contact."""
    return service.write_note(session, case_id, **data)


@blp.get("/notes/<uuid:note_id>")
@door("note", "read")
@blp.response(200, s.NoteOut)
def note(session, note_id):
    """One note."""
    found = service.read_note(session, note_id)
    return found, etag(found.version)


@blp.put("/notes/<uuid:note_id>")
@blp.doc(parameters=[IF_MATCH])
@door("note", "write")
@blp.response(200, s.NoteOut)
@blp.arguments(s.NoteIn)
def change_note(session, data, note_id):
    """Put an own note right within 48 hours; later it can only be added to."""
    expected, found = expected_version(), service.note_for(session, note_id, lock=True)
    check_version(found.version, expected, data, service.as_stated(session, found))
    changed = service.change_note(session, found, **data)
    return changed, etag(changed.version)


@blp.post("/notes/<uuid:note_id>/addenda")
@door("note", "write")
@blp.response(201, s.NoteOut)
@blp.arguments(s.AddendumIn)
def add_to_note(session, data, note_id):
    """Add to a note, also of a case that has ended."""
    return service.add_to_note(session, note_id, **data)


@blp.get("/cases/<uuid:case_id>/attachments")
@door("note", "read")
@blp.response(200, listed(s.AttachmentOut))
@blp.arguments(ListArgs, location="query")
def attachments(session, args, case_id):
    """The papers of a case that the caller may read, newest first; removed ones without content."""
    case, select = case_for(session, case_id), service.list_attachments(session, case_id)
    found = page(session, select, [Attachment.added_at, Attachment.id], page_request(args), descending=True)
    return Page(service.listed_attachments(session, case, found.items), found.next_cursor)


@blp.post("/cases/<uuid:case_id>/attachments")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("note", "write")
@blp.response(201, s.AttachmentOut)
@blp.arguments(s.AttachmentIn, location="files")
@idempotent(again=service.read_attachment)
def add_attachment(session, data, case_id):
    """Add a paper: a picture is written anew without EXIF, a PDF in which something runs is refused."""
    file = data.pop("file")
    return service.add_attachment(session, case_id, raw=file.read(), name=file.filename or "", **data)


@blp.get("/attachments/<uuid:attachment_id>")
@door("note", "read")
@blp.response(200, s.AttachmentOut)
def attachment(session, attachment_id):
    """One paper without its content."""
    return service.read_attachment(session, attachment_id)


@blp.get("/attachments/<uuid:attachment_id>/content")
@door("note", "read")
@blp.alt_response(200, schema={"format": "binary", "type": "string"}, content_type="application/pdf")
@blp.response(200, {"format": "binary", "type": "string"}, content_type="image/jpeg")
def content(session, attachment_id):
    """The paper itself, as a download."""
    return download(service.content_of(session, attachment_id))


@blp.post("/attachments/<uuid:attachment_id>/removal")
@door("note", "write")
@blp.response(201, s.AttachmentOut)
@blp.arguments(s.RemovalIn)
def remove(session, data, attachment_id):
    """Take a paper out for a reason: its content is gone for ever."""
    return service.remove_attachment(session, attachment_id, **data)


def download(found: service.Content) -> Response:
    """A file that no browser opens in our name."""
    answer = Response(found.raw, mimetype=found.media)
    answer.headers.set("Content-Disposition", "attachment", filename=found.name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
