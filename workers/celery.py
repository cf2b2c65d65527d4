"""The receiving half of Celery. One task, `jobs.run`: everything else about a job stands in its row."""

from typing import Any
from uuid import UUID

from celery import Celery
from celery.signals import setup_logging, worker_process_init

from kessos_case.core import db
from kessos_case.core.embedded import celery_broker_url
from kessos_case.core.heap import settle
from kessos_case.core.logs import configure_logs
from kessos_case.core.settings import settings
from workers.runner import run_job

# Why four: what a person waits for must not stand behind a night, nor a night behind an import, nor anything of ours
# behind the slow server of a stranger.
QUEUES = ("interactive", "nightly", "imports", "webhooks")

app = Celery("kessos", broker=celery_broker_url(settings().redis_url))
app.conf.update(
    # A worker that is killed must not take its job along: the message returns when the connection drops.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    # Twice the longest task and more: what is done in chunks ends within 120 s, a plan for all within 300 s (core.jobs).
    broker_transport_options={
        "visibility_timeout": 660,
        "unacked_restore_interval": 10,
        # The default leaves orphans for 100 s.
        "unacked_restore_throttle": 1,
        "socket_keepalive": True,
    },
    task_soft_time_limit=60,
    task_time_limit=120,
    task_ignore_result=True,
    task_default_queue="interactive",
    worker_soft_shutdown_timeout=10,
    broker_connection_retry_on_startup=True,
    # The truth is the job row: a broker that is away is waited for, however long.
    broker_connection_max_retries=None,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_hijack_root_logger=False,
)


@app.task(name="jobs.run")
def run(job_id: str) -> None:
    """Run one job by its id."""
    run_job(UUID(job_id))


@setup_logging.connect
def _logs(**_: Any) -> None:
    configure_logs(settings())


@worker_process_init.connect
def _begin(**_: Any) -> None:
    # A forked process must not share its parent's connections.
    db.engine.cache_clear()
    settle()
