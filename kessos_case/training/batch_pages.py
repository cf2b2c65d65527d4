"""Pages of batches: what runs, comes and ended, one with its people, a new one, a change of its days and places."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.service import names_of, own_filters
from kessos_case.clients.service import labels
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, attempt
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.training import forms, page_queries, service
from kessos_case.training.models import Batch
from kessos_case.training.page_frame import Errors, mistakes, refused, shown
from kessos_case.training.page_queries import VIEWS, WantedBatches
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("batches", __name__, url_prefix="/batches")

A_PAGE = 20
PEOPLE = 50


@blp.get("")
@page_door("course", "read")
def index(session: Session) -> str:
    """Batches by what they ask for: `?view=running`, `results`, `coming`, `ended`; `?course=` and `?office=all` filter.

    With `?case_id=` each is the way to give the person of that case a place.
    """
    wanted, today = _wanted(session), office_day(session.now)
    found = _page(session, wanted)
    ids = [one.id for one in found.items]
    return shown(
        "batches", Form(), {}, found=found, view=wanted.view, asked=_asked(request.args), case_id=_case_id(),
        today=today, here=_here, own_filters=own_filters(session, "/batches", request.args),
        counts=page_queries.counts(session, wanted, today),
        people=page_queries.people_by_state(session, ids),
        written=page_queries.written_on(session, ids, today) if wanted.view == "running" else set(),
        courses=page_queries.course_choices(session, service.kept_offices(session), wanted.course_id),
        own=service.kept_offices(session), names=names_of(session, _foreign(session, found.items)),
        open_to_all=page_queries.partners_among(session, _foreign(session, found.items)) if _case_id() else set(),
    )  # fmt: skip


@blp.get("/new")
@page_door("course", "manage")
def new(session: Session) -> str:
    """The form of a batch; `?course=` chooses the course."""
    return _new(session, Form({"course_id": request.args.get("course", "")}), {})


@blp.post("/new")
@page_door("course", "manage")
def add(session: Session) -> Response:
    """Run a course between two days."""
    form = request.form
    try:
        once(session, form, lambda: service.add_batch(session, **forms.batch_from(form)).id)
    except forms.REFUSALS as error:
        return refused(error, _new(session, form, mistakes(error)))
    return see_other(url_for("training_pages.batches.index", view="coming", notice="saved"))


@blp.get("/<uuid:batch_id>")
@page_door("training", "read")
def one(session: Session, batch_id: UUID) -> str:
    """A batch with its people: who has a place, who waits, who finished, who left; and the days that were written."""
    batch = service.batch_for(session, batch_id)
    found = _people(session, batch)
    days = page_queries.days_written(session, batch.id)
    return shown(
        "batch", Form(), {}, batch=service.batch_card(batch), found=found, days=days, today=office_day(session.now),
        follows=service.follows(session, batch.organisation_id), keeps=batch.organisation_id in service.kept_offices(session),
        called=labels(session, [card.client_id for card in found.items]),
        counts=page_queries.people_by_state(session, [batch.id]).get(batch.id, {}),
        names=names_of(session, _foreign(session, [batch])),
    )  # fmt: skip


@blp.get("/<uuid:batch_id>/change")
@page_door("course", "manage")
def change_form(session: Session, batch_id: UUID) -> str:
    """The form to move a batch or to change its places."""
    batch = service.batch_for(session, batch_id)
    stated = service.batch_as_stated(batch)
    return _change(session, batch, Form({name: str(value) for name, value in stated.items()}), {})


@blp.post("/<uuid:batch_id>/change")
@page_door("course", "manage")
def change(session: Session, batch_id: UUID) -> Response:
    """Move a batch that has not begun with everybody in it, or change its places; new ones go to the line."""
    form, batch = request.form, service.batch_for(session, batch_id, lock=True)
    try:
        changes = forms.batch_change_from(form, batch)
        check_seen(form, batch.version)
        with attempt(session):
            service.change_batch(session, batch, changes)
    except forms.REFUSALS as error:
        return refused(error, _change(session, service.batch_for(session, batch_id), form, mistakes(error)))
    return see_other(url_for("training_pages.batches.one", batch_id=batch_id, notice="saved"))


def _change(session: Session, batch: Batch, form: Form, errors: Errors) -> str:
    service.must_keep(session, batch.organisation_id)
    has_begun = batch.starts_on <= office_day(session.now)
    return shown("batch_change", form, errors, batch=batch, has_begun=has_begun)


def _new(session: Session, form: Form, errors: Errors) -> str:
    courses = page_queries.course_choices(session, service.kept_offices(session))
    return shown("batch_new", form, errors, courses=courses)


def _page(session: Session, wanted: WantedBatches) -> Page:
    filters = tuple((name, str(value)) for name, value in vars(wanted).items())
    asked = PageRequest("page:batches", A_PAGE, request.args.get("cursor"), filters)
    select = page_queries.batches(wanted, office_day(session.now))
    is_over = wanted.view in ("results", "ended")
    return page(session, select, [Batch.starts_on, Batch.id], asked, descending=is_over)


def _people(session: Session, batch: Batch) -> Page:
    select, order = page_queries.participants(batch.id)
    asked = PageRequest(f"page:batch:{batch.id}", PEOPLE, request.args.get("cursor"))
    found = page(session, select, order, asked)
    return Page(service.listed_cards(session, found.items), found.next_cursor)


def _wanted(session: Session) -> WantedBatches:
    asked = _asked(request.args)
    offices = () if asked["office"] == "all" else tuple(service.kept_offices(session))
    return WantedBatches(offices, _id(asked["course"]), asked["view"] or VIEWS[0])


def _asked(args: Mapping[str, str]) -> dict[str, str]:
    """The filters as the page shows them: only words that it offers."""
    view, course = args.get("view", ""), args.get("course", "")
    office = "all" if args.get("office") == "all" else ""
    return {"view": view if view in VIEWS else "", "course": course if _id(course) else "", "office": office}


def _here(**changes: str) -> str:
    """This page with other filters; an empty one is left out."""
    kept = _asked(request.args) | {"case_id": str(_case_id() or "")} | changes
    values: dict[str, Any] = {name: value for name, value in kept.items() if value}
    return url_for("training_pages.batches.index", **values)


def _case_id() -> UUID | None:
    return _id(request.args.get("case_id", ""))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _foreign(session: Session, batches: Any) -> set[UUID]:
    """The offices of batches that are not the reader's own."""
    return {batch.organisation_id for batch in batches} - set(service.kept_offices(session))
