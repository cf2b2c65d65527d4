"""The night in the foreground, for `kessos nightly`: works off the jobs of a night beside whatever workers there are."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import click

from kessos_case.core import db
from kessos_case.nights import service
from kessos_case.nights.service import NightCard
from kessos_case.operate import servers

# Seconds between two looks while others are at work on the last chunks, or a failed one waits for its next attempt.
_LOOK_AFTER = 0.2

_NIGHTLY = db.system("nightly")


def run_night(as_of: date | None, *, full: bool, tell: Callable[[NightCard], None]) -> NightCard:
    """Begin the night of a day, or join it, and work on it until it is over; `tell` hears how far it is.

    With workers or without: each chunk is claimed by its row, so that two nights at once do it once. Raises Invalid for a
    day in the future.
    """
    with servers():
        from workers.runner import run_job

        with db.transaction(_NIGHTLY) as session:
            night_id = service.begin_night(session, as_of, full=full).id
        while True:
            shown, waiting = _look(night_id)
            tell(shown)
            if shown.finished_at is not None:
                return shown
            # One job, then another look: workers take from the same rows.
            if not any(run_job(job_id) for job_id in waiting):
                time.sleep(_LOOK_AFTER)


@contextmanager
def shown_progress(*, is_quiet: bool) -> Iterator[Callable[[NightCard], None]]:
    """What tells how far a night is: a bar on a terminal, a line for each step elsewhere, nothing when quiet."""
    if is_quiet:
        yield lambda night: None
    elif sys.stdout.isatty():
        with click.progressbar(length=1, show_pos=True) as bar:
            yield lambda night: _draw(bar, night)
    else:
        told: set[str] = set()
        yield lambda night: _say(told, night)


def _draw(bar: Any, night: NightCard) -> None:
    bar.label, bar.length = f"{night.step or 'done':<10}", night.total or 1
    bar.update(night.done - bar.pos)


def _say(told: set[str], night: NightCard) -> None:
    if night.step and night.step not in told:
        told.add(night.step)
        click.echo(f"{night.step}: {night.done} of {night.total} chunks of the night are done")


def _look(night_id: UUID) -> tuple[NightCard, list[UUID]]:
    with db.transaction(_NIGHTLY) as session:
        return service.card(session, service.night_for(session, night_id)), service.waiting_jobs(session, night_id)
