"""The lives that a night draws for the reports: part by part, whole only when all of it is, and read whole or not at all."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa

from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Conflict, Crossed
from kessos_case.reports import life_queries as queries
from kessos_case.reports.life_queries import Drawing
from kessos_case.reports.models import CohortDrawing

T = TypeVar("T")

# Under this name alone PostgreSQL opens the table of lives (migrations/sql/0014_cohort_rights.sql).
ACTOR = "reports"
# So many times a report begins anew because a night took its lives away meanwhile.
_TURNS = 3


def people_with_lives() -> sa.Select[UUID]:
    """Whose lives there are to draw: by these ids a night cuts them into parts."""
    return queries.people_with_cases()


def draw_lives(session: Session, as_of: date, begun_at: datetime, first: UUID, last: UUID) -> Counter[str]:
    """Draw the lives of the people between two ids as of the end of a day, for the night that began at this instant.

    Twice is as once. What earlier drawings left of these people goes, but for the one that readers are at.
    """
    with as_system(session, ACTOR):
        queries.make_room(session)
        queries.clear(session, as_of, begun_at, first, last)
        return Counter(lives=queries.draw(session, as_of, begun_at, first, last))


def finish_lives(session: Session, as_of: date, begun_at: datetime) -> None:
    """Let the reports read this drawing, of which every part is there now, in place of the one before it."""
    with as_system(session, ACTOR):
        session.execute(sa.delete(CohortDrawing))
        session.add(CohortDrawing(as_of=as_of, begun_at=begun_at, finished_at=session.now))
        session.flush()
        queries.look_over(session)


def read_lives(session: Session, read: Callable[[Drawing], T]) -> T:
    """Read lives of one drawing, the newest that is whole, as the program itself.

    Raises Conflict `not_counted` where no night has counted yet.
    """
    with as_system(session, ACTOR):
        queries.make_room(session)
        found = _read_whole(session, read)
    if found is None:
        raise Conflict("No night has counted the cohorts yet; the next one does, at 01:00.", code="not_counted")
    return found


def _read_whole(session: Session, read: Callable[[Drawing], T]) -> T | None:
    for _ in range(_TURNS):
        drawing = queries.newest_drawing(session)
        if drawing is None:
            return None
        found = read(drawing)
        # A drawing is taken apart only after it was replaced: while it stands all of it is there.
        if queries.newest_drawing(session) == drawing:
            return found
    raise Crossed("A night took the lives away while they were read: ask again.", code="crossed")
