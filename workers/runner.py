"""Runs one job: claim the row, do the work and mark it done in one transaction."""

from uuid import UUID

import sqlalchemy as sa
import structlog

from kessos_case.core import jobs
from kessos_case.core.db import system, transaction
from kessos_case.core.settings import settings
from workers.tasks import KINDS

log = structlog.get_logger()

# A statement over a province takes longer than anybody would wait at a desk.
_PATIENCE = sa.text("select set_config('statement_timeout', :limit, true)")


def run_job(job_id: UUID) -> bool:
    """Run the job, or its next part, if it waits and nobody else has it; True when something was done here.

    An error rolls everything back and is counted in a transaction of its own; the job waits for its next attempt.
    """
    try:
        with transaction(system("worker"), f"job-{job_id.hex}") as session:
            job = jobs.claim(session, job_id)
            if job is None:
                return False
            if job.queue != "interactive":
                session.execute(_PATIENCE, {"limit": f"{settings().job_statement_timeout}s"})
            pause = KINDS[job.name].run(session, job)
            if pause is None:
                jobs.finish(session, job)
            else:
                jobs.go_on(session, job, pause)
    except Exception as error:
        log.exception("job_failed", job_id=str(job_id))
        _note_failure(job_id, error)
        return False
    log.info("job_done", job_id=str(job_id), job=job.name)
    return True


def _note_failure(job_id: UUID, error: Exception) -> None:
    try:
        with transaction(system("worker"), f"job-{job_id.hex}") as session:
            jobs.fail(session, job_id, error)
    except sa.exc.OperationalError as down:
        # The database itself is away: the row still says that the job waits, and the relay will poke it.
        log.warning("failure_not_noted", job_id=str(job_id), error_class=type(down).__name__)
