"""The strength map: what help stands where, how much of it is in use, and for which regency there is none."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.reference.service import tiles
from kessos_case.reports import strength_queries as queries
from kessos_case.reports.strength_queries import StrengthFilter

PROVINCE = "35"
_SUMMED = ("services", "places", "in_use", "free", "waiting")


@dataclass(frozen=True)
class StrengthLine:
    """What one organisation offers of one kind. `coverage` are the regions whose people it takes."""

    organisation_id: UUID
    organisation_name: str
    kind: str
    region_code: str | None
    service_type: str
    services: int
    places: int | None
    in_use: int | None
    free: int | None
    waiting: int
    is_paused: bool
    agreement_until: date | None
    coverage: list[str]


@dataclass(frozen=True)
class PlaceStrength:
    """Of one regency, or of the province (35): what takes its people, and what of it stands there.

    Places that take people from everywhere are counted in each regency, so the regencies do not add up.
    """

    region_code: str
    organisations: int = 0
    services: int = 0
    places: int = 0
    in_use: int = 0
    free: int = 0
    waiting: int = 0
    standing: int = 0
    free_by_kind: dict[str, int] | None = None
    services_by_kind: dict[str, int] | None = None


def strength_lines(session: Session, wanted: StrengthFilter, asked: PageRequest) -> Page:
    """One page of what organisations offer, by organisation and kind of service."""
    select, key = queries.lines(wanted, office_day(session.now))
    with as_system(session, "reports"):
        found = page(session, select, key, asked)
    return Page([_line(row) for row in found.items], found.next_cursor)


def read_strength(session: Session, wanted: StrengthFilter) -> dict[str, PlaceStrength]:
    """Every regency with what takes its people, by code, also those that nothing reaches; three statements."""
    day = office_day(session.now)
    with as_system(session, "reports"):
        reaching = queries.by_place(session, wanted, day)
        standing = {row.place: row.services for row in queries.standing(session, wanted, day)}
    codes = [tile.code for tile in tiles()]
    return {code: _place(code, reaching, standing.get(code, 0)) for code in sorted(codes)}


def _place(code: str, reaching: Any, standing: int) -> PlaceStrength:
    rows = [row for row in reaching if row.place in (code, PROVINCE)]
    kinds = sorted({row.service_type for row in rows})
    return PlaceStrength(
        region_code=code,
        organisations=sum(row.organisations for row in rows),
        **{name: sum(getattr(row, name) for row in rows) for name in _SUMMED},
        standing=standing,
        free_by_kind={kind: sum(row.free for row in rows if row.service_type == kind) for kind in kinds},
        services_by_kind={kind: sum(row.services for row in rows if row.service_type == kind) for kind in kinds},
    )


def _line(row: Any) -> StrengthLine:
    values = {**row._mapping} if hasattr(row, "_mapping") else dict(zip(StrengthLine.__annotations__, row, strict=True))
    return StrengthLine(**values | {"coverage": sorted(set(values["coverage"].split(",")))})
