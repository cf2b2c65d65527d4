"""What a case or a life that ends leaves open in the house."""

from datetime import date, datetime, time
from uuid import UUID

import sqlalchemy as sa

from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.db import Session
from kessos_case.residence import queries
from kessos_case.residence.models import BedWait, Stay
from kessos_case.residence.rules import BedWaitState, DischargeReason, LeaveLineReason
from kessos_case.residence.service.line import end_wait
from kessos_case.residence.service.moving import end


def end_with_case(session: Session, case_id: UUID, reason: DischargeReason) -> None:
    """The person of a case that ended leaves the bed and the line of its house."""
    for stay in session.scalars(queries.stays({"case_id": case_id, "open": True}).with_for_update()).all():
        end(session, stay, reason)
    for wait in session.scalars(_waiting_of(case_id)).all():
        end_wait(session, wait, LeaveLineReason.CASE_CLOSED)


def end_by_death(session: Session, client_id: UUID, died_on: date) -> None:
    """The bed of a person who died is free, and he waits nowhere. For the program, at every house.

    The stay ends with the day of the death; on that of the admission where the death was earlier, which is for somebody
    to look at.
    """
    for stay in session.scalars(queries.open_stays_of(client_id).with_for_update()).all():
        end(session, stay, DischargeReason.DECEASED, at=_moment(session, stay, died_on))
    for wait in session.scalars(queries.open_waits_of(client_id).with_for_update()).all():
        end_wait(session, wait, LeaveLineReason.DECEASED)


def _moment(session: Session, stay: Stay, died_on: date) -> datetime:
    end_of_day = datetime.combine(died_on, time(23, 59), OFFICE_ZONE)
    return max(min(end_of_day, session.now), stay.admitted_at)


def _waiting_of(case_id: UUID) -> sa.Select[BedWait]:
    return queries.waits({"case_id": case_id, "state": BedWaitState.WAITING}).with_for_update()
