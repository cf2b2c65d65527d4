"""What became of those who passed a course, as everybody may be told, and why people left one, for the own office."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from kessos_case.core.db import Session, as_system
from kessos_case.core.shares import Share, share_of
from kessos_case.training import queries
from kessos_case.training.models import Course, CourseRecord
from kessos_case.training.rules import skill_key
from kessos_case.training.service.scope import must_follow, own_offices


@dataclass(frozen=True)
class Outlook:
    """What became of those who passed. None is a small figure that is not told; no share where it is not told or known.

    `placement` is of those whose first 180 days after the course were seen, `retention` of those of them whose first 180
    days of work were; wages are rupiah a month of those in jobs.
    """

    passed: int | None
    placement: Share | None
    unseen: int | None
    early: int | None
    retention: Share | None
    unchecked: int | None
    recent: int | None
    waged: int | None
    wage_median: int | None
    wage_low: int | None
    wage_high: int | None


@dataclass(frozen=True)
class CourseOutlook:
    """A course beside all courses of its skill; None where it was never counted, or nobody has finished one."""

    course_id: UUID
    skill: str
    counted_at: datetime | None
    course: Outlook | None
    of_skill: Outlook | None


def outlooks(session: Session, courses: Iterable[Course]) -> dict[UUID, CourseOutlook]:
    """What became of those who passed these courses, in one statement; nobody's name."""
    wanted = {course.id: skill_key(course.skill) for course in courses}
    of_skill = sa.and_(CourseRecord.course_id.is_(None), CourseRecord.skill.in_(set(wanted.values())))
    rows = session.scalars(sa.select(CourseRecord).where(CourseRecord.course_id.in_(wanted) | of_skill)).all()
    found = {row.course_id or row.skill: row for row in rows}
    return {key: _beside(key, skill, found.get(key), found.get(skill)) for key, skill in wanted.items()}


def drop_reasons(session: Session, course: Course) -> dict[str, int]:
    """How many people of the own office left a course, or never began it, by reason, most first.

    Raises Forbidden `scope` for another UPT's course.
    """
    must_follow(session, course.organisation_id)
    offices = own_offices(session)
    # Also of those whom the actor no longer reaches.
    with as_system(session, "training"):
        return {str(row[0]): row[1] for row in session.execute(queries.drop_reasons(course.id, offices))}


def _beside(key: UUID, skill: str, own: CourseRecord | None, of_skill: CourseRecord | None) -> CourseOutlook:
    counted_at = next((record.counted_at for record in (own, of_skill) if record), None)
    return CourseOutlook(key, skill, counted_at, _outlook(own), _outlook(of_skill))


def _outlook(record: CourseRecord | None) -> Outlook | None:
    if record is None:
        return None
    same = {
        name: getattr(record, name) for name in Outlook.__dataclass_fields__ if name not in ("placement", "retention")
    }
    return Outlook(placement=_share(record.placed, record.jobless), retention=_share(record.kept, record.lost), **same)


def _share(part: int | None, rest: int | None) -> Share | None:
    return None if part is None or rest is None else share_of(part, part + rest)
