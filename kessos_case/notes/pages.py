"""The page of notes of a case: what is written down from day to day, newest first, and what was added later."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.access.service import names_of
from kessos_case.cases import wording as casework
from kessos_case.cases.service import case_for
from kessos_case.cases.service.headings import CaseHeading, case_heading
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, KessosError
from kessos_case.core.paging import PageRequest, page
from kessos_case.notes import forms, service, wording
from kessos_case.notes.models import CaseNote
from kessos_case.notes.rules import NoteLevel
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once, word_of
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("note_pages", __name__)

A_PAGE = 20
HERE = "/cases/<uuid:case_id>/notes"
# What a page answers with the form again.
REFUSALS = (Invalid, Conflict)


@blp.get(HERE)
@page_door("note", "read")
def index(session: Session, case_id: UUID) -> str:
    """The notes of a case that the reader may read, and the form for the next; `?kind=` shows one kind."""
    return _index(session, case_heading(session, case_id), None, {})


@blp.post(HERE)
@page_door("note", "write")
def write(session: Session, case_id: UUID) -> Response:
    """Write a note."""
    form, heading = request.form, case_heading(session, case_id)
    return _done(
        session, heading, "written", form, lambda: service.write_note(session, case_id, **forms.note_from(form)).id
    )


@blp.get(f"{HERE}/<uuid:note_id>")
@page_door("note", "read")
def one(session: Session, case_id: UUID, note_id: UUID) -> str:
    """One note, with the form of its author while he may still change it."""
    return _one(session, case_id, note_id, None, {})


@blp.post(f"{HERE}/<uuid:note_id>")
@page_door("note", "write")
def change(session: Session, case_id: UUID, note_id: UUID) -> Response:
    """Put an own note right."""
    form = request.form
    try:
        note = service.note_for(session, note_id, lock=True)
        stated = forms.note_from(form)
        check_seen(form, note.version)
        service.change_note(session, note, **stated)
    except REFUSALS as error:
        return refused(error, _one(session, case_id, note_id, form, mistakes(error)))
    return see_other(url_for("note_pages.index", case_id=case_id, notice="changed"))


@blp.post(f"{HERE}/<uuid:note_id>/addenda")
@page_door("note", "write")
def add(session: Session, case_id: UUID, note_id: UUID) -> Response:
    """Add to a note."""
    form, heading = request.form, case_heading(session, case_id)
    return _done(
        session, heading, "added", form, lambda: service.add_to_note(session, note_id, **forms.addendum_from(form)).id
    )


def refused(error: KessosError, shown: str) -> Response:
    """The page with the refusal on it."""
    return make_response(shown, status_of(error))


def mistakes(error: KessosError) -> dict[str, str]:
    """A refusal in words, one sentence a field."""
    return wording.mistakes(list(error.errors) or [{"code": error.code}])


def shown(template: str, form: Form, errors: dict[str, str], **more: Any) -> str:
    """A page of notes or papers; `heading` among `more` puts it under its case."""
    return render_template(
        f"notes/{template}.html", form=form, errors=errors, once=word_of(form), words=casework, told=wording,
        notice=wording.NOTICES.get(request.args.get("notice", "")), **more,
    )  # fmt: skip


def _done(session: Session, heading: CaseHeading, notice: str, form: Form, do: Callable[[], UUID]) -> Response:
    try:
        once(session, form, do)
    except REFUSALS as error:
        return refused(error, _index(session, heading, form, mistakes(error)))
    return see_other(url_for("note_pages.index", case_id=heading.id, notice=notice))


def _index(session: Session, heading: CaseHeading, form: Form | None, errors: dict[str, str]) -> str:
    kind = request.args.get("kind") if request.args.get("kind") in wording.KINDS else None
    case = case_for(session, heading.id)
    asked = PageRequest(f"page:notes:{heading.id}", A_PAGE, request.args.get("cursor"), (("kind", kind),))
    select = service.list_notes(session, heading.id, kind)
    found = page(session, select, [CaseNote.happened_on, CaseNote.id], asked, descending=True)
    notes = service.listed_notes(session, case, found.items)
    writers = [by for note in notes for by in (note.written_by, *(one.written_by for one in note.addenda))]
    blank = {"happened_on": str(office_day(session.now)), "level": NoteLevel.TEAM.value}
    return shown(
        "notes", Form(blank) if form is None else form, errors, heading=heading, notes=notes, kind=kind,
        papers=service.attachments_about(session, case, [note.id for note in notes]), names=names_of(session, writers),
        next_cursor=found.next_cursor, me=session.actor.user_id,
    )  # fmt: skip


def _one(session: Session, case_id: UUID, note_id: UUID, form: Form | None, errors: dict[str, str]) -> str:
    heading, note = case_heading(session, case_id), service.read_note(session, note_id)
    typed = {"kind": note.kind, "level": note.level, "happened_on": str(note.happened_on), "text": note.text or ""}
    return shown("note", Form(typed) if form is None else form, errors, heading=heading, note=note)
