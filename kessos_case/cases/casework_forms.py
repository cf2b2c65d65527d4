"""From the forms of casework to what the schemas take. Nothing is checked here that a schema or a service checks."""

from collections.abc import Iterable, Mapping
from typing import Any

from kessos_case.cases.schemas import (
    ReunificationEnding,
    ReunificationIn,
    ReunificationStart,
    ReunificationVerification,
    ServiceAgreementIn,
    VisitIn,
)
from kessos_case.core.errors import Conflict, Invalid, KessosError, RuleBroken, field_error
from kessos_case.web.forms import Form, loaded, number, said

# What a page answers with the form again; anything else is a page of its own.
REFUSALS = (Invalid, RuleBroken, Conflict)

_BOOLEANS = {"yes": True, "no": False}
_OF_HOME = {
    "start": (ReunificationStart, ("starts_on",)),
    "verify": (ReunificationVerification, ("on",)),
    "end": (ReunificationEnding, ("on", "reason")),
}


def reasons_of(error: KessosError) -> list[Mapping[str, Any]]:
    """Everything that a refusal names; its own code where it names nothing."""
    return list(error.errors) or [{"code": error.code}]


def agreement_from(form: Form) -> dict[str, Any]:
    """How the person agreed, or with `way=ground` why service begins without it. Raises Invalid as all of these do."""
    asked = ("lawful_ground", "reason", "given_on") if form.get("way") == "ground" else ("form", "given_on")
    return loaded(ServiceAgreementIn(), needed(form, asked))


def visit_from(form: Form) -> dict[str, Any]:
    """A visit, a call or the attempt. What was seen of a person who was not met is left out, as nobody was seen."""
    asked = needed(form, ("kind", "on", "was_met"))
    was_met = _BOOLEANS.get(asked["was_met"] or "", asked["was_met"])
    seen = {
        name: _BOOLEANS.get(form.get(name, ""))
        for name in ("attends_school", "follows_treatment", "is_on_street")
        if was_met is True
    }
    told = {"outcome": said(form, "outcome") if was_met is True else None, "note": said(form, "note")}
    month = number(said(form, "aftercare_month"))
    stated = asked | seen | told | {"was_met": was_met, "aftercare_month": month, "case_id": said(form, "case_id")}
    return loaded(VisitIn(), stated)


def home_from(form: Form) -> dict[str, Any]:
    """A family or community that was looked at."""
    asked = needed(form, ("kind", "home", "region_code", "assessed_on", "is_safe"))
    is_safe = _BOOLEANS.get(asked["is_safe"] or "", asked["is_safe"])
    consent = said(form, "guardian_consent_on")
    return loaded(ReunificationIn(), asked | {"is_safe": is_safe, "guardian_consent_on": consent})


def home_step_from(form: Form, verb: str) -> dict[str, Any]:
    """When the person moved in, was seen there, or left and why. Raises KeyError for another verb."""
    schema, asked = _OF_HOME[verb]
    return loaded(schema(), needed(form, asked))


def needed(form: Form, names: Iterable[str]) -> dict[str, str | None]:
    """What was typed into these fields. Raises Invalid naming each that is empty."""
    typed = {name: said(form, name) for name in names}
    refuse_missing(typed)
    return typed


def refuse_missing(typed: Mapping[str, Any]) -> None:
    """Raises Invalid naming each of these that is empty."""
    missing = [field_error(name, "missing", "Needed.") for name, value in typed.items() if not value]
    if missing:
        raise Invalid("The form has mistakes.", errors=missing)
