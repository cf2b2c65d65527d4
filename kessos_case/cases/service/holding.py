"""Holding cases: whoever writes a case, or what hangs on one, holds it until the end of his transaction. One order for all:

1. the cases, all that are concerned in one statement, by their ids;
2. the person, where his record itself is held;
3. what others share: a batch, a vacancy, a ward, a mentor;
4. what hangs on the case: a referral, an enrolment, a stay, a placement, a mentoring, an offer to another UPT, a review.

So two who meet at a case wait there, one behind the other, and never for each other in a circle. A case is held against
whoever else would hold or change it; rows that only point to it are written meanwhile.
"""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from kessos_case.cases import casework_queries, queries
from kessos_case.core.db import Session


def hold_cases(session: Session, case_ids: Iterable[UUID] | sa.Select[UUID]) -> None:
    """Hold these cases, as far as the actor may change them; what is beyond his reach is held inside `as_system`."""
    wanted = case_ids if isinstance(case_ids, sa.Select) else list(case_ids)
    session.execute(queries.held(wanted)).all()


def hold_linked(session: Session, link_kind: str, *link_ids: UUID) -> None:
    """Hold the cases whose plans have a step that goes on with one of these: before those themselves, which will close it."""
    hold_cases(session, casework_queries.cases_linked(link_kind, link_ids))


def hold_cases_of(session: Session, client_id: UUID, also: Iterable[UUID] = ()) -> None:
    """Hold every case that there ever was of a person, and others with them. For the program."""
    hold_cases(session, {*session.scalars(queries.case_ids_of(client_id)), *also})
