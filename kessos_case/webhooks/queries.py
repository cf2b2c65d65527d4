"""Reads of webhooks: subscriptions of an office, who wants an event, and the deliveries that wait."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.core.db import Session
from kessos_case.webhooks.models import WebhookDelivery, WebhookSubscription
from kessos_case.webhooks.rules import DeliveryState, StopReason


def subscriptions(offices: Iterable[UUID]) -> sa.Select[WebhookSubscription]:
    """The subscriptions of these offices."""
    return sa.select(WebhookSubscription).where(WebhookSubscription.organisation_id.in_(sorted(offices)))


def active_count(session: Session, organisation_id: UUID) -> int:
    """How many subscriptions of this office do not rest."""
    active = (WebhookSubscription.organisation_id == organisation_id, WebhookSubscription.stopped_at.is_(None))
    return session.scalar(sa.select(sa.func.count()).select_from(WebhookSubscription).where(*active)) or 0


def wanting(organisation_id: UUID, event: str) -> sa.Select[UUID]:
    """The subscriptions of this office that want this event."""
    return sa.select(WebhookSubscription.id).where(
        WebhookSubscription.organisation_id == organisation_id,
        WebhookSubscription.stopped_at.is_(None),
        WebhookSubscription.events.contains([event]),
    )


def deliveries(subscription_id: UUID, state: str | None = None) -> sa.Select[WebhookDelivery]:
    """The deliveries of one subscription."""
    select = sa.select(WebhookDelivery).where(WebhookDelivery.subscription_id == subscription_id)
    return select if state is None else select.where(WebhookDelivery.state == state)


def counts(session: Session, subscription_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """How many deliveries of each of these stand in which state."""
    select = (
        sa.select(WebhookDelivery.subscription_id, WebhookDelivery.state, sa.func.count())
        .where(WebhookDelivery.subscription_id.in_(list(subscription_ids)))
        .group_by(WebhookDelivery.subscription_id, WebhookDelivery.state)
    )
    found: dict[UUID, dict[str, int]] = {}
    for subscription_id, state, count in session.execute(select):
        found.setdefault(subscription_id, {})[state] = count
    return found


def last_problems(session: Session, subscription_ids: Iterable[UUID]) -> dict[UUID, tuple[str, int | None]]:
    """Why the newest delivery of each of these that failed did: the problem, and the status where there was one."""
    failed = (
        sa.select(WebhookDelivery.subscription_id, WebhookDelivery.problem, WebhookDelivery.last_status)
        .ext(postgresql.distinct_on(WebhookDelivery.subscription_id))
        .where(WebhookDelivery.subscription_id.in_(list(subscription_ids)), WebhookDelivery.problem.is_not(None))
        .order_by(WebhookDelivery.subscription_id, WebhookDelivery.created_at.desc(), WebhookDelivery.id.desc())
    )
    return {one: (problem, status) for one, problem, status in session.execute(failed) if problem}


def needs_somebody() -> sa.ColumnElement[bool]:
    """Of subscriptions: nothing arrives there, or it stopped by itself."""
    stopped_itself = sa.func.coalesce(WebhookSubscription.stop_reason, "").in_([StopReason.FAILING, StopReason.GONE])
    return stopped_itself | (WebhookSubscription.failing_since.is_not(None) & WebhookSubscription.stopped_at.is_(None))


def with_something_due(session: Session) -> Sequence[UUID]:
    """The subscriptions of which something waits whose time has come."""
    due = sa.select(WebhookDelivery.subscription_id).where(*_due(session.now))
    return session.scalars(due.distinct()).all()


def next_delivery(session: Session, subscription_id: UUID) -> WebhookDelivery | None:
    """Lock the oldest delivery of a subscription whose time has come and that no other worker has."""
    return session.scalar(
        sa.select(WebhookDelivery)
        .where(WebhookDelivery.subscription_id == subscription_id, *_due(session.now))
        .order_by(WebhookDelivery.created_at, WebhookDelivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def free_and_due(session: Session, subscription_id: UUID) -> sa.Select[UUID]:
    """Lock the other deliveries of a subscription whose time has come."""
    due = sa.select(WebhookDelivery.id).where(WebhookDelivery.subscription_id == subscription_id, *_due(session.now))
    return due.with_for_update(skip_locked=True)


def over_before(moment: datetime) -> sa.Select[UUID]:
    """Deliveries that were made before this moment and wait for nothing."""
    return sa.select(WebhookDelivery.id).where(
        WebhookDelivery.created_at < moment, WebhookDelivery.state != DeliveryState.WAITING
    )


def _due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return WebhookDelivery.state == DeliveryState.WAITING, WebhookDelivery.next_at <= now
