"""Pages of applications: what the person of a case asked for, and what came of one."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.cases.rules import StepKind
from kessos_case.cases.service import open_steps
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import KessosError
from kessos_case.core.paging import PageRequest, page
from kessos_case.employment import forms, service, vacancy_forms, vacancy_queries
from kessos_case.employment import vacancy_wording as wording
from kessos_case.employment.models import Application
from kessos_case.employment.page_frame import Errors, refused, shown
from kessos_case.employment.rules import ApplicationVerb
from kessos_case.employment.service.asked import list_asked, read_asked
from kessos_case.employment.vacancy_pages import one_page
from kessos_case.web.forms import Form
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("applications", __name__)

A_PAGE = 20


@blp.get("/cases/<uuid:case_id>/applications")
@page_door("application", "read")
def index(session: Session, case_id: UUID) -> str:
    """What the person asked for, at whichever office, the latest first."""
    heading = service.case_at_work(session, case_id)
    asked = PageRequest(f"page:applications:{case_id}", A_PAGE, request.args.get("cursor"))
    select = vacancy_queries.applications(client_id=heading.client_id)
    found = page(session, select, [Application.applied_on, Application.id], asked, descending=True)
    items = list_asked(session, found.items)
    return _shown("applications", Form(), {}, heading=heading, items=items, next_cursor=found.next_cursor)


@blp.post("/cases/<uuid:case_id>/applications")
@page_door("application", "record")
def apply_for(session: Session, case_id: UUID) -> Response:
    """Write down that the person asks for a vacancy. The employer is told nothing."""
    form = request.form
    try:
        once(session, form, lambda: service.apply_for(session, case_id, **vacancy_forms.application_from(form)).id)
    except forms.REFUSALS as error:
        return refused(error, _vacancy_again(session, form, _mistakes(error), case_id))
    return see_other(url_for("employment_pages.applications.index", case_id=case_id, notice="applied"))


@blp.get("/applications/<uuid:application_id>")
@page_door("application", "read")
def one(session: Session, application_id: UUID) -> str:
    """One application: what came of it, and what can be written down now."""
    return _one(session, application_id, Form(), {})


@blp.post("/applications/<uuid:application_id>/moves")
@page_door("application", "record")
def move(session: Session, application_id: UUID) -> Response:
    """Invited, offered, hired, refused or withdrawn."""
    form = request.form
    try:
        once(
            session, form, lambda: service.move_application(session, application_id, **vacancy_forms.move_from(form)).id
        )
    except forms.REFUSALS as error:
        return refused(error, _one(session, application_id, form, _mistakes(error)))
    notice = form.get("verb", "")
    return see_other(url_for("employment_pages.applications.one", application_id=application_id, notice=notice))


def _one(session: Session, application_id: UUID, form: Form, errors: Errors) -> str:
    """What was typed, and what is wrong with it, stands in the form of its verb."""
    asked, which = read_asked(session, application_id), form.get("verb", "")
    vacancy, today = asked.vacancy, str(office_day(session.now))
    blank = Form({"on": today, "starts_on": today, "monthly_income": _fixed_wage(vacancy)})
    verbs = [str(verb) for verb in ApplicationVerb]
    return _shown(
        "application", form, errors, asked=asked, card=asked.card, which=which,
        typed={name: form if name == which else blank for name in verbs},
        wrong={name: errors if name == which else {} for name in verbs},
        steps=open_steps(session, asked.case_id, asked.card.client_id, StepKind.PLACEMENT) if asked.is_own else {},
    )  # fmt: skip


def _fixed_wage(vacancy: service.VacancyCard) -> str:
    return str(vacancy.wage_from) if vacancy.wage_from is not None and vacancy.wage_from == vacancy.wage_to else ""


def _vacancy_again(session: Session, form: Form, errors: Errors, case_id: UUID) -> str:
    """The vacancy for which the person could not ask; without one, the list of what he asked for."""
    try:
        return one_page(session, UUID(form.get("vacancy_id", "")), form, errors)
    except ValueError:
        return _shown(
            "applications", form, errors, heading=service.case_at_work(session, case_id), items=[], next_cursor=None
        )


def _shown(template: str, form: Form, errors: Errors, **more: Any) -> str:
    notice = wording.NOTICES.get(request.args.get("notice", ""))
    return shown(template, form, errors, words=wording, notice=notice, **more)


def _mistakes(error: KessosError) -> Errors:
    return wording.mistakes(forms.reasons_of(error))
