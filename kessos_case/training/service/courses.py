"""Courses and their batches: added and changed by the office that teaches them, open to everyone to look at."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system, attempt, is_broken, row_of
from kessos_case.core.errors import Conflict, Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.training.models import Batch, Course, Enrolment
from kessos_case.training.rules import OPEN_STATES
from kessos_case.training.service.places import NO_CLASH, fill
from kessos_case.training.service.scope import must_keep, own_office


@dataclass(frozen=True)
class BatchCard:
    """A batch as shown."""

    id: UUID
    version: int
    course_id: UUID
    course_name: str
    skill: str
    organisation_id: UUID
    starts_on: date
    ends_on: date
    capacity: int
    taken: int
    free: int


def course_for(session: Session, course_id: UUID, *, lock: bool = False) -> Course:
    """The one door to a course. Raises NotFound."""
    found = row_of(session, Course, course_id, lock=lock)
    if found is None:
        raise NotFound("There is no such course.")
    return found


def add_course(session: Session, *, name: str, skill: str, hours: int, capacity: int) -> Course:
    """Teach a course at the own office; `capacity` are the places of a batch that says nothing else."""
    made = Course(
        id=new_id(), organisation_id=own_office(session), name=name, skill=skill, hours=hours, capacity=capacity,
        created_at=session.now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(session, "create", "course", made.id)
    return made


def change_course(session: Session, course: Course, changes: dict[str, Any]) -> Course:
    """Change a course; batches keep the places that they have. Raises Forbidden `scope` for another office's."""
    must_keep(session, course.organisation_id)
    for name, value in changes.items():
        setattr(course, name, value)
    session.flush()
    record(session, "change", "course", course.id, fields=sorted(changes))
    return course


def batch_for(session: Session, batch_id: UUID, *, lock: bool = False) -> Batch:
    """The one door to a batch; with `lock` nobody else gives or takes its places meanwhile. Raises NotFound."""
    found = row_of(session, Batch, batch_id, lock=lock)
    if found is None:
        raise NotFound("There is no such batch.")
    return found


def read_batch(session: Session, batch_id: UUID) -> BatchCard:
    """One batch as shown. Raises NotFound."""
    return batch_card(batch_for(session, batch_id))


def add_batch(
    session: Session, *, course_id: UUID, starts_on: date, ends_on: date, capacity: int | None = None
) -> BatchCard:
    """Run a course between two days, both included, with the course's places unless others are said.

    Raises NotFound, Forbidden `scope` for another office's course, Conflict `course_ended` for one no longer taught,
    Invalid for days out of order or over.
    """
    course = course_for(session, course_id)
    must_keep(session, course.organisation_id)
    if not course.is_active:
        raise Conflict("This course is no longer taught.", code="course_ended")
    _check_days(session, starts_on, ends_on)
    made = Batch(
        id=new_id(), course_id=course.id, organisation_id=course.organisation_id, starts_on=starts_on, ends_on=ends_on,
        capacity=capacity or course.capacity, taken=0, created_at=session.now, course=course,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(session, "create", "batch", made.id)
    return batch_card(made)


def change_batch(session: Session, batch: Batch, changes: dict[str, Any]) -> BatchCard:
    """Move the days of a batch that has not begun, with everybody in it, or change its places; new ones fill from the line.

    The batch is locked. Raises Forbidden `scope`, Conflict `batch_begun`, `capacity_in_use` below the places taken or
    `clash` when somebody has another course on the new days, Invalid for days out of order or over.
    """
    must_keep(session, batch.organisation_id)
    if changes.get("capacity", batch.capacity) < batch.taken:
        raise Conflict(f"{batch.taken} places are taken.", code="capacity_in_use")
    starts_on, ends_on = changes.get("starts_on", batch.starts_on), changes.get("ends_on", batch.ends_on)
    if (starts_on, ends_on) != (batch.starts_on, batch.ends_on):
        _move(session, batch, starts_on, ends_on)
    batch.capacity = changes.get("capacity", batch.capacity)
    session.flush()
    record(session, "change", "batch", batch.id, fields=sorted(changes))
    fill(session, batch)
    return batch_card(batch)


def batch_card(batch: Batch) -> BatchCard:
    """The batch as shown."""
    return BatchCard(
        id=batch.id,
        version=batch.version,
        course_id=batch.course_id,
        course_name=batch.course.name,
        skill=batch.course.skill,
        organisation_id=batch.organisation_id,
        starts_on=batch.starts_on,
        ends_on=batch.ends_on,
        capacity=batch.capacity,
        taken=batch.taken,
        free=batch.capacity - batch.taken,
    )


def course_as_stated(course: Course) -> dict[str, Any]:
    """What a request may change of a course, for comparing versions."""
    return {name: getattr(course, name) for name in ("name", "skill", "hours", "capacity", "is_active")}


def batch_as_stated(batch: Batch) -> dict[str, Any]:
    """What a request may change of a batch, for comparing versions."""
    return {name: getattr(batch, name) for name in ("starts_on", "ends_on", "capacity")}


def _move(session: Session, batch: Batch, starts_on: date, ends_on: date) -> None:
    if batch.starts_on <= office_day(session.now):
        raise Conflict("The batch has begun; its days stay.", code="batch_begun")
    _check_days(session, starts_on, ends_on)
    batch.starts_on, batch.ends_on = starts_on, ends_on
    theirs = sa.update(Enrolment).where(Enrolment.batch_id == batch.id, Enrolment.state.in_(OPEN_STATES))
    try:
        # People of several UPTs may be in it, and a partner sees none of them.
        with attempt(session), as_system(session, "training"):
            session.execute(theirs.values(starts_on=starts_on, ends_on=ends_on))
    except sa.exc.IntegrityError as error:
        if not is_broken(error, NO_CLASH):
            raise
        raise Conflict("Somebody in the batch has another course on some of these days.", code="clash") from error


def _check_days(session: Session, starts_on: date, ends_on: date) -> None:
    errors = []
    if ends_on < starts_on:
        errors.append(field_error("ends_on", "before_start", "The last day comes before the first."))
    elif ends_on < office_day(session.now):
        errors.append(field_error("ends_on", "in_past", "The batch would be over already."))
    if errors:
        raise Invalid("The days are not possible.", errors=errors)
