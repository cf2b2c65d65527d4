"""Reads of the reference data."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.core.db import Session
from kessos_case.reference.models import (
    Category,
    MinimumWage,
    PovertyLine,
    Programme,
    ProgrammeAmount,
    Region,
    ServiceType,
)
from kessos_case.reference.rules import named_level, region_search_form

# Village, kecamatan, kabupaten, province: nobody writes more, and each part costs a look into the index per candidate.
_MOST_PARTS = 4


def regions(parent: str | None = None, level: str | None = None) -> sa.Select[Region]:
    """Places, of one level and directly below one place where these are given."""
    select = sa.select(Region)
    if parent:
        select = select.where(Region.parent_code == parent)
    return select.where(Region.level == level) if level else select


def regions_named(
    session: Session, text: str, limit: int, parent: str | None = None, level: str | None = None
) -> Sequence[Region]:
    """The places whose names are most like this, best first, at most `limit`; below `parent` at any depth.

    What follows a comma names the place around it: 'Sumberejo, Ambulu'. Among equally like names comes first the level
    that the writer named, then the larger place, then the code.
    """
    parts = [part for part in text.split(",") if region_search_form(part)][:_MOST_PARTS]
    if not parts:
        return []
    name, *around = map(region_search_form, parts)
    select = regions(level=level).where(_like(Region, name), *map(_inside, around))
    if parent:
        select = select.where(Region.code.startswith(f"{parent}.", autoescape=True))
    best_first = select.order_by(
        sa.func.similarity(Region.search_form, name).desc(),
        (Region.level == named_level(parts[0])).desc(),
        sa.func.length(Region.code),
        Region.code,
    )
    return session.scalars(best_first.limit(limit)).all()


def _like(place: type[Region], form: str) -> sa.ColumnElement[bool]:
    """Alike as a whole (%), or a word or two of a longer name (<%): the two that the trigram index answers."""
    return place.search_form.op("%", is_comparison=True)(form) | sa.literal(form).op("<%", is_comparison=True)(
        place.search_form
    )


def _inside(form: str) -> sa.ColumnElement[bool]:
    outer = orm.aliased(Region)
    return sa.exists().where(_like(outer, form), Region.code.like(outer.code + ".%"))


def categories(q: str | None = None) -> sa.Select[Category]:
    """The PPKS categories, those that `q` finds by code, name or synonym."""
    synonyms = sa.func.array_to_string(Category.synonyms, " ")
    return _found(sa.select(Category), q, Category.code, Category.name_id, Category.name_en, synonyms)


def programmes(q: str | None = None, kind: str | None = None) -> sa.Select[Programme]:
    """Aid programmes with their amounts, those that `q` finds by code or name."""
    select = _found(sa.select(Programme), q, Programme.code, Programme.name_id, Programme.name_en)
    return select.where(Programme.kind == kind) if kind else select


def service_types(q: str | None = None, parent: str | None = None) -> sa.Select[ServiceType]:
    """Service types, those below one group where it is given."""
    select = _found(sa.select(ServiceType), q, ServiceType.code, ServiceType.name_id, ServiceType.name_en)
    return select.where(ServiceType.parent_code == parent) if parent else select


def _found(select: sa.Select[Any], q: str | None, *columns: Any) -> sa.Select[Any]:
    """Rows that hold `q` in one of these, or nearly: a few dozen rows need no index."""
    if not q:
        return select
    text = sa.func.concat_ws(" ", *columns)
    return select.where(text.icontains(q, autoescape=True) | sa.literal(q).op("<%", is_comparison=True)(text))


def poverty_lines(region_code: str | None = None) -> sa.Select[PovertyLine]:
    """Published poverty lines, of one place where it is given."""
    select = sa.select(PovertyLine)
    return select.where(PovertyLine.region_code == region_code) if region_code else select


def wage_in_force(region_code: str, on: date) -> sa.ColumnElement[bool]:
    """Is this the minimum wage of the place on the day?"""
    return sa.and_(MinimumWage.region_code == region_code, *_in_force(MinimumWage, on))


def minimum_wages(region_code: str | None = None, on: date | None = None) -> sa.Select[MinimumWage]:
    """Minimum wages, of one place and in force on one day where these are given."""
    select = sa.select(MinimumWage)
    if region_code:
        select = select.where(MinimumWage.region_code == region_code)
    return select.where(*_in_force(MinimumWage, on)) if on else select


def amounts(programme_code: str, on: date) -> sa.Select[ProgrammeAmount]:
    """What a programme pays on a day: one row or none."""
    return sa.select(ProgrammeAmount).where(
        ProgrammeAmount.programme_code == programme_code, *_in_force(ProgrammeAmount, on)
    )


def _in_force(dated: type[MinimumWage | ProgrammeAmount], on: date) -> tuple[sa.ColumnElement[bool], ...]:
    return dated.valid_from <= on, dated.valid_to.is_(None) | (dated.valid_to >= on)
