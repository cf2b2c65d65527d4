"""What became of the people of each course: a report for those who may see it, and each night the figures beside a course."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.rules import PERMISSIONS, Scope
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Forbidden
from kessos_case.core.ids import new_id
from kessos_case.reports import training_queries as queries
from kessos_case.reports.rules.trainings import (
    ALL_YEARS,
    PROVINCE,
    Key,
    Outcome,
    Taught,
    hidden_figures,
    row_of,
    summed,
    told,
    wages_of,
)
from kessos_case.training.models import CourseRecord

_SCOPES: dict[str, Scope] = {
    line.role: line.scope for line in PERMISSIONS if (line.resource, line.action) == ("report", "read")
}
_RECORDED = ("passed", "placed", "jobless", "unseen", "early", "kept", "lost", "unchecked", "recent")


@dataclass(frozen=True)
class TrainingLine:
    """A course of an office, or where no course is named the office as a whole, or the province; and what came of it."""

    organisation_id: UUID | None
    organisation_name: str | None
    course_id: UUID | None
    course_name: str | None
    outcome: Outcome


@dataclass(frozen=True)
class TrainingOutcomes:
    """The figures of one year (None: of all). `is_exact`: of the reader's own office, small ones too."""

    year: int | None
    years: list[int]
    is_exact: bool
    offices: dict[UUID, str]
    total: TrainingLine
    lines: list[TrainingLine]


def training_outcomes(session: Session, year: int | None = None, office: UUID | None = None) -> TrainingOutcomes:
    """Of every course of every UPT who finished, passed, found work and kept it, and of whom nobody knows; without names.

    A supervisor is told all of his own office; desks, analysts and administrators all but small figures of every office.
    Raises Forbidden `scope` for a supervisor who asks for another office.
    """
    own = None if _sees_all(session) else _own_offices(session)
    if own is not None and office is not None and office not in own:
        raise Forbidden("You may see the figures of your own organisation only.", code="scope")
    with as_system(session, "reports"):
        taught = queries.taught(session, office_day(session.now), own)
    hidden = frozenset() if own is not None else hidden_figures(taught)
    return _Report(taught, hidden, year, is_exact=own is not None).of(office)


def count_courses(session: Session) -> int:
    """Count what everybody may be told of each course and skill, over all years, anew; returns of how many courses.

    As the program, in one transaction: a reader sees the old figures or the new ones.
    """
    taught = queries.taught(session, office_day(session.now))
    report = _Report(taught, hidden_figures(taught), None, is_exact=False)
    courses = {one.course_id: one.skill for one in taught}
    rows = [_record(session, report, row_of("course", key), skill, key) for key, skill in courses.items()]
    rows += [_record(session, report, row_of("skill", skill), skill, None) for skill in sorted({*courses.values()})]
    session.execute(sa.delete(CourseRecord))
    if rows:
        session.execute(sa.insert(CourseRecord), rows)
    return len(courses)


class _Report:
    """All rows with their sums, and which of their figures are told."""

    def __init__(
        self, taught: Sequence[Taught], hidden: frozenset[tuple[str, int, str]], year: int | None, *, is_exact: bool
    ) -> None:
        self.taught, self._year, self._is_exact = taught, year, is_exact
        self._counts, self._wages = summed(taught), wages_of(taught)
        self._hidden: defaultdict[Key, set[str]] = defaultdict(set)
        for row, of, name in hidden:
            self._hidden[row, of].add(name)

    def outcome(self, row: str) -> Outcome:
        """What is told of a row in the year that was asked for."""
        key: Key = (row, ALL_YEARS if self._year is None else self._year)
        return told(self._counts.get(key, {}), self._wages.get(key, ()), self._hidden[key])

    def of(self, office: UUID | None) -> TrainingOutcomes:
        """The lines of one office, or of all."""
        offices = {one.organisation_id: one.organisation_name for one in self.taught}
        chosen = [key for key in offices if office in (None, key)]
        lines = [line for key in chosen for line in self._office(key, offices[key])]
        row = PROVINCE if office is None else row_of("office", office)
        total = TrainingLine(office, offices.get(office) if office else None, None, None, self.outcome(row))
        years = sorted({one.year for one in self.taught}, reverse=True)
        return TrainingOutcomes(self._year, years, self._is_exact, offices, total, lines)

    def _office(self, office: UUID, name: str) -> list[TrainingLine]:
        courses = {
            one.course_id: one.course_name
            for one in self.taught
            if one.organisation_id == office and self._year in (None, one.year)
        }
        if not courses:
            return []
        whole = TrainingLine(office, name, None, None, self.outcome(row_of("office", office)))
        each = [
            TrainingLine(office, name, key, of, self.outcome(row_of("taught", key, office)))
            for key, of in courses.items()
        ]
        return [whole, *each]


def _record(session: Session, report: _Report, row: str, skill: str, course_id: UUID | None) -> dict[str, Any]:
    outcome = report.outcome(row)
    wage = outcome.wage
    return {
        "id": new_id(), "skill": skill, "course_id": course_id, "counted_at": session.now, "waged": wage.n,
        "wage_median": wage.median, "wage_low": wage.low, "wage_high": wage.high,
    } | {name: getattr(outcome, name) for name in _RECORDED}  # fmt: skip


def _sees_all(session: Session) -> bool:
    return any(_SCOPES.get(grant.role) in (Scope.REGION, Scope.ALL) for grant in session.actor.grants)


def _own_offices(session: Session) -> list[UUID]:
    own = session.actor.organisation_id
    named = (
        grant.organisation_id or own for grant in session.actor.grants if _SCOPES.get(grant.role) is Scope.ORGANISATION
    )
    return [office for office in named if office]
