"""The rows of a file on their way into the database: by COPY into a table of this transaction, from there in one statement.

COPY straight into a table with row-level security is refused by PostgreSQL.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa

from kessos_case.aid import import_queries as queries
from kessos_case.aid.models import AidImport
from kessos_case.aid.rules import ImportRowState, hidden_key, source_key
from kessos_case.aid.rules.rows import Fault, RowFault, Stated
from kessos_case.aid.service.imports.recognition import Office, Recipient, recipients
from kessos_case.aid.service.imports.registry import import_key, row_place
from kessos_case.core.db import Session

_COLUMNS = (
    "import_id, row_number, state, field, reason, client_id, household_id, programme_code, component, from_month, "
    "to_month, paid_on, amount, source_reference, source_key, raw_sealed"
)
_INSERT = sa.text(f"insert into aid_import_rows ({_COLUMNS}) select {_COLUMNS} from staged")  # noqa: S608  # nosec B608
_NOTHING = (None,) * 10
USED: Fault = ("source_reference", RowFault.SOURCE_REFERENCE_USED)

Row = tuple[int, Sequence[str], Stated | None, list[Fault]]


def stage(session: Session, aid_import: AidImport, office: Office, heading: Sequence[str], rows: Sequence[Row]) -> None:
    """Write down what becomes of these rows, and count them: ready, known before, parked, or failed with every mistake."""
    stated = [row for row in rows if row[2] is not None]
    found = recipients(session, office, [row[2] for row in stated if row[2] is not None])
    answers = {row[0]: answer for row, answer in zip(stated, found, strict=True)}
    keys = {number: _keys_of(said, answers[number]) for number, _, said, _ in stated if said}
    before = queries.said_before(session, [key for pair in keys.values() for key in pair])
    sealer = _Sealer(aid_import, heading)
    _copy(session, (_staged(sealer, row, answers.get(row[0]), keys.get(row[0], ()), before) for row in rows))


def _keys_of(said: Stated, recipient: Recipient) -> Sequence[UUID]:
    """The key of the row's line: that of a line that is written down by hand, so that one payment is one line.

    Of a numbered line of somebody restricted also the other key under which it may stand, as another sender saw it.
    """
    whose = recipient.id
    if whose is None:
        return ()
    content = (said.component, said.first, said.last, said.paid_on, said.amount)
    open_key = source_key(said.programme, said.reference, whose, *content)
    if said.reference is None or not recipient.is_restricted:
        return (open_key,)
    closed_key = hidden_key(said.programme, said.reference, whose)
    return (closed_key, open_key) if recipient.doubt else (open_key, closed_key)


def _staged(
    sealer: "_Sealer", row: Row, recipient: Recipient | None, keys: Sequence[UUID], before: dict[UUID, tuple[Any, ...]]
) -> tuple[Any, ...]:
    number, cells, said, faults = row
    if said is None or recipient is None:
        return sealer.failed(number, cells, faults)
    if recipient.fault:
        return sealer.failed(number, cells, [recipient.fault])
    line = (
        recipient.client_id, recipient.household_id, said.programme, said.component, said.first, said.last,
        said.paid_on, said.amount, said.reference, keys[0] if keys else None,
    )  # fmt: skip
    told = [before[key] for key in keys if key in before]
    is_known = bool(told) and (*line[:2], *line[3:8]) in told
    is_used = not is_known and (keys[0] in before if recipient.doubt and keys else bool(told))
    if not keys or (is_used and recipient.doubt):
        # Also a hidden row whose number another line has: to fail it would tell that its person is registered.
        return sealer.kept(number, cells, ImportRowState.PARKED, recipient.doubt, (None, None, *line[2:9], None))
    if is_used:
        return sealer.failed(number, cells, [USED])
    state = ImportRowState.KNOWN if is_known else ImportRowState.READY
    if recipient.doubt:
        return sealer.kept(number, cells, state, recipient.doubt, line)
    return (sealer.import_id, number, state, None, None, *line, None)


class _Sealer:
    """Makes rows whose text must stay readable for whoever looks at them later."""

    def __init__(self, aid_import: AidImport, heading: Sequence[str]) -> None:
        self.import_id = aid_import.id
        self._key, self._heading = import_key(aid_import), heading

    def failed(self, number: int, cells: Sequence[str], faults: Sequence[Fault]) -> tuple[Any, ...]:
        fields, reasons = (",".join(part) for part in zip(*faults, strict=True))
        raw = self.sealed(number, cells)
        return (self.import_id, number, ImportRowState.FAILED, fields, reasons, *_NOTHING, raw)

    def kept(
        self, number: int, cells: Sequence[str], state: ImportRowState, doubt: str | None, line: tuple[Any, ...]
    ) -> tuple[Any, ...]:
        return (self.import_id, number, state, None, doubt, *line, self.sealed(number, cells))

    def sealed(self, number: int, cells: Sequence[str]) -> bytes:
        """Heading and cell of each column, as JSON."""
        width = max(len(self._heading), len(cells))
        padded = [[*row, *[""] * (width - len(row))] for row in (self._heading, cells)]
        text = json.dumps(list(zip(*padded, strict=True)), ensure_ascii=False)
        return self._key.seal(text, row_place(self.import_id, number))


def _copy(session: Session, rows: Iterable[tuple[Any, ...]]) -> None:
    session.execute(sa.text("create temporary table if not exists staged (like aid_import_rows) on commit drop"))
    session.execute(sa.text("truncate staged"))
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    with driver.cursor() as cursor, cursor.copy(f"copy staged ({_COLUMNS}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)
    session.execute(_INSERT)


def reseal(
    session: Session, aid_import: AidImport, rows: Iterable[tuple[int, Sequence[str]]], heading: Sequence[str]
) -> None:
    """Keep what these rows said: they failed after they had been read."""
    sealer = _Sealer(aid_import, heading)
    statement = sa.text("update aid_import_rows set raw_sealed = :raw where import_id = :id and row_number = :number")
    told = [{"raw": sealer.sealed(number, cells), "id": aid_import.id, "number": number} for number, cells in rows]
    if told:
        session.execute(statement, told)
