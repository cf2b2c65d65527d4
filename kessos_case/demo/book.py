"""What is to be written: rows by table, ids that the seed decides, and COPY in the order of the foreign keys."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg.types.json import Jsonb

from kessos_case.core.db import Base, Session

# The id of what has not been entered yet.
NOT_YET = UUID(int=0)


class Ids:
    """UUIDs as the program makes them, drawn from the seed: the same world has the same ids."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(f"{seed}:ids")  # nosec B311

    def at(self, moment: datetime) -> UUID:
        """A UUIDv7 of this instant (RFC 9562, 5.7)."""
        tail = self._dice.getrandbits(74)
        milliseconds = int(moment.timestamp() * 1000)
        return UUID(int=milliseconds << 80 | 0x7 << 76 | tail >> 62 << 64 | 0b10 << 62 | tail & ((1 << 62) - 1))

    def hidden(self) -> UUID:
        """A random UUID (version 4), for what is given to partners."""
        return UUID(int=self._dice.getrandbits(128), version=4)


class Book:
    """Rows that wait to be written, by table. The first row of a table names its columns, all others have the same."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[str, ...]] = {}
        self._rows: dict[str, list[tuple[Any, ...]]] = {}

    def add(self, model: type[Base], **row: Any) -> None:
        """Keep one row."""
        self.extend(
            model, tuple(row), [tuple(row.values())] if self._is_new(model, row) else [self._ordered(model, row)]
        )

    def extend(self, model: type[Base], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Keep many rows whose columns stand in this order."""
        name = model.__tablename__
        self._columns.setdefault(name, tuple(columns))
        self._rows.setdefault(name, []).extend(rows)

    def counts(self) -> dict[str, int]:
        """How many rows wait, by table."""
        return {name: len(rows) for name, rows in self._rows.items()}

    def write(self, database: psycopg.Connection[Any]) -> None:
        """COPY everything in the order of the foreign keys, within the connection's transaction."""
        for table in Base.metadata.sorted_tables:
            if rows := self._rows.pop(table.name, []):
                columns = self._columns[table.name]
                into = ", ".join(columns)
                with database.cursor() as cursor, cursor.copy(f"copy {table.name} ({into}) from stdin") as copy:
                    for row in _readable(table, columns, rows):
                        copy.write_row(row)

    def _is_new(self, model: type[Base], row: Mapping[str, Any]) -> bool:
        return self._columns.get(model.__tablename__, tuple(row)) == tuple(row)

    def _ordered(self, model: type[Base], row: Mapping[str, Any]) -> tuple[Any, ...]:
        columns = self._columns[model.__tablename__]
        if set(columns) != set(row):
            raise ValueError(f"{model.__tablename__}: other columns than before: {sorted(set(columns) ^ set(row))}")
        return tuple(row[name] for name in columns)


class Through(Book):
    """A book whose rows are written at once, as the actor of this session."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def add(self, model: type[Base], **row: Any) -> None:
        """Insert one row."""
        self._session.insert(model, **row)


def _readable(table: sa.Table, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """JSON marked as such; everything else is written as it is."""
    free = [place for place, name in enumerate(columns) if isinstance(table.c[name].type, sa.JSON)]
    if not free:
        yield from rows
        return
    for row in rows:
        told = list(row)
        for place in free:
            told[place] = Jsonb(row[place]) if row[place] is not None else None
        yield tuple(told)
