"""Each user's digest: how much he has to do, by when and of which kind. Counts only: it goes out by mail too."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql

from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.core.db import Session, table_of
from kessos_case.nights import queries
from kessos_case.nights.models import Digest
from kessos_case.notices.service import queue_digests

# A week with today in it.
AHEAD = timedelta(days=7)

_ROWS = postgresql.insert(table_of(Digest))
_WRITE = _ROWS.on_conflict_do_update(
    index_elements=["user_id", "day"],
    set_={"counts": _ROWS.excluded.counts, "made_at": _ROWS.excluded.made_at},
    # A second time on the same day writes only what has changed since.
    where=table_of(Digest).c.counts != _ROWS.excluded.counts,
)


@dataclass(frozen=True)
class DigestCard:
    """A digest as shown. No night has made one yet where `day` is None; `due_this_week` holds what is due today too."""

    day: date | None
    overdue: int
    due_today: int
    due_this_week: int
    kinds: dict[str, int]
    made_at: datetime | None


def write_digests(session: Session) -> Counter[str]:
    """Count for every user who is at work what is open and overdue, due today and within a week, and keep it for today.

    Who has something overdue or due today gets a mail of it, where he wants one.
    """
    day = office_day(session.now)
    found = {user_id: _nothing() for user_id in queries.users_at_work(session)}
    for row in queries.due_by_user(session, *_bounds(day)):
        if row.user_id in found:
            _add(found[row.user_id], row)
    rows = [
        {"user_id": user_id, "day": day, "counts": counts, "made_at": session.now}
        for user_id, counts in sorted(found.items())
    ]
    if rows:
        session.connection().execute(_WRITE, rows)
    mails = queue_digests(session, [user_id for user_id, counts in found.items() if _is_due(counts)], day)
    late = sum(counts["overdue"] > 0 for counts in found.values())
    return Counter(digests=len(rows), with_overdue=late, mails=mails)


def own_digest(session: Session) -> DigestCard:
    """The newest digest of whoever asks."""
    user_id = session.actor.user_id
    found = queries.latest_digest(session, user_id) if user_id else None
    counts = found.counts if found else _nothing()
    return DigestCard(day=found.day if found else None, made_at=found.made_at if found else None, **counts)


def due_now(session: Session, user_id: UUID) -> DigestCard:
    """The same of one user, counted at this moment: a mail that goes out hours after the night says what is true then."""
    day = office_day(session.now)
    counts = _nothing()
    for row in queries.due_by_user(session, *_bounds(day), user_id):
        _add(counts, row)
    return DigestCard(day=day, made_at=session.now, **counts)


def _bounds(day: date) -> tuple[datetime, datetime, datetime]:
    """The first instants of the day, of tomorrow, and of the day after the week."""
    return _beginning_of(day), _beginning_of(day + timedelta(days=1)), _beginning_of(day + AHEAD)


def _is_due(counts: dict[str, Any]) -> bool:
    return bool(counts["overdue"] or counts["due_today"])


def _nothing() -> dict[str, Any]:
    return {"overdue": 0, "due_today": 0, "due_this_week": 0, "kinds": {}}


def _add(counts: dict[str, Any], row: Any) -> None:
    counts["overdue"] += row.overdue
    counts["due_today"] += row.due_today
    counts["due_this_week"] += row.due_today + row.later
    counts["kinds"][row.kind] = row.overdue + row.due_today + row.later


def _beginning_of(day: date) -> datetime:
    """The first instant of a day of the office."""
    return datetime.combine(day, time(0), OFFICE_ZONE)
