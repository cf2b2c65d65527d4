"""Reads that only the pages of training need: lists by what is to be done, counts beside them, whom a form offers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.access.rules import OrganisationKind
from kessos_case.cases.models import Case
from kessos_case.core.db import Session
from kessos_case.training.models import Attendance, Batch, Course, Enrolment
from kessos_case.training.rules import LEARNING_STAGES, PLACED_STATES, EnrolmentState

# The views of the list of batches, in the order in which they ask for something.
VIEWS = ("running", "results", "coming", "ended")

# Days of a batch that its page leads to; the older ones are found by their date.
DAYS_SHOWN = 60


@dataclass(frozen=True)
class WantedBatches:
    """Which batches a reader wants to see: of these offices (none: of all), of one course, in one view."""

    offices: tuple[UUID, ...]
    course_id: UUID | None
    view: str


def batches(wanted: WantedBatches, today: date) -> sa.Select[Batch]:
    """The batches of the view."""
    return sa.select(Batch).where(*_of(wanted), _views(today)[wanted.view])


def counts(session: Session, wanted: WantedBatches, today: date) -> dict[str, int]:
    """How many batches each view has, in one statement."""
    columns = [sa.func.count().filter(where).label(view) for view, where in _views(today).items()]
    return dict(session.execute(sa.select(*columns).select_from(Batch).where(*_of(wanted))).one()._mapping)


def people_by_state(session: Session, batch_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """How many people are in each state in these batches, of those whom the reader reaches."""
    select = (
        sa.select(Enrolment.batch_id, Enrolment.state, sa.func.count().label("people"))
        .where(Enrolment.batch_id.in_(list(batch_ids)))
        .group_by(Enrolment.batch_id, Enrolment.state)
    )
    found: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for row in session.execute(select):
        found[row.batch_id][row.state] = row.people
    return found


def written_on(session: Session, batch_ids: Iterable[UUID], on: date) -> set[UUID]:
    """Those of these batches whose attendance of the day was written down."""
    select = sa.select(Attendance.batch_id).where(Attendance.batch_id.in_(list(batch_ids)), Attendance.held_on == on)
    return set(session.scalars(select.distinct()))


def days_written(session: Session, batch_id: UUID) -> Sequence[Any]:
    """(held_on, present, excused, absent) of the last days of a batch, the latest first."""
    columns = [
        sa.func.count().filter(Attendance.presence == word).label(word) for word in ("present", "excused", "absent")
    ]
    select = sa.select(Attendance.held_on, *columns).where(Attendance.batch_id == batch_id)
    return session.execute(
        select.group_by(Attendance.held_on).order_by(Attendance.held_on.desc()).limit(DAYS_SHOWN)
    ).all()


def participants(batch_id: UUID) -> tuple[sa.Select[Enrolment], list[Any]]:
    """Who is or was in a batch, and the order: with a place, in the line, finished, left."""
    rank = sa.case(
        (Enrolment.state.in_(PLACED_STATES), 0),
        (Enrolment.state.in_([EnrolmentState.REQUESTED, EnrolmentState.WAITING]), 1),
        (Enrolment.state == EnrolmentState.COMPLETED, 2),
        else_=3,
    )
    select = sa.select(Enrolment).where(Enrolment.batch_id == batch_id)
    return select, [rank, Enrolment.requested_at, Enrolment.id]


def placed(batch_id: UUID, offices: Sequence[UUID]) -> sa.Select[Enrolment]:
    """Those of these offices who have a place and no result yet."""
    return _given(batch_id, offices).where(Enrolment.state.in_(PLACED_STATES))


def ids_in(batch_id: UUID, offices: Sequence[UUID]) -> sa.Select[UUID]:
    """Everybody of these offices who is or was in a batch."""
    return _given(batch_id, offices).with_only_columns(Enrolment.id)


def _given(batch_id: UUID, offices: Sequence[UUID]) -> sa.Select[Enrolment]:
    return sa.select(Enrolment).where(Enrolment.batch_id == batch_id, Enrolment.organisation_id.in_(offices))


def partners_among(session: Session, offices: Iterable[UUID]) -> set[UUID]:
    """Which of these are no UPT: their courses are open to the people of every UPT."""
    wanted = list(offices)
    select = sa.select(Organisation.id).where(Organisation.id.in_(wanted), Organisation.kind != OrganisationKind.UPT)
    return set(session.scalars(select)) if wanted else set()


def may_learn(batch: Batch, offices: Sequence[UUID], client_ids: Iterable[UUID] | None = None) -> sa.Select[Case]:
    """Open cases of these offices that may learn and are not in the batch; of these people where they are named."""
    there = sa.exists().where(
        Enrolment.batch_id == batch.id, Enrolment.case_id == Case.id, Enrolment.state != EnrolmentState.DROPPED
    )
    select = sa.select(Case).where(
        Case.organisation_id.in_(offices),
        Case.closed_at.is_(None),
        Case.stage.in_(LEARNING_STAGES),
        ~there,
    )
    return select if client_ids is None else select.where(Case.client_id.in_(list(client_ids)))


def courses(offices: Sequence[UUID], is_taught: bool) -> sa.Select[Course]:
    """What these offices (none: all) teach, or taught once."""
    select = sa.select(Course).where(Course.is_active == is_taught)
    return select.where(Course.organisation_id.in_(offices)) if offices else select


def course_choices(session: Session, offices: Sequence[UUID], also: UUID | None = None) -> dict[str, str]:
    """The courses that these offices teach now, by name, and one that was asked for."""
    is_taught = sa.and_(Course.organisation_id.in_(offices), Course.is_active)
    select = sa.select(Course.id, Course.name).where(sa.or_(is_taught, Course.id == also))
    return {str(row.id): row.name for row in session.execute(select.order_by(Course.name, Course.id))}


def batches_of_courses(session: Session, course_ids: Iterable[UUID], today: date) -> dict[UUID, int]:
    """How many batches of these courses are not over."""
    select = (
        sa.select(Batch.course_id, sa.func.count().label("batches"))
        .where(Batch.course_id.in_(list(course_ids)), Batch.ends_on >= today)
        .group_by(Batch.course_id)
    )
    return {row.course_id: row.batches for row in session.execute(select)}


def _of(wanted: WantedBatches) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.offices:
        found.append(Batch.organisation_id.in_(wanted.offices))
    if wanted.course_id:
        found.append(Batch.course_id == wanted.course_id)
    return found


def _views(today: date) -> dict[str, sa.ColumnElement[bool]]:
    no_result = sa.exists().where(Enrolment.batch_id == Batch.id, Enrolment.state.in_(PLACED_STATES))
    return {
        "running": (Batch.starts_on <= today) & (Batch.ends_on >= today),
        "results": (Batch.ends_on < today) & no_result,
        "coming": Batch.starts_on > today,
        "ended": Batch.ends_on < today,
    }
