"""The page of the papers of a case, and each of them as a download."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.service import names_of
from kessos_case.cases.service import case_for
from kessos_case.cases.service.headings import CaseHeading, case_heading
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.core.paging import PageRequest, page
from kessos_case.notes import forms, service
from kessos_case.notes.models import Attachment, CaseNote
from kessos_case.notes.pages import REFUSALS, mistakes, refused, shown
from kessos_case.notes.routes import download
from kessos_case.web.forms import Form
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("paper_pages", __name__)

A_PAGE = 20
HERE = "/cases/<uuid:case_id>/attachments"


@blp.get(HERE)
@page_door("note", "read")
def index(session: Session, case_id: UUID) -> str:
    """The papers of a case that the reader may read, newest first, and the form for the next."""
    blank = {"level": "team", "note_id": request.args.get("note_id", "")}
    return _index(session, case_heading(session, case_id), Form(blank), {})


@blp.post(HERE)
@page_door("note", "write")
def add(session: Session, case_id: UUID) -> Response:
    """Add a paper."""
    form, heading = request.form, case_heading(session, case_id)
    try:
        once(session, form, lambda: service.add_attachment(session, case_id, **forms.paper_from(form)).id)
    except REFUSALS as error:
        return refused(error, _index(session, heading, form, mistakes(error)))
    return _back(case_id, "paper")


@blp.post(f"{HERE}/<uuid:attachment_id>/removal")
@page_door("note", "write")
def remove(session: Session, case_id: UUID, attachment_id: UUID) -> Response:
    """Take a paper out for a reason."""
    form, heading = request.form, case_heading(session, case_id)
    try:
        service.remove_attachment(session, attachment_id, **forms.removal_from(form))
    except REFUSALS as error:
        return refused(error, _index(session, heading, form, mistakes(error)))
    return _back(case_id, "removed")


@blp.get("/attachments/<uuid:attachment_id>/content")
@page_door("note", "read")
def content(session: Session, attachment_id: UUID) -> Response:
    """The paper itself."""
    return download(service.content_of(session, attachment_id))


def _back(case_id: UUID, notice: str) -> Response:
    return see_other(url_for("paper_pages.index", case_id=case_id, notice=notice))


def _index(session: Session, heading: CaseHeading, form: Form, errors: dict[str, str]) -> str:
    asked = PageRequest(f"page:papers:{heading.id}", A_PAGE, request.args.get("cursor"))
    select = service.list_attachments(session, heading.id)
    found = page(session, select, [Attachment.added_at, Attachment.id], asked, descending=True)
    papers = service.listed_attachments(session, case_for(session, heading.id), found.items)
    people = [who for one in papers for who in (one.written_by, one.removed_by)]
    return shown(
        "papers", form, errors, heading=heading, papers=papers, names=names_of(session, people),
        next_cursor=found.next_cursor, about=_about(session, heading, form),
    )  # fmt: skip


def _about(session: Session, heading: CaseHeading, form: Form) -> CaseNote | None:
    """The note to which a paper is to be added, where the address or the form names one that the reader may read."""
    try:
        note = service.note_for(session, UUID(form.get("note_id") or ""))
    except (ValueError, NotFound):
        return None
    return note if note.case_id == heading.id else None
