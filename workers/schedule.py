"""What is due when, and the loop that asks. One scheduler works at a time, under an advisory lock; others stand by."""

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import structlog

from kessos_case.core import clock, jobs
from kessos_case.core.db import engine, system, transaction
from kessos_case.core.settings import settings
from kessos_case.nights.rules import day_to_look_at
from workers.relay import relay

log = structlog.get_logger()
_LOCK = 7_203_002


@dataclass(frozen=True)
class Entry:
    """A job that comes up once in each period; `period` names the one that an instant of the office's day lies in."""

    name: str
    queue: str
    period: Callable[[datetime], str]


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"


def _night(moment: datetime) -> str:
    return day_to_look_at(moment).isoformat()


# A scheduler that starts finds everything of the present period due: a night that began while it was down begins now.
SCHEDULE = (
    Entry("access.seal_audit", "nightly", _minute),
    Entry("nights.begin", "nightly", _night),
    Entry("referrals.run_clocks", "interactive", _minute),
    # What cannot wait asks by itself; this finds digests whose hour has come, next attempts and whatever was lost.
    Entry("notices.send", "interactive", _minute),
    # The same for programs of partners.
    Entry("webhooks.find_due", "webhooks", _minute),
)


def run_scheduler(stop: threading.Event | None = None) -> None:
    """Relay and schedule until asked to stop; a database that is away is waited for."""
    stop = stop or _stopped_by_signal()
    seen: dict[str, str] = {}
    while not stop.is_set():
        try:
            _work_under_lock(stop, seen)
        except sa.exc.SQLAlchemyError as error:
            log.warning("scheduler_waits", error_class=type(error).__name__)
        stop.wait(settings().relay_seconds)


def enqueue_due(seen: dict[str, str]) -> int:
    """Enqueue what has not been enqueued in its present period; `seen` remembers. Returns how many jobs were made."""
    moment = clock.now().astimezone(clock.OFFICE_ZONE)
    due = [(entry, entry.period(moment)) for entry in SCHEDULE if seen.get(entry.name) != entry.period(moment)]
    if not due:
        return 0
    with transaction(system("scheduler")) as session:
        # The same job from an earlier period that still waits is enough.
        made = [jobs.enqueue(session, entry.name, queue=entry.queue, unique_key=entry.name) for entry, _ in due]
    seen.update({entry.name: period for entry, period in due})
    return sum(job is not None for job in made)


def _work_under_lock(stop: threading.Event, seen: dict[str, str]) -> None:
    with engine().connect() as connection:
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_LOCK))):
            return
        connection.commit()
        while not stop.is_set():
            enqueue_due(seen)
            relay()
            stop.wait(settings().relay_seconds)
            # The lock lives with this connection: work stops when it is gone.
            connection.execute(sa.text("select 1"))
            connection.commit()


def _stopped_by_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
