"""Pages of wards: who sleeps in one, a new one, a change of its beds."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.clients.service import labels
from kessos_case.core.db import Session, attempt
from kessos_case.core.paging import PageRequest, page
from kessos_case.residence import forms, queries, service
from kessos_case.residence.models import Stay, Ward
from kessos_case.residence.page_frame import Errors, mistakes, refused, shown
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("wards", __name__, url_prefix="/house/wards")

A_PAGE = 50


@blp.get("/new")
@page_door("residence", "manage")
def new(session: Session) -> str:
    """The form of a ward."""
    return shown("ward_new", Form(), {})


@blp.post("/new")
@page_door("residence", "manage")
def add(session: Session) -> Response:
    """Open a ward of the own house."""
    form, house = request.form, service.own_house(session, "manage")
    try:
        once(session, form, lambda: service.add_ward(session, house, **forms.ward_from(form)).id)
    except forms.REFUSALS as error:
        return refused(error, shown("ward_new", form, mistakes(error)))
    return see_other(url_for("residence_pages.house.index", notice="saved"))


@blp.get("/<uuid:ward_id>")
@page_door("residence", "read")
def one(session: Session, ward_id: UUID) -> str:
    """Who sleeps in a ward, who has lived there longest first."""
    ward = service.read_ward(session, ward_id)
    asked = PageRequest(f"page:ward:{ward_id}", A_PAGE, request.args.get("cursor"))
    found = page(session, queries.stays({"ward_id": ward_id, "open": True}), [Stay.admitted_at, Stay.id], asked)
    people = service.listed_stays(session, found.items)
    called = labels(session, [stay.client_id for stay in people])
    return shown("ward", Form(), {}, ward=ward, people=people, next_cursor=found.next_cursor, called=called)


@blp.get("/<uuid:ward_id>/change")
@page_door("residence", "manage")
def change_form(session: Session, ward_id: UUID) -> str:
    """The form to change a ward."""
    ward = service.ward_for(session, ward_id)
    stated = {name: str(value) for name, value in service.ward_as_stated(ward).items()}
    return _change(ward, Form(stated | {"is_active": "yes" if ward.is_active else ""}), {})


@blp.post("/<uuid:ward_id>/change")
@page_door("residence", "manage")
def change(session: Session, ward_id: UUID) -> Response:
    """Change a ward; nobody is put out of a bed by it."""
    form, ward = request.form, service.ward_for(session, ward_id, lock=True)
    try:
        changes = forms.ward_change_from(form)
        check_seen(form, ward.version)
        with attempt(session):
            service.change_ward(session, ward, changes)
    except forms.REFUSALS as error:
        return refused(error, _change(service.ward_for(session, ward_id), form, mistakes(error)))
    return see_other(url_for("residence_pages.wards.one", ward_id=ward_id, notice="saved"))


def _change(ward: Ward, form: Form, errors: Errors) -> str:
    return shown("ward_change", form, errors, ward=service.ward_card(ward))
