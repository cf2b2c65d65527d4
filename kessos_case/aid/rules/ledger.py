"""Words and arithmetic of the aid ledger. Values in, values out. Source: spec domain.md "Aid", dependency.md."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from kessos_case.core.months import Month, format_month, month_of, month_range, spread

# One line covers at most a year; it is paid at most five years late, which is as far as anything looks back, and at most
# a year ahead.
LONGEST = 12
LATEST_PAYMENT = 60
EARLIEST_PAYMENT = 12


class ReversalReason(StrEnum):
    """Why a line of the ledger is taken back."""

    RETURNED = "returned"
    WRONG_PERSON = "wrong_person"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_MONTH = "wrong_month"
    DUPLICATE = "duplicate"
    NOT_PAID = "not_paid"


class ImportState(StrEnum):
    """Where an imported file stands."""

    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class ImportRowState(StrEnum):
    """What became of a row. `known`: its line stood in the ledger before; `parked`: it is not sure whose it is."""

    READY = "ready"
    KNOWN = "known"
    PARKED = "parked"
    FAILED = "failed"
    ADDED = "added"
    SETTLED = "settled"


@dataclass(frozen=True)
class Line:
    """What counts of a line: its whole rupiah (below zero when it takes back) over the months first..last.

    A line of a household is a member's own only in `since`..`until`, his months there; elsewhere its share is not his.
    """

    id: UUID
    first: Month
    last: Month
    amount: int
    since: Month | None = None
    until: Month | None = None

    def is_his_in(self, month: Month) -> bool:
        """Does what the line gives for this month count for the person?"""
        return (self.since is None or month >= self.since) and (self.until is None or month <= self.until)


@dataclass(frozen=True)
class MonthOfAid:
    """Net rupiah for one month, and the lines that make it up, oldest id first."""

    amount: int
    ids: tuple[UUID, ...]


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong with a line: in which field, a stable code, a sentence."""

    field: str
    code: str
    detail: str


def months_of_aid(lines: Iterable[Line], first: Month, last: Month) -> dict[Month, MonthOfAid]:
    """Net rupiah of the lines in each month of first..last, spread evenly; a month that no line touches is absent.

    Sums may be zero or below: a reversal is set against its line and nothing is floored (spec dependency.md, 2 and 3).
    """
    found: dict[Month, MonthOfAid] = {}
    for line in sorted(lines, key=lambda line: line.id):
        for month, share in zip(
            month_range(line.first, line.last), spread(line.amount, line.first, line.last), strict=True
        ):
            if share and first <= month <= last and line.is_his_in(month):
                before = found.get(month, MonthOfAid(0, ()))
                found[month] = MonthOfAid(before.amount + share, (*before.ids, line.id))
    return dict(sorted(found.items()))


def known_on(paid_on: date, recorded_on: date) -> date:
    """The day from which a line may be held against a decision: the later of paid and recorded (spec dependency.md, 1)."""
    return max(paid_on, recorded_on)


# Made once: a file of a million rows asks for as many keys.
_JSON = json.JSONEncoder(default=str)


def source_key(programme: str, reference: str | None, *content: object) -> UUID:
    """What makes a line the same line: the sender's number within his programme, else a hash of what it says.

    `content` are the recipient, component, months, day and rupiah, in an order that stays.
    """
    if reference is not None:
        return _key(f"number:{programme}:{reference}")
    said = _JSON.encode([programme, *content])
    return _key(f"content:{hashlib.sha256(said.encode()).hexdigest()}")


def hidden_key(programme: str, reference: str, recipient: UUID) -> UUID:
    """The key of a numbered line whose recipient the sender must not learn of: to him the number stays free."""
    return _key(f"hidden:{programme}:{recipient}:{reference}")


def _key(text: str) -> UUID:
    """Half of a SHA-256, which fits the column of an id: twenty million keys stand in its index."""
    return UUID(bytes=hashlib.sha256(text.encode()).digest()[:16])


def mistakes_in_line(first: Month, last: Month, paid_on: date, today: date) -> list[Mistake]:
    """What no payment can be: months out of order, too many, too far from the day it was paid; a day to come."""
    mistakes = mistakes_in_months(first, last)
    paid = month_of(paid_on)
    if paid_on > today:
        mistakes.append(Mistake("paid_on", "in_future", "The day is after today."))
    elif paid - first > LATEST_PAYMENT:
        mistakes.append(Mistake("from", "too_early", f"More than {LATEST_PAYMENT} months before it was paid."))
    elif last - paid > EARLIEST_PAYMENT:
        mistakes.append(Mistake("to", "too_late", f"More than {EARLIEST_PAYMENT} months after it was paid."))
    return mistakes


def mistakes_in_months(first: Month, last: Month) -> list[Mistake]:
    """Months out of order, or more than a line may cover."""
    if last < first:
        return [Mistake("to", "before_from", f"The last month is before {format_month(first)}.")]
    if last - first >= LONGEST:
        return [Mistake("to", "too_long", f"A line covers at most {LONGEST} months.")]
    return []


def missing_for_reversal(
    line: Line, line_paid_on: date, left: int, *, first: Month, last: Month, amount: int, paid_on: date
) -> list[Mistake]:
    """Why these rupiah cannot be taken back from a line of which `left` are left; everything at once."""
    if line.amount < 0:
        return [Mistake("disbursement_id", "is_reversal", "This line takes back another; correct it by a new payment.")]
    mistakes = []
    if first < line.first or last > line.last:
        detail = f"The line is for {format_month(line.first)}..{format_month(line.last)}."
        mistakes.append(Mistake("from", "outside_months", detail))
    if amount > left:
        mistakes.append(Mistake("amount", "exceeds_line", f"Of the line {left} rupiah are left."))
    if paid_on < line_paid_on:
        mistakes.append(Mistake("paid_on", "before_payment", f"It was paid on {line_paid_on}."))
    return mistakes
