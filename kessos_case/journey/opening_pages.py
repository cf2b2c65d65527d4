"""The page that opens a case: from a person, or from a referral that the UPT has accepted."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.access.rules import OrganisationKind, Role
from kessos_case.cases import service as cases
from kessos_case.cases.rules import Pathway, proposed_pathway
from kessos_case.clients.service import ClientCard, read_client
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, NotFound, RuleBroken
from kessos_case.journey import case_forms as forms
from kessos_case.journey import service, wording
from kessos_case.journey.case_queries import offices_of
from kessos_case.reference.service import category_names
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form
from kessos_case.web.pages import current_language, page_door, see_other

blp = Blueprint("opening_pages", __name__, url_prefix="/cases")


@blp.get("/new")
@page_door("case", "open")
def opening(session: Session) -> Response | str:
    """The form for a case of this person; without a person the way to find one."""
    if "client_id" not in request.args:
        return see_other("/clients")
    return _form(session, request.args, [])


@blp.post("/new")
@page_door("case", "open")
def open_case(session: Session) -> Response:
    """Open the case. One that is open already is shown instead of a second one."""
    try:
        with session.begin_nested():
            opened = service.begin_case(session, **forms.opening_from(request.form))
    except (Invalid, RuleBroken) as error:
        return make_response(_form(session, request.form, error.errors), status_of(error))
    except Conflict as error:
        if error.code not in ("case_open", "deceased"):
            raise
        entries = [{"code": "client_died"}] if error.code == "deceased" else [e | {"field": ""} for e in error.errors]
        return make_response(_form(session, request.form, entries), 409)
    # Triage opens for another office, and does not look into its cases.
    if not cases.is_own(session, opened):
        return see_other(f"/clients/{opened.client_id}")
    return see_other(url_for("case_pages.one", case_id=opened.id, notice="open"))


def _form(session: Session, form: Form, errors: list[dict[str, Any]]) -> str:
    person, offices = read_client(session, _person_in(form)), _offices(session)
    return render_template(
        "journey/case_new.html",
        person=person,
        form=_filled(form, person, offices),
        offices=offices,
        groups=_groups(category_names(session, current_language())),
        lacking=wording.lacks([entry for entry in errors if not entry.get("field")], _About(person.id)),
        errors=wording.mistakes([entry for entry in errors if entry.get("field")]),
        words=wording,
    )


@dataclass(frozen=True)
class _About:
    """What a way needs to know before there is a case."""

    client_id: UUID
    id: str = "new"
    pathway: str = ""


def _person_in(form: Form) -> UUID:
    try:
        return UUID(form.get("client_id", ""))
    except ValueError as error:
        raise NotFound("There is no such client.") from error


def _offices(session: Session) -> dict[str, str]:
    """Where the reader may open a case: caseworkers at their own UPT, triage at the one that accepted."""
    if Role.TRIAGE in session.actor.roles:
        return offices_of(session, (), OrganisationKind.UPT)
    own = [office for office in cases.case_offices(session) if Role.CASEWORKER in cases.roles_at(session, office)]
    return offices_of(session, own)


def _filled(form: Form, person: ClientCard, offices: dict[str, str]) -> Form:
    """What is known already stands in the form."""
    filled = Form(form.items(multi=True))
    filled.setdefault("category", next(iter(person.categories), ""))
    filled.setdefault("organisation_id", next(iter(offices)) if len(offices) == 1 else "")
    return filled


def _groups(names: dict[str, str]) -> dict[str, dict[str, str]]:
    """The categories by the pathway that they propose."""
    groups: dict[str, dict[str, str]] = {str(pathway): {} for pathway in Pathway}
    for code, name in names.items():
        groups[proposed_pathway(cases.pathways(), code)][code] = name
    return groups
