"""Where the person of a case is in the house, in one statement: for the page of a case and for what its closing settles."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.core.db import Session
from kessos_case.residence import queries


@dataclass(frozen=True)
class InHouse:
    """The bed of a case and its place in the line; empty where the person has neither, or the house is another UPT's."""

    stay_id: UUID | None = None
    ward_name: str | None = None
    admitted_at: datetime | None = None
    planned_until: date | None = None
    away_until: date | None = None
    waits_since: datetime | None = None
    stays_before: int = 0


def house_row(case_id: Any) -> sa.Subquery:
    """The row behind `InHouse` of the case with this id or place for one, to be read along with another statement."""
    return queries.in_house(case_id).subquery()


def in_house(session: Session, case_id: UUID) -> InHouse:
    """What stands in the house about this case now, and how many stays of it have ended."""
    row = session.execute(queries.in_house(case_id)).one()
    return InHouse(*row)
