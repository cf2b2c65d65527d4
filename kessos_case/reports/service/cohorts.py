"""What became of those whose service began together: how far they came, when, and what followed. It says no because."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases.models import Case
from kessos_case.cases.service import listed_cards
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Forbidden, Invalid, field_error
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.reports import cohort_queries as queries
from kessos_case.reports import life_queries
from kessos_case.reports.rules import TOTAL, figures
from kessos_case.reports.rules.cohorts import (
    CHANGES,
    DIMENSIONS,
    MEASURES,
    MOMENTS,
    MOST_DIMENSIONS_OUTSIDE,
    Counts,
    hidden_measures,
    with_sums,
)
from kessos_case.reports.rules.figures import Curve, Figure
from kessos_case.reports.rules.means import Sums
from kessos_case.reports.rules.survival import Lives
from kessos_case.reports.service.sight import report_offices


@dataclass(frozen=True)
class Selection:
    """Whose lives: filters by dimension, and by which dimension they are told apart besides (empty: by none)."""

    filters: Mapping[str, str] = field(default_factory=dict)
    by: str = ""

    @property
    def dimensions(self) -> set[str]:
        """Everything that people are told apart by."""
        return {*self.filters, *filter(None, (self.by,))}


@dataclass(frozen=True)
class Group:
    """The lives of one word of the dimension, and their figures without those of time."""

    key: str
    figures: list[Figure]


@dataclass(frozen=True)
class Cohorts:
    """The report of a day. `is_exact` for whoever leads the offices that it is of, `offices`; else small figures are hidden.

    `is_hidden`: so few people that nothing is told of them.
    """

    selection: Selection
    as_of: date
    is_exact: bool
    offices: list[UUID]
    figures: list[Figure]
    groups: list[Group]
    curves: list[Curve]
    offered: Mapping[str, list[str]]

    @property
    def is_hidden(self) -> bool:
        """May nothing at all be told of these people?"""
        return self.figures[0].is_hidden


def read_cohorts(session: Session, selection: Selection) -> Cohorts:
    """The report: of the offices that the actor leads, exactly; for others of the province, without small figures.

    Raises Invalid when somebody who may not see the people tells them apart by more than two dimensions at once, Forbidden
    when a leader names an office that is not his.
    """
    offices, today = _asked(session, selection), office_day(session.now)
    record(session, "read", "report", report="cohorts", by=selection.by, filters=dict(selection.filters))
    with as_system(session, "reports"):
        life_queries.draw_lives(session, offices or None, today)
        table, hidden = _counted(session, selection, is_exact=bool(offices))
        spans = _spans(session, selection, today)
        sums, wages = _sums(session, selection), _wages(session, selection)
        offered = queries.offered(session, DIMENSIONS)
    dark: Collection[str] | None = None if offices else hidden[TOTAL]
    whole = [
        *figures.counted(table[TOTAL], hidden[TOTAL]), *figures.timed(spans, dark),
        *figures.earned(wages, hidden[TOTAL]), *figures.changed(sums, hidden[TOTAL]),
    ]  # fmt: skip
    groups = [Group(key, list(figures.counted(table[key], hidden[key]))) for key in sorted(table) if key != TOTAL]
    return Cohorts(
        selection, today, bool(offices), offices, whole, groups, figures.curves(spans, dark), offered
    )  # fmt: skip


def may_ask(session: Session, selection: Selection) -> bool:
    """May the actor tell people apart so finely?"""
    return bool(report_offices(session)) or len(selection.dimensions) <= MOST_DIMENSIONS_OUTSIDE


def cohort_rows(session: Session, selection: Selection, measure: str, asked: PageRequest) -> Page:
    """One page of the first cases of the lives behind a figure, as lists show them, the newest first.

    For whoever leads the office. Raises Forbidden for those who see figures only, Invalid for a measure that is none.
    """
    offices = _asked(session, selection)
    if not offices:
        raise Forbidden("Only who leads the office may see the people behind the figures.", code="scope")
    if measure not in MEASURES:
        raise Invalid("There is no such figure.", errors=[field_error("show", "unknown", "No such figure.")])
    with as_system(session, "reports"):
        life_queries.draw_lives(session, offices, office_day(session.now))
        life_queries.let_read(session)
    select = queries.cases_behind(measure, selection.filters)
    found = page(session, select, [Case.opened_at, Case.id], asked, descending=True)
    return Page(listed_cards(session, found.items), found.next_cursor)


def _asked(session: Session, selection: Selection) -> list[UUID]:
    """The offices that the actor leads, none for others; refuses what he may not ask."""
    offices = report_offices(session)
    office = selection.filters.get("office")
    if offices:
        if office and office not in map(str, offices):
            raise Forbidden("You may see the figures of your own office only.", code="scope")
        return offices
    if len(selection.dimensions) > MOST_DIMENSIONS_OUTSIDE:
        wrong = field_error("by", "too_fine", f"Tell people apart by at most {MOST_DIMENSIONS_OUTSIDE} things at once.")
        raise Invalid("Asked so finely a figure could tell of single people.", errors=[wrong])
    return []


Table = dict[str, Counts]


def _counted(
    session: Session, selection: Selection, *, is_exact: bool
) -> tuple[Table, dict[str, frozenset[str]]]:  # fmt: skip
    """What was counted of the selection under TOTAL and of each of its groups, and what of it is not told."""
    if is_exact:
        cells = dict(queries.counts(session, [selection.by] if selection.by else [], selection.filters))
        table = with_sums({(key[0] if key else TOTAL, TOTAL): counts for key, counts in cells.items()})
        exact = {row: counts for (row, _column), counts in table.items()} or {TOTAL: _nothing()}
        return exact, dict.fromkeys(exact, frozenset())
    # Decided over the whole table of which this is a row or a cell, so that it is the same however one comes to it.
    by = sorted(selection.dimensions)
    names = [*by, "", ""][:MOST_DIMENSIONS_OUTSIDE]
    found = queries.counts(session, by, {})
    grid = with_sums({_cell(key): counts for key, counts in found})
    hidden = hidden_measures(grid)
    wanted = [selection.filters.get(name, TOTAL) for name in names]
    told: Table = {TOTAL: grid.get((wanted[0], wanted[1]), _nothing())}
    dark = {TOTAL: hidden.get((wanted[0], wanted[1]), frozenset())}
    if selection.by and selection.by not in selection.filters:
        place = names.index(selection.by)
        for cell, counts in grid.items():
            if cell[place] != TOTAL and cell[1 - place] == wanted[1 - place]:
                told[cell[place]], dark[cell[place]] = counts, hidden[cell]
    return told, dark


def _cell(key: Sequence[str]) -> tuple[str, str]:
    row, column = [*key, TOTAL, TOTAL][:MOST_DIMENSIONS_OUTSIDE]
    return row, column


def _nothing() -> Counts:
    return dict.fromkeys(MEASURES, 0)


def _spans(session: Session, selection: Selection, today: date) -> figures.Spans:
    found: dict[str, list[Lives]] = defaultdict(list)
    for row in queries.durations(session, selection.filters, today):
        found[row.what].append(Lives(row.days, row.ending, row.n))
    return figures.Spans(found)


def _sums(session: Session, selection: Selection) -> dict[str, Sums]:
    row = queries.sums(session, selection.filters)
    names = (f"{name}_{moment}" for name in CHANGES for moment in MOMENTS)
    return {
        name: Sums(row[f"{name}_n"], float(row[f"{name}_total"] or 0), float(row[f"{name}_squares"] or 0)) for name in names
    }  # fmt: skip


def _wages(session: Session, selection: Selection) -> dict[int, Sequence[tuple[int, int]]]:
    found: dict[int, Any] = defaultdict(list)
    for row in queries.wages(session, selection.filters):
        found[row.quarter].append((row.income, row.n))
    return found
