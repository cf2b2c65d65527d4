"""The clock: real, moved, read anew for each transaction, and never moved in production."""

from datetime import UTC, date, datetime

import pytest

from kessos_case.core import clock as the_clock
from kessos_case.core import db
from kessos_case.core.settings import settings


def test_an_instant(monkeypatch):
    monkeypatch.setenv("KESSOS_NOW", "2028-02-29T23:30:00+07:00")
    assert the_clock.now() == datetime(2028, 2, 29, 16, 30, tzinfo=UTC)


def test_the_offices_day_is_that_of_east_java(monkeypatch):
    monkeypatch.setenv("KESSOS_NOW", "2028-02-28T18:00:00+00:00")
    assert the_clock.office_day(the_clock.now()) == date(2028, 2, 29)


def test_a_file_is_read_anew_for_each_transaction(monkeypatch, tmp_path, connection):
    told = tmp_path / "now"
    monkeypatch.setenv("KESSOS_NOW", str(told))
    seen = []
    for instant in ("2026-01-01T00:00:00+00:00", "2028-06-30T00:00:00+00:00"):
        told.write_text(instant + "\n")
        with db.transaction(db.nobody()) as session:
            seen.append(session.now.isoformat())
    assert seen == ["2026-01-01T00:00:00+00:00", "2028-06-30T00:00:00+00:00"]


def test_production_has_the_real_clock(monkeypatch):
    monkeypatch.setenv("KESSOS_NOW", "2001-01-01T00:00:00+00:00")
    monkeypatch.setenv("KESSOS_ENVIRONMENT", "production")
    settings.cache_clear()
    try:
        assert the_clock.now().year > 2020
    finally:
        monkeypatch.delenv("KESSOS_ENVIRONMENT")
        settings.cache_clear()


@pytest.mark.parametrize("told", ["/nowhere", "2026-13-01"])
def test_nonsense_is_named(told, monkeypatch):
    monkeypatch.setenv("KESSOS_NOW", told)
    with pytest.raises(the_clock.ClockError, match="KESSOS_NOW"):
        the_clock.now()
