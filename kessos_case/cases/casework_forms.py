"""From the forms of casework to what the schemas take. Nothing is checked here that a schema or a service checks."""

from collections.abc import Iterable, Mapping
from typing import Any

from kessos_case.cases.rules import ConferencePart
from kessos_case.cases.schemas import (
    ConferenceIn,
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
# Lines for other organisations that took part in a conference; more of them are named in the words.
PARTNER_LINES = 4
# People of the UPT itself or beside it who have a part and no line of their own.
PRESENT = (ConferencePart.CLIENT, ConferencePart.FAMILY, ConferencePart.GUARDIAN, ConferencePart.SPECIALIST)

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
    return loaded(ServiceAgreementIn(), _needed(form, asked))


def conference_from(form: Form, own_office: Any) -> dict[str, Any]:
    """Who met: the leader and the caseworker by name, who else by part, partners by organisation; and what was decided."""
    asked = {name: said(form, name) for name in ("held_on", "plan_id", "decisions")}
    attendees = list(_attendees(form, str(own_office)))
    _refuse_missing({"attendees": attendees} | {name: asked[name] for name in ("held_on", "decisions")})
    return loaded(ConferenceIn(), asked | {"attendees": attendees})


def visit_from(form: Form) -> dict[str, Any]:
    """A visit, a call or the attempt. What was seen of a person who was not met is left out, as nobody was seen."""
    asked = _needed(form, ("kind", "on", "was_met"))
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
    asked = _needed(form, ("kind", "home", "region_code", "assessed_on", "is_safe"))
    is_safe = _BOOLEANS.get(asked["is_safe"] or "", asked["is_safe"])
    consent = said(form, "guardian_consent_on")
    return loaded(ReunificationIn(), asked | {"is_safe": is_safe, "guardian_consent_on": consent})


def home_step_from(form: Form, verb: str) -> dict[str, Any]:
    """When the person moved in, was seen there, or left and why. Raises KeyError for another verb."""
    schema, asked = _OF_HOME[verb]
    return loaded(schema(), _needed(form, asked))


def _attendees(form: Form, own_office: str) -> Iterable[dict[str, Any]]:
    for part in (ConferencePart.CHAIR, ConferencePart.CASEWORKER):
        if who := said(form, part):
            yield {"user_id": who, "organisation_id": own_office, "part": part}
    for present in form.getlist("present"):
        yield {"organisation_id": own_office, "part": present}
    for line in range(PARTNER_LINES):
        if office := said(form, f"partner.{line}"):
            yield {"organisation_id": office, "part": ConferencePart.PARTNER}


def _needed(form: Form, names: Iterable[str]) -> dict[str, str | None]:
    typed = {name: said(form, name) for name in names}
    _refuse_missing(typed)
    return typed


def _refuse_missing(typed: Mapping[str, Any]) -> None:
    missing = [field_error(name, "missing", "Needed.") for name, value in typed.items() if not value]
    if missing:
        raise Invalid("The form has mistakes.", errors=missing)
