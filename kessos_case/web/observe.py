"""What operators see: request ids, one log line a request, metrics, and whether the parts are alive."""

import re
import time
import uuid

import prometheus_client
import redis
import sqlalchemy as sa
import structlog
from flask import Blueprint, Flask, Response, g, jsonify, request
from prometheus_client import Counter, Gauge, Histogram, multiprocess

from kessos_case.core.db import Session, engine, system, transaction
from kessos_case.core.settings import settings

log = structlog.get_logger()
blp = Blueprint("observe", __name__)

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}\Z")
REQUESTS = Counter("kessos_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("kessos_request_seconds", "Time to answer", ["method", "route"])
QUEUED = Gauge("kessos_jobs_waiting", "Jobs that wait", multiprocess_mode="mostrecent")
REFERRALS = Gauge("kessos_referrals_open", "Open referrals by state", ["state"], multiprocess_mode="mostrecent")
OVERDUE = Gauge(
    "kessos_referrals_overdue", "Open referrals whose time is over", ["state"], multiprocess_mode="mostrecent"
)
OWNERLESS = Gauge(
    "kessos_referrals_ownerless", "Open referrals that nobody has: must be 0", multiprocess_mode="mostrecent"
)
DELIVERIES = Gauge(
    "kessos_webhook_deliveries", "Deliveries to programs by state", ["state"], multiprocess_mode="mostrecent"
)
MESSAGES = Gauge("kessos_messages", "Messages to users by state", ["state"], multiprocess_mode="mostrecent")


def register(app: Flask) -> None:
    """Give every request an id, count and log it without query strings, bodies or names."""
    app.register_blueprint(blp)
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.match(given) else uuid.uuid4().hex
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(answer: Response) -> Response:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    # The route's pattern, never the path: ids in addresses would otherwise fill logs and metrics.
    route = str(request.url_rule) if request.url_rule else "(none)"
    method = request.method if request.url_rule else "(none)"
    REQUESTS.labels(method, route, answer.status_code).inc()
    SECONDS.labels(method, route).observe(seconds)
    answer.headers["X-Request-ID"] = g.get("request_id", "")
    if g.get("replayed"):
        answer.headers["Idempotent-Replayed"] = "true"
    actor = g.get("actor")
    log.info(
        "request",
        method=method,
        route=route,
        status=answer.status_code,
        ms=round(seconds * 1000, 1),
        user_id=str(actor.user_id) if actor and actor.user_id else None,
    )
    return answer


@blp.get("/healthz")
def healthz() -> Response:
    """This process answers."""
    return jsonify(status="ok")


@blp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The parts that this process needs answer too: the database at the schema it knows, and the broker."""
    parts = {"database": _database_state(), "broker": _broker_state()}
    ready = parts["database"] == "ok"
    # Without the broker work is only delayed: job rows wait for it. Without the database nothing can be done.
    return jsonify(status="ok" if ready else "unavailable", parts=parts), 200 if ready else 503


@blp.get("/metrics")
def metrics() -> Response:
    """Prometheus' text form, over all processes of this machine."""
    registry = prometheus_client.CollectorRegistry()
    try:
        multiprocess.MultiProcessCollector(registry)
    except ValueError:
        registry = prometheus_client.REGISTRY
    _count_what_waits()
    return Response(prometheus_client.generate_latest(registry), mimetype="text/plain; version=0.0.4")


def _database_state() -> str:
    try:
        with engine().connect() as connection:
            connection.execute(sa.text("select 1"))
        return "ok"
    except sa.exc.SQLAlchemyError:
        return "down"


def _broker_state() -> str:
    try:
        redis.Redis.from_url(settings().redis_url, socket_connect_timeout=1, socket_timeout=1).ping()
        return "ok"
    except (redis.RedisError, OSError, ValueError):
        return "down"


def _count_what_waits() -> None:
    try:
        with engine().connect() as connection:
            QUEUED.set(connection.scalar(sa.text("select jobs_waiting()")) or 0)
            for state in ("waiting", "given_up"):
                count = connection.scalar(sa.text("select messages_in(:state)"), {"state": state})
                MESSAGES.labels(state).set(count or 0)
            _count_deliveries(connection)
        with transaction(system("metrics")) as session:
            _count_referrals(session)
    except sa.exc.SQLAlchemyError:
        return


def _count_referrals(session: Session) -> None:
    rows = session.execute(sa.text("select * from referral_clocks(:now)"), {"now": session.now}).all()
    for row in rows:
        REFERRALS.labels(row.state).set(row.open)
        OVERDUE.labels(row.state).set(row.overdue)
    OWNERLESS.set(sum(row.ownerless for row in rows))


def _count_deliveries(connection: sa.Connection) -> None:
    for state in ("waiting", "delivered", "given_up", "dropped"):
        count = connection.scalar(sa.text("select webhook_deliveries_in(:state)"), {"state": state})
        DELIVERIES.labels(state).set(count or 0)
