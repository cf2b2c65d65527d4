"""Pages of the triage desk for one referral: who the person is, whom to ask, what was asked, and taking it back."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.clients import consent_wording
from kessos_case.clients.service import search_clients
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, attempt
from kessos_case.core.errors import Conflict, Forbidden, Invalid, KessosError, RuleBroken
from kessos_case.reference.service import category_names, service_type_names
from kessos_case.referrals import desk_forms, desk_wording, page_queries, rule_wording, service, wording
from kessos_case.referrals.pages import changed_page, check_unchanged, one_page, people_named
from kessos_case.referrals.rules import State, waits_for_answer
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form, version_of
from kessos_case.web.pages import current_language, page_door, see_other

blp = Blueprint("desk_pages", __name__, url_prefix="/referrals/<uuid:referral_id>")

MOST_CANDIDATES = 40
MOST_FOUND = 10


@blp.get("/triage")
@page_door("referral", "triage")
def triage_form(session: Session, referral_id: UUID) -> str:
    """The form to register the described person, filled with what the report says."""
    card = _at_the_desk(session, referral_id)
    return _triage_form(session, card, desk_forms.blank_person(card, service.label_for(session, referral_id)), {})


@blp.post("/triage")
@page_door("referral", "triage")
def triage(session: Session, referral_id: UUID) -> Response:
    """Say who the person is and let the referral go its way. Likely doubles come back to be looked at, nothing is lost."""
    try:
        stated = desk_forms.triage_from(request.form, office_day(session.now))
        check_unchanged(session, referral_id, request.form)
        with attempt(session):
            service.move_referral(session, referral_id, **stated, must_answer=True)
    except (Invalid, RuleBroken, Conflict) as error:
        if isinstance(error, Conflict) and error.code != "possible_duplicates":
            return changed_page(session, referral_id, error)
        return _not_triaged(session, referral_id, error)
    urgency = service.referral_for(session, referral_id).urgency
    answer = stated["consent"] and stated["consent"]["answer"]
    return _to_candidates(referral_id, "waits" if waits_for_answer(answer, urgency) else "triaged")


@blp.post("/people")
@page_door("client", "search")
def find_people(session: Session, referral_id: UUID) -> Response:
    """Look for the person among the registered. A form and not an address: a name must not stand in one."""
    _at_the_desk(session, referral_id)
    try:
        people = search_clients(session, desk_forms.wanted_from(request.form), MOST_FOUND)
    except Invalid as error:
        return make_response(one_page(session, referral_id, request.form, desk_wording.mistakes(error.errors)), 422)
    return make_response(one_page(session, referral_id, request.form, {}, people=people, has_searched=True))


@blp.get("/candidates")
@page_door("offer", "make")
def candidates(session: Session, referral_id: UUID) -> str:
    """Whom to ask: every service with the rules that it fulfils and fails, beside the offers so far."""
    return _candidates(session, referral_id, Form(), {})


@blp.post("/offers")
@page_door("offer", "make")
def offer(session: Session, referral_id: UUID) -> Response:
    """Ask one service. A second press asks nobody twice; what is in the way comes back in words."""
    try:
        stated = desk_forms.offer_from(request.form)
        # What it has begun must not stand when the last place is gone meanwhile.
        with attempt(session):
            service.make_offer(session, referral_id, **stated, seen=version_of(request.form))
    except (Invalid, RuleBroken, Conflict) as error:
        return _refused(session, referral_id, error)
    return _to_candidates(referral_id, "offered")


@blp.post("/offers/<uuid:offer_id>/revocation")
@page_door("offer", "revoke")
def revoke(session: Session, referral_id: UUID, offer_id: UUID) -> Response:
    """Take an offer back, or the person out of a line."""
    try:
        with attempt(session):
            service.revoke_offer(session, referral_id, offer_id, **desk_forms.revocation_from(request.form))
    except (Invalid, RuleBroken) as error:
        return _refused(session, referral_id, error, of=offer_id)
    return _to_candidates(referral_id, "revoked")


@blp.post("/offers/<uuid:offer_id>/links")
@page_door("offer", "make")
def link(session: Session, referral_id: UUID, offer_id: UUID) -> Response:
    """Make a link by which the receiver answers without an account; it is shown this once."""
    try:
        made = service.make_answer_link(session, referral_id, offer_id)
    except RuleBroken as error:
        return _refused(session, referral_id, error, of=offer_id)
    address = f"{request.host_url.rstrip('/')}/answers/{made.token}"
    shown = {"offer_id": offer_id, "address": address, "until": made.expires_at}
    answer = make_response(_candidates(session, referral_id, Form(), {}, link=shown))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _at_the_desk(session: Session, referral_id: UUID) -> service.ReferralCard:
    """The referral of this desk. Raises Forbidden for somebody else who sees it."""
    card = service.read_referral(session, referral_id)
    if not service.is_desk(session, service.referral_for(session, referral_id), "triage"):
        raise Forbidden("Only the desk of the place may say who the person is.")
    return card


def _permission(session: Session, referral_id: UUID, errors: dict[str, str], status: int) -> Response:
    """What is still to be said before it goes on: what may be told, and what the person answered. At first a question."""
    if not request.form.get("asked"):
        errors, status = {}, 200
    card = _at_the_desk(session, referral_id)
    client_id = desk_forms.client_named(request.form)
    page = render_template(
        "referrals/permission.html",
        card=card,
        form=desk_forms.with_told(request.form, card),
        is_covered=service.is_covered(session, referral_id, client_id),
        errors=errors,
        words=wording,
        desk_words=desk_wording,
        forms=consent_wording.FORMS,
        labels=people_named(session, [client_id or card.client_id]),
    )
    return make_response(page, status)


def _triage_form(session: Session, card: service.ReferralCard, form: Form, errors: dict[str, str], **more: Any) -> str:
    groups = page_queries.places_for(session, session.actor)
    chosen = form.get("region_code", "")
    regions = page_queries.region_names(session, [chosen])
    return render_template(
        "referrals/triage.html",
        card=card,
        form=form,
        errors=errors,
        words=wording,
        desk_words=desk_wording,
        places=groups,
        # The report may name a village, or lie in the regency of another grant.
        place_besides="" if chosen in {code for _, codes in groups for code, _ in codes} else chosen,
        place_of=partial(page_queries.place_name, regions),
        categories=category_names(session, current_language()),
        consent_forms=consent_wording.FORMS,
        **more,
    )


def _not_triaged(session: Session, referral_id: UUID, error: KessosError) -> Response:
    """The form again with all that was typed, or the referral where none was filled in."""
    errors = {} if error.code == "possible_duplicates" else desk_wording.mistakes(error.errors)
    if request.form.get("who") == "new" and not isinstance(error, RuleBroken):
        card = service.read_referral(session, referral_id)
        page = _triage_form(session, card, request.form, errors, doubles=error.extra.get("candidates", []))
    elif errors and all(name.startswith(("consent", "disclose")) for name in errors):
        return _permission(session, referral_id, errors, status_of(error))
    else:
        page = one_page(session, referral_id, request.form, errors)
    return make_response(page, status_of(error))


def _candidates(session: Session, referral_id: UUID, form: Form, errors: dict[str, str], **more: Any) -> str:
    choice = service.view_choice(session, referral_id, MOST_CANDIDATES)
    facts = [found.facts for found in choice.candidates]
    places = [choice.card.region_code, *(code for fact in facts for code in (fact.region_code, *fact.coverage))]
    place_of = partial(page_queries.place_name, page_queries.region_names(session, places))
    services = service_type_names(session, current_language())
    limited = any(fact.categories for fact in facts)
    categories = category_names(session, current_language()) if limited else {}
    is_routing = choice.card.state == State.ROUTING
    return render_template(
        "referrals/candidates.html",
        asks_permission=is_routing and service.is_silenced(session, referral_id),
        choice=choice,
        card=choice.card,
        labels=people_named(session, [choice.card.client_id]),
        form=form,
        errors=errors,
        notice=desk_wording.NOTICES.get(request.args.get("notice", "")),
        words=wording,
        desk_words=desk_wording,
        rule_words=rule_wording,
        place_of=place_of,
        services=services,
        names=rule_wording.Names(place_of, services, categories),
        **more,
    )


def _refused(session: Session, referral_id: UUID, error: KessosError, *, of: UUID | None = None) -> Response:
    """The candidates as they are now, with what was in the way."""
    if error.code == "changed":
        errors = {"#changed": desk_wording.done_by_another()}
    else:
        errors = desk_wording.mistakes(error.errors or [{"code": error.code}])
    page = _candidates(session, referral_id, request.form, errors, of=str(of or request.form.get("service_id", "")))
    return make_response(page, status_of(error))


def _to_candidates(referral_id: UUID, notice: str) -> Response:
    return see_other(url_for("desk_pages.candidates", referral_id=referral_id, notice=notice))
