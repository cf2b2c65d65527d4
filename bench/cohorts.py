"""`make bench-cohorts N=1000000`: the cohort report over N cases and the night that draws its lives, in RESULTS-COHORTS.md.

The night's step is all of it, chunk by chunk as a night cuts it, the second time, when it takes the place of an older drawing;
its floor is the same reading in one statement into a temporary table, without a policy, an index or a chunk. The report is the
whole of `read_cohorts` (every measure, survival, intervals) as the page asks for it, once for an analyst over the province and
once for who leads one office. Its floor is the funnel alone: when each case reached each stage, counted by stage, days and end
in one statement. They take turns; figures are medians.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any
from uuid import UUID

import psycopg

from bench.__main__ import HEADER, ROOT, facts, furnished
from bench.nightly import Peak, cpu_of_server
from kessos_case import operate
from kessos_case.core import clock, db
from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.nights.queries import ranges
from kessos_case.nights.service.work import PEOPLE_DRAWN
from kessos_case.reports import service as reports
from kessos_case.reports.life_queries import LIVES
from kessos_case.reports.service import Selection, read_cohorts

RESULTS = ROOT / "bench" / "RESULTS-COHORTS.md"
SIZES = (50_000,)
# Each case goes through so many moves, four in ten have ended, a third of those who are placed works.
_DATA = (
    """insert into clients (id, name, aliases, sex, birth_date, birth_date_precision, region_code, confidentiality,
        registered_at, registered_by, version)
    select uuidv7(), 'Uji ' || n, '{}', (array['L', 'P'])[1 + n % 2], date '1950-01-01' + n % 20000, 'day',
        '35.09.12', 'standard', now(), :user, 1 from generate_series(1, :count) n""",
    """create table bench_cases as
    select uuidv7() as id, c.id as client_id, o.id as office, n,
        now() - make_interval(days => (60 + n % 3200)::int) as opened,
        (n % 10) < 4 as has_ended, 1 + n % 5 as moves
    from (select id, row_number() over (order by id) as n from clients where name like 'Uji %') c
    join (select id, row_number() over (order by code) - 1 as place, count(*) over () as many from organisations
          where kind = 'upt') o on o.place = c.n % o.many""",
    """insert into cases (id, client_id, organisation_id, category_code, pathway, stage, stage_since, opened_at, closed_at,
        close_reason, version)
    select id, client_id, office, 'PPKS-' || lpad((1 + n % 26)::text, 2, '0'),
        case n % 5 when 0 then 'reunification' when 1 then 'long_term_care' else 'independence' end,
        case when has_ended then 'closed' else 'placement' end, opened, opened,
        case when has_ended then opened + make_interval(days => (40 + n % 700)::int) end,
        case when has_ended then 'own_wish' end, 1 from bench_cases""",
    """insert into case_transitions (id, case_id, client_id, verb, to_stage, detail, happened_at, recorded_at,
        policy_version)
    select gen_random_uuid(), id, client_id, 'bench',
        (array['intake', 'assessment', 'planning', 'training', 'placement'])[place],
        '{}', opened + make_interval(days => ((place - 1) * (5 + n % 40))::int), opened, 'bench'
    from bench_cases cross join generate_series(1, 5) place where place <= moves""",
    """insert into placements (id, case_id, client_id, organisation_id, kind, business_sealed, occupation, starts_on,
        monthly_income, state, verified_on, verification_method, recorded_at, recorded_by, version)
    select gen_random_uuid(), id, client_id, office, 'own_business', '-', 'x', (opened + interval '200 days')::date,
        1000000 + n % 40 * 100000, 'active', (opened + interval '200 days')::date, 'visit', opened, :user, 1
    from bench_cases where n % 3 = 0""",
    """insert into placement_checks (id, placement_id, client_id, period, checked_on, still_active, monthly_income, method,
        recorded_at, recorded_by)
    select gen_random_uuid(), id, client_id, period, starts_on + period, true, monthly_income, 'visit', recorded_at, :user
    from placements cross join unnest(array[30, 90, 180]) period""",
    """insert into graduation_reviews (id, case_id, client_id, organisation_id, kind, state, verdict, fingerprint,
        policy_version, evaluated_at, opened_at, provisional_on, version)
    select gen_random_uuid(), id, client_id, office, (array['empowered', 'natural', 'reunified'])[1 + n % 3], 'provisional',
        '{}', '-', 'bench', opened, opened, (opened + make_interval(days => (200 + n % 800)::int))::date, 1
    from bench_cases where not has_ended and n % 4 = 0""",
    """insert into assessments (id, case_id, client_id, instrument, instrument_version, state, scores, started_at, started_by,
        saved_at, completed_at, policy_version, version)
    select gen_random_uuid(), id, client_id, 'gse10', 1, 'completed',
        jsonb_build_object('domains', jsonb_build_object('self_efficacy', jsonb_build_object('value', 20 + n % 10 + place))),
        opened, :user, opened, opened + make_interval(days => (place * 30)::int), 'bench', 1
    from bench_cases cross join generate_series(0, 1) place where n % 2 = 0""",
    "drop table bench_cases",
    "vacuum analyze",
)

# When each case reached each stage, counted by stage, days and how it ended: the one group by, without people, work, verdicts,
# answers or a second cut.
_FLOOR = """
with reached as (
    select case_id, min(happened_at) filter (where to_stage = 'assessment') as a,
        min(happened_at) filter (where to_stage = 'planning') as p, min(happened_at) filter (where to_stage = 'training') as m,
        min(happened_at) filter (where to_stage = 'placement') as o,
        min(happened_at) filter (where to_stage = 'aftercare') as z
    from case_transitions group by case_id
)
select s.stage, cast(coalesce(s.at, c.closed_at, now()) as date) - cast(c.opened_at as date) as days,
    case when s.at is not null then 1 when c.closed_at is not null then 2 else 0 end as ending, count(*)
from cases c left join reached r on r.case_id = c.id
cross join lateral (values (1, r.a), (2, r.p), (3, r.m), (4, r.o), (5, r.z)) as s (stage, at)
group by 1, 2, 3
"""


@dataclass(frozen=True)
class Run:
    """Seconds of the clock, of CPU (this process and PostgreSQL), MB of a process that does nothing else."""

    seconds: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s, CPU {self.cpu:.1f} s"


def main() -> None:
    """All sizes, the largest last."""
    parser = argparse.ArgumentParser(prog="python -m bench.cohorts")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", action="store_true", help="read the report once in this process, and nothing else")
    options = parser.parse_args()
    if options.memory:
        report(os.environ["BENCH_ANALYST"], "office")
        return
    lines: list[str] = []
    print(facts(), HEADER, sep="\n", flush=True)
    for size in [size for size in SIZES if size < options.cases] + [options.cases]:
        with furnished(0), psycopg.connect(os.environ["BENCH_OWNER_URL"], autocommit=True) as database:
            fill(database, size)
            lines += [said(line) for line in measured(database, size, options.rounds)]
        db.engine.cache_clear()
    write_results(lines)


def fill(database: psycopg.Connection[Any], count: int) -> None:
    """So many cases over nine years at every UPT, and two who read the report."""
    for statement in _DATA:
        # By hand: `%` is a remainder here.
        database.execute(statement.replace(":user", f"'{os.environ['BENCH_USER_ID']}'").replace(":count", str(count)))
    for name, role in (("analyst", "analyst"), ("kepala", "supervisor")):
        operate.add_user(name, name, "PSTW-BONDOWOSO", (role,), "sandi-bench-panjang-1")
        [user_id] = database.execute("select id from users where username = %s", [name]).fetchone()
        os.environ[f"BENCH_{name.upper()}"] = str(user_id)


def measured(database: psycopg.Connection[Any], size: int, rounds: int) -> list[str]:
    """The report of the province, cut by office and whole, and of one office, each beside the floor."""
    asked = (
        ("province, by office", "ANALYST", "office"),
        ("province", "ANALYST", ""),
        ("one office", "KEPALA", "quarter"),
    )
    night = drawn(database, size)
    runs: dict[str, list[Run]] = {}
    for _ in range(rounds):
        runs.setdefault("floor", []).append(timed(lambda: database.execute(_FLOOR).fetchall()))
        for what, who, by in asked:
            ask = lambda who=who, by=by: report(os.environ[f"BENCH_{who}"], by)  # noqa: E731
            runs.setdefault(what, []).append(timed(ask))
    floor, peak = middle(runs["floor"]), memory()
    rows = [night]
    for what, _who, _by in asked:
        run = middle(runs[what])
        rows.append(
            f"cohort report, {what} | {size:,} cases | {run}, {peak:.0f} MB | {floor} | {ratio(run, floor)} | 5 s of CPU"
        )
    return rows


def ratio(run: Run, floor: Run) -> str:
    """How many times the floor."""
    return f"{run.seconds / floor.seconds:.1f} x, CPU {run.cpu / floor.cpu:.1f} x"


def drawn(database: psycopg.Connection[Any], size: int) -> str:
    """The night's step over everybody, beside the bare reading."""
    as_of = office_day(clock.now()) - timedelta(days=1)
    draw(as_of - timedelta(days=1))
    floor = timed(lambda: bare(database, as_of))
    run = timed(lambda: draw(as_of))
    return f"night's step, lives of cohorts | {size:,} cases | {run} | {floor} | {ratio(run, floor)} | 2 x CPU"


def draw(as_of: date) -> None:
    """All chunks of the step, one after the other, and its end."""
    with db.transaction(db.system("nights.chunk")) as session:
        begun_at, parts = session.now, ranges(session, reports.people_with_lives(), PEOPLE_DRAWN)
    for part in parts:
        with db.transaction(db.system("nights.chunk")) as session:
            reports.draw_lives(session, as_of, begun_at, part.first, part.last)
    with db.transaction(db.system("nights.chunk")) as session:
        reports.finish_lives(session, as_of, begun_at)


def bare(database: psycopg.Connection[Any], as_of: date) -> None:
    """The same lives in one statement."""
    everybody = {"first": UUID(int=0), "last": UUID(int=2**128 - 1), "zone": OFFICE_ZONE.key, "as_of": as_of,
                 "begun_at": clock.now()}  # fmt: skip
    with database.transaction():
        database.execute("set local work_mem = '64MB'; set local jit = off; set local enable_nestloop = off")
        text = re.sub(r"(?<!:):([a-z_]+)", r"%(\1)s", LIVES.replace("%", "%%"))
        psycopg.ClientCursor(database).execute(f"create temporary table bare_lives on commit drop as {text}", everybody)


def report(user_id: str, by: str) -> None:
    """The report as the page asks for it."""
    with db.transaction(db.user(user_id)) as session:
        read_cohorts(session, Selection(by=by))


def timed(call: Any) -> Run:
    """How long it took, and the CPU of this process and of PostgreSQL."""
    began, cpu = time.perf_counter(), cpu_of_server() + time.process_time()
    call()
    return Run(time.perf_counter() - began, cpu_of_server() + time.process_time() - cpu)


def memory() -> float:
    """MB at its largest of a process that reads the report once."""
    command = [sys.executable, "-m", "bench.cohorts", "--memory"]
    running = subprocess.Popen(command, cwd=ROOT)
    peak = Peak(running.pid)
    peak.start()
    if running.wait():
        raise RuntimeError("the report failed in a process of its own")
    return peak.megabytes()


def middle(runs: list[Run]) -> Run:
    """The median of each."""
    return Run(median(run.seconds for run in runs), median(run.cpu for run in runs))


def said(line: str) -> str:
    """Print a line as soon as it is known."""
    print(line, flush=True)
    return line


def write_results(lines: list[str]) -> None:
    """What docs and releases quote."""
    rows = "\n".join(f"| {row} |" for row in (HEADER, " | ".join(["---"] * 6), *lines))
    about = (
        "The report has every measure, survival and interval; its floor is the funnel alone, one group by. The night's step "
        "writes what the report reads; its floor is the bare reading into a temporary table. Medians; they ran in turn. "
        "`make bench-cohorts` writes this file; bench/cohorts.py says how."
    )
    RESULTS.write_text(f"# The cohort report\n\n{facts()}\n\n{about}\n\n{rows}\n", "utf-8")


if __name__ == "__main__":
    main()
