"""Pages of what a person allows to whom, and of the dangers around him."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.access.service import names_of, offices_near
from kessos_case.access.wording import OFFICE_KINDS
from kessos_case.clients import consent_forms, service
from kessos_case.clients import consent_wording as wording
from kessos_case.clients.models import Client, Consent
from kessos_case.clients.rules import consent_holds
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, KessosError
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form
from kessos_case.web.once import once, word_of
from kessos_case.web.pages import may, page_door, see_other

blp = Blueprint("consent_pages", __name__, url_prefix="/clients")

_REFUSALS = (Invalid, Conflict)
Errors = dict[str, str]


@blp.get("/<uuid:client_id>/consents")
@page_door("consent", "read")
def consents(session: Session, client_id: UUID) -> str:
    """What holds today, the form, and what ended or was withdrawn."""
    return _consents(session, client_id, Form({"given_on": str(office_day(session.now))}), {})


@blp.post("/<uuid:client_id>/consents")
@page_door("consent", "record")
def give(session: Session, client_id: UUID) -> Response:
    """Write down what the person allows."""
    form = request.form
    try:
        once(session, form, lambda: service.record_consent(session, client_id, **consent_forms.consent_from(form)).id)
    except _REFUSALS as error:
        return _refused(error, _consents(session, client_id, form, _mistakes(error)))
    return see_other(url_for("consent_pages.consents", client_id=client_id, notice="given"))


@blp.post("/<uuid:client_id>/consents/<uuid:consent_id>/withdrawal")
@page_door("consent", "withdraw")
def withdraw(session: Session, client_id: UUID, consent_id: UUID) -> Response:
    """Stop what the consent allowed, at once; a second press changes nothing."""
    service.withdraw_consent(session, client_id, consent_id)
    return see_other(url_for("consent_pages.consents", client_id=client_id, notice="withdrawn"))


@blp.get("/<uuid:client_id>/alerts")
@page_door("alert", "read")
def alerts(session: Session, client_id: UUID) -> str:
    """The dangers that are there today, the form, and those that are over."""
    return _alerts(session, client_id, Form(), {})


@blp.post("/<uuid:client_id>/alerts")
@page_door("alert", "record")
def warn(session: Session, client_id: UUID) -> Response:
    """Warn of a danger."""
    form = request.form
    try:
        once(session, form, lambda: service.raise_alert(session, client_id, **consent_forms.alert_from(form)).id)
    except _REFUSALS as error:
        return _refused(error, _alerts(session, client_id, form, _mistakes(error)))
    return see_other(url_for("consent_pages.alerts", client_id=client_id, notice="raised"))


@blp.post("/<uuid:client_id>/alerts/<uuid:alert_id>/ending")
@page_door("alert", "end")
def end(session: Session, client_id: UUID, alert_id: UUID) -> Response:
    """The danger is over; a second press changes nothing."""
    service.end_alert(session, client_id, alert_id)
    return see_other(url_for("consent_pages.alerts", client_id=client_id, notice="ended"))


def _consents(session: Session, client_id: UUID, form: Form, errors: Errors) -> str:
    found, today = service.consents_of(session, client_id), office_day(session.now)
    holding = [consent for consent in found if _holds(consent, today)]
    client = service.client_for(session, client_id)
    offices = offices_near(session, [client.region_code]) if may("consent", "record") else []
    return _shown(
        "consents", client, form, errors,
        holding=holding, over=[consent for consent in found if consent not in holding], offices=offices,
        questions=service.open_questions(session, client_id),
        names=names_of(session, [consent.receiver_organisation_id for consent in found]),
    )  # fmt: skip


def _alerts(session: Session, client_id: UUID, form: Form, errors: Errors) -> str:
    found = service.shown_alerts(session, service.alerts_of(session, client_id))
    client = service.client_for(session, client_id)
    return _shown("alerts", client, form, errors, alerts=found)


def _shown(template: str, client: Client, form: Form, errors: Errors, **more: Any) -> str:
    return render_template(
        f"clients/{template}.html",
        client=client,
        label=client.name or client.temporary_label,
        form=form,
        errors=errors,
        once=word_of(form),
        notice=wording.NOTICES.get(request.args.get("notice", "")),
        words=wording,
        office_kinds=OFFICE_KINDS,
        **more,
    )


def _holds(consent: Consent, day: Any) -> bool:
    return consent_holds(consent.given_on, consent.expires_on, consent.withdrawn_at is not None, day)


def _mistakes(error: KessosError) -> Errors:
    return wording.mistakes(error.errors or [{"code": error.code}])


def _refused(error: KessosError, page: str) -> Response:
    return make_response(page, status_of(error))
