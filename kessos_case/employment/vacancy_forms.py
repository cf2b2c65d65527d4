"""From the forms of vacancies, applications, businesses and questions to what the schemas take."""

from collections.abc import Iterable
from typing import Any

from kessos_case.core.errors import Invalid, field_error
from kessos_case.employment.business_schemas import BooksIn, CapitalIn
from kessos_case.employment.vacancy_schemas import JobApplicationIn, JobApplicationMove, VacancyChange, VacancyIn
from kessos_case.web.forms import Form, loaded, number, said

_VACANCY = ("kind", "occupation", "region_code", "closes_on")
_ANSWERS: dict[str | None, bool | str | None] = {"yes": True, "no": False}


def vacancy_from(form: Form) -> dict[str, Any]:
    """A new vacancy. Raises Invalid as all do."""
    return loaded(VacancyIn(), _vacancy(form, ("employer_id", *_VACANCY)))


def change_from(form: Form) -> dict[str, Any]:
    """A vacancy stated anew."""
    return loaded(VacancyChange(), _vacancy(form, _VACANCY))


def application_from(form: Form) -> dict[str, Any]:
    """Which vacancy the person asks for, and since when."""
    return loaded(JobApplicationIn(), _needed(form, ("vacancy_id",)) | {"applied_on": said(form, "applied_on")})


def move_from(form: Form) -> dict[str, Any]:
    """What came of an application."""
    more = {name: said(form, name) for name in ("on", "reason", "starts_on", "plan_step_id")}
    income = number(said(form, "monthly_income"))
    return loaded(JobApplicationMove(), _needed(form, ("verb",)) | more | {"monthly_income": income})


def capital_from(form: Form) -> dict[str, Any]:
    """Money or tools."""
    asked = _needed(form, ("received_on", "source", "amount", "is_tools"))
    more = {name: said(form, name) for name in ("programme_code", "what")}
    read = {"amount": number(asked["amount"]), "is_tools": _truth(asked["is_tools"])}
    return loaded(CapitalIn(), asked | more | read)


def month_from(form: Form) -> dict[str, Any]:
    """A month of a business; a loss has its sign before it."""
    asked = _needed(form, ("month", "turnover", "profit", "evidence"))
    read = {"turnover": number(asked["turnover"]), "profit": _signed(asked["profit"])}
    return loaded(BooksIn(), asked | read | {"has_tools": _truth(said(form, "has_tools"))})


def _vacancy(form: Form, names: Iterable[str]) -> dict[str, Any]:
    asked = _needed(form, (*names, "places"))
    figures = {name: number(said(form, name)) for name in ("places", "wage_from", "wage_to")}
    return asked | figures | {"requirements": said(form, "requirements")}


def _truth(text: str | None) -> bool | str | None:
    return _ANSWERS.get(text, text)


def _signed(text: str | None) -> int | str | None:
    bare = (text or "").replace("\N{MINUS SIGN}", "-").strip()
    found = number(bare.removeprefix("-"))
    return -found if bare.startswith("-") and isinstance(found, int) else found


def _needed(form: Form, names: Iterable[str]) -> dict[str, Any]:
    typed = {name: said(form, name) for name in names}
    missing = [field_error(name, "missing", "Needed.") for name, value in typed.items() if not value]
    if missing:
        raise Invalid("The form has mistakes.", errors=missing)
    return typed
