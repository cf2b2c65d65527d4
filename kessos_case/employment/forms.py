"""From the forms of work and income to what the schemas take. Nothing is checked here that a schema or a service checks."""

from collections.abc import Iterable, Mapping
from typing import Any

from kessos_case.core.errors import Conflict, Invalid, KessosError, RuleBroken, field_error
from kessos_case.employment.business_schemas import AllowedIn
from kessos_case.employment.rules import PlacementKind
from kessos_case.employment.schemas import CheckIn, EndingIn, IncomeIn, PlacementIn, VerificationIn
from kessos_case.web.forms import Form, loaded, number, said

# What a page answers with the form again; anything else is a page of its own.
REFUSALS = (Invalid, RuleBroken, Conflict)

_BOOLEANS = {"yes": True, "no": False}


def reasons_of(error: KessosError) -> list[Mapping[str, Any]]:
    """Everything that a refusal names; its own code where it names nothing."""
    return list(error.errors) or [{"code": error.code}]


def placement_from(form: Form) -> dict[str, Any]:
    """Work that begins. An own business has words and no employer, all other work an employer. Raises Invalid as all do."""
    is_own = form.get("kind") == PlacementKind.OWN_BUSINESS
    asked = _needed(form, ("case_id", "kind", "business" if is_own else "employer_id", "occupation", "starts_on"))
    more = {"monthly_income": number(said(form, "monthly_income")), "plan_step_id": said(form, "plan_step_id")}
    return loaded(PlacementIn(), asked | more)


def verification_from(form: Form) -> dict[str, Any]:
    """How it is known that the work has begun."""
    return loaded(VerificationIn(), _needed(form, ("method", "on")))


def allowed_from(form: Form) -> dict[str, Any]:
    """How and when the person let his employer be asked."""
    return loaded(AllowedIn(), _needed(form, ("form", "given_on")))


def check_from(form: Form) -> dict[str, Any]:
    """What a check found. A reason is only asked of work that is over."""
    asked: dict[str, Any] = _needed(form, ("still_active", "method", "on"))
    goes_on = _BOOLEANS.get(asked["still_active"], asked["still_active"])
    more = {
        "still_active": goes_on,
        "period": number(said(form, "period")),
        "monthly_income": number(said(form, "monthly_income")),
        "reason": None if goes_on is True else said(form, "reason"),
    }
    return loaded(CheckIn(), asked | more)


def ending_from(form: Form) -> dict[str, Any]:
    """When work ended, and why."""
    return loaded(EndingIn(), _needed(form, ("on", "reason")))


def income_from(form: Form) -> dict[str, Any]:
    """What a household earned over whole months; without a last month it is the first alone."""
    typed = Form(form.items(multi=True))
    typed["to"] = said(form, "to") or said(form, "from") or ""
    asked: dict[str, Any] = _needed(typed, ("from", "to", "amount", "source"))
    size = number(said(form, "household_size"))
    return loaded(IncomeIn(), asked | {"amount": number(asked["amount"]), "household_size": size})


def _needed(form: Form, names: Iterable[str]) -> dict[str, str | None]:
    typed = {name: said(form, name) for name in names}
    missing = [field_error(name, "missing", "Needed.") for name, value in typed.items() if not value]
    if missing:
        raise Invalid("The form has mistakes.", errors=missing)
    return typed
