"""Fixtures: real servers, one database a process, a savepoint a test, people of every role, an own clock."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

ROOT = Path(__file__).parents[1]
os.environ["KESSOS_CONFIG"] = str(ROOT / "config" / "test.toml")
os.environ["KESSOS_DATA_DIR"] = str(ROOT / ".data" / "test")
for name in ("DATABASE_URL", "REDIS_URL", "KESSOS_NOW", "KESSOS_DATABASE_OWNER_URL"):
    os.environ.pop(name, None)

from kessos_case.access.keys import ensure_audit_keys  # noqa: E402
from kessos_case.access.models import User  # noqa: E402
from kessos_case.core import db, keys  # noqa: E402
from kessos_case.core.logs import configure_logs  # noqa: E402
from kessos_case.core.settings import settings  # noqa: E402
from tests import servers  # noqa: E402
from tests.broker import Broker  # noqa: E402
from tests.factories import Api, Make  # noqa: E402
from tests.policies import Policies  # noqa: E402
from tests.readers import Reader  # noqa: E402

configure_logs(settings())

# A shell that starts the tests in the background lets them ignore Ctrl-C, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


# Last: the fixtures that drop databases come before.
@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Whoever is the last to leave stops the servers."""
    servers.stop()


@pytest.fixture(scope="session")
def real_servers() -> None:
    """PostgreSQL and Valkey run, keys exist, settings name them."""
    servers.start()
    os.environ["REDIS_URL"] = servers.valkey.url()
    settings.cache_clear()
    keys.ensure_keys(keys.keys_path(settings()))
    ensure_audit_keys()


@pytest.fixture(scope="session")
def database(real_servers: None) -> Iterator[str]:
    """The database of this process."""
    with servers.database() as name:
        os.environ["DATABASE_URL"] = servers.postgres.url(name, "kessos_login")
        os.environ["KESSOS_DATABASE_OWNER_URL"] = servers.postgres.url(name)
        settings.cache_clear()
        yield name


@pytest.fixture(scope="session")
def superuser(database: str) -> Iterator[sa.Engine]:
    """An engine past row-level security, for looking at what is really there."""
    engine = servers.engine_of(database)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(superuser: sa.Engine) -> Iterator[sa.Connection]:
    """One connection whose outer transaction is rolled back: every transaction() of the test is a savepoint in it."""
    with superuser.connect() as connection:
        outer = connection.begin()
        db.bind(connection, join_transaction_mode="create_savepoint")
        yield connection
        db.bind(None)
        outer.rollback()


class Truth:
    """What is really stored: the same connection as the superuser, whom no policy holds."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def run(self, query: str, **values: Any) -> sa.CursorResult[Any]:
        """Execute past every policy; the program's next transaction takes on its own role again."""
        self._connection.exec_driver_sql("set local role none")
        return self._connection.execute(sa.text(query), values)

    def one(self, query: str, **values: Any) -> Any:
        """The first column of the first row."""
        return self.run(query, **values).scalar()

    def all(self, query: str, **values: Any) -> list[Any]:
        """Every row, as a tuple; single columns as bare values."""
        rows = [tuple(row) for row in self.run(query, **values)]
        return [row[0] if len(row) == 1 else row for row in rows]


@pytest.fixture
def truth(connection: sa.Connection) -> Truth:
    """What is really stored."""
    return Truth(connection)


@pytest.fixture
def session(connection: sa.Connection) -> Iterator[db.Session]:
    """A session of the operator, who owns the tables: for what belongs to no client."""
    with db.transaction(db.Credentials(role="kessos_owner", system="test")) as session:
        yield session


@pytest.fixture
def make(connection: sa.Connection) -> Make:
    """Makes users, clients and referrals with sensible defaults, through the real services."""
    return Make()


@pytest.fixture
def api(make: Make) -> Api:
    """Calls the application over its WSGI door: `api(user).get("/clients")`."""
    from kessos_case.app import create_app

    return Api(create_app())


@pytest.fixture
def reader(api: Api) -> Callable[[User], Reader]:
    """`reader(user).get("/referrals")`: a page as this user's browser shows it."""
    return lambda user: Reader(api, user)


@pytest.fixture
def statements(connection: sa.Connection) -> Callable[[Callable[[], Any]], list[str]]:
    """`statements(lambda: reader.get("/"))`: what is asked of PostgreSQL, beside entering and leaving the transaction."""

    def of(call: Callable[[], Any]) -> list[str]:
        said: list[str] = []

        def note(*args: Any) -> None:
            said.append(args[2])

        sa.event.listen(connection, "before_cursor_execute", note)
        call()
        sa.event.remove(connection, "before_cursor_execute", note)
        return [line for line in said if "enter_as" not in line and "SAVEPOINT" not in line]

    return of


@pytest.fixture
def committed(real_servers: None) -> Iterator[sa.Engine]:
    """A database of its own in which transactions really commit: for what only two connections can show."""
    with servers.database() as name:
        engine = servers.engine_of(name)
        db.bind(engine)
        yield engine
        db.bind(None)
        engine.dispose()


@pytest.fixture
def make_committed(committed: sa.Engine) -> Make:
    """As `make`, in the database whose transactions commit."""
    return Make()


class Clock:
    """The program's clock in the hands of a test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.set("2026-03-02T03:00:00+00:00")  # a Monday, ten in the morning in Jember

    def set(self, instant: str) -> None:
        """Stand at this instant."""
        self.now = datetime.fromisoformat(instant)
        self._monkeypatch.setenv("KESSOS_NOW", self.now.isoformat())

    def move(self, **by: float) -> None:
        """Go on by days, hours, minutes."""
        self.set((self.now + timedelta(**by)).isoformat())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock, standing at a Monday morning until it is moved."""
    return Clock(monkeypatch)


@pytest.fixture
def policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Policies]:
    """A directory of policies that a test may change."""
    changed = Policies(tmp_path / "config", monkeypatch)
    yield changed
    monkeypatch.undo()
    changed.forget()


@pytest.fixture
def broker(real_servers: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """A broker whose queues are empty, for jobs that are really poked, or lost."""
    found = Broker(monkeypatch)
    with found.at(servers.valkey.url(Broker.DATABASE)):
        yield found
