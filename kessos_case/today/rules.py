"""What stands on the first page beside tasks, and how a day is cut. Values in, values out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Ask(StrEnum):
    """What waits for the reader without being a task: the thing itself asks, and stops asking when it is done."""

    ANSWER_REPORT = "answer_report"
    FIND_RECEIVER = "find_receiver"
    ANSWER_QUESTION = "answer_question"
    ANSWER_OFFER = "answer_offer"
    MEET_PERSON = "meet_person"
    TELL_OUTCOME = "tell_outcome"
    SIGN_GRADUATION = "sign_graduation"


class View(StrEnum):
    """A cut of the list, as the address names it. SOON is what the page opens with: all that is due within a week."""

    SOON = ""
    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"
    DESK = "desk"
    OFFICE = "office"


class Group(StrEnum):
    """Under which heading a thing stands. Where life is in danger it stands above all else, overdue or not."""

    EMERGENCY = "emergency"
    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"


# A week with today in it, as the digest counts it.
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Edges:
    """The instants at which one heading ends and the next begins."""

    now: datetime
    tomorrow: datetime
    day_after: datetime
    week_end: datetime

    def between(self, view: View) -> tuple[datetime | None, datetime | None]:
        """From when and until when a thing of this view is due; None where it has no such end."""
        return {
            View.OVERDUE: (None, self.now),
            View.TODAY: (self.now, self.tomorrow),
            View.WEEK: (self.tomorrow, self.week_end),
            View.LATER: (self.week_end, None),
            View.SOON: (None, self.week_end),
        }.get(view, (None, None))

    def group(self, due_at: datetime, *, is_emergency: bool = False) -> Group:
        """Under which heading something due then stands."""
        if is_emergency:
            return Group.EMERGENCY
        if due_at < self.now:
            return Group.OVERDUE
        if due_at < self.tomorrow:
            return Group.TODAY
        return Group.WEEK if due_at < self.week_end else Group.LATER


def edges(now: datetime, midnight: datetime) -> Edges:
    """Of a day that began at `midnight` on the office's clock."""
    day = timedelta(days=1)
    return Edges(now, midnight + day, midnight + 2 * day, midnight + AHEAD)
