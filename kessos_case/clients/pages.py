"""Pages of people: find somebody, register a new one, correct a record. What was searched for never stands in an address."""

import base64
import binascii
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _

from kessos_case.clients import forms, page_queries, queries, service, wording
from kessos_case.clients.models import Client
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid
from kessos_case.core.keys import KeyringError, keyring
from kessos_case.core.months import month_of
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.reference.service import category_names
from kessos_case.web.forms import Form, version_of
from kessos_case.web.once import once, word_of
from kessos_case.web.pages import current_language, page_door, see_other

blp = Blueprint("client_pages", __name__, url_prefix="/clients")

A_PAGE = 20
MOST_FOUND = 30
_LONGEST_SEARCH = 200


@blp.get("")
@page_door("client", "search")
def index(session: Session) -> str:
    """What was searched for, best first; without a search the people of the own office, the newest first."""
    text = _opened(session, request.args.get("s", ""))
    found = Page(service.search_clients(session, text, MOST_FOUND), None) if text else _newest(session)
    places = page_queries.place_names(session, [card.region_code for card in found.items])
    return render_template("clients/index.html", text=text, found=found, places=places, words=wording)


@blp.post("")
@page_door("client", "search")
def search(session: Session) -> Response:
    """Search: the words go on sealed in the address, which histories and logs of servers keep."""
    text = " ".join(request.form.get("q", "").split())[:_LONGEST_SEARCH].replace("\0", "")
    return see_other(url_for("client_pages.index", s=_sealed(session, text) if text else None))


@blp.get("/new")
@page_door("client", "create")
def registration(session: Session) -> str:
    """The form to register a person, with what was searched for as the name."""
    form, text = forms.blank(), _opened(session, request.args.get("s", ""))
    if text and not any(letter.isdigit() for letter in text):
        form["name"] = text
    return _form(session, form, {})


@blp.post("/new")
@page_door("client", "create")
def register(session: Session) -> Response:
    """Register a person. Whoever may be the same one is shown first; nothing typed is lost."""
    made: list[UUID] = []

    def do() -> UUID:
        made.append(_register(session, request.form))
        return made[0]

    try:
        once(session, request.form, do)
    except Invalid as error:
        return make_response(_form(session, request.form, wording.mistakes(error.errors)), 422)
    except Conflict as error:
        if error.code != "possible_duplicates":
            raise
        return make_response(_form(session, request.form, {}, candidates=error.extra["candidates"]), 409)
    return see_other(f"/clients/{made[0]}?notice=registered" if made else url_for("client_pages.index"))


@blp.get("/<uuid:client_id>/edit")
@page_door("client", "change")
def correction(session: Session, client_id: UUID) -> str:
    """The form to correct or complete a record."""
    client = service.client_for(session, client_id)
    card = service.read_client(session, client_id)
    return _edit(session, card, forms.as_form(client, office_day(session.now)), {})


@blp.post("/<uuid:client_id>/edit")
@page_door("client", "change")
def change(session: Session, client_id: UUID) -> Response:
    """Save a correction. When somebody else was first, both values of each field are shown and nothing is overwritten."""
    client = service.client_for(session, client_id, lock=True)
    try:
        changes = forms.change_from(request.form, client, office_day(session.now))
        if version_of(request.form) != client.version:
            return make_response(_stale(session, client, changes), 409)
        if changes:
            service.change_client(session, client, changes)
    except Invalid as error:
        card = service.read_client(session, client_id)
        return make_response(_edit(session, card, request.form, wording.mistakes(error.errors)), 422)
    return see_other(f"/clients/{client_id}?notice=changed")


@blp.post("/<uuid:client_id>/numbers")
@page_door("client", "reveal")
def numbers(session: Session, client_id: UUID) -> str:
    """NIK, KK and phone in full, for who fills a form; the look is in the audit trail. By POST, so that no link shows it."""
    return render_template(
        "clients/numbers.html",
        client=service.read_client(session, client_id),
        numbers=service.reveal_numbers(session, client_id),
    )


def _register(session: Session, form: Form) -> UUID:
    card = service.register_client(session, **forms.registration_from(form, office_day(session.now)))
    if card.kk and form.get("relation") in wording.RELATIONS:
        month = month_of(office_day(session.now))
        service.join_household(session, card.id, relation=form["relation"], from_month=month, kk=form["kk"])
    return card.id


def _newest(session: Session) -> Page:
    asked = PageRequest("page:clients", A_PAGE, request.args.get("cursor"))
    found = page(session, queries.clients(), [Client.registered_at, Client.id], asked, descending=True)
    return Page(service.listed_cards(session, found.items), found.next_cursor)


def _form(session: Session, form: Form, errors: dict[str, str], candidates: list[dict[str, Any]] | None = None) -> str:
    """The form of a registration, with those who may be the same person above it."""
    likely = candidates or []
    people = service.shown_people(session, [UUID(one["id"]) for one in likely if one.get("id")])
    places = page_queries.place_names(
        session, [*(card.region_code for card in people.values()), form.get("region_code")]
    )
    return render_template(
        "clients/new.html",
        form=form,
        errors=errors,
        word=word_of(form),
        candidates=likely,
        people={str(client_id): card for client_id, card in people.items()},
        place_names=places,
        **_offered(session, form),
    )


def _edit(session: Session, card: service.ClientCard, form: Form, errors: dict[str, str], **more: Any) -> str:
    return render_template(
        "clients/edit.html",
        client=card,
        form=form,
        errors=errors,
        version=more.pop("version", form.get("version", card.version)),
        differing=more.pop("differing", []),
        **_offered(session, form),
    )


def _stale(session: Session, client: Client, changes: dict[str, Any]) -> str:
    """The form as typed, on top of the record as it is now, with both values of what differs."""
    known = service.as_stated(client)
    differing = [
        (wording.FIELDS[name], _plain(name, known[name]), _plain(name, value))
        for name, value in changes.items()
        if name in wording.FIELDS
    ]
    card = service.read_client(session, client.id)
    return _edit(session, card, request.form, {}, version=client.version, differing=differing)


def _plain(name: str, value: Any) -> str:
    """A value in a line. Numbers stay covered: who needs them asks for them."""
    if value in (None, "", []):
        return _("kosong")
    if name in forms.NUMBERS:
        return _("terisi")
    return ", ".join(value) if isinstance(value, list) else str(value)


def _offered(session: Session, form: Form) -> dict[str, Any]:
    return {
        "words": wording,
        "places": page_queries.districts(session, form.get("region_code") or page_queries.home_region(session)),
        "categories": category_names(session, current_language()),
    }


def _sealed(session: Session, text: str) -> str:
    return base64.urlsafe_b64encode(keyring().seal(text, _place(session))).decode()


def _opened(session: Session, sealed: str) -> str:
    """What was searched for; empty for what this user did not seal himself."""
    try:
        return keyring().open(base64.urlsafe_b64decode(sealed), _place(session)) if sealed else ""
    except (KeyringError, binascii.Error, ValueError, IndexError):
        return ""


def _place(session: Session) -> str:
    return f"page:search:{session.actor.user_id}"
