"""Something happened: whoever wants to be told of it gets a delivery, once. The program writes it (ADR 0012, 0021)."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects import postgresql

from kessos_case.core.db import Session, as_system, table_of
from kessos_case.core.jobs import enqueue
from kessos_case.webhooks import queries
from kessos_case.webhooks.models import WebhookDelivery
from kessos_case.webhooks.rules import DeliveryState, Event

_WRITE = (
    postgresql.insert(table_of(WebhookDelivery))
    .on_conflict_do_nothing(index_elements=["subscription_id", "event", "subject_id", "period"])
    .returning(table_of(WebhookDelivery).c.subscription_id)
)


def raise_event(
    session: Session,
    organisation_id: UUID,
    event: Event,
    subject_id: UUID,
    facts: Mapping[str, str | None],
    *,
    period: str = "",
) -> int:
    """Let the programs of this organisation know, each once for this event, subject and period; returns how many.

    `facts` go outside as they are: codes, instants and random ids; whoever calls answers for it that none is a person's.
    """
    with as_the_program(session):
        wanting = session.scalars(queries.wanting(organisation_id, event)).all()
        return write_deliveries(session, wanting, event, subject_id, facts, period)


def write_deliveries(
    session: Session,
    subscription_ids: Iterable[UUID],
    event: str,
    subject_id: UUID,
    facts: Mapping[str, str | None],
    period: str,
) -> int:
    """A delivery to each of these, and a job that sends it after the commit; returns how many are new. As the program."""
    rows = [_row(session, each, event, subject_id, facts, period) for each in subscription_ids]
    told = session.scalars(_WRITE.values(rows)).all() if rows else ()
    for subscription_id in told:
        want_sending(session, subscription_id)
    return len(told)


def want_sending(session: Session, subscription_id: UUID) -> None:
    """Let a worker look at this subscription. One that looks already may have looked too early: the minute's round finds it."""
    enqueue(session, "webhooks.send", queue="webhooks", unique_key=f"webhooks.send:{subscription_id}",
            subscription_id=subscription_id)  # fmt: skip


def as_the_program(session: Session) -> AbstractContextManager[None]:
    """Go on as the program, whoever caused it."""
    return nullcontext() if session.actor.system else as_system(session, "webhooks")


def _row(
    session: Session,
    subscription_id: UUID,
    event: str,
    subject_id: UUID,
    facts: Mapping[str, str | None],
    period: str,
) -> dict[str, Any]:
    delivery_id, at = uuid4(), session.now.isoformat()
    return {
        "id": delivery_id, "subscription_id": subscription_id, "event": event, "subject_id": subject_id,
        "period": period, "body": {"id": str(delivery_id), "type": event, "timestamp": at, "data": dict(facts)},
        "state": DeliveryState.WAITING, "attempts": 0, "next_at": session.now, "created_at": session.now,
    }  # fmt: skip
