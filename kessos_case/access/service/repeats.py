"""The store of idempotency keys. A try-lock on the key tells a double at the same moment from a later retry."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.access.models import IdempotencyKey
from kessos_case.core.db import Session, table_of
from kessos_case.core.errors import Conflict, Invalid
from kessos_case.core.settings import settings

# One round trip. Should a first request commit between this statement's snapshot and its lock, the key looks new here;
# then `keep_key` meets the other's row and the whole request is rolled back.
_CLAIM = sa.text(
    "select pg_try_advisory_xact_lock(hashtextextended(:name, 0)) as is_mine, body_hash, resource_id, created_at"
    " from (select 1) as asked left join idempotency_keys"
    " on user_id = :user_id and route = :route and key = :key"
)


class InProgress(Conflict):
    """The first request with this key is still running."""

    code = "in_progress"


class Mismatch(Invalid):
    """This key was used with another body."""

    code = "idempotency_mismatch"


def claim_key(session: Session, route: str, key: str, body_hash: bytes) -> UUID | None:
    """Hold the key until this transaction ends; the id of what was made under it, or None when it is new.

    Raises InProgress while another transaction holds it, Mismatch when it was used with another body.
    """
    user_id = session.actor.user_id
    values = {"name": f"{user_id}:{route}:{key}", "user_id": user_id, "route": route, "key": key}
    known = session.connection().execute(_CLAIM, values).one()
    if not known.is_mine:
        raise InProgress("The first request with this key is still running; ask again.")
    if known.created_at is None or known.created_at < _oldest(session):
        return None
    if known.body_hash != body_hash:
        raise Mismatch("The idempotency key belongs to another request.")
    made: UUID = known.resource_id
    return made


def keep_key(session: Session, route: str, key: str, body_hash: bytes, resource_id: UUID) -> None:
    """Remember what was made under the key, in the transaction that made it. Raises InProgress when another was first."""
    values = {"body_hash": body_hash, "resource_id": resource_id, "created_at": session.now}
    row = {"user_id": session.actor.user_id, "route": route, "key": key} | values
    table = table_of(IdempotencyKey)
    # A key that was forgotten but not yet deleted is taken over.
    keep = postgresql.insert(table).on_conflict_do_update(
        index_elements=["user_id", "route", "key"], set_=values, where=table.c.created_at < _oldest(session)
    )
    if session.connection().execute(keep.returning(table.c.key), row).one_or_none() is None:
        raise InProgress("The first request with this key came through just now; ask again.")


def forget_old_keys(session: Session) -> int:
    """Delete keys beyond their time; returns how many."""
    gone = sa.delete(IdempotencyKey).where(IdempotencyKey.created_at < _oldest(session)).returning(IdempotencyKey.key)
    return len(session.scalars(gone).all())


def _oldest(session: Session) -> datetime:
    return session.now - timedelta(days=settings().idempotency_days)
