"""When each desk must have answered: the policy's clocks on the calendar of East Java."""

from datetime import datetime

from kessos_case.core.calendar import free_days
from kessos_case.core.clock import office_day
from kessos_case.core.policies import policy
from kessos_case.referrals.rules import Clock, due_at


def due(now: datetime, desk: str, urgency: str) -> datetime:
    """When the clock of this desk (`triage`, `answer`) that starts now ends."""
    limit = policy("routing").content[desk][urgency]
    day = office_day(now)
    # The longest routine clock spans a change of year at most once.
    return due_at(now, Clock(**limit), free_days(day.year) | free_days(day.year + 1), day)
