"""Mentors of every office for whoever looks for one, without who they are; and what became of those who met."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.alumni import queries
from kessos_case.alumni.models import Mentor
from kessos_case.alumni.rules import MentoringOutcome
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.hiding import TOTAL, hidden_cells
from kessos_case.core.paging import Page, PageRequest, page

_ROW = "ended"


@dataclass(frozen=True)
class FoundMentor:
    """A mentor who may be asked: what he can, what for, where, which office keeps him. Never who he is."""

    id: UUID
    skills: list[str]
    free_for: list[str]
    organisation_id: UUID
    office: str
    regency_code: str
    regency: str
    left: int
    since_on: date


def find_mentors(session: Session, wanted: Mapping[str, Any], asked: PageRequest) -> Page:
    """A page of FoundMentor by `skill` (part of a trade), `free_for` and `region`, the longest at it first.

    Found by the program at every UPT; what was looked for is in the audit trail with whom it showed.
    """
    with as_system(session, "alumni.find_mentors"):
        select = queries.found(office_day(session.now), wanted)
        found = page(session, select, [Mentor.since_on, Mentor.id], asked)
    record(session, "list", "mentor", clients=[row[0].client_id for row in found.items])
    return Page([_found(*row) for row in found.items], found.next_cursor)


def read_found(session: Session, mentor_id: UUID) -> FoundMentor | None:
    """The same of one mentor, for the form that asks him; None for one who may not be asked today."""
    with as_system(session, "alumni.find_mentors"):
        row = session.execute(queries.found(office_day(session.now), {}).where(Mentor.id == mentor_id)).one_or_none()
    if row is None:
        return None
    record(session, "read", "mentor", mentor_id, clients=[row[0].client_id])
    return _found(*row)


@dataclass(frozen=True)
class Outcomes:
    """How mentorings ended, of all offices together: None for figures so small that they could tell of one person."""

    total: int | None
    by_outcome: Mapping[str, int | None]


def outcomes(session: Session) -> Outcomes:
    """What became of those who met, by outcome; none that never occurred."""
    with as_system(session, "alumni.outcomes"):
        counted = queries.outcomes(session)
    cells = {(_ROW, outcome): count for outcome, count in counted.items()} | {(_ROW, TOTAL): sum(counted.values())}
    hidden = hidden_cells(cells)
    told = {cell[1]: None if cell in hidden else count for cell, count in cells.items()}
    total = told.pop(TOTAL)
    return Outcomes(total, {outcome: told[outcome] for outcome in MentoringOutcome if outcome in told})


def _found(mentor: Mentor, office: str, regency: str, left: int) -> FoundMentor:
    return FoundMentor(
        id=mentor.id, skills=list(mentor.skills), free_for=list(mentor.free_for), office=office, regency=regency,
        organisation_id=mentor.organisation_id, regency_code=mentor.region_code[: queries.REGENCY], left=left,
        since_on=mentor.since_on,
    )  # fmt: skip
