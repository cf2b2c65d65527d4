"""Pages of a service: a new one, a change of what it says, and stopping it."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.core.db import Session, attempt
from kessos_case.partners import forms, page_queries, service
from kessos_case.partners.models import Service
from kessos_case.partners.page_frame import Errors, mistakes, refused, shown
from kessos_case.reference import service as reference
from kessos_case.reference.service import category_names
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once
from kessos_case.web.pages import current_language, page_door, see_other

blp = Blueprint("services", __name__, url_prefix="/partners/<uuid:organisation_id>/services")


@blp.get("/new")
@page_door("partner", "manage")
def new(session: Session, organisation_id: UUID) -> str:
    """The form of a service; it takes people from the organisation's own regency until somebody says otherwise."""
    office = service.managed(session, organisation_id)
    form = Form()
    form["coverage"] = (office.region_code or "35")[:5]
    return _page(session, organisation_id, form, {})


@blp.post("/new")
@page_door("partner", "manage")
def add(session: Session, organisation_id: UUID) -> Response:
    """Offer a service. Its places come next: without them nobody is offered to it."""
    form = request.form
    try:
        stated = forms.service_from(form, may_accredit=service.manages_all(session))
        once(session, form, lambda: service.add_service(session, organisation_id, **stated).id)
    except forms.REFUSALS as error:
        return refused(error, _page(session, organisation_id, form, mistakes(error)))
    return _back(organisation_id, "added")


@blp.get("/<uuid:service_id>")
@page_door("partner", "manage")
def change_form(session: Session, organisation_id: UUID, service_id: UUID) -> str:
    """The form with all that a service says of itself."""
    found = service.service_for(session, service_id, organisation_id=organisation_id)
    return _page(session, organisation_id, forms.service_form(service.as_stated(found)), {}, found)


@blp.post("/<uuid:service_id>")
@page_door("partner", "manage")
def change(session: Session, organisation_id: UUID, service_id: UUID) -> Response:
    """Change a service; saved without a change it is confirmed."""
    form = request.form
    found = service.service_for(session, service_id, organisation_id=organisation_id, lock=True)
    try:
        with attempt(session):
            once(session, form, lambda: _change(session, form, found))
    except forms.REFUSALS as error:
        found = service.service_for(session, service_id, organisation_id=organisation_id)
        return refused(error, _page(session, organisation_id, form, mistakes(error), found))
    return _back(organisation_id, "saved")


@blp.post("/<uuid:service_id>/ending")
@page_door("partner", "manage")
def stop(session: Session, organisation_id: UUID, service_id: UUID) -> Response:
    """Offer it to nobody any more, or with `again` once more."""
    found = service.service_for(session, service_id, organisation_id=organisation_id, lock=True)
    again = bool(request.form.get("again"))
    if found.is_active != again:
        service.change_service(session, found, {"is_active": again})
    return _back(organisation_id, "saved" if again else "stopped")


def _change(session: Session, form: Form, found: Service) -> UUID:
    check_seen(form, found.version)
    stated, known = forms.service_from(form, may_accredit=service.manages_all(session)), service.as_stated(found)
    service.change_service(session, found, {name: value for name, value in stated.items() if value != known[name]})
    return found.id


def _page(session: Session, organisation_id: UUID, form: Form, errors: Errors, offered: Service | None = None) -> str:
    office, language = service.managed(session, organisation_id), current_language()
    regencies = {"35": page_queries.region_names(session, ["35"]).get("35", "35")} | reference.regencies(session)
    names, groups = page_queries.service_types(session, language)
    finer = [code for code in form.getlist("coverage") if code not in regencies]
    return shown(
        session, "service", form, errors, office=office, offered=offered, regencies=regencies,
        finer=page_queries.named_places(session, finer), may_accredit=service.manages_all(session),
        group_names=names, groups=groups, categories=category_names(session, language),
    )  # fmt: skip


def _back(organisation_id: UUID, notice: str) -> Response:
    return see_other(url_for("partner_pages.entry.one", organisation_id=organisation_id, notice=notice))
