"""Pages of webhooks: which programs of the own office are told, and what arrived there."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.core.db import Session, attempt
from kessos_case.core.errors import Conflict, Invalid, KessosError, RuleBroken
from kessos_case.core.paging import PageRequest, page
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form, changed, check_seen
from kessos_case.web.pages import page_door, see_other
from kessos_case.webhooks import forms, queries, service, wording
from kessos_case.webhooks.models import WebhookDelivery, WebhookSubscription
from kessos_case.webhooks.rules import DeliveryState
from kessos_case.webhooks.service import SubscriptionCard

blp = Blueprint("webhooks_pages", __name__)

A_PAGE = 20


@blp.get("/webhooks")
@page_door("webhook", "read")
def index(session: Session) -> str:
    """The addresses of the own office, and a form for one more."""
    return _index(session, forms.fresh(), {})


@blp.post("/webhooks")
@page_door("webhook", "manage")
def subscribe(session: Session) -> Response:
    """Subscribe an address and show its secret, this once: so the answer is the page itself."""
    try:
        with attempt(session):
            made = service.subscribe(session, **forms.subscription_from(request.form))
    except (Invalid, Conflict, RuleBroken) as error:
        return make_response(_index(session, request.form, wording.refused(error)), status_of(error))
    return make_response(_one(session, made), 201)


@blp.get("/webhooks/<uuid:subscription_id>")
@page_door("webhook", "read")
def one(session: Session, subscription_id: UUID) -> str:
    """One address with its deliveries."""
    return _one(session, service.read_subscription(session, subscription_id))


@blp.post("/webhooks/<uuid:subscription_id>")
@page_door("webhook", "manage")
def change(session: Session, subscription_id: UUID) -> Response:
    """Keep which events are sent. What is wrong comes back with what was chosen."""
    try:
        events = forms.events_from(request.form)
        check_seen(request.form, service.read_subscription(session, subscription_id, lock=True).version)
        service.change_events(session, subscription_id, events)
    except (Invalid, Conflict) as error:
        errors = wording.mistakes(error.errors) if isinstance(error, Invalid) else {"": changed()}
        return _again(session, subscription_id, error, errors, request.form)
    return _back(subscription_id, "changed")


@blp.post("/webhooks/<uuid:subscription_id>/secret")
@page_door("webhook", "manage")
def rotate(session: Session, subscription_id: UUID) -> Response:
    """Make a new secret and show it, this once. A reload must not make another: the writer says which version he saw."""
    try:
        check_seen(request.form, service.read_subscription(session, subscription_id, lock=True).version)
    except Conflict as error:
        return _again(session, subscription_id, error, {"": changed()})
    return make_response(_one(session, service.rotate_secret(session, subscription_id)), 201)


@blp.post("/webhooks/<uuid:subscription_id>/stop")
@page_door("webhook", "manage")
def stop(session: Session, subscription_id: UUID) -> Response:
    """Send nothing more there."""
    return _do(session, subscription_id, lambda: service.stop(session, subscription_id), "stopped")


@blp.post("/webhooks/<uuid:subscription_id>/start")
@page_door("webhook", "manage")
def start(session: Session, subscription_id: UUID) -> Response:
    """Send again."""
    return _do(session, subscription_id, lambda: service.start(session, subscription_id), "started")


@blp.post("/webhooks/<uuid:subscription_id>/trial")
@page_door("webhook", "manage")
def send_trial(session: Session, subscription_id: UUID) -> Response:
    """Send something that means nothing."""
    return _do(session, subscription_id, lambda: service.send_trial(session, subscription_id), "tried")


@blp.post("/webhooks/<uuid:subscription_id>/deliveries/<uuid:delivery_id>/again")
@page_door("webhook", "manage")
def send_again(session: Session, subscription_id: UUID, delivery_id: UUID) -> Response:
    """Send one delivery once more."""
    return _do(session, subscription_id, lambda: service.send_again(session, subscription_id, delivery_id), "again")


def _do(session: Session, subscription_id: UUID, deed: Callable[[], Any], notice: str) -> Response:
    try:
        with attempt(session):
            deed()
    except (Invalid, RuleBroken) as error:
        return _again(session, subscription_id, error, wording.refused(error))
    return _back(subscription_id, notice)


def _back(subscription_id: UUID, notice: str) -> Response:
    return see_other(url_for("webhooks_pages.one", subscription_id=subscription_id, notice=notice))


def _again(
    session: Session, subscription_id: UUID, error: KessosError, errors: dict[str, str], form: Form | None = None
) -> Response:
    card = service.read_subscription(session, subscription_id)
    return make_response(_one(session, card, form, errors), status_of(error))


def _index(session: Session, form: Form, errors: dict[str, str]) -> str:
    asked = PageRequest("page:webhooks", A_PAGE, request.args.get("cursor"))
    select = queries.subscriptions(service.offices_for(session, "read"))
    running = WebhookSubscription.stopped_at.is_(None)
    key = [queries.needs_somebody(), running, WebhookSubscription.created_at, WebhookSubscription.id]
    found = page(session, select, key, asked, descending=True)
    return render_template(
        "webhooks/index.html",
        cards=service.subscription_cards(session, found.items),
        next_cursor=found.next_cursor,
        form=form,
        errors=errors,
        words=wording,
    )


def _one(
    session: Session, card: SubscriptionCard, form: Form | None = None, errors: dict[str, str] | None = None
) -> str:
    wanted = request.args.get("state", "")
    state = wanted if wanted in set(DeliveryState) else None
    asked = PageRequest(f"page:webhook:{card.id}", A_PAGE, request.args.get("cursor"), (("state", state),))
    key = [WebhookDelivery.created_at, WebhookDelivery.id]
    found = page(session, queries.deliveries(card.id, state), key, asked, descending=True)
    return render_template(
        "webhooks/one.html",
        card=card,
        deliveries=found.items,
        next_cursor=found.next_cursor,
        state=state,
        form=form or forms.shown(card),
        errors=errors or {},
        notice=wording.NOTICES.get(request.args.get("notice", "")),
        words=wording,
    )
