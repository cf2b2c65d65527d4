"""Subscriptions of an organisation: made, changed, stopped and started by its own people. The secret is read once, at birth."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from kessos_case.access.rules import PERMISSIONS, Scope
from kessos_case.access.service import record
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken, field_error
from kessos_case.webhooks import queries
from kessos_case.webhooks.models import WebhookDelivery, WebhookSubscription
from kessos_case.webhooks.rules import MOST_SUBSCRIPTIONS, TRIAL, DeliveryState, Event, StopReason
from kessos_case.webhooks.service.raising import as_the_program, want_sending, write_deliveries
from kessos_case.webhooks.service.sending import drop_waiting
from kessos_case.webhooks.service.signing import new_secret, replace_secret, sealed_secret
from kessos_case.webhooks.service.way_out import Undelivered, check_address


@dataclass(frozen=True)
class SubscriptionCard:
    """A subscription as its organisation sees it. `secret` is there only in the answer that made it.

    `deliveries` counts them by state; `problem` and `last_status` say why nothing arrives, where that is so.
    """

    id: UUID
    organisation_id: UUID
    address: str
    events: list[str]
    created_at: datetime
    failing_since: datetime | None
    stopped_at: datetime | None
    stop_reason: str | None
    secret_before_until: datetime | None
    version: int
    deliveries: dict[str, int]
    problem: str | None = None
    last_status: int | None = None
    secret: str | None = None

    def as_stated(self) -> dict[str, Any]:
        """What a request may change, for comparing versions."""
        return {"events": self.events}


def offices_for(session: Session, action: str) -> frozenset[UUID]:
    """The organisations for which this actor may do this to webhooks."""
    wanted = ("webhook", action, Scope.ORGANISATION)
    roles = {line.role.value for line in PERMISSIONS if (line.resource, line.action, line.scope) == wanted}
    own = session.actor.organisation_id
    found = (grant.organisation_id or own for grant in session.actor.grants if grant.role in roles)
    return frozenset(office for office in found if office)


def subscription_cards(session: Session, found: Iterable[WebhookSubscription]) -> list[SubscriptionCard]:
    """As their organisation sees them."""
    listed = list(found)
    counted = queries.counts(session, [each.id for each in listed])
    failing = [each.id for each in listed if each.failing_since or each.stopped_at]
    why = queries.last_problems(session, failing) if failing else {}
    cards = [_card(session, each, counted.get(each.id, {})) for each in listed]
    return [
        replace(card, problem=why[card.id][0], last_status=why[card.id][1]) if card.id in why else card
        for card in cards
    ]


def read_subscription(session: Session, subscription_id: UUID, *, lock: bool = False) -> SubscriptionCard:
    """One subscription. Raises NotFound for another organisation's."""
    return subscription_cards(session, [_subscription(session, subscription_id, "read", lock=lock)])[0]


def subscribe(
    session: Session, *, address: str, events: Iterable[str], organisation_id: UUID | None = None
) -> SubscriptionCard:
    """Let a program be told of these events at this address; the only answer that holds the secret.

    Raises Invalid for an address where nothing may be sent, Conflict `exists` for one that is there already, RuleBroken
    `too_many`, Forbidden `scope` for another organisation.
    """
    office = _office(session, organisation_id)
    _check_address(address)
    _check_room(session, office)
    subscription_id, secret = uuid4(), new_secret()
    made = WebhookSubscription(
        id=subscription_id,
        organisation_id=office,
        address=address,
        events=_in_order(events),
        secret_sealed=sealed_secret(secret, subscription_id),
        created_at=session.now,
        created_by=session.actor.user_id,
    )
    _add(session, made)
    record(session, "create", "webhook", made.id, events=made.events)
    return _card(session, made, {}, secret)


def change_events(session: Session, subscription_id: UUID, events: Iterable[str]) -> SubscriptionCard:
    """Tell the program of these events from now on. Raises NotFound for another organisation's."""
    found = _subscription(session, subscription_id, lock=True)
    found.events = _in_order(events)
    session.flush()
    record(session, "change", "webhook", found.id, events=found.events)
    return read_subscription(session, subscription_id)


def rotate_secret(session: Session, subscription_id: UUID) -> SubscriptionCard:
    """A new secret, shown in this answer alone; the one before signs beside it for a day."""
    found = _subscription(session, subscription_id, lock=True)
    secret = replace_secret(session, found)
    session.flush()
    record(session, "rotate", "webhook", found.id)
    return _card(session, found, queries.counts(session, [found.id]).get(found.id, {}), secret)


def stop(session: Session, subscription_id: UUID) -> SubscriptionCard:
    """Send nothing more; what waits is dropped. Raises RuleBroken `stopped` when it rests already."""
    found = _subscription(session, subscription_id, lock=True)
    if found.stopped_at is not None:
        raise RuleBroken("It rests already.", code="stopped")
    found.stopped_at, found.stop_reason = session.now, StopReason.BY_HAND
    session.flush()
    record(session, "stop", "webhook", found.id, reason=found.stop_reason)
    with as_the_program(session):
        drop_waiting(session, found.id)
    return read_subscription(session, subscription_id)


def start(session: Session, subscription_id: UUID) -> SubscriptionCard:
    """Send again what happens from now on. Raises RuleBroken `running`, or as `subscribe` does for its address."""
    found = _subscription(session, subscription_id, lock=True)
    if found.stopped_at is None:
        raise RuleBroken("It does not rest.", code="running")
    _check_address(found.address)
    _check_room(session, found.organisation_id)
    found.stopped_at = found.stop_reason = found.failing_since = None
    session.flush()
    record(session, "start", "webhook", found.id)
    return read_subscription(session, subscription_id)


def send_trial(session: Session, subscription_id: UUID) -> SubscriptionCard:
    """Send a trial delivery, at most one a minute. Raises RuleBroken `stopped`."""
    found = _running(session, subscription_id)
    minute = f"{session.now:%Y-%m-%dT%H:%M}"
    with as_the_program(session):
        write_deliveries(session, [found.id], TRIAL, found.id, {}, minute)
    record(session, "try", "webhook", found.id)
    return read_subscription(session, subscription_id)


def send_again(session: Session, subscription_id: UUID, delivery_id: UUID) -> WebhookDelivery:
    """Send a delivery once more, under the same id, with all its attempts before it.

    Raises NotFound for another's, RuleBroken `stopped`, or `waiting` while it is on its way by itself.
    """
    _running(session, subscription_id)
    found = session.get(WebhookDelivery, delivery_id, with_for_update=True)
    if found is None or found.subscription_id != subscription_id:
        raise NotFound("There is no such delivery.")
    if found.state == DeliveryState.WAITING and found.attempts == 0:
        raise RuleBroken("It is on its way.", code="waiting")
    found.state, found.attempts, found.next_at = DeliveryState.WAITING, 0, session.now
    session.flush()
    record(session, "repeat", "webhook", subscription_id, delivery=str(delivery_id))
    want_sending(session, subscription_id)
    return found


def _running(session: Session, subscription_id: UUID) -> WebhookSubscription:
    found = _subscription(session, subscription_id)
    if found.stopped_at is not None:
        raise RuleBroken("It rests; start it first.", code="stopped")
    return found


def _subscription(
    session: Session, subscription_id: UUID, action: str = "manage", *, lock: bool = False
) -> WebhookSubscription:
    found = session.get(WebhookSubscription, subscription_id, with_for_update=lock, populate_existing=True)
    if found is None or found.organisation_id not in offices_for(session, action):
        raise NotFound("There is no such subscription.")
    return found


def _office(session: Session, wanted: UUID | None) -> UUID:
    offices = offices_for(session, "manage")
    own = session.actor.organisation_id
    found = wanted or (own if own in offices else min(offices, default=None))
    if found is None or found not in offices:
        raise Forbidden("You may do this for your own organisation only.", code="scope")
    return found


def _check_address(address: str) -> None:
    try:
        check_address(address)
    except ValueError as error:
        raise _bad_address(str(error.args[0])) from error
    except Undelivered as error:
        raise _bad_address(str(error.problem)) from error


def _bad_address(code: str) -> Invalid:
    detail = "An address of a public server, as https://program.example/path; its name must be known."
    return Invalid("The address is not one to send to.", errors=[field_error("address", code, detail)])


def _check_room(session: Session, office: UUID) -> None:
    if queries.active_count(session, office) >= MOST_SUBSCRIPTIONS:
        raise RuleBroken(f"An organisation has at most {MOST_SUBSCRIPTIONS}; stop one first.", code="too_many")


def _add(session: Session, made: WebhookSubscription) -> None:
    try:
        with session.begin_nested():
            session.add(made)
    except sa.exc.IntegrityError as error:
        raise Conflict("There is a subscription for this address.", code="exists") from error


def _in_order(events: Iterable[str]) -> list[str]:
    wanted = set(events)
    return [event.value for event in Event if event in wanted]


def _card(
    session: Session, found: WebhookSubscription, counted: dict[str, int], secret: str | None = None
) -> SubscriptionCard:
    until = found.secret_before_until
    return SubscriptionCard(
        id=found.id,
        organisation_id=found.organisation_id,
        address=found.address,
        events=list(found.events),
        created_at=found.created_at,
        failing_since=found.failing_since,
        stopped_at=found.stopped_at,
        stop_reason=found.stop_reason,
        secret_before_until=until if until and until > session.now else None,
        version=found.version,
        deliveries={state.value: counted.get(state, 0) for state in DeliveryState},
        secret=secret,
    )
