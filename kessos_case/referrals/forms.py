"""From a form to what the schemas take: nothing is checked here that a schema or service checks."""

from typing import Any

import marshmallow as ma
from werkzeug.datastructures import MultiDict

from kessos_case.core.errors import Invalid
from kessos_case.core.ids import random_token
from kessos_case.referrals.schemas import ReferralIn, TransitionIn
from kessos_case.web.errors import field_errors

Form = MultiDict[str, str]


def blank_report() -> Form:
    """An empty form; its own reference makes a second press of the button harmless."""
    return MultiDict({"client_reference": random_token(16), "sex": "unknown"})


def again(form: Form) -> Form:
    """The same words as another report."""
    copy = form.copy()
    copy["client_reference"] = random_token(16)
    return copy


def report_from(form: Form) -> dict[str, Any]:
    """The report of this form, as `submit_referral` takes it. Raises Invalid naming each wrong field."""
    described = {name: _said(form, name) for name in ("name", "alias", "condition", "estimated_age")}
    return _loaded(
        ReferralIn(),
        {
            "client_reference": _said(form, "client_reference"),
            "person": described | {"estimated_age": _number(described["estimated_age"]), "sex": form.get("sex")},
            "service_types": form.getlist("service_types"),
            "urgency": form.get("urgency"),
            "region_code": _said(form, "region_code"),
            "place": _said(form, "place"),
            "note": _said(form, "note"),
            "disclose": form.getlist("disclose"),
        },
    )


def move_from(form: Form) -> dict[str, Any]:
    """The move of this form, as `move_referral` takes it. Raises Invalid naming each wrong field."""
    return _loaded(TransitionIn(), {name: _said(form, name) for name in ("verb", "reason", "note")})


def _said(form: Form, name: str) -> str | None:
    """What was typed; None for an empty field, which a browser sends all the same."""
    return form.get(name, "").strip() or None


def _number(text: str | None) -> int | str | None:
    # What is no number goes on as typed, so that the schema refuses it.
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else text


def _loaded(schema: ma.Schema, stated: dict[str, Any]) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(stated)
    except ma.ValidationError as error:
        raise Invalid("The form has mistakes.", errors=field_errors(error.normalized_messages())) from error
    return loaded
