"""What is counted of those whose service began in the same quarter, and which of it is told to whom. Values in, values out.

Source: spec graduation.md "What is reported". Natural, reunified and empowered are always apart, `long_term_care` is in no
figure of graduation, and nothing here says that one thing is because of another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kessos_case.core.hiding import LEAST_TOLD, TOTAL, Cell, hidden_cells
from kessos_case.employment.rules import CHECK_DAYS
from kessos_case.graduation.rules import GraduationKind

# By what people are told apart; each has a column of that name.
DIMENSIONS = ("quarter", "office", "pathway", "category", "sex", "age", "disability", "district")
# Whoever may not see the people may tell them apart by so many of these at once: a third makes cells of single people.
MOST_DIMENSIONS_OUTSIDE = 2

# In the order of a life. `measures` are training, rehabilitation or care; `outcome` work or a safe home.
STAGES = ("assessment", "planning", "measures", "outcome", "aftercare")
# No stage of long-term care.
OF_GRADUATION = ("outcome", "aftercare")
KINDS = tuple(kind.value for kind in GraduationKind)
# Months as days: 90 for a quarter, 182 for half a year, 365 for each year.
STAGE_DAYS = (90, 180, 365, 730)
GRADUATION_DAYS = {12: 365, 24: 730, 36: 1095}
RELAPSE_DAYS = {6: 182, 12: 365, 24: 730}
QUARTERS_AFTER = (2, 4)
CHANGES = ("income", "skill", "confidence")
MOMENTS = ("exit", "after")


@dataclass(frozen=True)
class Measure:
    """Whom a figure counts: `part` is a condition on a life in SQL; `of` the measure whose share it is.

    `near` are measures that hold it: what is left of one of them when this is taken away is told as little as itself.
    """

    code: str
    part: str
    of: str = ""
    near: tuple[str, ...] = ()

    @property
    def holders(self) -> tuple[str, ...]:
        """Everything that this is a part of."""
        return tuple(filter(None, (self.of, *self.near)))


def _measures() -> Iterable[Measure]:
    yield Measure("all", "true")
    yield Measure("graduating", "may_graduate", near=("all",))
    before = ""
    for stage in STAGES:
        of = "graduating" if stage in OF_GRADUATION else "all"
        may = "may_graduate and " if of == "graduating" else ""
        yield Measure(f"reached_{stage}", f"{may}{stage}_end = 1", of, tuple(filter(None, (before,))))
        before = f"reached_{stage}"
    yield Measure("left", "has_left and kind is null", "all")
    for kind in KINDS:
        yield Measure(f"graduated_{kind}", f"may_graduate and kind = '{kind}'", "graduating")
        yield Measure(f"confirmed_{kind}", f"may_graduate and kind = '{kind}' and is_confirmed", f"graduated_{kind}")
    yield from _within_months()
    yield from _relapses()
    yield from _work()
    for name in CHANGES:
        for moment in MOMENTS:
            yield Measure(f"change_{name}_{moment}", f"{name}_{moment} is not null", near=("all",))


def _within_months() -> Iterable[Measure]:
    """Of those who were seen so long, who graduated by then."""
    for months, days in GRADUATION_DAYS.items():
        seen = f"may_graduate and seen_days >= {days}"
        yield Measure(f"seen_{months}", seen, near=("graduating",))
        for kind in KINDS:
            near = (f"graduated_{kind}",)
            yield Measure(f"graduated_{kind}_{months}", f"{seen} and kind = '{kind}' and graduation_days <= {days}",
                          f"seen_{months}", near)  # fmt: skip


def _relapses() -> Iterable[Measure]:
    """Of those who graduated so long ago, who fell back by then."""
    for kind in KINDS:
        of = f"may_graduate and kind = '{kind}'"
        yield Measure(f"relapsed_{kind}", f"{of} and relapse_end = 1", f"graduated_{kind}")
        for months, days in RELAPSE_DAYS.items():
            seen = f"{of} and seen_days - graduation_days >= {days}"
            yield Measure(f"relapse_seen_{kind}_{months}", seen, near=(f"graduated_{kind}",))
            yield Measure(f"relapsed_{kind}_{months}", f"{seen} and relapse_end = 1 and relapse_days <= {days}",
                          f"relapse_seen_{kind}_{months}", (f"relapsed_{kind}",))  # fmt: skip


def _work() -> Iterable[Measure]:
    """Of those who began to work, who was seen in work on a day after; of those who left, who in a quarter after."""
    yield Measure("worked", "has_worked", "all")
    for days in CHECK_DAYS:
        yield Measure(f"kept_known_{days}", f"work_{days} in ('kept', 'over')", near=("worked",))
        yield Measure(f"kept_{days}", f"work_{days} = 'kept'", f"kept_known_{days}")
        yield Measure(f"kept_unknown_{days}", f"work_{days} = 'unknown'", "worked")
    for quarter in QUARTERS_AFTER:
        yield Measure(f"employed_known_{quarter}", f"employed_{quarter} in ('kept', 'over')", near=("all",))
        yield Measure(f"employed_{quarter}", f"employed_{quarter} = 'kept'", f"employed_known_{quarter}")
        yield Measure(f"employed_unknown_{quarter}", f"employed_{quarter} = 'unknown'", near=("all",))
        yield Measure(f"earned_{quarter}", f"income_{quarter} is not null", near=(f"employed_{quarter}",))


MEASURES: Mapping[str, Measure] = {measure.code: measure for measure in _measures()}

# What is counted of one group of people, by measure.
Counts = Mapping[str, int]


def is_few(counts: Counts, measure: Measure) -> bool:
    """Is this so few people, or so few less than those it is a part of, that an acquaintance could be known by it?"""
    here = counts[measure.code]
    rests = (abs(counts[holder] - here) for holder in measure.holders)
    return 0 < here < LEAST_TOLD or any(0 < rest < LEAST_TOLD for rest in rests)


def hidden_measures(table: Mapping[Cell, Counts]) -> dict[Cell, frozenset[str]]:
    """Of each cell of a table with its sums the measures that are not told, so that none follows from the others beside it."""
    hidden: dict[Cell, set[str]] = {cell: set() for cell in table}
    for code, measure in MEASURES.items():
        also = [cell for cell, counts in table.items() if is_few(counts, measure)]
        for cell in hidden_cells({cell: counts[code] for cell, counts in table.items()}, also):
            hidden[cell].add(code)
    # Of whom it is not told how many they are nothing is told.
    return {cell: frozenset(MEASURES) if "all" in codes else frozenset(codes) for cell, codes in hidden.items()}


def with_sums(cells: Mapping[Cell, Counts]) -> dict[Cell, Counts]:
    """The cells and the sums of their rows, their columns and of all."""
    table: dict[Cell, dict[str, int]] = {}
    for (row, column), counts in cells.items():
        for cell in {(row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)}:
            sums = table.setdefault(cell, dict.fromkeys(MEASURES, 0))
            for code, count in counts.items():
                sums[code] += count
    return dict(table)
