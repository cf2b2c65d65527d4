"""The page of aid: what a person was given, month by month as a picture, and the lines of the ledger beneath it."""

from uuid import UUID

from flask import Blueprint, render_template, request

from kessos_case.aid import queries, service, wording
from kessos_case.aid.models import Disbursement
from kessos_case.clients.service import read_client
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, field_error
from kessos_case.core.months import Month, parse_month
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.reference.service import programme_names
from kessos_case.web.pages import current_language, page_door

blp = Blueprint("aid_pages", __name__, url_prefix="/clients")

A_PAGE = 20


@blp.get("/<uuid:client_id>/aid")
@page_door("aid", "read")
def person(session: Session, client_id: UUID) -> str:
    """A person's aid: 60 months at a glance, in words, and its lines; `?month=2026-03` keeps those of one month."""
    client, month = read_client(session, client_id), _month(request.args.get("month"))
    found = _lines(session, client_id, month)
    return render_template(
        "aid/person.html",
        client=client,
        month=month,
        picture=service.months_picture(session, client_id),
        agreed=service.agreed_against_paid(session, client_id),
        lines=service.listed_lines(session, client_id, found.items),
        next_cursor=found.next_cursor,
        programmes=programme_names(session, current_language()),
        words=wording,
    )


def _month(text: str | None) -> Month | None:
    """The month that the address names. Raises Invalid for what is none."""
    try:
        return parse_month(text) if text else None
    except ValueError as error:
        raise Invalid("There is no such month.", errors=[field_error("month", "invalid_value", str(error))]) from error


def _lines(session: Session, client_id: UUID, month: Month | None) -> Page:
    asked = PageRequest(f"page:aid:{client_id}", A_PAGE, request.args.get("cursor"), (("month", month),))
    select = queries.unit_lines(client_id)
    if month is not None:
        select = select.where(Disbursement.from_month <= month, Disbursement.to_month >= month)
    return page(session, select, [Disbursement.paid_on, Disbursement.id], asked, descending=True)
