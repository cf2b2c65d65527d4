"""The store of idempotency keys. A try-lock on the key tells a double at the same moment from a later retry."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import IdempotencyKey
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid
from kessos_case.core.settings import settings


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
    if not session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(sa.func.hashtextextended(name, 0)))):
        raise InProgress("The first request with this key is still running; ask again.")
    known = session.get(IdempotencyKey, (session.actor.user_id, route, key))
    if known is None or known.created_at < session.now - timedelta(days=settings().idempotency_days):
        return None
    if known.body_hash != body_hash:
        raise Mismatch("The idempotency key belongs to another request.")
    return known.resource_id


def keep_key(session: Session, route: str, key: str, body_hash: bytes, resource_id: UUID) -> None:
    """Remember what was made under the key, in the transaction that made it."""
    session.merge(
        IdempotencyKey(
            user_id=session.actor.user_id,
            route=route,
            key=key,
            body_hash=body_hash,
            resource_id=resource_id,
            created_at=session.now,
        )
    )


def forget_old_keys(session: Session) -> int:
    """Delete keys beyond their time; returns how many."""
    oldest = session.now - timedelta(days=settings().idempotency_days)
    gone = sa.delete(IdempotencyKey).where(IdempotencyKey.created_at < oldest).returning(IdempotencyKey.key)
    return len(session.scalars(gone).all())
