"""The least work that could give the same answers: the same statements by psycopg in a bare WSGI application.

Reading: the access check, row, categories and audit line, in one transaction. Writing: the INSERTs alone.
"""

import json
import os
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Json

from bench.case_floor import person, read_case, roles_of, shown
from kessos_case.core.clock import office_day
from kessos_case.core.ids import new_id

_thread = threading.local()

ENTER = "select set_config('role', 'kessos_app', true), enter_as(null, %s, null, %s, '') as actor"
AUDIT = """insert into audit_entries
    (id, at, user_id, organisation_id, action, resource, resource_id, client_ids, outcome, request_id, detail)
    values (%s, %s, %s, %s, %s, %s, %s, %s, 'ok', '', '{}')"""
LISTED = """insert into audit_entries
    (id, at, user_id, organisation_id, action, resource, client_ids, outcome, request_id, detail)
    values (%s, %s, %s, %s, 'list', 'case', %s, 'ok', '', %s)"""
REFERRAL = """insert into referrals (id, data_key, content_hash, state, urgency, service_types, disclose, confidentiality,
    estimated_age, sex, content_sealed, region_code, submitted_at, sender_id, sender_organisation_id, due_at,
    policy_version, version, owner_organisation_id)
    values (%s, %s, %s, 'submitted', 'urgent', %s, '{}', 'standard', 70, 'L', %s, %s, %s, %s, %s, %s, 'floor', 1, %s)"""
TRANSITION = """insert into referral_transitions
    (id, referral_id, verb, to_state, happened_at, recorded_at, user_id, organisation_id, policy_version)
    values (%s, %s, 'submit', 'submitted', %s, %s, %s, %s, 'floor')"""
JOB = """insert into jobs (id, name, queue, args, status, done, attempts, user_id, created_at, due_at)
    values (%s, 'floor', 'interactive', %s, 'done', 0, 0, %s, %s, %s)"""
KEY = """insert into idempotency_keys (user_id, route, key, body_hash, resource_id, created_at)
    values (%s, '/floor', %s, %s, %s, %s)"""


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """GET: one person, one case, or a page of the caseload; POST: one referral."""
    if environ["REQUEST_METHOD"] == "GET":
        token = bytes.fromhex(os.environ["BENCH_TOKEN_HASH"])
        kind, last = environ["PATH_INFO"].split("/")[-2:]
        if last == "cases":
            answer = caseload(token)
        else:
            answer = one_case(UUID(last), token) if kind == "cases" else read_person(UUID(last), token)
    else:
        stated = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        answer = submit(stated, environ["HTTP_IDEMPOTENCY_KEY"])
    body = json.dumps(answer, default=_as_json).encode()
    status = "200 OK" if environ["REQUEST_METHOD"] == "GET" else "201 Created"
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def read_person(client_id: UUID, token: bytes) -> dict[str, Any]:
    """One person under row-level security, and the line of the trail."""
    now = datetime.now(UTC)
    with _connection("BENCH_APP_URL").transaction(), _connection("BENCH_APP_URL").cursor() as cursor:
        actor = cursor.execute(ENTER, [token, now]).fetchone()["actor"]
        person = cursor.execute("select * from clients where id = %s", [client_id]).fetchone()
        categories = "select category_code from client_categories where client_id = %s order by 1"
        found = cursor.execute(categories, [client_id]).fetchall()
        who = (actor["user_id"], actor["organisation_id"])
        cursor.execute(AUDIT, [new_id(), now, *who, "read", "client", client_id, [client_id]])
    return person | {"categories": [row["category_code"] for row in found]}


CASELOAD = """select c.*, p.name, p.temporary_label, p.confidentiality, p.died_on,
    (select min(t.due_at) from tasks t where t.client_id = c.client_id and t.organisation_id = c.organisation_id
     and t.state = 'open') as next_due_at,
    (select coalesce(sum((m.detail->>'rested_days')::int), 0) from case_transitions m where m.case_id = c.id
     and m.verb = 'resume' and m.happened_at >= c.stage_since) as rested
    from (select id, version, client_id, organisation_id, pathway, stage, stage_since, caseworker_id, opened_at, closed_at,
              close_reason, paused_from, paused_until, category_code from cases
          where organisation_id = %s and closed_at is null
          order by opened_at desc, id desc limit 51) as c left join clients p on p.id = c.client_id
    order by c.opened_at desc, c.id desc"""


def caseload(token: bytes) -> dict[str, Any]:
    """Fifty open cases of the office under row-level security, with who they are and what is due; and the trail.

    The items are those of the program, field by field. In place of its signed cursor stands where the page ended.
    """
    now, office = datetime.now(UTC), os.environ["BENCH_ORGANISATION_ID"]
    with _connection("BENCH_APP_URL").transaction(), _connection("BENCH_APP_URL").cursor() as cursor:
        actor = cursor.execute(ENTER, [token, now]).fetchone()["actor"]
        rows = cursor.execute(CASELOAD, [office]).fetchall()
        today, last = office_day(now), rows[49] if len(rows) > 50 else None
        items = [
            shown(row, today) | {"client": person(row, in_list=True), "next_due_at": row["next_due_at"]}
            for row in rows[:50]
        ]
        who = (actor["user_id"], actor["organisation_id"])
        listed = Json({"cases": [str(row["id"]) for row in rows[:50]]})
        cursor.execute(LISTED, [new_id(), now, *who, [row["client_id"] for row in rows[:50]], listed])
    return {"items": items, "next_cursor": last and f"{last['opened_at']} {last['id']}"}


def one_case(case_id: UUID, token: bytes) -> dict[str, Any]:
    """One case under row-level security with what can be done now; and the trail."""
    now = datetime.now(UTC)
    with _connection("BENCH_APP_URL").transaction(), _connection("BENCH_APP_URL").cursor() as cursor:
        actor = cursor.execute(ENTER, [token, now]).fetchone()["actor"]
        answer = read_case(cursor, roles_of(actor), case_id)
        who = (actor["user_id"], actor["organisation_id"])
        cursor.execute(AUDIT, [new_id(), now, *who, "read", "case", case_id, [answer["client_id"]]])
    return answer


def submit(stated: dict[str, Any], key: str) -> dict[str, Any]:
    """One referral with everything that is written beside it; nothing is checked."""
    now, referral_id, sealed = datetime.now(UTC), new_id(), bytes(80)
    user_id, office = os.environ["BENCH_USER_ID"], os.environ["BENCH_ORGANISATION_ID"]
    place = stated["region_code"]
    with _connection("BENCH_OWNER_URL").transaction(), _connection("BENCH_OWNER_URL").cursor() as cursor:
        services = stated["service_types"]
        row = [referral_id, sealed, bytes(32), services, sealed, place, now, user_id, office, now, office]
        cursor.execute(REFERRAL, row)
        cursor.execute(TRANSITION, [new_id(), referral_id, now, now, user_id, office])
        cursor.execute(JOB, [new_id(), Json({"referral_id": str(referral_id)}), user_id, now, now])
        cursor.execute(AUDIT, [new_id(), now, user_id, office, "create", "referral", referral_id, []])
        cursor.execute(KEY, [user_id, key, bytes(32), referral_id, now])
    return stated | {"id": referral_id, "submitted_at": now}


def _as_json(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _connection(variable: str) -> psycopg.Connection[dict[str, Any]]:
    """The connection of this thread, kept open."""
    known = vars(_thread).setdefault("connections", {})
    if variable not in known:
        known[variable] = psycopg.connect(os.environ[variable], row_factory=dict_row)
    return known[variable]
