"""The page of case conferences: who met about which version of the plan, and what was decided."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.service import colleagues_at, names_of, offices_near
from kessos_case.cases import page_queries, service
from kessos_case.cases.casework_forms import PARTNER_LINES, PRESENT, REFUSALS, conference_from
from kessos_case.cases.page_frame import Errors, mistakes, near, refused, shown
from kessos_case.cases.service.headings import CaseHeading, case_heading
from kessos_case.core.db import Session
from kessos_case.web.forms import Form
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("conferences", __name__)


@blp.get("/cases/<uuid:case_id>/conferences")
@page_door("case", "read")
def index(session: Session, case_id: UUID) -> str:
    """The conferences of a case and the form for the next; `?plan_id=` is the version that was looked at."""
    heading = case_heading(session, case_id)
    blank = {"plan_id": request.args.get("plan_id", ""), "caseworker": str(heading.caseworker_id or "")}
    return _index(session, heading, Form(blank), {})


@blp.post("/cases/<uuid:case_id>/conferences")
@page_door("case", "record")
def hold(session: Session, case_id: UUID) -> Response:
    """Write down a conference."""
    form, heading = request.form, case_heading(session, case_id)
    try:
        once(session, form, lambda: _hold(session, heading, form))
    except REFUSALS as error:
        return refused(error, _index(session, heading, form, mistakes(error)))
    return see_other(url_for("casework_pages.conferences.index", case_id=case_id, notice="held"))


def _hold(session: Session, heading: CaseHeading, form: Form) -> UUID:
    return service.record_conference(session, heading.id, **conference_from(form, heading.organisation_id)).id


def _index(session: Session, heading: CaseHeading, form: Form, errors: Errors) -> str:
    conferences = service.conferences_of(session, heading.id)
    there = [
        attendee[name] for one in conferences for attendee in one.attendees for name in ("user_id", "organisation_id")
    ]
    return shown(
        session,
        "conferences",
        form,
        errors,
        heading=heading,
        conferences=conferences,
        plans=page_queries.plan_numbers(session, heading.id),
        names=names_of(session, there),
        colleagues=colleagues_at(session, heading.organisation_id) if heading.may_record else {},
        offices=offices_near(session, near(heading, session)) if heading.may_record else [],
        present=PRESENT,
        lines=range(PARTNER_LINES),
    )
