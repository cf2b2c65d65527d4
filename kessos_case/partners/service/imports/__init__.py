"""A table of partners as an office sends it: looked at first, then written whole or not at all. Nothing of it is kept.

One request and one transaction: a directory has hundreds of rows, not millions. What the table does not name stays.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from kessos_case.access.service import record
from kessos_case.core.db import Session, attempt
from kessos_case.core.errors import Conflict, Invalid, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.sheets import SheetError
from kessos_case.partners.service.imports.absent import Absent, absent_entries
from kessos_case.partners.service.imports.alike import Alike, note_alike
from kessos_case.partners.service.imports.applying import write
from kessos_case.partners.service.imports.planning import Change, Outcome, RowPlan, named_codes, plan_rows
from kessos_case.partners.service.imports.reading import read_sheet
from kessos_case.partners.service.imports.standing import Standing, standing

__all__ = ["Absent", "Alike", "Change", "Outcome", "Report", "RowPlan", "import_directory"]

# Mistakes that an answer names one by one; the rest stand in the dry run.
_MOST_TOLD = 200
_LOCK = "directory_import"


@dataclass(frozen=True)
class Report:
    """What a table would do, or did, row by row. `digest` stands for exactly this, with this table and this directory."""

    is_applied: bool
    digest: str
    heading: list[str]
    rows: list[RowPlan]
    unknown_columns: tuple[str, ...]
    absent: list[Absent]
    # By row: what a new service may be that stands already under another name.
    alike: dict[int, list[Alike]]

    @property
    def counts(self) -> dict[str, int]:
        """Rows by outcome."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome.value: found[outcome] for outcome in Outcome}


def import_directory(
    session: Session, content: bytes, *, dry_run: bool = True, skip_failed: bool = False, digest: str | None = None
) -> Report:
    """Look at a table of partners, or write it: all of it, or with `skip_failed` the rows without a mistake.

    Applied twice it changes nothing. `digest` is that of the dry run that was looked at. Raises Invalid for what is no such
    table, RuleBroken `rows_failed` for mistakes that are not to be skipped, Conflict `changed` when what would be written is
    not what was looked at, or somebody else writes the same just now.
    """
    if dry_run:
        return _looked_at(session, content)[0]
    _one_at_a_time(session)
    report, found = _looked_at(session, content)
    has_deeds = any(row.deeds for row in report.rows)
    if digest is not None and digest != report.digest and has_deeds:
        raise Conflict("The directory, or the file, has changed since the dry run: look again.", code="changed")
    if report.counts[Outcome.FAILED] and not skip_failed:
        raise RuleBroken("Rows have mistakes: mend them, or say skip_failed.", code="rows_failed", errors=_told(report))
    _write(session, report, found)
    import_id = new_id()
    record(
        session, "import", "directory", import_id, sha256=_sha256(content), skip_failed=skip_failed, rows=report.counts
    )
    return replace(report, is_applied=True)


def _one_at_a_time(session: Session) -> None:
    # Two tables that bring the same organisation would each wait for the other's rows.
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(_LOCK, 0))))


def _looked_at(session: Session, content: bytes) -> tuple[Report, Standing]:
    try:
        sheet = read_sheet(session, content)
    except SheetError as refusal:
        wrong = field_error("file", refusal.code, str(refusal))
        raise Invalid("The file cannot be read as a table of partners.", errors=[wrong]) from refusal
    found = standing(session, named_codes(sheet.rows))
    stood = [thing.row for thing in found.services.values()]
    before = {service.id for service in stood}
    named = {found.services[row.key].row.id for row in sheet.rows if row.key in found.services}
    plans = plan_rows(session, sheet.rows, found)
    absent = absent_entries(session, {code: thing for code, thing in found.offices.items() if thing.row}, before, named)
    alike = note_alike(session, plans, stood, named)
    return Report(False, _digest(content, plans), sheet.heading, plans, sheet.unknown, absent, alike), found


def _write(session: Session, report: Report, found: Standing) -> None:
    try:
        with attempt(session):
            write(session, report.rows, found)
            session.flush()
    except (Conflict, sa.exc.IntegrityError, StaleDataError) as error:
        raise Conflict("Somebody else changed the directory just now: look again.", code="changed") from error


def _told(report: Report) -> list[dict[str, Any]]:
    failed = [(plan.row.number, fault) for plan in report.rows for fault in plan.faults]
    return [
        field_error(f"rows.{number}.{fault.field}", fault.code, f"Row {number}, {fault.field}: {fault.code}.")
        for number, fault in failed[:_MOST_TOLD]
    ]


def _digest(content: bytes, plans: Sequence[RowPlan]) -> str:
    """The same for the same table before the same directory, and for nothing else."""
    said = [
        [plan.row.number, plan.outcome, [(change.field, change.before, change.after) for change in plan.changes],
         [(fault.field, fault.code) for fault in plan.faults]]
        for plan in plans
    ]  # fmt: skip
    return hashlib.sha256((_sha256(content) + json.dumps(said, default=str)).encode()).hexdigest()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
