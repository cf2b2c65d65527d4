"""A line as shown, the door to it, and whom it concerns."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.aid.models import Disbursement
from kessos_case.aid.service.units import exempt_lines, is_exempt
from kessos_case.clients.service import client_for, members_in
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import NotFound
from kessos_case.core.months import Month
from kessos_case.reference.rules import ProgrammeKind
from kessos_case.reference.service import programme_kinds


@dataclass(frozen=True)
class LineCard:
    """A line as shown; months are core.months, `amount` is below zero when the line takes another back.

    `counts`: toward dependency of whoever it is for, or of the members of the household.
    """

    id: UUID
    client_id: UUID | None
    household_id: UUID | None
    programme: str
    kind: str
    counts: bool
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
    """The one door to a line. Raises NotFound, also for one of a person beyond reach.

    A household's line is for whoever stood in it in those months: who left before does not see what the others were given.
    One for months in which nobody did is for whoever reaches the household, for somebody has to take it back. A reversal is
    reached with the line that it takes back.
    """
    found = _line(session, disbursement_id)
    asked = _line(session, found.reverses_id) if found and found.reverses_id else found
    if found is None or asked is None or not (reached(session, asked) or _is_nobodys(session, asked)):
        raise NotFound("There is no such line in the ledger.")
    return found


def read_line(session: Session, disbursement_id: UUID) -> LineCard:
    """Look at a line; the look at each of those whom it is for is in the audit trail."""
    line = disbursement_for(session, disbursement_id)
    record(session, "read", "aid", line.id, clients=reached(session, line))
    return card(line, programme_kinds(session)[line.programme_code])


def listed_lines(session: Session, client_id: UUID, lines: Iterable[Disbursement]) -> list[LineCard]:
    """Lines of a person and his households as shown; the look is in the audit trail. Raises NotFound beyond reach."""
    record(session, "list", "aid", clients=[client_for(session, client_id).id])
    kinds = programme_kinds(session)
    return [card(line, kinds[line.programme_code]) for line in lines]


def reached(session: Session, line: Disbursement) -> list[UUID]:
    """Whom a line is for, as far as the actor reaches them: the person, or who stood in the household in its months."""
    if line.household_id is not None:
        return members_in(session, line.household_id, line.from_month, line.to_month)
    return [line.client_id] if line.client_id else []


def concerned(session: Session, line: Disbursement) -> list[UUID]:
    """Everybody whom a line is for, whoever holds them; ids only, for what must be written with each of them."""
    if line.household_id is None:
        return reached(session, line)
    with as_system(session, "aid"):
        return reached(session, line)


def card(line: Disbursement, kind: str) -> LineCard:
    """The line as shown."""
    counts = kind == ProgrammeKind.CONSUMPTION and not is_exempt(line, kind, exempt_lines())
    own = ("programme", "kind", "counts")
    shown = {name: getattr(line, name) for name in LineCard.__dataclass_fields__ if name not in own}
    return LineCard(programme=line.programme_code, kind=kind, counts=counts, **shown)


def _line(session: Session, disbursement_id: UUID) -> Disbursement | None:
    # A statement and not the session's memory, which also holds what the program itself has read.
    return session.scalar(sa.select(Disbursement).where(Disbursement.id == disbursement_id))


def _is_nobodys(session: Session, line: Disbursement) -> bool:
    return line.household_id is not None and not concerned(session, line)
