"""What a person reads of a file before he decides, and what its unsure rows said, beside whom they may mean."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kessos_case.access.service import names_of, record
from kessos_case.aid import import_page_queries as queries
from kessos_case.aid.models import AidImport, AidImportRow
from kessos_case.aid.rules import ImportRowState, ImportState
from kessos_case.aid.rules.people import Doubt
from kessos_case.aid.rules.rows import COLUMNS, heading_in
from kessos_case.aid.service.imports.registry import ImportCard, card, import_for, import_key, row_place
from kessos_case.aid.service.imports.settling import RowCard, row_card, row_for
from kessos_case.aid.service.imports.words import words
from kessos_case.clients.rules import mask_nik
from kessos_case.clients.service import ClientCard, search_clients
from kessos_case.core.db import Session
from kessos_case.core.jobs import Job, job_for
from kessos_case.core.written import day_in

# Whose NIK the row names is known, and who he is in doubt; of all others the name is all that there is.
_OF_NIK = (Doubt.NIK_SHARED, Doubt.NAME_DIFFERS, Doubt.BIRTH_DATE_DIFFERS, Doubt.DIED)
MOST_CANDIDATES = 10


@dataclass(frozen=True)
class Reason:
    """Why rows failed (in `field`) or are parked: how many, and the first of them."""

    field: str | None
    code: str
    rows: int
    first: list[int]


@dataclass(frozen=True)
class Review:
    """A file as its page shows it: the job that works on it, what it will write or has written, and what it leaves open."""

    card: ImportCard
    job: Job | None
    sent_by: str | None
    sums: list[queries.Sum]
    failed: list[Reason]
    parked: list[Reason]
    is_kept: bool

    @property
    def amount(self) -> int:
        """Whole rupiah over all programmes."""
        return sum(line.amount for line in self.sums)


@dataclass(frozen=True)
class SaidRow:
    """Whom a row names, in its own words; the NIK with its first and last digits alone, as on every page."""

    name: str
    nik: str
    birth: str
    born_on: date | None
    region: str
    # In full, to look the person up; never shown.
    whole_nik: str


def review(session: Session, import_id: UUID) -> Review:
    """Look at a file and at what came of its rows; the look is in the audit trail. Raises NotFound."""
    found = import_for(session, import_id)
    record(session, "read", "aid_import", found.id)
    is_done = found.state == ImportState.APPLIED
    is_read = is_done or found.state == ImportState.CHECKED
    told = queries.told(session, import_id) if is_read and (found.failed or found.parked) else []
    shown = ImportRowState.ADDED if is_done else ImportRowState.READY
    return Review(
        card=card(found),
        job=job_for(session, found.job_id) if found.job_id and is_worked_on(found) else None,
        sent_by=names_of(session, [found.uploaded_by]).get(str(found.uploaded_by)),
        sums=queries.sums(session, import_id, shown) if is_read else [],
        failed=_reasons(line for line in told if line.is_failed),
        parked=_reasons(line for line in told if not line.is_failed),
        is_kept=found.data_key is not None,
    )


def is_worked_on(found: AidImport | ImportCard) -> bool:
    """Is a job at it, or waits for its turn?"""
    return found.state in (ImportState.CHECKING, ImportState.APPLYING)


def sent_before(session: Session, content: bytes) -> ImportCard | None:
    """The import of the actor's office that holds this very file already."""
    found = queries.with_content(session, hashlib.sha256(content).digest())
    return card(found) if found else None


def rows_said(session: Session, import_id: UUID, rows: Iterable[AidImportRow]) -> dict[int, SaidRow]:
    """Whom these rows name, by their number, as far as it is kept; who reads it is in the audit trail."""
    kept = [row for row in rows if row.raw_sealed]
    if not kept:
        return {}
    found = import_for(session, import_id)
    if found.data_key is None:
        return {}
    key, known = import_key(found), words(session)
    record(session, "read_rows", "aid_import", import_id, rows=[row.row_number for row in kept])
    said = {}
    for row in kept:
        assert row.raw_sealed is not None
        cells = json.loads(key.open(row.raw_sealed, row_place(import_id, row.row_number)))
        heading = heading_in([name for name, _ in cells], known)
        said[row.row_number] = _said(dict(zip(COLUMNS, heading.cells([cell for _, cell in cells]), strict=True)))
    return said


def read_row(session: Session, import_id: UUID, row_number: int) -> tuple[RowCard, SaidRow | None]:
    """One row with whom it names. Raises NotFound, also for another office's import."""
    import_for(session, import_id)
    row = row_for(session, import_id, row_number)
    return row_card(row), rows_said(session, import_id, [row]).get(row_number)


def candidates(session: Session, row: RowCard, said: SaidRow, words: str | None = None) -> list[ClientCard]:
    """Whom the row may mean among those whom the actor reaches: what anybody at a desk would find, and nobody else.

    `words` is what he looks for himself: a name, a NIK, a number of a phone.
    """
    by_nik = said.whole_nik and row.doubt in _OF_NIK
    text = words or (said.whole_nik if by_nik else said.name)
    return search_clients(session, text, MOST_CANDIDATES) if text else []


def _reasons(told: Iterable[queries.Told]) -> list[Reason]:
    rows: Counter[tuple[str | None, str]] = Counter()
    first: dict[tuple[str | None, str], list[int]] = {}
    for line in told:
        fields: list[str | None] = list(line.field.split(",")) if line.field else [None]
        for entry in set(zip(fields, line.reason.split(","), strict=True)):
            rows[entry] += line.rows
            first[entry] = sorted([*first.get(entry, []), *line.first])[: queries.EXAMPLES]
    return [Reason(field, code, count, first[field, code]) for (field, code), count in rows.most_common()]


def _said(cells: dict[str, str]) -> SaidRow:
    digits = "".join(letter for letter in cells["nik"] if letter.isdigit())
    whole = digits if len(digits) == 16 else ""
    return SaidRow(
        name=cells["name"], nik=mask_nik(digits) if digits else "", birth=cells["birth_date"],
        born_on=day_in(cells["birth_date"]), region=cells["region_code"], whole_nik=whole,
    )  # fmt: skip
