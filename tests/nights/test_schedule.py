"""The scheduler begins each night once, at one in the morning of the office, and makes up for the latest that it missed."""

import pytest
import sqlalchemy as sa

from workers import schedule
from workers.runner import run_job


@pytest.fixture
def nights(committed):
    """What the scheduler does now, and the days that nights have looked at."""

    def at_work(seen: dict[str, str]) -> list[str]:
        schedule.enqueue_due(seen)
        waiting = "select id from jobs where name = 'nights.begin' and status = 'queued'"
        with committed.connect() as connection:
            begin = connection.scalars(sa.text(waiting)).all()
        for job_id in begin:
            assert run_job(job_id)
        with committed.connect() as connection:
            return [str(day) for day in connection.scalars(sa.text("select as_of from nights order by 1"))]

    return at_work


def test_a_night_begins_at_one_and_not_before(nights, clock):
    seen: dict[str, str] = {}
    clock.set("2026-03-02T00:59:00+07:00")
    assert nights(seen) == ["2026-02-28"]
    clock.move(minutes=1)
    assert nights(seen) == ["2026-02-28", "2026-03-01"]
    clock.move(hours=23)
    assert nights(seen) == ["2026-02-28", "2026-03-01"]


def test_who_was_down_at_one_begins_it_when_he_starts(nights, clock):
    clock.set("2026-03-02T09:30:00+07:00")
    assert nights({}) == ["2026-03-01"]
    # Another that starts on the same day finds it there.
    assert nights({}) == ["2026-03-01"]


def test_of_nights_that_were_missed_by_days_only_the_latest_is_made_up_for(nights, clock):
    assert nights({}) == ["2026-03-01"]
    clock.move(days=5)
    assert nights({}) == ["2026-03-01", "2026-03-06"]
