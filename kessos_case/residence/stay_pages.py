"""Pages of a stay: coming in or waiting, under the case; what happens in it; the end."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.service import names_of, record
from kessos_case.cases.service.headings import CaseHeading, case_heading
from kessos_case.clients.service import client_for, labels
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.residence import forms, service
from kessos_case.residence.page_frame import Errors, mistakes, refused, shown
from kessos_case.residence.rules import fits_with_reason, waits_for
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("stays", __name__)

Read = Callable[[Form, date], dict[str, Any]]

# What a form of the page of a stay asks for, and the verb that does it.
_VERBS: dict[str, tuple[Read, Callable[..., service.StayCard]]] = {
    "moves": (forms.move_from, service.move_ward),
    "absences": (forms.absence_from, service.leave_for_days),
    "returns": (forms.return_from, service.come_back),
    "reviews": (forms.review_from, service.review_stay),
    "discharge": (forms.discharge_from, service.discharge),
}


@blp.get("/cases/<uuid:case_id>/stays")
@page_door("residence", "read")
def of_case(session: Session, case_id: UUID) -> str:
    """The bed of a case and those before; the forms to come in and to wait."""
    return _of_case(session, case_id, Form({"admitted_at": str(office_day(session.now))}), {})


@blp.post("/cases/<uuid:case_id>/stays")
@page_door("residence", "record")
def admit(session: Session, case_id: UUID) -> Response:
    """Take the person in."""
    form, states = request.form, [case_id]

    def admitted() -> UUID:
        stated = forms.admission_from(form, office_day(session.now))
        states.append(service.admit(session, case_id, **stated).id)
        return states[-1]

    try:
        once(session, form, admitted)
    except forms.REFUSALS as error:
        return refused(error, _of_case(session, case_id, form, mistakes(error)))
    if len(states) == 1:
        return see_other(url_for("residence_pages.stays.of_case", case_id=case_id, notice="admitted"))
    return see_other(url_for("residence_pages.stays.one", stay_id=states[-1], notice="admitted"))


@blp.post("/cases/<uuid:case_id>/bed-waits")
@page_door("residence", "record")
def wait(session: Session, case_id: UUID) -> Response:
    """Let the person wait for a bed."""
    form = request.form
    try:
        once(session, form, lambda: service.join_line(session, case_id, **forms.wait_from(form)).id)
    except forms.REFUSALS as error:
        return refused(error, _of_case(session, case_id, form, mistakes(error)))
    return see_other(url_for("residence_pages.stays.of_case", case_id=case_id, notice="waiting"))


@blp.get("/house/stays/<uuid:stay_id>")
@page_door("residence", "read")
def one(session: Session, stay_id: UUID) -> str:
    """One stay: until when, what must be looked at, and what happened in it."""
    return _one(session, stay_id, Form(), {})


@blp.post("/house/stays/<uuid:stay_id>/<verb>")
@page_door("residence", "record")
def act(session: Session, stay_id: UUID, verb: str) -> Response:
    """Write down what happened in a stay."""
    form = request.form
    if verb not in _VERBS:
        raise NotFound("Nothing of a stay is called so.")
    read, do = _VERBS[verb]

    def done() -> UUID:
        stated = read(form, office_day(session.now))
        check_seen(form, service.stay_for(session, stay_id, lock=True).version)
        return do(session, stay_id, **stated).id

    try:
        once(session, form, done)
    except forms.REFUSALS as error:
        return refused(error, _one(session, stay_id, form, mistakes(error), verb))
    return see_other(url_for("residence_pages.stays.one", stay_id=stay_id, notice=verb))


def _of_case(session: Session, case_id: UUID, form: Form, errors: Errors) -> str:
    heading = case_heading(session, case_id)
    record(session, "read", "case", heading.id, clients=[heading.client_id], part="stays")
    stays = service.stays_of(session, case_id)
    waits = [one for one in service.line_cards(session, heading.organisation_id) if one.case_id == case_id]
    lives_here = any(one.discharged_at is None for one in stays)
    sex, wards = _wards(session, heading) if heading.may_record and not lives_here else ("", [])
    return shown(
        "of_case", form, errors, heading=heading, stays=stays, wait=waits[0] if waits else None, wards=wards, sex=sex,
        lives_here=lives_here, suits=waits_for(sex) if sex else "", today=office_day(session.now),
        ahead=_ahead(session, heading, waits),
    )  # fmt: skip


def _wards(session: Session, heading: CaseHeading) -> tuple[str, list[service.WardCard]]:
    """The person's sex, and the wards in use that may suit him."""
    sex = client_for(session, heading.client_id).sex
    wards = service.wards_of(session, heading.organisation_id)
    return sex, [ward for ward in wards if ward.is_active and fits_with_reason(ward.sex, sex)]


def _ahead(session: Session, heading: CaseHeading, waits: list[service.WaitCard]) -> int:
    """How many wait before this person, in whatever line."""
    if waits:
        return waits[0].place - 1
    return len(service.line_of(session, heading.organisation_id)) if heading.may_record else 0


def _one(session: Session, stay_id: UUID, form: Form, errors: Errors, verb: str = "") -> str:
    stay = service.read_stay(session, stay_id)
    people = [event.recorded_by for event in stay.events]
    wards = service.wards_of(session, stay.organisation_id)
    return shown(
        "stay", form, errors, stay=stay, verb=verb, today=office_day(session.now),
        label=labels(session, [stay.client_id], in_list=False)[stay.client_id].text,
        wards=[ward for ward in wards if ward.is_active and ward.id != stay.ward_id],
        ward_names={ward.id: ward.name for ward in wards}, names=names_of(session, people),
    )  # fmt: skip
