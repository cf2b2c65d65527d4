"""How full a house is: now by ward, and month by month against its beds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, field_error
from kessos_case.core.months import Month, month_of, month_range
from kessos_case.residence import occupancy_queries as queries
from kessos_case.residence.service.scope import check_reads

# As many months as a page shows at once.
A_YEAR = 12


@dataclass(frozen=True)
class MonthFigures:
    """A month of a house. Lengths in days, None where nobody left; `occupancy` is None where no bed was there."""

    month: Month
    bed_days: int
    beds_there: int
    arrivals: int
    departures: int
    mean_days: float | None
    median_days: float | None
    planned_days: float | None
    over_planned: int

    @property
    def occupancy(self) -> float | None:
        """Bed-days used of those there, 0 to 1; above 1 where a bed was used by two on one day."""
        return self.bed_days / self.beds_there if self.beds_there else None


@dataclass(frozen=True)
class ReasonFigures:
    """Who left in a month for one reason."""

    reason: str
    departures: int
    mean_days: float
    median_days: float


@dataclass(frozen=True)
class Occupancy:
    """One month of a house with its reasons. `until` is the last day that is counted."""

    organisation_id: UUID
    until: date
    figures: MonthFigures
    reasons: list[ReasonFigures]


def occupancy(session: Session, organisation_id: UUID, month: Month | None = None) -> Occupancy:
    """The figures of a month, of the present one unless another is named. They name nobody.

    Raises NotFound for the house of another UPT, Invalid for a month to come.
    """
    check_reads(session, organisation_id)
    today = office_day(session.now)
    asked = month_of(today) if month is None else month
    if asked > month_of(today):
        raise Invalid("No such month yet.", errors=[field_error("month", "in_future", "The month is to come.")])
    [figures] = _figures(session, organisation_id, [asked], today)
    rows = queries.reasons(session, organisation_id, asked)
    reasons = [ReasonFigures(row[0], row[1], float(row[2]), float(row[3])) for row in rows]
    return Occupancy(organisation_id, queries.last_counted(asked, today), figures, reasons)


def months_of(session: Session, organisation_id: UUID, last: Month) -> list[MonthFigures]:
    """The figures of the year that ends with this month, the newest first. Raises NotFound as `occupancy` does."""
    check_reads(session, organisation_id)
    today = office_day(session.now)
    end = min(last, month_of(today))
    return _figures(session, organisation_id, month_range(end - A_YEAR + 1, end), today)


def _figures(session: Session, organisation_id: UUID, months: Sequence[Month], today: date) -> list[MonthFigures]:
    beds = queries.there(session, organisation_id, months, today)
    return [
        MonthFigures(
            month=row.month, bed_days=int(row.bed_days), beds_there=beds.get(row.month, 0), arrivals=row.arrivals,
            departures=row.departures, mean_days=_number(row.mean_days), median_days=_number(row.median_days),
            planned_days=_number(row.planned_days), over_planned=row.over_planned,
        )
        for row in queries.used(session, organisation_id, months, today)
    ]  # fmt: skip


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
