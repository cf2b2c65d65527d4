"""What is wrong with this installation, in plain words, and what to do about it."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import redis
import sqlalchemy as sa

from kessos_case.access.keys import audit_private_key, audit_public_key
from kessos_case.core import db, keys
from kessos_case.core.settings import Settings, settings
from kessos_case.notices import service as notices
from kessos_case.notices.rules import digest_time
from kessos_case.operate import servers

# Signs of a secret that was copied from an example.
_WEAK = (b"\0" * 32, b"change" * 6)


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `advice` says what to do when it is not well."""

    what: str
    is_well: bool
    advice: str = ""


def examine(production: bool = False) -> list[Finding]:
    """Look at the parts this machine needs; with `production` also at what only an office must not have."""
    with servers():
        options = settings()
        findings = [
            _finding("settings can be read", lambda: None, ""),
            _finding("keys can be read and only by this user", lambda: keys.load_keyring(keys.keys_path(options)), ""),
            _finding("the audit seal has a public key", audit_public_key, ""),
            _finding("the database answers", _database, "Start it, or correct DATABASE_URL."),
            _finding("the schema and the reference data are there", _schema, "Run `kessos migrate`."),
            _finding("Valkey answers", lambda: _valkey(options), "Start it, or correct REDIS_URL."),
            *_messages(options),
        ]
        return findings + (list(_production(options)) if production else [])


def report(findings: list[Finding], as_json: bool = False) -> str:
    """The findings as lines for a person, or as JSON for a program."""
    if as_json:
        return json.dumps([vars(finding) for finding in findings])
    lines = [f"{'ok ' if finding.is_well else 'BAD'} {finding.what}" for finding in findings]
    hints = [f"    -> {finding.advice}" if not finding.is_well and finding.advice else "" for finding in findings]
    return "\n".join(line + (f"\n{hint}" if hint else "") for line, hint in zip(lines, hints, strict=True))


def _finding(what: str, check: Callable[[], object], advice: str) -> Finding:
    try:
        check()
    except Exception as error:
        return Finding(what, False, advice or str(error))
    return Finding(what, True)


def _database() -> None:
    with db.engine().connect() as connection:
        connection.execute(sa.text("select 1"))


def _schema() -> None:
    with db.transaction(db.nobody()) as session:
        regions = session.scalar(sa.text("select count(*) from regions")) or 0
        if not regions:
            raise RuntimeError("no regions")


def _valkey(options: Settings) -> None:
    redis.Redis.from_url(options.redis_url, socket_connect_timeout=2).ping()


def _messages(options: Settings) -> Iterator[Finding]:
    """Whether what cannot wait reaches people outside the app."""
    where = (
        f"goes out by {options.smtp_host}" if options.smtp_host else "is kept in the outbox folder: smtp_host is empty"
    )
    yield Finding(
        f"mail {where}", not options.smtp_host or bool(options.smtp_from), "Say in smtp_from whom mails come from."
    )
    yield Finding(
        "smtp_security is one of starttls, tls and none",
        options.smtp_security in ("starttls", "tls", "none"),
        "Correct it.",
    )
    yield _finding("digest_at is a time of day, or empty", lambda: digest_time(options.digest_at), "Write it as 06:30.")
    yield _finding("the gateway for SMS and WhatsApp is there", lambda: _gateway(options), "Correct message_gateway.")
    yield _finding(
        "no message of the last week was given up", _nothing_given_up, "Look at `problem` in the table messages."
    )


def _gateway(options: Settings) -> None:
    if options.message_gateway != "file":
        notices.gateway()


def _nothing_given_up() -> None:
    with db.transaction(db.system("operator")) as session:
        if count := notices.given_up_lately(session):
            raise RuntimeError(f"{count} given up")


def _production(options: Settings) -> Iterator[Finding]:
    """Each of these would harm people in an office; on a laptop they are what makes one command suffice."""
    yield Finding("environment is production", options.is_production, "Set environment = 'production'.")
    yield Finding("TLS is declared", options.tls, "Set tls = true and serve through a proxy that speaks TLS.")
    is_required = options.second_factor == "required"
    yield Finding("wide roles need a second factor", is_required, "Set second_factor = 'required'.")
    yield Finding("guessing a password is dear", options.password_kib >= 19456, "Set password_kib = 47104.")
    yield Finding("the clock is the real one", "KESSOS_NOW" not in os.environ, "Unset KESSOS_NOW.")
    yield Finding("mail leaves the program", bool(options.smtp_host), "Set smtp_host: emergencies are mailed at once.")
    yield Finding("mail is enciphered", options.smtp_security != "none", "Set smtp_security = 'starttls' or 'tls'.")
    is_named = options.public_address.startswith("https://")
    yield Finding("links lead to the office's address", is_named, "Set public_address = 'https://...'.")
    is_public = not options.webhook_private_allowed
    yield Finding("webhooks go to public addresses alone", is_public, "Set webhook_private_allowed = false.")
    yield Finding("the log shows no debug lines", options.log_level != "debug", "Set log_level = 'info'.")
    yield _finding("secrets are not those of an example", lambda: _strong(options), "")
    yield _finding("the program's database role is no superuser", _no_superuser, "Connect as kessos_login.")
    yield _finding("migrations have a login of their own", lambda: _owner_apart(options), "Set database_owner_url.")
    yield Finding(
        "the web process cannot sign audit seals", not _can_seal(), "Let only the worker read audit_key_file."
    )


def _strong(options: Settings) -> None:
    ring = keys.load_keyring(keys.keys_path(options))
    secrets = [*ring.data.values(), ring.index_key, ring.signing_key]
    if len(set(secrets)) < len(secrets) or any(len(key) < 32 or key[:32] in _WEAK for key in secrets):
        raise RuntimeError("make fresh keys: 32 random bytes each, no two alike")


def _no_superuser() -> None:
    with db.engine().connect() as connection:
        row = connection.execute(
            sa.text("select rolsuper or rolbypassrls or rolcreaterole from pg_roles where rolname = current_user")
        ).scalar()
    if row:
        raise RuntimeError("superuser")


def _owner_apart(options: Settings) -> None:
    if not options.database_owner_url or options.database_owner_url == options.database_url:
        raise RuntimeError("the program could change its own rights")


def _can_seal() -> bool:
    try:
        audit_private_key()
    except keys.KeyringError:
        return False
    return True
