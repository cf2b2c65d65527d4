"""gunicorn's settings that do not depend on ours. Its access log is off: the program writes one line a request itself."""

from typing import Any

from prometheus_client import multiprocess

from kessos_case.core.heap import settle
from kessos_case.core.logs import configure_logs
from kessos_case.core.settings import settings

worker_class = "gthread"
accesslog = None
errorlog = "-"
loglevel = "warning"
# A worker that hangs beyond the statement time-out and a slow upload is replaced.
timeout = 60
keepalive = 15
# Headers are ours and small; a request line of more than this is no client of ours.
limit_request_line = 4094


def post_fork(_server: Any, _worker: Any) -> None:
    """Each process logs in the one form."""
    configure_logs(settings())


def post_worker_init(_worker: Any) -> None:
    """The program is loaded."""
    settle()


def child_exit(_server: Any, worker: Any) -> None:
    """Let the metrics of a dead process be summed up."""
    multiprocess.mark_process_dead(worker.pid)
