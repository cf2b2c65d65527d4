"""Makers of subscriptions and of what is told to them, and the sending of what waits, as a worker does it."""

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from kessos_case.access.models import Organisation, User
from kessos_case.core import db, jobs
from kessos_case.webhooks import service
from kessos_case.webhooks.models import WebhookDelivery
from kessos_case.webhooks.rules import Event
from tests.factories import OPERATOR, Make
from workers.tasks.webhooks import send_next

_number = itertools.count(1)
EVERYTHING = tuple(Event)


def subscribe(make: Make, user: User, address: str = "", *, events: Any = EVERYTHING) -> service.SubscriptionCard:
    """A program of the user's organisation; the answer holds its secret. Without an address one where nobody listens."""
    with make.acting(user) as session:
        return service.subscribe(session, address=address or f"https://8.8.8.8/{next(_number)}", events=events)


def subscription(make: Make, office: UUID) -> service.SubscriptionCard:
    """A program of this organisation."""
    with db.transaction(OPERATOR) as session:
        code = session.get_one(Organisation, office).code
    return subscribe(make, make.user("partner", organisation=code))


def tell(office: UUID, event: Event = Event.OFFER_MADE, *, about: UUID | None = None, **facts: str) -> UUID:
    """Something that happened at this organisation; returns what it is about."""
    about = about or uuid4()
    with db.transaction(db.system("test")) as session:
        service.raise_event(session, office, event, about, {"offer_id": str(about)} | facts)
    return about


def delivery(found: service.SubscriptionCard, **values: Any) -> UUID:
    """A delivery to this program that stands as `values` say."""
    about = tell(found.organisation_id)
    with db.transaction(db.system("test")) as session:
        of_it = sa.and_(WebhookDelivery.subscription_id == found.id, WebhookDelivery.subject_id == about)
        if values:
            session.execute(sa.update(WebhookDelivery).where(of_it).values(values))
        return session.scalars(sa.select(WebhookDelivery.id).where(of_it)).one()


def send_once(subscription_id: UUID) -> timedelta | None:
    """One part of the job, in a transaction of its own."""
    with db.transaction(db.system("worker")) as session:
        args = {"subscription_id": str(subscription_id)}
        return send_next(session, jobs.Job(name="webhooks.send", queue="webhooks", args=args))


def send_all(subscription_id: UUID) -> int:
    """The job to its end: everything that is due now; returns how many attempts that were."""
    attempts = 0
    while send_once(subscription_id) is not None:
        attempts += 1
    return attempts
