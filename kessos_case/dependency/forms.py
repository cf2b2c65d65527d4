"""From the forms of a review to what its schema takes: first the opinion, then a step or a dismissal."""

from typing import Any

import marshmallow as ma
from werkzeug.datastructures import MultiDict

from kessos_case.core.errors import Invalid, field_error
from kessos_case.dependency.rules import Decision
from kessos_case.dependency.schemas import FlagReviewIn
from kessos_case.web.errors import field_errors

Form = MultiDict[str, str]

# The API lets these go together or fall back on another; a form asks for each of its own.
_NEEDED = {
    "opinion": ("opinion", "reason"),
    "action": ("step.kind", "step.text", "step.due_on"),
    "dismiss": ("dismiss_reason", "until"),
}


def review_from(form: Form) -> dict[str, Any]:
    """The review of this form, as `review_flag` takes it. Raises Invalid naming each wrong field."""
    kind = form.get("form", "")
    said = {name: form.get(name, "").strip() or None for name in _NEEDED.get(kind, ("form",))}
    missing = [field_error(name, "missing", "Needed.") for name, value in said.items() if value is None]
    if missing:
        raise Invalid("The form has mistakes.", errors=missing)
    return _loaded(_stated(kind, said))


def version_of(form: Form) -> int | None:
    """Which version of the flag the writer saw; None where the form does not say."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _stated(kind: str, said: dict[str, str | None]) -> dict[str, Any]:
    if kind == "action":
        step = {name.removeprefix("step."): value for name, value in said.items()}
        return {"decision": Decision.ACTION, "step": step}
    return {"decision": Decision.DISMISS, **said} if kind == "dismiss" else said


def _loaded(stated: dict[str, Any]) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = FlagReviewIn().load(stated)
    except ma.ValidationError as error:
        raise Invalid("The form has mistakes.", errors=field_errors(error.normalized_messages())) from error
    return loaded
