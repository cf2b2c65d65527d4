"""What the command line does beyond one service call: servers, processes, migrations, users."""

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from secrets import token_urlsafe

import click
import sqlalchemy as sa
import structlog
from alembic import command

from kessos_case.access import service as access
from kessos_case.access.keys import audit_public_key, ensure_audit_keys, exported_heads
from kessos_case.access.models import User
from kessos_case.access.queries import users
from kessos_case.access.rules import REGIONAL_ROLES, WIDE_ROLES, Role
from kessos_case.core import db, keys, schema
from kessos_case.core.embedded import EmbeddedPostgres, EmbeddedValkey
from kessos_case.core.errors import Conflict, Invalid, field_error
from kessos_case.core.settings import settings
from kessos_case.core.supervisor import Child, Supervisor
from kessos_case.notices import service as notices
from kessos_case.notices.wording import trial_letter
from kessos_case.reference import service as reference

log = structlog.get_logger()

EmbeddedServer = EmbeddedPostgres | EmbeddedValkey

# The command line acts for whoever can reach the owner's database login: the operator, named so in the audit trail.
OPERATOR = db.Credentials(role="kessos_owner", system="operator")


@contextmanager
def servers(*, own: bool = False) -> Iterator[dict[str, EmbeddedServer]]:
    """Start the embedded servers that no setting replaces; the environment then names them as it would name real ones.

    Yields them by name. Those that were started here are stopped at the end; with `own` also those that were found
    running, because a killed program had left them.
    """
    options, embedded = settings(), dict[str, EmbeddedServer]()
    options.data_path.mkdir(parents=True, exist_ok=True)
    with ExitStack() as at_end:
        if not options.database_url:
            embedded["PostgreSQL"] = postgres = EmbeddedPostgres(options.data_path)
            if postgres.start() or own:
                at_end.callback(postgres.stop)
            postgres.ensure_database("kessos")
            os.environ["DATABASE_URL"] = postgres.url("kessos", "kessos_login")
            os.environ["KESSOS_DATABASE_OWNER_URL"] = postgres.url("kessos", "postgres")
        if not options.redis_url:
            embedded["Valkey"] = valkey = EmbeddedValkey(options.data_path)
            if valkey.start() or own:
                at_end.callback(valkey.stop)
            os.environ["REDIS_URL"] = valkey.url()
        settings.cache_clear()
        yield embedded


def run_all() -> int:
    """Servers, migrations, then web, worker and scheduler under one supervisor; returns its exit status."""
    with _alone(settings().data_path), servers(own=True) as embedded:
        for line in migrate():
            click.echo(line)
        options = settings()
        address = f"http://{options.host}:{options.port}"
        click.echo(f"kessos-case is at {address}" + (f" (embedded {' and '.join(embedded)})" if embedded else ""))
        if not _has_users():
            click.echo("Nobody can sign in yet. Add the first user in another terminal:")
            click.echo(f"  {sys.argv[0]} user add admin --name 'Admin' --organisation DINSOS-35 --role administrator")
            click.echo(f"Or fill it with made-up people, and sign-ins of every role: {sys.argv[0]} demo")
        children = [Child(name, [sys.argv[0], name]) for name in ("web", "worker", "scheduler")]
        watch = [partial(_revive, name, server) for name, server in embedded.items()]
        return Supervisor(children, grace=options.stop_grace_seconds, watch=watch).run()


def exec_web() -> None:
    """Become the web server."""
    options = settings()
    metrics = options.data_path / "metrics"
    metrics.mkdir(parents=True, exist_ok=True)
    for old in metrics.glob("*.db"):
        old.unlink(missing_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)
    _become(
        "gunicorn",
        "gunicorn",
        "--config=python:kessos_case.gunicorn_settings",
        f"--bind={options.host}:{options.port}",
        f"--workers={options.web_processes}",
        f"--threads={options.web_threads}",
        f"--graceful-timeout={options.stop_grace_seconds}",
        "kessos_case.app:create_app()",
    )


def exec_worker() -> None:
    """Become a Celery worker for all queues."""
    from workers.celery import QUEUES

    queues = f"--queues={','.join(QUEUES)}"
    concurrency = f"--concurrency={settings().worker_processes}"
    _become(
        "celery", "celery", "--quiet", "--app=workers.celery", "worker", queues, concurrency,
        "--without-gossip", "--without-mingle", "--loglevel=WARNING", "--hostname=kessos@%h",
    )  # fmt: skip


def run_scheduler() -> None:
    """The scheduler's loop, in this process."""
    from workers.schedule import run_scheduler as loop

    loop()


def migrate() -> list[str]:
    """Keys, schema, permission table and reference data; returns what was done, a line each."""
    options = settings()
    lines = []
    if not options.keys_file and keys.ensure_keys(keys.keys_path(options)):
        lines.append(f"made the keys {keys.keys_path(options)}: keep a copy in a safe place")
    if ensure_audit_keys():
        lines.append(f"made the key pair of the audit seal in {options.data_path}")
    lines.append(f"schema at {schema.upgrade(_owner_url())}")
    with _as_operator() as session:
        changed = {table: rows for table, rows in reference.load_reference(session).items() if rows}
        access.sync_permissions(session)
        added = access.load_upts(session, reference.upts())
    lines += [f"{table}: {rows} rows" for table, rows in changed.items()]
    if added:
        lines.append(f"organisations: {added} added")
    return lines


def new_migration(message: str) -> str:
    """Write a migration from the difference between models and database; returns its path."""
    number = f"{len(list((Path(__file__).parents[1] / 'migrations' / 'versions').glob('0*.py'))) + 1:04}"
    engine = sa.create_engine(_owner_url(), poolclass=sa.NullPool)
    with engine.begin() as connection:
        schema.become_owner(connection)
        made = command.revision(schema.alembic_config(connection), message, autogenerate=True, rev_id=number)
    return str(made.path)  # type: ignore[union-attr]


def add_user(username: str, name: str, organisation: str, roles: tuple[str, ...], password: str | None) -> str:
    """Add a user with roles as `role`, `role@REGION` or `role@ORGANISATION`; says the password when one was made."""
    shown = password or token_urlsafe(12)
    with servers(), _as_operator() as session:
        office = access.organisation_named(session, organisation)
        made = access.add_user(session, username=username, name=name, password=shown, organisation_id=office.id)
        for text in roles:
            _grant(session, made, text)
    return f"{username} added" + ("" if password else f"; password: {shown}")


def reset_user(username: str, password: str | None) -> str:
    """Set a new password and end every sign-in of the user."""
    shown = password or token_urlsafe(12)
    with servers(), _as_operator() as session:
        access.reset_password(session, access.user_named(session, username), shown)
    return f"{username} reset" + ("" if password else f"; password: {shown}")


def enrol_user(username: str) -> str:
    """Give the user a new second factor; the `otpauth://` address is shown this once."""
    with servers(), _as_operator() as session:
        return access.enrol_second_factor(session, access.user_named(session, username))


def list_users() -> list[str]:
    """A line for each user: name, office, roles with their scopes."""
    with servers(), _as_operator() as session:
        found = session.scalars(users().order_by(User.username)).all()
        return [
            f"{user.username}\t{user.organisation.code}\t"
            + " ".join(f"{grant.role}@{grant.region_code or '-'}" for grant in user.grants)
            + ("" if user.is_active else "\t(inactive)")
            for user in found
        ]


def send_test_mail(address: str) -> tuple[str, bool]:
    """What became of one mail to this address, and whether it left."""
    options = settings()
    with servers(), db.transaction(db.system("operator")) as session:
        try:
            notices.send_test(session, address, trial_letter(options.public_address))
        except notices.Undeliverable as error:
            return f"not sent: {error.problem}", False
    where = (
        f"{options.smtp_host} took it"
        if options.smtp_host
        else f"kept in {options.data_path / 'outbox'}: smtp_host is empty"
    )
    return where, True


def verify_audit(as_json: bool) -> tuple[str, bool]:
    """The verdict over the sealed trail as text, and whether it is whole."""
    with servers(), db.transaction(db.system("operator")) as session:
        verdict = access.verify(session, audit_public_key(), exported_heads())
    if as_json:
        return json.dumps(vars(verdict)), not verdict.problems
    lines = [
        *verdict.problems,
        f"{verdict.entries} entries in {verdict.seals} seals: {'NOT WHOLE' if verdict.problems else 'whole'}",
        f"{verdict.unsealed} younger entries are not sealed yet; only the database's rights protect them",
    ]
    return "\n".join(lines), not verdict.problems


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the data folder: a second `kessos run` on it would stop the servers of the first. Raises Conflict."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"`kessos run` is already at work on {folder}: stop it, or set KESSOS_DATA_DIR.") from error
        yield


def _revive(name: str, server: EmbeddedServer) -> None:
    """Start an embedded server that has died: it is nobody's child, so nobody else would notice."""
    if not server.is_running():
        log.warning("server_died", server=name)
        server.start()


def _grant(session: db.Session, user: User, text: str) -> None:
    role, _, scope = text.partition("@")
    if role not in list(Role):
        raise Invalid(f"There is no role {role}.", errors=[field_error("role", "unknown", ", ".join(Role))])
    region = (scope or user.organisation.region_code) if role in REGIONAL_ROLES else None
    office = None
    if role not in REGIONAL_ROLES | WIDE_ROLES:
        office = access.organisation_named(session, scope).id if scope else user.organisation_id
    access.add_grant(session, user, role=role, organisation_id=office, region_code=region)


@contextmanager
def _as_operator() -> Iterator[db.Session]:
    engine = sa.create_engine(_owner_url(), poolclass=sa.NullPool)
    db.bind(engine)
    try:
        with db.transaction(OPERATOR) as session:
            yield session
    finally:
        db.bind(None)
        engine.dispose()


def _owner_url() -> sa.URL:
    options = settings()
    return db.with_driver(options.database_owner_url or options.database_url)


def _has_users() -> bool:
    with _as_operator() as session:
        return bool(session.scalar(sa.select(sa.exists(sa.select(User.id)))))


def _become(program: str, *argv: str) -> None:
    """Replace this process, so that signals of the supervisor reach the server itself."""
    sys.stdout.flush()
    path = Path(sys.executable).with_name(program)
    os.execv(path, argv)  # noqa: S606  # nosec B606
