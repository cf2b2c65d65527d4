"""`make bench-routing`: what the router costs beside its floors; writes bench/RESULTS-ROUTING.md.

Candidates: the whole of `ranked` (person, need, facts, rules, score, order) for one referral among N services, beside the
bare query that finds the services of the type for the place. Batch assignment and acceptances stand in files of their own.
"""

import argparse
import importlib.util
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from statistics import median, quantiles
from typing import Any
from uuid import UUID, uuid4

import psycopg

from bench.__main__ import HEADER, ROOT, facts, furnished
from kessos_case.core import db
from kessos_case.core.heap import settle
from kessos_case.core.ids import new_id
from kessos_case.reference.rules import region_lineage
from kessos_case.referrals.models import Referral
from kessos_case.referrals.service import count_records
from kessos_case.referrals.service.candidates import ranked

SIZES = (1_000, 10_000)
PEOPLE, REFERRALS = 2_000, 60
# Offers to a service so far, and how many of them a referral had.
OFFERS, EACH = 5, 2
# As many as the desk's page shows.
SHOWN = 40
TODAY = datetime.now(UTC)
# What else `make bench-routing` runs: each module has `lines()`.
OTHERS = ("bench.assignment", "bench.acceptance")

# The least that could find them: the filter alone, by the same indexes, without facts, rules or score.
FLOOR = """
    select s.id, s.organisation_id, s.coverage, o.region_code from services s join organisations o on o.id = s.organisation_id
    where s.is_active and s.coverage && %(lineage)s and s.service_type in (
        select code from service_types where code = any (%(types)s) or parent_code = any (%(types)s)
        union select parent_code from service_types where code = any (%(types)s) and parent_code is not null)
"""


@dataclass(frozen=True)
class Times:
    """Milliseconds of the clock for each call, of the CPU of this process, and services looked at on the median."""

    ms: list[float]
    cpu: list[float]
    services: float

    @property
    def middle(self) -> float:
        """The median."""
        return median(self.ms)

    @property
    def p95(self) -> float:
        """What 95 of 100 calls stay under."""
        return quantiles(self.ms, n=20)[-1]

    def __str__(self) -> str:
        return f"p50 {self.middle:.1f} ms, p95 {self.p95:.1f} ms (own CPU {median(self.cpu):.1f} ms)"


def main() -> None:
    """Candidates, then whatever else there is of the router."""
    parser = argparse.ArgumentParser(prog="python -m bench.routing")
    parser.add_argument("--rounds", type=int, default=5, help="over all referrals")
    parser.add_argument("--only", action="store_true", help="candidates alone; the results file stays")
    options = parser.parse_args()
    print(facts(), HEADER, sep="\n", flush=True)
    found = list(lines(options.rounds))
    if not options.only:
        for name in OTHERS:
            if importlib.util.find_spec(name):
                found += importlib.import_module(name).lines()
        write_results(found)


def lines(rounds: int = 5) -> Iterator[str]:
    """Candidates at each size, with services of every type and with services of one type, and how it grows."""
    middles = {}
    for what, types in (("every type", None), ("one type", ["temporary_shelter"])):
        for size in SIZES:
            with province(size, types) as referrals:
                ours, floor = measure(referrals, 1 if types else rounds)
            middles[what, size] = ours.middle
            goal = "p95 < 50 ms" if (what, size) == ("every type", SIZES[-1]) else "-"
            yield said(
                f"candidates for a referral | {size:,} services of {what}, {ours.services:.0f} looked at | {ours} | "
                f"{floor} | {ours.middle / floor.middle:.1f} x | {goal}"
            )
        growth = middles[what, SIZES[-1]] / middles[what, SIZES[0]]
        yield said(f"growth, {what} | {SIZES[-1] // SIZES[0]} x the services | {growth:.1f} x | - | - | -")


def said(line: str) -> str:
    """Print a line as soon as it is known."""
    print(line, flush=True)
    return line


def measure(referrals: list[UUID], rounds: int) -> tuple[Times, Times]:
    """Each referral by the product and by the floor, in turn; the first round warms both."""
    ours, floor = Times([], [], 0), Times([], [], 0)
    looked_at = list[int]()
    with psycopg.connect(os.environ["BENCH_OWNER_URL"]) as bare:
        for number in range(rounds + 1):
            if number == 1:
                # As web processes and workers do once they have loaded everything.
                settle()
            for referral_id in referrals:
                with db.transaction(db.system("bench")) as session:
                    referral = session.get_one(Referral, referral_id)
                    asked = {"lineage": region_lineage(referral.region_code), "types": referral.service_types}
                    took, ranking = timed(lambda: ranked(session, referral, beyond=SHOWN))  # noqa: B023
                bare_took, _rows = timed(lambda: bare.execute(FLOOR, asked).fetchall())  # noqa: B023
                if number:
                    keep(ours, took)
                    keep(floor, bare_took)
                    looked_at.append(len(ranking.listed))
    return replace(ours, services=median(looked_at)), floor


def keep(times: Times, took: tuple[float, float]) -> None:
    """Add one call."""
    times.ms.append(took[0])
    times.cpu.append(took[1])


def timed(call: Callable[[], Any]) -> tuple[tuple[float, float], Any]:
    """Milliseconds of a call by the clock and of this process, and what it gave."""
    began, cpu = time.perf_counter(), time.process_time()
    given = call()
    return ((time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000), given


@contextmanager
def province(size: int, types: list[str] | None) -> Iterator[list[UUID]]:
    """A fresh database with so many services, their past and their lines; ids of referrals whose people are known."""
    with furnished(PEOPLE) as people, psycopg.connect(os.environ["BENCH_OWNER_URL"], autocommit=True) as database:
        db.engine.cache_clear()
        dice = random.Random(7)
        referrals = Maker(database, dice, people).fill(size, types)
        with db.transaction(db.system("bench")) as session:
            count_records(session)
        database.execute("vacuum analyze")
        yield referrals
        db.engine().dispose()
        db.engine.cache_clear()


class Maker:
    """Fills the directory by plain INSERTs, always the same way."""

    def __init__(self, database: psycopg.Connection[Any], dice: random.Random, people: list[UUID]) -> None:
        self._database, self._dice, self._people = database, dice, people
        self._regencies = self._column("select code from regions where level in ('kabupaten', 'kota') order by 1")
        self._districts = self._column("select code from regions where level = 'kecamatan' order by 1")
        self._types = self._column("select code from service_types where parent_code is not null order by 1")
        self._user, self._office = database.execute("select id, organisation_id from users limit 1").fetchone() or ()

    def fill(self, size: int, types: list[str] | None) -> list[UUID]:
        """The services and their past; the referrals that are ranked."""
        offered = types or self._types
        services = self._services(size, offered)
        made = [self._referral(offered) for _ in range(REFERRALS + size * OFFERS // EACH)]
        self._copy(f"referrals ({', '.join(made[0])})", [tuple(one.values()) for one in made])
        self._offers(services, made[REFERRALS:])
        return [one["id"] for one in made[:REFERRALS]]

    def _column(self, query: str) -> list[str]:
        return [row[0] for row in self._database.execute(query)]

    def _services(self, size: int, types: list[str]) -> list[tuple[UUID, UUID]]:
        """Three services an office; most cover their regency, some kecamatan of it, some the whole province."""
        offices = [self._one_office(number) for number in range(-(-size // 3))]
        made, places, agreements = [], [], []
        for number in range(size):
            office_id, _kind, _name, _code, region = offices[number // 3]
            covers = self._dice.choices(([region], ["35"], self._within(region)), (70, 15, 15))[0]
            service_id, confirmed = uuid4(), TODAY.date() - timedelta(days=self._dice.randrange(200))
            waits, accredited = self._dice.random() < 0.5, self._dice.random() < 0.7
            made.append(
                (
                    service_id,
                    office_id,
                    self._dice.choice(types),
                    f"Layanan {number}",
                    covers,
                    accredited,
                    waits,
                    confirmed,
                )
            )
            taken = self._dice.randrange(11)
            places.append((uuid4(), service_id, date(2020, 1, 1), date(2099, 12, 31), 10, taken))
            if number % 3 == 0:
                agreements.append((uuid4(), office_id, f"PKS-{number}", TODAY, self._user))
        self._copy(
            "organisations (id, kind, name, code, region_code, is_active, version)",
            [(*one, True, 1) for one in offices],
        )
        columns = "id, organisation_id, service_type, name, coverage, is_accredited, allows_waiting, confirmed_on"
        rest = ", sexes, categories, has_disability_access, is_active, version"
        self._copy(f"services ({columns}{rest})", [(*one, [], [], True, True, 1) for one in made])
        self._copy(
            "service_capacities (id, service_id, starts_on, ends_on, places, taken, reserved)",
            [(*one, 0) for one in places],
        )
        dated = [(*one[:3], date(2020, 1, 1), date(2099, 12, 31), *one[3:]) for one in agreements]
        self._copy("agreements (id, organisation_id, number, starts_on, ends_on, recorded_at, recorded_by)", dated)
        return [(one[0], one[1]) for one in made]

    def _one_office(self, number: int) -> tuple[UUID, str, str, str, str]:
        return uuid4(), "lks", f"Yayasan {number}", f"LKS-BENCH-{number}", self._dice.choice(self._regencies)

    def _within(self, regency: str) -> list[str]:
        inside = [code for code in self._districts if code.startswith(f"{regency}.")]
        return self._dice.sample(inside, min(3, len(inside)))

    def _referral(self, types: list[str]) -> dict[str, Any]:
        return {
            "id": new_id(), "client_id": self._dice.choice(self._people), "region_code": self._dice.choice(self._districts),
            "service_types": [self._dice.choice(types)], "state": "routing", "urgency": "urgent", "disclose": [],
            "confidentiality": "standard", "estimated_age": 70, "sex": "L", "data_key": bytes(80), "content_hash": bytes(32),
            "content_sealed": bytes(80), "submitted_at": TODAY, "due_at": TODAY, "sender_id": self._user, "no_shows": 0,
            "sender_organisation_id": self._office, "owner_organisation_id": self._office, "policy_version": "bench",
            "version": 1,
        }  # fmt: skip

    def _offers(self, services: list[tuple[UUID, UUID]], referrals: list[dict[str, Any]]) -> None:
        """Some offers to a service on average, one in fifty still open and one in fifty in line."""
        rows, live = [], set[tuple[UUID, UUID]]()
        for number in range(OFFERS * len(services)):
            service_id, office_id = self._dice.choice(services)
            asked = self._dice.choice(referrals)
            referral_id, client_id, region = asked["id"], asked["client_id"], asked["region_code"]
            state = {0: "open", 1: "waiting"}.get(number % 50, self._dice.choice(["declined", "expired"]))
            if state in ("open", "waiting") and (referral_id, service_id) in live:
                state = "declined"
            live.add((referral_id, service_id))
            began = TODAY - timedelta(hours=self._dice.randrange(24 * 90))
            answered = began + timedelta(hours=self._dice.randrange(20)) if state in ("declined", "waiting") else None
            ended = began + timedelta(hours=24) if state in ("declined", "expired") else None
            rows.append((
                uuid4(), referral_id, client_id, self._user, service_id, office_id, region, "urgent", state, bytes(80), "{}",
                False, "bench", began, began + timedelta(hours=12), began + timedelta(hours=24), answered, ended, 1,
            ))  # fmt: skip
        columns = (
            "id, referral_id, client_id, sender_id, service_id, organisation_id, region_code, urgency, state, snapshot_sealed,"
            " ranking, is_by_hand, policy_version, offered_at, remind_at, expires_at, answered_at, ended_at, version"
        )
        self._copy(f"offers ({columns})", rows)

    def _copy(self, into: str, rows: list[tuple[Any, ...]]) -> None:
        with self._database.cursor() as cursor, cursor.copy(f"copy {into} from stdin") as copy:
            for row in rows:
                copy.write_row(row)


def write_results(found: list[str]) -> None:
    """What docs and releases quote."""
    rows = "\n".join(f"| {line} |" for line in (HEADER, " | ".join(["---"] * 6), *found))
    about = "Product and floor in turn. `make bench-routing` writes this file; the modules that it runs say how."
    (ROOT / "bench" / "RESULTS-ROUTING.md").write_text(f"# Routing\n\n{facts()}\n\n{about}\n\n{rows}\n", "utf-8")


if __name__ == "__main__":
    main()
