"""From the forms of notes and papers to what the schemas take. Nothing is checked here that a schema or a service checks."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from kessos_case.core.errors import Invalid, field_error
from kessos_case.notes.rules import AboutKind, NoteLevel, PaperKind
from kessos_case.notes.schemas import AddendumIn, NoteIn, RemovalIn
from kessos_case.web.forms import Form, loaded, said
from kessos_case.web.pages import uploads


def note_from(form: Form) -> dict[str, Any]:
    """A note as it was written."""
    return loaded(NoteIn(), _needed(form, ("kind", "level", "happened_on", "text")))


def addendum_from(form: Form) -> dict[str, Any]:
    """What is added to a note."""
    return loaded(AddendumIn(), _needed(form, ["text"]))


def removal_from(form: Form) -> dict[str, Any]:
    """Why a paper is taken out."""
    return loaded(RemovalIn(), _needed(form, ["reason"]))


def paper_from(form: Form) -> dict[str, Any]:
    """The file that was chosen, what it is about and who may read it. Raises Invalid without one."""
    chosen = uploads("file")
    if not chosen:
        raise Invalid("The form has mistakes.", errors=[field_error("file", "missing", "Choose a file.")])
    level = NoteLevel.CONFIDENTIAL if form.get("level") == NoteLevel.CONFIDENTIAL else NoteLevel.TEAM
    stated = {"raw": chosen[0].read(), "name": chosen[0].filename or "", "level": level}
    return stated | {"paper": _paper(form)} | _about(form)


def _paper(form: Form) -> PaperKind | None:
    try:
        return PaperKind(word) if (word := said(form, "paper")) else None
    except ValueError as error:
        wrong = field_error("paper", "invalid_value", "Not such a paper.")
        raise Invalid("The form has mistakes.", errors=[wrong]) from error


def _about(form: Form) -> dict[str, Any]:
    if note_id := said(form, "note_id"):
        try:
            return {"about_kind": AboutKind.NOTE, "about_id": UUID(note_id)}
        except ValueError as error:
            wrong = field_error("about_id", "not_found", "There is no such note.")
            raise Invalid("The form has mistakes.", errors=[wrong]) from error
    return {"about_kind": AboutKind.CASE}


def _needed(form: Form, names: Iterable[str]) -> dict[str, str | None]:
    typed = {name: said(form, name) for name in names}
    missing = [field_error(name, "missing", "Needed.") for name, value in typed.items() if not value]
    if missing:
        raise Invalid("The form has mistakes.", errors=missing)
    return typed
