"""Pages of referrals: report a person, my reports or the desk's queue, one report with what can be done now."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from kessos_case.access.service import own_filters
from kessos_case.clients.service import labels
from kessos_case.core.db import Session, attempt
from kessos_case.core.errors import Conflict, Invalid, RuleBroken
from kessos_case.core.settings import settings
from kessos_case.reference.service import service_type_names
from kessos_case.referrals import (
    comparison,
    desk_forms,
    desk_wording,
    forms,
    page_queries,
    queue_queries,
    rule_wording,
    service,
    wording,
)
from kessos_case.referrals.rules import OPEN_STATES, TRANSITIONS
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.pages import current_language, may, page_door, see_other, uploads

blp = Blueprint("referral_pages", __name__, url_prefix="/referrals")

A_PAGE = 20
# Two fields for a photo and one of them from a gallery: what a phone's camera makes today, and room.
MOST_BYTES = 64 * 1024 * 1024


@blp.get("")
@page_door("referral", "read")
def index(session: Session) -> str:
    """The desk's queue by its clock for triage, else the own reports: those asked back first."""
    if may("referral", "return") and request.args.get("view") != "mine":
        return _desk(session)
    return _mine(session)


@blp.get("/new")
@page_door("referral", "create")
def report_form(session: Session) -> str:
    """The form to report a person."""
    return _report_form(session, forms.blank_report(), {})


@blp.post("/new")
@page_door("referral", "create", most_bytes=MOST_BYTES)
def report(session: Session) -> Response:
    """Send the report with its photos. What is wrong comes back at its field, with all that was typed."""
    try:
        stated = forms.report_from(request.form)
        card, _is_new = service.submit_referral(session, **stated)
    except Conflict as error:
        # Sent before and edited since: the first one stands, and the words can still go as another report.
        sent = next((entry["id"] for entry in error.errors if entry.get("id")), None)
        if sent is None:
            raise
        return make_response(_report_form(session, forms.again(request.form), {}, sent_before=sent), 409)
    except Invalid as error:
        return make_response(_report_form(session, request.form, wording.mistakes(error.errors)), 422)
    is_whole = _take_photos(session, card.id, uploads("photo"))
    return _shown(card.id, "sent" if is_whole else "photo_lost")


@blp.get("/<uuid:referral_id>")
@page_door("referral", "read")
def one(session: Session, referral_id: UUID) -> str:
    """One report: where it is, who has it, who it may be, what was said, and what can be done now."""
    return one_page(session, referral_id, Form(), {})


@blp.post("/<uuid:referral_id>/moves")
@page_door("referral", "move")
def move(session: Session, referral_id: UUID) -> Response:
    """Ask back, answer, reject, withdraw, look again or leave a line. A refused move is said at its field."""
    try:
        stated = forms.move_from(request.form)
        check_unchanged(session, referral_id, request.form)
        with attempt(session):
            service.move_referral(session, referral_id, **stated)
    except (Invalid, RuleBroken) as error:
        page = one_page(session, referral_id, request.form, wording.mistakes(error.errors))
        return make_response(page, status_of(error))
    except Conflict as error:
        return changed_page(session, referral_id, error)
    if notice := desk_wording.SEARCHED_AFTER.get(stated["verb"]):
        return see_other(url_for("desk_pages.candidates", referral_id=referral_id, notice=notice))
    return _shown(referral_id, "moved")


@blp.post("/<uuid:referral_id>/photos")
@page_door("referral", "create", most_bytes=MOST_BYTES)
def add_photo(session: Session, referral_id: UUID) -> Response:
    """Add a photo to an own open report."""
    photos = uploads("photo")
    is_whole = bool(photos) and _take_photos(session, referral_id, photos)
    return _shown(referral_id, "photo_added" if is_whole else "photo_refused")


@blp.get("/<uuid:referral_id>/photos/<uuid:photo_id>")
@page_door("referral", "read")
def photo(session: Session, referral_id: UUID, photo_id: UUID) -> Response:
    """The picture inside a page; the API gives it as a download."""
    answer = Response(service.photo_for(session, referral_id, photo_id), mimetype="image/jpeg")
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _desk(session: Session) -> str:
    wanted = desk_forms.queue_filter(session, request.args)
    found = queue_queries.queue(session, wanted, A_PAGE, request.args.get("cursor"))
    cards = service.listed_cards(session, found.items)
    counts = queue_queries.counts(session, wanted)
    endings = queue_queries.endings(session, [card.id for card in cards if card.state not in OPEN_STATES])
    groups = page_queries.service_groups(session, current_language())
    places = page_queries.place_choices(counts.places, wanted.place)
    return render_template(
        "referrals/queue.html",
        cards=cards,
        next_cursor=found.next_cursor,
        wanted=wanted,
        counts=counts,
        endings=endings,
        own_filters=own_filters(session, "/referrals", request.args),
        groups=groups,
        services={code: name for _group, types in groups for code, name in types},
        places=places,
        **_list_words(session, cards, places),
    )


def _mine(session: Session) -> str:
    show = request.args.get("show", "")
    show = show if show in desk_wording.SHOWN else ""
    found = queue_queries.sent(session, show, A_PAGE, request.args.get("cursor"))
    cards = service.listed_cards(session, found.items)
    endings = queue_queries.endings(session, [card.id for card in cards])
    return render_template(
        "referrals/mine.html",
        cards=cards,
        next_cursor=found.next_cursor,
        show=show,
        endings=endings,
        offices=page_queries.organisation_names(session, [ending.organisation_id for ending in endings.values()]),
        services=service_type_names(session, current_language()),
        **_list_words(session, cards, ()),
    )


def people_named(session: Session, client_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of these people for a list, without those whose name no list shows; the look is in the trail already."""
    found = labels(session, {client_id for client_id in client_ids if client_id})
    return {client_id: label.text for client_id, label in found.items() if not label.is_masked}


def _list_words(session: Session, cards: Iterable[service.ReferralCard], places: Iterable[str]) -> dict[str, Any]:
    """What lists need to say codes as names, and what to call the people whom the reader reaches."""
    listed = list(cards)
    regions = page_queries.region_names(session, [*(card.region_code for card in listed), *places])
    return {
        "words": wording,
        "desk_words": desk_wording,
        "labels": people_named(session, [card.client_id for card in listed]),
        "place_of": partial(page_queries.place_name, regions),
        "regions": regions,
    }


def _report_form(session: Session, form: Form, errors: dict[str, str], *, sent_before: str | None = None) -> str:
    return render_template(
        "referrals/new.html",
        form=form,
        errors=errors,
        sent_before=sent_before,
        words=wording,
        groups=page_queries.service_groups(session, current_language()),
        places=page_queries.places_for(session, session.actor),
    )


def one_page(session: Session, referral_id: UUID, form: Form, errors: dict[str, str], **more: Any) -> str:
    """The page of one report, also after something about it was refused; `more` are people found by a search."""
    view = service.view_referral(session, referral_id)
    offices = page_queries.organisation_names(session, [entry["organisation_id"] for entry in view.history])
    people = [found.client for found in view.matches if found.client] + more.get("people", [])
    places = [view.card.region_code, *(person.region_code for person in people if person.region_code)]
    regions = page_queries.region_names(session, places)
    return render_template(
        "referrals/one.html",
        view=view,
        card=view.card,
        history=view.history,
        is_sender=view.is_sender,
        who=lambda entry: _who(session, entry, offices),
        needs={str(line.verb): line for line in TRANSITIONS},
        form=form,
        errors=errors,
        notice=wording.NOTICES.get(request.args.get("notice", "")),
        words=wording,
        desk_words=desk_wording,
        rule_words=rule_wording,
        labels=people_named(session, [view.card.client_id]),
        beside=partial(comparison.beside, view.card),
        services=service_type_names(session, current_language()),
        place_of=partial(page_queries.place_name, regions),
        **more,
    )


def check_unchanged(session: Session, referral_id: UUID, form: Form) -> None:
    """Raises Conflict `changed` when another officer was faster than a form that says what its writer saw."""
    if "version" in form:
        check_seen(form, service.referral_for(session, referral_id, lock=True).version)


def changed_page(session: Session, referral_id: UUID, error: Conflict) -> Response:
    """The page as it is now, with a word that somebody else was first; another conflict goes on as it is."""
    if error.code != "changed":
        raise error
    return make_response(
        one_page(session, referral_id, request.form, {"#changed": desk_wording.done_by_another()}), 409
    )


def _who(session: Session, entry: dict[str, Any], offices: dict[UUID, str]) -> str:
    """Who made a move: the reader himself, else the office, else nobody; never the name of a colleague."""
    if entry["user_id"] == session.actor.user_id:
        return _("Anda")
    return offices.get(entry["organisation_id"], "") if entry["organisation_id"] else _("Otomatis")


def _take_photos(session: Session, referral_id: UUID, photos: Iterable[FileStorage]) -> bool:
    """Keep the photos that can be read; False when one cannot. The report stands either way."""
    is_whole = True
    for sent in photos:
        raw = sent.read(settings().max_body_bytes + 1)
        try:
            if len(raw) > settings().max_body_bytes:
                raise Invalid("The photo is too large.")
            service.add_photo(session, referral_id, raw)
        except (Invalid, Conflict):
            is_whole = False
    return is_whole


def _shown(referral_id: UUID, notice: str) -> Response:
    return see_other(url_for("referral_pages.one", referral_id=referral_id, notice=notice))
