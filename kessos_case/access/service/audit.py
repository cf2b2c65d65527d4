"""The audit trail: one row for each person viewed, each write and each refusal; and the chain that seals it.

The program can only insert. A sealer takes the rows below the snapshot horizon in the order of their transactions, where
none can appear any more, hashes them onto the seal before and signs the head with a key that the web process lacks.
Rows younger than the last seal are protected by the database's rights alone, and `verify` says how many those are.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kessos_case.access.models import AuditEntry, AuditSeal
from kessos_case.core.db import Session
from kessos_case.core.ids import new_id

_LOCK = 7_203_001
_GENESIS = b"\0" * 32


def record(
    session: Session,
    action: str,
    resource: str,
    resource_id: UUID | None = None,
    *,
    clients: Iterable[UUID] = (),
    outcome: str = "ok",
    **detail: Any,
) -> None:
    """Write one row of the trail. `detail` holds ids and codes only; names of changed fields, never their values."""
    session.insert(
        AuditEntry, **_entry(session, action, resource, resource_id, clients=clients, outcome=outcome, detail=detail)
    )


def record_each(session: Session, action: str, resource: str, things: Iterable[tuple[UUID, dict[str, Any]]]) -> None:
    """Write a row for each of many things that one act did this to, each with its own detail. As `record` does."""
    rows = [_entry(session, action, resource, thing, detail=detail) for thing, detail in things]
    session.insert_all(AuditEntry, rows)


def _entry(
    session: Session,
    action: str,
    resource: str,
    resource_id: UUID | None,
    *,
    clients: Iterable[UUID] = (),
    outcome: str = "ok",
    detail: dict[str, Any],
) -> dict[str, Any]:
    actor = session.actor
    return {
        "id": new_id(),
        "at": session.now,
        "user_id": actor.user_id,
        "system": actor.system,
        "organisation_id": actor.organisation_id,
        "action": action,
        "resource": resource,
        "resource_id": resource_id,
        "client_ids": list(clients),
        "outcome": outcome,
        "request_id": session.request_id,
        "detail": detail,
    }


def seal(session: Session, key: Ed25519PrivateKey, *, most: int = 50_000) -> AuditSeal | None:
    """Seal the next run of entries; None when there is nothing to seal or another sealer is at work."""
    if not session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK))):
        return None
    before = session.scalar(sa.select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1))
    horizon = sa.text("audit_entries.transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    entries = session.scalars(_after(before).where(horizon).limit(most)).all()
    if not entries:
        return None
    digest = _chain(before.hash if before else _GENESIS, entries)
    made = AuditSeal(
        number=before.number + 1 if before else 1,
        last_transaction_id=entries[-1].transaction_id,
        last_entry_id=entries[-1].id,
        entries=len(entries),
        hash=digest,
        signature=key.sign(digest),
        sealed_at=session.now,
    )
    session.add(made)
    return made


@dataclass
class Verdict:
    """What a look through the whole chain found; `problems` is empty when nothing was changed, removed or inserted."""

    seals: int = 0
    entries: int = 0
    unsealed: int = 0
    problems: list[str] = field(default_factory=list)


def verify(session: Session, key: Ed25519PublicKey, heads: Iterable[tuple[int, str]] = ()) -> Verdict:
    """Compute every seal again from the rows and compare it with the stored one, its signature and the exported heads."""
    verdict, before = Verdict(), None
    known: dict[int, str] = {}
    for current in session.scalars(sa.select(AuditSeal).order_by(AuditSeal.number)):
        verdict.problems += _problems(session, key, before, current)
        verdict.seals, verdict.entries = verdict.seals + 1, verdict.entries + current.entries
        known[current.number] = current.hash.hex()
        before = current
    verdict.problems += [
        f"seal {number}: the exported head is not in the database"
        for number, head in heads
        if known.get(number) != head
    ]
    verdict.unsealed = session.scalar(sa.select(sa.func.count()).select_from(_after(before).subquery())) or 0
    return verdict


def _problems(session: Session, key: Ed25519PublicKey, before: AuditSeal | None, current: AuditSeal) -> Iterator[str]:
    place = f"seal {current.number}"
    if current.number != (before.number + 1 if before else 1):
        yield f"{place}: a seal before it is missing"
    try:
        key.verify(current.signature, current.hash)
    except InvalidSignature:
        yield f"{place}: the signature is not ours"
    run = _after(before).where(
        sa.tuple_(AuditEntry.transaction_id, AuditEntry.id)
        <= sa.tuple_(sa.literal(current.last_transaction_id), sa.literal(current.last_entry_id))
    )
    entries = session.scalars(run).all()
    if len(entries) != current.entries:
        yield f"{place}: {current.entries} entries were sealed, {len(entries)} are there"
    elif _chain(before.hash if before else _GENESIS, entries) != current.hash:
        yield f"{place}: an entry was changed"


def _after(before: AuditSeal | None) -> sa.Select[AuditEntry]:
    select = sa.select(AuditEntry).order_by(AuditEntry.transaction_id, AuditEntry.id)
    if before is None:
        return select
    place = sa.tuple_(AuditEntry.transaction_id, AuditEntry.id)
    return select.where(place > sa.tuple_(sa.literal(before.last_transaction_id), sa.literal(before.last_entry_id)))


def _chain(previous: bytes, entries: Iterable[AuditEntry]) -> bytes:
    digest = hashlib.sha256(previous)
    for entry in entries:
        digest.update(_canonical(entry))
    return digest.digest()


def _canonical(entry: AuditEntry) -> bytes:
    """Every column of the row, in a form that does not depend on the reader's zone or library."""
    columns = sa.inspect(AuditEntry).columns.keys()
    return json.dumps([_plain(getattr(entry, name)) for name in columns], sort_keys=True).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (str, int, dict)):
        return value
    return value.timestamp().hex() if hasattr(value, "astimezone") else str(value)
