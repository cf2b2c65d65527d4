"""`python -m bench.acceptance`: acceptances a second over HTTP by eight clients, beside the bare statements of one.

The floor is the least that an acceptance may write, by psycopg in as many connections: the place, the offer, the referral,
its move, the person's timeline, what the sender is told and the trail, in one transaction. At ten times as many offers the
tables have been filled with ended ones. Nobody waits for another's place: the services have plenty.
"""

import argparse
import http.client
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from statistics import median
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa

from bench.__main__ import BIN, HEADER, Server, _answer, facts, furnished, served
from kessos_case.core import db
from kessos_case.core.ids import new_id
from kessos_case.core.settings import settings
from tests.factories import Make
from tests.factories.offers import Receiver, offer, shelter, triaged

CLIENTS, ASKED = 8, 320
TIMES = (1, 10)
# Product and floor in turn, so often; the medians count.
TURNS = 5
SENT = "insert into {table} ({columns}) select {values} from {table} where {where}"

PLACE = "update service_capacities set reserved = reserved - 1, taken = taken + 1 where id = %s and reserved > 0"
OFFER = "update offers set state = 'accepted', answered_at = %s, expected_on = %s, version = version + 1 where id = %s"
REFERRAL = "update referrals set state = 'accepted', due_at = %s, chase_at = %s, version = version + 1 where id = %s"
MOVE = """insert into referral_transitions
    (id, referral_id, verb, from_state, to_state, happened_at, recorded_at, user_id, organisation_id, policy_version)
    values (%s, %s, 'accept', 'offered', 'accepted', %s, %s, %s, %s, 'floor')"""
TIMELINE = """insert into timeline_entries
    (id, client_id, kind, subject_id, happened_at, recorded_at, visibility, detail)
    values (%s, %s, 'referral_accepted', %s, %s, %s, 'referral', '{}')"""
NOTICE = """insert into notifications (id, user_id, kind, subject_kind, subject_id, period, is_urgent, created_at)
    values (%s, %s, 'referral_accepted', 'referral', %s, '', false, %s)"""
TRAIL = """insert into audit_entries
    (id, at, user_id, organisation_id, action, resource, resource_id, client_ids, outcome, request_id, detail)
    values (%s, %s, %s, %s, 'accept', 'referral', %s, %s, 'ok', '', '{}')"""


@dataclass(frozen=True)
class Asked:
    """An open offer with all that an acceptance touches."""

    id: UUID
    referral_id: UUID
    client_id: UUID
    sender_id: UUID
    capacity_id: UUID
    organisation_id: UUID


def main() -> None:
    """The lines by themselves."""
    argparse.ArgumentParser(prog="python -m bench.acceptance").parse_args()
    print(facts(), HEADER, sep="\n", flush=True)
    for line in lines():
        print(line, flush=True)


def lines() -> Iterator[str]:
    """Acceptances a second at each size, and how that changes with ten times as many offers."""
    rates = {}
    for times in TIMES:
        with asked(times) as (receiver, real, copies, database), served([str(BIN / "kessos"), "web"]) as server:
            warm(server)
            turns = [
                (rate(over_http(server, receiver, real[turn::TURNS])), rate(bare(copies[turn::TURNS])))
                for turn in range(TURNS)
            ]
            rates[times] = median(ours for ours, _ in turns), median(floor for _, floor in turns)
            offers = database.execute("select count(*) from offers").fetchone()[0]
        ours, floor = rates[times]
        yield (
            f"acceptances over HTTP, {CLIENTS} clients | {offers:,} offers | {ours:.0f}/s | {floor:.0f}/s | "
            f"1/{floor / ours:.1f} of the bare SQL | -"
        )
    first, last = (rates[times][0] for times in TIMES)
    yield f"the same at {TIMES[-1]}x offers beside 1x | - | {last:.0f}/s | {first:.0f}/s | {first / last:.2f} x | <= 1.2 x"


def warm(server: Server) -> None:
    """Ask until every process has loaded the program: it listens before that, and a start is not what is measured."""

    def client(_number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for _ in range(50):
            connection.request("GET", "/api/v1/reference")
            connection.getresponse().read()

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))


def rate(work: Sequence[Callable[[], None]]) -> float:
    """How many a second, by so many clients at once, each with its own connection."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        began = time.perf_counter()
        list(pool.map(lambda one: one(), work))
        return ASKED / TURNS / (time.perf_counter() - began)


@contextmanager
def asked(times: int) -> Iterator[tuple[Receiver, list[Asked], list[Asked], Any]]:
    """So many open offers to one service by the program itself, as many copies of them, and ended ones around."""
    with furnished(10), psycopg.connect(os.environ["BENCH_OWNER_URL"], autocommit=True) as database:
        # The makers of the tests go in as the owner of the tables, as they do there.
        db.bind(sa.create_engine(settings().database_owner_url))
        make = Make()
        desk, sender = make.user("triage"), make.user("tksk")
        sent = [triaged(make, desk, by=sender) for _ in range(ASKED)]
        receiver = shelter(make, places=ASKED * 2)
        for one in sent:
            offer(make, desk, one.id, receiver.service_id, reason="Uji beban")
        query = "select id, referral_id, client_id, sender_id, capacity_id, organisation_id from offers"
        real = [Asked(*row) for row in database.execute(query).fetchall()]
        for _ in range(2 * (times - 1)):
            copy(database, ended=True)
        copy(database, ended=False)
        copies = [Asked(*row) for row in database.execute(f"{query} where state = 'open'").fetchall()]
        known = {one.id for one in real}
        database.execute("update service_capacities set reserved = %s", [ASKED * 2])
        database.execute("vacuum analyze")
        fresh = [one for one in copies if one.id not in known]
        assert len(fresh) == len(real) == ASKED
        yield receiver, real, fresh, database
        db.bind(None)


def copy(database: Any, *, ended: bool) -> None:
    """The first referrals and offers once more under other ids; ended ones as if they had been declined."""
    gone = {"state": "'withdrawn'", "due_at": "null", "chase_at": "null"} if ended else {}
    database.execute("create temp table if not exists twins (id uuid, twin uuid)")
    database.execute("truncate twins")
    first = """select r.id, gen_random_uuid() from referrals r join offers o on o.referral_id = r.id
               where o.state = 'open' order by o.offered_at limit %s"""
    database.execute(f"insert into twins {first}", [ASKED])
    twin = "(select twin from twins where twins.id = {})"
    _twin(database, "referrals", gone | {"id": twin.format("referrals.id")}, "id in (select id from twins)")
    over = {"state": "'declined'", "ended_at": "now()", "capacity_id": "null"} if ended else {}
    names = {"id": "gen_random_uuid()", "referral_id": twin.format("offers.referral_id")}
    _twin(database, "offers", over | names, "referral_id in (select id from twins)")


def _twin(database: Any, table: str, changed: dict[str, str], where: str) -> None:
    query = """select column_name from information_schema.columns
               where table_name = %s and is_generated = 'NEVER' order by ordinal_position"""
    names = [name for (name,) in database.execute(query, [table])]
    values = ", ".join(changed.get(name, name) for name in names)
    database.execute(SENT.format(table=table, columns=", ".join(names), values=values, where=where))


def over_http(server: Server, receiver: Receiver, offers: list[Asked]) -> list[Callable[[], None]]:
    """Each client with a part of the offers over one kept connection, at a web server as `kessos web` starts it."""
    token = Make().token(receiver.user)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def client(part: Sequence[Asked]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for one in part:
            address = f"/api/v1/referrals/{one.referral_id}/offers/{one.id}/acceptance"
            connection.request("POST", address, json.dumps({}), headers)
            _answer(connection, 201)

    return [partial(client, part) for part in parts(offers)]


def bare(offers: list[Asked]) -> list[Callable[[], None]]:
    """The same by bare statements."""
    connections = [psycopg.connect(os.environ["BENCH_OWNER_URL"]) for _ in range(CLIENTS)]

    def client(database: psycopg.Connection[Any], part: Sequence[Asked]) -> None:
        for one in part:
            with database.transaction(), database.cursor() as cursor:
                accept(cursor, one)

    return [partial(client, database, part) for database, part in zip(connections, parts(offers), strict=True)]


def parts(offers: Sequence[Asked]) -> list[Sequence[Asked]]:
    """What each client answers."""
    return [offers[first::CLIENTS] for first in range(CLIENTS)]


def accept(cursor: Any, one: Asked) -> None:
    """The least that an acceptance writes."""
    now, office = datetime.now(UTC), one.organisation_id
    cursor.execute("select 1 from referrals where id = %s for update", [one.referral_id])
    cursor.execute(PLACE, [one.capacity_id])
    cursor.execute(OFFER, [now, now.date(), one.id])
    cursor.execute(REFERRAL, [now, now, one.referral_id])
    cursor.execute(MOVE, [new_id(), one.referral_id, now, now, one.sender_id, office])
    cursor.execute(TIMELINE, [new_id(), one.client_id, one.referral_id, now, now])
    cursor.execute(NOTICE, [new_id(), one.sender_id, one.referral_id, now])
    cursor.execute(TRAIL, [new_id(), now, one.sender_id, office, one.referral_id, [one.client_id]])


if __name__ == "__main__":
    main()
