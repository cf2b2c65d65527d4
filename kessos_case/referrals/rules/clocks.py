"""Which clock each open state runs, when it ends, and who is asked then. How long each is stands in the policy `routing`."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

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


class Rung(StrEnum):
    """Who is asked to see after a referral whose time is over: whoever has it, the desk of the regency, the province's."""

    HOLDER = "holder"
    REGENCY = "regency"
    PROVINCE = "province"


_FROM_OUTSIDE = (Rung.HOLDER, Rung.REGENCY, Rung.PROVINCE)
# Whoever has it is the desk of the regency already.
_FROM_A_DESK = (Rung.HOLDER, Rung.PROVINCE)

# Who is asked, one after the other, while an open state lasts too long: the first when its time is over, each next one when
# the same time is over again. A report that nobody triaged has changed hands by then: the province has it (spec journey.md).
LADDER: dict[State, tuple[Rung, ...]] = {
    State.SUBMITTED: _FROM_A_DESK,
    State.RETURNED: _FROM_OUTSIDE,
    State.ROUTING: _FROM_A_DESK,
    State.OFFERED: _FROM_OUTSIDE,
    State.WAITING: _FROM_OUTSIDE,
    State.ACCEPTED: _FROM_OUTSIDE,
    State.MET: _FROM_OUTSIDE,
    State.UNMET: _FROM_A_DESK,
}


# Whose turn it must be before a desk may take a person back from the receiver that accepted him. One whom nobody has seen in
# time waits for no second question; one who was met may be in good hands, so his receiver is asked first and has as long again.
TAKEN_BACK_AT: dict[State, Rung] = {State.ACCEPTED: Rung.HOLDER, State.MET: Rung.REGENCY}


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


def turns_before_taking(state: str, asked: int) -> int | None:
    """How many more of the ladder come before a desk may take the person back, 0 when the next one may, -1 when it may already;
    None in a state where nobody has him."""
    rung = TAKEN_BACK_AT.get(State(state))
    return None if rung is None else max(-1, LADDER[State(state)].index(rung) - asked)


def next_rung(state: str, asked: int) -> Rung | None:
    """Who is asked after so many have been; None when everybody has, or when nothing is open any more."""
    ladder = LADDER.get(State(state), ())
    return ladder[asked] if asked < len(ladder) else None
