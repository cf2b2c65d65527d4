"""`python -m bench.assignment`: all that waits assigned to all that is free, and how it compares.

One plan is the whole of it: referrals, people and facts of services read, rules and scores of every pair, the networks built
and solved; in a process of its own. Its floor is one by one: the same facts, each referral to its best free place in turn.
That a flow is the cheapest is not taken from the solver: `proved` looks for a cycle that would make it cheaper.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import psycopg

from bench.__main__ import HEADER, ROOT, facts, furnished
from kessos_case.core import db
from kessos_case.core.ids import new_id
from kessos_case.core.keys import keyring
from kessos_case.referrals.rules import Network, Urgency, assign
from kessos_case.referrals.rules.assignment import greedy, served
from kessos_case.referrals.service import assign_waiting, offer_assigned
from kessos_case.referrals.service.assignment import gathered
from kessos_case.referrals.service.flow import cheapest_flow
from kessos_case.referrals.service.sealed import key_place

# Referrals and services; each service has this many free places.
SIZES = ((500, 200), (5_000, 2_000))
PLACES = 10
# Offers of the plan that are really made.
OFFERED = 200
URGENCIES = (("emergency", 5), ("urgent", 25), ("routine", 70))
NOW = datetime.now(UTC)


def main() -> None:
    """Each size; in the child one plan."""
    parser = argparse.ArgumentParser(prog="python -m bench.assignment")
    parser.add_argument("--child", action="store_true", help="one plan on the database that is there, told as JSON")
    if parser.parse_args().child:
        print(json.dumps(one_plan()))
        return
    print(facts(), HEADER, sep="\n", flush=True)
    for line in lines():
        print(line, flush=True)


def lines() -> Iterator[str]:
    """A line for each size and what follows from it: the gap, one by one, growth, offers."""
    found = []
    for referrals, services in SIZES:
        with (
            furnished(referrals) as people,
            psycopg.connect(os.environ["BENCH_OWNER_URL"], autocommit=True) as database,
        ):
            fill(database, people, services)
            asked = [sys.executable, "-m", "bench.assignment", "--child"]
            done = subprocess.run(asked, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        found.append(json.loads(done.stdout.splitlines()[-1]))
        yield _plan_line(referrals, services, found[-1])
    yield from _comparisons(found)


def _plan_line(referrals: int, services: int, one: dict[str, Any]) -> str:
    size = f"{referrals:,} referrals, {services:,} services, {services * PLACES:,} slots, {one['pairs']:,} pairs"
    took = f"{one['building'] + one['solving']:.1f} s ({one['building']:.1f} to build, {one['solving']:.1f} to solve), "
    took += f"CPU {one['cpu']:.1f} s, "
    memory = f"{one['memory']:.0f} MB"
    ratio = f"{(one['building'] + one['solving']) / (one['building'] + one['alone']):.2f} x"
    alone = f"one by one {one['building'] + one['alone']:.1f} s"
    return f"a plan for all | {size} | {took}{memory} | {alone} | {ratio} | < 60 s"


def _comparisons(found: list[dict[str, Any]]) -> Iterator[str]:
    large = found[-1]
    counts = " / ".join(f"{large['served'][urgency]:,}" for urgency in Urgency)
    others = " / ".join(f"{large['greedy'][urgency]:,}" for urgency in Urgency)
    yield f"served: emergency / urgent / routine | the larger | {counts} | {others} | - | no class below"
    ours, theirs = (
        large[name] / max(1, large[count]) / 100 for name, count in (("points", "all"), ("points_alone", "all_alone"))
    )
    yield f"mean score of those served | the larger | {ours:.2f} | {theirs:.2f} | {ours / theirs:.3f} x | -"
    gap = f"{large['most'] - large['all']:,} of {large['most']:,}, each flow proved the cheapest"
    how = "exact" if large["is_exact"] else "limits shared out"
    yield f"gap to what no plan could exceed | the larger | {gap} | {how} | - | 0"
    whole = [one["building"] + one["solving"] for one in found]
    yield f"growth | 10 x of everything | {whole[1] / whole[0]:.1f} x | - | - | -"
    yield f"offers of a plan made | {large['offered']:,}, {large['an_offer']:.0f} ms each | - | - | - | -"


def one_plan() -> dict[str, Any]:
    """Plan once and compare; then make some of the offers."""
    with db.transaction(db.system("bench")) as session:
        began, cpu = time.perf_counter(), time.process_time()
        batch = gathered(session).batch
        building = time.perf_counter() - began
    began = time.perf_counter()
    made = assign(batch, cheapest_flow)
    solving, cpu = time.perf_counter() - began, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.perf_counter()
    alone = greedy(batch)
    one_by_one = time.perf_counter() - began
    if assign(batch, proved) != made:
        raise RuntimeError("the same facts gave another plan")
    options = {asker.referral_id: asker.options for asker in batch.askers}
    return {
        "building": building, "solving": solving, "cpu": cpu, "alone": one_by_one, "memory": memory, "is_exact": made.is_exact,
        "pairs": sum(len(asker.options) for asker in batch.askers), "most": made.most,
        "served": {urgency: made.served[urgency] for urgency in Urgency}, "all": len(made.pairs), "points": made.points,
        "greedy": {urgency: served(batch, alone)[urgency] for urgency in Urgency}, "all_alone": len(alone),
        "points_alone": sum(options[referral_id][service_id] for referral_id, service_id in alone.items()),
        **offers(),
    }  # fmt: skip


def proved(network: Network) -> Sequence[int]:
    """The solver's flow. Raises RuntimeError unless no cycle of what is left of the network makes it cheaper (Bellman-Ford)."""
    flows = cheapest_flow(network)
    tails, heads, capacities, costs = np.array(network.arcs, dtype=np.int64).T
    used = np.array(flows, dtype=np.int64)
    more, back = used < capacities, used > 0
    starts = np.concatenate([tails[more], heads[back]])
    ends = np.concatenate([heads[more], tails[back]])
    prices = np.concatenate([costs[more], -costs[back]])
    count = int(max(tails.max(), heads.max())) + 1
    reached = np.zeros(count, dtype=np.int64)
    for _ in range(count + 1):
        before = reached.copy()
        np.minimum.at(reached, ends, before[starts] + prices)
        if (reached == before).all():
            return flows
    raise RuntimeError("the flow is not the cheapest")


def offers() -> dict[str, Any]:
    """Make some offers of the plan as the worker does, in milliseconds each."""
    import sqlalchemy as sa

    from kessos_case.core.jobs import Job

    with db.transaction(db.system("worker")) as session:
        assign_waiting(session)
    before, began, done = 0, time.perf_counter(), 0
    while done < OFFERED:
        with db.transaction(db.system("worker")) as session:
            job = session.scalar(sa.select(Job).where(Job.name == "referrals.offer_assigned"))
            if job is None or offer_assigned(session, job) is None:
                break
            done = job.done
    seconds = time.perf_counter() - began
    with db.transaction(db.system("worker")) as session:
        before = session.scalar(sa.text("select count(*) from offers")) or 1
    return {"offered": before, "an_offer": seconds * 1000 / before}


def fill(database: psycopg.Connection[Any], people: list[UUID], services: int) -> None:
    """A directory of this size and an unmet referral for each of these people, always the same."""
    dice = random.Random(7)
    regencies = _column(database, "select code from regions where level in ('kabupaten', 'kota') order by 1")
    districts = _column(database, "select code from regions where level = 'kecamatan' order by 1")
    types = _column(database, "select code from service_types where parent_code is not null order by 1")
    user, office = database.execute("select id, organisation_id from users limit 1").fetchone()
    _directory(database, dice, services, regencies, types, user)
    rows = [_referral(dice, client_id, districts, types, user, office) for client_id in people]
    columns = (
        "id, data_key, content_hash, state, urgency, service_types, disclose, confidentiality, estimated_age, sex,"
        " content_sealed, region_code, submitted_at, sender_id, sender_organisation_id, due_at, owner_organisation_id,"
        " client_id, policy_version, version, no_shows, chased"
    )
    _copy(database, f"referrals ({columns})", rows)
    database.execute("vacuum analyze")


def _directory(
    database: psycopg.Connection[Any],
    dice: random.Random,
    services: int,
    regencies: list[str],
    types: list[str],
    user: UUID,
) -> None:
    """Three services an office; three of four take people from their regency, the others from the whole province."""
    offices = [
        (uuid4(), "lks", f"Yayasan {n}", f"LKS-BENCH-{n}", dice.choice(regencies), True, 1)
        for n in range(-(-services // 3))
    ]
    offered, places = [], []
    for number in range(services):
        office = offices[number // 3]
        covers = ["35"] if dice.random() < 0.25 else [office[4]]
        known = (uuid4(), office[0], dice.choice(types), f"Layanan {number}", covers, True, dice.random() < 0.3)
        offered.append((*known, NOW.date() - timedelta(days=dice.randrange(200)), [], [], True, True, 1))
        taken = dice.randrange(11)
        places.append((uuid4(), known[0], date(2020, 1, 1), date(2099, 12, 31), PLACES + taken, taken, 0))
    _copy(database, "organisations (id, kind, name, code, region_code, is_active, version)", offices)
    columns = (
        "id, organisation_id, service_type, name, coverage, is_accredited, allows_waiting, confirmed_on, sexes, categories,"
        " has_disability_access, is_active, version"
    )
    _copy(database, f"services ({columns})", offered)
    _copy(database, "service_capacities (id, service_id, starts_on, ends_on, places, taken, reserved)", places)
    agreed = [(uuid4(), one[0], one[3], date(2020, 1, 1), date(2099, 12, 31), NOW, user) for one in offices]
    _copy(database, "agreements (id, organisation_id, number, starts_on, ends_on, recorded_at, recorded_by)", agreed)


def _referral(
    dice: random.Random, client_id: UUID, districts: list[str], types: list[str], user: UUID, office: UUID
) -> tuple[Any, ...]:
    referral_id, since = new_id(), NOW - timedelta(hours=dice.randrange(24 * 60))
    _key, wrapped = keyring().new_data_key(key_place(referral_id))
    (urgency,) = dice.choices([name for name, _ in URGENCIES], [share for _, share in URGENCIES])
    return (
        referral_id, wrapped, bytes(32), "unmet", urgency, [dice.choice(types)], [], "standard", 70, dice.choice("LP"), None,
        dice.choice(districts), since, user, office, NOW + timedelta(days=1), office, client_id, "bench", 1, 0, 0,
    )  # fmt: skip


def _column(database: psycopg.Connection[Any], query: str) -> list[str]:
    return [row[0] for row in database.execute(query)]


def _copy(database: psycopg.Connection[Any], into: str, rows: list[tuple[Any, ...]]) -> None:
    with database.cursor() as cursor, cursor.copy(f"copy {into} from stdin") as copy:
        for row in rows:
            copy.write_row(row)


if __name__ == "__main__":
    main()
