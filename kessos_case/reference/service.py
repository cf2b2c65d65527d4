"""Loads the reference files into their tables, and answers what held where on a day. Other features enter here."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert

from kessos_case.core.db import Base, Session
from kessos_case.core.errors import NotFound
from kessos_case.core.months import Month
from kessos_case.reference import queries, sources
from kessos_case.reference.models import (
    Category,
    MinimumWage,
    PasGroup,
    PovertyLine,
    Programme,
    ProgrammeAmount,
    Region,
    ServiceType,
)
from kessos_case.reference.rows import Record, ReferenceDataError
from kessos_case.reference.rules import RegionLevel, is_region_code, regency_and_province, region_lineage
from kessos_case.reference.sources import Tile, Upt, upts

__all__ = [
    "ReferenceDataError",
    "Tile",
    "Upt",
    "category_levels",
    "category_names",
    "known_region_codes",
    "load_reference",
    "minimum_wage_on",
    "minimum_wages_on",
    "poverty_line_on",
    "programme_amount_on",
    "programme_kinds",
    "programme_names",
    "region_exists",
    "region_for",
    "region_path",
    "service_type_groups",
    "service_type_levels",
    "service_type_names",
    "tiles",
    "upts",
]

Known = TypeVar("Known", frozenset[str], dict[str, str])

_known: dict[str, Any] = {}

# What is pointed to comes before what points to it.
_SOURCES: tuple[tuple[type[Base], Callable[[], list[Record]]], ...] = (
    (Region, sources.regions),
    (PasGroup, sources.pas_groups),
    (Category, sources.categories),
    (Programme, sources.programmes),
    (ProgrammeAmount, sources.programme_amounts),
    (PovertyLine, sources.poverty_lines),
    (MinimumWage, sources.minimum_wages),
    (ServiceType, sources.service_types),
)


def load_reference(session: Session) -> dict[str, int]:
    """Bring the tables to what config/reference says; returns the rows added or changed per table, 0 the second time.

    Nothing is deleted: addresses, cases and payments point to rows that a file may no longer have. Raises
    ReferenceDataError naming file and row, before anything is written, when a file is wrong.
    """
    wanted = [(model, records()) for model, records in _SOURCES]
    return {model.__tablename__: _upsert(session, model, records) for model, records in wanted}


def _upsert(session: Session, model: type[Base], records: list[Record]) -> int:
    """Insert or change these rows in one statement; a row that is already so is left alone and not counted."""
    table = sa.inspect(model).local_table
    assert isinstance(table, sa.Table)
    names = [column.name for column in table.columns]
    # One JSON value carries all rows: 46,000 single parameters would take ten times as long.
    sent = sa.func.jsonb_populate_recordset(
        sa.literal_column(f"null::{table.name}"), sa.literal([_as_json(record) for record in records], JSONB)
    ).table_valued(*names)
    statement = insert(table).from_select(names, sa.select(*sent.c))
    changing = [column for column in table.columns if not column.primary_key]
    statement = statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={column.name: statement.excluded[column.name] for column in changing},
        where=sa.tuple_(*changing).is_distinct_from(
            sa.tuple_(*[statement.excluded[column.name] for column in changing])
        ),
    )
    return len(session.execute(statement.returning(sa.literal(1))).all())


def _as_json(record: Record) -> Record:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in record.items()}


def _once(name: str, read: Callable[[], Known]) -> Known:
    """What was read before by this process; an empty answer (nothing loaded yet) is asked again."""
    if not _known.get(name):
        _known[name] = read()
    found: Known = _known[name]
    return found


@cache
def tiles() -> tuple[Tile, ...]:
    """The map of squares: one for each kabupaten and kota. Read once a process."""
    return tuple(sources.tiles())


def region_exists(session: Session, code: str) -> bool:
    """Is there a place with this code?"""
    return code in known_region_codes(session)


def region_for(session: Session, code: str) -> Region:
    """The place with this code. Raises NotFound."""
    found = _region(session, code)
    if found is None:
        raise NotFound("There is no such region.")
    return found


def _region(session: Session, code: str) -> Region | None:
    # The form first: PostgreSQL refuses a NUL with an error where the answer is just no.
    return session.get(Region, code) if is_region_code(code) else None


def region_path(session: Session, code: str) -> list[Region]:
    """The places from the province down to this one, itself included. Raises NotFound."""
    region_for(session, code)
    select = sa.select(Region).where(Region.code.in_(region_lineage(code))).order_by(sa.func.length(Region.code))
    return list(session.scalars(select))


def known_region_codes(session: Session) -> frozenset[str]:
    """Every region code. Read once a process: the register changes with a release, and a release restarts it."""
    return _once("regions", lambda: frozenset(session.scalars(sa.select(Region.code))))


def regencies(session: Session) -> dict[str, str]:
    """The regencies and cities of the province by name, cities after regencies. Read once a process."""
    levels = (RegionLevel.KABUPATEN, RegionLevel.KOTA)
    select = sa.select(Region.code, Region.name).where(Region.level.in_(levels)).order_by(Region.level, Region.name)
    return _once("regencies", lambda: dict(session.execute(select).all()))


def category_names(session: Session, language: str) -> dict[str, str]:
    """The name of each of the 26 categories, in their order. Read once a process and language."""
    name = Category.name_en if language == "en" else Category.name_id
    select = sa.select(Category.code, name).order_by(Category.number)
    return _once(f"category_names {name.key}", lambda: dict(session.execute(select).all()))


def category_levels(session: Session) -> dict[str, str]:
    """Code of each of the 26 categories and how confidential it is. Read once a process."""
    return _once("categories", lambda: dict(session.execute(sa.select(Category.code, Category.confidentiality)).all()))


def programme_names(session: Session, language: str) -> dict[str, str]:
    """The name of each aid programme, by its code. Read once a process and language."""
    name = Programme.name_en if language == "en" else Programme.name_id
    select = sa.select(Programme.code, name).order_by(Programme.code)
    return _once(f"programme_names {name.key}", lambda: dict(session.execute(select).all()))


def programme_kinds(session: Session) -> dict[str, str]:
    """What each aid programme is for, by its code. Read once a process."""
    return _once("programme_kinds", lambda: dict(session.execute(sa.select(Programme.code, Programme.kind)).all()))


def service_type_levels(session: Session) -> dict[str, str]:
    """Code of each service type and how confidential it is. Read once a process."""
    select = sa.select(ServiceType.code, ServiceType.confidentiality)
    return _once("service_types", lambda: dict(session.execute(select).all()))


def service_type_names(session: Session, language: str) -> dict[str, str]:
    """The name of each service type and group. Read once a process and language."""
    name = ServiceType.name_en if language == "en" else ServiceType.name_id
    select = sa.select(ServiceType.code, name)
    return _once(f"service_type_names {name.key}", lambda: dict(session.execute(select).all()))


def service_type_groups(session: Session) -> dict[str, str]:
    """Code of each service type below a group, and of that group. Read once a process."""
    select = sa.select(ServiceType.code, ServiceType.parent_code).where(ServiceType.parent_code.is_not(None))
    return _once("service_groups", lambda: {code: group for code, group in session.execute(select) if group})


def poverty_line_on(session: Session, region_code: str, month: Month) -> PovertyLine | None:
    """The poverty line in force where this place lies: the latest published in the month or before it.

    Of the regency, else of the province where the regency has none; the row says which, and its source. None before the
    first. The line of Indonesia never stands in (spec domain.md, Aid).
    """
    regency, province = regency_and_province(region_code)
    published = queries.poverty_lines().where(
        PovertyLine.region_code.in_({regency, province}), PovertyLine.month <= month
    )
    nearest = published.order_by(sa.func.length(PovertyLine.region_code).desc(), PovertyLine.month.desc())
    return session.scalar(nearest.limit(1))


def minimum_wage_on(session: Session, region_code: str, day: date) -> MinimumWage | None:
    """The minimum wage (rupiah per month) of the regency that holds this place on this day; None where unknown."""
    regency, _province = regency_and_province(region_code)
    return session.scalar(queries.minimum_wages(regency, day))


def minimum_wages_on(session: Session, wanted: Iterable[tuple[str, date]]) -> dict[tuple[str, date], MinimumWage]:
    """The same of many regencies, each on a day of its own, in one statement; those without one are not in it."""
    asked = set(wanted)
    if not asked:
        return {}
    in_force = sa.or_(*(queries.wage_in_force(regency, day) for regency, day in asked))
    found = session.scalars(queries.minimum_wages().where(in_force)).all()
    return {
        (regency, day): wage
        for regency, day in asked
        for wage in found
        if wage.region_code == regency and wage.valid_from <= day and (wage.valid_to is None or day <= wage.valid_to)
    }


def programme_amount_on(session: Session, code: str, day: date) -> ProgrammeAmount | None:
    """What the programme pays on this day; None when it pays no money or had not begun."""
    return session.scalar(queries.amounts(code, day))
