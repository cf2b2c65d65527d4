"""Jobs of notices: what waits is sent. What a message says is put together here, from the rooms that know it."""

from datetime import timedelta

from kessos_case.access.models import User
from kessos_case.core.db import Session
from kessos_case.core.jobs import Job, Kind
from kessos_case.core.settings import settings
from kessos_case.nights.service import due_now
from kessos_case.notices import service, wording
from kessos_case.notices.models import Message, Notification
from kessos_case.notices.rules import NoticeKind
from kessos_case.tasks.wording import NAMES


def send_messages(session: Session, job: Job) -> timedelta | None:
    """Send the next message that is due."""
    return service.send_round(session, job, compose)


def compose(session: Session, message: Message, notice: Notification | None) -> service.Letter | None:
    """What it says now; None when nothing is due any more."""
    link = settings().public_address.rstrip("/")
    if notice is not None:
        return wording.urgent_letter(NoticeKind(notice.kind), f"{link}/notices" if link else "")
    counted = due_now(session, message.user_id)
    due = wording.Due(counted.overdue, counted.due_today, service.unread_count(session, message.user_id))
    if due == wording.Due(0, 0, 0):
        return None
    office = session.get_one(User, message.user_id).organisation.name
    kinds = [(str(NAMES[kind]), count) for kind, count in counted.kinds.items()]
    return wording.digest_letter(office, due, kinds, link)


KINDS = (Kind("notices.send", "interactive", send_messages),)
