"""What a person lived on, month by month: the one definition that dependency, graduation and the pages share."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.aid import queries
from kessos_case.aid.rules import ExemptLines, Line, MonthOfAid, months_of_aid
from kessos_case.aid.service.units import exempt_lines, is_exempt, unit_lines
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.months import Month, month_of, month_range
from kessos_case.reference.rules import ProgrammeKind

# As far back as the summary of a person goes, the present month included.
SUMMARY_MONTHS = 60
# Beside the kinds: consumption of his household that stands for a member who is exempt himself.
EXEMPT = "exempt"


def unit_consumption(
    session: Session,
    client_id: UUID,
    first: Month,
    last: Month,
    *,
    known_by: date | None = None,
    rule: ExemptLines | None = None,
) -> dict[Month, MonthOfAid]:
    """Net consumption aid of a person's unit for each month of first..last, with the lines that make it up.

    His own lines, and lines of the household that he stood in in that month without those that stand for an exempt member
    (`rule`, else the policy in force). Whole rupiah, each line spread evenly, a reversal over the months that it takes back;
    sums may be zero or below, a month without any line is absent. With `known_by` as the ledger was known on that day, so
    that what came late cannot be held against a decision of before. Source: spec dependency.md, 1 to 3.
    """
    lines = unit_lines(session, client_id, first, last, kind=ProgrammeKind.CONSUMPTION, known_by=known_by, rule=rule)
    return months_of_aid([line.counted for line in lines if line.counts], first, last)


def unit_consumption_of(
    session: Session, client_ids: Sequence[UUID], first: Month, last: Month, *, known_by: date
) -> dict[UUID, list[Line]]:
    """The lines from which `unit_consumption` of these people is counted (rules.months_of_aid), of all in two statements.

    For whoever looks at hundreds in a night, and at each of them over other months.
    """
    found: dict[UUID, list[Line]] = {client_id: [] for client_id in client_ids}
    left_out, kind = exempt_lines(), ProgrammeKind.CONSUMPTION
    for row in queries.lines_of_people(session, client_ids, first, last, kind=kind, known_by=known_by):
        if not is_exempt(row, kind, left_out):
            line = Line(row.id, row.from_month, row.to_month, row.amount, row.since, row.until)
            found[row.owner].append(line)
    return found


def months_by_kind(session: Session, client_id: UUID) -> list[dict[str, Any]]:
    """Net rupiah of the unit's last 60 months, oldest first: `{month, consumption, empowerment, service, insurance, exempt}`.

    `consumption` is what counts toward dependency, `exempt` what does not for it stands for an exempt member.
    """
    first, last = summary_months(session)
    by_kind: dict[str, list[Any]] = {kind.value: [] for kind in ProgrammeKind} | {EXEMPT: []}
    for line in unit_lines(session, client_id, first, last):
        by_kind[EXEMPT if line.is_exempt else line.kind].append(line.counted)
    months = {kind: months_of_aid(lines, first, last) for kind, lines in by_kind.items()}
    nothing = MonthOfAid(0, ())
    return [
        {"month": month} | {kind: found.get(month, nothing).amount for kind, found in months.items()}
        for month in month_range(first, last)
    ]


def summary_months(session: Session) -> tuple[Month, Month]:
    """The first and the last month of a person's summary."""
    last = month_of(office_day(session.now))
    return last - SUMMARY_MONTHS + 1, last
