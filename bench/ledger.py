"""A made-up ledger in any size, by binary COPY from arrays: people, households with moves, lines month after month, cases.

The same for the same size. Three of five lines are for households; one person of ten has moved; one line of a hundred was
taken back. Lines lie in the table in the order in which files would have brought them: by month, not by person.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from kessos_case.core.keys import keyring
from kessos_case.core.months import first_day, parse_month

SEED = 7
FIRST, LAST = parse_month("2021-01"), parse_month("2025-12")
MONTHS = LAST - FIRST + 1
AS_OF = date(2026, 1, 5)
PEOPLE_IN_HOUSEHOLD = 2.9
# Days and microseconds are counted from here in PostgreSQL's binary form.
EPOCH = date(2000, 1, 1)
RECORDED_AT = np.int64((AS_OF - EPOCH).days * 86_400_000_000)
OWN, SHARED = "BANSOS-KE-JATIM", "SEMBAKO"
AMOUNT = {OWN: 300_000, SHARED: 200_000}
Ids = NDArray[np.bytes_]


@dataclass
class Province:
    """What was made: ids as 16 bytes, in order."""

    people: Ids
    households: Ids
    lines: int = 0
    spells: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]] = field(default_factory=dict)


def ids(kind: int, count: int, first: int = 0) -> Ids:
    """So many ids in rising order, of the form that the program's own have, each of a millisecond of its own.

    With one time for all of them an index by exclusion, which sorts by the leading 53 bits, holds everybody in every page.
    """
    made = np.zeros((count, 2), ">u8")
    number = np.arange(first, first + count, dtype=np.uint64)
    made[:, 0] = ((np.uint64(0x019B8D000000) + number) << np.uint64(16)) | np.uint64(0x7000)
    made[:, 1] = (np.uint64(0b10) << np.uint64(62)) | np.uint64(kind)
    return made.view("S16").reshape(count)


class Rows:
    """Rows of one form as binary COPY wants them: every field with its length, none of them of varying width."""

    def __init__(self, count: int, /, **columns: Any) -> None:
        kinds = {name: _kind(value) for name, value in columns.items()}
        form = [("fields", ">i2")]
        for name, kind in kinds.items():
            form += [(f"{name}_length", ">i4"), *([(name, kind)] if kind else [])]
        self.rows = np.zeros(count, np.dtype(form))
        self.rows["fields"] = len(columns)
        for name, value in columns.items():
            self.rows[f"{name}_length"] = np.dtype(kinds[name]).itemsize if kinds[name] else -1
            if kinds[name]:
                self.rows[name] = value
        self.names = list(columns)


def _kind(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str | bytes):
        return f"S{len(value)}"
    return np.asarray(value).dtype.newbyteorder(">").str


def copy_rows(database: psycopg.Connection[Any], table: str, blocks: Iterable[Rows]) -> int:
    """Send blocks of rows that have the same columns; returns how many rows."""
    count, begun = 0, None
    with database.cursor() as cursor:
        for block in blocks:
            if begun is None:
                begun = cursor.copy(f"copy {table} ({', '.join(block.names)}) from stdin (format binary)")
                copy = begun.__enter__()
                copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            copy.write(block.rows.tobytes())
            count += len(block.rows)
        if begun is not None:
            copy.write(b"\xff\xff")
            begun.__exit__(None, None, None)
    return count


def make_province(database: psycopg.Connection[Any], count: int, user_id: uuid.UUID) -> Province:
    """Fill clients, households, members, ledger and cases; indexes and foreign keys of the ledger are built at the end."""
    dice = np.random.default_rng(SEED)
    households = max(1, int(count / PEOPLE_IN_HOUSEHOLD))
    made = Province(ids(1, count), ids(2, households))
    with database.transaction():
        copy_rows(database, "clients", _people(made, dice, user_id))
        copy_rows(database, "households", _households(made, user_id))
        copy_rows(database, "household_members", _members(made, dice, user_id))
        _cases(database, user_id)
    made.spells = {
        OWN: _spells(dice, count, nothing=0.4, shortest=6, longest=21),
        SHARED: _spells(dice, households, nothing=0.15, shortest=21, longest=60),
    }
    with _without_indexes(database):
        made.lines = copy_rows(database, "disbursements", _lines(made, dice))
    database.execute("vacuum analyze")
    return made


def _people(made: Province, dice: np.random.Generator, user_id: uuid.UUID) -> Iterator[Rows]:
    count = len(made.people)
    yield Rows(
        count,
        id=made.people,
        name="Contoh",
        aliases=_empty_array(25),
        birth_date=dice.integers((date(1967, 1, 1) - EPOCH).days, (date(2003, 1, 1) - EPOCH).days, count, np.int32),
        birth_date_precision="day",
        sex="P",
        region_code="35.09.12",
        confidentiality="standard",
        legal_basis="public_task",
        registered_at=np.full(count, RECORDED_AT),
        registered_by=user_id.bytes,
        version=np.ones(count, np.int32),
    )


def _households(made: Province, user_id: uuid.UUID) -> Iterator[Rows]:
    count = len(made.households)
    yield Rows(
        count,
        id=made.households,
        registered_at=np.full(count, RECORDED_AT),
        registered_by=user_id.bytes,
        version=np.ones(count, np.int32),
    )


def _members(made: Province, dice: np.random.Generator, user_id: uuid.UUID) -> Iterator[Rows]:
    count, households = len(made.people), len(made.households)
    home = np.minimum((np.arange(count) / PEOPLE_IN_HOUSEHOLD).astype(np.int64), households - 1)
    has_moved = dice.random(count) < 0.1
    moved_in = np.where(has_moved, dice.integers(FIRST + 1, LAST, count), LAST + 1)
    shared = {"relation": "other", "recorded_at": np.int64(RECORDED_AT), "recorded_by": user_id.bytes}

    def rows(kind: int, who: NDArray[Any], where: NDArray[Any], first: Any, last: Any) -> Rows:
        size = len(who)
        stated = {name: np.full(size, value) if name == "recorded_at" else value for name, value in shared.items()}
        return Rows(
            size,
            id=ids(kind, size),
            household_id=made.households[where],
            client_id=made.people[who],
            from_month=np.broadcast_to(np.int32(first), size).copy() if np.isscalar(first) else first.astype(np.int32),
            to_month=None if last is None else last.astype(np.int32),
            version=np.ones(size, np.int32),
            **stated,
        )

    stayed, went = np.flatnonzero(~has_moved), np.flatnonzero(has_moved)
    yield rows(3, stayed, home[stayed], FIRST - 60, None)
    yield rows(4, went, home[went], FIRST - 60, moved_in[went] - 1)
    yield rows(5, went, dice.integers(0, households, len(went)), moved_in[went], None)


def _spells(dice: np.random.Generator, count: int, *, nothing: float, shortest: int, longest: int) -> tuple[Any, Any]:
    """For each recipient the first month on aid and how many follow; 0 for who never had any."""
    length = np.where(dice.random(count) < nothing, 0, dice.integers(shortest, longest + 1, count))
    return dice.integers(0, MONTHS, count), length


def _lines(made: Province, dice: np.random.Generator) -> Iterator[Rows]:
    for month in range(FIRST, LAST + 1):
        for programme, owners, kind in ((OWN, made.people, 10), (SHARED, made.households, 11)):
            begins, length = made.spells[programme]
            # A spell that runs over the end goes on at the beginning, so that each month has as many.
            who = np.flatnonzero((month - FIRST - begins) % MONTHS < length)
            dice.shuffle(who)
            first_number = (month - FIRST) * len(owners)
            yield line_rows(ids(kind, len(who), first_number), owners[who], programme, month)
            back = who[: len(who) // 100]
            taken = ids(kind, len(back), first_number)
            yield line_rows(ids(kind + 2, len(back), first_number), owners[back], programme, month, reverses=taken)


def line_rows(numbers: Ids, owners: Ids, programme: str, month: int, *, reverses: Ids | None = None) -> Rows:
    """Lines of one programme and month, paid in it; with `reverses` they take those back."""
    count, paid = len(numbers), np.int32((first_day(month) - EPOCH).days + 9)
    sign = 1 if reverses is None else -1
    return Rows(
        count,
        id=numbers,
        client_id=owners if programme == OWN else None,
        household_id=owners if programme == SHARED else None,
        programme_code=programme,
        from_month=np.full(count, month, np.int32),
        to_month=np.full(count, month, np.int32),
        paid_on=np.full(count, paid),
        known_on=np.full(count, paid),
        amount=np.full(count, sign * AMOUNT[programme], np.int64),
        source_key=numbers,
        reverses_id=reverses,
        reason=None if reverses is None else "returned",
        recorded_at=np.full(count, RECORDED_AT),
    )


def _cases(database: psycopg.Connection[Any], user_id: uuid.UUID) -> None:
    """A supervisor at every UPT, and in turn at each an open case for every tenth person."""
    database.execute(
        """
        with added as (insert into users (id, username, name, password_hash, organisation_id, is_active, created_at, version)
                       select uuidv7(), 'bench-' || lower(code), 'Bench', '!', id, true, '2026-01-05', 1
                       from organisations where kind = 'upt' returning id, organisation_id)
        insert into grants (id, user_id, role, organisation_id, granted_at)
        select uuidv7(), id, 'supervisor', organisation_id, '2020-01-01' from added
        """
    )
    database.execute(
        """
        insert into cases (id, client_id, organisation_id, category_code, pathway, stage, stage_since, opened_at,
                           caseworker_id, version)
        select uuidv7(), c.id, (array(select id from organisations where kind = 'upt' order by code))[1 + c.number %
               (select count(*) from organisations where kind = 'upt')], 'PPKS-24', 'independence', 'training',
               '2025-01-06', '2024-01-06', %s, 1
        from (select id, row_number() over (order by id) as number from clients) c where c.number %% 10 = 0
        """,
        [user_id],
    )
    database.execute(
        """
        insert into client_access (id, client_id, organisation_id, ground, valid_from)
        select uuidv7(), client_id, organisation_id, 'case', opened_at from cases
        """
    )


class _without_indexes:  # noqa: N801 - reads as the statement that it is
    """Indexes and foreign keys of the ledger away while it is filled, and built again as they were."""

    def __init__(self, database: psycopg.Connection[Any]) -> None:
        self.database = database

    def __enter__(self) -> None:
        run: Callable[[str], Any] = self.database.execute
        self.keys = run(
            "select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = 'disbursements'::regclass"
            " and contype in ('f', 'u', 'p') order by contype = 'f', conname"
        ).fetchall()
        self.indexes = run(
            "select indexname, indexdef from pg_indexes where tablename = 'disbursements' and indexname not in"
            " (select conname from pg_constraint)"
        ).fetchall()
        for name, _ in reversed(self.keys):
            run(f"alter table disbursements drop constraint {name}")
        for name, _ in self.indexes:
            run(f"drop index {name}")

    def __exit__(self, *_: object) -> None:
        self.database.execute("set maintenance_work_mem = '512MB'")
        for name, definition in self.keys:
            self.database.execute(f"alter table disbursements add constraint {name} {definition}")
        for _, definition in self.indexes:
            self.database.execute(definition)


def _empty_array(element_oid: int) -> bytes:
    """An array of no elements in binary form."""
    return b"".join(number.to_bytes(4, "big") for number in (0, 0, element_oid))


def give_niks(database: psycopg.Connection[Any], made: Province, count: int) -> list[str]:
    """NIKs for the first `count` people, so that a file can name them."""
    niks = [f"350912{1 + n // 9999 % 28:02}{1 + n // 279_972 % 12:02}90{1 + n % 9999:04}" for n in range(count)]
    with database.cursor() as cursor, database.transaction():
        cursor.execute("create temp table given (id uuid, nik_hash bytea) on commit drop")
        with cursor.copy("copy given from stdin") as copy:
            for owner, nik in zip(made.people[:count].tolist(), niks, strict=True):
                copy.write_row((uuid.UUID(bytes=owner.ljust(16, b"\0")), keyring().index("nik", nik)))
        cursor.execute("update clients c set nik_hash = g.nik_hash from given g where g.id = c.id")
    return niks
