"""The least work that could count everybody's months on aid: binary COPY out, NumPy over the same fan-out, COPY back.

No status, no score, no flag, no row-level security, nothing that can be taken up again. Run as a process of its own so that
its time and memory can be set beside the night's.
"""

import os
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from bench.ledger import AS_OF, LAST, Rows, copy_rows

WINDOW = 60
FIRST = LAST - WINDOW + 1
BLOCK = 100_000
HEAD = 19
POLICY = tomllib.loads((Path(__file__).parents[1] / "config" / "policies" / "dependency.toml").read_text("utf-8"))[
    "aid"
]
Net = NDArray[np.int64]

LINES = """
    copy (select {owner}, from_month, to_month, amount from disbursements
          where {owner} is not null and to_month >= {first} and from_month <= {last} and known_on <= '{as_of}'
            and programme_code in ({counted})) to stdout (format binary)
"""


def main() -> None:
    """Count, and leave the result in the table floor_results."""
    with psycopg.connect(os.environ["BENCH_OWNER_URL"]) as database:
        people, households = (_ids(database, table) for table in ("clients", "households"))
        net = _net(database, "client_id", people, POLICY["consumption"])
        shared = _net(
            database, "household_id", households, set(POLICY["consumption"]) - set(POLICY["exempt_programmes"])
        )
        _fan_out(database, net, shared, people, households)
        _write(database, people, net)
    print(f"{len(people)} people", file=sys.stderr)


def _ids(database: psycopg.Connection[Any], table: str) -> NDArray[np.bytes_]:
    rows = read(database, f"copy (select id from {table}) to stdout (format binary)", [("id", "S16")])
    return np.sort(np.concatenate([block["id"] for block in rows]))


def read(database: psycopg.Connection[Any], query: str, columns: list[tuple[str, str]]) -> Iterator[NDArray[Any]]:
    """Blocks of rows without a null, as arrays of these columns."""
    form = [("fields", ">i2")]
    for name, kind in columns:
        form += [(f"{name}_length", ">i4"), (name, kind)]
    rows = np.dtype(form)
    with database.cursor() as cursor, cursor.copy(query) as copy:
        gathered: list[Any] = []
        skip = HEAD
        for data in copy:
            gathered.append(data)
            if len(gathered) == BLOCK:
                yield _block(gathered, skip, rows)
                gathered, skip = [], 0
        yield _block(gathered, skip, rows)


def _block(gathered: list[Any], skip: int, rows: np.dtype[Any]) -> NDArray[Any]:
    content = b"".join(gathered)[skip:]
    return np.frombuffer(content, rows, count=len(content) // rows.itemsize)


def _net(database: psycopg.Connection[Any], owner: str, ids: NDArray[np.bytes_], counted: Any) -> Net:
    net = np.zeros((len(ids), WINDOW), np.int64)
    listed = ", ".join(f"'{code}'" for code in sorted(counted))
    query = LINES.format(owner=owner, first=FIRST, last=LAST, as_of=AS_OF, counted=listed)
    columns = [("owner", "S16"), ("first", ">i4"), ("last", ">i4"), ("amount", ">i8")]
    for lines in read(database, query, columns):
        row = np.searchsorted(ids, lines["owner"])
        if not (lines["first"] == lines["last"]).all():
            raise RuntimeError("the floor spreads nothing: its ledger has lines of one month")
        np.add.at(net.reshape(-1), row * WINDOW + lines["first"] - FIRST, lines["amount"].astype(np.int64))
    return net


def _fan_out(database: psycopg.Connection[Any], net: Net, shared: Net, people: Any, households: Any) -> None:
    query = "copy (select client_id, household_id, from_month, coalesce(to_month, 99999) from household_members"
    query += " where voided_at is null) to stdout (format binary)"
    columns = [("person", "S16"), ("household", "S16"), ("first", ">i4"), ("last", ">i4")]
    months = np.arange(FIRST, LAST + 1)
    for members in read(database, query, columns):
        person, household = (
            np.searchsorted(people, members["person"]),
            np.searchsorted(households, members["household"]),
        )
        lived = (months >= members["first"][:, None]) & (months <= members["last"][:, None])
        # Nobody stands twice in a block of one who stayed; of one who moved two rows may.
        np.add.at(net, person, shared[household] * lived)


def _write(database: psycopg.Connection[Any], people: NDArray[np.bytes_], net: Net) -> None:
    database.execute("drop table if exists floor_results")
    database.execute(
        "create table floor_results (client_id uuid primary key, months_on smallint, spells smallint, length smallint,"
        " aid_12 bigint)"
    )
    copy_rows(database, "floor_results", _results(people, net))


def _results(people: NDArray[np.bytes_], net: Net) -> Iterator[Rows]:
    for first in range(0, len(people), BLOCK):
        part = net[first : first + BLOCK]
        word = np.zeros(len(part), np.uint64)
        for back in range(WINDOW):
            word |= (part[:, WINDOW - 1 - back] > 0).astype(np.uint64) << np.uint64(back)
        # The word's formulas of the spec: bit 0 is the last month, gaps of one are bridged.
        one = np.uint64(1)
        bridged = word | ((word << one) & (word >> one))
        last_off = (bridged & one == 0) & (bridged >> one & one == 1)
        run = np.where(last_off, bridged >> one, np.where(bridged & one == 1, bridged, 0)).astype(np.uint64)
        yield Rows(
            len(part),
            client_id=people[first : first + BLOCK],
            months_on=np.bitwise_count(word).astype(np.int16),
            spells=np.bitwise_count(bridged & ~(bridged >> one)).astype(np.int16),
            length=(np.bitwise_count(run ^ (run + one)).astype(np.int16) - 1),
            aid_12=np.maximum(part[:, -12:].sum(axis=1), 0),
        )


if __name__ == "__main__":
    main()
