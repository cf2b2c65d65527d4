"""What a plan agreed on beside what was paid, month by month. It only compares: nothing here changes or stops aid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.aid.rules import months_of_aid
from kessos_case.aid.service.units import UnitLine, unit_lines
from kessos_case.cases.rules.tapers import agreed_in
from kessos_case.cases.service.tapers import AgreedTaper, agreed_tapers
from kessos_case.clients.service import client_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.months import Month, month_of, month_range
from kessos_case.reference.rules import ProgrammeKind

# Months before the first reduction, to see what it steps down from.
_BEFORE = 3
# As far as one look reaches back.
_MOST = 36


@dataclass(frozen=True)
class AgreedMonth:
    """Rupiah of one month: agreed (None before the first reduction) and paid (None for a month that is still to come)."""

    month: Month
    agreed: int | None
    paid: int | None

    @property
    def is_more(self) -> bool:
        """Was more paid than was agreed?"""
        return self.agreed is not None and self.paid is not None and self.paid > self.agreed


@dataclass(frozen=True)
class AgreedAid:
    """One programme that steps down by the plan in force; `agreed_on` is None while the person has not agreed."""

    programme_code: str
    case_id: UUID
    plan_id: UUID
    number: int
    agreed_on: date | None
    months: tuple[AgreedMonth, ...]


def agreed_against_paid(session: Session, client_id: UUID) -> list[AgreedAid]:
    """The tapers of a person's plans in force beside what his unit was paid by the same programmes; empty without any.

    Of a person whom the caller has reached; who shows it writes the look in the audit trail.
    """
    tapers = [taper for taper in agreed_tapers(session, client_id) if taper.reductions]
    if not tapers:
        return []
    today = month_of(office_day(session.now))
    first = max(min(taper.reductions[0][0] for taper in tapers) - _BEFORE, today - _MOST + 1)
    lines = unit_lines(session, client_id, first, today, kind=ProgrammeKind.CONSUMPTION)
    return [
        _compared(taper, [line for line in lines if line.row.programme_code == taper.programme_code], today)
        for taper in tapers
    ]


def read_agreed(session: Session, client_id: UUID) -> list[AgreedAid]:
    """The same for a program that asks for it alone; the look is in the audit trail. Raises NotFound beyond reach."""
    client_for(session, client_id)
    found = agreed_against_paid(session, client_id)
    record(session, "read", "aid_taper", clients=[client_id])
    return found


def _compared(taper: AgreedTaper, lines: Iterable[UnitLine], today: Month) -> AgreedAid:
    first = max(taper.reductions[0][0] - _BEFORE, today - _MOST + 1)
    last = max(today, taper.reductions[-1][0])
    paid = months_of_aid([line.counted for line in lines], first, today) if first <= today else {}
    months = tuple(
        AgreedMonth(
            month,
            agreed_in(taper.reductions, month),
            (paid[month].amount if month in paid else 0) if month <= today else None,
        )
        for month in month_range(first, last)
    )
    return AgreedAid(taper.programme_code, taper.case_id, taper.plan_id, taper.number, taper.agreed_on, months)
