"""The real PostgreSQL and Valkey of the tests, shared by all processes of a run, and databases cloned from a template."""

import fcntl
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import sqlalchemy as sa

from kessos_case.core.embedded import EmbeddedPostgres, EmbeddedValkey
from kessos_case.core.settings import CONFIG_DIR, settings

ROOT = Path(__file__).parents[1]
DATA = ROOT / ".data" / "test"

# Nothing of a test need survive a power cut.
postgres = EmbeddedPostgres(
    DATA, settings={"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
)
valkey = EmbeddedValkey(DATA)


def start() -> None:
    """Start both, or join the ones that another process has started; nobody stops them before all have left."""
    DATA.mkdir(parents=True, exist_ok=True)
    fcntl.flock(_guests(), fcntl.LOCK_SH)
    postgres.start()
    valkey.start()


def leave() -> None:
    """This process needs them no more."""
    DATA.mkdir(parents=True, exist_ok=True)
    fcntl.flock(_guests(), fcntl.LOCK_UN)


def stop() -> None:
    """Leave, and stop both unless others are still there: two runs of the tests, or `make schemathesis` beside one."""
    leave()
    try:
        fcntl.flock(_guests(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    postgres.stop("immediate")
    valkey.stop()
    leave()


@cache
def _guests() -> int:
    """The open file on which each process that uses the servers holds a shared lock; it stays open to the end."""
    return os.open(DATA / "guests", os.O_RDWR | os.O_CREAT)


def admin() -> psycopg.Connection:
    """A connection of the superuser, outside any transaction."""
    return psycopg.connect(postgres.url("postgres").replace("+psycopg", ""), autocommit=True)


def template() -> str:
    """The migrated and loaded database of this source, made once and kept between runs."""
    digest = hashlib.sha256()
    places = [ROOT / "migrations", CONFIG_DIR / "reference", ROOT / "kessos_case" / "access" / "rules.py"]
    sources = [path for place in places for path in ([place] if place.is_file() else sorted(place.rglob("*.*")))]
    for path in [*sources, ROOT / "kessos_case" / "core" / "roles.sql"]:
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.read_bytes())
    name = f"template_{digest.hexdigest()[:12]}"
    with admin() as connection:
        connection.execute("select pg_advisory_lock(1)")
        query = "select 1 from pg_database where datname = %s and datistemplate"
        if not connection.execute(query, (name,)).fetchone():
            connection.execute(f"drop database if exists {name}")  # half made
            connection.execute(f"create database {name}")
            _fill(name)
            connection.execute(f"alter database {name} is_template true")
    return name


def _fill(name: str) -> None:
    from kessos_case.operate import migrate

    before = {key: os.environ.get(key) for key in ("DATABASE_URL", "KESSOS_DATABASE_OWNER_URL")}
    os.environ["DATABASE_URL"] = os.environ["KESSOS_DATABASE_OWNER_URL"] = postgres.url(name)
    settings.cache_clear()
    migrate()
    for key, value in before.items():
        os.environ.pop(key) if value is None else os.environ.update({key: value})
    settings.cache_clear()


@contextmanager
def database() -> Iterator[str]:
    """The name of a fresh clone of the template, dropped at the end."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    source = template()
    with admin() as connection:
        connection.execute("select pg_advisory_lock(2)")  # one copy of the template at a time
        connection.execute(f"create database {name} template {source} strategy file_copy")
    yield name
    with admin() as connection:
        connection.execute(f"drop database {name} with (force)")


def engine_of(name: str, user: str = "postgres") -> sa.Engine:
    """An engine on one database as a login."""
    return sa.create_engine(postgres.url(name, user), pool_size=20, max_overflow=20)
