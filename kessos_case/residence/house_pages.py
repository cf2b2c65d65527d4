"""Pages of the house as a whole: now, how full it was month by month, whom a figure counts, how long people stay."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.service import names_of
from kessos_case.clients.service import labels
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.months import Month, month_of
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.residence import forms, occupancy_queries, queries, service
from kessos_case.residence.models import Stay
from kessos_case.residence.page_frame import Errors, mistakes, month_asked, refused, shown
from kessos_case.residence.rules import OPEN_ENDED_DAYS, DischargeReason
from kessos_case.residence.wording import ROWS
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("house", __name__, url_prefix="/house")

A_PAGE = 50
_WHO = {
    "lived": occupancy_queries.lived_in,
    "arrived": occupancy_queries.arrived_in,
    "left": occupancy_queries.departed_in,
}


@blp.get("")
@page_door("residence", "read")
def index(session: Session) -> str:
    """The house now: what must be looked at, free beds, who waits, and who lives in which ward."""
    return shown("house", Form(), {}, house=service.read_house(session, service.own_house(session)))


@blp.get("/history")
@page_door("residence", "read")
def history(session: Session) -> str:
    """A year month by month, up to `?last=`; of `?month=` why people left."""
    house, present = service.own_house(session), month_of(office_day(session.now))
    last = month_asked("last", present)
    month = month_asked("month", last)
    return shown(
        "history", Form(), {}, months=service.months_of(session, house, last), last=last, present=present,
        found=service.occupancy(session, house, month), name=_name(session, house),
    )  # fmt: skip


@blp.get("/stays")
@page_door("residence", "read")
def stays(session: Session) -> str:
    """Whom a figure counts: `?show=lived`, `arrived` or `left` in `?month=`, for one `?reason=` where it is named."""
    month = month_asked("month", month_of(office_day(session.now)))
    show = request.args.get("show", "")
    show = show if show in ROWS else "lived"
    found = _rows(session, month, show, _reason())
    return shown(
        "stays", Form(), {}, found=found, month=month, show=show, reason=_reason(),
        called=labels(session, [one.client_id for one in found.items]),
    )  # fmt: skip


@blp.get("/terms")
@page_door("residence", "manage")
def terms(session: Session) -> str:
    """How long people are meant to stay here, and how often a stay is looked at."""
    found = service.read_terms(session, service.own_house(session, "manage"))
    stated = {"planned_days": str(found.planned_days), "review_every_days": str(found.review_every_days)}
    return _terms(found, Form(stated), {})


@blp.post("/terms")
@page_door("residence", "manage")
def set_terms(session: Session) -> Response:
    """Set both; who lives here already keeps what was planned with him."""
    form, house = request.form, service.own_house(session, "manage")
    found = service.read_terms(session, house)
    try:
        stated = forms.terms_from(form)
        check_seen(form, found.version)
        service.set_terms(session, house, **stated)
    except forms.REFUSALS as error:
        return refused(error, _terms(found, form, mistakes(error)))
    return see_other(url_for("residence_pages.house.terms", notice="saved"))


def _terms(found: service.TermsCard, form: Form, errors: Errors) -> str:
    return shown("terms", form, errors, terms=found, open_ended=OPEN_ENDED_DAYS)


def _rows(session: Session, month: Month, show: str, reason: str | None) -> Page:
    select = queries.stays({"organisation_id": service.own_house(session)}).where(*_WHO[show](month))
    if reason:
        select = select.where(Stay.discharge_reason == reason)
    filters: tuple[tuple[str, Any], ...] = (("month", month), ("show", show), ("reason", reason))
    asked = PageRequest("page:house:stays", A_PAGE, request.args.get("cursor"), filters)
    found = page(session, select, [Stay.admitted_at, Stay.id], asked, descending=True)
    return Page(service.listed_stays(session, found.items), found.next_cursor)


def _reason() -> str | None:
    reason = request.args.get("reason", "")
    return reason if reason in frozenset(DischargeReason) else None


def _name(session: Session, house: UUID) -> str:
    return names_of(session, [house]).get(str(house), "")
