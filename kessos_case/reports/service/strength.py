"""The strength map: what help stands where, how much of it is in use, and for which regency there is none."""

from collections import Counter
from collections.abc import Iterable, Mapping
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
    stated_by_kind: dict[str, int] | None = None


@dataclass(frozen=True)
class Gap:
    """A kind of help that is lacking: the regencies whose people nobody takes, and those where every place is taken."""

    service_type: str
    missing: list[str]
    full: list[str]
    # It is lacking in some regencies and not in all that are looked at.
    is_partial: bool


def strength_lines(session: Session, wanted: StrengthFilter, asked: PageRequest) -> Page:
    """One page of what organisations offer, by organisation and kind of service."""
    select, key = queries.lines(wanted, office_day(session.now))
    with as_system(session, "reports"):
        found = page(session, select, key, asked)
    return Page([_line(row) for row in found.items], found.next_cursor)


def every_strength_line(session: Session, wanted: StrengthFilter) -> list[StrengthLine]:
    """The whole of it at once, in the same order: page by page all would be counted anew for each."""
    select, key = queries.lines(wanted, office_day(session.now))
    with as_system(session, "reports"):
        return [_line(row) for row in session.execute(select.order_by(*key))]


def read_strength(session: Session, wanted: StrengthFilter) -> dict[str, PlaceStrength]:
    """Every regency with what takes its people, by code, also those that nothing reaches; three statements."""
    day = office_day(session.now)
    with as_system(session, "reports"):
        reaching = queries.by_place(session, wanted, day)
        standing = {row.place: row.services for row in queries.standing(session, wanted)}
    codes = [tile.code for tile in tiles()]
    return {code: _place(code, reaching, standing.get(code, 0)) for code in sorted(codes)}


def gaps(regencies: Mapping[str, PlaceStrength], service_types: Iterable[str]) -> list[Gap]:
    """What is lacking of these kinds in these regencies, the widest gap first; what is nowhere lacking is left out.

    A service that has not said how many places it has may take somebody, so where one stands nothing is full.
    """
    found = [_gap(regencies, kind) for kind in service_types]
    return sorted(
        (gap for gap in found if gap.missing or gap.full),
        key=lambda gap: (-len(gap.missing), -len(gap.full), gap.service_type),
    )


def _gap(regencies: Mapping[str, PlaceStrength], kind: str) -> Gap:
    missing = [code for code, place in regencies.items() if not (place.services_by_kind or {}).get(kind)]
    full = [code for code, place in regencies.items() if _is_full(place, kind)]
    return Gap(kind, missing, full, len(missing) < len(regencies))


def _is_full(place: PlaceStrength, kind: str) -> bool:
    services, stated, free = (
        (counts or {}).get(kind, 0) for counts in (place.services_by_kind, place.stated_by_kind, place.free_by_kind)
    )
    return 0 < services == stated and free == 0


def _place(code: str, reaching: Any, standing: int) -> PlaceStrength:
    rows = [row for row in reaching if row.place in (code, PROVINCE)]
    return PlaceStrength(
        region_code=code,
        # One that offers several kinds is one.
        organisations=len({office for row in rows for office in row.organisation_ids}),
        **{name: sum(getattr(row, name) for row in rows) for name in _SUMMED},
        standing=standing,
        free_by_kind=_by_kind(rows, "free"),
        services_by_kind=_by_kind(rows, "services"),
        stated_by_kind=_by_kind(rows, "stated"),
    )


def _by_kind(rows: Iterable[Any], name: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row.service_type] += getattr(row, name)
    return dict(sorted(counts.items()))


def _line(row: Any) -> StrengthLine:
    values = {**row._mapping} if hasattr(row, "_mapping") else dict(zip(StrengthLine.__annotations__, row, strict=True))
    return StrengthLine(**values | {"coverage": sorted(set(values["coverage"].split(",")))})
