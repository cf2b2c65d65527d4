"""A person's aid month by month at a glance: what a page draws. Nothing here is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from kessos_case.aid.rules import months_of_aid
from kessos_case.aid.service.months import EXEMPT, summary_months
from kessos_case.aid.service.units import UnitLine, observed_from, unit_lines
from kessos_case.clients.service import client_for
from kessos_case.core.db import Session
from kessos_case.core.months import Month, month_range
from kessos_case.reference.rules import ProgrammeKind


@dataclass(frozen=True)
class GridKind:
    """Net rupiah of one kind in one month: of the person's own lines, and of his household's. Either may be below zero."""

    own: int
    household: int
    is_reversed: bool
    line_ids: tuple[UUID, ...]

    @property
    def amount(self) -> int:
        """Both together."""
        return self.own + self.household


@dataclass(frozen=True)
class GridMonth:
    """One month of a person's assistance unit: himself, and the household that he stood in.

    `kinds` has the kinds that a line touches, of consumption only what counts toward dependency; `exempt` is what his
    household had beside it for a member who is exempt himself. `is_on`: the consumption that counts is above zero.
    `is_covered`: the ledger goes back so far; before it, an empty month says nothing.
    """

    month: Month
    kinds: dict[str, GridKind]
    exempt: GridKind | None
    is_on: bool
    is_covered: bool

    @property
    def is_reversed(self) -> bool:
        """Does a reversal touch the month?"""
        found = [*self.kinds.values(), *([self.exempt] if self.exempt else [])]
        return any(kind.is_reversed for kind in found)


@dataclass(frozen=True)
class AidGrid:
    """60 months or more, oldest first, the present one last."""

    client_id: UUID
    first: Month
    last: Month
    months: tuple[GridMonth, ...]
    months_on: int


def aid_grid(session: Session, client_id: UUID, *, earlier: int = 0) -> AidGrid:
    """The last 60 months of a person's unit, of every kind, and so many before them.

    Who shows it writes the look in the audit trail. Raises NotFound for a person beyond reach.
    """
    client = client_for(session, client_id)
    first, last = summary_months(session)
    first -= earlier
    kinds = _by_kind(unit_lines(session, client.id, first, last), first, last)
    covered = observed_from(client.region_code)
    found = tuple(_month(month, kinds.get(month, {}), covered) for month in month_range(first, last))
    return AidGrid(client.id, first, last, found, sum(month.is_on for month in found))


def _month(month: Month, kinds: dict[str, GridKind], covered: Month) -> GridMonth:
    counted = kinds.get(ProgrammeKind.CONSUMPTION)
    shown = {kind.value: kinds[kind] for kind in ProgrammeKind if kind in kinds}
    is_on = counted is not None and counted.amount > 0
    return GridMonth(month, shown, kinds.get(EXEMPT), is_on, month >= covered)


def _by_kind(lines: Iterable[UnitLine], first: Month, last: Month) -> dict[Month, dict[str, GridKind]]:
    """What each kind gives in each month that one of its lines touches."""
    sorted_out: dict[str, list[UnitLine]] = {}
    for line in lines:
        sorted_out.setdefault(EXEMPT if line.is_exempt else line.kind, []).append(line)
    months: dict[Month, dict[str, GridKind]] = {}
    for kind, found in sorted_out.items():
        own = months_of_aid([line.counted for line in found if line.row.household_id is None], first, last)
        shared = months_of_aid([line.counted for line in found if line.row.household_id], first, last)
        reversals = {line.row.id for line in found if line.row.reverses_id}
        for month in own.keys() | shared.keys():
            parts = [part[month] for part in (own, shared) if month in part]
            ids = tuple(line_id for part in parts for line_id in part.ids)
            own_part, shared_part = (part[month].amount if month in part else 0 for part in (own, shared))
            reversed_here = not reversals.isdisjoint(ids)
            months.setdefault(month, {})[kind] = GridKind(own_part, shared_part, reversed_here, ids)
    return months
