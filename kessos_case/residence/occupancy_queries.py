"""Counts of the house: bed-days used and there, who came and went, how long they stayed. Days are those of the office.

A bed-day is counted as Indonesian hospitals count it: the day in, not the day out, one where both are the same
(docs/adr/0029). Of a month that goes on the days up to today are counted.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.db import Session
from kessos_case.core.months import Month, first_day, last_day
from kessos_case.residence.models import Stay, Ward, WardBeds
from kessos_case.residence.rules import OPEN_ENDED_DAYS


def _day(moment: Any) -> Any:
    return sa.cast(sa.func.timezone(OFFICE_ZONE.key, moment), sa.Date)


BEGUN, OUT = _day(Stay.admitted_at), _day(Stay.discharged_at)
LENGTH = sa.func.greatest(OUT - BEGUN, 1)
_PLANNED = Stay.first_planned_until - BEGUN


def used(session: Session, organisation_id: UUID, months: Sequence[Month], today: date) -> list[Any]:
    """For each month: month, bed_days, arrivals, departures, mean_days, median_days, planned_days, over_planned.

    Lengths are those of who left in the month; `planned_days` the mean of what was planned at their admission, without
    those for whom no end was.
    """
    spans = _spans(months, today)
    begin, after = spans.c.begin, spans.c.after
    end = sa.case((OUT.is_(None), after), else_=sa.func.greatest(OUT, BEGUN + 1))
    inside = sa.func.greatest(sa.func.least(end, after) - sa.func.greatest(BEGUN, begin), 0)
    left = sa.and_(begin <= OUT, after > OUT)
    planned = sa.and_(left, _PLANNED < OPEN_ENDED_DAYS)
    there = sa.and_(Stay.organisation_id == organisation_id, after > BEGUN, OUT.is_(None) | (begin <= OUT))
    select = (
        sa.select(
            spans.c.month,
            sa.func.coalesce(sa.func.sum(inside).filter(Stay.id.is_not(None)), 0).label("bed_days"),
            sa.func.count(Stay.id).filter(begin <= BEGUN).label("arrivals"),
            sa.func.count(Stay.id).filter(left).label("departures"),
            sa.func.avg(LENGTH).filter(left).label("mean_days"),
            _median(LENGTH).filter(left).label("median_days"),
            sa.func.avg(_PLANNED).filter(planned).label("planned_days"),
            sa.func.count(Stay.id).filter(planned, Stay.first_planned_until < OUT).label("over_planned"),
        )
        .select_from(spans.outerjoin(Stay, there))
        .group_by(spans.c.month)
        .order_by(spans.c.month.desc())
    )
    return list(session.execute(select))


def there(session: Session, organisation_id: UUID, months: Sequence[Month], today: date) -> dict[Month, int]:
    """For each month the days of all beds that were there; a month before the first ward has none."""
    spans = _spans(months, today)
    until = sa.func.lead(WardBeds.since_on).over(partition_by=WardBeds.ward_id, order_by=WardBeds.since_on)
    lines = (
        sa.select(WardBeds.since_on, until.label("until_on"), WardBeds.beds)
        .join(Ward, Ward.id == WardBeds.ward_id)
        .where(Ward.organisation_id == organisation_id)
        .subquery()
    )
    end = sa.func.least(sa.func.coalesce(lines.c.until_on, spans.c.after), spans.c.after)
    days = sa.func.greatest(end - sa.func.greatest(lines.c.since_on, spans.c.begin), 0)
    select = sa.select(spans.c.month, sa.func.sum(lines.c.beds * days)).join(lines, sa.true()).group_by(spans.c.month)
    return {month: int(count) for month, count in session.execute(select)}


def reasons(session: Session, organisation_id: UUID, month: Month) -> list[Any]:
    """Of who left in a month: discharge_reason, departures, mean_days, median_days; the most frequent first."""
    count = sa.func.count(Stay.id)
    select = (
        sa.select(
            Stay.discharge_reason, count.label("departures"), sa.func.avg(LENGTH).label("mean_days"),
            _median(LENGTH).label("median_days"),
        )
        .where(Stay.organisation_id == organisation_id, *departed_in(month))
        .group_by(Stay.discharge_reason)
        .order_by(count.desc(), Stay.discharge_reason)
    )  # fmt: skip
    return list(session.execute(select))


def departed_in(month: Month) -> tuple[Any, ...]:
    """Conditions: the stay ended in this month."""
    return first_day(month) <= OUT, first_day(month + 1) > OUT


def arrived_in(month: Month) -> tuple[Any, ...]:
    """Conditions: the stay began in this month."""
    return first_day(month) <= BEGUN, first_day(month + 1) > BEGUN


def lived_in(month: Month) -> tuple[Any, ...]:
    """Conditions: the stay has bed-days in this month."""
    end = sa.func.greatest(OUT, BEGUN + 1)
    return first_day(month + 1) > BEGUN, OUT.is_(None) | (end > first_day(month))


def last_counted(month: Month, today: date) -> date:
    """The last day of a month that is counted."""
    return min(last_day(month), today)


def _median(value: Any) -> Any:
    return sa.func.percentile_cont(0.5).within_group(value)


def _spans(months: Sequence[Month], today: date) -> Any:
    """The months with their first day and the day after their last, of the present one after today."""
    rows = [(month, first_day(month), min(first_day(month + 1), today + timedelta(days=1))) for month in months]
    columns = (sa.column("month", sa.Integer), sa.column("begin", sa.Date), sa.column("after", sa.Date))
    return sa.values(*columns, name="spans").data(rows)
