"""Reads of imported files that only their pages need: sums and reasons, counted as rows are shown."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.aid.import_queries import is_shown_as, rows_of
from kessos_case.aid.models import AidImport, AidImportRow
from kessos_case.aid.rules import ImportRowState, ImportState
from kessos_case.core.db import Session
from kessos_case.core.months import Month

# So many rows of a reason are named as examples.
EXAMPLES = 3


class Sum(NamedTuple):
    """What a file holds of one programme: rows, whole rupiah, first and last month."""

    programme: str | None
    rows: int
    amount: int
    first: Month | None
    last: Month | None


class Told(NamedTuple):
    """How many rows say the same of themselves, and the first of them. A failed row may have several, parted by commas."""

    is_failed: bool
    field: str | None
    reason: str
    rows: int
    first: list[int]


def sums(session: Session, import_id: UUID, state: str) -> list[Sum]:
    """The rows that are shown in this state, by programme, the largest first."""
    amount = sa.func.sum(AidImportRow.amount)
    months = (sa.func.min(AidImportRow.from_month), sa.func.max(AidImportRow.to_month))
    select = sa.select(AidImportRow.programme_code, sa.func.count(), sa.cast(amount, sa.BigInteger), *months)
    mine = select.where(AidImportRow.import_id == import_id, is_shown_as(state))
    found = session.execute(mine.group_by(AidImportRow.programme_code).order_by(amount.desc()))
    return [Sum(*row) for row in found]


def told(session: Session, import_id: UUID) -> list[Told]:
    """Why rows failed or are parked, the most frequent first."""
    in_order = postgresql.aggregate_order_by(AidImportRow.row_number, AidImportRow.row_number)
    numbers = sa.type_coerce(sa.func.array_agg(in_order), postgresql.ARRAY(sa.Integer))
    is_failed = AidImportRow.state == ImportRowState.FAILED
    select = sa.select(is_failed, AidImportRow.field, AidImportRow.reason, sa.func.count(), numbers[1:EXAMPLES]).where(
        AidImportRow.import_id == import_id, is_shown_as(ImportRowState.FAILED, ImportRowState.PARKED)
    )
    grouped = select.group_by(is_failed, AidImportRow.field, AidImportRow.reason)
    return [Told(*row) for row in session.execute(grouped.order_by(sa.func.count().desc(), AidImportRow.reason))]


_SAYS = sa.text(
    "exists (select from unnest(string_to_array(field, ','), string_to_array(reason, ',')) as said (field, reason) "
    "where said.reason = :reason and (:field = '' or said.field = :field))"
)


def rows_shown(import_id: UUID, state: str, asked: Mapping[str, str]) -> sa.Select[AidImportRow]:
    """The rows shown in a state; `asked` keeps those of a `programme`, or with a `reason` in a `field`."""
    select = rows_of(import_id, state)
    if programme := asked.get("programme"):
        select = select.where(AidImportRow.programme_code == programme)
    if (reason := asked.get("reason")) and state == ImportRowState.FAILED:
        select = select.where(_SAYS.bindparams(reason=reason, field=asked.get("field", "")))
    elif reason:
        select = select.where(AidImportRow.reason == reason)
    return select


_GONE = (ImportState.REFUSED, ImportState.CANCELLED)


def with_content(session: Session, content_hash: bytes) -> AidImport | None:
    """The latest import of the actor's offices that holds the very same bytes and was not given up."""
    select = sa.select(AidImport).where(AidImport.content_hash == content_hash, AidImport.state.not_in(_GONE))
    found: AidImport | None = session.scalar(select.order_by(AidImport.uploaded_at.desc()).limit(1))
    return found
