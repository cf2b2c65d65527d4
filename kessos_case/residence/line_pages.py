"""Pages of the line for a bed: who waits in which order, and that somebody waits no more."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.clients.service import labels
from kessos_case.core.db import Session
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.residence import forms, queries, service
from kessos_case.residence.models import BedWait
from kessos_case.residence.page_frame import Errors, mistakes, refused, shown
from kessos_case.residence.rules import BedWaitState
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("line", __name__, url_prefix="/house/line")

A_PAGE = 50


@blp.get("")
@page_door("residence", "read")
def index(session: Session) -> str:
    """Who waits, in the order in which they come in, and how many beds are free."""
    house = service.own_house(session)
    found = _page(session, house)
    called = labels(session, [one.client_id for one in found.items])
    return shown("line", Form(), {}, found=found, called=called, wards=service.wards_of(session, house))


@blp.get("/<uuid:wait_id>")
@page_door("residence", "record")
def leave_form(session: Session, wait_id: UUID) -> str:
    """The form for somebody who waits no more."""
    return _leave(session, wait_id, Form(), {})


@blp.post("/<uuid:wait_id>")
@page_door("residence", "record")
def leave(session: Session, wait_id: UUID) -> Response:
    """Somebody waits no more."""
    form = request.form

    def left() -> UUID:
        stated = forms.leave_from(form)
        check_seen(form, service.wait_for(session, wait_id).version)
        return service.leave_line(session, wait_id, **stated).id

    try:
        once(session, form, left)
    except forms.REFUSALS as error:
        return refused(error, _leave(session, wait_id, form, mistakes(error)))
    return see_other(url_for("residence_pages.line.index", notice="left_line"))


def _page(session: Session, house: UUID) -> Page:
    select = queries.waits({"organisation_id": house, "state": BedWaitState.WAITING})
    asked = PageRequest("page:house:line", A_PAGE, request.args.get("cursor"))
    found = page(session, select, [queries.URGENCY_RANK, BedWait.since, BedWait.id], asked)
    return Page(service.listed_waits(session, found.items), found.next_cursor)


def _leave(session: Session, wait_id: UUID, form: Form, errors: Errors) -> str:
    wait = service.read_wait(session, wait_id)
    label = labels(session, [wait.client_id], in_list=False)[wait.client_id].text
    return shown("leave_line", form, errors, wait=wait, label=label)
