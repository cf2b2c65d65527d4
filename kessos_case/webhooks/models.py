"""Tables of webhooks: who wants to be told what at which address, and every delivery with where it stands."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY

from kessos_case.access.models import Organisation
from kessos_case.core.db import Base, one_of
from kessos_case.webhooks.rules import DeliveryState, StopReason


class WebhookSubscription(Base):
    """An address of an organisation's own program, which of its events it wants, and the secret that signs them."""

    __tablename__ = "webhook_subscriptions"
    __table_args__ = (
        one_of("stop_reason", StopReason),
        sa.CheckConstraint("cardinality(events) > 0", name="wants_something"),
        sa.CheckConstraint("(stopped_at is null) = (stop_reason is null)", name="stopped_for_a_reason"),
        sa.CheckConstraint("(secret_before_sealed is null) = (secret_before_until is null)", name="secret_before_ends"),
        sa.UniqueConstraint("organisation_id", "address"),
    )

    # Random and not UUIDv7: it is given outside.
    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Organisation.id))
    address: orm.Mapped[str]
    events: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text))
    secret_sealed: orm.Mapped[bytes]
    # After a change both sign for a day, so that the receiver need not change in the same second.
    secret_before_sealed: orm.Mapped[bytes | None]
    secret_before_until: orm.Mapped[datetime | None]
    created_at: orm.Mapped[datetime]
    created_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    # The first of the failures since something arrived.
    failing_since: orm.Mapped[datetime | None]
    stopped_at: orm.Mapped[datetime | None]
    stop_reason: orm.Mapped[str | None]
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class WebhookDelivery(Base):
    """One event on its way to one address. `body` is what is sent: codes, instants and random ids."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        one_of("state", DeliveryState),
        # Told once, however often it is raised.
        sa.UniqueConstraint("subscription_id", "event", "subject_id", "period"),
        sa.Index("ix_webhook_deliveries_subscription_id", "subscription_id", "created_at", "id"),
        sa.Index("ix_webhook_deliveries_waiting", "next_at", postgresql_where=sa.text("state = 'waiting'")),
    )

    # Random and not UUIDv7: the receiver knows a repetition by it.
    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    subscription_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(WebhookSubscription.id))
    event: orm.Mapped[str]
    subject_id: orm.Mapped[UUID]
    period: orm.Mapped[str]
    body: orm.Mapped[dict[str, Any]]
    state: orm.Mapped[str] = orm.mapped_column(default=DeliveryState.WAITING)
    attempts: orm.Mapped[int] = orm.mapped_column(default=0)
    next_at: orm.Mapped[datetime]
    # What the last attempt met: an HTTP status, or a word of ours where nobody answered.
    last_status: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    problem: orm.Mapped[str | None]
    created_at: orm.Mapped[datetime]
    delivered_at: orm.Mapped[datetime | None]
