"""An enrolment as shown, with how the person took part so far."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.training import queries
from kessos_case.training.models import Batch, Enrolment
from kessos_case.training.rules import Attended, attended, given_share


@dataclass(frozen=True)
class EnrolmentCard:
    """A place in a batch, or in its line; the batch's own days, and the days and hours that the person was there."""

    id: UUID
    version: int
    batch_id: UUID
    course_id: UUID
    course_name: str
    organisation_id: UUID
    case_id: UUID
    client_id: UUID
    plan_step_id: UUID | None
    waiver_reason: str | None
    state: str
    starts_on: date
    ends_on: date
    requested_at: datetime
    attendance: Attended
    passed: bool | None
    score: int | None
    certificate_no: str | None
    completed_on: date | None
    drop_reason: str | None
    dropped_on: date | None


def cards(session: Session, enrolments: list[Enrolment]) -> list[EnrolmentCard]:
    """The enrolments as shown, for a look or a write that is in the trail already."""
    return _cards(session, enrolments)


def card(session: Session, enrolment: Enrolment) -> EnrolmentCard:
    """The enrolment as shown."""
    return _cards(session, [enrolment])[0]


def listed_cards(session: Session, enrolments: Iterable[Enrolment]) -> list[EnrolmentCard]:
    """The cards of a list, in three statements more for any number; one row of the trail names everyone on it."""
    found = list(enrolments)
    record(session, "list", "enrolment", clients=dict.fromkeys(enrolment.client_id for enrolment in found))
    return _cards(session, found)


def _cards(session: Session, enrolments: list[Enrolment]) -> list[EnrolmentCard]:
    batch_ids = {enrolment.batch_id for enrolment in enrolments}
    batches = {batch.id: batch for batch in session.scalars(sa.select(Batch).where(Batch.id.in_(batch_ids)))}
    held = {row.batch_id: row for row in session.execute(queries.days_held(batch_ids))}
    days: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for row in session.execute(queries.days_by_presence(enrolment.id for enrolment in enrolments)):
        days[row.enrolment_id][row.presence] = row.days
    today, cards = office_day(session.now), []
    for enrolment in enrolments:
        batch, met = batches[enrolment.batch_id], held.get(enrolment.batch_id)
        took_part = attended(
            days[enrolment.id],
            course_hours=batch.course.hours,
            given=given_share(batch.starts_on, batch.ends_on, met.last_held if met else None, today),
            held=met.held if met else 0,
        )
        cards.append(_card(enrolment, batch.course.name, took_part))
    return cards


def _card(enrolment: Enrolment, course_name: str, took_part: Attended) -> EnrolmentCard:
    more = ("course_name", "attendance")
    names = [name for name in EnrolmentCard.__dataclass_fields__ if name not in more]
    return EnrolmentCard(
        course_name=course_name, attendance=took_part, **{name: getattr(enrolment, name) for name in names}
    )
