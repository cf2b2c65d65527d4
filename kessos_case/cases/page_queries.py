"""Reads that only the pages of casework need: what a form offers to choose from."""

from uuid import UUID

import sqlalchemy as sa

from kessos_case.cases.casework import Plan
from kessos_case.core.db import Session
from kessos_case.reference.models import Region
from kessos_case.reference.rules import RegionLevel

Group = tuple[str, list[tuple[str, str]]]


def plan_numbers(session: Session, case_id: UUID) -> dict[UUID, tuple[int, str]]:
    """The versions of a case's plan, newest first: {id: (number, state)}."""
    select = sa.select(Plan.id, Plan.number, Plan.state).where(Plan.case_id == case_id)
    rows = session.execute(select.order_by(Plan.number.desc()))
    return {row.id: (row.number, row.state) for row in rows}


def kecamatan(session: Session) -> list[Group]:
    """Every kecamatan of the province by its regency: [(name of the regency, [(code, name)])]."""
    levels = (RegionLevel.KABUPATEN, RegionLevel.KOTA, RegionLevel.KECAMATAN)
    select = sa.select(Region.code, Region.name, Region.level).where(Region.level.in_(levels)).order_by(Region.code)
    groups: dict[str, Group] = {}
    for row in session.execute(select):
        if row.level == RegionLevel.KECAMATAN:
            groups[row.code[:5]][1].append((row.code, row.name))
        else:
            groups[row.code] = (row.name, [])
    return list(groups.values())
