"""Jobs of webhooks: what waits is delivered, what is old forgotten. How an office is told stands here, above both rooms."""

from datetime import timedelta

from kessos_case.core.db import Session
from kessos_case.core.jobs import Job, Kind
from kessos_case.notices.rules import NoticeKind
from kessos_case.notices.service import notify, people_of_office
from kessos_case.webhooks import service
from kessos_case.webhooks.models import WebhookSubscription


def send_next(session: Session, job: Job) -> timedelta | None:
    """Deliver the next of one subscription."""
    return service.send_next(session, job, tell)


def tell(session: Session, subscription: WebhookSubscription) -> None:
    """Those who can do something about a subscription that rests since it failed."""
    people = people_of_office(session, subscription.organisation_id, "webhook", "manage")
    notify(
        session, people, NoticeKind.WEBHOOK_STOPPED, subject_kind="webhook", subject_id=subscription.id,
        period=f"{session.now:%Y-%m-%dT%H:%M:%S}",
    )  # fmt: skip


def find_due(session: Session, _job: Job) -> None:
    """Look for what waits, and forget what is old."""
    service.find_due(session)
    service.forget_old(session)


KINDS = (Kind("webhooks.send", "webhooks", send_next), Kind("webhooks.find_due", "webhooks", find_due))
