"""Finds jobs whose poke was lost, with the broker or with the process that should have sent it, and pokes again."""

from datetime import timedelta

from kessos_case.core import jobs
from kessos_case.core.db import system, transaction

# Longer than a healthy worker needs to take up a poke, so that the relay is silent on a good day.
SILENCE = timedelta(seconds=5)


def relay(silence: timedelta = SILENCE) -> int:
    """Poke every job that is due and has heard nothing for `silence`; returns how many."""
    with transaction(system("relay")) as session:
        lost = [(job.id, job.queue) for job in jobs.waiting(session, silence=silence)]
    for job_id, queue in lost:
        jobs.poke(job_id, queue)
    return len(lost)
