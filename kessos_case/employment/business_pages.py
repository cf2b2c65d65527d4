"""The page of an own business: capital, the last twelve months in figures and as a line, and what they prove."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.clients.service import labels
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.months import format_month, month_of
from kessos_case.employment import business_chart, forms, service, vacancy_forms, vacancy_queries
from kessos_case.employment import business_wording as wording
from kessos_case.employment.page_frame import Errors, refused, shown
from kessos_case.web.forms import Form
from kessos_case.web.once import once
from kessos_case.web.pages import current_language, page_door, see_other

blp = Blueprint("business", __name__, url_prefix="/placements/<uuid:placement_id>/business")


@blp.get("")
@page_door("placement", "read")
def index(session: Session, placement_id: UUID) -> str:
    """What the business turned over and what was left, what it began with, and the forms of both."""
    return _index(session, placement_id, Form(), {}, "")


@blp.post("/capital")
@page_door("placement", "record")
def capital(session: Session, placement_id: UUID) -> Response:
    """Write down money or tools."""
    return _done(session, placement_id, "capital", lambda form: _capital(session, placement_id, form))


@blp.post("/months")
@page_door("placement", "record")
def month(session: Session, placement_id: UUID) -> Response:
    """Write down a month."""
    return _done(session, placement_id, "month", lambda form: _month(session, placement_id, form))


@blp.post("/statement")
@page_door("income", "record")
def state(session: Session, placement_id: UUID) -> Response:
    """Make the statement of income that three months of books offer."""
    return _done(session, placement_id, "stated", lambda _form: service.state_books(session, placement_id).id)


def _capital(session: Session, placement_id: UUID, form: Form) -> UUID:
    return service.record_capital(session, placement_id, **vacancy_forms.capital_from(form)).id


def _month(session: Session, placement_id: UUID, form: Form) -> UUID:
    return service.record_month(session, placement_id, **vacancy_forms.month_from(form)).id


def _done(session: Session, placement_id: UUID, which: str, do: Callable[[Form], UUID]) -> Response:
    form = request.form
    try:
        once(session, form, lambda: do(form))
    except forms.REFUSALS as error:
        errors = wording.mistakes(forms.reasons_of(error))
        return refused(error, _index(session, placement_id, form, errors, which))
    return see_other(url_for("employment_pages.business.index", placement_id=placement_id, notice=which))


def _index(session: Session, placement_id: UUID, form: Form, errors: Errors, which: str) -> str:
    business, card = service.read_business(session, placement_id), service.read_placement(session, placement_id)
    today = office_day(session.now)
    last = month_of(today)
    blank = Form({"received_on": str(today), "month": format_month(last - 1)})
    figures = {month: (each.turnover, each.profit) for month, each in business.months.items()}
    known: dict[str, Any] = {
        "typed": {name: form if name == which else blank for name in ("capital", "month")},
        "wrong": {name: errors if name == which else {} for name in ("capital", "month", "stated")},
    }
    return shown(
        "business", form, errors, words=wording, notice=wording.NOTICES.get(request.args.get("notice", "")),
        card=card, business=business, label=labels(session, [card.client_id], in_list=False)[card.client_id].text,
        shown_months=[month for month in range(last, last - business_chart.SHOWN, -1) if month in business.months],
        chart=business_chart.chart(figures, last), programmes=vacancy_queries.programmes(session, current_language()),
        **known,
    )  # fmt: skip
