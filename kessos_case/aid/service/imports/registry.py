"""The row of an import: upload, look, apply, cancel. What happens to its lines happens in jobs."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.rules import PERMISSIONS
from kessos_case.access.service import record
from kessos_case.aid import import_queries as queries
from kessos_case.aid.models import AidImport, AidImportFile, AidImportRow
from kessos_case.aid.rules import ImportState
from kessos_case.aid.rules.rows import programme_named
from kessos_case.aid.service.imports.words import words
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.jobs import Job, enqueue, job_for
from kessos_case.core.keys import DataKey, keyring
from kessos_case.core.settings import settings
from kessos_case.core.sheets import media_of
from kessos_case.core.text import clean_text, reject_reason
from kessos_case.notices.rules import NoticeKind
from kessos_case.notices.service import notify

_LONGEST_NAME = 200
_OPEN = (ImportState.CHECKING, ImportState.CHECKED)


@dataclass(frozen=True)
class ImportCard:
    """An import as shown. Counts are rows; `done` of `total` is how far the present stage has come."""

    id: UUID
    version: int
    organisation_id: UUID
    filename: str
    media: str
    size: int
    programme: str | None
    is_historic: bool
    state: str
    problem: str | None
    problem_detail: str | None
    total: int | None
    done: int
    ready: int
    known: int
    parked: int
    failed: int
    added: int
    job_id: UUID | None
    uploaded_at: datetime
    applied_at: datetime | None


@dataclass(frozen=True)
class Started:
    """Work that has begun: the job, and the import that it is about. `id` is the import's."""

    id: UUID
    job: Job
    aid_import: ImportCard


def import_for(session: Session, import_id: UUID, *, lock: bool = False) -> AidImport:
    """The one door to an import. Raises NotFound, also for one of another office."""
    select = sa.select(AidImport).where(AidImport.id == import_id)
    found = session.scalar(select.with_for_update() if lock else select)
    if found is None:
        raise NotFound("There is no such import.")
    return found


def read_import(session: Session, import_id: UUID) -> ImportCard:
    """Look at an import; the look is in the audit trail."""
    found = import_for(session, import_id)
    record(session, "read", "aid_import", found.id)
    return card(found)


def listed_imports(session: Session, imports: Iterable[AidImport]) -> list[ImportCard]:
    """The cards of a list."""
    record(session, "list", "aid_import")
    return [card(found) for found in imports]


def read_started(session: Session, import_id: UUID) -> Started:
    """The import with its latest job, for a request that is sent again."""
    found = import_for(session, import_id)
    assert found.job_id is not None
    return Started(found.id, job_for(session, found.job_id), card(found))


def upload(
    session: Session,
    *,
    content: bytes,
    filename: str,
    programme: str | None = None,
    is_historic: bool = False,
    organisation_id: UUID | None = None,
) -> Started:
    """Take a file in, sealed under a key of its own, and have it checked; nothing of it is in the ledger yet.

    `programme` is that of rows that name none, by code or short name. `organisation_id` is for the program itself; a user
    uploads for the office of his grant. Raises Invalid for an empty or too large file and an unknown programme.
    """
    code = _checked(session, content, programme)
    key, import_id = _new_key()
    found = AidImport(
        id=import_id, organisation_id=organisation_id or _office(session), data_key=key[1], filename=_shown(filename),
        media=media_of(content), size=len(content), content_hash=hashlib.sha256(content).digest(), programme_code=code,
        is_historic=is_historic, state=ImportState.CHECKING, done=0, ready=0, known=0, parked=0, failed=0, added=0,
        uploaded_at=session.now, uploaded_by=session.actor.user_id,
    )  # fmt: skip
    session.add(found)
    session.flush()
    sealed = key[0].seal_bytes(content, _file_place(import_id))
    session.insert(AidImportFile, import_id=import_id, content_sealed=sealed)
    record(session, "create", "aid_import", import_id, size=len(content), historic=is_historic)
    job_id = enqueue(session, "aid.check_import", queue="imports", unique_key=_once(import_id), import_id=import_id)
    return _started(session, found, job_id)


def apply_import(session: Session, import_id: UUID, *, skip_failed: bool = False) -> Started:
    """Have the ready rows of a checked file written into the ledger; parked ones wait for a person.

    Raises Conflict unless the file stands checked, RuleBroken while rows have mistakes and `skip_failed` is not said.
    """
    found = import_for(session, import_id, lock=True)
    if found.state != ImportState.CHECKED:
        raise Conflict(f"The import is {found.state}.", code="wrong_state")
    if found.failed and not skip_failed:
        detail = f"{found.failed} rows have mistakes: mend the file, or say skip_failed."
        raise RuleBroken("Rows have mistakes.", errors=[field_error("skip_failed", "rows_failed", detail)])
    found.state, found.done = ImportState.APPLYING, 0
    found.applied_at, found.applied_by = session.now, session.actor.user_id
    record(session, "apply", "aid_import", import_id, skip_failed=skip_failed)
    job_id = enqueue(session, "aid.apply_import", queue="imports", unique_key=_once(import_id), import_id=import_id)
    return _started(session, found, job_id)


def cancel_import(session: Session, import_id: UUID) -> ImportCard:
    """Give a file up that is not applied; its bytes and rows are deleted, its row stays. A second time changes nothing.

    Raises Conflict for one that is applied or refused.
    """
    found = import_for(session, import_id, lock=True)
    if found.state == ImportState.CANCELLED:
        return card(found)
    if found.state not in _OPEN:
        raise Conflict(f"The import is {found.state}.", code="wrong_state")
    found.state = ImportState.CANCELLED
    session.flush()
    record(session, "cancel", "aid_import", import_id)
    with as_system(session, "aid_import"):
        forget(session, found)
    return card(found)


def forget(session: Session, found: AidImport) -> None:
    """Delete the bytes and the rows of a file that will never be applied. For the program itself."""
    for model in (AidImportFile, AidImportRow):
        session.execute(sa.delete(model).where(model.import_id == found.id))


def tell_uploader(session: Session, found: AidImport, kind: NoticeKind) -> None:
    """Whoever sent the file hears what has come of it; one from the command line has nobody to hear."""
    people = [found.uploaded_by] if found.uploaded_by else []
    notify(session, people, kind, subject_kind="aid_import", subject_id=found.id)


def card(found: AidImport) -> ImportCard:
    """The import as shown."""
    own = {name: getattr(found, name) for name in ImportCard.__dataclass_fields__ if name != "programme"}
    return ImportCard(programme=found.programme_code, **own)


def import_key(found: AidImport) -> DataKey:
    """The key of the file and of its rows. Raises NotFound after it was destroyed."""
    if found.data_key is None:
        raise NotFound("What the file said was erased.")
    return keyring().unwrap(found.data_key, _key_place(found.id))


def content_of(session: Session, found: AidImport) -> bytes:
    """The file as it was sent. Raises NotFound when it is no longer kept."""
    sealed = session.scalar(sa.select(AidImportFile.content_sealed).where(AidImportFile.import_id == found.id))
    if sealed is None:
        raise NotFound("The file is no longer kept.")
    return import_key(found).open_bytes(sealed, _file_place(found.id))


def _started(session: Session, found: AidImport, job_id: UUID | None) -> Started:
    """Raises Conflict `in_progress` while an earlier job about the file still waits."""
    if job_id is None:
        raise Conflict("The file is still being worked on.", code="in_progress")
    found.job_id = job_id
    session.flush()
    return Started(found.id, job_for(session, job_id), card(found))


def _once(import_id: UUID) -> str:
    return f"aid_import:{import_id}"


def _checked(session: Session, content: bytes, programme: str | None) -> str | None:
    """The code of the file's programme. Raises Invalid naming everything that is wrong."""
    errors = []
    if not content:
        errors.append(field_error("file", "empty", "The file is empty."))
    elif len(content) > settings().import_bytes:
        errors.append(field_error("file", "too_large", f"At most {settings().import_bytes} bytes."))
    code = programme_named(programme, "", words(session)) if programme else None
    if programme and code is None:
        errors.append(field_error("programme", "not_found", "There is no such programme."))
    if errors:
        raise Invalid("The file cannot be taken in.", errors=errors)
    return code


def _office(session: Session) -> UUID:
    """The office for which the actor may import. Raises Forbidden without one."""
    roles = {line.role for line in PERMISSIONS if (line.resource, line.action) == ("aid_import", "create")}
    offices = [
        grant.organisation_id or session.actor.organisation_id for grant in session.actor.grants if grant.role in roles
    ]
    office = next((office for office in offices if office), None)
    if office is None:
        raise Forbidden("Your role imports for no office.", code="role")
    return office


def _shown(filename: str) -> str:
    """The last part of the name that the sender's computer gave the file, if it can be shown."""
    name = clean_text(PurePath(filename.replace("\\", "/")).name)[:_LONGEST_NAME]
    return name if name and reject_reason(name) is None else "berkas"


def _new_key() -> tuple[tuple[DataKey, bytes], UUID]:
    import_id = new_id()
    return keyring().new_data_key(_key_place(import_id)), import_id


def _key_place(import_id: UUID) -> str:
    return f"aid_imports:data_key:{import_id}"


def _file_place(import_id: UUID) -> str:
    return f"aid_import_files:content:{import_id}"


def row_place(import_id: UUID, row_number: int) -> str:
    """Where what a row said lies sealed."""
    return f"aid_import_rows:raw:{import_id}:{row_number}"


def recount(session: Session, found: AidImport) -> None:
    """Let the import say how many rows stand in each state; hidden ones count as they are shown."""
    counts = queries.counts(session, found.id)
    for name in ("ready", "known", "parked", "failed", "added"):
        setattr(found, name, counts.get(name, 0))
