"""Pages of whom to call at an organisation: one more, a change, and nobody there any more."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.core.db import Session, attempt
from kessos_case.partners import forms, service
from kessos_case.partners.models import OrganisationContact
from kessos_case.partners.page_frame import Errors, mistakes, refused, shown
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("contacts", __name__, url_prefix="/partners/<uuid:organisation_id>/contacts")


@blp.get("/new")
@page_door("partner", "manage")
def new(session: Session, organisation_id: UUID) -> str:
    """The form of somebody to call."""
    return _page(session, organisation_id, Form(), {})


@blp.post("/new")
@page_door("partner", "manage")
def add(session: Session, organisation_id: UUID) -> Response:
    """Write down whom to call."""
    form = request.form
    try:
        stated = forms.contact_from(form)
        once(session, form, lambda: service.add_contact(session, organisation_id, **stated).id)
    except forms.REFUSALS as error:
        return refused(error, _page(session, organisation_id, form, mistakes(error)))
    return _back(organisation_id)


@blp.get("/<uuid:contact_id>")
@page_door("partner", "manage")
def change_form(session: Session, organisation_id: UUID, contact_id: UUID) -> str:
    """The form with what is known of a contact."""
    found = service.contact_for(session, contact_id, organisation_id=organisation_id)
    stated: dict[str, Any] = {name: getattr(found, name) or "" for name in forms.CONTACT}
    return _page(session, organisation_id, Form(stated), {}, found)


@blp.post("/<uuid:contact_id>")
@page_door("partner", "manage")
def change(session: Session, organisation_id: UUID, contact_id: UUID) -> Response:
    """Change a contact; with `over` nobody is there any more."""
    form = request.form
    found = service.contact_for(session, contact_id, organisation_id=organisation_id, lock=True)
    try:
        with attempt(session):
            once(session, form, lambda: _change(session, form, found))
    except forms.REFUSALS as error:
        found = service.contact_for(session, contact_id, organisation_id=organisation_id)
        return refused(error, _page(session, organisation_id, form, mistakes(error), found))
    return _back(organisation_id)


def _change(session: Session, form: Form, found: OrganisationContact) -> UUID:
    check_seen(form, found.version)
    changes = {"is_active": False} if form.get("over") else forms.contact_from(form)
    return service.change_contact(session, found, changes).id


def _page(
    session: Session, organisation_id: UUID, form: Form, errors: Errors, found: OrganisationContact | None = None
) -> str:
    office = service.managed(session, organisation_id)
    return shown(session, "contact", form, errors, office=office, contact=found)


def _back(organisation_id: UUID) -> Response:
    return see_other(url_for("partner_pages.entry.one", organisation_id=organisation_id, notice="contact"))
