"""Unmet need: who asked for help that nobody could give, by month, regency and kind of service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Forbidden
from kessos_case.core.months import Month, month_of, month_range
from kessos_case.core.paging import Page, PageRequest
from kessos_case.reports import unmet_queries as queries
from kessos_case.reports.rules import LEAST_TOLD, TOTAL, hidden_cells
from kessos_case.reports.service.sight import desk_regions
from kessos_case.reports.unmet_queries import MEASURES


@dataclass(frozen=True)
class UnmetCell:
    """Referrals of a month: new without anybody, of these really seen by somebody since, and without anybody at its end.

    None is a small figure that is not told. `region_code` and `service_type` are None where it is the sum over them; a
    referral that asks for several services is under each, and once in the sums.
    """

    month: Month
    region_code: str | None
    service_type: str | None
    entered: int | None
    met_later: int | None
    still_unmet: int | None


@dataclass(frozen=True)
class UnmetNeed:
    """The figures of some months; `is_exact` for a desk, of its `regions` alone."""

    cells: list[UnmetCell]
    is_exact: bool
    regions: tuple[str, ...]

    def of(self, month: Month, region_code: str | None = None, service_type: str | None = None) -> UnmetCell:
        """One cell; nothing stands there where nothing was counted."""
        nothing = UnmetCell(month, region_code, service_type, 0, 0, 0)
        return self._index.get((month, region_code, service_type), nothing)

    @cached_property
    def _index(self) -> dict[tuple[Month, str | None, str | None], UnmetCell]:
        return {(cell.month, cell.region_code, cell.service_type): cell for cell in self.cells}


def unmet_need(session: Session, months: Sequence[Month]) -> UnmetNeed:
    """The figures of these months: a desk's of its regions, exact; for others of the province, without small ones.

    What is hidden is so in every cut of the same month, for it is decided over the whole of it.
    """
    regions = desk_regions(session)
    with as_system(session, "reports"):
        rows = queries.unmet_counts(session, months, regions or None)
    tables = {month: _table([row for row in rows if row.month == month]) for month in months}
    hidden = {month: {} if regions else _hidden(table) for month, table in tables.items()}
    cells = [
        UnmetCell(month, place or None, kind or None, **_told(counts, (place, kind), hidden[month]))
        for month, table in tables.items()
        for (place, kind), counts in sorted(table.items())
    ]
    return UnmetNeed(cells, bool(regions), tuple(sorted(regions)))


def unmet_months(session: Session, most: int) -> list[Month]:
    """The months that have figures, at most so many, the present one first."""
    now = month_of(office_day(session.now))
    with as_system(session, "reports"):
        began = queries.first_moment(session)
    first = month_of(office_day(began)) if began else now
    return list(reversed(month_range(max(first, now - most + 1), now)))


def unmet_rows(
    session: Session,
    month: Month,
    measure: str,
    asked: PageRequest,
    *,
    place: str = "",
    service_types: Sequence[str] = (),
) -> Page:
    """One page of the referrals behind a figure, for a desk. Raises Forbidden for those who see figures only."""
    if not desk_regions(session):
        raise Forbidden("Only a desk may see the referrals behind the figures.", code="scope")
    return queries.unmet_referrals(session, month, measure, asked, place=place, service_types=service_types)


Table = Mapping[tuple[str, str], Mapping[str, int]]


def _table(rows: Sequence[Any]) -> Table:
    return {
        (row.regency_code or TOTAL, row.service_type or TOTAL): {name: getattr(row, name) for name in MEASURES}
        for row in rows
    }


def _hidden(table: Table) -> dict[str, frozenset[tuple[str, str]]]:
    """The cells of each measure that are not told; where it is not told how many came, nor how many of them were met.

    Nor is it where few were not: the one figure less the other would be those.
    """
    entered = hidden_cells({cell: counts["entered"] for cell, counts in table.items()})
    nearly = {cell for cell, counts in table.items() if 0 < counts["entered"] - counts["met_later"] < LEAST_TOLD}
    met = hidden_cells({cell: counts["met_later"] for cell, counts in table.items()}, also=entered | nearly)
    still = hidden_cells({cell: counts["still_unmet"] for cell, counts in table.items()})
    return {"entered": entered, "met_later": met, "still_unmet": still}


def _told(
    counts: Mapping[str, int], cell: tuple[str, str], hidden: Mapping[str, frozenset[tuple[str, str]]]
) -> dict[str, int | None]:
    return {name: None if cell in hidden.get(name, ()) else counts[name] for name in MEASURES}
