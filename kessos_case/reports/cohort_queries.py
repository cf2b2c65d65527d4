"""Reads of `cohort_lives` (life_queries.py): everything is counted in the database, what comes out are figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.cases.models import Case
from kessos_case.core.db import Session
from kessos_case.reports.life_queries import Drawing
from kessos_case.reports.rules.cohorts import CHANGES, DIMENSIONS, MEASURES, MOMENTS, QUARTERS_AFTER, STAGES
from kessos_case.reports.rules.figures import LAST_DAY

_KNOWN = {"office": "cast(office as text)"}


@dataclass(frozen=True)
class Asked:
    """Which lives: of one drawing, of these offices (none: of all), of these words of dimensions."""

    drawing: Drawing
    offices: Sequence[UUID] = ()
    filters: Mapping[str, str] = field(default_factory=dict)

    def where(self) -> tuple[str, dict[str, Any]]:
        """The condition that keeps these lives, and its values."""
        parts = ["as_of = :as_of", "begun_at = :begun_at"]
        values: dict[str, Any] = {"as_of": self.drawing.as_of, "begun_at": self.drawing.begun_at}
        if self.offices:
            parts.append("office = any (:offices)")
            values["offices"] = list(self.offices)
        for name, word in sorted(self.filters.items()):
            parts.append(f"{column_of(name)} = :is_{name}")
            values[f"is_{name}"] = word
        return " and ".join(parts), values


def column_of(dimension: str) -> str:
    """The column by which people are told apart, as text. Raises KeyError for a word that is none."""
    return _KNOWN.get(dimension, {name: name for name in DIMENSIONS}[dimension])


def counts(session: Session, by: Sequence[str], asked: Asked) -> list[tuple[tuple[str, ...], dict[str, int]]]:
    """Every measure of these lives, told apart by these dimensions, in one statement."""
    keys = [f"{column_of(name)} as key_{name}" for name in by]
    figures = [f"count(*) filter (where {measure.part}) as {code}" for code, measure in MEASURES.items()]
    condition, values = asked.where()
    grouped = f"group by {', '.join(str(place) for place in range(1, len(by) + 1))}" if by else ""
    select = f"select {', '.join(keys + figures)} from cohort_lives where {condition} {grouped}"  # noqa: S608  # nosec B608
    rows = session.execute(sa.text(select), values).mappings().all()
    return [
        (tuple(row[f"key_{name}"] for name in by), {code: row[code] for code in MEASURES}) for row in rows
    ]  # fmt: skip


# What is counted by days: columns, the first of which is longer than is asked for after LAST_DAY, and whom it is of.
_SPANS = {
    **{stage: (f"{stage}_days", f"{stage}_end") for stage in STAGES},
    "graduation": ("graduation_days", "kind", "has_left"),
    "relapse": ("relapse_days", "kind", "relapse_end"),
}


def durations(session: Session, asked: Asked) -> Sequence[Any]:
    """(what, days, ending, kind, has_left, may_graduate, n): how long until each stage, graduation, and a relapse after it.

    Endings as in rules/survival.py, of stages and relapses. In one pass, whose rows are days and not people.
    """
    sets = [f"(may_graduate, {', '.join(columns)})" for columns in _SPANS.values()]
    condition, values = asked.where()
    cut = ", ".join(f"least({name}, {LAST_DAY + 1}) as {name}" for name in (columns[0] for columns in _SPANS.values()))
    ends = ", ".join(f"{stage}_end" for stage in STAGES)
    days = ", ".join(columns[0] for columns in _SPANS.values())
    what = " ".join(f"when grouping({columns[0]}) = 0 then '{name}'" for name, columns in _SPANS.items())
    text = f"""
        with chosen as (select may_graduate, kind, has_left, relapse_end, {ends}, {cut} from cohort_lives where {condition})
        select case {what} end as what, coalesce({days}) as days, coalesce({ends}, relapse_end) as ending, kind, has_left,
            may_graduate, count(*) as n
        from chosen group by grouping sets ({", ".join(sets)})
    """  # noqa: S608  # nosec B608
    return session.execute(sa.text(text), values).all()


def sums(session: Session, asked: Asked) -> Any:
    """For each change `<name>_<moment>_n`, `_total` and `_squares`, in one row."""
    names = [f"{name}_{moment}" for name in CHANGES for moment in MOMENTS]
    columns = [
        f"count({name}) as {name}_n, sum({name}) as {name}_total, sum({name} * {name}) as {name}_squares"
        for name in names
    ]  # fmt: skip
    condition, values = asked.where()
    text = f"select {', '.join(columns)} from cohort_lives where {condition}"  # noqa: S608  # nosec B608
    return session.execute(sa.text(text), values).mappings().one()


def wages(session: Session, asked: Asked) -> Sequence[Any]:
    """(quarter, income, n): what those earned a month who were in work in a quarter after they left."""
    condition, values = asked.where()
    parts = [
        f"select {after} as quarter, income_{after} as income, count(*) as n from cohort_lives "  # noqa: S608  # nosec B608
        f"where {condition} and income_{after} is not null group by 2"
        for after in QUARTERS_AFTER
    ]
    return session.execute(sa.text(" union all ".join(parts)), values).all()


def offered(session: Session, asked: Asked) -> dict[str, list[str]]:
    """By each dimension the words that there are, in one pass."""
    condition, values = asked.where()
    what = " ".join(f"when grouping({name}) = 0 then '{name}'" for name in DIMENSIONS)
    words = ", ".join(column_of(name) for name in DIMENSIONS)
    sets = ", ".join(f"({name})" for name in DIMENSIONS)
    text = f"""
        select case {what} end as name, coalesce({words}) as word from cohort_lives where {condition}
        group by grouping sets ({sets}) order by 1, 2
    """  # noqa: S608  # nosec B608
    found: dict[str, list[str]] = {name: [] for name in DIMENSIONS}
    for row in session.execute(sa.text(text), values):
        found[row.name].append(row.word)
    return found


def keep_behind(session: Session, measure: str, asked: Asked) -> int:
    """Keep the first cases of the lives behind a figure for the rest of this transaction; any actor may read these ids.

    Returns how many there are.
    """
    condition, values = asked.where()
    session.execute(sa.text("drop table if exists pg_temp.cohort_behind"))
    chosen = f"select id from cohort_lives where {condition} and {MEASURES[measure].part}"  # noqa: S608  # nosec B608
    made: sa.CursorResult[Any] = session.connection().execute(
        sa.text(f"create temporary table cohort_behind on commit drop as {chosen}"), values
    )
    session.execute(sa.text("grant select on pg_temp.cohort_behind to kessos_app"))
    return made.rowcount


def cases_behind() -> sa.Select[Case]:
    """The cases of these ids, as far as the reader sees them."""
    ids = sa.text("select id from pg_temp.cohort_behind").columns(sa.column("id", sa.Uuid)).subquery("behind")
    return sa.select(Case).where(Case.id.in_(sa.select(ids.c.id)))
