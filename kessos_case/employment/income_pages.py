"""The page of a person's income: what was stated, and a new statement."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.service import names_of
from kessos_case.clients.service import labels
from kessos_case.core.db import Session
from kessos_case.core.paging import PageRequest, page
from kessos_case.employment import forms, queries, service
from kessos_case.employment.models import IncomeStatement
from kessos_case.employment.page_frame import Errors, mistakes, refused, shown
from kessos_case.web.forms import Form
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("income", __name__, url_prefix="/clients/<uuid:client_id>/income")

A_PAGE = 20


@blp.get("")
@page_door("income", "read")
def index(session: Session, client_id: UUID) -> str:
    """What the person's household was said to earn, the latest statement first, and the form of a new one."""
    return _index(session, client_id, Form(), {})


@blp.post("")
@page_door("income", "record")
def state(session: Session, client_id: UUID) -> Response:
    """State an income over whole months; a later statement corrects an earlier one."""
    form = request.form
    try:
        once(session, form, lambda: service.state_income(session, client_id, **forms.income_from(form)).id)
    except forms.REFUSALS as error:
        return refused(error, _index(session, client_id, form, mistakes(error)))
    return see_other(url_for("employment_pages.income.index", client_id=client_id, notice="income"))


def _index(session: Session, client_id: UUID, form: Form, errors: Errors) -> str:
    asked = PageRequest(f"page:income:{client_id}", A_PAGE, request.args.get("cursor"))
    keys = [IncomeStatement.recorded_at, IncomeStatement.id]
    found = page(session, queries.incomes(client_id), keys, asked, descending=True)
    items = service.listed_incomes(session, client_id, found.items)
    return shown(
        "income", form, errors, items=items, next_cursor=found.next_cursor, client_id=client_id,
        label=labels(session, [client_id], in_list=False)[client_id].text,
        names=names_of(session, [one.recorded_by for one in items]),
    )  # fmt: skip
