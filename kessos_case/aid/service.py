"""Verbs of the aid ledger: record what was given, take it back, and say what it comes to month by month.

A line is for one person; lines of households come with households. Nothing here decides about aid.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.access.service import record
from kessos_case.aid import queries
from kessos_case.aid.models import Disbursement
from kessos_case.aid.rules import (
    Line,
    Mistake,
    MonthOfAid,
    known_on,
    missing_for_reversal,
    mistakes_in_line,
    mistakes_in_months,
    months_of_aid,
    source_key,
)
from kessos_case.cases.service import reconsider_graduation
from kessos_case.clients.service import client_for, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, table_of
from kessos_case.core.errors import Conflict, Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.months import Month, month_of, month_range
from kessos_case.reference.rules import ProgrammeKind
from kessos_case.tasks.service import end_of

__all__ = [
    "LineCard",
    "MonthOfAid",
    "consumption_of",
    "disbursement_for",
    "lines_after",
    "listed_lines",
    "months_by_kind",
    "read_line",
    "record_disbursement",
    "reverse_line",
]

# As far back as the summary of a person goes, the present month included.
SUMMARY_MONTHS = 60

_ADD = (
    postgresql.insert(table_of(Disbursement))
    .on_conflict_do_nothing(index_elements=["source_key"])
    .returning(table_of(Disbursement).c.id)
)


@dataclass(frozen=True)
class LineCard:
    """A line as shown; months are core.months, `amount` is below zero when the line takes another back."""

    id: UUID
    client_id: UUID
    programme: str
    kind: str
    component: str | None
    from_month: Month
    to_month: Month
    paid_on: date
    known_on: date
    amount: int
    source_reference: str | None
    reverses_id: UUID | None
    reason: str | None
    recorded_at: datetime


def disbursement_for(session: Session, disbursement_id: UUID) -> Disbursement:
    """The one door to a line. Raises NotFound, also for one of a person beyond reach."""
    found = session.get(Disbursement, disbursement_id)
    if found is None:
        raise NotFound("There is no such line in the ledger.")
    return found


def read_line(session: Session, disbursement_id: UUID) -> LineCard:
    """Look at a line; the look is written in the audit trail."""
    line = disbursement_for(session, disbursement_id)
    record(session, "read", "aid", line.id, clients=[line.client_id])
    return _card(line, queries.kinds(session)[line.programme_code])


def listed_lines(session: Session, client_id: UUID, lines: Iterable[Disbursement]) -> list[LineCard]:
    """A person's lines as shown; the look is in the audit trail. Raises NotFound for a person beyond reach."""
    record(session, "list", "aid", clients=[client_for(session, client_id).id])
    kinds = queries.kinds(session)
    return [_card(line, kinds[line.programme_code]) for line in lines]


def record_disbursement(session: Session, *, client_id: UUID, programme: str, **stated: Any) -> tuple[LineCard, bool]:
    """Write down what a programme gave a person for from_month..to_month; True when the line is new.

    The same line again, by the sender's number or by what it says, is the same line. Raises NotFound for a person beyond
    reach, Invalid naming each wrong field, Conflict `source_reference_used` when the number belongs to another line.
    """
    client = client_for(session, client_id)
    stated["to_month"] = stated.get("to_month") or stated["from_month"]
    kind = queries.kinds(session).get(programme)
    today = office_day(session.now)
    mistakes = mistakes_in_line(stated["from_month"], stated["to_month"], stated["paid_on"], today)
    if kind is None:
        mistakes.insert(0, Mistake("programme", "not_found", f"There is no programme {programme}."))
    _refuse_invalid(mistakes)
    said = [stated.get(name) for name in ("component", "from_month", "to_month", "paid_on", "amount")]
    row = _row(session, client.id, programme, stated)
    row["source_key"] = source_key(programme, stated.get("source_reference"), client.id, *said)
    return _write(session, row, str(kind), "aid_recorded")


def reverse_line(
    session: Session,
    *,
    disbursement_id: UUID,
    from_month: Month,
    to_month: Month | None = None,
    amount: int,
    paid_on: date,
    reason: str,
) -> tuple[LineCard, bool]:
    """Take back rupiah (`amount` above zero) of a line for months that it covers; True when the reversal is new.

    The same reversal again is the same one. Raises NotFound, Invalid naming each wrong field, RuleBroken with all that
    stands in the way: months outside the line, more than is left of it, a day before it was paid.
    """
    line = disbursement_for(session, disbursement_id)
    kind = queries.kinds(session)[line.programme_code]
    last = to_month or from_month
    mistakes = mistakes_in_months(from_month, last)
    if paid_on > office_day(session.now):
        mistakes.append(Mistake("paid_on", "in_future", "The day is after today."))
    _refuse_invalid(mistakes)
    key = source_key(line.programme_code, None, "reversal", line.id, from_month, last, amount, paid_on, reason)
    _one_at_a_time(session, line.id)
    if before := queries.line_by_key(session, key):
        return _card(before, kind), False
    wrong = missing_for_reversal(
        _counted(line), line.paid_on, line.amount - queries.taken_back(session, line.id),
        first=from_month, last=last, amount=amount, paid_on=paid_on,
    )  # fmt: skip
    if wrong:
        raise RuleBroken("The line cannot be taken back so.", errors=[vars(entry) for entry in wrong])
    stated = {"from_month": from_month, "to_month": last, "paid_on": paid_on, "component": line.component}
    row = _row(session, line.client_id, line.programme_code, stated | {"amount": -amount})
    return _write(session, row | {"source_key": key, "reverses_id": line.id, "reason": reason}, kind, "aid_reversed")


def months_by_kind(session: Session, client_id: UUID) -> list[dict[str, Any]]:
    """Net rupiah of the last 60 months, oldest first: `{month, consumption, empowerment, service, insurance}`."""
    last = month_of(office_day(session.now))
    first = last - SUMMARY_MONTHS + 1
    lines = queries.lines_for_months(session, client_id, first, last)
    kinds = queries.kinds(session)
    by_kind = {
        kind: months_of_aid([_counted(line) for line in lines if kinds[line.programme_code] == kind], first, last)
        for kind in ProgrammeKind
    }
    nothing = MonthOfAid(0, ())
    return [
        {"month": month} | {kind.value: found.get(month, nothing).amount for kind, found in by_kind.items()}
        for month in month_range(first, last)
    ]


def consumption_of(
    session: Session, client_id: UUID, first: Month, last: Month, *, known_by: date | None = None
) -> dict[Month, MonthOfAid]:
    """Net consumption aid on the person's own ground for each month of first..last, with the lines that make it up.

    Whole rupiah, spread evenly, reversals set against their lines; a month without any line is absent. With `known_by`
    as it was known on that day, so that what came late cannot be held against a decision of before.
    """
    lines = queries.lines_for_months(session, client_id, first, last, kind=ProgrammeKind.CONSUMPTION, known_by=known_by)
    return months_of_aid(map(_counted, lines), first, last)


def lines_after(session: Session, client_id: UUID, day: date) -> list[Disbursement]:
    """Lines for months after the one of this day of which something is left: after a death somebody looks at them."""
    return list(queries.lines_after(session, client_id, month_of(day)))


def _refuse_invalid(mistakes: list[Mistake]) -> None:
    if mistakes:
        errors = [field_error(wrong.field, wrong.code, wrong.detail) for wrong in mistakes]
        raise Invalid("The line has mistakes.", errors=errors)


def _one_at_a_time(session: Session, disbursement_id: UUID) -> None:
    """Two reversals of one line must see each other; a row that nobody may change cannot be locked itself."""
    name = f"reverse:{disbursement_id}"
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))


def _row(session: Session, client_id: UUID, programme: str, stated: dict[str, Any]) -> dict[str, Any]:
    names = ("component", "from_month", "to_month", "paid_on", "amount", "source_reference")
    return {name: stated.get(name) for name in names} | {
        "id": new_id(),
        "client_id": client_id,
        "programme_code": programme,
        "known_on": known_on(stated["paid_on"], office_day(session.now)),
        "reverses_id": None,
        "reason": None,
        "recorded_at": session.now,
        "recorded_by": session.actor.user_id,
    }


def _write(session: Session, row: dict[str, Any], kind: str, entry: str) -> tuple[LineCard, bool]:
    """Insert the line with all that follows, or answer the one that was there first."""
    if session.connection().scalar(_ADD, row) is None:
        return _recorded_before(session, row, kind), False
    line = Disbursement(**row)
    happened_at = min(end_of(line.paid_on), session.now)
    write_timeline(session, line.client_id, entry, line.id, happened_at=happened_at)
    record(session, "record", "aid", line.id, clients=[line.client_id], programme=line.programme_code)
    if kind == ProgrammeKind.CONSUMPTION:
        reconsider_graduation(session, line.client_id)
    return _card(line, kind), True


def _recorded_before(session: Session, row: dict[str, Any], kind: str) -> LineCard:
    before = queries.line_by_key(session, row["source_key"])
    same = ("client_id", "component", "from_month", "to_month", "paid_on", "amount")
    if before is None or any(getattr(before, name) != row[name] for name in same):
        # The number may be that of a person beyond reach: which line it is, only who reaches that one is told.
        known = {"id": str(before.id)} if before else {}
        wrong = field_error("source_reference", "used", "Another line has this number.", **known)
        raise Conflict("This number belongs to another line.", code="source_reference_used", errors=[wrong])
    return _card(before, kind)


def _counted(line: Disbursement) -> Line:
    return Line(line.id, line.from_month, line.to_month, line.amount)


def _card(line: Disbursement, kind: str) -> LineCard:
    own = ("programme", "kind")
    shown = {name: getattr(line, name) for name in LineCard.__dataclass_fields__ if name not in own}
    return LineCard(programme=line.programme_code, kind=kind, **shown)
