"""Rows of several tables in one statement: a page that shows ten small lists need not ask ten times."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from kessos_case.core.db import Base, Session

# A table and which of its rows are wanted.
Wanted = tuple[type[Base], sa.ColumnElement[bool]]


def side_by_side(session: Session, wanted: Sequence[Wanted], *options: Any) -> list[list[Any]]:
    """Of each table a list of its rows, in no order, as they are stored now.

    Each table is joined to a number of its own, so that a row of the answer holds a row of one table and nothing else:
    lists stand below each other and are not multiplied.
    """
    session.flush()
    turns = sa.values(sa.column("turn", sa.Integer), name="turns").data([(turn,) for turn in range(len(wanted))])
    joined: Any = turns
    for turn, (model, condition) in enumerate(wanted):
        joined = sa.outerjoin(joined, model, sa.and_(turns.c.turn == turn, condition))
    select = sa.select(*[model for model, _condition in wanted]).select_from(joined).options(*options)
    rows = session.execute(select.execution_options(populate_existing=True)).all()
    return [[row[turn] for row in rows if row[turn] is not None] for turn in range(len(wanted))]
