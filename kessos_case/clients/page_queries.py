"""Reads that only the pages of clients need: places and categories by name."""

from collections.abc import Iterable

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.core.db import Session
from kessos_case.reference.models import Region
from kessos_case.reference.rules import RegionLevel, region_lineage

Places = list[tuple[str, list[tuple[str, str]]]]


def districts(session: Session, first: str | None) -> Places:
    """Every kecamatan by regency, [(regency, [(code, name)])], and the place `first`; its regency comes first."""
    levels = [RegionLevel.KECAMATAN, RegionLevel.KABUPATEN, RegionLevel.KOTA]
    # A village that was chosen elsewhere must not get lost in a form that offers kecamatan.
    wanted = Region.level.in_(levels) | (Region.code == (first or ""))
    rows = session.execute(sa.select(Region.code, Region.name).where(wanted).order_by(Region.code))
    names = {row.code: row.name for row in rows}
    groups: dict[str, list[tuple[str, str]]] = {code: [] for code in names if len(code) == 5}
    for code, name in names.items():
        if len(code) > 5:
            groups[code[:5]].append((code, name))
    near = (first or "")[:5]
    ordered = sorted(groups, key=lambda code: (code != near, code))
    # Whoever knows the regency alone says so.
    return [(names[code], [(code, names[code]), *groups[code]]) for code in ordered]


def home_region(session: Session) -> str | None:
    """Where the reader's office lies."""
    return session.scalar(sa.select(Organisation.region_code).where(Organisation.id == session.actor.organisation_id))


def place_names(session: Session, codes: Iterable[str | None]) -> dict[str, str]:
    """Places as people say them, from the small to the large: `Ambulu, Kabupaten Jember`, by code."""
    wanted = {code for code in codes if code}
    around = {part for code in wanted for part in region_lineage(code)}
    rows = session.execute(sa.select(Region.code, Region.name).where(Region.code.in_(around))) if around else ()
    names = {row[0]: row[1] for row in rows}
    return {code: _said(names, code) for code in wanted}


def _said(names: dict[str, str], code: str) -> str:
    parts = [part for part in reversed(region_lineage(code)) if len(part) > 2 or part == code]
    return ", ".join(names[part] for part in parts if part in names)
