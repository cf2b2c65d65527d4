"""Makers of notices and of people who can be written to, and the sending of what waits, as a worker does it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from kessos_case.access import service as access
from kessos_case.access.models import User
from kessos_case.core import db, jobs
from kessos_case.core.ids import new_id
from kessos_case.notices import service
from kessos_case.notices.rules import NoticeKind
from tests.factories import OPERATOR, Make
from workers.tasks.notices import send_messages


def with_mail(user: User, address: str | None = None) -> str:
    """The address that an administrator has entered for this user."""
    address = address or f"{user.username}@kantor.example"
    with db.transaction(OPERATOR) as session:
        access.change_user(session, access.user_for(session, user.id), {"email": address})
    return address


def chooses(make: Make, user: User, **wanted: Any) -> service.ContactCard:
    """The user chooses how to be told."""
    with make.acting(user) as session:
        return service.change_contact(session, wanted)


def tell(
    user: User,
    kind: NoticeKind = NoticeKind.REPORT_EMERGENCY,
    *,
    subject_id: UUID | None = None,
    period: str = "",
    is_urgent: bool = True,
) -> UUID:
    """Something that happened, told to this user; returns what it is about."""
    about = subject_id or new_id()
    with db.transaction(db.system("test")) as session:
        service.notify(
            session, [user.id], kind, subject_kind="referral", subject_id=about, period=period, is_urgent=is_urgent
        )
    return about


def send_once(done: int = 0) -> timedelta | None:
    """One part of the job, in a transaction of its own."""
    with db.transaction(db.system("worker")) as session:
        return send_messages(session, jobs.Job(name="notices.send", queue="interactive", args={}, done=done))


def send_all() -> None:
    """The job to its end: everything that is due now."""
    done = 0
    while send_once(done) is not None:
        done += 1
