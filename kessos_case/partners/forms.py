"""From the forms of the directory to what the schemas and services take. Nothing is checked here that they check."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from kessos_case.core.errors import Conflict, Forbidden, Invalid, KessosError, RuleBroken, field_error
from kessos_case.partners.schemas import AgreementEnding, AgreementIn, CapacityIn, ContactIn, PauseIn, ServiceIn
from kessos_case.web.forms import Form, loaded, number, said

# What a page answers with the form again; anything else is a page of its own.
REFUSALS = (Invalid, RuleBroken, Conflict, Forbidden)

CONTACT = ("name", "position", "phone", "email")

_TEXTS = ("service_type", "name", "opens_at", "closes_at", "application_process")
_AGES = ("min_age", "max_age")
_LISTS = ("coverage", "categories", "open_days")
_TRUTHS = ("has_disability_access", "is_accredited", "allows_waiting")


def reasons_of(error: KessosError) -> list[Mapping[str, Any]]:
    """Everything that a refusal names; its own code where it names nothing."""
    return list(error.errors) or [{"code": error.code}]


def service_from(form: Form, *, may_accredit: bool) -> dict[str, Any]:
    """A service as it was typed, without a word on accreditation from whoever has none. Raises Invalid as all of these do."""
    _demand(form, ("service_type", "name", "coverage"))
    stated: dict[str, Any] = {name: said(form, name) for name in _TEXTS}
    stated |= {name: number(said(form, name)) for name in _AGES}
    stated |= {name: form.getlist(name) for name in _LISTS}
    stated["open_days"] = [number(one) for one in stated["open_days"]]
    stated |= {name: bool(form.get(name)) for name in _TRUTHS}
    stated["sexes"] = [form["sexes"]] if form.get("sexes") else []
    if not may_accredit:
        del stated["is_accredited"]
    return loaded(ServiceIn(), stated)


def service_form(stated: Mapping[str, Any]) -> Form:
    """The form of a service that stands so."""
    form: Form = MultiDict()
    for name in (*_TEXTS, *_AGES):
        value = stated.get(name)
        form[name] = "" if value is None else value.isoformat("minutes") if name.endswith("s_at") else str(value)
    for name in _LISTS:
        form.setlist(name, [str(one) for one in stated.get(name) or []])
    for name in _TRUTHS:
        form[name] = "yes" if stated.get(name) else ""
    form["sexes"] = stated["sexes"][0] if len(stated["sexes"]) == 1 else ""
    return form


def pause_from(form: Form, today: date) -> dict[str, Any]:
    """Days on which nobody is taken: from a day, today where none is said, for one day, until one or until further notice."""
    starts_on, until = said(form, "starts_on") or today.isoformat(), said(form, "until")
    ends_on = {"today": starts_on, "open": None, "day": said(form, "ends_on")}
    if until not in ends_on:
        raise Invalid("The form has mistakes.", errors=[field_error("until", "missing", "Needed.")])
    if until == "day":
        _demand(form, ("ends_on",))
    asked = {"starts_on": starts_on, "ends_on": ends_on[until], "reason": said(form, "reason")}
    stated = loaded(PauseIn(), asked | {"service_id": said(form, "service_id")})
    if (stated["ends_on"] or today) < today:
        raise Invalid("The pause is over.", errors=[field_error("ends_on", "over", "The day has passed.")])
    return stated


def places_from(form: Form, service_id: Any) -> dict[str, Any]:
    """How many places a service has between two days."""
    _demand(form, ("places", "starts_on", "ends_on"))
    days = {name: said(form, name) for name in ("starts_on", "ends_on")}
    return loaded(CapacityIn(), days | {"service_id": str(service_id), "places": number(said(form, "places"))})


def contact_from(form: Form) -> dict[str, Any]:
    """Whom to call: a name, and a telephone number or a mail address."""
    _demand(form, ("name",))
    return loaded(ContactIn(), {name: said(form, name) for name in CONTACT})


def agreement_from(form: Form) -> dict[str, Any]:
    """An agreement as the paper has it; its parties one a line."""
    _demand(form, ("number", "starts_on", "ends_on"))
    stated: dict[str, Any] = {name: said(form, name) for name in ("number", "starts_on", "ends_on")}
    parties = [line.strip() for line in form.get("parties", "").splitlines() if line.strip()]
    return loaded(AgreementIn(), stated | {"parties": parties, "subject": said(form, "subject")})


def agreement_ending_from(form: Form) -> dict[str, Any]:
    """Why an agreement ends before its day, and its new last day."""
    _demand(form, ("ends_on",))
    return loaded(AgreementEnding(), {"reason": said(form, "reason"), "ends_on": said(form, "ends_on")})


def _demand(form: Form, names: Iterable[str]) -> None:
    missing = [field_error(name, "missing", "Needed.") for name in names if not said(form, name)]
    if missing:
        raise Invalid("The form has mistakes.", errors=missing)
