"""The page of one organisation: what it offers, whom to call; and for whoever keeps the entry what he can do to it today."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.models import Organisation
from kessos_case.access.service import names_of, organisation_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, attempt
from kessos_case.partners import forms, page_queries, queries, service
from kessos_case.partners.hooks import people_in_line
from kessos_case.partners.models import Agreement, OrganisationContact, Service, ServiceCapacity, ServicePause
from kessos_case.partners.page_frame import Errors, mistakes, names_for, refused, shown
from kessos_case.partners.service import ServiceCard
from kessos_case.web.forms import Form
from kessos_case.web.once import once
from kessos_case.web.pages import may, page_door, see_other

blp = Blueprint("entry", __name__, url_prefix="/partners")


@dataclass(frozen=True)
class Entry:
    """All that the page of an organisation shows. `lines` is empty for whoever may not know how many wait."""

    office: Organisation
    offers: Sequence[ServiceCard]
    stopped: Sequence[ServiceCard]
    coming: dict[UUID, ServiceCapacity]
    pauses: Sequence[ServicePause]
    agreements: Sequence[Agreement]
    contacts: Sequence[OrganisationContact]
    may_manage: bool
    may_confirm: bool
    knows_lines: bool
    lines: dict[UUID, int] = field(default_factory=dict)


@blp.get("/own")
@page_door("partner", "manage")
def own(session: Session) -> Response | str:
    """The reader's own entry; the choice where he keeps several, the directory where he keeps every one."""
    offices = service.own_entries(session)
    if not offices:
        return see_other("/partners")
    if len(offices) > 1:
        return shown(session, "own", Form(), {}, offices=names_of(session, offices))
    return entry_page(session, next(iter(offices)), Form(), {})


@blp.get("/<uuid:organisation_id>")
@page_door("partner", "read")
def one(session: Session, organisation_id: UUID) -> str:
    """An organisation with what it offers."""
    return entry_page(session, organisation_id, Form(), {})


@blp.post("/<uuid:organisation_id>/confirmation")
@page_door("partner", "confirm")
def confirm(session: Session, organisation_id: UUID) -> Response:
    """Say that the whole entry still stands so."""
    try:
        with attempt(session):
            service.confirm_entry(session, organisation_id)
    except forms.REFUSALS as error:
        return refused(error, entry_page(session, organisation_id, request.form, mistakes(error)))
    return _back(organisation_id, "confirmed")


@blp.post("/<uuid:organisation_id>/pauses")
@page_door("partner", "manage")
def rest(session: Session, organisation_id: UUID) -> Response:
    """Take nobody: one service or all, today, until a day or until further notice."""
    form, today = request.form, office_day(session.now)
    try:
        stated = forms.pause_from(form, today)
        once(session, form, lambda: service.add_pause(session, organisation_id, **stated).id)
    except forms.REFUSALS as error:
        return refused(error, pause_page(session, organisation_id, form, mistakes(error)))
    return _back(organisation_id, "paused")


@blp.get("/<uuid:organisation_id>/pauses/new")
@page_door("partner", "manage")
def new_pause(session: Session, organisation_id: UUID) -> str:
    """The form of a pause that is longer than today, or has another reason than that all is full."""
    asked = {"service_id": request.args.get("service", ""), "until": "day", "starts_on": str(office_day(session.now))}
    return pause_page(session, organisation_id, Form(asked), {})


@blp.post("/<uuid:organisation_id>/pauses/<uuid:pause_id>/ending")
@page_door("partner", "manage")
def reopen(session: Session, organisation_id: UUID, pause_id: UUID) -> Response:
    """Take people again from now on; pressed twice it is still only open."""
    service.end_pause(session, organisation_id, pause_id)
    return _back(organisation_id, "opened")


def entry_page(session: Session, organisation_id: UUID, form: Form, errors: Errors) -> str:
    """The page of an organisation, with what was refused on it."""
    entry = _entry(session, organisation_for(session, organisation_id))
    offers, today = [*entry.offers, *entry.stopped], office_day(session.now)
    return shown(
        session, "one", form, errors, entry=entry, names=names_for(session, offers, [entry.office.region_code]),
        may_score=may("referral", "triage") or entry.may_manage,
        agreed_until=max((one.ends_on for one in entry.agreements if one.starts_on <= today <= one.ends_on), default=None),
    )  # fmt: skip


def pause_page(session: Session, organisation_id: UUID, form: Form, errors: Errors) -> str:
    """The form of a pause."""
    office = service.managed(session, organisation_id)
    offers = session.scalars(queries.services(office.id, is_active=True).order_by(Service.name, Service.id)).all()
    return shown(session, "pause", form, errors, office=office, offers={str(one.id): one.name for one in offers})


def _entry(session: Session, office: Organisation) -> Entry:
    today, may_manage = office_day(session.now), service.manages(session, office.id)
    found = session.scalars(queries.services(office.id).order_by(Service.name, Service.id)).all()
    cards = service.service_cards(session, found)
    ids, knows_lines = [card.id for card in cards], may_manage or may("referral", "triage")
    return Entry(
        office=office,
        offers=[card for card in cards if card.is_active],
        stopped=[card for card in cards if not card.is_active],
        coming=page_queries.coming_periods(session, ids, today) if may_manage else {},
        pauses=session.scalars(queries.pauses_to_come([office.id], today)).all(),
        agreements=page_queries.agreements(session, office.id),
        contacts=page_queries.contacts(session, office.id),
        may_manage=may_manage,
        may_confirm=service.may_confirm(session, office),
        knows_lines=knows_lines,
        lines=people_in_line(session, ids) if knows_lines and ids else {},
    )


def _back(organisation_id: UUID, notice: str) -> Response:
    return see_other(url_for("partner_pages.entry.one", organisation_id=organisation_id, notice=notice))
