"""`kessos demo`: an empty database becomes a made-up East Java in one transaction, beside a served program or before one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_urlsafe

import sqlalchemy as sa

from kessos_case.access import service as access
from kessos_case.core import clock, db
from kessos_case.core.errors import Conflict
from kessos_case.core.settings import settings
from kessos_case.demo.gate import open_gate
from kessos_case.demo.sent_file import send_file
from kessos_case.demo.service import fill, write_afterwards
from kessos_case.demo.wording import in_words
from kessos_case.operate import migrate, servers
from kessos_case.partners import service as partners


def make_demo(clients: int, seed: int, password: str | None, tell: Callable[[str], None]) -> list[str]:
    """Fill an empty database with so many people; returns what was made and each role's sign-in, a line each.

    Raises Conflict in production, where anybody is registered already, or when the owner's login stands under row-level
    security, which no COPY passes.
    """
    if settings().is_production:
        raise Conflict("This is production: no made-up person has a place here.")
    shown = password or token_urlsafe(12)
    with servers(), _past_policies() as connection:
        tell("schema and reference data")
        migrate()
        with connection.begin():
            world = fill(connection, clients=clients, seed=seed, now=clock.now(), password=shown, tell=tell)
            tell("graduation")
            with _within(connection) as session:
                passed = open_gate(session, world)
                send_file(session, world)
                partners.ask_for_upkeep(session)
                access.record(session, "create", "demo", people=clients, seed=seed)
            tell("what offices wrote down")
            write_afterwards(connection, world)
        tell("statistics for the database's planner")
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("vacuum analyze")
    return in_words(world.counts, passed, world.sign_ins, shown)


@contextmanager
def _past_policies() -> Iterator[sa.Connection]:
    """A connection of the owner's login as it comes, without the role of the owner."""
    options = settings()
    url = db.with_driver(options.database_owner_url or options.database_url)
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            free = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
            if not connection.exec_driver_sql(free).scalar():
                raise Conflict("The demo needs an owner's login past row-level security: KESSOS_DATABASE_OWNER_URL.")
            connection.rollback()
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _within(connection: sa.Connection) -> Iterator[db.Session]:
    """A session of the program within the transaction of this connection."""
    db.bind(connection, join_transaction_mode="create_savepoint")
    try:
        with db.transaction(db.system("demo")) as session:
            yield session
    finally:
        db.bind(None)
