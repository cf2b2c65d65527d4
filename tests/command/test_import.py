"""`kessos import aid`, on a database of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from kessos_case.access import service as access
from kessos_case.aid import service
from kessos_case.core import db
from kessos_case.core.settings import settings
from tests.command.test_command import kessos, office  # noqa: F401
from tests.factories import Make
from tests.factories.imports import csv_of, row, sari

pytestmark = pytest.mark.usefixtures("office", "clock")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "maret.csv"


@pytest.fixture
def truth(office) -> Iterator[sa.Engine]:  # noqa: F811
    """The office's database past its policies."""
    engine = sa.create_engine(db.with_driver(settings().database_owner_url))
    yield engine
    engine.dispose()


@pytest.fixture
def person(truth: sa.Engine) -> None:
    """The one whom `row` names."""
    db.bind(truth)
    make = Make()
    sari(make, make.user("triage"))
    db.bind(None)


def lines(truth: sa.Engine) -> int:
    with truth.connect() as connection:
        return connection.scalar(sa.text("select count(*) from disbursements"))


def test_a_file_is_imported_and_the_second_time_nothing(file: Path, person, truth):
    file.write_bytes(csv_of(row(), row(name="Siapa", nik="")))
    first = kessos("import", "aid", str(file))
    assert (first.exit_code, lines(truth)) == (0, 1), first.output
    assert "maret.csv: 2 rows: 1 added, 1 parked (applied" in first.output
    again = kessos("import", "aid", str(file), "--json")
    told = json.loads(again.stdout)
    assert (again.exit_code, told["state"], told["known"], told["parked"], lines(truth)) == (0, "applied", 1, 1, 1)


def test_a_dry_run_writes_nothing_and_says_what_it_would(file: Path, person, truth):
    file.write_bytes(csv_of(row()))
    tried = kessos("import", "aid", str(file), "--dry-run")
    assert (tried.exit_code, lines(truth)) == (0, 0), tried.output
    assert "1 ready" in tried.output


def test_rows_with_mistakes_stop_it_unless_they_are_skipped(file: Path, person, truth, tmp_path: Path):
    file.write_bytes(csv_of(row(), row(amount="nol")))
    errors = tmp_path / "salah.csv"
    stopped = kessos("import", "aid", str(file), "--errors", str(errors))
    assert (stopped.exit_code, lines(truth)) == (1, 0), stopped.output
    assert "bukan jumlah rupiah" in errors.read_text("utf-8")
    assert errors.stat().st_mode & 0o077 == 0
    assert (kessos("import", "aid", str(file), "--skip-failed").exit_code, lines(truth)) == (0, 1)


@pytest.mark.parametrize(
    ("content", "words", "status", "told"),
    [
        (b"%PDF\0", (), 1, "not_a_table"),
        (b"", (), 1, "The file is empty"),
        (b"x", ("--organisation", "DINSOS-99"), 1, "no organisation DINSOS-99"),
        (b"x", ("--programme", "GHOST"), 1, "no such programme"),
        (b"x", ("--colour", "red"), 2, "No such option"),
    ],
)
def test_what_cannot_be_imported_is_said_in_a_sentence(file: Path, content: bytes, words, status: int, told: str):
    file.write_bytes(content)
    refused = kessos("import", "aid", str(file), *words)
    assert refused.exit_code == status
    assert told.lower() in refused.output.lower()
    assert "Traceback" not in refused.output


@pytest.mark.faults
def test_a_worker_that_is_killed_again_and_again_loses_nothing_and_doubles_nothing(person, truth):
    rows = [row(amount=str(1000 + number)) for number in range(4_000)]
    with db.transaction(db.system("operator")) as session:
        dinsos = access.organisation_named(session, "DINSOS-35").id
        import_id = service.imports.upload(
            session, content=csv_of(*rows), filename="besar.csv", organisation_id=dinsos
        ).id
    kills = finish_under_fire(import_id, truth)
    with db.transaction(db.system("operator")) as session:
        assert service.imports.apply_import(session, import_id).aid_import.ready == 4_000
    kills += finish_under_fire(import_id, truth)
    with truth.connect() as connection:
        query = "select count(*), count(distinct import_row), count(distinct amount) from disbursements"
        assert connection.execute(sa.text(query)).one() == (4_000, 4_000, 4_000)
        assert connection.scalar(sa.text("select added from aid_imports")) == 4_000
    assert kills >= 2


def finish_under_fire(import_id: UUID, truth: sa.Engine) -> int:
    """Let workers do the job of the import, each killed a little later than the one before it; how many were."""
    with db.transaction(db.system("operator")) as session:
        job_id = service.imports.read_started(session, import_id).job.id
    work = f"from uuid import UUID; from workers.runner import run_job\nwhile run_job(UUID('{job_id}')): pass"
    for kills in range(40):
        worker = subprocess.Popen([sys.executable, "-c", work])
        try:
            worker.wait(0.5 * 1.5**kills)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
        with truth.connect() as connection:
            if connection.scalar(sa.text("select status from jobs where id = :id"), {"id": job_id}) == "done":
                return kills
    raise AssertionError("the job never ends")
