"""The page of homes: a family or community that takes the person in, from the first look to the visit that verifies it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.service import names_of
from kessos_case.cases import page_queries, service
from kessos_case.cases.casework_forms import REFUSALS, home_from, home_step_from
from kessos_case.cases.models import Reunification
from kessos_case.cases.page_frame import Errors, mistakes, refused, shown
from kessos_case.cases.service.headings import case_heading
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("reunifications", __name__)

_VERBS: dict[str, Callable[..., service.ShownReunification]] = {
    "start": service.start_reunification,
    "verify": service.verify_reunification,
    "end": service.end_reunification,
}


@blp.get("/cases/<uuid:case_id>/reunifications")
@page_door("case", "read")
def index(session: Session, case_id: UUID) -> str:
    """The homes of a case, with what can be done about each."""
    return _index(session, case_id, Form(), {})


@blp.post("/cases/<uuid:case_id>/reunifications")
@page_door("case", "record")
def assess(session: Session, case_id: UUID) -> Response:
    """Write down a home that was looked at."""
    form = request.form
    try:
        once(session, form, lambda: service.assess_home(session, case_id, **home_from(form)).id)
    except REFUSALS as error:
        return refused(error, _index(session, case_id, form, mistakes(error)))
    return _done(case_id)


@blp.post("/cases/<uuid:case_id>/reunifications/<uuid:home_id>")
@page_door("case", "record")
def step(session: Session, case_id: UUID, home_id: UUID) -> Response:
    """The person moves in, was seen there, or left."""
    form, home = request.form, service.reunification_for(session, home_id)
    if home.case_id != case_id or form.get("do") not in _VERBS:
        raise NotFound("There is no such reunification.")
    try:
        once(session, form, lambda: _step(session, home, form))
    except REFUSALS as error:
        return refused(error, _index(session, case_id, form, mistakes(error), home_id=str(home_id)))
    return _done(case_id)


def _step(session: Session, home: Reunification, form: Form) -> UUID:
    check_seen(form, home.version)
    return _VERBS[form["do"]](session, home.id, **home_step_from(form, form["do"])).id


def _done(case_id: UUID) -> Response:
    return see_other(url_for("casework_pages.reunifications.index", case_id=case_id, notice="home"))


def _index(session: Session, case_id: UUID, form: Form, errors: Errors, **more: Any) -> str:
    heading, homes = case_heading(session, case_id), service.listed_reunifications(session, case_id)
    places = page_queries.kecamatan(session)
    return shown(
        session,
        "reunifications",
        form,
        errors,
        heading=heading,
        homes=homes,
        places=places,
        place_names={code: f"{name}, {regency}" for regency, found in places for code, name in found},
        names=names_of(session, [home.verified_by for home in homes]),
        **more,
    )
