"""A user's own notices: listed with the unread ones first, and read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.notices import queries
from kessos_case.notices.models import Notification
from kessos_case.notices.rules import NoticeKind, page_of


@dataclass(frozen=True)
class NoticeCard:
    """A notice as shown; `address` is the page that it leads to."""

    id: UUID
    kind: NoticeKind
    subject_kind: str
    subject_id: UUID
    address: str
    is_urgent: bool
    created_at: datetime
    read_at: datetime | None


def unread_count(session: Session, user_id: UUID | None = None) -> int:
    """How many notices the actor, or for the program this user, has not read: one statement."""
    return queries.unread(session, user_id or session.actor.user_id)


def listed_notices(notices: Iterable[Notification]) -> list[NoticeCard]:
    """The cards of a list."""
    return [_card(notice) for notice in notices]


def read_notice(session: Session, notice_id: UUID) -> NoticeCard:
    """Count a notice as read; the first time stays. Raises NotFound for another's."""
    notice = session.get(Notification, notice_id)
    if notice is None:
        raise NotFound("There is no such notice.")
    if notice.read_at is None:
        notice.read_at = session.now
        session.flush()
    return _card(notice)


def read_all(session: Session) -> int:
    """Count every notice of the actor as read; returns how many were not."""
    unread = queries.own_notices(session.actor.user_id, unread_only=True).with_only_columns(Notification.id)
    read = sa.update(Notification).where(Notification.id.in_(unread)).values(read_at=session.now)
    done = session.execute(read.execution_options(synchronize_session=False))
    return done.rowcount  # type: ignore[attr-defined,no-any-return]


def _card(notice: Notification) -> NoticeCard:
    kind = NoticeKind(notice.kind)
    same = ("id", "subject_kind", "subject_id", "is_urgent", "created_at", "read_at")
    shown = {name: getattr(notice, name) for name in same}
    return NoticeCard(kind=kind, address=page_of(kind, notice.subject_id), **shown)
