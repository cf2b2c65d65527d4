"""Reads that only the pages of figures need: names for codes."""

from collections.abc import Iterable

import sqlalchemy as sa

from kessos_case.core.db import Session
from kessos_case.reference.models import Region, ServiceType


def place_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """The names of these places."""
    select = sa.select(Region.code, Region.name).where(Region.code.in_(set(codes)))
    return {row[0]: row[1] for row in session.execute(select)}


def service_types(session: Session, language: str) -> list[tuple[str, str | None, str]]:
    """(code, group, name) of every kind of service, the groups first in their own order."""
    name = ServiceType.name_en if language == "en" else ServiceType.name_id
    select = sa.select(ServiceType.code, ServiceType.parent_code, name).order_by(name)
    return [(code, parent, text) for code, parent, text in session.execute(select)]
