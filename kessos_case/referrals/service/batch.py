"""Many reports at once, as a phone sends them that was without a network: each stands or falls alone, and none twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.core.db import Session, attempt
from kessos_case.core.errors import Conflict, Invalid, KessosError, field_error
from kessos_case.referrals.service.submission import submit_referral

# More would take longer than a weak network waits; a phone sends the rest afterwards.
MOST_ITEMS = 50


class ItemState(StrEnum):
    """What became of one report of a batch."""

    RECEIVED = "received"
    # Sent before: the answer was not heard then.
    KNOWN = "known"
    INVALID = "invalid"
    # Another report stands under this reference.
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True)
class Item:
    """One report of a batch: what it says once its schema was content, else its mistakes."""

    client_reference: str | None
    stated: dict[str, Any] | None
    errors: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class ItemResult:
    """The answer to one report; `id` is the referral that stands under its reference, where one does."""

    client_reference: str | None
    status: ItemState
    id: UUID | None = None
    code: str | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)


def submit_batch(session: Session, items: Sequence[Item]) -> list[ItemResult]:
    """Send the reports of a batch; the results in the order of the items.

    A report that is refused takes none of the others with it. One without a reference is refused, because nothing could tell
    it from its own re-send.
    """
    # Two batches with the same reports, as after a lost answer, take them in one order and so never wait for each other.
    order = sorted(range(len(items)), key=lambda place: items[place].client_reference or "")
    results = {place: _result(session, items[place]) for place in order}
    return [results[place] for place in range(len(items))]


def _result(session: Session, item: Item) -> ItemResult:
    if item.stated is None:
        return ItemResult(item.client_reference, ItemState.INVALID, code="invalid", errors=item.errors)
    if item.client_reference is None:
        wrong = field_error("client_reference", "missing", "Each report of a batch needs its own reference.")
        return ItemResult(None, ItemState.INVALID, code="invalid", errors=[wrong])
    try:
        with attempt(session):
            card, is_new = submit_referral(session, **item.stated)
    except KessosError as error:
        return _refused(item, error)
    except (sa.exc.IntegrityError, sa.exc.DataError):
        return ItemResult(item.client_reference, ItemState.REFUSED, code="conflict")
    return ItemResult(item.client_reference, ItemState.RECEIVED if is_new else ItemState.KNOWN, card.id)


def _refused(item: Item, error: KessosError) -> ItemResult:
    status = ItemState.INVALID if isinstance(error, Invalid) else ItemState.REFUSED
    stands = None
    if isinstance(error, Conflict) and error.code == "client_reference_used":
        status, stands = (
            ItemState.CONFLICT,
            next((UUID(entry["id"]) for entry in error.errors if entry.get("id")), None),
        )
    return ItemResult(item.client_reference, status, stands, error.code, error.errors)
