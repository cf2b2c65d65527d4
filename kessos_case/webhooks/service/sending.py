"""Deliver what waits, one a transaction: a row is locked, sent and marked in the same one, so that a killed worker sends again.

So a receiver may get the same delivery twice, with the same id, and never loses one that he has not taken.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog

from kessos_case.access.service import record
from kessos_case.core import clock
from kessos_case.core.db import Session
from kessos_case.core.jobs import GO_ON, Job
from kessos_case.webhooks import queries
from kessos_case.webhooks.models import WebhookDelivery, WebhookSubscription
from kessos_case.webhooks.rules import (
    KEPT_FOR,
    REST,
    DeliveryState,
    Problem,
    StopReason,
    arrived,
    is_hopeless,
    next_attempt,
    wants_no_more,
)
from kessos_case.webhooks.service.raising import want_sending
from kessos_case.webhooks.service.signing import signature
from kessos_case.webhooks.service.way_out import Undelivered, post

log = structlog.get_logger()

# Says to the office that its subscription rests now; the caller knows how people are told.
Tell = Callable[[Session, WebhookSubscription], object]


def find_due(session: Session) -> None:
    """Ask for work on every subscription of which something is due: next attempts, and whatever was lost."""
    for subscription_id in queries.with_something_due(session):
        want_sending(session, subscription_id)


def send_next(session: Session, job: Job, tell: Tell) -> timedelta | None:
    """The job: deliver the oldest that is due of one subscription; each part one."""
    subscription_id = UUID(job.args["subscription_id"])
    delivery = queries.next_delivery(session, subscription_id)
    if delivery is None:
        return None
    subscription = session.get_one(WebhookSubscription, subscription_id)
    if subscription.stopped_at is not None:
        drop_waiting(session, subscription_id)
        return None
    deliver(session, subscription, delivery, tell)
    return GO_ON


def deliver(session: Session, subscription: WebhookSubscription, delivery: WebhookDelivery, tell: Tell) -> None:
    """Try one locked delivery once, and note what came of it."""
    delivery.attempts += 1
    try:
        status = post(subscription.address, *_signed(session, subscription, delivery))
        delivery.last_status, problem = status, _problem(status)
    except Undelivered as error:
        delivery.last_status, problem = None, error.problem
    delivery.problem = problem
    if problem is None:
        _note_success(session, delivery)
    else:
        _note_failure(session, subscription, delivery, tell)


def drop_waiting(session: Session, subscription_id: UUID) -> None:
    """What waits for an address that rests goes nowhere; it can be asked for again."""
    session.execute(
        sa.update(WebhookDelivery)
        .where(WebhookDelivery.subscription_id == subscription_id, WebhookDelivery.state == DeliveryState.WAITING)
        .values(state=DeliveryState.DROPPED)
        .execution_options(synchronize_session=False)
    )


def forget_old(session: Session) -> None:
    """Delete deliveries that are over and of no use any more."""
    old = queries.over_before(session.now - KEPT_FOR)
    gone = sa.delete(WebhookDelivery).where(WebhookDelivery.id.in_(old))
    session.execute(gone.execution_options(synchronize_session=False))


def _signed(
    session: Session, subscription: WebhookSubscription, delivery: WebhookDelivery
) -> tuple[dict[str, str], bytes]:
    """Head and body. The same bytes at every attempt; the time is that of the wall, by which the receiver judges it."""
    body = json.dumps(delivery.body, sort_keys=True, separators=(",", ":")).encode()
    sent_at = int(clock.wall().timestamp())
    head = {
        "Content-Type": "application/json",
        "User-Agent": "kessos-case",
        "webhook-id": str(delivery.id),
        "webhook-timestamp": str(sent_at),
        "webhook-signature": signature(session, subscription, delivery.id, sent_at, body),
    }
    return head, body


def _problem(status: int) -> Problem | None:
    if arrived(status):
        return None
    return Problem.REDIRECTED if 300 <= status < 400 else Problem.REFUSED


def _note_success(session: Session, delivery: WebhookDelivery) -> None:
    delivery.state, delivery.delivered_at = DeliveryState.DELIVERED, session.now
    mended = sa.update(WebhookSubscription).where(
        WebhookSubscription.id == delivery.subscription_id, WebhookSubscription.failing_since.is_not(None)
    )
    session.execute(mended.values(failing_since=None).execution_options(synchronize_session=False))


def _note_failure(session: Session, subscription: WebhookSubscription, delivery: WebhookDelivery, tell: Tell) -> None:
    again = next_attempt(delivery.attempts, session.now)
    if again is None:
        delivery.state = DeliveryState.GIVEN_UP
    else:
        delivery.next_at = again
    session.flush()
    log.warning("webhook_failed", name=str(subscription.id), code=str(delivery.problem),
                status=delivery.last_status, attempts=delivery.attempts)  # fmt: skip
    if delivery.last_status is not None and wants_no_more(delivery.last_status):
        _stop(session, subscription, StopReason.GONE, tell)
    elif is_hopeless(_failing_since(session, subscription.id), session.now):
        _stop(session, subscription, StopReason.FAILING, tell)
    else:
        _rest(session, subscription.id)


# The owner may change his subscription while something is on its way there: what follows is written past the unit of
# work, so that neither is refused because of the other.
def _failing_since(session: Session, subscription_id: UUID) -> datetime:
    noted = (
        sa.update(WebhookSubscription)
        .where(WebhookSubscription.id == subscription_id)
        .values(failing_since=sa.func.coalesce(WebhookSubscription.failing_since, session.now))
        .returning(WebhookSubscription.failing_since)
        .execution_options(synchronize_session=False)
    )
    return session.scalars(noted).one() or session.now


def _stop(session: Session, subscription: WebhookSubscription, reason: StopReason, tell: Tell) -> None:
    stopped = (
        sa.update(WebhookSubscription)
        .where(WebhookSubscription.id == subscription.id, WebhookSubscription.stopped_at.is_(None))
        .values(stopped_at=session.now, stop_reason=reason, version=WebhookSubscription.version + 1)
        .returning(WebhookSubscription.id)
        .execution_options(synchronize_session=False)
    )
    if session.scalar(stopped) is None:
        return
    drop_waiting(session, subscription.id)
    record(session, "stop", "webhook", subscription.id, reason=str(reason))
    tell(session, subscription)


def _rest(session: Session, subscription_id: UUID) -> None:
    """Let the others of this address wait too, without counting it against them."""
    waiting = queries.free_and_due(session, subscription_id)
    later = sa.update(WebhookDelivery).where(WebhookDelivery.id.in_(waiting)).values(next_at=session.now + REST)
    session.execute(later.execution_options(synchronize_session=False))
