"""From a refusal to an HTTP answer: one map, one form (RFC 9457 problem details), and for pages words for a person."""

import json
from datetime import date
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from kessos_case.core import errors
from kessos_case.web import pages

log = structlog.get_logger()

STATUS: dict[type[errors.KessosError], int] = {
    errors.Invalid: 422,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Crossed: 409,
    errors.RuleBroken: 409,
    errors.Stale: 412,
    errors.PreconditionRequired: 428,
    errors.TooManyRequests: 429,
    errors.Unavailable: 503,
}

TITLES = {
    400: "The request is not valid JSON or HTTP",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "This address does not take that method",
    409: "Something stands in the way",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Wrong content type",
    422: "Something in the request is wrong",
    428: "Say which version you changed",
    429: "Too many requests",
    500: "Our mistake",
    503: "Not available just now",
}

CODES = {400: "bad_request", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type"}

# PostgreSQL's classes for what only the caller's values can cause; all else in a database error is ours.
_CALLERS_FAULT = ("22", "23")


def problem(
    status: int,
    code: str,
    detail: str = "",
    errors: list[dict] | None = None,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Response:
    """The one form of every error answer to a program; whoever reads pages gets a page. `more` are further members."""
    if pages.is_page():
        return pages.refusal(status, code, headers or {})
    body = {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
        "errors": errors or [],
        "request_id": g.get("request_id", ""),
    } | more
    answer = Response(json.dumps(body, default=_as_json), status=status, mimetype="application/problem+json")
    answer.headers.update(headers or {})
    return answer


def _as_json(value: Any) -> str:
    # Values of a stale field are shown as the API writes them; Flask's own JSON would write dates as in a mail header.
    return value.isoformat() if isinstance(value, date) else str(value)


def register(app: Flask) -> None:
    """Answer every error of `app` in the one form."""
    app.register_error_handler(errors.KessosError, _refused)
    app.register_error_handler(HTTPException, from_http)
    app.register_error_handler(sa.exc.DBAPIError, _database)
    app.register_error_handler(sa.exc.TimeoutError, _busy)
    app.register_error_handler(Exception, _our_mistake)


def status_of(error: errors.KessosError) -> int:
    """The HTTP status of a refusal."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def _refused(error: errors.KessosError) -> Response:
    status = status_of(error)
    headers = {"Retry-After": str(error.extra.get("retry_after", 5))} if status in (429, 503) else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    # Of what a service adds, only this is meant for the caller; `subject` and the like are for the audit trail.
    more = {"candidates": error.extra["candidates"]} if "candidates" in error.extra else {}
    return problem(status, error.code, error.detail, error.errors, headers, **more)


def from_http(error: HTTPException) -> Response:
    """What Werkzeug, webargs and flask-smorest refuse, in our form: validation messages become one entry a field."""
    status = error.code or 500
    data = getattr(error, "data", None) or {}
    listed = field_errors(data.get("messages") or {})
    code = "invalid" if status == 422 else CODES.get(status, "not_found" if status == 404 else "http_error")
    headers = {name: value for name, value in error.get_headers() if name.lower() in ("allow", "retry-after")}
    return problem(status, code, str(error.description or ""), listed, headers)


def field_errors(messages: dict[str, Any]) -> list[dict]:
    """A validation's messages as one `{field, code, detail}` for each mistake."""
    return [entry for place, found in messages.items() for entry in _flat(found, _prefix(place))]


def _prefix(place: str) -> str:
    return "" if place in ("json", "query", "form", "headers", "files") else place


def _flat(found: object, field: str) -> list[dict]:
    """Marshmallow's nested messages as a flat list of `{field, code, detail}`."""
    if isinstance(found, dict):
        pairs = [(f"{field}.{key}" if field else str(key), value) for key, value in found.items()]
        return [entry for name, value in pairs for entry in _flat(value, name.removesuffix("._schema"))]
    texts = found if isinstance(found, list) else [found]
    return [{"field": field, "code": _code_of(str(text)), "detail": str(text)} for text in texts]


def _code_of(text: str) -> str:
    if text.startswith("Missing data"):
        return "missing"
    return "unknown_field" if text.startswith("Unknown field") else "invalid_value"


def _database(error: sa.exc.DBAPIError) -> Response:
    state = getattr(error.orig, "sqlstate", None) or ""
    if isinstance(error, sa.exc.OperationalError) or error.connection_invalidated:
        log.error("database_unavailable", error_class=type(error.orig).__name__, code=state)
        return _unavailable("The database does not answer; nothing was changed. Try again.")
    # A NUL in a text has no state: the driver itself refuses to send it.
    if state.startswith(_CALLERS_FAULT) or (not state and isinstance(error, sa.exc.DataError)):
        log.warning("database_refused", code=state, exc_info=error)
        return problem(
            409 if state.startswith("23") else 422,
            "conflict" if state.startswith("23") else "invalid",
            "A value does not fit what is already stored.",
        )
    return _our_mistake(error)


def _busy(_error: Exception) -> Response:
    return _unavailable("All connections are in use; try again.")


def _unavailable(detail: str) -> Response:
    return problem(503, "unavailable", detail, headers={"Retry-After": "5"})


def _our_mistake(error: Exception) -> Response:
    log.error("unexpected_error", exc_info=error, method=request.method, route=str(request.url_rule))
    return problem(500, "internal_error", f"This is our mistake. Tell us this number: {g.get('request_id', '')}")
