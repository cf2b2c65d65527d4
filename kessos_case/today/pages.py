"""The first page of everybody: what must be done now, overdue first, why it is there and the way to do it."""

from flask import Blueprint, render_template, request

from kessos_case.access.service import own_filters
from kessos_case.core.db import Session
from kessos_case.core.paging import PageRequest
from kessos_case.partners.service import places_today
from kessos_case.tasks.rules import CLOSED_BY_DOING
from kessos_case.today import service, wording
from kessos_case.today.rules import View
from kessos_case.web.pages import page_door

blp = Blueprint("today_pages", __name__)

A_PAGE = 25


@blp.get("/")
@page_door("self", "read")
def today(session: Session) -> str:
    """All that waits for the reader within a week, or one view of it; what comes later is a link."""
    view, kind = _chosen()
    asked = PageRequest("page:today", A_PAGE, request.args.get("cursor"), (("kind", kind), ("show", view.value)))
    return render_template(
        "today/index.html",
        day=service.day_of(session, view, kind or None, asked),
        view=view,
        kind=kind,
        places=places_today(session),
        date=wording.today(session.now),
        own_filters=own_filters(session, "/", request.args),
        closed_by_doing=CLOSED_BY_DOING,
        notice=wording.NOTICES.get(request.args.get("notice", "")),
        words=wording,
    )


def _chosen() -> tuple[View, str]:
    """The view and kind of the address; what is none of ours is the whole list."""
    show, kind = request.args.get("show", ""), request.args.get("kind", "")
    return View(show) if show in list(View) else View.SOON, kind if kind in wording.NAMES else ""
