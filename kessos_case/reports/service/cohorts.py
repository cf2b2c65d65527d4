"""What became of those whose service began together: how far they came, when, and what followed. It says no because."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases.models import Case
from kessos_case.cases.service import listed_cards
from kessos_case.core.db import Session
from kessos_case.core.errors import Forbidden, Invalid, field_error
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.reports import cohort_queries as queries
from kessos_case.reports.cohort_queries import Asked
from kessos_case.reports.life_queries import Drawing
from kessos_case.reports.rules import TOTAL, figures
from kessos_case.reports.rules.cohorts import (
    CHANGES,
    KINDS,
    MEASURES,
    MOMENTS,
    MOST_DIMENSIONS_OUTSIDE,
    OF_GRADUATION,
    STAGES,
    Counts,
    hidden_measures,
    with_sums,
)
from kessos_case.reports.rules.figures import Curve, Figure
from kessos_case.reports.rules.means import Sums
from kessos_case.reports.rules.survival import CENSORED, HAPPENED, OTHERWISE, Lives
from kessos_case.reports.service.lives import read_lives
from kessos_case.reports.service.sight import report_offices

Table = dict[str, Counts]


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
    """The report as of the end of a day. `is_exact` for whoever leads the offices that it is of, `offices`; else small figures
    are hidden.

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

    It is of the newest night that counted everybody, and says of which day that is. Raises Invalid when somebody who may not
    see the people tells them apart by more than two dimensions at once, Forbidden when a leader names an office that is not
    his, Conflict `not_counted` where no night has counted yet.
    """
    offices = _asked(session, selection)
    record(session, "read", "report", report="cohorts", by=selection.by, filters=dict(selection.filters))
    read = read_lives(session, lambda drawing: _read(session, selection, offices, drawing))
    return _reckoned(selection, offices, read)


@dataclass(frozen=True)
class _Read:
    """What the database counted; it is reckoned with afterwards, so that no statement waits for that."""

    as_of: date
    table: Table
    hidden: Mapping[str, frozenset[str]]
    spans: figures.Spans
    sums: dict[str, Sums]
    wages: dict[int, Sequence[tuple[int, int]]]
    offered: Mapping[str, list[str]]


def _read(session: Session, selection: Selection, offices: list[UUID], drawing: Drawing) -> _Read:
    asked = Asked(drawing, offices, selection.filters)
    table, hidden = _counted(session, selection, asked)
    return _Read(
        drawing.as_of, table, hidden, _spans(session, asked), _sums(session, asked), _wages(session, asked),
        queries.offered(session, replace(asked, filters={})),
    )  # fmt: skip


def _reckoned(selection: Selection, offices: list[UUID], read: _Read) -> Cohorts:
    table, hidden = read.table, read.hidden
    dark: Collection[str] | None = None if offices else hidden[TOTAL]
    whole = [
        *figures.counted(table[TOTAL], hidden[TOTAL]), *figures.timed(read.spans, dark),
        *figures.earned(read.wages, hidden[TOTAL]), *figures.changed(read.sums, hidden[TOTAL]),
    ]  # fmt: skip
    groups = [Group(key, list(figures.counted(table[key], hidden[key]))) for key in sorted(table) if key != TOTAL]
    return Cohorts(
        selection, read.as_of, bool(offices), offices, whole, groups, figures.curves(read.spans, dark), read.offered
    )  # fmt: skip


def may_ask(session: Session, selection: Selection) -> bool:
    """May the actor tell people apart so finely?"""
    return bool(report_offices(session)) or len(selection.dimensions) <= MOST_DIMENSIONS_OUTSIDE


def cohort_rows(session: Session, selection: Selection, measure: str, asked: PageRequest) -> Page:
    """One page of the first cases of the lives behind a figure, as lists show them, the newest first.

    For whoever leads the office. Raises Forbidden for those who see figures only, Invalid for a measure that is none,
    Conflict `not_counted` where no night has counted yet.
    """
    offices = _asked(session, selection)
    if not offices:
        raise Forbidden("Only who leads the office may see the people behind the figures.", code="scope")
    if measure not in MEASURES:
        raise Invalid("There is no such figure.", errors=[field_error("show", "unknown", "No such figure.")])
    read_lives(
        session, lambda drawing: queries.keep_behind(session, measure, Asked(drawing, offices, selection.filters))
    )  # fmt: skip
    found = page(session, queries.cases_behind(), [Case.opened_at, Case.id], asked, descending=True)
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


def _counted(session: Session, selection: Selection, asked: Asked) -> tuple[Table, dict[str, frozenset[str]]]:
    """What was counted of the selection under TOTAL and of each of its groups, and what of it is not told."""
    if asked.offices:
        cells = dict(queries.counts(session, [selection.by] if selection.by else [], asked))
        table = with_sums({(key[0] if key else TOTAL, TOTAL): counts for key, counts in cells.items()})
        exact = {row: counts for (row, _column), counts in table.items()} or {TOTAL: _nothing()}
        return exact, dict.fromkeys(exact, frozenset())
    # Decided over the whole table of which this is a row or a cell, so that it is the same however one comes to it.
    by = sorted(selection.dimensions)
    names = [*by, "", ""][:MOST_DIMENSIONS_OUTSIDE]
    found = queries.counts(session, by, replace(asked, filters={}))
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


def _spans(session: Session, asked: Asked) -> figures.Spans:
    found: dict[str, list[Lives]] = defaultdict(list)
    for row in queries.durations(session, asked):
        for what, ending in _endings(row):
            found[what].append(Lives(row.days, ending, row.n))
    return figures.Spans(found)


def _endings(row: Any) -> Iterator[tuple[str, int]]:
    """For which figures these lives count, and how they ended there."""
    if row.what in STAGES:
        if row.may_graduate or row.what not in OF_GRADUATION:
            yield f"reached_{row.what}", row.ending
    elif row.may_graduate and row.what == "graduation":
        # Another kind of graduation, and leaving without one, are other ends.
        other = OTHERWISE if row.kind or row.has_left else CENSORED
        yield from ((f"graduated_{kind}", HAPPENED if row.kind == kind else other) for kind in KINDS)
    elif row.may_graduate and row.kind:
        yield f"relapsed_{row.kind}", row.ending


def _sums(session: Session, asked: Asked) -> dict[str, Sums]:
    row = queries.sums(session, asked)
    names = (f"{name}_{moment}" for name in CHANGES for moment in MOMENTS)
    return {
        name: Sums(row[f"{name}_n"], float(row[f"{name}_total"] or 0), float(row[f"{name}_squares"] or 0)) for name in names
    }  # fmt: skip


def _wages(session: Session, asked: Asked) -> dict[int, Sequence[tuple[int, int]]]:
    found: dict[int, Any] = defaultdict(list)
    for row in queries.wages(session, asked):
        found[row.quarter].append((row.income, row.n))
    return found
