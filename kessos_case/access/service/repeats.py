"""The store of idempotency keys. A try-lock on the key tells a double at the same moment from a later retry."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.access.models import IdempotencyKey
from kessos_case.core.db import Session, table_of
from kessos_case.core.errors import Conflict, Invalid
from kessos_case.core.settings import settings

_TRY_LOCK = sa.text("select pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
_KNOWN = sa.text(
    "select body_hash, resource_id, created_at from idempotency_keys"
    " where user_id = :user_id and route = :route and key = :key"
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
    name = f"{session.actor.user_id}:{route}:{key}"
    if not session.connection().scalar(_TRY_LOCK, {"name": name}):
        raise InProgress("The first request with this key is still running; ask again.")
    mine = {"user_id": session.actor.user_id, "route": route, "key": key}
    known = session.connection().execute(_KNOWN, mine).one_or_none()
    if known is None or known.created_at < session.now - timedelta(days=settings().idempotency_days):
        return None
    if known.body_hash != body_hash:
        raise Mismatch("The idempotency key belongs to another request.")
    made: UUID = known.resource_id
    return made


def keep_key(session: Session, route: str, key: str, body_hash: bytes, resource_id: UUID) -> None:
    """Remember what was made under the key, in the transaction that made it."""
    values = {"body_hash": body_hash, "resource_id": resource_id, "created_at": session.now}
    row = {"user_id": session.actor.user_id, "route": route, "key": key} | values
    # A key that was forgotten but not yet deleted is taken over.
    keep = postgresql.insert(table_of(IdempotencyKey)).on_conflict_do_update(
        index_elements=["user_id", "route", "key"], set_=values
    )
    session.connection().execute(keep, row)


def forget_old_keys(session: Session) -> int:
    """Delete keys beyond their time; returns how many."""
    oldest = session.now - timedelta(days=settings().idempotency_days)
    gone = sa.delete(IdempotencyKey).where(IdempotencyKey.created_at < oldest).returning(IdempotencyKey.key)
    return len(session.scalars(gone).all())
