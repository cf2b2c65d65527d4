"""`make bench-nightly N=1000000`: the import and the night beside their floors, on one ledger, and how both grow.

The night is `kessos nightly` in one process: statuses, months, scores, flags and all else of it, stored. Its floor is
bench/night_floor.py. Each is a process of its own, so that its memory is its own; they take turns, figures are medians.
"""

import argparse
import csv
import json
import math
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import psycopg

from bench.__main__ import BIN, DATA, HEADER, ROOT, TICKS, facts, furnished
from bench.ledger import AS_OF, LAST, OWN, Ids, Province, give_niks, make_province
from kessos_case.core.ids import new_id
from kessos_case.core.months import first_day, format_month

SIZES = (10_000, 100_000)
RESULTS = ROOT / "bench" / "RESULTS-NIGHTLY.md"
HEADING = "programme,nik,name,birth_date,region_code,component,from,to,paid_on,amount,source_reference\r\n"
RESOLVED = (
    "id", "client_id", "programme_code", "from_month", "to_month", "paid_on", "known_on", "amount", "source_key",
    "import_id", "import_row", "recorded_at",
)  # fmt: skip
# What the months and scores of everybody stand in; emptied before each night, so that every night writes all of it.
WRITTEN = "dependency_scores, dependency_flags, night_chunks, nights, score_policies"


@dataclass(frozen=True)
class Run:
    """What one process took: seconds of the clock, of CPU (its own and PostgreSQL's), MB at its largest."""

    seconds: float
    cpu: float
    memory: float
    report: dict[str, Any]

    @property
    def scoring(self) -> float:
        """Seconds of work of the steps that count and flag."""
        return sum(self.report[step]["seconds"] for step in ("scores", "flags"))

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s, CPU {self.cpu:.1f} s, {self.memory:.0f} MB"


def main() -> None:
    """All sizes, the largest last."""
    parser = argparse.ArgumentParser(prog="python -m bench.nightly")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--file-rows", type=int, default=200_000, help="rows of an imported file, at most one a person")
    options = parser.parse_args()
    sizes = [size for size in SIZES if size < options.people] + [options.people]
    print(facts(), HEADER, sep="\n", flush=True)
    lines: list[str] = []
    nights: dict[int, Run] = {}
    for size in sizes:
        with furnished(0), psycopg.connect(os.environ["BENCH_OWNER_URL"], autocommit=True) as database:
            made = _made(database, size)
            if size == sizes[-1] and options.file_rows:
                lines.append(said(import_line(database, made, min(options.file_rows, size), options.rounds)))
            nights[size], line = night_line(database, made, options.rounds)
            lines.append(said(line))
    scoring = {size: night.scoring for size, night in nights.items()}
    lines.append(said(growth_line("months, scores and flags", scoring)))
    write_results(lines)


def said(line: str) -> str:
    """Print a line as soon as it is known."""
    print(line, flush=True)
    return line


def night_line(database: psycopg.Connection[Any], made: Province, rounds: int) -> tuple[Run, str]:
    """The night and its floor in turn; they must have counted the same."""
    nights, floors = [], []
    for _ in range(rounds):
        database.execute(f"truncate {WRITTEN}")
        nights.append(process([str(BIN / "kessos"), "nightly", "--as-of", str(AS_OF), "--json"]))
        floors.append(process([sys.executable, "-m", "bench.night_floor"]))
        compare(database)
    night, floor = middle(nights), middle(floors)
    flags = database.execute("select count(*) from dependency_flags").fetchone()[0]
    size = f"{len(made.people):,} people, {made.lines:,} lines, {flags:,} flags"
    ratio = f"{night.seconds / floor.seconds:.2f} x, CPU {night.cpu / floor.cpu:.2f} x"
    steps = f"{night} (months, scores and flags {night.scoring:.1f} s)"
    return night, f"the full night | {size} | {steps} | {floor} | {ratio} | <= 2.5 x, < 1000 MB"


def compare(database: psycopg.Connection[Any]) -> None:
    """Raise unless the night and its floor found the same for everybody who was scored."""
    scored, other = database.execute(
        """
        select count(*), count(*) filter (where (s.months_on_60, s.current_spell_length, s.aid_12, s.recidivism_count)
            is distinct from (f.months_on, f.length, f.aid_12, greatest(f.spells - 1, 0)))
        from dependency_scores s join floor_results f using (client_id) where s.status = 'scored'
        """
    ).fetchone()
    if not scored or other:
        raise RuntimeError(f"the night and its floor differ for {other} of {scored} people")


def import_line(database: psycopg.Connection[Any], made: Province, count: int, rounds: int) -> str:
    """`kessos import aid` of one file beside COPY of a file of as many lines whose people and keys are known already."""
    niks = give_niks(database, made, count)
    database.execute("vacuum analyze clients")
    imports, floors = [], []
    for turn in range(rounds):
        month = LAST + 1 + 2 * turn
        path = write_file(niks, month)
        imports.append(process([str(BIN / "kessos"), "import", "aid", str(path), "--json"]))
        resolved = write_resolved(database, made.people[:count], month + 1)
        began, cpu = time.perf_counter(), cpu_of_server() + time.process_time()
        with database.transaction(), database.cursor() as cursor:
            columns = ", ".join(RESOLVED)
            with (
                cursor.copy(f"copy disbursements ({columns}) from stdin (format csv)") as copy,
                resolved.open("rb") as file,
            ):
                while part := file.read(1 << 20):
                    copy.write(part)
        seconds, cpu = time.perf_counter() - began, cpu_of_server() + time.process_time() - cpu
        floors.append(Run(seconds, cpu, 0, {}))
    added = database.execute("select count(*) from disbursements where import_id is not null").fetchone()[0]
    if added != 2 * count * rounds:
        raise RuntimeError(f"{added} lines were added, not {2 * count * rounds}")
    measured, floor = middle(imports), middle(floors)
    each = [
        f"{run.seconds / count * 1e6:.0f} us a line, CPU {run.cpu / count * 1e6:.0f} us" for run in (measured, floor)
    ]
    ratio = f"{measured.seconds / floor.seconds:.1f} x, CPU {measured.cpu / floor.cpu:.1f} x"
    return (
        f"import a file, dry run and all | {count:,} lines into {made.lines:,} | {each[0]}, {measured.memory:.0f} MB"
        f" | COPY {each[1]} | {ratio} | <= 4 x"
    )


def write_file(niks: list[str], month: int) -> Path:
    """One payment for each of these people, as an office sends it."""
    path = Path(os.environ["KESSOS_DATA_DIR"]) / "aid.csv"
    paid, written = str(first_day(month).replace(day=10)), format_month(month)
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(HEADING)
        writer = csv.writer(file)
        writer.writerows([OWN, nik, "Contoh", "", "", "", written, written, paid, 300_000, ""] for nik in niks)
    return path


def write_resolved(database: psycopg.Connection[Any], people: Ids, month: int) -> Path:
    """The same payments for the month after, as rows of the ledger that only have to be put there."""
    path = Path(os.environ["KESSOS_DATA_DIR"]) / "resolved.csv"
    import_id = database.execute("select id from aid_imports order by uploaded_at desc limit 1").fetchone()[0]
    paid = first_day(month).replace(day=10)
    with path.open("w", newline="", encoding="utf-8") as file:
        for number, owner in enumerate(people.tolist(), start=2):
            client_id = UUID(bytes=owner.ljust(16, b"\0"))
            line = (new_id(), client_id, OWN, month, month, paid, paid, 300_000, uuid4(), import_id, number)
            file.write(",".join(map(str, line)) + f",{paid}\r\n")
    return path


def growth_line(what: str, seconds: dict[int, float]) -> str:
    """How the seconds of something grow with people: 1 is linear."""
    small, large = min(seconds), max(seconds)
    slope = math.log(seconds[large] / seconds[small]) / math.log(large / small) if large > small else 1
    told = ", ".join(f"{size:,}: {each:.2f} s" for size, each in seconds.items())
    return f"growth of {what} | {small:,} to {large:,} people | {told} | | slope {slope:.2f} | <= 1.05"


def process(command: list[str]) -> Run:
    """Run it to its end, which must be a good one: seconds, most memory of this process, and what it reports."""
    began, cpu = time.perf_counter(), cpu_of_server()
    running = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    assert running.stdout is not None
    peak = Peak(running.pid)
    peak.start()
    told = running.stdout.read()
    _, status, used = os.wait4(running.pid, 0)
    seconds = time.perf_counter() - began
    cpu = cpu_of_server() - cpu + used.ru_utime + used.ru_stime
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise RuntimeError(f"{command} ended with {running.returncode}: {told[-2000:].decode()}")
    return Run(seconds, cpu, peak.megabytes(), json.loads(told).get("report", {}) if told.startswith(b"{") else {})


class Peak(threading.Thread):
    """Watches the most memory that a process has had since it began its program.

    What `wait4` tells would hold also the memory of this process, from which it was forked.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._status, self._kilobytes = Path(f"/proc/{pid}/status"), 0

    def run(self) -> None:
        while found := self._now():
            self._kilobytes = max(self._kilobytes, found)
            time.sleep(0.05)

    def megabytes(self) -> float:
        """Once the process has ended."""
        self.join()
        return self._kilobytes / 1024

    def _now(self) -> int:
        try:
            lines = [line for line in self._status.read_text().splitlines() if line.startswith("VmHWM")]
        except OSError:
            return 0
        return int(lines[0].split()[1]) if lines else 0


def middle(runs: list[Run]) -> Run:
    """The run of median time, with the most memory that any of them took."""
    half = median(run.seconds for run in runs)
    chosen = min(runs, key=lambda run: abs(run.seconds - half))
    return Run(chosen.seconds, chosen.cpu, max(run.memory for run in runs), chosen.report)


def cpu_of_server() -> float:
    """CPU seconds of PostgreSQL so far: its processes that live and those that have ended."""
    [pid] = [path.parent.name for path in Path("/proc").glob("[0-9]*/comm") if _is_postmaster(path)]
    while True:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        try:
            return (sum(sum(_ticks(child, 2)) for child in children) + sum(_ticks(pid, 4))) / TICKS
        except (FileNotFoundError, ProcessLookupError):
            # One has just ended: its seconds are the postmaster's from now on.
            continue


def _is_postmaster(path: Path) -> bool:
    try:
        return path.read_text() == "postgres\n" and str(DATA) in (path.parent / "cmdline").read_text()
    except OSError:
        return False


def _ticks(pid: str, count: int) -> list[int]:
    """utime, stime and, where four are asked for, those of children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return [int(field) for field in fields[11 : 11 + count]]


def _made(database: psycopg.Connection[Any], size: int) -> Province:
    began = time.perf_counter()
    made = make_province(database, size, UUID(os.environ["BENCH_USER_ID"]))
    print(f"{size:,} people and {made.lines:,} lines made in {time.perf_counter() - began:.0f} s", flush=True)
    return made


def write_results(lines: list[str]) -> None:
    """What docs and releases quote."""
    rows = "\n".join(f"| {line} |" for line in (HEADER, " | ".join(["---"] * 6), *lines))
    about = "Medians; measured and floor in turn. `make bench-nightly` writes this file; bench/nightly.py says how."
    RESULTS.write_text(f"# The import and the night\n\n{facts()}\n\n{about}\n\n{rows}\n", "utf-8")


if __name__ == "__main__":
    main()
