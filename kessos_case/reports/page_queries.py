"""Reads that only the pages of figures need: names for codes."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from kessos_case.access.service import names_of
from kessos_case.core.db import Session
from kessos_case.reference.models import Region, ServiceType
from kessos_case.reference.service import category_names


def place_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """The names of these places."""
    select = sa.select(Region.code, Region.name).where(Region.code.in_(set(codes)))
    return {row[0]: row[1] for row in session.execute(select)}


def service_types(session: Session, language: str) -> list[tuple[str, str | None, str]]:
    """(code, group, name) of every kind of service, the groups first in their own order."""
    name = ServiceType.name_en if language == "en" else ServiceType.name_id
    select = sa.select(ServiceType.code, ServiceType.parent_code, name).order_by(name)
    return [(code, parent, text) for code, parent, text in session.execute(select)]


def cohort_names(session: Session, found: Any, language: str) -> dict[str, dict[str, str]]:
    """By dimension the names of the codes of a cohort report, for those that are no words of ours."""
    words = found.offered
    return {
        "office": names_of(session, words["office"]),
        "category": category_names(session, language),
        "district": place_names(session, [word for word in words["district"] if word != "unknown"]),
    }
