"""Pages of visits and calls: of a case at the UPT, and of a person for whoever visits him, the TKSK too."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.service import names_of
from kessos_case.cases import queries, service
from kessos_case.cases.casework_forms import REFUSALS, visit_from
from kessos_case.cases.models import Visit
from kessos_case.cases.page_frame import Errors, mistakes, refused, shown
from kessos_case.cases.service.headings import case_heading
from kessos_case.clients.consent_wording import ALERTS, SEVERITIES
from kessos_case.clients.service import alerts_of, client_for, shown_alerts
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.paging import PageRequest, page
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import open_tasks
from kessos_case.web.forms import Form
from kessos_case.web.once import once
from kessos_case.web.pages import local_path, may, page_door, see_other

blp = Blueprint("visits", __name__)

A_PAGE = 20


@blp.get("/cases/<uuid:case_id>/visits")
@page_door("case", "read")
def of_case(session: Session, case_id: UUID) -> str:
    """The visits to the person of a case, newest first, and the way to write down the next."""
    heading = case_heading(session, case_id)
    found = _page(session, heading.client_id)
    return shown(
        session, "visits", Form(), {}, heading=heading, client_id=heading.client_id, next_cursor=found.next_cursor,
        **_listed(session, heading.client_id, found.items),
    )  # fmt: skip


@blp.get("/clients/<uuid:client_id>/visits")
@page_door("visit", "read")
def of_person(session: Session, client_id: UUID) -> str:
    """The visits to a person that this reader sees: a TKSK the own ones."""
    client = client_for(session, client_id)
    found = _page(session, client_id)
    return shown(
        session, "visits", Form(), {}, heading=None, client_id=client_id, label=client.name or client.temporary_label,
        next_cursor=found.next_cursor, **_listed(session, client_id, found.items),
    )  # fmt: skip


@blp.get("/clients/<uuid:client_id>/visits/new")
@page_door("visit", "record")
def new(session: Session, client_id: UUID) -> str:
    """The form of a visit; `?case_id=` puts it to a case, `?month=3` makes it the visit of that month of aftercare."""
    blank = {
        "on": str(office_day(session.now)), "kind": "visit", "case_id": request.args.get("case_id", ""),
        "aftercare_month": request.args.get("month", ""),
    }  # fmt: skip
    return _new(session, client_id, Form(blank), {})


@blp.post("/clients/<uuid:client_id>/visits/new")
@page_door("visit", "record")
def visit(session: Session, client_id: UUID) -> Response:
    """Write down a visit, a call or the attempt."""
    form = request.form
    try:
        once(session, form, lambda: service.record_visit(session, client_id, **visit_from(form)).id)
    except REFUSALS as error:
        return refused(error, _new(session, client_id, form, mistakes(error)))
    if case_id := form.get("case_id"):
        return see_other(local_path(f"/cases/{case_id}/visits?notice=visited"))
    return see_other(url_for("casework_pages.visits.of_person", client_id=client_id, notice="visited"))


def _page(session: Session, client_id: UUID) -> Any:
    asked = PageRequest(f"page:visits:{client_id}", A_PAGE, request.args.get("cursor"))
    return page(session, queries.visits(client_id), [Visit.visited_on, Visit.id], asked, descending=True)


def _listed(session: Session, client_id: UUID, visits: Any) -> dict[str, Any]:
    found = service.listed_visits(session, client_id, visits)
    return {"visits": found, "names": names_of(session, [one.recorded_by for one in found])}


def _new(session: Session, client_id: UUID, form: Form, errors: Errors) -> str:
    client = client_for(session, client_id)
    months = {
        task.period: task.due_at for task in open_tasks(session, client_id) if task.kind == TaskKind.VISIT_AFTERCARE
    }
    # Dangers are read before somebody goes there, by whoever may know of them.
    alerts = shown_alerts(session, alerts_of(session, client_id)) if may("alert", "read") else []
    return shown(
        session, "visit", form, errors, client_id=client_id, label=client.name or client.temporary_label,
        months=months, alerts=[alert for alert in alerts if alert.is_open], dangers=ALERTS, severities=SEVERITIES,
    )  # fmt: skip
