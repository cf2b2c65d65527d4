"""Work that happens after the commit: a row written with the change that wants it, then a poke to a worker.

The row is the truth. The broker may lose every message: the relay finds what waits and pokes again, and a job is claimed
by a row lock in the transaction that writes its results, so that a second delivery finds it done.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from celery import Celery
from kombu.exceptions import OperationalError
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql

from kessos_case.core import clock
from kessos_case.core.db import Base, Session, table_of
from kessos_case.core.embedded import celery_broker_url
from kessos_case.core.errors import NotFound
from kessos_case.core.ids import new_id
from kessos_case.core.settings import settings

log = structlog.get_logger()


class JobStatus(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of work. `args` holds ids only, `error` a class name only: rows are read by people without need to know."""

    __tablename__ = "jobs"
    __table_args__ = (
        sa.Index("ix_jobs_waiting", "due_at", postgresql_where=sa.text("status = 'queued'")),
        sa.Index("uq_jobs_unique_key", "unique_key", unique=True, postgresql_where=sa.text("status = 'queued'")),
        sa.CheckConstraint("status in ('queued', 'done', 'failed')", name="status"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str]
    queue: orm.Mapped[str]
    args: orm.Mapped[dict[str, Any]]
    status: orm.Mapped[str] = orm.mapped_column(default=JobStatus.QUEUED)
    done: orm.Mapped[int] = orm.mapped_column(default=0)
    total: orm.Mapped[int | None]
    attempts: orm.Mapped[int] = orm.mapped_column(default=0)
    error: orm.Mapped[str | None]
    user_id: orm.Mapped[UUID | None]
    unique_key: orm.Mapped[str | None]
    created_at: orm.Mapped[datetime]
    due_at: orm.Mapped[datetime]
    poked_at: orm.Mapped[datetime | None]
    finished_at: orm.Mapped[datetime | None]


@dataclass(frozen=True)
class Kind:
    """How one kind of job is run: `run(session, job)` in one transaction, on `queue`.

    It answers None when the job is done, or how long to wait before its next part: long work is many transactions, each
    of which writes its results and how far it has come.
    """

    name: str
    queue: str
    run: Callable[[Session, Job], timedelta | None]


# The next part at once.
GO_ON = timedelta()


_ENQUEUE = (
    postgresql.insert(table_of(Job))
    .on_conflict_do_nothing(index_elements=["unique_key"], index_where=sa.text("status = 'queued'"))
    .returning(table_of(Job).c.id)
)


def enqueue(
    session: Session,
    name: str,
    *,
    queue: str,
    unique_key: str | None = None,
    after: timedelta = GO_ON,
    **args: Any,
) -> UUID | None:
    """Ask for work in the same transaction; the poke goes out after the commit, of what may wait so long by the relay.

    Returns the job's id, or None when a job with the same `unique_key` still waits and is enough.
    The times of the queue are those of the wall: a test's moved clock must not stop it.
    """
    moment = clock.wall()
    job_id: UUID | None = session.connection().scalar(
        _ENQUEUE,
        {
            "id": new_id(),
            "name": name,
            "queue": queue,
            "args": {key: str(value) for key, value in args.items()},
            "user_id": session.actor.user_id,
            "unique_key": unique_key,
            "created_at": moment,
            "due_at": moment + after,
        },
    )
    if job_id is not None and after == GO_ON:
        session.after_commit(lambda: poke(job_id, queue))
    return job_id


def job_for(session: Session, job_id: UUID) -> Job:
    """A job that this actor may see. Raises NotFound."""
    found = session.get(Job, job_id)
    if found is None:
        raise NotFound("There is no such job.")
    return found


@cache
def broker() -> Celery:
    """The sending half of Celery; workers/celery.py has the receiving half."""
    app = Celery("kessos", broker=celery_broker_url(settings().redis_url))
    # A request must not wait for a dead broker: the relay will find the job.
    app.conf.update(
        broker_connection_timeout=1,
        broker_transport_options={
            "socket_connect_timeout": 1,
            "socket_timeout": 2,
            "max_retries": 1,
            # The default sleeps two seconds before it tries again, while somebody waits for his page.
            "interval_start": 0,
        },
        task_ignore_result=True,
    )
    return app


# Seconds of one part of a job, where a worker's own limits are too short. By night everything that waits is assigned
# in one plan, which cannot be cut into parts; on a busy machine it takes minutes.
LIMITS = {"nightly": {"soft_time_limit": 240, "time_limit": 300}}


def poke(job_id: UUID, queue: str) -> None:
    """Wake a worker for this job. A broker that is down costs a log line, never the caller's work."""
    try:
        broker().send_task("jobs.run", args=[str(job_id)], queue=queue, retry=False, **LIMITS.get(queue, {}))
    except (OperationalError, OSError) as error:
        log.warning("poke_failed", job_id=str(job_id), error_class=type(error).__name__)


def claim(session: Session, job_id: UUID) -> Job | None:
    """Lock the job for this transaction; None when it is done, failed, not yet due or in another worker's hands."""
    return session.scalar(
        sa.select(Job)
        .where(Job.id == job_id, Job.status == JobStatus.QUEUED, Job.due_at <= clock.wall())
        .with_for_update(skip_locked=True)
    )


def finish(session: Session, job: Job) -> None:
    """Mark the job done in the transaction that wrote its results."""
    job.status, job.finished_at = JobStatus.DONE, clock.wall()
    job.attempts += 1


def go_on(session: Session, job: Job, after: timedelta) -> None:
    """Let the job wait for its next part. What it has done is done: earlier failures no longer count against it."""
    job.attempts, job.error = 0, None
    job.due_at = clock.wall() + after
    if after == GO_ON:
        job.poked_at = clock.wall()
        job_id, queue = job.id, job.queue
        session.after_commit(lambda: poke(job_id, queue))


def fail(session: Session, job_id: UUID, error: BaseException) -> None:
    """Count the failed attempt and let the job wait, twice as long each time up to an hour; in the end leave it as failed."""
    job = claim(session, job_id)
    if job is None:
        return
    job.attempts += 1
    job.error = type(error).__qualname__
    if job.attempts >= settings().job_attempts:
        job.status, job.finished_at = JobStatus.FAILED, clock.wall()
    else:
        job.due_at = clock.wall() + timedelta(seconds=min(2**job.attempts, 3600))


def under(session: Session, keys: Iterable[str], *statuses: JobStatus) -> dict[str, Job]:
    """Jobs in these states that were asked for under these keys, by their key."""
    select = sa.select(Job).where(Job.unique_key.in_(list(keys)), Job.status.in_(statuses))
    return {job.unique_key: job for job in session.scalars(select) if job.unique_key}


def try_again(session: Session, job: Job) -> None:
    """Let a job that was left as failed wait once more, with all its attempts before it."""
    job.status, job.attempts, job.error, job.finished_at = JobStatus.QUEUED, 0, None, None
    job.due_at = job.poked_at = clock.wall()
    job_id, queue = job.id, job.queue
    session.after_commit(lambda: poke(job_id, queue))


def tell_progress(session: Session, job_id: UUID, done: int, total: int, *, is_over: bool = False) -> None:
    """Say how far a job has come that others work off; `is_over` ends it."""
    told: dict[str, Any] = {"done": done, "total": total}
    if is_over:
        told |= {"status": JobStatus.DONE, "finished_at": clock.wall()}
    session.execute(sa.update(Job).where(Job.id == job_id).values(told).execution_options(synchronize_session=False))


def waiting(session: Session, *, silence: timedelta, limit: int = 500) -> list[Job]:
    """Jobs that are due and that nobody has poked for `silence`; they count as poked now.

    The rows are locked only until the commit, so that two relays share the work instead of doubling it.
    """
    jobs = session.scalars(
        sa.select(Job)
        .where(
            Job.status == JobStatus.QUEUED,
            Job.due_at <= clock.wall(),
            sa.func.coalesce(Job.poked_at, Job.created_at) <= clock.wall() - silence,
        )
        .order_by(Job.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for job in jobs:
        job.poked_at = clock.wall()
    return list(jobs)
