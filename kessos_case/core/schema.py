"""Bring a database to the newest schema: fixed roles first, then alembic as the owner of the tables."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from kessos_case.core.settings import CONFIG_DIR

_ROLES_SQL = Path(__file__).with_name("roles.sql")
_LOCK = 7_203_000


def upgrade(url: sa.URL, revision: str = "head") -> str:
    """Migrate to `revision` and return the one that stands then. Two that start at once wait for each other."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        run_script(connection, _ROLES_SQL)
        become_owner(connection)
        command.upgrade(alembic_config(connection), revision)
        stands = connection.scalar(sa.text("select version_num from alembic_version"))
    engine.dispose()
    return str(stands)


def run_script(connection: sa.Connection, path: Path) -> None:
    """Run a file of SQL as it stands, past the driver's placeholders: functions and policies are full of % and :."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(path.read_text("utf-8"))


def become_owner(connection: sa.Connection) -> None:
    """Act as the owner of the tables until the transaction ends; a waiting reader must not be blocked for long."""
    connection.exec_driver_sql("set local role kessos_owner; set local lock_timeout = '10s'")


def alembic_config(connection: sa.Connection) -> Config:
    """Alembic's configuration on this connection."""
    config = Config(CONFIG_DIR / "alembic.ini")
    config.attributes["connection"] = connection
    return config
