"""Which clock each open state runs, and when a clock ends. How long each is stands in the policy `routing`."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kessos_case.referrals.rules.words import State

# The table of the policy that an open state's due time is read from, by urgency.
CLOCK_OF: dict[State, str] = {
    State.SUBMITTED: "triage",
    State.RETURNED: "answer",
    State.ROUTING: "routing",
    State.OFFERED: "offer",
    State.WAITING: "waiting",
    State.ACCEPTED: "meeting",
    State.MET: "outcome",
    State.UNMET: "unmet",
}


@dataclass(frozen=True)
class Clock:
    """A time limit: hours of the calendar, or working days of the office."""

    hours: int = 0
    working_days: int = 0


def due_at(start: datetime, clock: Clock, holidays: frozenset[date], zone_day: date) -> datetime:
    """When a clock that starts at `start` (UTC) ends. `zone_day` is the office's date of the start.

    Working days skip Saturdays, Sundays and `holidays`; the time of day stays, so that what came at ten is due at ten.
    """
    if clock.hours:
        return start + timedelta(hours=clock.hours)
    day, left = zone_day, clock.working_days
    while left:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            left -= 1
    return start + (day - zone_day)


def reminder_at(start: datetime, due: datetime) -> datetime:
    """When a receiver is reminded: at half of the time that an offer lives."""
    return start + (due - start) / 2
