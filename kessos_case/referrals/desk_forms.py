"""From the desk's forms and addresses to what services take: nothing is checked here that a schema or service checks."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.clients.rules import BirthDatePrecision
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, field_error
from kessos_case.referrals.offer_schemas import OfferIn, RevocationIn
from kessos_case.referrals.queue_queries import VIEWS, QueueFilter
from kessos_case.referrals.rules import AskedBy, State, Urgency
from kessos_case.referrals.schemas import CODE, TransitionIn
from kessos_case.referrals.service import ReferralCard
from kessos_case.web.fields import Day, Text, region_code
from kessos_case.web.forms import Form, loaded, number, said

_PLAIN = ("name", "temporary_label", "nik", "phone", "region_code", "address")


class _AgeIn(ma.Schema):
    """The guessed age that a form asks for; the register keeps a year of birth."""

    age = fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, 130))
    birth_date = Day(allow_none=True)


class _PlaceIn(ma.Schema):
    place = region_code()


class _TypeIn(ma.Schema):
    service = fields.String(required=True, validate=CODE)


class _WantedIn(ma.Schema):
    q = Text(200, required=True)


def queue_filter(session: Session, args: Mapping[str, str]) -> QueueFilter:
    """The filters of this address; what is no filter is left out, so that an old link still shows a list."""
    view, state = args.get("view", ""), args.get("state", "")
    if state in list(State):
        view = next(name for name, states in VIEWS.items() if state in states)
    return QueueFilter(
        view=view if view in VIEWS else "",
        urgency=_one_of(args.get("urgency"), Urgency),
        state=_one_of(state, State),
        place=_place(args.get("place")),
        service=_code(args.get("service")),
        late="1" if args.get("late") else "",
        holder=_holder(session, args),
    )


def _holder(session: Session, args: Mapping[str, str]) -> str:
    """A desk of the whole province begins with what has come up to it; a regency's with all that lies in the regency."""
    is_wide = any(grant.region_code and len(grant.region_code) == len("35") for grant in session.actor.grants)
    asked = args.get("holder", "own" if is_wide else "")
    return asked if asked in ("own", "other") else ""


def _one_of(text: str | None, words: type[State] | type[Urgency]) -> str:
    return text if text and text in list(words) else ""


def _code(text: str | None) -> str:
    try:
        found: str = loaded(_TypeIn(), {"service": text})["service"]
    except Invalid:
        return ""
    return found


def _place(text: str | None) -> str:
    try:
        place: str = loaded(_PlaceIn(), {"place": text})["place"]
    except Invalid:
        return ""
    return place if len(place) in (len("35.09"), len("35.09.12")) else ""


def blank_person(card: ReferralCard, label: str) -> Form:
    """The form to register the described person, with all that the report says of him."""
    person = card.person or {}
    stated = {
        "name": person.get("name"),
        "temporary_label": None if person.get("name") else label,
        "alias": person.get("alias"),
        "age": person.get("estimated_age"),
        "sex": person.get("sex", "unknown"),
        "region_code": card.region_code,
    }
    plain = [(name, str(value)) for name, value in stated.items() if value is not None]
    return Form([*plain, *(("disclose", code) for code in card.disclose)])


def with_told(form: Form, card: ReferralCard) -> Form:
    """The form with what the sender ticked, until the desk was asked what may be told."""
    if form.get("asked"):
        return form
    return Form([*form.items(multi=True), *(("disclose", code) for code in card.disclose)])


def triage_from(form: Form, today: date) -> dict[str, Any]:
    """Who the person is, as `move_referral` takes it: a match, a registered person, a new one, or whom the sender named;
    what may be told of him, and what he answered when he was asked.

    Raises Invalid naming each wrong field.
    """
    who: dict[str, Any] = {name: said(form, name) for name in ("match_ref", "client_id")}
    if form.get("who") == "new":
        who["new_client"] = _person_from(form, today)
    if form.get("asked"):
        who["disclose"] = form.getlist("disclose")
    if form.get("consent"):
        told = {name: said(form, f"consent_{name}") for name in ("form", "given_on")}
        asked_by = said(form, "consent_asked_by") or AskedBy.DESK
        who["consent"] = {"answer": form["consent"], "asked_by": asked_by} | told
    return loaded(TransitionIn(), {"verb": "triage", "note": said(form, "note")} | who)


def _person_from(form: Form, today: date) -> dict[str, Any]:
    born = loaded(_AgeIn(), {"age": number(said(form, "age")), "birth_date": said(form, "birth_date")})
    alias = said(form, "alias")
    person = {name: said(form, name) for name in _PLAIN} | {
        "aliases": [alias] if alias else [],
        "sex": form.get("sex") or "unknown",
        "categories": form.getlist("categories"),
        "acknowledge_duplicates": form.getlist("acknowledge_duplicates"),
    }
    if person["name"]:
        person["temporary_label"] = None
    if born.get("birth_date"):
        return person | {"birth_date": born["birth_date"].isoformat()}
    if born.get("age") is None:
        return person
    year = date(today.year - born["age"], 1, 1)
    return person | {"birth_date": year.isoformat(), "birth_date_precision": BirthDatePrecision.ESTIMATED}


def offer_from(form: Form) -> dict[str, Any]:
    """The service to ask and why, as `make_offer` takes it. Raises Invalid naming each wrong field."""
    found = loaded(OfferIn(), {name: said(form, name) for name in ("service_id", "reason")})
    if found["service_id"] is None:
        raise Invalid("No service is named.", errors=[field_error("service_id", "missing", "Name the service.")])
    return found


def revocation_from(form: Form) -> dict[str, Any]:
    """Why an offer is taken back. Raises Invalid without a reason."""
    return loaded(RevocationIn(), {"reason": said(form, "reason")})


def wanted_from(form: Form) -> str:
    """Whom to look for among the registered. Raises Invalid for nothing."""
    found: str = loaded(_WantedIn(), {"q": said(form, "q")})["q"]
    return found


def client_named(form: Form) -> UUID | None:
    """The registered person whom a form names, where it names one."""
    try:
        return UUID(form.get("client_id", ""))
    except ValueError:
        return None
