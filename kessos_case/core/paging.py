"""Lists by keyset: a page continues after the last row of the one before, however much was added meanwhile.

A cursor is signed and bound to its list and filters, so that it can neither be forged nor used elsewhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from itsdangerous import BadSignature, URLSafeSerializer

from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, field_error
from kessos_case.core.keys import keyring

DEFAULT_LIMIT = 50
GREATEST_LIMIT = 200

_PARSERS: dict[str, Callable[[str], Any]] = {"u": UUID, "t": datetime.fromisoformat, "d": date.fromisoformat}


@dataclass(frozen=True)
class Page:
    """One page: the rows and the cursor of the next page, None on the last."""

    items: Sequence[Any]
    next_cursor: str | None


@dataclass(frozen=True)
class PageRequest:
    """What a caller asks of a list. `name` and `filters` bind the cursor to the list it came from."""

    name: str
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    filters: tuple[tuple[str, Any], ...] = ()


def page(
    session: Session, select: sa.Select[Any], key: Sequence[Any], asked: PageRequest, *, descending: bool = False
) -> Page:
    """Run `select` for one page in the order of the columns `key`, the last of which must be unique.

    Rows of one entity come back as the entity. Raises Invalid when the cursor is not one of ours for this list.
    """
    ordered = select.order_by(*[column.desc() if descending else column.asc() for column in key])
    if asked.cursor is not None:
        after = sa.tuple_(*[sa.literal(value, column.type) for value, column in zip(_read(asked), key, strict=True)])
        place = sa.tuple_(*key)
        ordered = ordered.where(place < after if descending else place > after)
    # The key columns ride along, so that the cursor needs no knowledge of what a row is.
    rows = session.execute(ordered.add_columns(*key).limit(asked.limit + 1)).all()
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    width = len(key)
    items = [row[0] if len(row) - width == 1 else row[: len(row) - width] for row in rows]
    return Page(items, _write(asked, rows[-1][-width:]) if more else None)


def _signer(asked: PageRequest) -> URLSafeSerializer:
    filters = "&".join(f"{name}={value}" for name, value in sorted(asked.filters))
    return URLSafeSerializer(keyring().signing_key, salt=f"cursor:{asked.name}?{filters}")


def _write(asked: PageRequest, values: Sequence[Any]) -> str:
    return _signer(asked).dumps([_as_json(value) for value in values])


def _as_json(value: Any) -> Any:
    for mark, kind in (("u", UUID), ("t", datetime), ("d", date)):
        if isinstance(value, kind):
            return [mark, value.isoformat() if isinstance(value, date) else str(value)]
    return value


def _read(asked: PageRequest) -> list[Any]:
    try:
        values = _signer(asked).loads(asked.cursor or "")
    except BadSignature as error:
        wrong = field_error("cursor", "invalid_cursor", "This cursor does not belong to this list; start without it.")
        raise Invalid("The cursor is not valid.", errors=[wrong]) from error
    return [_PARSERS[value[0]](value[1]) if isinstance(value, list) else value for value in values]
