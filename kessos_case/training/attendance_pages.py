"""The page of attendance: a whole batch for one day, by one press."""

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, attempt
from kessos_case.core.errors import Conflict, Invalid, field_error
from kessos_case.training import forms, page_queries, service
from kessos_case.training.models import Batch
from kessos_case.training.page_frame import Errors, mistakes, refused, shown
from kessos_case.training.service import Sheet
from kessos_case.training.wording import CHOOSE_PRESENCE, WRITTEN_SINCE
from kessos_case.web.forms import Form
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("attendance", __name__, url_prefix="/batches/<uuid:batch_id>/attendance")


@blp.get("")
@page_door("training", "read")
def sheet(session: Session, batch_id: UUID) -> str:
    """The list of a day; without `?on=` of today, or of the last day of a batch that is over."""
    batch = service.batch_for(session, batch_id)
    on, errors = _day(session, batch, request.args)
    found = service.attendance_sheet(session, batch, on)
    written = {f"p.{line.id}": line.presence or "" for line in found.lines}
    return _sheet(session, batch, found, Form(written), errors)


@blp.post("")
@page_door("training", "write")
def take(session: Session, batch_id: UUID) -> Response:
    """Write the day down. Nothing is half written: who has no word, or somebody else's words, bring the list again."""
    form, batch = request.form, service.batch_for(session, batch_id)
    on, errors = _day(session, batch, form)
    found = service.attendance_sheet(session, batch, on)
    try:
        if errors:
            raise Invalid("The day is not possible.")
        said = forms.presences_from(form, found)
        with attempt(session):
            service.take_attendance(session, batch_id, on=on, seen=form.get("seen"), **said)
    except forms.REFUSALS as error:
        return refused(error, _sheet(session, batch, found, form, errors or _told(error, found)))
    return see_other(url_for("training_pages.attendance.sheet", batch_id=batch_id, on=str(on), notice="attendance"))


def _day(session: Session, batch: Batch, form: Form) -> tuple[date, Errors]:
    """The day that is asked for, and in words why it cannot be; then the nearest one that can."""
    today = office_day(session.now)
    nearest = max(min(today, batch.ends_on), batch.starts_on)
    text = form.get("on", "")
    if not text:
        return nearest, {}
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return nearest, mistakes(Invalid("No day.", errors=[field_error("on", "invalid_value", "No day.")]))
    if not batch.starts_on <= on <= batch.ends_on:
        return nearest, mistakes(Invalid("Outside.", errors=[field_error("on", "outside_batch", "Outside.")]))
    if on > today:
        return nearest, mistakes(Invalid("To come.", errors=[field_error("on", "in_future", "To come.")]))
    return on, {}


def _told(error: Exception, found: Sheet) -> Errors:
    if isinstance(error, Conflict) and error.code == "changed":
        return {"#changed": str(WRITTEN_SINCE)}
    assert isinstance(error, forms.REFUSALS)
    names = {f"p.{line.id}": line.label for line in found.lines}
    return {
        str(entry.get("field")): f"{names[str(entry.get('field'))]}: {CHOOSE_PRESENCE}"
        for entry in error.errors
        if entry.get("field") in names
    } or mistakes(error)


def _sheet(session: Session, batch: Batch, found: Sheet, form: Form, errors: Errors) -> str:
    return shown(
        "attendance", form, errors, batch=service.batch_card(batch), sheet=found, today=office_day(session.now),
        days=page_queries.days_written(session, batch.id),
    )  # fmt: skip
