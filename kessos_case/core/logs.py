"""Structured logs: one JSON object a line with the request's id. Names, numbers and texts of people never go in.

Only the keys of `ALLOWED` pass; anything else a careless call adds is dropped before it can be written.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

from kessos_case.core.settings import Settings

ALLOWED = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "logger",
        "request_id",
        "method",
        "route",
        "status",
        "ms",
        "user_id",
        "job_id",
        "case_id",
        "job",
        "name",
        "queue",
        "attempts",
        "code",
        "error_class",
        "where",
        "rows",
        "seconds",
        "process",
        "child",
        "exit_status",
        "address",
        "version",
        "count",
    ]
)


def configure_logs(options: Settings, *, to: TextIO | None = None) -> None:
    """Send structlog and the standard library's loggers to standard output, or where a command wants them, in one form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        describe_exception,
        only_allowed,
    ]
    renderer = (
        structlog.dev.ConsoleRenderer() if options.log_format == "console" else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(to or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(options.log_level.upper())
    # Migrations tell their steps to whoever runs them; the rest of what they say is for their own authors.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def describe_exception(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep class and place of an exception and drop its text, which may quote what a person wrote."""
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["error_class"] = type(error).__qualname__
        event["where"] = _place(error)
    return event


def _place(error: BaseException) -> str:
    """Where it happened: the last lines of our own code and the one that raised."""
    frames = [(frame.f_globals.get("__name__", "?"), line) for frame, line in traceback.walk_tb(error.__traceback__)]
    own = [frame for frame in frames if frame[0].split(".")[0] in ("kessos_case", "workers")]
    return " > ".join(f"{module}:{line}" for module, line in [*own[-4:], *frames[-1:]])


def only_allowed(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not known to be free of personal data."""
    return {key: value for key, value in event.items() if key in ALLOWED or key.startswith("_")}
