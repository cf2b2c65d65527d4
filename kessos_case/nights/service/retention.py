"""What is forgotten when nothing can be asked of it any more. How long each is kept stands in the policy `retention`."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from kessos_case.access.models import Token
from kessos_case.access.service import forget_old_keys
from kessos_case.aid.models import AidImport, AidImportFile, AidImportRow
from kessos_case.aid.rules import ImportRowState, ImportState
from kessos_case.core import clock
from kessos_case.core.clock import office_day
from kessos_case.core.db import Base, Session
from kessos_case.core.jobs import Job, JobStatus
from kessos_case.core.policies import policy
from kessos_case.nights.models import Digest, Night, NightChunk
from kessos_case.notices.models import Message, Notification
from kessos_case.notices.rules import MessageState
from kessos_case.referrals.models import PhotoPart

# Imports at which nothing more happens.
_OVER = (ImportState.APPLIED, ImportState.REFUSED, ImportState.CANCELLED)
# Rows of an applied file that stand in the ledger, or were answered by hand.
_IN_THE_LEDGER = (ImportRowState.ADDED, ImportRowState.KNOWN, ImportRowState.SETTLED)


def forget(session: Session) -> Counter[str]:
    """Delete what is beyond its days; counts by kind. Twice on one day forgets nothing more."""
    counts = Counter(idempotency_keys=forget_old_keys(session))
    counts.update({name: of_kind(session) for name, of_kind in _KINDS.items()})
    return counts


def _import_files(session: Session) -> int:
    return _delete(session, AidImportFile, AidImportFile.import_id.in_(_old_imports(session)))


def _import_rows(session: Session) -> int:
    """Rows of a file in which nothing is parked any more, once they stand in the ledger; all of one that never came into it.

    Until then the others say which of several equal rows a settled one is, and a row that had vanished would betray that its
    person is registered.
    """
    unused = _old_imports(session).where(AidImport.state != ImportState.APPLIED)
    settled = _old_imports(session).where(AidImport.parked == 0)
    in_the_ledger = sa.and_(AidImportRow.state.in_(_IN_THE_LEDGER), AidImportRow.import_id.in_(settled))
    gone = in_the_ledger | AidImportRow.import_id.in_(unused)
    return _delete(session, AidImportRow, AidImportRow.import_id.in_(_old_imports(session)), gone)


def _import_texts(session: Session) -> int:
    """What a failed row held, and not why it failed."""
    old = sa.select(AidImportRow.import_id, AidImportRow.row_number).where(
        AidImportRow.import_id.in_(_old_imports(session)),
        AidImportRow.state == ImportRowState.FAILED,
        AidImportRow.raw_sealed.is_not(None),
    )
    keys = sa.tuple_(AidImportRow.import_id, AidImportRow.row_number)
    forgotten = sa.update(AidImportRow).where(keys.in_(old.limit(_most()))).values(raw_sealed=None)
    return _counted(session, forgotten)


def _sign_ins(session: Session) -> int:
    ended = sa.func.coalesce(Token.revoked_at, Token.expires_at)
    return _delete(session, Token, ended < _before(session, "sign_in_days"))


def _jobs(session: Session) -> int:
    # A job's times are those of the wall (core.jobs).
    before = clock.wall() - _days("job_days")
    return _delete(session, Job, Job.status == JobStatus.DONE, Job.finished_at < before)


def _digests(session: Session) -> int:
    return _delete(session, Digest, Digest.day < office_day(_before(session, "digest_days")))


def _chunks(session: Session) -> int:
    old = sa.select(Night.id).where(Night.finished_at < _before(session, "night_chunk_days"))
    return _delete(session, NightChunk, NightChunk.night_id.in_(old))


def _photo_parts(session: Session) -> int:
    return _delete(session, PhotoPart, PhotoPart.received_at < _before(session, "photo_part_days"))


def _messages(session: Session) -> int:
    is_over = Message.state != MessageState.WAITING
    return _delete(session, Message, is_over, Message.created_at < _before(session, "notice_days"))


def _notices(session: Session) -> int:
    sent = sa.exists().where(Message.notification_id == Notification.id)
    return _delete(session, Notification, Notification.created_at < _before(session, "notice_days"), ~sent)


_KINDS: dict[str, Callable[[Session], int]] = {
    "import_files": _import_files,
    "import_rows": _import_rows,
    "import_texts": _import_texts,
    "sign_ins": _sign_ins,
    "jobs": _jobs,
    "digests": _digests,
    "night_chunks": _chunks,
    "messages": _messages,
    "notices": _notices,
    "photo_parts": _photo_parts,
}


def _old_imports(session: Session) -> sa.Select[Any]:
    ended = sa.func.coalesce(AidImport.applied_at, AidImport.uploaded_at)
    return sa.select(AidImport.id).where(AidImport.state.in_(_OVER), ended < _before(session, "import_days"))


def _days(name: str) -> timedelta:
    return timedelta(days=policy("retention").content[name])


def _before(session: Session, name: str) -> datetime:
    return session.now - _days(name)


def _most() -> int:
    most: int = policy("retention").content["rows_in_a_night"]
    return most


def _delete(session: Session, model: type[Base], *conditions: sa.ColumnElement[bool]) -> int:
    """Delete rows of which all this holds, at most one night's; returns how many."""
    key = list(sa.inspect(model).primary_key)
    old = sa.select(*key).where(*conditions).limit(_most())
    return _counted(session, sa.delete(model).where(sa.tuple_(*key).in_(old)))


def _counted(session: Session, statement: sa.Delete | sa.Update) -> int:
    done: sa.CursorResult[Any] = session.connection().execute(statement)
    return done.rowcount
