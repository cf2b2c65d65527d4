"""Names that the directory needs when it speaks to other programs: of service types, categories and places."""

from collections.abc import Collection

import sqlalchemy as sa

from kessos_case.core.db import Session
from kessos_case.reference.models import Category, Region, ServiceType
from kessos_case.reference.rules import region_lineage


def service_types(session: Session) -> dict[str, ServiceType]:
    """Every service type and group by its code."""
    return {found.code: found for found in session.scalars(sa.select(ServiceType))}


def categories(session: Session) -> dict[str, tuple[str, str]]:
    """(name, definition) of every PPKS category by its code."""
    select = sa.select(Category.code, Category.name_id, Category.definition)
    return {row[0]: (row[1], row[2]) for row in session.execute(select)}


def region_names(session: Session, codes: Collection[str]) -> dict[str, str]:
    """The names of these places and of all around them, by code."""
    wanted = {outer for code in codes for outer in region_lineage(code)}
    select = sa.select(Region.code, Region.name).where(Region.code.in_(wanted))
    return {row[0]: row[1] for row in session.execute(select)}
