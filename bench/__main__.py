"""`make bench`: prints `what | size | measured | floor | ratio | goal` and writes bench/RESULTS.md.

Measured and floor run in two web servers of the same settings on the same database, A B A B; figures are medians. The
ratio is of CPU seconds of the web processes for each request, because the machines are shared and clocks mislead.
"""

import argparse
import http.client
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4

ROOT = Path(__file__).parents[1]
# Two on one machine need a folder each.
DATA = Path(os.environ.get("BENCH_DIR", ROOT / ".data" / "bench"))
os.environ |= {"KESSOS_DATA_DIR": str(DATA), "KESSOS_REQUESTS_PER_MINUTE": "1000000", "KESSOS_LOG_LEVEL": "warning"}

import psycopg  # noqa: E402

from bench.casework import add_casework  # noqa: E402
from bench.data import add_cases, add_people  # noqa: E402
from kessos_case import operate  # noqa: E402
from kessos_case.core.embedded import EmbeddedPostgres, EmbeddedValkey  # noqa: E402
from kessos_case.core.jobs import broker  # noqa: E402
from kessos_case.core.keys import keyring, token_hash  # noqa: E402
from kessos_case.core.settings import settings  # noqa: E402

BIN = Path(sys.executable).parent
PASSWORD = "rahasia-sekali-123"
# Sends one request over the connection and takes its answer.
Ask = Callable[[http.client.HTTPConnection, int], None]
HEADER = "what | size | measured | floor | ratio | goal"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """What one request took."""

    cpu: float
    wall: float

    def __str__(self) -> str:
        return f"{self.cpu * 1000:.2f} ms CPU, {self.wall * 1000:.2f} ms wall"


@dataclass(frozen=True)
class Server:
    """One web server on a port."""

    port: int
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """CPU seconds of its processes so far."""
        pids = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
        return sum(int(each[11]) + int(each[12]) for each in fields) / TICKS

    def cost(self, requests: int, ask: Ask) -> Cost:
        """The mean of so many requests over one kept connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        cpu, wall = self.cpu(), time.perf_counter()
        for number in range(requests):
            ask(connection, number)
        wall, cpu = time.perf_counter() - wall, self.cpu() - cpu
        connection.close()
        return Cost(cpu / requests, wall / requests)


def main() -> None:
    """All lines, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=600, help="in each round")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(facts(), HEADER, sep="\n", flush=True)
    with furnished(options.people) as ids, served([str(BIN / "kessos"), "web"]) as product:
        token = sign_in(product)
        os.environ["BENCH_TOKEN_HASH"] = token_hash(token).hex()
        with served(floor_command()) as floor:
            own = own_cases()
            agree(token, own, product, floor)
            compare = Comparison(product, floor, f"{options.people:,} people", options.requests, options.rounds)
            lines = [
                compare.line("read one person over HTTP", 3, reading(token, ids)),
                compare.line("submit a referral", 4, submitting(token)),
                compare.line("caseload of a UPT, 50 rows", 3, listing(token), f"{len(ids):,} open cases"),
                compare.line("one case over HTTP", 3, reading_cases(token, own), f"{len(ids):,} open cases"),
                compare.depth(
                    "its last page beside its first", 1.1, listing(token), listing(token, last_page(product, token))
                ),
            ]
    write_results(lines)


@dataclass(frozen=True)
class Comparison:
    """The program and its floor, asked the same in turn."""

    product: Server
    floor: Server
    size: str
    requests: int
    rounds: int

    def line(self, what: str, goal: float, ask: Ask, size: str = "") -> str:
        """The program beside its floor, as one line."""
        return self._line(what, goal, size, (self.product, ask), (self.floor, ask))

    def depth(self, what: str, goal: float, first: Ask, last: Ask) -> str:
        """A late page of the program beside its first one: pages by keyset cost the same."""
        return self._line(what, goal, "", (self.product, last), (self.product, first))

    def _line(self, what: str, goal: float, size: str, *sides: tuple[Server, Ask]) -> str:
        """A B A B; the medians and their ratio as one line."""
        for server, ask in sides:
            server.cost(50, ask)
        costs = [[server.cost(self.requests, ask) for server, ask in sides] for _ in range(self.rounds)]
        measured, floor = (_median([pair[side] for pair in costs]) for side in (0, 1))
        ratio = f"{measured.cpu / floor.cpu:.1f} x CPU, {measured.wall / floor.wall:.1f} x wall"
        text = f"{what} | {size or self.size} | {measured} | {floor} | {ratio} | <= {goal:g} x CPU"
        print(text, flush=True)
        return text


def reading(token: str, ids: list[UUID]) -> Ask:
    """Ask for one person after the other, from all over the table."""
    headers = {"Authorization": f"Bearer {token}"}

    def ask(connection: http.client.HTTPConnection, number: int) -> None:
        connection.request("GET", f"/api/v1/clients/{ids[number * 7919 % len(ids)]}", headers=headers)
        _answer(connection, 200)

    return ask


def reading_cases(token: str, ids: list[UUID]) -> Ask:
    """Ask for one case of the own office after the other, of every stage."""
    headers = {"Authorization": f"Bearer {token}"}

    def ask(connection: http.client.HTTPConnection, number: int) -> None:
        connection.request("GET", f"/api/v1/cases/{ids[number * 7919 % len(ids)]}", headers=headers)
        _answer(connection, 200)

    return ask


def own_cases() -> list[UUID]:
    """The open cases of the office that asks."""
    wanted = "select id from cases where organisation_id = %s and closed_at is null order by opened_at, id"
    with psycopg.connect(os.environ["BENCH_OWNER_URL"], autocommit=True) as database:
        return [row[0] for row in database.execute(wanted, [os.environ["BENCH_ORGANISATION_ID"]])]


def agree(token: str, own: list[UUID], *servers: Server) -> None:
    """Both give the same cases, alone and in the list, or the bench would compare two different works."""
    for path in [
        "/api/v1/cases?open=true&limit=50",
        *(f"/api/v1/cases/{case_id}" for case_id in own[:: max(1, len(own) // 40)]),
    ]:
        answers = [_asked(server, token, path) for server in servers]
        for answer in answers:
            answer.pop("next_cursor", None)
        if answers[0] != answers[1]:
            raise RuntimeError(f"program and floor differ at {path}:\n{answers[0]}\n{answers[1]}")


def _asked(server: Server, token: str, path: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    return json.loads(_answer(connection, 200))


def listing(token: str, cursor: str = "") -> Ask:
    """Ask for one page of the open cases of the own office."""
    headers, place = {"Authorization": f"Bearer {token}"}, f"&cursor={cursor}" if cursor else ""

    def ask(connection: http.client.HTTPConnection, _number: int) -> None:
        connection.request("GET", f"/api/v1/cases?open=true&limit=50{place}", headers=headers)
        _answer(connection, 200)

    return ask


def last_page(server: Server, token: str) -> str:
    """The cursor of the last page of the caseload."""
    connection, cursor = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30), ""
    while True:
        place = f"&cursor={cursor}" if cursor else ""
        headers = {"Authorization": f"Bearer {token}"}
        connection.request("GET", f"/api/v1/cases?open=true&limit=50{place}", headers=headers)
        following = json.loads(_answer(connection, 200))["next_cursor"]
        if following is None:
            return cursor
        cursor = following


def submitting(token: str) -> Ask:
    """Send reports, each with a key of its own."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    person = {"alias": "Mbah Uji", "estimated_age": 70, "sex": "L", "condition": "lapar, tidak bisa berjalan"}
    body = json.dumps(
        {
            "person": person,
            "service_types": ["temporary_shelter"],
            "urgency": "urgent",
            "region_code": "35.09.12",
            "place": "Pasar Ambulu",
        }
    )

    def ask(connection: http.client.HTTPConnection, _number: int) -> None:
        key = {"Idempotency-Key": uuid4().hex}
        connection.request("POST", "/api/v1/referrals", body, headers | key)
        _answer(connection, 201)

    return ask


def sign_in(server: Server) -> str:
    """A token by password."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    stated = json.dumps({"username": "bench", "password": PASSWORD})
    connection.request("POST", "/api/v1/tokens", stated, {"Content-Type": "application/json"})
    return json.loads(_answer(connection, 201))["token"]


@contextmanager
def furnished(people: int) -> Iterator[list[UUID]]:
    """A fresh data folder with servers as `kessos run` has them, one user and so many people."""
    EmbeddedPostgres(DATA).stop("immediate")
    EmbeddedValkey(DATA).stop()
    shutil.rmtree(DATA, ignore_errors=True)
    # Of a province before this one in the same run.
    for name in ("DATABASE_URL", "KESSOS_DATABASE_OWNER_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    settings.cache_clear()
    broker.cache_clear()
    keyring.cache_clear()
    with operate.servers(own=True):
        operate.migrate()
        operate.add_user("bench", "Bench", "PSTW-BONDOWOSO", ("caseworker",), PASSWORD)
        owner = settings().database_owner_url.replace("+psycopg", "")
        os.environ["BENCH_OWNER_URL"] = owner
        os.environ["BENCH_APP_URL"] = settings().database_url.replace("+psycopg", "")
        with psycopg.connect(owner, autocommit=True) as database:
            user_id, office = database.execute("select id, organisation_id from users").fetchone()
            os.environ |= {"BENCH_USER_ID": str(user_id), "BENCH_ORGANISATION_ID": str(office)}
            began = time.perf_counter()
            ids = add_people(database, people, office, user_id)
            add_cases(database, ids, user_id)
            if ids:
                add_casework(database, user_id)
            print(f"{people:,} people and cases made in {time.perf_counter() - began:.0f} s", flush=True)
        yield ids


@contextmanager
def served(command: list[str]) -> Iterator[Server]:
    """A web server on a free port, until it answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [word.replace("PORT", str(port)) for word in command]
    process = subprocess.Popen(command, env=os.environ | {"KESSOS_PORT": str(port)}, cwd=ROOT)
    try:
        while not _listens(port):
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended with status {process.returncode}")
            time.sleep(0.1)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(30)


def floor_command() -> list[str]:
    """gunicorn as `kessos web` starts it, with the floor's application."""
    # gunicorn's settings tell this folder of each process that ends.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(DATA)
    options = settings()
    size = [f"--workers={options.web_processes}", f"--threads={options.web_threads}"]
    config = "--config=python:kessos_case.gunicorn_settings"
    return [str(BIN / "gunicorn"), config, "--bind=127.0.0.1:PORT", *size, "bench.floors:app"]


def facts() -> str:
    """The machine in one line, without its name."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, PostgreSQL 18, {date.today()}"


def write_results(lines: list[str]) -> None:
    """What docs and releases quote."""
    rows = "\n".join(f"| {line} |" for line in (HEADER, " | ".join(["---"] * 6), *lines))
    about = "Medians; the floor ran in the same minutes. `make bench` writes this file; bench/__main__.py says how."
    (ROOT / "bench" / "RESULTS.md").write_text(f"# Benchmarks\n\n{facts()}\n\n{about}\n\n{rows}\n", "utf-8")


def _median(costs: list[Cost]) -> Cost:
    return Cost(median(cost.cpu for cost in costs), median(cost.wall for cost in costs))


def _answer(connection: http.client.HTTPConnection, status: int) -> bytes:
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != status:
        raise RuntimeError(f"{answer.status} {body[:500]!r}")
    return body


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    main()
