"""`make bench-pages`: the server's time of each page at demo size, beside the API calls that tell as much.

Page and calls are asked of one web server in turn, A B A B, by the same made-up person; figures are medians. Writes
bench/RESULTS-PAGES.md.
"""

import argparse
import http.client
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlencode

import psycopg

from bench.__main__ import BIN, DATA, PASSWORD, ROOT, Ask, Server, _answer, _median, facts, served
from kessos_case import operate
from kessos_case.core.embedded import EmbeddedPostgres, EmbeddedValkey
from kessos_case.core.settings import settings
from kessos_case.demonstrate import make_demo

HEADER = "page | as | page: server | API calls | calls: server | ratio"


@dataclass(frozen=True)
class Pair:
    """A page and the calls that tell a program as much; `of` finds the id for {id}, of what this account may see."""

    what: str
    account: str
    page: str
    calls: str
    of: str = ""


CASEWORKER, SUPERVISOR = "demo.peksos1.prspmks.sidoarjo", "demo.kepala.prspmks.sidoarjo"
TRIAGE, TKSK, PARTNER = "demo.triase.09", "demo.tksk.0901", "demo.mitra.lks-harapan"
_OFFICE = "organisation_id = (select organisation_id from users where username = %(account)s)"
_CASE = f"select id from cases where closed_at is null and {_OFFICE} order by opened_at limit 1"
_CLIENT = f"select client_id from cases where closed_at is null and {_OFFICE} order by opened_at limit 1"
_REFERRAL = "select id from referrals where state = 'routing' and regency_code = '35.09' order by id limit 1"
_BATCH = f"select id from batches where {_OFFICE} order by starts_on desc limit 1"
_PLACEMENT = (
    f"select p.id from placements p join cases c on c.id = p.case_id where c.{_OFFICE} and c.closed_at is null "
    "order by p.id limit 1"
)
_OFFER = f"select id, referral_id from offers where {_OFFICE} order by offered_at desc limit 1"
_PERSON = (
    "/clients/{id} + /clients/{id}/timeline?limit=20 + /clients/{id}/consents + /cases?client_id={id} + "
    "/referrals?client_id={id} + /clients/{id}/dependency"
)

PAIRS = (
    Pair("Today", CASEWORKER, "/", "/tasks?limit=50"),
    Pair("Today", SUPERVISOR, "/", "/tasks?limit=50"),
    Pair("Today", TRIAGE, "/", "/referrals?open=true&limit=20"),
    Pair("caseload, board", SUPERVISOR, "/cases", "/cases?open=true&limit=50"),
    Pair("caseload, list", SUPERVISOR, "/cases?view=list", "/cases?open=true&limit=20"),
    Pair("search", CASEWORKER, "/clients?q=siti", "/clients?q=siti&limit=20"),
    Pair("person", CASEWORKER, "/clients/{id}", _PERSON, _CLIENT),
    Pair("aid of a person", CASEWORKER, "/clients/{id}/aid", "/clients/{id}/aid", _CLIENT),
    Pair("case", CASEWORKER, "/cases/{id}", "/cases/{id}", _CASE),
    Pair("assessments", CASEWORKER, "/cases/{id}/assessments", "/cases/{id}/assessments", _CASE),
    Pair("plans", CASEWORKER, "/cases/{id}/plans", "/cases/{id}/plans", _CASE),
    Pair("triage desk", TRIAGE, "/referrals", "/referrals?open=true&limit=20"),
    Pair("candidates", TRIAGE, "/referrals/{id}/candidates", "/referrals/{id}/candidates", _REFERRAL),
    Pair("inbox", PARTNER, "/inbox", "/offers?limit=20"),
    Pair("an offer", PARTNER, "/inbox/{id}", "/referrals/{other}/offers/{id}", _OFFER),
    Pair("batches", SUPERVISOR, "/batches", "/batches?limit=20"),
    Pair("attendance of a batch", SUPERVISOR, "/batches/{id}/attendance", "/batches/{id}/attendance", _BATCH),
    Pair("work", SUPERVISOR, "/placements", "/placements?limit=20"),
    Pair("a placement", SUPERVISOR, "/placements/{id}", "/placements/{id}", _PLACEMENT),
    Pair("graduation", SUPERVISOR, "/graduation", "/graduation/reviews?limit=20"),
    Pair("ladder of a person", SUPERVISOR, "/clients/{id}/graduation", "/clients/{id}/graduation", _CLIENT),
    Pair("flags", SUPERVISOR, "/dependency/flags", "/dependency/flags?limit=20"),
    Pair("my reports", TKSK, "/referrals", "/referrals?mine=true&limit=20"),
    Pair("report, offline shell", TKSK, "/report", "/me"),
)


def main() -> None:
    """Every pair, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages")
    parser.add_argument("--clients", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=60, help="in each round")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(facts(), HEADER, sep="\n", flush=True)
    with furnished(options.clients) as owner, served([str(BIN / "kessos"), "web"]) as server:
        lines = [line(server, owner, pair, options.requests, options.rounds) for pair in PAIRS]
    write_results(options.clients, lines)


def line(server: Server, owner: str, pair: Pair, requests: int, rounds: int) -> str:
    """One pair as a line of the table."""
    ids = ids_for(owner, pair)
    page = asking([pair.page.format(**ids)], {"Cookie": cookie(server, pair.account)})
    addresses = [f"/api/v1{address}" for address in pair.calls.format(**ids).split(" + ")]
    call = asking(addresses, {"Authorization": f"Bearer {token(server, pair.account)}"})
    for ask in (page, call):
        server.cost(10, ask)
    costs = [[server.cost(requests, ask) for ask in (page, call)] for _ in range(rounds)]
    ours, beneath = (_median([costs_of[side] for costs_of in costs]) for side in (0, 1))
    ratio = f"{ours.cpu / beneath.cpu:.1f} x CPU, {median(a.wall / b.wall for a, b in costs):.1f} x wall"
    text = f"{pair.what} | {pair.account.split('.')[1]} | {ours} | {pair.calls} | {beneath} | {ratio}"
    print(text, flush=True)
    return text


def ids_for(owner: str, pair: Pair) -> dict[str, str]:
    """What stands for {id}, and for {other} where the call names a second thing; nothing where neither is named."""
    if not pair.of:
        return {}
    with psycopg.connect(owner, autocommit=True) as database:
        row = database.execute(pair.of, {"account": pair.account}).fetchone()
    if row is None:
        raise RuntimeError(f"the demo has nothing for {pair.what}")
    return dict(zip(("id", "other"), map(str, row), strict=False))


def asking(paths: list[str], headers: dict[str, str]) -> Ask:
    """Ask for these addresses with these headers."""

    def ask(connection: http.client.HTTPConnection, _number: int) -> None:
        for path in paths:
            connection.request("GET", path, headers=headers)
            _answer(connection, 200)

    return ask


def cookie(server: Server, account: str) -> str:
    """The cookie of a browser that has signed in."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    form = urlencode({"username": account, "password": PASSWORD})
    connection.request("POST", "/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    answer.read()
    return str(answer.headers["Set-Cookie"]).partition(";")[0]


def token(server: Server, account: str) -> str:
    """The token of a program that has signed in."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    stated = json.dumps({"username": account, "password": PASSWORD})
    connection.request("POST", "/api/v1/tokens", stated, {"Content-Type": "application/json"})
    return str(json.loads(_answer(connection, 201))["token"])


@contextmanager
def furnished(clients: int) -> Iterator[str]:
    """A fresh data folder with the demo and a night in it; the address of its owner."""
    EmbeddedPostgres(DATA).stop("immediate")
    EmbeddedValkey(DATA).stop()
    shutil.rmtree(DATA, ignore_errors=True)
    settings.cache_clear()
    with operate.servers(own=True):
        make_demo(clients, 1, PASSWORD, print)
        subprocess.run([str(BIN / "kessos"), "nightly"], check=True, stdout=subprocess.DEVNULL, env=os.environ)
        yield settings().database_owner_url.replace("+psycopg", "")


def write_results(clients: int, lines: list[str]) -> None:
    """What docs and releases quote."""
    rows = "\n".join(f"| {row} |" for row in (HEADER, " | ".join(["---"] * 6), *lines))
    about = (
        f"The demo with {clients:,} people. Medians; page and call ran in turn. `make bench-pages` writes this file."
    )
    (ROOT / "bench" / "RESULTS-PAGES.md").write_text(f"# Pages\n\n{facts()}\n\n{about}\n\n{rows}\n", "utf-8")


if __name__ == "__main__":
    main()
