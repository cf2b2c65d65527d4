"""From a form to what the schemas take: nothing is checked here that a schema or service checks."""

from typing import Any
from uuid import UUID

from kessos_case.core.ids import random_token
from kessos_case.referrals.schemas import ReferralIn, TransitionIn
from kessos_case.web.forms import Form, loaded, number, said


def blank_report() -> Form:
    """An empty form; its own reference makes a second press of the button harmless."""
    return Form({"client_reference": random_token(16), "sex": "unknown"})


def again(form: Form) -> Form:
    """The same words as another report."""
    copy = form.copy()
    copy["client_reference"] = random_token(16)
    return copy


def report_from(form: Form) -> dict[str, Any]:
    """The report of this form, as `submit_referral` takes it. Raises Invalid naming each wrong field."""
    described = {name: said(form, name) for name in ("name", "alias", "condition", "estimated_age")}
    return loaded(
        ReferralIn(),
        {
            "client_reference": said(form, "client_reference"),
            "person": described | {"estimated_age": number(described["estimated_age"]), "sex": form.get("sex")},
            "service_types": form.getlist("service_types"),
            "urgency": form.get("urgency"),
            "region_code": said(form, "region_code"),
            "place": said(form, "place"),
            "note": said(form, "note"),
            "disclose": form.getlist("disclose"),
        },
    )


def move_from(form: Form) -> dict[str, Any]:
    """The move of this form, as `move_referral` takes it. Raises Invalid naming each wrong field."""
    return loaded(TransitionIn(), {name: said(form, name) for name in ("verb", "reason", "note", "offer_id")})


def blank_for_step(region_code: str | None) -> Form:
    """An empty form for a step of a plan, where its person lives; its reference makes a second press harmless."""
    return Form({"client_reference": random_token(16), "region_code": region_code or "", "urgency": "routine"})


def for_step_from(form: Form, client_id: UUID, step_id: UUID) -> dict[str, Any]:
    """The referral of this form, as `submit_referral` takes it. Raises Invalid naming each wrong field."""
    stated = {name: said(form, name) for name in ("client_reference", "urgency", "region_code", "note")}
    chosen = {name: form.getlist(name) for name in ("service_types", "disclose")}
    return loaded(ReferralIn(), stated | chosen | {"client_id": str(client_id), "plan_step_id": str(step_id)})
