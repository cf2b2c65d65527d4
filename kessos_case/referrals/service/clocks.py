"""When each desk must have answered: the policy's clocks on the calendar of East Java."""

from datetime import date, datetime
from functools import cache

import holidays

from kessos_case.core.clock import office_day
from kessos_case.core.policies import policy
from kessos_case.referrals.rules import Clock, due_at


def due(now: datetime, desk: str, urgency: str) -> datetime:
    """When the clock of this desk (`triage`, `answer`) that starts now ends."""
    limit = policy("routing").content[desk][urgency]
    day = office_day(now)
    # The longest routine clock spans a change of year at most once.
    return due_at(now, Clock(**limit), _free_days(day.year) | _free_days(day.year + 1), day)


@cache
def _free_days(year: int) -> frozenset[date]:
    """Public holidays and the government's collective leave (cuti bersama), when no desk is manned."""
    return frozenset(holidays.country_holidays("ID", years=year, categories=("public", "government")))
