"""The list of a batch for one day, as a tutor reads it out: everybody with a place, and what was written of them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.clients.service import labels
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.training import queries
from kessos_case.training.models import Batch, Enrolment
from kessos_case.training.rules import PLACED_STATES
from kessos_case.training.service.attendance import mark_of
from kessos_case.training.service.scope import must_follow, own_offices


@dataclass(frozen=True)
class SheetLine:
    """One person on the list. `presence` is what was written; `came_later` where he has his place since a later day."""

    id: UUID
    case_id: UUID
    client_id: UUID
    label: str
    presence: str | None
    joined_on: date
    came_later: bool
    has_left: bool


@dataclass(frozen=True)
class Sheet:
    """The list of a day; `mark` is what the day says now (attendance.mark_of), empty where nothing was written."""

    on: date
    lines: list[SheetLine]
    mark: str

    @property
    def is_written(self) -> bool:
        """Was anybody's presence of this day written down?"""
        return bool(self.mark)


def attendance_sheet(session: Session, batch: Batch, on: date) -> Sheet:
    """The list of one day of a batch of the own office, by name; the look is in the trail. Raises Forbidden `scope`."""
    must_follow(session, batch.organisation_id)
    offices = own_offices(session)
    written = {row.enrolment_id: row for row in session.scalars(queries.attendance(batch.id, offices, on))}
    people = list(session.scalars(queries.on_the_list(batch.id, offices, on, list(written))))
    client_ids = [enrolment.client_id for enrolment in people]
    record(session, "read", "attendance", batch.id, clients=list(dict.fromkeys(client_ids)), on=str(on))
    called = labels(session, client_ids)
    lines = [
        _line(enrolment, called[enrolment.client_id].text, str(row.presence) if row else None, on)
        for enrolment in people
        for row in [written.get(enrolment.id)]
    ]
    return Sheet(on, sorted(lines, key=lambda line: (line.label.casefold(), line.id)), mark_of(written.values()))


def _line(enrolment: Enrolment, label: str, presence: str | None, on: date) -> SheetLine:
    joined_on = office_day(enrolment.requested_at)
    return SheetLine(
        id=enrolment.id,
        case_id=enrolment.case_id,
        client_id=enrolment.client_id,
        label=label,
        presence=presence,
        joined_on=joined_on,
        came_later=joined_on > on,
        has_left=enrolment.state not in PLACED_STATES,
    )
