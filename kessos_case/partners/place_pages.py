"""Pages of the places of a service: how many there are in the period that runs, and the period that comes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict
from kessos_case.partners import forms, page_queries, service, wording
from kessos_case.partners.hooks import people_in_line
from kessos_case.partners.models import Service
from kessos_case.partners.page_frame import Errors, mistakes, refused, shown
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("places", __name__, url_prefix="/partners/<uuid:organisation_id>/services/<uuid:service_id>/places")

A_YEAR = timedelta(days=365)


@blp.get("")
@page_door("partner", "manage")
def places(session: Session, organisation_id: UUID, service_id: UUID) -> str:
    """The places of the period that runs, and the form for the next one."""
    offered = _offered(session, organisation_id, service_id)
    return _page(session, offered, {}, {})


@blp.post("")
@page_door("partner", "manage")
def set_places(session: Session, organisation_id: UUID, service_id: UUID) -> Response:
    """Change the number of places of the period that runs, or open one: `of` says which of the two forms it was."""
    form, offered = request.form, _offered(session, organisation_id, service_id)
    try:
        stated = forms.places_from(form, service_id)
        once(session, form, lambda: _set(session, offered, form, stated))
    except forms.REFUSALS as error:
        of = form.get("of", "now")
        return refused(error, _page(session, offered, {of: form}, {of: _mistakes(session, offered, error)}))
    notice = "period" if form.get("of") == "next" else "places"
    return see_other(url_for("partner_pages.entry.one", organisation_id=organisation_id, notice=notice))


def _offered(session: Session, organisation_id: UUID, service_id: UUID) -> Service:
    service.managed(session, organisation_id)
    return service.service_for(session, service_id, organisation_id=organisation_id)


def _page(session: Session, offered: Service, tried: dict[str, Form], errors: dict[str, Errors]) -> str:
    card = service.service_cards(session, [offered])[0]
    running = card.capacity
    now = {"places": str(running.places)} if running else {}
    return shown(
        session, "places", Form(), {}, office=offered.organisation, card=card,
        now=tried.get("now", now), next=tried.get("next", _next(session, offered, card)),
        wrong=errors, people=people_in_line(session, [offered.id]).get(offered.id, 0),
        coming=page_queries.coming_periods(session, [offered.id], office_day(session.now)).get(offered.id),
    )  # fmt: skip


def _next(session: Session, offered: Service, card: service.ServiceCard) -> dict[str, Any]:
    """The period that would follow: from the day after the last one, for a year, with as many places as now."""
    last, today = page_queries.last_day(session, offered.id), office_day(session.now)
    begins = max(last + timedelta(days=1), today) if last else today
    places = str(card.capacity.places) if card.capacity else ""
    return {"starts_on": str(begins), "ends_on": str(begins + A_YEAR - timedelta(days=1)), "places": places}


def _set(session: Session, offered: Service, form: Form, stated: dict[str, Any]) -> UUID:
    _check_seen(session, offered, form)
    return service.set_capacity(session, offered.organisation_id, **stated).id


def _check_seen(session: Session, offered: Service, form: Form) -> None:
    """The number that he saw stands for the version: somebody else may have changed it."""
    if form.get("of") == "now":
        running = service.service_cards(session, [offered])[0].capacity
        check_seen(form, running.places if running else 0)


def _mistakes(session: Session, offered: Service, error: Exception) -> Errors:
    assert isinstance(error, forms.REFUSALS)
    if isinstance(error, Conflict) and error.code == "capacity_in_use":
        running = service.service_cards(session, [offered])[0].capacity
        return {"places": wording.in_use(running.reserved + running.taken if running else 0)}
    if isinstance(error, Conflict) and error.code == "period_overlaps":
        return {"starts_on": str(wording.CODES["period_overlaps"])}
    return mistakes(error)
