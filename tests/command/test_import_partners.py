"""`kessos import partners`, on a database of its own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from kessos_case.core import db
from kessos_case.core.settings import settings
from tests.command.test_command import kessos, office  # noqa: F401
from tests.factories.directories import entry, table

pytestmark = pytest.mark.usefixtures("office", "clock")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mitra.csv"


@pytest.fixture
def truth(office) -> Iterator[sa.Engine]:  # noqa: F811
    """The office's database past its policies."""
    engine = sa.create_engine(db.with_driver(settings().database_owner_url))
    yield engine
    engine.dispose()


@pytest.fixture
def administrator() -> str:
    add("siti")
    return "siti"


def add(username: str) -> None:
    added = kessos(
        "user", "add", username, "--name", username, "--organisation", "DINSOS-35", "--role", "administrator"
    )
    assert added.exit_code == 0, added.output


def services(truth: sa.Engine) -> int:
    with truth.connect() as connection:
        return connection.scalar(sa.text("select count(*) from services"))


def test_a_table_is_written_and_the_second_time_nothing(file: Path, administrator, truth):
    file.write_bytes(table(entry()))
    tried = kessos("import", "partners", str(file), "--dry-run")
    assert (tried.exit_code, services(truth)) == (0, 0), tried.output
    assert "mitra.csv: 1 rows: 1 create (nothing written)" in tried.output
    first = kessos("import", "partners", str(file))
    assert (first.exit_code, services(truth)) == (0, 1), first.output
    again = kessos("import", "partners", str(file), "--json")
    told = json.loads(again.stdout)
    assert (again.exit_code, told["nothing"], told["dry_run"], services(truth)) == (0, 1, False, 1)
    with truth.connect() as connection:
        who = "select u.username from audit_entries a join users u on u.id = a.user_id where a.resource = 'directory'"
        assert connection.execute(sa.text(who)).scalars().all() == ["siti", "siti"]


def test_rows_with_mistakes_stop_it_unless_they_are_skipped(file: Path, administrator, truth, tmp_path: Path):
    file.write_bytes(table(entry(), entry(service_name="Dapur", min_age="tua")))
    result = tmp_path / "hasil.csv"
    stopped = kessos("import", "partners", str(file), "--result", str(result))
    assert (stopped.exit_code, services(truth)) == (1, 0), stopped.output
    assert "row 3, Umur paling muda: is no age" in stopped.output
    assert "bukan umur" in result.read_text("utf-8")
    assert (kessos("import", "partners", str(file), "--skip-failed").exit_code, services(truth)) == (0, 1)


def test_somebody_answers_for_it(file: Path, truth):
    file.write_bytes(table(entry()))
    nobody = kessos("import", "partners", str(file))
    assert (nobody.exit_code, services(truth)) == (1, 0)
    assert "there is none" in nobody.output
    add("siti")
    add("budi")
    two = kessos("import", "partners", str(file))
    assert (two.exit_code, services(truth)) == (1, 0)
    assert "budi, siti" in two.output
    assert kessos("import", "partners", str(file), "--by", "agus").exit_code == 1
    assert (kessos("import", "partners", str(file), "--by", "budi").exit_code, services(truth)) == (0, 1)


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "is empty"), (b"\0", "neither CSV nor XLSX"), (b"a,b\n", "No row names")]
)
def test_what_is_no_table_is_said_in_a_sentence(file: Path, administrator, content: bytes, told: str):
    file.write_bytes(content)
    refused = kessos("import", "partners", str(file))
    assert refused.exit_code == 1
    assert told in refused.output
    assert "Traceback" not in refused.output
