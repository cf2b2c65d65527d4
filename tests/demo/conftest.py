"""One small made-up East Java in a database of its own, for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from kessos_case.cli import main
from kessos_case.core import db
from kessos_case.core.settings import settings
from tests import servers
from tests.factories import Api

PASSWORD = "rahasia-sekali-123"
# So few that it takes seconds, so many that every room has something.
PEOPLE = 500
NOW = "2026-03-02T03:00:00+00:00"


def forget_engine() -> None:
    """Close the connections of the engine that this process keeps; the next is made of the present settings."""
    if db.engine.cache_info().currsize:
        db.engine().dispose()
    db.engine.cache_clear()


def make_demo(folder: Path, *words: str) -> Result:
    """`kessos demo`, with the password of the tests."""
    secret = folder / "password"
    secret.write_text(PASSWORD)
    return CliRunner().invoke(main, ["demo", "--password-file", str(secret), *words])


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patched:
        yield patched


@pytest.fixture(scope="module")
def empty(real_servers: None, patch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """A migrated database without anybody, named by the settings; the clock stands at a Monday morning."""
    with servers.database() as name:
        patch.setenv("DATABASE_URL", servers.postgres.url(name, "kessos_login"))
        patch.setenv("KESSOS_DATABASE_OWNER_URL", servers.postgres.url(name))
        patch.setenv("KESSOS_NOW", NOW)
        settings.cache_clear()
        forget_engine()
        engine = servers.engine_of(name)
        yield engine
        engine.dispose()
        forget_engine()
        patch.undo()
        settings.cache_clear()


@pytest.fixture(scope="module")
def made(empty: sa.Engine, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """What `kessos demo` said, beside a program whose night has looked at an empty database already."""
    with empty.begin() as connection:
        connection.execute(
            sa.text(
                "insert into nights (id, as_of, started_at, finished_at, report) "
                "values (gen_random_uuid(), '2026-03-01', now(), now(), '{}')"
            )
        )
    result = make_demo(tmp_path_factory.mktemp("demo"), "--clients", str(PEOPLE))
    assert result.exit_code == 0, result.output
    return result


class World:
    """What is really in the demo's database, and its people at the program's doors."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._apis: dict[str, Api] = {}

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Every row, past every policy."""
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query.replace("::", "\\:\\:")), values)]

    def all(self, query: str, **values: Any) -> list[Any]:
        """The same with single columns as bare values."""
        return [row[0] if len(row) == 1 else row for row in self.rows(query, **values)]

    def one(self, query: str, **values: Any) -> Any:
        """The first value."""
        return self.all(query, **values)[0]

    def sign_in(self, username: str) -> Api:
        """The API as this user, by the printed password."""
        from kessos_case.app import create_app

        if username not in self._apis:
            api = Api(create_app())
            answer = api.post("/tokens", {"username": username, "password": PASSWORD})
            assert answer.status_code == 201, answer.text
            api._headers = {"Authorization": f"Bearer {answer.json['token']}"}
            self._apis[username] = api
        return self._apis[username]


@pytest.fixture(scope="module")
def world(empty: sa.Engine, made: Result) -> World:
    """The made-up world."""
    return World(empty)
