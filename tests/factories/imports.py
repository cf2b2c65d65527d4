"""Makers of files of aid, as offices send them, and of imports."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import xlsxwriter

from kessos_case.access.models import User
from kessos_case.aid import service
from kessos_case.core import db
from kessos_case.core.jobs import job_for
from tests.factories import Make
from workers.runner import run_job

HEADING = (
    "programme", "nik", "name", "birth_date", "region_code", "component", "from", "to", "paid_on", "amount",
    "source_reference",
)  # fmt: skip
NIK = "3509124101909901"
SARI = {
    "programme": "ASPD-JATIM", "nik": NIK, "name": "Sari Wulandari", "from": "2026-01", "paid_on": "2026-02-02",
    "amount": "300000",
}  # fmt: skip


def row(**cells: Any) -> dict[str, Any]:
    """A row that is right, but for these cells."""
    names = {"from_": "from"}
    return SARI | {names.get(name, name): value for name, value in cells.items()}


def csv_of(*rows: dict[str, Any], heading: Sequence[str] = HEADING, delimiter: str = ",") -> bytes:
    """A table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(heading)
    writer.writerows([[cells.get(name, "") for name in heading] for cells in rows])
    return text.getvalue().encode()


def xlsx_of(rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook as Excel would write it, dates as dates, numbers as numbers."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
    for number, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(number, place, cell, day)
            else:
                sheet.write(number, place, cell)
    book.close()
    return out.getvalue()


def sari(make: Make, by: User, **stated: Any) -> Any:
    """The person whom `row` names."""
    return make.client(by, **{"name": "Sari Wulandari", "nik": NIK, "birth_date": date(1990, 1, 1)} | stated)


def uploaded(make: Make, by: User, content: bytes, **options: Any) -> UUID:
    """A file taken in, not looked at yet."""
    with make.acting(by) as session:
        return service.imports.upload(session, content=content, filename="bantuan.csv", **options).id


def work_off(import_id: UUID) -> Any:
    """All parts of what the import waits for, one after another as a worker does them; the import as it stands then."""
    with db.transaction(db.system("worker")) as session:
        job_id = service.imports.read_started(session, import_id).job.id
    while run_job(job_id):
        pass
    with db.transaction(db.system("worker")) as session:
        assert job_for(session, job_id).status == "done"
        return service.imports.read_import(session, import_id)


def checked(make: Make, by: User, content: bytes, **options: Any) -> Any:
    """A file after its dry run."""
    return work_off(uploaded(make, by, content, **options))


def applied(make: Make, by: User, content: bytes, **options: Any) -> Any:
    """A file whose ready rows stand in the ledger; rows with mistakes are skipped."""
    found = checked(make, by, content, **options)
    assert found.state == "checked", (found.problem, found.problem_detail)
    with make.acting(by) as session:
        service.imports.apply_import(session, found.id, skip_failed=True)
    return work_off(found.id)
