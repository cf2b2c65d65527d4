"""From the forms of a person to what the schemas take: a birth as well as it is known, names one a line."""

from datetime import date
from typing import Any

from kessos_case.clients.models import Client
from kessos_case.clients.rules import BirthDatePrecision
from kessos_case.clients.schemas import ClientChange, ClientIn
from kessos_case.clients.service import as_stated
from kessos_case.core.errors import Invalid, field_error
from kessos_case.web.forms import Form, loaded, number, said

_PLAIN = ("name", "temporary_label", "nik", "no_nik_reason", "kk", "phone", "region_code", "address")
# Never sent to a browser in plain: an empty field means that they stay, a ticked box that they go.
NUMBERS = ("nik", "kk", "phone")
BIRTH = ("birth_date", "birth_year", "estimated_age")


def blank() -> Form:
    """An empty form."""
    return Form({"sex": "unknown"})


def registration_from(form: Form, today: date) -> dict[str, Any]:
    """The person of this form, as `register_client` takes it. Raises Invalid naming each wrong field."""
    stated = _stated(form, today) | {"acknowledge_duplicates": form.getlist("acknowledge_duplicates")}
    return loaded(ClientIn(), stated)


def change_from(form: Form, client: Client, today: date) -> dict[str, Any]:
    """What this form changes of a person, as `change_client` takes it. Raises Invalid naming each wrong field.

    Numbers only where new ones were typed or old ones go; a birth only where it was typed anew, for a form shows less of
    it than may be known.
    """
    stated, before = _stated(form, today), as_form(client, today)
    for name in NUMBERS:
        if form.get(f"drop_{name}"):
            stated[name] = None
        elif stated[name] is None:
            del stated[name]
    if all(form.get(name, "") == before.get(name, "") for name in BIRTH):
        del stated["birth_date"], stated["birth_date_precision"]
    known = as_stated(client)
    return {name: value for name, value in loaded(ClientChange(), stated).items() if value != known[name]}


def as_form(client: Client, today: date) -> Form:
    """The record as the form of a change shows it, without its numbers."""
    stated = as_stated(client)
    names = [name for name in (*_PLAIN, "sex", "confidentiality") if name not in NUMBERS]
    form = Form({name: stated[name] for name in names if stated[name] is not None})
    form["aliases"] = "\n".join(stated["aliases"])
    form.setlist("categories", stated["categories"])
    form["version"] = str(client.version)
    form.update(_shown_birth(stated["birth_date"], stated["birth_date_precision"], today))
    return form


def _shown_birth(born: date | None, precision: str | None, today: date) -> dict[str, str]:
    if born is None:
        return {}
    if precision == BirthDatePrecision.YEAR:
        return {"birth_year": str(born.year)}
    if precision == BirthDatePrecision.ESTIMATED:
        return {"estimated_age": str(today.year - born.year)}
    return {"birth_date": born.isoformat()}


def _stated(form: Form, today: date) -> dict[str, Any]:
    stated: dict[str, Any] = {name: said(form, name) for name in _PLAIN}
    stated |= {"sex": form.get("sex"), "categories": form.getlist("categories")}
    stated["aliases"] = [line.strip() for line in form.get("aliases", "").splitlines() if line.strip()]
    if confidentiality := said(form, "confidentiality"):
        stated["confidentiality"] = confidentiality
    return stated | _birth(form, today)


def _birth(form: Form, today: date) -> dict[str, Any]:
    """The most precise that was typed: a date, a year, an age at sight."""
    if typed := said(form, "birth_date"):
        return {"birth_date": typed, "birth_date_precision": BirthDatePrecision.DAY.value}
    if typed := said(form, "birth_year"):
        return _in_year(_whole("birth_year", typed, 1880, today.year), BirthDatePrecision.YEAR)
    if typed := said(form, "estimated_age"):
        return _in_year(today.year - _whole("estimated_age", typed, 0, 130), BirthDatePrecision.ESTIMATED)
    return {"birth_date": None, "birth_date_precision": None}


def _in_year(year: int, precision: BirthDatePrecision) -> dict[str, Any]:
    return {"birth_date": date(year, 1, 1).isoformat(), "birth_date_precision": precision.value}


def _whole(field: str, typed: str, least: int, most: int) -> int:
    found = number(typed)
    if not isinstance(found, int) or not least <= found <= most:
        raise Invalid("The form has mistakes.", errors=[field_error(field, "out_of_range", f"{least} to {most}.")])
    return found
