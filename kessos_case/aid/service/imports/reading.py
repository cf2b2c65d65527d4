"""Check a file: every row read, its person found, its line compared with the ledger. A dry run; the ledger stays as it is.

A part at a time, each in a transaction of its own: whatever is killed in between goes on where the last part ended.
"""

import gc
import time
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.aid import import_queries as queries
from kessos_case.aid.models import AidImport
from kessos_case.aid.rules import ImportRowState, ImportState, source_key
from kessos_case.aid.rules.rows import Words, heading_in, is_heading, missing_columns, read_row
from kessos_case.aid.service.imports.recognition import office_of
from kessos_case.aid.service.imports.registry import content_of, forget, import_for, recount, tell_uploader
from kessos_case.aid.service.imports.staging import USED, reseal, stage
from kessos_case.aid.service.imports.words import words
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.headings import HEADING_WITHIN, Heading
from kessos_case.core.sheets import SheetError, Table, open_table
from kessos_case.notices.rules import NoticeKind

# Rows in one statement: fewer cost more round trips, more only memory.
BATCH = 5_000
# Seconds after which a part ends and says how far it has come; a worker has sixty.
PART_SECONDS = 8.0
# A sheet of Excel holds no more.
MOST_ROWS = 1_048_576


@dataclass(frozen=True)
class _Opened:
    """A file with its heading found."""

    table: Table
    heading_cells: Sequence[str]
    heading: Heading
    heading_row: int

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        return ((number, cells) for number, cells in self.table.rows() if number > self.heading_row)


def check_part(session: Session, import_id: UUID) -> bool:
    """Check the next part of a file; True while more is to be done. For the program itself.

    A file that is no table of aid is refused with a code and a sentence, and its bytes are deleted.
    """
    found = import_for(session, import_id, lock=True)
    if found.state != ImportState.CHECKING:
        return False
    try:
        said = words(session)
        opened = _open(content_of(session, found), said, found.programme_code)
        if found.total is None:
            found.total = _total(opened)
            found.problem_detail = _left_out(opened.heading)
    except SheetError as refusal:
        _refuse(session, found, refusal)
        return False
    with _without_collector():
        _read(session, found, opened, said)
    if found.done < found.total:
        return True
    _settle_repeats(session, found, opened)
    recount(session, found)
    found.state = ImportState.CHECKED
    record(session, "check", "aid_import", found.id, rows=found.total, failed=found.failed, parked=found.parked)
    tell_uploader(session, found, NoticeKind.IMPORT_CHECKED)
    return False


@contextmanager
def _without_collector() -> Iterator[None]:
    """Rows point at nothing that points back: to look for circles among ten thousands of them took a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _open(content: bytes, said: Words, programme: str | None) -> _Opened:
    """Raises SheetError, also for a table that lacks a column or has one twice."""
    table = open_table(content)
    for number, cells in islice(table.rows(), HEADING_WITHIN):
        heading = heading_in(cells, said)
        if is_heading(heading):
            if heading.twice:
                raise SheetError("columns_twice", f"Columns stand there twice: {', '.join(heading.twice)}.")
            if missing := missing_columns(heading, has_programme=programme is not None):
                raise SheetError("columns_missing", f"Columns are missing: {', '.join(missing)}.")
            return _Opened(table, cells, heading, number)
    raise SheetError("heading_missing", "No row names the columns nik, name, from, paid_on and amount.")


def _left_out(heading: Heading) -> str | None:
    """Not a reason to refuse the file, and yet to be said: a column that nobody reads may be one that was misspelt."""
    return f"Columns that nobody reads: {', '.join(heading.unknown[:20])}." if heading.unknown else None


def _total(opened: _Opened) -> int:
    """How many rows there are. Raises SheetError for none, too many, and one that cannot be parted into cells."""
    total = sum(1 for _ in opened.rows())
    if total == 0:
        raise SheetError("no_rows", "There is a heading and no row beneath it.")
    if total > MOST_ROWS:
        raise SheetError("too_many_rows", f"At most {MOST_ROWS} rows; send the file in parts.")
    return total


def _refuse(session: Session, found: AidImport, refusal: SheetError) -> None:
    found.state, found.problem, found.problem_detail = ImportState.REFUSED, refusal.code, str(refusal)
    forget(session, found)
    record(session, "refuse", "aid_import", found.id, code=refusal.code)
    tell_uploader(session, found, NoticeKind.IMPORT_REFUSED)


def _read(session: Session, found: AidImport, opened: _Opened, said: Words) -> None:
    """Read rows until the time of this part is over."""
    office = office_of(session, found.organisation_id, office_day(session.now))
    ends_at = time.monotonic() + PART_SECONDS
    rest = islice(opened.rows(), found.done, None)
    while batch := list(islice(rest, BATCH)):
        rows = [
            (number, cells, *read_row(cells, opened.heading, said, found.programme_code, office.today))
            for number, cells in batch
        ]
        stage(session, found, office, opened.heading_cells, rows)
        found.done += len(batch)
        if time.monotonic() > ends_at:
            break
    session.flush()


_AGAIN = sa.text(
    "update aid_import_rows set source_key = :key, state = :state, field = :field, reason = coalesce(:reason, reason), "
    "client_id = case when :state <> 'parked' then client_id end, "
    "household_id = case when :state <> 'parked' then household_id end "
    "where import_id = :import_id and row_number = :number"
)


def _settle_repeats(session: Session, found: AidImport, opened: _Opened) -> None:
    """Rows that say the same as an earlier one of their file: by number the same line, else one more of it.

    Two children's equal amounts stay two (spec domain.md, Aid).
    """
    repeats = queries.repeats(session, found.id)
    keys = {row.row_number: _key_again(row) for row in repeats if row.source_reference is None}
    known = queries.said_before(session, list(keys.values()))
    told = [_told_again(row, keys.get(row.row_number, row.source_key), known) for row in repeats]
    if told:
        session.execute(_AGAIN, [{"import_id": found.id, **entry} for entry in told])
    clashing = {entry["number"] for entry in told if entry["state"] == ImportRowState.FAILED}
    seal_again(session, found, clashing, opened)


def _key_again(row: Any) -> UUID:
    whose = row.client_id or row.household_id
    said = (row.component, row.from_month, row.to_month, row.paid_on, row.amount)
    return source_key(row.programme_code, None, whose, *said, row.place)


def _told_again(row: Any, key: UUID, known: Container[UUID]) -> dict[str, Any]:
    told = {"number": row.row_number, "key": key, "field": None, "reason": None}
    if row.source_reference is None:
        return told | {"state": ImportRowState.KNOWN if key in known else ImportRowState.READY}
    if row.is_same:
        return told | {"state": ImportRowState.KNOWN}
    if row.reason:
        # A hidden row is parked where another would fail: it must not tell that its person is registered.
        return told | {"state": ImportRowState.PARKED, "key": None}
    return told | {"state": ImportRowState.FAILED, "field": USED[0], "reason": USED[1]}


def seal_again(session: Session, found: AidImport, numbers: Container[int], opened: _Opened | None = None) -> None:
    """Keep what these rows said: they were ready when they were read, and have failed since."""
    if not numbers:
        return
    if opened is None:
        opened = _open(content_of(session, found), words(session), found.programme_code)
    rows = [(number, cells) for number, cells in opened.rows() if number in numbers]
    reseal(session, found, rows, opened.heading_cells)
