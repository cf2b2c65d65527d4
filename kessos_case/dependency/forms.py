"""From the forms of a review to what its schema takes: first the opinion, then a step or a dismissal."""

from typing import Any

from kessos_case.core.errors import Invalid, field_error
from kessos_case.dependency.rules import Decision
from kessos_case.dependency.schemas import FlagReviewIn
from kessos_case.web.forms import Form, loaded, said

# The API lets these go together or fall back on another; a form asks for each of its own.
_NEEDED = {
    "opinion": ("opinion", "reason"),
    "action": ("step.kind", "step.text", "step.due_on"),
    "dismiss": ("dismiss_reason", "until"),
}


def review_from(form: Form) -> dict[str, Any]:
    """The review of this form, as `review_flag` takes it. Raises Invalid naming each wrong field."""
    kind = form.get("form", "")
    typed = {name: said(form, name) for name in _NEEDED.get(kind, ("form",))}
    missing = [field_error(name, "missing", "Needed.") for name, value in typed.items() if value is None]
    if missing:
        raise Invalid("The form has mistakes.", errors=missing)
    return loaded(FlagReviewIn(), _stated(kind, typed))


def _stated(kind: str, typed: dict[str, str | None]) -> dict[str, Any]:
    if kind == "action":
        step = {name.removeprefix("step."): value for name, value in typed.items()}
        return {"decision": Decision.ACTION, "step": step}
    return {"decision": Decision.DISMISS, **typed} if kind == "dismiss" else typed
