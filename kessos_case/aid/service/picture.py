"""A person's months of aid as a picture: rows of years, cells of months, a strip for each kind. Values only, no words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from kessos_case.aid.service.grid import AidGrid, GridKind, GridMonth, aid_grid
from kessos_case.core.db import Session
from kessos_case.core.months import Month
from kessos_case.core.policies import policy
from kessos_case.reference.rules import ProgrammeKind


class Sign(StrEnum):
    """What a strip shows: given; given and not counted toward dependency; nothing left of it; less than nothing."""

    GIVEN = "given"
    UNCOUNTED = "uncounted"
    TAKEN_BACK = "taken_back"
    BELOW_ZERO = "below_zero"


@dataclass(frozen=True)
class Strip:
    """One kind in one month: net rupiah, of which to the person himself and to his household."""

    kind: str
    sign: Sign
    amount: int
    own: int
    household: int
    is_reversed: bool


@dataclass(frozen=True)
class Cell:
    """One month. `is_shown` is false outside the picture, `is_known` where the ledger had not begun and has no line.

    A running month is drawn but not counted: what it will hold is not known yet.
    """

    month: Month
    is_shown: bool = False
    is_known: bool = False
    is_running: bool = False
    strips: tuple[Strip, ...] = ()


@dataclass(frozen=True)
class Year:
    """The twelve months of one calendar year."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Stretch:
    """Months on aid that belong together: from the first to the last, `months_on` of them with aid.

    `may_be_longer`: it begins where the counted months begin, and nobody looked at what was before.
    """

    first: Month
    last: Month
    months_on: int
    may_be_longer: bool

    @property
    def length(self) -> int:
        """Months from the first to the last, gaps between included."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Picture:
    """The whole of it. Counted are the months covered..last; `current` is the stretch that goes on. A score counts the same,
    of who came of age within them from that month on.

    `covered` is later than the first month of the picture where the ledger begins within it.
    """

    years: tuple[Year, ...]
    kinds: tuple[str, ...]
    first: Month
    covered: Month
    last: Month
    months_on: int
    stretches: tuple[Stretch, ...]
    current: Stretch | None

    @property
    def months_counted(self) -> int:
        """Months covered..last."""
        return max(0, self.last - self.covered + 1)

    @property
    def strips(self) -> tuple[Strip, ...]:
        """Every strip, so that a legend explains what is there and nothing else."""
        return tuple(strip for year in self.years for cell in year.cells for strip in cell.strips)


def months_picture(session: Session, client_id: UUID) -> Picture:
    """The last 60 whole months of a person and the running one. Raises NotFound beyond reach."""
    window = policy("dependency").content["window"]
    lag = window["closing_lag_months"]
    return picture(aid_grid(session, client_id, earlier=1 + lag), window["gap"], lag)


def picture(grid: AidGrid, gap: int, closing_lag: int = 0) -> Picture:
    """Draw the grid, whose last month is the running one. `gap` months without aid do not end a stretch.

    `closing_lag` months before the running one are not closed yet and counted as little as it is.
    """
    last = grid.last - 1 - closing_lag
    cells = {month.month: _cell(month, is_running=month.month > last) for month in grid.months}
    covered = min((month.month for month in grid.months if month.is_covered), default=grid.last)
    on = [month.is_on for month in grid.months if covered <= month.month <= last]
    found = stretches(on, covered, gap)
    is_current = bool(found) and last - found[-1].last <= gap
    return Picture(
        years=_years(cells),
        kinds=_kinds(cells),
        first=grid.first,
        covered=covered,
        last=last,
        months_on=sum(on),
        stretches=found,
        current=found[-1] if is_current else None,
    )


def stretches(on: Sequence[bool], first: Month, gap: int) -> tuple[Stretch, ...]:
    """Runs of months that are on, with at most `gap` months without between two of them, the earliest first.

    The spells of spec dependency.md, 4, for a reader; a test holds both to the same result.
    """
    found: list[Stretch] = []
    for month, is_on in enumerate(on, start=first):
        if not is_on:
            continue
        if found and month - found[-1].last - 1 <= gap:
            found[-1] = replace(found[-1], last=month, months_on=found[-1].months_on + 1)
        else:
            found.append(Stretch(month, month, 1, may_be_longer=month - first <= gap))
    return tuple(found)


def _cell(month: GridMonth, *, is_running: bool) -> Cell:
    strips = [_strip(kind, month.kinds[kind], Sign.GIVEN) for kind in ProgrammeKind if kind in month.kinds]
    if month.exempt is not None:
        # Beside the consumption that counts, which comes first.
        place = int(ProgrammeKind.CONSUMPTION in month.kinds)
        strips.insert(place, _strip(ProgrammeKind.CONSUMPTION, month.exempt, Sign.UNCOUNTED))
    return Cell(month.month, True, month.is_covered or bool(strips), is_running, tuple(strips))


def _strip(kind: str, found: GridKind, sign: Sign) -> Strip:
    if found.amount < 0:
        sign = Sign.BELOW_ZERO
    elif found.amount == 0:
        sign = Sign.TAKEN_BACK
    return Strip(ProgrammeKind(kind).value, sign, found.amount, found.own, found.household, found.is_reversed)


def _years(cells: Mapping[Month, Cell]) -> tuple[Year, ...]:
    """Whole calendar years around these months; months outside stay empty."""
    numbers = range(min(cells) // 12, max(cells) // 12 + 1)
    return tuple(
        Year(number, tuple(cells.get(month) or Cell(month) for month in range(number * 12, number * 12 + 12)))
        for number in numbers
    )


def _kinds(cells: Mapping[Month, Cell]) -> tuple[str, ...]:
    """The kinds that occur, in the order of their strips; what counts toward dependency is always among them."""
    found = {strip.kind for cell in cells.values() for strip in cell.strips} | {ProgrammeKind.CONSUMPTION.value}
    return tuple(kind.value for kind in ProgrammeKind if kind.value in found)
