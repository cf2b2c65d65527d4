"""Pages of lists of work: what is due, what of one case, and how long work lasts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for

from kessos_case.access.service import own_filters
from kessos_case.cases import service as cases
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.paging import PageRequest, page
from kessos_case.employment import curve, page_queries, queries, service
from kessos_case.employment.models import Placement
from kessos_case.employment.page_frame import shown
from kessos_case.employment.page_queries import KEPT, VIEWS, WantedWork
from kessos_case.employment.rules import CHECK_DAYS, PlacementKind
from kessos_case.employment.service.asked import gaps_of
from kessos_case.web.forms import Form
from kessos_case.web.pages import page_door

blp = Blueprint("lists", __name__, url_prefix="/placements")

A_PAGE = 20


@blp.get("")
@page_door("placement", "read")
def index(session: Session) -> str:
    """Work by what it asks for (`?view=`), of one kind; with `?case_id=` all work of that case."""
    if case_id := _id(request.args.get("case_id", "")):
        return _of_case(session, case_id)
    wanted, today = _wanted(session), office_day(session.now)
    select, order = page_queries.placements(wanted, today)
    filters = tuple((name, str(value)) for name, value in vars(wanted).items())
    asked = PageRequest("page:placements", A_PAGE, request.args.get("cursor"), filters)
    found = page(session, select, order, asked, descending=wanted.view in ("active", "ended"))
    return shown(
        "placements", Form(), {}, items=service.list_work(session, found.items), next_cursor=found.next_cursor,
        wanted=wanted, today=today, here=_here, asked=_asked(request.args),
        counts=page_queries.counts(session, wanted, today),
        own_filters=own_filters(session, "/placements", request.args),
    )  # fmt: skip


@blp.get("/retention")
@page_door("placement", "read")
def retention(session: Session) -> str:
    """How much work of the office is kept for 30, 90, 180 and 365 days: a line, and the figures beneath it."""
    points = curve.points(service.work_kept(session))
    return shown("retention", Form(), {}, points=points, picture=curve.picture(points))


def _of_case(session: Session, case_id: UUID) -> str:
    heading = service.case_at_work(session, case_id)
    asked = PageRequest("page:placements:case", A_PAGE, request.args.get("cursor"), (("case_id", case_id),))
    select, order = queries.placements({"case_id": case_id}, ()), [Placement.starts_on, Placement.id]
    found = page(session, select, order, asked, descending=True)
    items = service.list_work(session, found.items)
    gaps = gaps_of(session, heading.client_id)
    return shown("case", Form(), {}, heading=heading, items=items, next_cursor=found.next_cursor, gaps=gaps)


def _wanted(session: Session) -> WantedWork:
    asked = _asked(request.args)
    view = asked["view"] or (KEPT[0] if asked["days"] else VIEWS[0])
    return WantedWork(tuple(cases.case_offices(session)), view, asked["kind"], int(asked["days"] or 0) or None)


def _asked(args: Mapping[str, str]) -> dict[str, str]:
    """The filters as the page shows them: only words that it offers."""
    days = args.get("days", "")
    days = days if days in [str(each) for each in CHECK_DAYS] else ""
    offered = {"view": KEPT if days else VIEWS, "kind": tuple(PlacementKind)}
    known = {name: args.get(name, "") for name in offered}
    return {name: value if value in offered[name] else "" for name, value in known.items()} | {"days": days}


def _here(**changes: str) -> str:
    """This page with other filters; an empty one is left out."""
    values: dict[str, Any] = {name: value for name, value in (_asked(request.args) | changes).items() if value}
    return url_for("employment_pages.lists.index", **values)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
