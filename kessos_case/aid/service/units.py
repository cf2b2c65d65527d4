"""A person's assistance unit: his own lines and those of his households in his months, and which of them count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from kessos_case.aid import queries
from kessos_case.aid.models import Disbursement
from kessos_case.aid.rules import ExemptLines, Line, covered_from
from kessos_case.core.db import Session
from kessos_case.core.months import Month, parse_month
from kessos_case.core.policies import policy
from kessos_case.reference.rules import ProgrammeKind
from kessos_case.reference.service import programme_kinds


@dataclass(frozen=True)
class UnitLine:
    """A line as it reaches a person: what it counts for him, of which kind.

    `is_exempt`: consumption of his household that stands for a member who is exempt himself.
    """

    counted: Line
    row: Disbursement
    kind: str
    is_exempt: bool

    @property
    def counts(self) -> bool:
        """Does it count toward dependency?"""
        return self.kind == ProgrammeKind.CONSUMPTION and not self.is_exempt


@cache
def exempt_lines() -> ExemptLines:
    """The lines of households that the policy in force leaves out."""
    aid = policy("dependency").content["aid"]
    return ExemptLines(frozenset(aid["exempt_programmes"]), frozenset(aid["exempt_components"]))


def observed_from(region_code: str | None) -> Month:
    """The first month that the ledger covers where a person lives."""
    return covered_from(_observed(), region_code)


def unit_lines(
    session: Session,
    client_id: UUID,
    first: Month,
    last: Month,
    *,
    kind: ProgrammeKind | None = None,
    known_by: date | None = None,
    rule: ExemptLines | None = None,
) -> list[UnitLine]:
    """Every line that gives a person's unit something in first..last; one of a household once for each of his stays there.

    Point in time are the lines (`known_by`); who lived with whom is taken as the register has it today.
    """
    left_out, kinds = rule or exempt_lines(), programme_kinds(session)
    found = queries.lines_for_months(session, client_id, first, last, kind=kind, known_by=known_by)
    return [
        UnitLine(
            Line(row.id, row.from_month, row.to_month, row.amount, since, until),
            row,
            kinds[row.programme_code],
            is_exempt(row, kinds[row.programme_code], left_out),
        )
        for row, since, until in found
    ]


def is_exempt(line: Any, kind: str, left_out: ExemptLines) -> bool:
    """Is it consumption of a household that stands for a member who is exempt himself? A line, or a row with its columns."""
    of_household = line.household_id is not None and kind == ProgrammeKind.CONSUMPTION
    return of_household and left_out.hold(line.programme_code, line.component)


@cache
def _observed() -> Mapping[str, Month]:
    written = policy("dependency").content["window"]["observed_from"]
    return {code: parse_month(month) for code, month in written.items()}
