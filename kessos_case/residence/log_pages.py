"""Pages of the log of each watch: made for the phone of whoever walks through the house."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.service import names_of
from kessos_case.clients.service import labels
from kessos_case.core.db import Session
from kessos_case.core.paging import PageRequest, page
from kessos_case.residence import forms, queries, service
from kessos_case.residence.models import ShiftLog
from kessos_case.residence.page_frame import Errors, mistakes, refused, shown
from kessos_case.web.forms import Form
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("log", __name__, url_prefix="/house")

A_PAGE = 30


@blp.get("/log")
@page_door("residence", "read")
def now(session: Session) -> str:
    """This watch: what the last one left open, a new line, what was written, and the hand-over."""
    return _now(session, Form(), {})


@blp.post("/log")
@page_door("residence", "record")
def begin(session: Session) -> Response:
    """Begin the log of this watch, or go on with it."""
    service.open_log(session)
    return see_other(url_for("residence_pages.log.now", notice="opened"))


@blp.post("/logs/<uuid:log_id>/entries")
@page_door("residence", "record")
def write(session: Session, log_id: UUID) -> Response:
    """Add a line."""
    form = request.form
    try:
        once(session, form, lambda: service.write_entry(session, log_id, **forms.entry_from(form)).id)
    except forms.REFUSALS as error:
        return refused(error, _now(session, form, mistakes(error)))
    return see_other(url_for("residence_pages.log.now", notice="written"))


@blp.post("/logs/<uuid:log_id>/handover")
@page_door("residence", "record")
def hand_over(session: Session, log_id: UUID) -> Response:
    """Hand the watch over with what is open."""
    form = request.form
    try:
        once(session, form, lambda: service.hand_over(session, log_id, **forms.handover_from(form)).id)
    except forms.REFUSALS as error:
        return refused(error, _now(session, form, mistakes(error), form_at="handover"))
    return see_other(url_for("residence_pages.log.now", notice="handed_over"))


@blp.get("/logs")
@page_door("residence", "read")
def index(session: Session) -> str:
    """The watches before, the newest first."""
    asked = PageRequest("page:house:logs", A_PAGE, request.args.get("cursor"))
    select = queries.shift_logs(service.own_house(session))
    found = page(session, select, [ShiftLog.opened_at, ShiftLog.id], asked, descending=True)
    names = names_of(session, [log.opened_by for log in found.items])
    return shown("logs", Form(), {}, logs=service.listed_logs(found.items), next_cursor=found.next_cursor, names=names)


@blp.get("/logs/<uuid:log_id>")
@page_door("residence", "read")
def one(session: Session, log_id: UUID) -> str:
    """One watch with everything that was written in it."""
    log = service.read_log(session, log_id)
    return shown("log_one", Form(), {}, log=log, **_named(session, log))


def _now(session: Session, form: Form, errors: Errors, form_at: str = "entry") -> str:
    house = service.own_house(session)
    current = service.current_log(session, house)
    before = service.log_before(session, house, current)
    log = service.read_log(session, current.id) if current else None
    open_ = service.left_open(session, before) if before else []
    return shown(
        "log", form, errors, log=log, before=before, left_open=open_, form_at=form_at,
        people=service.residents_of(session, house) if log else {}, **_named(session, log),
    )  # fmt: skip


def _named(session: Session, log: service.ShiftCard | None) -> dict[str, object]:
    """How the people of a watch are called, and who wrote of them."""
    entries = log.entries if log else []
    about = list(dict.fromkeys(entry.client_id for entry in entries if entry.client_id))
    writers = [*(entry.written_by for entry in entries), *((log.opened_by, log.handed_over_by) if log else ())]
    return {"called": labels(session, about), "names": names_of(session, writers)}
