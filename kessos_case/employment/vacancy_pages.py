"""Pages of vacancies: what is open, one of them, and the forms of whoever states them. Nobody who applied is named here."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.service import names_of, offices_near
from kessos_case.access.wording import OFFICE_KINDS
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import KessosError
from kessos_case.core.paging import PageRequest, page
from kessos_case.employment import forms, service, vacancy_forms, vacancy_queries
from kessos_case.employment import vacancy_wording as wording
from kessos_case.employment.page_frame import Errors, refused, shown
from kessos_case.employment.vacancy_queries import WantedVacancies
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once
from kessos_case.web.pages import may, page_door, see_other

blp = Blueprint("vacancies", __name__, url_prefix="/vacancies")

A_PAGE = 20


@blp.get("")
@page_door("vacancy", "read")
def index(session: Session) -> str:
    """Vacancies that are open (`?view=all`: all), of one kind, in one regency; `?mine`: all own ones."""
    wanted, today, asked = _wanted(session), office_day(session.now), _asked()
    select, keys = vacancy_queries.vacancies(wanted, today, shows_filled=not service.sees_hires(session))
    bound = tuple((name, str(value)) for name, value in vars(wanted).items())
    request_ = PageRequest("page:vacancies", A_PAGE, request.args.get("cursor"), bound)
    found = page(session, select, keys, request_, descending=not wanted.is_open)
    items = service.listed_vacancies(session, found.items)
    return _shown(
        "vacancies", Form(), {}, items=items, next_cursor=found.next_cursor, asked=asked, here=_here,
        heading=_heading(session), regencies=vacancy_queries.regencies(session), place_of=_place_of(session, items),
        states_others=service.may_state_for_others(session),
    )  # fmt: skip


@blp.get("/new")
@page_door("vacancy", "manage")
def new(session: Session) -> str:
    """The form of a new vacancy."""
    return _form(session, Form(), {})


@blp.post("/new")
@page_door("vacancy", "manage")
def add(session: Session) -> Response:
    """State a vacancy."""
    form, made = request.form, list[UUID]()
    try:
        once(session, form, lambda: _keep(made, service.add_vacancy(session, **vacancy_forms.vacancy_from(form)).id))
    except forms.REFUSALS as error:
        return refused(error, _form(session, form, _mistakes(error)))
    if not made:
        return see_other(url_for("employment_pages.vacancies.index", mine=""))
    return see_other(url_for("employment_pages.vacancies.one", vacancy_id=made[0], notice="added"))


@blp.get("/<uuid:vacancy_id>")
@page_door("vacancy", "read")
def one(session: Session, vacancy_id: UUID) -> str:
    """One vacancy; with `?case_id=` the person of that case can ask for it."""
    return one_page(session, vacancy_id, Form({"applied_on": str(office_day(session.now))}), {})


@blp.get("/<uuid:vacancy_id>/change")
@page_door("vacancy", "manage")
def change(session: Session, vacancy_id: UUID) -> str:
    """The form of a vacancy as it stands."""
    found = service.managed_vacancy(session, vacancy_id)
    stated = {name: "" if value is None else str(value) for name, value in service.as_stated(found).items()}
    return _form(session, Form(stated | {"version": str(found.version)}), {}, vacancy_id)


@blp.post("/<uuid:vacancy_id>/change")
@page_door("vacancy", "manage")
def save(session: Session, vacancy_id: UUID) -> Response:
    """State a vacancy anew."""
    form = request.form
    try:
        with session.begin_nested():
            stated, found = vacancy_forms.change_from(form), service.managed_vacancy(session, vacancy_id)
            check_seen(form, found.version)
            service.change_vacancy(session, found, stated)
    except forms.REFUSALS as error:
        return refused(error, _form(session, form, _mistakes(error), vacancy_id))
    return see_other(url_for("employment_pages.vacancies.one", vacancy_id=vacancy_id, notice="changed"))


@blp.post("/<uuid:vacancy_id>/closing")
@page_door("vacancy", "manage")
def close(session: Session, vacancy_id: UUID) -> Response:
    """Take no more applications; a second press changes nothing."""
    service.close_vacancy(session, vacancy_id)
    return see_other(url_for("employment_pages.vacancies.one", vacancy_id=vacancy_id, notice="closed"))


def one_page(session: Session, vacancy_id: UUID, form: Form, errors: Errors) -> str:
    """The page of one vacancy, also with an application that was refused."""
    found = service.read_vacancy(session, vacancy_id)
    place_of = _place_of(session, [found])
    return _shown("vacancy", form, errors, vacancy=found, heading=_heading(session), place_of=place_of)


def _form(session: Session, form: Form, errors: Errors, vacancy_id: UUID | None = None) -> str:
    own, offices = {}, []
    if vacancy_id is None and service.may_state_for_others(session):
        offices = offices_near(session, [grant.region_code for grant in session.actor.grants])
    elif vacancy_id is None:
        own = names_of(session, service.own_employers(session))
    return _shown(
        "vacancy_form", form, errors, vacancy_id=vacancy_id, own=own, offices=offices, office_kinds=OFFICE_KINDS,
        regencies=vacancy_queries.regencies(session),
    )  # fmt: skip


def _shown(template: str, form: Form, errors: Errors, **more: Any) -> str:
    notice = wording.NOTICES.get(request.args.get("notice", ""))
    return shown(template, form, errors, words=wording, notice=notice, **more)


def _mistakes(error: KessosError) -> Errors:
    return wording.mistakes(forms.reasons_of(error))


def _heading(session: Session) -> Any:
    """Whose case the reader looks for work for; only who does casework has one."""
    case_id = _id(request.values.get("case_id", ""))
    return service.case_at_work(session, case_id) if case_id and may("application", "record") else None


def _wanted(session: Session) -> WantedVacancies:
    asked = _asked()
    is_mine = "mine" in request.args
    employers = service.own_employers(session) if is_mine else None
    is_open = not is_mine and asked["view"] != "all"
    return WantedVacancies(is_open, asked["kind"] or None, asked["place"] or None, employers)


def _asked() -> dict[str, str]:
    """The filters as the page shows them: only words that it offers."""
    kind, place, view = (request.args.get(name, "") for name in ("kind", "place", "view"))
    return {
        "view": "all" if view == "all" else "",
        "kind": kind if kind in wording.KINDS else "",
        "place": place if len(place) <= 20 else "",
        "case_id": str(_id(request.args.get("case_id", "")) or ""),
    }


def _here(**changes: str) -> str:
    """This page with other filters; an empty one is left out."""
    values: dict[str, Any] = {name: value for name, value in (_asked() | changes).items() if value}
    mine: dict[str, Any] = {"mine": ""} if "mine" in request.args and "view" not in changes else {}
    return url_for("employment_pages.vacancies.index", **values, **mine)


def _place_of(session: Session, items: Iterable[service.VacancyCard]) -> Callable[[str], str]:
    names = vacancy_queries.names_of_regencies(session, {each.region_code for each in items})
    return lambda code: names.get(code, code)


def _keep(made: list[UUID], made_id: UUID) -> UUID:
    made.append(made_id)
    return made_id


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
