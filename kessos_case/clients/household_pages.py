"""The page of a person's households: with whom he lives on one family card, from when to when; joining, leaving, mistakes."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request

from kessos_case.clients import service, wording
from kessos_case.clients.schemas import MembershipEnd, MembershipIn
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, NotFound
from kessos_case.core.months import format_month, month_of
from kessos_case.web.forms import Form, loaded, said
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("household_pages", __name__, url_prefix="/clients/<uuid:client_id>/households")


@blp.get("")
@page_door("household", "read")
def households(session: Session, client_id: UUID) -> str:
    """The households that a person stands and stood in, and the form to join one."""
    return _page(session, client_id, Form(), {})


@blp.post("")
@page_door("household", "record")
def join(session: Session, client_id: UUID) -> Response:
    """Write down that he lives in a household; one that he lives in until then ends when he has moved."""
    try:
        service.join_household(session, client_id, **_joined(request.form))
    except Invalid as error:
        return make_response(_page(session, client_id, request.form, wording.mistakes(error.errors)), 422)
    except Conflict as error:
        if error.code != "in_household":
            raise
        mistakes = {"from": wording.in_household(error.errors)}
        return make_response(_page(session, client_id, request.form, mistakes), 409)
    return _shown(client_id, "household_joined")


@blp.post("/<uuid:membership_id>/ending")
@page_door("household", "record")
def end(session: Session, client_id: UUID, membership_id: UUID) -> Response:
    """Write down the last month in it."""
    _own(session, client_id, membership_id)
    try:
        service.end_membership(session, membership_id, **loaded(MembershipEnd(), {"to": said(request.form, "to")}))
    except Invalid as error:
        mistakes = {f"to-{membership_id}": text for text in wording.mistakes(error.errors).values()}
        return make_response(_page(session, client_id, request.form, mistakes), 422)
    return _shown(client_id, "household_left")


@blp.post("/<uuid:membership_id>/void")
@page_door("household", "record")
def void(session: Session, client_id: UUID, membership_id: UUID) -> Response:
    """He never stood in it."""
    _own(session, client_id, membership_id)
    service.void_membership(session, membership_id)
    return _shown(client_id, "household_voided")


def _joined(form: Form) -> dict[str, Any]:
    stated = {name: said(form, name) for name in ("kk", "relation", "from")}
    return loaded(MembershipIn(), stated | {"moving": bool(form.get("moving"))})


def _own(session: Session, client_id: UUID, membership_id: UUID) -> None:
    """Raises NotFound unless it is one of this person's."""
    service.client_for(session, client_id)
    if service.read_membership(session, membership_id).client_id != client_id:
        raise NotFound("There is no such membership.")


def _page(session: Session, client_id: UUID, form: Form, errors: dict[str, str]) -> str:
    client, stays = service.read_client(session, client_id), service.memberships_of(session, client_id)
    month = month_of(office_day(session.now))
    current = next((stay for stay in stays if stay.voided_at is None and stay.to_month is None), None)
    return render_template(
        "clients/households.html",
        client=client,
        stays=stays,
        current=current,
        household=service.read_household(session, current.household_id) if current else None,
        form=form or Form({"from": format_month(month)}),
        errors=errors,
        notice=wording.NOTICES.get(request.args.get("notice", "")),
        words=wording,
    )


def _shown(client_id: UUID, notice: str) -> Response:
    return see_other(f"/clients/{client_id}/households?notice={notice}")
