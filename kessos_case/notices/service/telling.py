"""Tell people something, once. The program writes it, after the rules of what happened were asked (ADR 0012, 0017)."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.access.models import User
from kessos_case.core.db import Session, as_system, table_of
from kessos_case.core.ids import new_id
from kessos_case.core.jobs import enqueue
from kessos_case.notices import queries
from kessos_case.notices.models import Notification
from kessos_case.notices.rules import NoticeKind

people_of_desk = queries.people_of_desk
people_of_office = queries.people_of_office
people_of_region = queries.people_of_region

_WRITE = (
    postgresql.insert(table_of(Notification))
    .on_conflict_do_nothing(index_elements=["user_id", "kind", "subject_id", "period"])
    .returning(table_of(Notification).c.id)
)


def notify(
    session: Session,
    user_ids: Iterable[UUID],
    kind: NoticeKind,
    *,
    subject_kind: str,
    subject_id: UUID,
    period: str = "",
    is_urgent: bool = False,
) -> int:
    """Tell these users, each once for this kind, subject and period; what is urgent goes out at once. Returns how many.

    Whoever does the thing himself and whoever is not at work any more is not told.
    """
    wanted = set(user_ids) - {session.actor.user_id}
    if not wanted:
        return 0
    about = {
        "kind": kind, "subject_kind": subject_kind, "subject_id": subject_id, "period": period, "is_urgent": is_urgent,
        "created_at": session.now, "read_at": None,
    }  # fmt: skip
    with _as_the_program(session):
        present = session.scalars(sa.select(User.id).where(User.id.in_(wanted), *queries.at_work(session.now)))
        rows = [about | {"id": new_id(), "user_id": user_id} for user_id in sorted(present)]
        told = len(session.execute(_WRITE.values(rows)).all()) if rows else 0
        if told and is_urgent:
            # No key: one that is at work already may have looked before this was written.
            enqueue(session, "notices.send", queue="interactive")
    return told


def settle(session: Session, subject_ids: Iterable[UUID], *kinds: NoticeKind) -> int:
    """What was told of these things needs nobody any more: it counts as read, and messages that wait are dropped."""
    with _as_the_program(session):
        read = (
            sa.update(Notification)
            .where(
                Notification.subject_id.in_(list(subject_ids)),
                Notification.kind.in_(kinds),
                Notification.read_at.is_(None),
            )
            .values(read_at=session.now)
            .execution_options(synchronize_session=False)
        )
        return session.execute(read).rowcount  # type: ignore[attr-defined,no-any-return]


def _as_the_program(session: Session) -> AbstractContextManager[None]:
    return nullcontext() if session.actor.system else as_system(session, "notices")
