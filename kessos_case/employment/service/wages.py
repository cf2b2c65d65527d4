"""A wage beside the minimum wage of the regency: what is below is shown and counted, and never refused."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.core.db import Session
from kessos_case.employment import wage_queries
from kessos_case.employment.rules import wage_share
from kessos_case.reference.models import MinimumWage
from kessos_case.reference.rules import regency_and_province


@dataclass(frozen=True)
class MinimumShown:
    """The minimum wage of a regency, rupiah a month, since when it holds, and where that stands."""

    amount: int
    region_code: str
    valid_from: date
    legal_basis: str
    source: str

    @property
    def year(self) -> int:
        """The year that it is known by."""
        return self.valid_from.year


@dataclass(frozen=True)
class WageShown:
    """The last known wage of a job, rupiah a month, as of a day; `minimum` None where none is known for the place."""

    amount: int
    on: date
    minimum: MinimumShown | None

    @property
    def share_percent(self) -> int | None:
        """The wage as percent of the minimum wage, rounded down; None where that is not known."""
        return wage_share(self.amount, self.minimum.amount) if self.minimum else None

    @property
    def is_below(self) -> bool | None:
        """Is it below? None where that is not known."""
        return self.amount < self.minimum.amount if self.minimum else None


def wages_of(session: Session, placement_ids: Collection[UUID]) -> dict[UUID, WageShown]:
    """The last known wages of these placements, in one statement; of businesses, apprentices and unknown wages none."""
    return {row.id: _shown(row) for row in wage_queries.known_wages(session, placement_ids)}


def minimum_shown(minimum: MinimumWage | None) -> MinimumShown | None:
    """A row of the reference as shown."""
    if minimum is None:
        return None
    return MinimumShown(minimum.amount, minimum.region_code, minimum.valid_from, minimum.legal_basis, minimum.source)


def _shown(row: sa.Row[Any]) -> WageShown:
    minimum = None
    if row.minimum is not None:
        regency, _province = regency_and_province(row.region_code)
        minimum = MinimumShown(row.minimum, regency, row.valid_from, row.legal_basis, row.source)
    return WageShown(row.wage, row.on, minimum)
