"""`make bench-graduation N=1000000`: the graduation of a night beside the least reading that could give the same answers.

The night is the step as `kessos nightly` does it, chunk by chunk in one process; its floor reads, of the same cases, every
fact once and set-based, and writes bare reviews of those who have come to meet everything. In a first night some become
eligible; in the one after it nothing has changed.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from uuid import UUID

import psycopg

from bench.__main__ import HEADER, ROOT, facts, furnished
from bench.graduates import add_graduates
from bench.ledger import AS_OF, make_province
from bench.nightly import Run, cpu_of_server, growth_line, middle, process, said

SIZES = (20_000, 100_000)
RESULTS = ROOT / "bench" / "RESULTS-GRADUATION.md"
NOW = f"{AS_OF}T18:00:00+00:00"


def main() -> None:
    """All sizes, the largest last; or one night or one floor, as a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m bench.graduation")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--do", choices=("night", "floor"))
    options = parser.parse_args()
    if options.do:
        print(json.dumps({"report": night() if options.do == "night" else floor()}))
        return
    sizes = [size for size in SIZES if size < options.people] + [options.people]
    print(facts(), HEADER, sep="\n", flush=True)
    lines: list[str] = []
    nights: dict[int, Run] = {}
    for size in sizes:
        with furnished(0), psycopg.connect(os.environ["BENCH_OWNER_URL"], autocommit=True) as database:
            user_id = UUID(os.environ["BENCH_USER_ID"])
            made = make_province(database, size, user_id)
            ready = add_graduates(database, user_id)["ready"]
            os.environ["KESSOS_NOW"] = NOW
            nights[size], told = nights_of(f"{size:,} people, {made.lines:,} lines", ready, options.rounds)
            lines += told
    lines.append(
        said(growth_line("a night of changes, CPU", {size: run.report["cpu"] for size, run in nights.items()}))
    )
    write_results(lines)


def nights_of(size: str, ready: int, rounds: int) -> tuple[Run, list[str]]:
    """A night in which so many become eligible, and the nights after it: the first one, and both as lines."""
    # The last of the floors: one before would warm what the first night reads.
    first, least = run("night"), middle([run("floor") for _ in range(rounds)])
    if first.report["eligible"] != ready:
        raise RuntimeError(f"{first.report['eligible']} became eligible and not {ready}")
    lines = [said(line("graduation, a night of changes", size, first, least))]
    quiet = [run("night") for _ in range(rounds)]
    if sum(each.report["eligible"] + each.report["withdrawn"] + each.report["held_up"] for each in quiet):
        raise RuntimeError("the second night changed what the first had left")
    lines.append(said(line("graduation, the night after", size, middle(quiet), least)))
    return first, lines


def run(what: str) -> Run:
    """One process to its end."""
    return process([sys.executable, "-m", "bench.graduation", "--do", what])


def line(what: str, size: str, measured: Run, least: Run) -> str:
    """As one line of the table."""
    report = measured.report
    told = f"{report['looked_at']:,} looked at, {report['eligible']:,} eligible (choosing {report['chosen_in']:.1f} s)"
    ratio = f"{measured.seconds / least.seconds:.2f} x, CPU {measured.cpu / least.cpu:.2f} x"
    return f"{what} | {size}: {told} | {measured} | {least} | {ratio} | <= 10 x, < 500 MB"


def night() -> dict[str, float]:
    """The step of graduation: choose, cut and look, each chunk in a transaction of its own."""
    from kessos_case.core import db
    from kessos_case.graduation import service
    from kessos_case.nights.rules import Step
    from kessos_case.nights.service.work import WORK

    began, counts = time.perf_counter(), Counter[str]()
    cpu = cpu_of_server() + time.process_time()
    with db.transaction(db.system("bench")) as session:
        parts = WORK[Step.GRADUATION].parts(session)
    chosen_in = time.perf_counter() - began
    for part in parts:
        with db.transaction(db.system("bench")) as session:
            counts.update(service.look_at_cases(session, part["first_id"], part["last_id"]))
    # Without the start of the process, which is the same for any size.
    return counts | {"chosen_in": chosen_in, "cpu": cpu_of_server() + time.process_time() - cpu}


# Of the cases that have something to say what a verdict rests on, as bytes; by the same tables as the night.
READS = (
    "select c.* from cases c where c.id in (select case_id from chosen)",
    "select p.id, p.region_code, p.died_on, p.data_key from clients p where p.id in (select client_id from chosen)",
    "select r.* from graduation_reviews r where r.case_id in (select case_id from chosen)",
    "select s.* from income_statements s where s.client_id in (select client_id from chosen)",
    "select p.* from placements p where p.client_id in (select client_id from chosen)",
    "select k.* from placement_checks k where k.client_id in (select client_id from chosen)",
    "select p.* from plans p where p.state = 'approved' and p.case_id in (select case_id from chosen)",
    "select g.* from plan_goals g where g.case_id in (select case_id from chosen)",
    "select a.* from assessments a where a.case_id in (select case_id from chosen)",
    "select v.* from client_voices v where v.case_id in (select case_id from chosen)",
    "select v.* from visits v where v.client_id in (select client_id from chosen)",
    "select a.* from alerts a where a.client_id in (select client_id from chosen)",
    "select e.* from enrolments e where e.client_id in (select client_id from chosen)",
    """select d.id, d.client_id, d.from_month, d.to_month, d.amount from disbursements d
       where d.to_month >= 24299 and d.client_id in (select client_id from chosen)""",
    """select d.id, m.client_id, d.from_month, d.to_month, d.amount from household_members m
       join disbursements d on d.household_id = m.household_id and d.to_month >= 24299
       where m.voided_at is null and m.client_id in (select client_id from chosen)""",
)
CHOSEN = "create temp table chosen on commit drop as select client_id, case_id from bench_roles where role <> 'other'"
WRITE = """insert into graduation_reviews (id, case_id, client_id, organisation_id, kind, state, verdict, fingerprint,
        policy_version, evaluated_at, opened_at, version)
    select uuidv7(), r.case_id, r.client_id, c.organisation_id, 'empowered', 'deferred', '{"evidence": []}', 'floor', 'floor',
        now(), now(), 1
    from bench_roles r join cases c on c.id = r.case_id where r.role = 'ready'"""


def floor() -> dict[str, float]:
    """Read everything once, and write the reviews; what was written is taken back."""
    size = 0
    with psycopg.connect(os.environ["BENCH_OWNER_URL"]) as database, database.cursor() as cursor:
        cursor.execute(CHOSEN)
        cursor.execute("analyze chosen")
        for statement in READS:
            with cursor.copy(f"copy ({statement}) to stdout (format binary)") as copy:
                size += sum(len(part) for part in copy)
        cursor.execute(WRITE)
        database.rollback()
    return {"bytes": size}


def write_results(lines: list[str]) -> None:
    """What docs and releases quote."""
    rows = "\n".join(f"| {each} |" for each in (HEADER, " | ".join(["---"] * 6), *lines))
    how = "`make bench-graduation` writes this file; bench/graduation.py says how."
    about = f"Medians; growth without the start of the process. {how}"
    RESULTS.write_text(f"# The graduation of a night\n\n{facts()}\n\n{about}\n\n{rows}\n", "utf-8")


if __name__ == "__main__":
    main()
