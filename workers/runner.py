"""Runs one job: claim the row, do the work and mark it done in one transaction."""

from uuid import UUID

import structlog

from kessos_case.core import jobs
from kessos_case.core.db import system, transaction
from workers.tasks import KINDS

log = structlog.get_logger()


def run_job(job_id: UUID) -> bool:
    """Run the job if it waits and nobody else has it; True when it was done here.

    An error rolls everything back and is counted in a transaction of its own; the job waits for its next attempt.
    """
    try:
        with transaction(system("worker"), f"job-{job_id.hex}") as session:
            job = jobs.claim(session, job_id)
            if job is None:
                return False
            KINDS[job.name].run(session, job)
            jobs.finish(session, job)
    except Exception as error:
        log.exception("job_failed", job_id=str(job_id))
        with transaction(system("worker"), f"job-{job_id.hex}") as session:
            jobs.fail(session, job_id, error)
        return False
    log.info("job_done", job_id=str(job_id), job=job.name)
    return True
