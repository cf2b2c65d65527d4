"""Messages that wait to be sent: made once for each occasion and way, however often anybody asks."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql

from kessos_case.core.calendar import free_days
from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.core.db import Session, table_of
from kessos_case.core.ids import new_id
from kessos_case.core.settings import settings
from kessos_case.notices import queries
from kessos_case.notices.models import ContactChoice, Message, Notification
from kessos_case.notices.rules import Channel, MessageKind, MessageState, digest_time, is_working_day, ways

# Whoever has not looked into the app for longer has been told every morning since.
_UNREAD_FOR = timedelta(days=7)
# What nobody could send for longer is old news: it stays in the app.
_YOUNGER_THAN = timedelta(days=1)
_LATELY = timedelta(days=7)

_WRITE = postgresql.insert(table_of(Message)).on_conflict_do_nothing()


def make_urgent_messages(session: Session) -> int:
    """A message by each way of the user for what cannot wait and has none yet; returns how many. As the program."""
    found = queries.urgent_without_message(session, session.now - _YOUNGER_THAN)
    return _write(session, [row for notice, email, choice in found for row in _rows(session, notice, email, choice)])


def queue_digests(session: Session, user_ids: Iterable[UUID], day: date) -> int:
    """Let these users, and who has not read what he was told, have the mail of this working day; returns how many are new.

    Once a day for each who wants one: asked again it adds nothing.
    """
    goes_at = digest_time(settings().digest_at)
    if goes_at is None or not is_working_day(day, free_days(day.year)):
        return 0
    moment = datetime.combine(day, goes_at, OFFICE_ZONE).astimezone(UTC)
    wanting = queries.wanting_digest(session, {*user_ids, *queries.with_unread(session, session.now - _UNREAD_FOR)})
    return _write(session, [_row(session, each, Channel.MAIL, MessageKind.DIGEST, day, moment) for each in wanting])


def given_up_lately(session: Session) -> int:
    """How many messages of the last week could not be sent in the end."""
    return queries.given_up(session, session.now - _LATELY)


def _rows(
    session: Session, notice: Notification, email: str | None, choice: ContactChoice | None
) -> Iterable[dict[str, Any]]:
    by = ways(
        has_mail=email is not None,
        by_mail=choice.by_mail if choice else True,
        by_message=choice.by_message if choice else None,
        has_phone=bool(choice and choice.phone_sealed),
    )
    # The day of the notice, not of this look: the same one tomorrow is no second message.
    day = office_day(notice.created_at)
    for way in by:
        yield _row(session, notice.user_id, way, MessageKind.URGENT, day, session.now, notice.id)


def _row(
    session: Session,
    user_id: UUID,
    channel: Channel,
    kind: MessageKind,
    day: date,
    next_at: datetime,
    notification_id: UUID | None = None,
) -> dict[str, Any]:
    return {
        "id": new_id(), "user_id": user_id, "channel": channel, "kind": kind, "day": day, "next_at": next_at,
        "notification_id": notification_id, "state": MessageState.WAITING, "attempts": 0, "created_at": session.now,
    }  # fmt: skip


def _write(session: Session, rows: list[dict[str, Any]]) -> int:
    return len(session.execute(_WRITE.values(rows).returning(table_of(Message).c.id)).all()) if rows else 0
