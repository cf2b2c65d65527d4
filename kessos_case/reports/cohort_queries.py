"""Reads of `cohort_lives` (life_queries.py): everything is counted in the database, what comes out are figures."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from kessos_case.cases.models import Case
from kessos_case.core.db import Session
from kessos_case.reports.rules.cohorts import CHANGES, DIMENSIONS, KINDS, MEASURES, MOMENTS, QUARTERS_AFTER, STAGES

_KNOWN = {"office": "cast(office as text)"}


def column_of(dimension: str) -> str:
    """The column by which people are told apart, as text. Raises KeyError for a word that is none."""
    return _KNOWN.get(dimension, {name: name for name in DIMENSIONS}[dimension])


def where(filters: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The condition that keeps the lives of these filters, and its values."""
    parts = [f"{column_of(name)} = :is_{name}" for name in sorted(filters)]
    return " and ".join(parts) or "true", {f"is_{name}": value for name, value in filters.items()}


def counts(
    session: Session, by: Sequence[str], filters: Mapping[str, str]
) -> list[tuple[tuple[str, ...], dict[str, int]]]:
    """Every measure of the lives of these filters, told apart by these dimensions, in one statement."""
    keys = [f"{column_of(name)} as key_{name}" for name in by]
    figures = [f"count(*) filter (where {measure.part}) as {code}" for code, measure in MEASURES.items()]
    condition, values = where(filters)
    grouped = f"group by {', '.join(str(place) for place in range(1, len(by) + 1))}" if by else ""
    select = f"select {', '.join(keys + figures)} from cohort_lives where {condition} {grouped}"  # noqa: S608  # nosec B608
    rows = session.execute(sa.text(select), values).mappings().all()
    return [
        (tuple(row[f"key_{name}"] for name in by), {code: row[code] for code in MEASURES}) for row in rows
    ]  # fmt: skip


def _stage(stage: str) -> str:
    may = "may_graduate" if stage in ("outcome", "aftercare") else "true"
    end = f"case when {stage}_on is not null then 1 when exit_on is not null then 2 else 0 end"
    days = f"coalesce({stage}_on, exit_on, :today) - intake_on"
    return _ended(f"reached_{stage}", days, end, may)


def _graduated(kind: str) -> str:
    """Another kind of graduation, and leaving without one, are other ends."""
    end = f"case when kind = '{kind}' then 1 when kind is not null or exit_on is not null then 2 else 0 end"
    days = "coalesce(graduated_on, exit_on, :today) - intake_on"
    return _ended(f"graduated_{kind}", days, end, "may_graduate")


def _relapsed(kind: str) -> str:
    """Who died can fall back no more."""
    end = "case when relapsed_on is not null then 1 when died_on is not null then 2 else 0 end"
    days = "coalesce(relapsed_on, died_on, :today) - graduated_on"
    return _ended(f"relapsed_{kind}", days, end, f"may_graduate and kind = '{kind}'")


def _ended(what: str, days: str, ending: str, wanted: str) -> str:
    """Words of this file and of the rules only."""
    counted = f"select '{what}' as what, {days} as days, {ending} as ending, count(*) as n"
    return f"{counted} from chosen where {wanted} group by 2, 3"  # noqa: S608  # nosec B608


def durations(session: Session, filters: Mapping[str, str], today: Any) -> Sequence[Any]:
    """(what, days, ending, n): how long until each stage, each kind of graduation, and falling back after it.

    Endings as in rules/survival.py. In one statement, whose rows are days and not people.
    """
    condition, values = where(filters)
    chosen = f"with chosen as materialized (select * from cohort_lives where {condition}) "  # noqa: S608  # nosec B608
    parts = [*map(_stage, STAGES), *map(_graduated, KINDS), *map(_relapsed, KINDS)]
    text = sa.text(chosen + " union all ".join(parts)).bindparams(sa.bindparam("today", type_=sa.Date))
    return session.execute(text, values | {"today": today}).all()


def sums(session: Session, filters: Mapping[str, str]) -> Any:
    """For each change `<name>_<moment>_n`, `_total` and `_squares`, in one row."""
    names = [f"{name}_{moment}" for name in CHANGES for moment in MOMENTS]
    columns = [
        f"count({name}) as {name}_n, sum({name}) as {name}_total, sum({name} * {name}) as {name}_squares"
        for name in names
    ]  # fmt: skip
    condition, values = where(filters)
    text = f"select {', '.join(columns)} from cohort_lives where {condition}"  # noqa: S608  # nosec B608
    return session.execute(sa.text(text), values).mappings().one()


def wages(session: Session, filters: Mapping[str, str]) -> Sequence[Any]:
    """(quarter, income, n): what those earned a month who were in work in a quarter after they left."""
    condition, values = where(filters)
    parts = [
        f"select {after} as quarter, income_{after} as income, count(*) as n from cohort_lives "  # noqa: S608  # nosec B608
        f"where {condition} and income_{after} is not null group by 2"
        for after in QUARTERS_AFTER
    ]
    return session.execute(sa.text(" union all ".join(parts)), values).all()


def cases_behind(measure: str, filters: Mapping[str, str]) -> sa.Select[Case]:
    """The first cases of the lives behind a figure, as far as the reader sees them."""
    condition, values = where(filters)
    chosen = f"select id from cohort_lives where {condition} and {MEASURES[measure].part}"  # noqa: S608  # nosec B608
    ids = sa.text(chosen).columns(sa.column("id", sa.Uuid)).bindparams(**values).subquery("behind")
    return sa.select(Case).where(Case.id.in_(sa.select(ids.c.id)))


def offered(session: Session, dimensions: Iterable[str]) -> dict[str, list[str]]:
    """By each dimension the words that there are, in one statement."""
    parts = [f"select '{name}' as name, {column_of(name)} as word from cohort_lives group by 2" for name in dimensions]  # noqa: S608  # nosec B608
    found: dict[str, list[str]] = {name: [] for name in dimensions}
    for row in session.execute(sa.text(" union all ".join(parts) + " order by 1, 2")):
        found[row.name].append(row.word)
    return found
