"""kill -9 of worker, broker and database in the middle of a night: it ends as one that nobody disturbed.

Everything runs for real: the scheduler begins the night, Celery's workers do it, the superuser compares what is there.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.office import KESSOS, ROOT, Office, eventually, kill
from tests.faults.test_kills import kill_postgres, kill_the_worker, kill_valkey

pytestmark = [
    pytest.mark.faults,
    pytest.mark.xdist_group("office"),
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc"),
]

# So many people are cut into twelve chunks.
PEOPLE, CHUNK = 2400, 200
EVENING, MORNING = "2026-03-02T03:00:00+00:00", "2026-03-03T03:00:00+00:00"
TONIGHT = "2026-03-02"

# Two years of aid for two thirds of the people, every fourth with a case; work without a task for every eighth.
DATA = """
insert into clients (id, name, aliases, birth_date, birth_date_precision, sex, confidentiality, registered_at,
                     registered_by, version)
select md5('client' || n)::uuid, 'Uji ' || n, '{{}}', date '1985-01-01' + n, 'day', 'P', 'standard', '{evening}', u.id, 1
from generate_series(1, {people}) n, users u where u.username = 'caseworker';

insert into disbursements (id, client_id, programme_code, from_month, to_month, paid_on, known_on, amount, source_key,
                           recorded_at)
select md5('line' || n || ' ' || m)::uuid, md5('client' || n)::uuid, 'BLT-DD', m, m, '2024-01-05', '2024-01-05',
       300000, md5('key' || n || ' ' || m)::uuid, '{evening}'
from generate_series(1, {people}) n, generate_series(2026 * 12 + 1 - n % 60, 2026 * 12 + 1) m where n % 3 > 0;

insert into cases (id, client_id, organisation_id, category_code, pathway, stage, stage_since, opened_at, version)
select md5('case' || n)::uuid, md5('client' || n)::uuid, o.id, 'PPKS-24', 'independence', 'placement', '{evening}',
       '2025-01-05', 1
from generate_series(4, {people}, 4) n, organisations o where o.code = 'PSTW-BONDOWOSO';

insert into client_access (id, client_id, organisation_id, ground, valid_from)
select md5('ground' || id)::uuid, client_id, organisation_id, 'case', opened_at from cases;

insert into placements (id, case_id, client_id, organisation_id, kind, employer_id, occupation, starts_on, state,
                        verified_on, recorded_at, recorded_by, version)
select md5('work' || n)::uuid, c.id, c.client_id, c.organisation_id, 'job', c.organisation_id, 'penjahit', '2026-01-20',
       'active', '2026-01-20', '{evening}', u.id, 1
from generate_series(8, {people}, 8) n join cases c on c.id = md5('case' || n)::uuid, users u
where u.username = 'caseworker';
"""

# What a night leaves behind, without the ids and instants that each run makes anew.
LEFT = {
    "scores": "select client_id, as_of, fingerprint, policy from dependency_scores order by 1, 2",
    "flags": "select client_id, kind, cause, state, rank, raised_on, due_on from dependency_flags order by 1, 2",
    "tasks": "select kind, subject_kind, client_id, period, role, state, due_at from tasks order by 1, 3, 4, 7",
    "digests": "select user_id, day, counts from digests order by 1, 2",
    "reviews": "select case_id, state from graduation_reviews order by 1, 2",
    "lives": "select to_jsonb(l) - 'begun_at' from cohort_lives l order by l.id",
    "timeline": "select client_id, kind from timeline_entries order by 1, 2",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with people, closed for the evening, whose nights are cut small."""
    folder = tmp_path_factory.mktemp("night")
    opened = Office(folder / "office")
    try:
        opened.environment |= {"KESSOS_CONFIG_DIR": str(cut_small(folder)), "KESSOS_NOW": str(folder / "now")}
        (folder / "now").write_text(EVENING)
        opened.settle_in("caseworker", "supervisor")
        opened.close()
        opened.postgres.start()
        with opened.database() as database:
            database.execute(DATA.format(evening=EVENING, people=PEOPLE))
        (folder / "now").write_text(MORNING)
        yield opened
    finally:
        opened.clear()


def cut_small(folder: Path) -> Path:
    """The policies with small chunks."""
    shutil.copytree(ROOT / "config", folder / "config")
    # The settings of the migrations name the folder beside them.
    (folder / "migrations").symlink_to(ROOT / "migrations")
    policy = folder / "config" / "policies" / "dependency.toml"
    text = policy.read_text("utf-8").replace("people_in_chunk = 50000", f"people_in_chunk = {CHUNK}")
    assert f"people_in_chunk = {CHUNK}" in text
    policy.write_text(text)
    return folder / "config"


def copied(office: Office, name: str) -> dict[str, str]:
    """A copy of the office's database, and the environment of a program that works on it."""
    with psycopg.connect(office.postgres.url("postgres").replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f"create database {name} template kessos")
    login, owner = office.postgres.url(name, "kessos_login"), office.postgres.url(name, "postgres")
    return office.environment | {"DATABASE_URL": login, "KESSOS_DATABASE_OWNER_URL": owner}


def nightly(environment: dict[str, str], *options: str) -> subprocess.Popen[str]:
    """`kessos nightly`, begun."""
    command = [str(KESSOS), "nightly", "--json", *options]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def report(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What it said when it was over, without the seconds that it took."""
    said, errors = process.communicate(timeout=200)
    assert process.returncode == 0, errors
    counts = json.loads(said)["report"]
    return {step: {name: value for name, value in found.items() if name != "seconds"} for step, found in counts.items()}


def left(office: Office, database: str = "kessos") -> dict[str, list[Any]]:
    """What is there after a night."""
    with psycopg.connect(office.postgres.url(database).replace("+psycopg", "")) as found:
        return {name: found.execute(query).fetchall() for name, query in LEFT.items()}


@contextmanager
def held_up(office: Office, table: str) -> Iterator[None]:
    """Whoever wants to write into the table waits; goes on once somebody does."""
    with office.database() as database, office.database() as holder:
        holder.execute("begin")
        holder.execute(f"lock table {table} in share row exclusive mode")
        waits = f"select exists (select from pg_locks where relation = '{table}'::regclass and not granted)"
        assert eventually(lambda: database.execute(waits).fetchone()[0], 60), office.said()
        yield
        try:
            holder.execute("rollback")
        except psycopg.OperationalError:
            return  # the server was killed, and its locks with it


def is_over(office: Office) -> bool:
    try:
        with office.database() as database:
            query = "select finished_at is not null from nights where as_of = %s"
            return database.execute(query, [TONIGHT]).fetchone() == (True,)
    except psycopg.OperationalError:
        return False


def test_a_night_in_which_everything_is_killed_ends_as_one_that_nobody_disturbed(office: Office) -> None:
    calm, twice = copied(office, "calm"), copied(office, "twice")
    undisturbed = report(nightly(calm))
    assert undisturbed["scores"]["chunks"] == PEOPLE // CHUNK
    expected = left(office, "calm")
    assert len(expected["scores"]) == PEOPLE
    assert expected["flags"]
    assert {task[0] for task in expected["tasks"]} >= {"check_placement", "review_flag"}

    # Two at once do it once.
    assert [report(process) for process in [nightly(twice), nightly(twice)]] == [undisturbed] * 2
    assert left(office, "twice") == expected
    # Once more changes nothing.
    again = report(nightly(twice, "--full"))
    assert again["scores"]["changed"] == 0
    assert left(office, "twice") == expected

    office.open()
    for table, kill_it in (("dependency_scores", kill_the_worker), ("tasks", kill_valkey), ("digests", kill_postgres)):
        with held_up(office, table):
            is_back = kill_it(office)
        assert eventually(is_back, 30), office.said()
    assert eventually(lambda: is_over(office), 120), office.said()
    assert left(office) == expected
    with office.database() as database:
        told = database.execute("select report from nights where as_of = %s", [TONIGHT]).fetchone()[0]
        assert {step: counts["chunks"] for step, counts in told.items()} == {
            step: counts["chunks"] for step, counts in undisturbed.items()
        }
        assert not any("given_up" in counts for counts in told.values())
        unfinished = "select name, status from jobs where name like 'nights.%' and status <> 'done'"
        assert eventually(lambda: database.execute(unfinished).fetchall() == [], 20)


def test_a_killed_command_is_taken_up_by_the_next(office: Office) -> None:
    if office.process is not None and office.process.poll() is None:
        office.close()
        office.postgres.start()
    environment = copied(office, "broken")
    with psycopg.connect(office.postgres.url("broken").replace("+psycopg", ""), autocommit=True) as holder:
        holder.execute("delete from night_chunks")
        holder.execute("delete from nights")
        holder.execute("delete from digests")
        holder.execute("begin")
        holder.execute("lock table digests in share row exclusive mode")
        first = nightly(environment)
        with psycopg.connect(office.postgres.url("broken").replace("+psycopg", ""), autocommit=True) as other:
            waits = "select exists (select from pg_locks where relation = 'digests'::regclass and not granted)"
            assert eventually(lambda: other.execute(waits).fetchone()[0], 60)
        kill(first.pid)
        first.communicate(timeout=10)
        holder.execute("rollback")
    assert "digests" in report(nightly(environment))
