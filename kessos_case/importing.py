"""Files in the foreground, for `kessos import aid`: the same jobs as of a file sent over HTTP, worked off here and now."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from kessos_case.access.service import organisation_named
from kessos_case.aid import import_wording as wording
from kessos_case.aid.service import imports as service
from kessos_case.aid.service.imports import ImportCard
from kessos_case.core import db
from kessos_case.core.jobs import JobStatus
from kessos_case.core.sheets import written
from kessos_case.operate import servers

# Seconds between two looks while a worker has the file, or a failed part waits for its next attempt.
_LOOK_AFTER = 0.2

_OPERATOR = db.system("operator")


@dataclass(frozen=True)
class Wish:
    """What was asked on the command line. `errors` is where the rows go that somebody must look at."""

    organisation: str
    programme: str | None = None
    is_historic: bool = False
    is_dry_run: bool = False
    skip_failed: bool = False
    errors: Path | None = None


def import_file(file: Path, wish: Wish, *, tell: Callable[[ImportCard], None]) -> ImportCard:
    """Check a file and, unless that was all that was wished, write its lines; the import as it stands in the end.

    Left as checked where rows have mistakes and are not to be skipped; a dry run is forgotten. Raises Invalid and NotFound.
    """
    with servers():
        with db.transaction(_OPERATOR) as session:
            office = organisation_named(session, wish.organisation)
            started = service.upload(
                session, content=file.read_bytes(), filename=file.name, programme=wish.programme,
                is_historic=wish.is_historic, organisation_id=office.id,
            )  # fmt: skip
        found = _work_off(started.id, tell)
        may_apply = found.state == "checked" and not wish.is_dry_run and (wish.skip_failed or not found.failed)
        if may_apply:
            with db.transaction(_OPERATOR) as session:
                service.apply_import(session, found.id, skip_failed=wish.skip_failed)
            found = _work_off(found.id, tell)
        if wish.errors and found.state != "refused":
            _write_errors(found.id, wish.errors)
        if wish.is_dry_run and found.state == "checked":
            with db.transaction(_OPERATOR) as session:
                service.cancel_import(session, found.id)
    return found


def was_refused(found: ImportCard, wish: Wish) -> bool:
    """Did the file not come to what was wished?"""
    return found.state != ("checked" if wish.is_dry_run else "applied") or (wish.is_dry_run and found.failed > 0)


def in_words(found: ImportCard) -> list[str]:
    """How it ended, a line each."""
    if found.state == "refused":
        return [f"{found.filename} was refused ({found.problem}): {found.problem_detail}"]
    names = ("added", "ready", "known", "parked", "failed")
    counted = ", ".join(f"{getattr(found, name)} {name}" for name in names if getattr(found, name))
    lines = [f"{found.filename}: {found.total} rows: {counted} ({found.state}, import {found.id})"]
    return lines + ([found.problem_detail] if found.problem_detail else [])


def as_json(found: ImportCard) -> str:
    """The same for a program."""
    return json.dumps(asdict(found), default=str)


@contextmanager
def shown_progress(*, is_quiet: bool) -> Iterator[Callable[[ImportCard], None]]:
    """What tells how far a file is: a bar on a terminal, a line for each part elsewhere, nothing when quiet."""
    if is_quiet:
        yield lambda found: None
    elif sys.stdout.isatty():
        with click.progressbar(length=1, show_pos=True) as bar:
            yield lambda found: _draw(bar, found)
    else:
        told: set[str] = set()
        yield lambda found: _say(told, found)


def _draw(bar: Any, found: ImportCard) -> None:
    bar.label, bar.length = f"{found.state:<10}", found.total or 1
    bar.update(found.done - bar.pos)


def _say(told: set[str], found: ImportCard) -> None:
    line = f"{found.state}: {found.done} of {found.total} rows"
    if found.total is not None and line not in told:
        told.add(line)
        click.echo(line)


def _work_off(import_id: UUID, tell: Callable[[ImportCard], None]) -> ImportCard:
    """Do the parts of the file's present job, beside whatever workers there are, until none is left."""
    from workers.runner import run_job

    while True:
        with db.transaction(_OPERATOR) as session:
            started = service.read_started(session, import_id)
        tell(started.aid_import)
        if started.job.status == JobStatus.FAILED:
            raise click.ClickException(f"The work on the file failed: {started.job.error}.")
        if started.job.status == JobStatus.DONE:
            return started.aid_import
        if not run_job(started.job.id):
            time.sleep(_LOOK_AFTER)


def _write_errors(import_id: UUID, place: Path) -> None:
    """The failed and parked rows as they were sent. Only the owner of the file may read it: it names people."""
    place.touch(mode=0o600)
    with db.transaction(_OPERATOR) as session, place.open("w", encoding="utf-8", newline="") as file:
        file.writelines(written(wording.open_table(service.open_rows(session, import_id))))
