"""Pages of agreements, which administrators alone write down: nobody is offered to a partner without one."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.models import Organisation
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, attempt
from kessos_case.core.errors import Conflict, Forbidden
from kessos_case.partners import forms, page_queries, service, wording
from kessos_case.partners.page_frame import Errors, mistakes, refused, shown
from kessos_case.web.forms import Form
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("agreements", __name__, url_prefix="/partners/<uuid:organisation_id>/agreements")


@blp.get("/new")
@page_door("partner", "manage")
def new(session: Session, organisation_id: UUID) -> str:
    """The form of an agreement."""
    return _page(session, _office(session, organisation_id), Form(), {})


@blp.post("/new")
@page_door("partner", "manage")
def add(session: Session, organisation_id: UUID) -> Response:
    """Write down an agreement that was signed."""
    form, office = request.form, _office(session, organisation_id)
    try:
        stated = forms.agreement_from(form)
        once(session, form, lambda: service.add_agreement(session, organisation_id, **stated).id)
    except forms.REFUSALS as error:
        return refused(error, _page(session, office, form, _mistakes(error)))
    return see_other(url_for("partner_pages.entry.one", organisation_id=organisation_id, notice="agreement"))


@blp.get("/<uuid:agreement_id>/ending")
@page_door("partner", "manage")
def ending(session: Session, organisation_id: UUID, agreement_id: UUID) -> str:
    """The form to let an agreement end before its day."""
    office = _office(session, organisation_id)
    return _ending(session, office, agreement_id, Form({"ends_on": str(office_day(session.now))}), {})


@blp.post("/<uuid:agreement_id>/ending")
@page_door("partner", "manage")
def end(session: Session, organisation_id: UUID, agreement_id: UUID) -> Response:
    """Let it end; from the day after nobody new is offered."""
    form, office = request.form, _office(session, organisation_id)
    try:
        stated = forms.agreement_ending_from(form)
        with attempt(session):
            service.end_agreement(session, organisation_id, agreement_id, **stated)
    except forms.REFUSALS as error:
        return refused(error, _ending(session, office, agreement_id, form, _mistakes(error)))
    return see_other(url_for("partner_pages.entry.one", organisation_id=organisation_id, notice="agreement"))


def _ending(session: Session, office: Organisation, agreement_id: UUID, form: Form, errors: Errors) -> str:
    found = service.agreement_for(session, agreement_id, organisation_id=office.id)
    return shown(session, "agreement_end", form, errors, office=office, agreement=found)


def _office(session: Session, organisation_id: UUID) -> Organisation:
    office = service.managed(session, organisation_id)
    if not service.manages_all(session):
        raise Forbidden("Only an administrator writes down an agreement.", code="agreement")
    return office


def _page(session: Session, office: Organisation, form: Form, errors: Errors) -> str:
    known = page_queries.agreements(session, office.id)
    return shown(session, "agreement", form, errors, office=office, known=known)


def _mistakes(error: Exception) -> Errors:
    assert isinstance(error, forms.REFUSALS)
    at = {"number_taken": "number", "already_ends": "ends_on"}
    if isinstance(error, Conflict) and error.code in at:
        return {at[error.code]: str(wording.CODES[error.code])}
    return mistakes(error)
