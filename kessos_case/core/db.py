"""Engine, session and the one place where a transaction begins and commits.

A transaction always acts for somebody. Its first statement takes on a fixed database role and tells PostgreSQL who acts;
row-level security answers every query by that. A transaction for nobody sees nothing that belongs to a person.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from kessos_case.core import clock
from kessos_case.core.errors import Crossed, Unauthenticated
from kessos_case.core.settings import settings

Row = TypeVar("Row")

# A connection that rests longer than this is looked at before it is used again.
IDLE_SECONDS = 3

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(orm.DeclarativeBase):
    """Parent of every mapped class; times are always with zone, free structures always JSONB."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: sa.DateTime(timezone=True),
        str: sa.Text(),
        dict[str, Any]: JSONB(),
        bytes: sa.LargeBinary(),
    }


def table_of(model: type[Base]) -> sa.Table:
    """The table of a mapped class, for statements that pass the unit of work by."""
    table = model.__table__
    assert isinstance(table, sa.Table)
    return table


def one_of(column: str, values: Iterable[str]) -> sa.CheckConstraint:
    """A check that the column holds one of an enum's values: a word from outside the field must not get in by SQL."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} in ({listed})", name=column)


@dataclass(frozen=True)
class Credentials:
    """For whom a transaction acts, before PostgreSQL has been asked who that is."""

    role: str = "kessos_app"
    user_id: UUID | None = None
    token_hash: bytes | None = None
    system: str | None = None


def nobody() -> Credentials:
    """A visitor: sees public reference data and can sign in."""
    return Credentials()


def user(user_id: UUID) -> Credentials:
    """A user known to the program, as on the command line and in tests."""
    return Credentials(user_id=user_id)


def bearer(token_hash: bytes) -> Credentials:
    """Whoever holds the token with this hash; Unauthenticated when it is unknown, ended or revoked."""
    return Credentials(token_hash=token_hash)


def system(name: str) -> Credentials:
    """The program itself at its nightly and background work, named for the audit trail."""
    return Credentials(role="kessos_jobs", system=name)


@dataclass(frozen=True)
class Grant:
    """A role that holds now, within one organisation or below one region code."""

    role: str
    organisation_id: UUID | None
    region_code: str | None


@dataclass(frozen=True)
class Actor:
    """Who acts in this transaction, as PostgreSQL answered."""

    user_id: UUID | None = None
    username: str = ""
    organisation_id: UUID | None = None
    token_id: UUID | None = None
    grants: tuple[Grant, ...] = ()
    system: str | None = None

    @property
    def roles(self) -> frozenset[str]:
        """The names of the roles held now."""
        return frozenset(grant.role for grant in self.grants)


class Session(orm.Session):
    """A session that knows for whom and at what instant it acts."""

    actor: Actor
    now: datetime
    request_id: str

    def insert(self, model: type[Base], **values: Any) -> None:
        """Insert one row past the unit of work: for rows that nobody reads again here, a third of the ORM's cost."""
        self.connection().execute(table_of(model).insert(), values)

    def insert_all(self, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
        """The same of many rows, in as few statements as they fit into."""
        if rows:
            self.connection().execute(table_of(model).insert(), rows)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run `call` once the transaction has really committed; never on a rollback or a released savepoint."""
        self.info.setdefault("after_commit", []).append(call)

    def at_end(self, key: str, call: Callable[[], None]) -> None:
        """Run `call` last in this transaction, just before it commits, and once for a key.

        For a row that many write at once under the same name: whoever wrote it first lets the others wait until he commits.
        """
        self.info.setdefault("at_end", {}).setdefault(key, call)


_ENTER = sa.text(
    "select set_config('role', :role, true), enter_as(:user_id, :token_hash, :system, :at, :request_id) as actor"
)


@dataclass
class _Bound:
    """Where transactions run: an engine, or in tests one connection whose outer transaction is rolled back."""

    target: sa.Engine | sa.Connection | None = None
    options: dict[str, Any] = field(default_factory=dict)


_bound = _Bound()


@cache
def engine() -> sa.Engine:
    """The pool of this process. A forked process must call `engine.cache_clear()` first."""
    options = settings()
    made = sa.create_engine(
        database_url(),
        pool_size=options.database_pool,
        max_overflow=2,
        pool_timeout=10,
        connect_args={
            "connect_timeout": 5,
            "options": f"-c statement_timeout={options.statement_timeout}s -c idle_in_transaction_session_timeout=60s"
            " -c timezone=UTC",
        },
    )
    sa.event.listen(made, "checkin", _note_use)
    sa.event.listen(made, "checkout", partial(_look_at_the_idle, made))
    return made


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _look_at_the_idle(made: sa.Engine, connection: Any, record: Any, _proxy: Any) -> None:
    """PostgreSQL restarts: a connection that has been idle is looked at before it is used, and replaced when it is dead.

    One in steady use costs no round trip; should it die just then, the caller gets a 503 and the pool starts afresh.
    """
    if time.monotonic() - record.info.get("used_at", time.monotonic()) > IDLE_SECONDS:
        try:
            made.dialect.do_ping(connection)
        except made.dialect.loaded_dbapi.Error as error:
            raise sa.exc.DisconnectionError from error


def database_url() -> sa.URL:
    """The configured database, always through psycopg 3."""
    return with_driver(settings().database_url)


def with_driver(url: str) -> sa.URL:
    """`postgres://` and `postgresql://`, as hosts write them, name the driver we use."""
    parsed = sa.make_url(url.replace("postgres://", "postgresql://", 1))
    return parsed.set(drivername="postgresql+psycopg")


def bind(target: sa.Engine | sa.Connection | None, **options: Any) -> None:
    """Let every transaction of this process run on `target`; None goes back to the configured engine."""
    _bound.target, _bound.options = target, options


@contextmanager
def transaction(credentials: Credentials, request_id: str = "") -> Iterator[Session]:
    """One unit of work for one actor: commits at the end, rolls back on any error, then runs what waited for the commit.

    Raises Unauthenticated when the credentials name nobody, Crossed when PostgreSQL could not serialise the work.
    """
    session = Session(_bound.target or engine(), expire_on_commit=False, autoflush=False, **_bound.options)
    try:
        enter(session, credentials, request_id)
        yield session
        session.flush()
        for last in session.info.pop("at_end", {}).values():
            last()
        session.flush()
        session.commit()
    except sa.exc.OperationalError as error:
        session.rollback()
        if getattr(error.orig, "sqlstate", None) in ("40001", "40P01"):
            raise Crossed("Another change to the same thing came first; try again.") from error
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
    for call in session.info.pop("after_commit", ()):
        call()


def enter(session: Session, credentials: Credentials, request_id: str = "") -> None:
    """Take on the role and the actor for this transaction. Also used to change from nobody to a user at sign-in."""
    session.now = clock.now()
    session.request_id = request_id
    row = (
        session.connection()
        .execute(
            _ENTER,
            {
                "role": credentials.role,
                "user_id": credentials.user_id,
                "token_hash": credentials.token_hash,
                "system": credentials.system,
                "at": session.now,
                "request_id": request_id,
            },
        )
        .one()
    )
    if row.actor is None:
        raise Unauthenticated("This sign-in has ended; sign in again.")
    session.actor = _actor(row.actor)


def row_of(session: Session, model: type[Row], row_id: UUID, *, lock: bool = False) -> Row | None:
    """The row with this id, for a door: asked of PostgreSQL each time, so that its policies answer for who acts now.

    With `lock` it is held until the end of the transaction and as it stands then; None also where it may not be changed.
    """
    select = sa.select(model).where(sa.inspect(model).primary_key[0] == row_id)
    held = select.with_for_update(of=model).execution_options(populate_existing=True)
    return session.scalar(held if lock else select)


def is_broken(error: sa.exc.IntegrityError, constraint: str) -> bool:
    """Is it this constraint that the database kept?"""
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None) == constraint


@contextmanager
def as_system(session: Session, name: str) -> Iterator[None]:
    """Go on as the program itself, in the same transaction, for what reaches beyond the actor's office.

    For the few things that must happen everywhere or not at all, such as settling what is open after a death. The rules
    have been asked before; the trail keeps both the program's name and who caused it.
    """
    caller = session.actor
    session.flush()
    _take_on(session, system(name))
    session.actor = replace(caller, system=name)
    yield
    session.flush()
    _take_on(session, system(caller.system) if caller.system else _signed_in(caller))
    session.actor = caller


@contextmanager
def attempt(session: Session) -> Iterator[None]:
    """Do all of it or none: when it is refused, the transaction goes on for its own actor as if it had not been tried.

    A page that shows the form again after a refusal commits what it has read, and must not commit half a deed with it.
    """
    caller = session.actor
    try:
        with session.begin_nested():
            yield
    finally:
        # Going back to the savepoint, PostgreSQL takes back role and scopes by itself.
        session.actor = caller


def _signed_in(caller: Actor) -> Credentials:
    return user(caller.user_id) if caller.user_id else nobody()


def _take_on(session: Session, credentials: Credentials) -> None:
    now = session.now
    enter(session, credentials, session.request_id)
    session.now = now


def _actor(known: dict[str, Any]) -> Actor:
    def uuid(value: str | None) -> UUID | None:
        return UUID(value) if value else None

    return Actor(
        user_id=uuid(known.get("user_id")),
        username=known.get("username") or "",
        organisation_id=uuid(known.get("organisation_id")),
        token_id=uuid(known.get("token_id")),
        grants=tuple(
            Grant(grant["role"], uuid(grant["organisation_id"]), grant["region_code"])
            for grant in known.get("grants") or ()
        ),
        system=known.get("system"),
    )
