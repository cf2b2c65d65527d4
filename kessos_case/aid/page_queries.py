"""Reads that only the pages of aid need."""

import sqlalchemy as sa

from kessos_case.core.db import Session
from kessos_case.reference.models import Programme


def programme_names(session: Session, language: str) -> dict[str, str]:
    """The name of each programme, by its code."""
    name = Programme.name_en if language == "en" else Programme.name_id
    return {row[0]: row[1] for row in session.execute(sa.select(Programme.code, name))}
