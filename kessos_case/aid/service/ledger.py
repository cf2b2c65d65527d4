"""Lines of the ledger are added here, and taken back. A line is for one person or one household; nothing decides about aid."""

from contextlib import nullcontext
from datetime import date
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
    hidden_key,
    known_on,
    missing_for_reversal,
    mistakes_in_line,
    mistakes_in_months,
    source_key,
)
from kessos_case.aid.service.cards import LineCard, card, concerned, disbursement_for, reached
from kessos_case.clients.service import (
    client_for,
    household_for,
    members_in,
    reconsider_graduation,
    stays_of,
    write_timeline,
)
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system, table_of
from kessos_case.core.errors import Conflict, Invalid, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.months import Month, month_of
from kessos_case.reference.rules import ProgrammeKind
from kessos_case.tasks.service import end_of

_ADD = (
    postgresql.insert(table_of(Disbursement))
    .on_conflict_do_nothing(index_elements=["source_key"])
    .returning(table_of(Disbursement).c.id)
)


def record_disbursement(
    session: Session,
    *,
    programme: str,
    client_id: UUID | None = None,
    household_id: UUID | None = None,
    **stated: Any,
) -> tuple[LineCard, bool]:
    """Write down what a programme gave a person or a household for from_month..to_month; True when the line is new.

    The same line again, by the sender's number or by what it says, is the same line. Raises NotFound for whom the actor
    does not reach, Invalid naming each wrong field, Conflict `source_reference_used` when the number belongs to another.
    """
    _refuse_invalid(_mistakes_in_recipient(client_id, household_id))
    stated["to_month"] = stated.get("to_month") or stated["from_month"]
    recipient = _recipient(session, client_id, household_id)
    kind = queries.kinds(session).get(programme)
    today = office_day(session.now)
    mistakes = mistakes_in_line(stated["from_month"], stated["to_month"], stated["paid_on"], today)
    if kind is None:
        mistakes.insert(0, Mistake("programme", "not_found", f"There is no programme {programme}."))
    mistakes += _mistakes_in_household(session, household_id, stated["from_month"], stated["to_month"])
    _refuse_invalid(mistakes)
    row = _row(session, recipient, programme, stated)
    row["source_key"] = _key_of(session, row)
    return write_line(session, row, str(kind), "aid_recorded")


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
        return card(before, kind), False
    wrong = missing_for_reversal(
        _counted(line), line.paid_on, line.amount - queries.taken_back(session, line.id),
        first=from_month, last=last, amount=amount, paid_on=paid_on,
    )  # fmt: skip
    if wrong:
        raise RuleBroken("The line cannot be taken back so.", errors=[vars(entry) for entry in wrong])
    stated = {"from_month": from_month, "to_month": last, "paid_on": paid_on, "component": line.component}
    recipient = {"client_id": line.client_id, "household_id": line.household_id}
    row = _row(session, recipient, line.programme_code, stated | {"amount": -amount})
    return write_line(
        session, row | {"source_key": key, "reverses_id": line.id, "reason": reason}, kind, "aid_reversed"
    )


def lines_after(session: Session, client_id: UUID, day: date) -> list[Disbursement]:
    """Lines for months after the one of this day of which something is left: after a death somebody looks at them.

    His own, and those of a household in which nobody is left; where others live on it, its aid goes on.
    """
    month = month_of(day)
    found = list(queries.lines_after(session, Disbursement.client_id == client_id, month))
    for household_id, _ in stays_of(session, client_id, month, month):
        with as_system(session, "aid"):
            is_left = members_in(session, household_id, month + 1, None)
        if not is_left:
            found += queries.lines_after(session, Disbursement.household_id == household_id, month)
    return found


def _refuse_invalid(mistakes: list[Mistake]) -> None:
    if mistakes:
        errors = [field_error(wrong.field, wrong.code, wrong.detail) for wrong in mistakes]
        raise Invalid("The line has mistakes.", errors=errors)


def _one_at_a_time(session: Session, disbursement_id: UUID) -> None:
    """Two reversals of one line must see each other; a row that nobody may change cannot be locked itself."""
    name = f"reverse:{disbursement_id}"
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))


def _mistakes_in_recipient(client_id: UUID | None, household_id: UUID | None) -> list[Mistake]:
    if (client_id is None) != (household_id is None):
        return []
    code = "missing" if client_id is None else "only_one"
    return [
        Mistake(field, code, "A line is for one person or for one household.")
        for field in ("client_id", "household_id")
    ]


def _recipient(session: Session, client_id: UUID | None, household_id: UUID | None) -> dict[str, UUID | None]:
    """The columns that say whom a line is for. Raises NotFound for whom the actor does not reach."""
    if client_id:
        client_for(session, client_id)
    elif household_id:
        household_for(session, household_id)
    return {"client_id": client_id, "household_id": household_id}


def _mistakes_in_household(session: Session, household_id: UUID | None, first: Month, last: Month) -> list[Mistake]:
    """A line of a household is written by who reaches a member of then: what nobody lived on would be in no one's record."""
    if household_id is None or last < first or members_in(session, household_id, first, last):
        return []
    detail = "In these months nobody whom you reach stands in the household; write down first who does."
    return [Mistake("household_id", "no_member", detail)]


def _row(session: Session, recipient: dict[str, UUID | None], programme: str, stated: dict[str, Any]) -> dict[str, Any]:
    names = ("component", "from_month", "to_month", "paid_on", "amount", "source_reference")
    return (
        {name: stated.get(name) for name in names}
        | recipient
        | {
            "id": new_id(),
            "programme_code": programme,
            "known_on": known_on(stated["paid_on"], office_day(session.now)),
            "reverses_id": None,
            "reason": None,
            "recorded_at": session.now,
            "recorded_by": session.actor.user_id,
        }
    )


def _key_of(session: Session, row: dict[str, Any]) -> UUID:
    """By number or content; where a file has brought the same line for somebody hidden from its sender, the key of that."""
    programme, reference = row["programme_code"], row["source_reference"]
    whose = row["client_id"] or row["household_id"]
    if reference and queries.line_by_key(session, key := hidden_key(programme, reference, whose)):
        return key
    said = [row[name] for name in ("component", "from_month", "to_month", "paid_on", "amount")]
    return source_key(programme, reference, whose, *said)


def write_line(session: Session, row: dict[str, Any], kind: str, entry: str) -> tuple[LineCard, bool]:
    """Insert the line with all that follows, or answer the one that was there first."""
    if session.connection().scalar(_ADD, row) is None:
        return _recorded_before(session, row, kind), False
    line = Disbursement(**row)
    _tell(session, line, kind, entry)
    record(session, "record", "aid", line.id, clients=reached(session, line), programme=line.programme_code)
    return card(line, kind), True


def _tell(session: Session, line: Disbursement, kind: str, entry: str) -> None:
    """Write the line in the record of everybody whom it is for, also of members whom the actor does not reach."""
    happened_at = min(end_of(line.paid_on), session.now)
    people = concerned(session, line)
    with as_system(session, "aid") if line.household_id else nullcontext():
        for client_id in people:
            write_timeline(session, client_id, entry, line.id, happened_at=happened_at)
    if kind == ProgrammeKind.CONSUMPTION:
        for client_id in people:
            reconsider_graduation(session, client_id)


def _recorded_before(session: Session, row: dict[str, Any], kind: str) -> LineCard:
    before = queries.line_by_key(session, row["source_key"])
    same = ("client_id", "household_id", "component", "from_month", "to_month", "paid_on", "amount")
    if before is None or any(getattr(before, name) != row[name] for name in same):
        # The number may be that of a person beyond reach: which line it is, only who reaches that one is told. While the
        # program itself writes for somebody it sees every line, and tells of none.
        known = {"id": str(before.id)} if before and not session.actor.system else {}
        wrong = field_error("source_reference", "used", "Another line has this number.", **known)
        raise Conflict("This number belongs to another line.", code="source_reference_used", errors=[wrong])
    return card(before, kind)


def _counted(line: Disbursement) -> Line:
    return Line(line.id, line.from_month, line.to_month, line.amount)
