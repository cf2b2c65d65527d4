"""Pages of cases that are handed over: the offers to and by the own UPT, and one offer with its answer.

The UPT that has not accepted sees what the offer tells, and neither the case nor the person.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.access.rules import Role
from kessos_case.cases import service as cases
from kessos_case.cases.models import CaseTransfer
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid
from kessos_case.core.paging import PageRequest, page
from kessos_case.journey import case_forms as forms
from kessos_case.journey import service, wording
from kessos_case.journey.case_queries import names
from kessos_case.web.forms import Form, changed
from kessos_case.web.pages import current_language, page_door, see_other

blp = Blueprint("transfer_pages", __name__, url_prefix="/transfers")

A_PAGE = 20


@blp.get("")
@page_door("case", "read")
def index(session: Session) -> str:
    """What other UPT offer us and what we offer them, newest first; those that wait for an answer by themselves."""
    direction = request.args.get("direction") if request.args.get("direction") in ("in", "out") else "in"
    asked = PageRequest("page:transfers", A_PAGE, request.args.get("cursor"), (("direction", direction),))
    select = cases.list_transfers(session, {"direction": direction})
    found = page(session, select, [CaseTransfer.offered_at, CaseTransfer.id], asked, descending=True)
    cards = cases.listed_transfers(session, found.items)
    offices = [office for card in cards for office in (card.from_organisation_id, card.to_organisation_id)]
    return render_template(
        "journey/transfers.html",
        cards=cards,
        next_cursor=found.next_cursor,
        direction=direction,
        names=names(session, current_language(), offices=offices),
        words=wording,
    )


@blp.get("/<uuid:transfer_id>")
@page_door("case", "read")
def one(session: Session, transfer_id: UUID) -> str:
    """One offer: what is told of the person, until when, and how it was answered."""
    return _one(session, transfer_id, Form(), {})


@blp.post("/<uuid:transfer_id>/acceptance")
@page_door("case", "transfer")
def accept(session: Session, transfer_id: UUID) -> Response:
    """Take the person over; the reader goes on at the case that begins."""
    return _answer(session, transfer_id, lambda: service.accept_transfer(session, transfer_id), "accepted")


@blp.post("/<uuid:transfer_id>/decline")
@page_door("case", "transfer")
def decline(session: Session, transfer_id: UUID) -> Response:
    """Leave the case where it is, for a reason."""

    def do() -> cases.TransferCard:
        return cases.decline_transfer(session, transfer_id, **forms.decline_from(request.form))

    return _answer(session, transfer_id, do, "declined")


@blp.post("/<uuid:transfer_id>/withdrawal")
@page_door("case", "transfer")
def withdraw(session: Session, transfer_id: UUID) -> Response:
    """Take the own offer back."""
    return _answer(session, transfer_id, lambda: cases.withdraw_transfer(session, transfer_id), "withdrawn")


def _answer(session: Session, transfer_id: UUID, do: Callable[[], cases.TransferCard], said: str) -> Response:
    try:
        with session.begin_nested():
            answered = do()
    except Invalid as error:
        return make_response(_one(session, transfer_id, request.form, wording.mistakes(error.errors)), 422)
    except Conflict as error:
        return _refused(session, transfer_id, error, said)
    if answered.new_case_id:
        return see_other(url_for("case_pages.one", case_id=answered.new_case_id, notice=said))
    return see_other(url_for("transfer_pages.one", transfer_id=transfer_id, notice=said))


def _refused(session: Session, transfer_id: UUID, error: Conflict, said: str) -> Response:
    """The same answer pressed twice was taken the first time; another one came too late."""
    if error.code == "wrong_state" and cases.transfer_for(session, transfer_id).state == said:
        return see_other(url_for("transfer_pages.one", transfer_id=transfer_id, notice=said))
    told = {"deceased": "client_died", "case_open": "case_open"}.get(error.code)
    text = wording.lack({"code": told}) if told else changed()
    return make_response(_one(session, transfer_id, request.form, {"": text}), 409)


def _one(session: Session, transfer_id: UUID, form: Form, errors: dict[str, str]) -> str:
    card = cases.read_transfer(session, transfer_id)
    ours = card.from_organisation_id if card.direction == "out" else card.to_organisation_id
    snapshot: dict[str, Any] = card.snapshot or {}
    return render_template(
        "journey/transfer.html",
        card=card,
        snapshot=snapshot,
        may_answer=card.state == "offered" and Role.SUPERVISOR in cases.roles_at(session, ours),
        names=names(
            session,
            current_language(),
            offices=[card.from_organisation_id, card.to_organisation_id],
            category=snapshot.get("category"),
        ),
        form=form,
        errors=errors,
        notice=wording.notice(request.args.get("notice", "")),
        words=wording,
    )
