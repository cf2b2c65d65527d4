"""The page by which a caseworker asks another organisation to carry out a step of a plan."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.clients import consent_wording
from kessos_case.core.db import Session, attempt
from kessos_case.core.errors import Conflict, Invalid, RuleBroken
from kessos_case.referrals import forms, page_queries, service, wording
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form
from kessos_case.web.pages import current_language, page_door, see_other

blp = Blueprint("referral_step_pages", __name__, url_prefix="/cases/<uuid:case_id>/steps/<uuid:step_id>/referral")


@blp.get("")
@page_door("referral", "create")
def ask_form(session: Session, case_id: UUID, step_id: UUID) -> Any:
    """The form, with the person and the step filled in; a step that a referral carries out already leads to that."""
    step = service.step_to_carry_out(session, case_id, step_id)
    if step.referral_id:
        return see_other(url_for("referral_pages.one", referral_id=step.referral_id))
    return _form(session, step, forms.blank_for_step(step.region_code), {})


@blp.post("")
@page_door("referral", "create")
def ask(session: Session, case_id: UUID, step_id: UUID) -> Response:
    """Send the referral. What is wrong comes back at its field, with all that was typed."""
    step = service.step_to_carry_out(session, case_id, step_id)
    try:
        stated = forms.for_step_from(request.form, step.client_id, step.step_id)
        with attempt(session):
            card, _is_new = service.submit_referral(session, **stated)
    except (Invalid, RuleBroken) as error:
        return make_response(_form(session, step, request.form, wording.mistakes(error.errors)), status_of(error))
    except Conflict as error:
        sent = next((entry["id"] for entry in error.errors if entry.get("id")), None)
        if sent is None:
            raise
        return see_other(url_for("referral_pages.one", referral_id=sent))
    return see_other(url_for("referral_pages.one", referral_id=card.id, notice="sent"))


def _form(session: Session, step: service.StepToCarryOut, form: Form, errors: dict[str, str]) -> str:
    places = page_queries.places_for(session, session.actor)
    chosen = form.get("region_code", "")
    return render_template(
        "referrals/for_step.html",
        step=step,
        form=form,
        errors=errors,
        words=wording,
        consent_forms=consent_wording.FORMS,
        groups=page_queries.service_groups(session, current_language()),
        places=places,
        # The person may live where this office has no region of its own.
        place_besides="" if chosen in {code for _, codes in places for code, _ in codes} else chosen,
        place_of=partial(page_queries.place_name, page_queries.region_names(session, [chosen] if chosen else [])),
    )
