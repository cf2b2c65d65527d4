"""Write the ready rows of a checked file into the ledger, a part at a time, by one statement for some thousand rows."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.access.rules import OrganisationKind, Role
from kessos_case.access.service import record
from kessos_case.aid import import_queries as queries
from kessos_case.aid.models import AidImport
from kessos_case.aid.rules import ImportRowState, ImportState
from kessos_case.aid.service.imports.consequences import tell_the_people
from kessos_case.aid.service.imports.reading import PART_SECONDS, seal_again
from kessos_case.aid.service.imports.registry import import_for, recount, tell_uploader
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.notices.rules import NoticeKind
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, raise_task

BATCH = 10_000
# How long an office has for rows whose person is unsure; no regulation names a time.
SETTLE_WITHIN = timedelta(days=14)
# Two files that hold the same lines in another order would wait for each other; one at a time, and the next is tried soon.
_LOCK = 7_203_005

# Three statements that each read their rows by the key of the table. Joined in one, they once took a minute: of a table
# that has just been filled PostgreSQL knows no sizes.
_PART = "import_id = :import_id and row_number > :after and row_number <= :last and state = 'ready'"
_ADD = sa.text(
    f"""
    insert into disbursements (id, client_id, household_id, programme_code, component, from_month, to_month, paid_on,
                               known_on, amount, source_reference, source_key, import_id, import_row, recorded_at,
                               recorded_by)
    select uuidv7(), client_id, household_id, programme_code, component, from_month, to_month, paid_on,
           case when :is_historic then paid_on else greatest(paid_on, cast(:today as date)) end,
           amount, source_reference, source_key, import_id, row_number, :at, cast(:user_id as uuid)
    from aid_import_rows where {_PART} order by row_number
    on conflict (source_key) do nothing
    """  # noqa: S608  # nosec B608
)
_MARK = sa.text(f"update aid_import_rows set state = 'added' where {_PART}")  # noqa: S608  # nosec B608

# Whose key another line has by now was written by somebody else since the file was checked.
_COMPARE = sa.text(
    """
    update aid_import_rows r
    set state = case when is_same then 'known' else 'failed' end,
        field = case when not is_same then 'source_reference' end,
        reason = case when is_same then r.reason else 'source_reference_used' end
    from (select p.row_number,
                 (p.client_id, p.household_id, p.component, p.from_month, p.to_month, p.paid_on, p.amount)
                 is not distinct from
                 (d.client_id, d.household_id, d.component, d.from_month, d.to_month, d.paid_on, d.amount) as is_same
          from aid_import_rows p
          cross join lateral (select * from disbursements where source_key = p.source_key limit 1) d
          where p.import_id = :import_id and p.state = 'ready' and p.row_number > :after and p.row_number <= :last
            and (d.import_id, d.import_row) is distinct from (p.import_id, p.row_number)) said
    where r.import_id = :import_id and r.row_number = said.row_number
    returning r.row_number, r.state
    """
)


def apply_part(session: Session, import_id: UUID) -> timedelta | None:
    """Write the next part; how long to wait for the one after it, None when all is written. For the program itself.

    The line's trail is the line itself, which names its file, its row and who applied it and is never changed.
    """
    found = import_for(session, import_id, lock=True)
    if found.state != ImportState.APPLYING:
        return None
    if not session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK))):
        return timedelta(seconds=2)
    ends_at, after = time.monotonic() + PART_SECONDS, 0
    while numbers := queries.ready_rows(session, import_id, after, BATCH):
        _add(session, found, after, numbers)
        found.done, after = found.done + len(numbers), numbers[-1]
        if time.monotonic() > ends_at:
            session.flush()
            return timedelta()
    _finish(session, found)
    return None


def _add(session: Session, found: AidImport, after: int, numbers: Sequence[int]) -> None:
    part = {"import_id": found.id, "after": after, "last": numbers[-1]}
    told = {"is_historic": found.is_historic, "today": office_day(session.now), "at": session.now}
    added: sa.CursorResult[Any] = session.connection().execute(_ADD, part | told | {"user_id": found.applied_by})
    if added.rowcount < len(numbers):
        left = session.execute(_COMPARE, part).all()
        seal_again(session, found, {row.row_number for row in left if row.state == ImportRowState.FAILED})
    session.execute(_MARK, part)
    tell_the_people(session, found, after, numbers[-1])


def _finish(session: Session, found: AidImport) -> None:
    recount(session, found)
    found.state, found.done = ImportState.APPLIED, found.total or 0
    record(session, "applied", "aid_import", found.id, added=found.added, known=found.known, parked=found.parked)
    tell_uploader(session, found, NoticeKind.IMPORT_APPLIED)
    if found.parked:
        _ask_the_office(session, found)


def _ask_the_office(session: Session, found: AidImport) -> None:
    kind = session.scalar(sa.select(Organisation.kind).where(Organisation.id == found.organisation_id))
    raise_task(
        session,
        TaskKind.SETTLE_IMPORT,
        subject_kind="aid_import",
        subject_id=found.id,
        organisation_id=found.organisation_id,
        role=Role.SUPERVISOR if kind == OrganisationKind.UPT else Role.TRIAGE,
        due_at=end_of(office_day(session.now) + SETTLE_WITHIN),
    )
