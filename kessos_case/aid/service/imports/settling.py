"""Rows whose person was unsure: shown to the office, and settled by somebody who knows whose they are."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.aid import import_queries as queries
from kessos_case.aid.models import AidImport, AidImportRow
from kessos_case.aid.rules import ImportRowState, ImportState, known_on, source_key
from kessos_case.aid.service.imports.recognition import household_in
from kessos_case.aid.service.imports.registry import import_for, import_key, recount, row_place
from kessos_case.aid.service.ledger import write_line
from kessos_case.clients.service import client_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Conflict, NotFound
from kessos_case.core.ids import new_id
from kessos_case.core.months import Month
from kessos_case.reference.rules import RecipientUnit
from kessos_case.tasks.service import settle_tasks

_BECAME_A_LINE = (ImportRowState.READY, ImportRowState.KNOWN, ImportRowState.ADDED)


@dataclass(frozen=True)
class RowCard:
    """A row as shown: what became of it and why. Whom it names is not in it; that is in the file that lists open rows."""

    import_id: UUID
    row_number: int
    state: str
    faults: list[tuple[str, str]]
    doubt: str | None
    programme: str | None
    component: str | None
    from_month: Month | None
    to_month: Month | None
    amount: int | None
    source_reference: str | None
    settled_at: datetime | None


@dataclass(frozen=True)
class OpenRow:
    """A failed or parked row with what it said: heading and cell of each column."""

    row_number: int
    faults: list[tuple[str, str]]
    doubt: str | None
    said: list[tuple[str, str]]


def listed_rows(session: Session, import_id: UUID, rows: Iterable[AidImportRow]) -> list[RowCard]:
    """The cards of a list of rows."""
    record(session, "list", "aid_import", import_id)
    return [row_card(row) for row in rows]


def row_card(row: AidImportRow) -> RowCard:
    """The row as shown; a hidden one as parked."""
    return RowCard(
        import_id=row.import_id, row_number=row.row_number, state=_shown_state(row), faults=_faults(row),
        doubt=_doubt(row), programme=row.programme_code, component=row.component, from_month=row.from_month,
        to_month=row.to_month, amount=row.amount, source_reference=row.source_reference, settled_at=row.settled_at,
    )  # fmt: skip


def open_rows(session: Session, import_id: UUID) -> Iterator[OpenRow]:
    """Every failed and parked row as it was sent. Raises NotFound for another office's import, or when it was erased."""
    found = import_for(session, import_id)
    key = import_key(found)
    record(session, "export", "aid_import", found.id)
    shown = queries.is_shown_as(ImportRowState.FAILED, ImportRowState.PARKED)
    select = queries.rows_of(import_id).where(shown).order_by(AidImportRow.row_number)
    for row in session.scalars(select.execution_options(yield_per=1000)):
        said = json.loads(key.open(row.raw_sealed, row_place(import_id, row.row_number))) if row.raw_sealed else []
        yield OpenRow(row.row_number, _faults(row), _doubt(row), [(heading, cell) for heading, cell in said])


def row_for(session: Session, import_id: UUID, row_number: int, *, lock: bool = False) -> AidImportRow:
    """The one door to a row. Raises NotFound."""
    select = sa.select(AidImportRow).where(AidImportRow.import_id == import_id, AidImportRow.row_number == row_number)
    found = session.scalar(select.with_for_update() if lock else select)
    if found is None:
        raise NotFound("There is no such row.")
    return found


def settle_row(session: Session, import_id: UUID, row_number: int, *, client_id: UUID) -> RowCard:
    """Say whose a parked row is: its line is written for this person, or for the household of then.

    Settled as the same person before, it stays as it is. Raises NotFound for a person beyond reach, Conflict for a file that
    is not applied, a row that is not parked and a number that another line has.
    """
    found = import_for(session, import_id, lock=True)
    if found.state != ImportState.APPLIED:
        raise Conflict(f"The import is {found.state}.", code="wrong_state")
    row = row_for(session, import_id, row_number, lock=True)
    client = client_for(session, client_id)
    if _shown_state(row) not in (ImportRowState.PARKED, ImportRowState.SETTLED):
        raise Conflict("The row is not parked.", code="wrong_state")
    assert row.programme_code is not None
    with as_system(session, "aid_import"):
        recipient = _recipient(session, row, client.id)
        if row.state == ImportRowState.SETTLED:
            return _settled_before(row, recipient)
        kind = queries.programmes(session)[row.programme_code][0]
        line, _ = write_line(session, _line(session, found, row, recipient), kind, "aid_recorded")
        row.state, row.reason = ImportRowState.SETTLED, None
        row.client_id, row.household_id = recipient["client_id"], recipient["household_id"]
        row.settled_at, row.settled_by, row.raw_sealed = session.now, session.actor.user_id, None
        session.flush()
        recount(session, found)
        if not found.parked:
            settle_tasks(session, [found.id])
    record(session, "settle", "aid_import", found.id, clients=[client.id], row=row_number, line=str(line.id))
    return row_card(row)


def _settled_before(row: AidImportRow, recipient: dict[str, UUID | None]) -> RowCard:
    if {"client_id": row.client_id, "household_id": row.household_id} != recipient:
        raise Conflict("The row was settled as another's.", code="wrong_state")
    return row_card(row)


def _recipient(session: Session, row: AidImportRow, client_id: UUID) -> dict[str, UUID | None]:
    assert row.programme_code is not None
    assert row.from_month is not None
    household_id = None
    if queries.programmes(session)[row.programme_code][1] == RecipientUnit.HOUSEHOLD:
        homes = queries.memberships(session, [client_id]).get(client_id, ())
        household_id = household_in(homes, row.from_month)
    return {"client_id": None if household_id else client_id, "household_id": household_id}


def _line(session: Session, found: AidImport, row: AidImportRow, recipient: dict[str, UUID | None]) -> dict[str, Any]:
    names = ("programme_code", "component", "from_month", "to_month", "paid_on", "amount", "source_reference")
    assert row.paid_on is not None
    is_known_on = row.paid_on if found.is_historic else known_on(row.paid_on, office_day(session.now))
    return (
        {name: getattr(row, name) for name in names}
        | recipient
        | {
            "id": new_id(),
            "known_on": is_known_on,
            "source_key": _key(session, row, recipient),
            "reverses_id": None,
            "reason": None,
            "import_id": found.id,
            "import_row": row.row_number,
            "recorded_at": session.now,
            "recorded_by": session.actor.user_id,
        }
    )


def _key(session: Session, row: AidImportRow, recipient: dict[str, UUID | None]) -> UUID:
    """Of equal rows of one file the second is one more line, as where all were sure. A hidden row has its line already."""
    if row.source_key and {"client_id": row.client_id, "household_id": row.household_id} == recipient:
        return row.source_key
    whose = recipient["client_id"] or recipient["household_id"]
    place = queries.equal_rows(session, row, recipient) + 1
    said = (row.component, row.from_month, row.to_month, row.paid_on, row.amount)
    assert row.programme_code is not None
    return source_key(row.programme_code, row.source_reference, whose, *said, *([place] if place > 1 else []))


def _shown_state(row: AidImportRow) -> str:
    return ImportRowState.PARKED if row.reason and row.state in _BECAME_A_LINE else row.state


def _faults(row: AidImportRow) -> list[tuple[str, str]]:
    if row.state != ImportRowState.FAILED or row.field is None or row.reason is None:
        return []
    return list(zip(row.field.split(","), row.reason.split(","), strict=True))


def _doubt(row: AidImportRow) -> str | None:
    return row.reason if row.state != ImportRowState.FAILED else None
