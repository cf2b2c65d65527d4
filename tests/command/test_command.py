"""The `kessos` command, on a database of its own."""

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from kessos_case.cli import main
from kessos_case.core import db
from kessos_case.core.settings import settings
from tests import servers

HEAD = (servers.ROOT / "migrations" / "HEAD").read_text().strip()


@pytest.fixture
def office(real_servers: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An office whose settings name real servers, as in production."""
    with servers.database() as name:
        monkeypatch.setenv("DATABASE_URL", servers.postgres.url(name, "kessos_login"))
        monkeypatch.setenv("KESSOS_DATABASE_OWNER_URL", servers.postgres.url(name))
        settings.cache_clear()
        forget_engine()
        yield
        forget_engine()
        monkeypatch.undo()
        settings.cache_clear()


def forget_engine() -> None:
    """Close the connections of the engine that this process keeps, and let the next be made of the present settings."""
    if db.engine.cache_info().currsize:
        db.engine().dispose()
    db.engine.cache_clear()


def kessos(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_a_user_is_added_listed_and_reset(office):
    added = kessos("user", "add", "Tksk.Ambulu", "--name", "Ibu Sri", "--organisation", "DINSOS-35.09",
                   "--role", "tksk@35.09.12", "--role", "partner")  # fmt: skip
    assert added.exit_code == 0, added.output
    assert "password: " in added.output
    listed = kessos("user", "list").output
    assert "tksk.ambulu\tDINSOS-35.09\ttksk@35.09.12 partner@-" in listed
    assert kessos("user", "reset", "tksk.ambulu", "--password", "panjang-sekali-123").exit_code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--organisation", "DINSOS-99"), "no organisation DINSOS-99"),
        (("--organisation", "DINSOS-35", "--role", "king"), "no role king"),
        (("--organisation", "DINSOS-35", "--role", "tksk@35.99"), "There is no such region"),
        (("--organisation", "DINSOS-35", "--role", "dpo", "--role", "administrator"), "may not hold both"),
        (("--organisation", "DINSOS-35", "--password", "pendek"), "at least 12"),
    ],
)
def test_a_refusal_is_one_sentence_and_leaves_nothing(words, told, office):
    refused = kessos("user", "add", "siapa", "--name", "A", *words)
    assert refused.exit_code == 1
    assert told.lower() in refused.output.lower()
    assert "Traceback" not in refused.output
    assert kessos("user", "list").output == ""


def test_wrong_use_is_status_2(office):
    assert kessos("user", "add").exit_code == 2


def test_migrating_again_changes_nothing(office):
    again = kessos("migrate")
    assert (again.exit_code, again.output.strip()) == (0, f"schema at {HEAD}")


def test_the_doctor_finds_a_healthy_office_healthy(office):
    found = kessos("doctor", "--json")
    assert found.exit_code == 0, found.output
    assert all(finding["is_well"] for finding in json.loads(found.output))


def test_the_doctor_says_what_is_wrong_and_what_to_do(office, monkeypatch):
    monkeypatch.setenv("REDIS_URL", "unix:///nowhere/valkey.sock")
    settings.cache_clear()
    found = kessos("doctor")
    assert found.exit_code == 1
    assert "BAD Valkey answers\n    -> Start it, or correct REDIS_URL." in found.output


def test_the_doctor_refuses_a_laptop_as_production(office, monkeypatch):
    monkeypatch.setenv("KESSOS_NOW", "2026-01-01T00:00:00+00:00")
    found = json.loads(kessos("doctor", "--production", "--json").output)
    bad = {finding["what"] for finding in found if not finding["is_well"]}
    assert bad == {
        "environment is production", "TLS is declared", "the clock is the real one", "wide roles need a second factor",
        "the web process cannot sign audit seals", "guessing a password is dear", "mail leaves the program",
        "links lead to the office's address",
    }  # fmt: skip


def test_a_trial_mail_is_kept_where_no_server_is_named(office, monkeypatch, tmp_path):
    monkeypatch.setenv("KESSOS_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    sent = kessos("mail-test", "operator@dinsos.example")
    assert (sent.exit_code, "smtp_host is empty" in sent.output) == (0, True)
    (file,) = (tmp_path / "outbox").iterdir()
    assert json.loads(file.read_text())["to"] == "operator@dinsos.example"


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"KESSOS_SMTP_HOST": "mail.example", "KESSOS_SMTP_FROM": ""}, "mail goes out by mail.example"),
        ({"KESSOS_SMTP_SECURITY": "ssl"}, "smtp_security is one of starttls, tls and none"),
        ({"KESSOS_DIGEST_AT": "pagi"}, "digest_at is a time of day, or empty"),
        ({"KESSOS_MESSAGE_GATEWAY": "no.such:gateway"}, "the gateway for SMS and WhatsApp is there"),
    ],
)
def test_the_doctor_sees_what_would_keep_messages_from_going_out(office, monkeypatch, changed, what):
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    found = json.loads(kessos("doctor", "--json").output)
    assert [finding["what"] for finding in found if not finding["is_well"]] == [what]


def test_a_mail_that_did_not_leave_is_said(office, monkeypatch):
    monkeypatch.setenv("KESSOS_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("KESSOS_SMTP_PORT", "1")
    settings.cache_clear()
    sent = kessos("mail-test", "operator@dinsos.example")
    assert (sent.exit_code, sent.output.strip()) == (1, "not sent: unreachable")


def test_the_doctor_refuses_a_superuser_as_the_programs_login(office, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", settings().database_owner_url)
    forget_engine()
    settings.cache_clear()
    found = json.loads(kessos("doctor", "--production", "--json").output)
    bad = {finding["what"] for finding in found if not finding["is_well"]}
    assert {"the program's database role is no superuser", "migrations have a login of their own"} <= bad


def test_an_untouched_trail_verifies(office, tmp_path):
    found = kessos("audit", "verify", "--json")
    assert json.loads(found.output)["problems"] == []
    assert found.exit_code == 0


def test_a_mistyped_setting_is_named(monkeypatch):
    monkeypatch.setenv("KESSOS_PROT", "1")
    settings.cache_clear()
    refused = kessos("doctor")
    monkeypatch.undo()
    settings.cache_clear()
    assert (refused.exit_code, "no setting 'prot'" in refused.output) == (1, True)
