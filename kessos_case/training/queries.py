"""Reads of training. Courses and batches are open to everyone; enrolments and attendance to whoever reaches the person."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.cases.models import Case
from kessos_case.clients.models import ClientAccess
from kessos_case.training.models import Attendance, Batch, Course, CourseRequirement, Enrolment
from kessos_case.training.rules import OPEN_STATES, PLACED_STATES, EnrolmentState


def courses(filters: dict[str, Any]) -> sa.Select[Course]:
    """Courses of one organisation, taught now or not, or with words in name or skill, where these are given."""
    select = sa.select(Course)
    if filters.get("organisation_id"):
        select = select.where(Course.organisation_id == filters["organisation_id"])
    if filters.get("is_active") is not None:
        select = select.where(Course.is_active == filters["is_active"])
    if filters.get("q"):
        text = sa.func.concat_ws(" ", Course.name, Course.skill)
        like = sa.literal(filters["q"]).op("<%", is_comparison=True)(text)
        select = select.where(text.icontains(filters["q"], autoescape=True) | like)
    return select


def batches(filters: dict[str, Any], today: date) -> sa.Select[Batch]:
    """Batches of one course or organisation; `open` are those that are not over, where these are given."""
    select = sa.select(Batch)
    for name in ("course_id", "organisation_id"):
        if filters.get(name):
            select = select.where(getattr(Batch, name) == filters[name])
    if filters.get("open") is not None:
        select = select.where(Batch.ends_on >= today if filters["open"] else Batch.ends_on < today)
    return select


def enrolments(filters: dict[str, Any]) -> sa.Select[Enrolment]:
    """Enrolments of the people the actor reaches, of one batch, case, person or state where these are given.

    The grounds are named beside the policy, so that an index drives the list.
    """
    select = sa.select(Enrolment).where(Enrolment.client_id.in_(sa.select(ClientAccess.client_id)))
    for name in ("batch_id", "case_id", "client_id", "state"):
        if filters.get(name):
            select = select.where(getattr(Enrolment, name) == filters[name])
    return select


def open_of(case_id: UUID) -> sa.Select[Enrolment]:
    """The enrolments of a case that are not finished, in the order in which they were asked for."""
    return _in_turn(sa.select(Enrolment).where(Enrolment.case_id == case_id, Enrolment.state.in_(OPEN_STATES)))


def passed_by(client_id: UUID) -> sa.Select[Enrolment]:
    """The courses that a person has completed and passed, the first one first."""
    return (
        sa.select(Enrolment)
        .where(
            Enrolment.client_id == client_id, Enrolment.state == EnrolmentState.COMPLETED, Enrolment.passed.is_(True)
        )
        .order_by(Enrolment.completed_on, Enrolment.id)
    )


def requirements(course_id: UUID) -> sa.Select[CourseRequirement]:
    """What a course asks for, by kind and value."""
    select = sa.select(CourseRequirement).where(CourseRequirement.course_id == course_id)
    return select.order_by(CourseRequirement.kind, CourseRequirement.value)


def skills_passed(client_id: UUID) -> sa.Select[str]:
    """The skills of the courses that a person has passed, at whichever office the actor may know of."""
    passed = sa.and_(Enrolment.state == EnrolmentState.COMPLETED, Enrolment.passed.is_(True))
    select = sa.select(Course.skill).join(Enrolment, Enrolment.course_id == Course.id)
    return select.where(Enrolment.client_id == client_id, passed)


def without_result(today: date, due_at: datetime, asked: sa.Exists) -> sa.Select[Any]:
    """What `tasks.raise_missing_tasks` takes: open enrolments of batches that are over, of whom nobody was asked."""
    columns: list[Any] = [
        sa.literal("enrolment").label("subject_kind"), Enrolment.id.label("subject_id"), sa.literal("").label("period"),
        Enrolment.client_id, Enrolment.organisation_id, sa.literal("caseworker").label("role"),
        Case.caseworker_id.label("user_id"), sa.literal(due_at).label("due_at"),
    ]  # fmt: skip
    without = (Enrolment.state.in_(OPEN_STATES), Enrolment.ends_on < today, ~asked)
    return sa.select(*columns).join(Case, Case.id == Enrolment.case_id).where(*without)


def waiting(batch_id: UUID) -> sa.Select[Enrolment]:
    """Those who wait for a place in a batch, in the order of the line."""
    line = sa.select(Enrolment).where(Enrolment.batch_id == batch_id, Enrolment.state == EnrolmentState.WAITING)
    return _in_turn(line.execution_options(populate_existing=True))


def clashing(enrolment: Enrolment) -> sa.Select[date, date]:
    """(starts_on, ends_on) of the person's other courses that have some of this one's days."""
    return (
        sa.select(Enrolment.starts_on, Enrolment.ends_on)
        .where(
            Enrolment.client_id == enrolment.client_id,
            Enrolment.id != enrolment.id,
            Enrolment.state.in_(PLACED_STATES),
            Enrolment.starts_on <= enrolment.ends_on,
            Enrolment.ends_on >= enrolment.starts_on,
        )
        .order_by(Enrolment.starts_on)
    )


def with_a_place(batch_id: UUID, offices: Sequence[UUID], on: date) -> sa.Select[Enrolment]:
    """Those of these offices who have a place in a batch and had not finished before the day."""
    return _in_turn(_of(batch_id, offices).where(_is_in(on)).execution_options(populate_existing=True))


def on_the_list(batch_id: UUID, offices: Sequence[UUID], on: date, written: Sequence[UUID]) -> sa.Select[Enrolment]:
    """The same, and those of whom the day has something `written` although they have left since."""
    return _of(batch_id, offices).where(_is_in(on) | Enrolment.id.in_(written))


def named_in(batch_id: UUID, offices: Sequence[UUID], ids: Iterable[UUID]) -> sa.Select[Enrolment]:
    """Of these places those that these offices gave in the batch."""
    return _of(batch_id, offices).where(Enrolment.id.in_(list(ids))).order_by(Enrolment.id)


def cases_named(batch_id: UUID, offices: Sequence[UUID], ids: Iterable[UUID]) -> sa.Select[UUID]:
    """The cases of these places."""
    return named_in(batch_id, offices, ids).with_only_columns(Enrolment.case_id).order_by(None)


def certificates_taken(numbers: Iterable[str]) -> sa.Select[str | None]:
    """Which of these numbers stand on somebody's certificate."""
    return sa.select(Enrolment.certificate_no).where(Enrolment.certificate_no.in_(list(numbers)))


def drop_reasons(course_id: UUID, offices: Sequence[UUID]) -> sa.Select[str | None, int]:
    """(reason, people): why people of these offices left a course or never began it, most first."""
    people = sa.func.count(Enrolment.client_id.distinct()).label("people")
    return (
        sa.select(Enrolment.drop_reason, people)
        .where(
            Enrolment.course_id == course_id,
            Enrolment.organisation_id.in_(offices),
            Enrolment.state == EnrolmentState.DROPPED,
        )
        .group_by(Enrolment.drop_reason)
        .order_by(people.desc(), Enrolment.drop_reason)
    )


def _of(batch_id: UUID, offices: Sequence[UUID]) -> sa.Select[Enrolment]:
    return sa.select(Enrolment).where(Enrolment.batch_id == batch_id, Enrolment.organisation_id.in_(offices))


def _is_in(on: date) -> sa.ColumnElement[bool]:
    finished = (Enrolment.state == EnrolmentState.COMPLETED) & (Enrolment.completed_on >= on)
    return Enrolment.state.in_(PLACED_STATES) | finished


def attendance(batch_id: UUID, offices: Sequence[UUID], on: date) -> sa.Select[Attendance]:
    """Who of these offices was there on a day of a batch."""
    return (
        sa.select(Attendance)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .where(Attendance.batch_id == batch_id, Attendance.held_on == on, Enrolment.organisation_id.in_(offices))
        .order_by(Attendance.enrolment_id)
        .execution_options(populate_existing=True)
    )


def days_by_presence(enrolment_ids: Iterable[UUID]) -> sa.Select[UUID, str, int]:
    """(enrolment_id, presence, days)."""
    return (
        sa.select(Attendance.enrolment_id, Attendance.presence, sa.func.count().label("days"))
        .where(Attendance.enrolment_id.in_(list(enrolment_ids)))
        .group_by(Attendance.enrolment_id, Attendance.presence)
    )


def days_held(batch_ids: Iterable[UUID]) -> sa.Select[UUID, int, date]:
    """(batch_id, held, last_held): on how many days these batches met, and when last."""
    return (
        sa.select(
            Attendance.batch_id,
            sa.func.count(Attendance.held_on.distinct()).label("held"),
            sa.func.max(Attendance.held_on).label("last_held"),
        )
        .where(Attendance.batch_id.in_(list(batch_ids)))
        .group_by(Attendance.batch_id)
    )


def _in_turn(select: sa.Select[Enrolment]) -> sa.Select[Enrolment]:
    return select.order_by(Enrolment.requested_at, Enrolment.id)


def courses_taken(client_id: UUID) -> sa.Select[UUID, UUID, UUID, str, str, date, date, bool | None]:
    """(id, batch_id, case_id, course name, state, starts_on, ends_on, passed) of a person's enrolments, newest first."""
    return (
        sa.select(
            Enrolment.id, Enrolment.batch_id, Enrolment.case_id, Course.name, Enrolment.state, Enrolment.starts_on,
            Enrolment.ends_on, Enrolment.passed,
        )
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.client_id == client_id)
        .order_by(Enrolment.starts_on.desc(), Enrolment.id.desc())
    )  # fmt: skip
