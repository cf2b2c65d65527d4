"""The migrations: one head, equal to the models, up and down and up again; rights as the code's list says."""

import uuid
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from kessos_case.core import schema
from tests import servers

ROOT = Path(__file__).parents[2]
HEAD = (ROOT / "migrations" / "HEAD").read_text().strip()


def test_there_is_one_head_and_the_head_file_names_it(empty: sa.Engine):
    with empty.connect() as connection:
        heads = ScriptDirectory.from_config(schema.alembic_config(connection)).get_heads()
    assert heads == [HEAD]


def test_up_down_and_up_again_and_equal_to_the_models(empty: sa.Engine):
    schema.upgrade(empty.url)
    with empty.begin() as connection:
        schema.become_owner(connection)
        command.downgrade(schema.alembic_config(connection), "base")
        left = connection.scalars(sa.text("select tablename from pg_tables where schemaname = 'public'")).all()
        assert left == ["alembic_version"]
    schema.upgrade(empty.url)
    with empty.begin() as connection:
        schema.become_owner(connection)
        command.check(schema.alembic_config(connection))


def test_migrating_twice_at_once_does_it_once(empty: sa.Engine):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(schema.upgrade, [empty.url, empty.url])) == {HEAD}


def test_an_owner_who_is_no_superuser_can_migrate(empty: sa.Engine):
    login = f"office_{uuid.uuid4().hex[:8]}"
    with servers.admin() as connection:
        connection.execute(f"create role {login} login createrole")
        connection.execute(f"alter database {empty.url.database} owner to {login}")
        for role in ("owner", "app", "jobs", "search", "retention"):
            # The roles of this server stand already; an office's own server lets its login make them.
            connection.execute(f"grant kessos_{role} to {login} with admin option, inherit false, set true")
    with empty.begin() as connection:
        # As a connection of that login would be: the embedded server lets only known logins in by its socket.
        connection.execute(sa.text(f"set session authorization {login}"))
        schema.run_script(connection, schema._ROLES_SQL)
        schema.become_owner(connection)
        command.upgrade(schema.alembic_config(connection), "head")
        assert connection.scalar(sa.text("select count(*) from pg_policies where tablename = 'clients'")) == 4
