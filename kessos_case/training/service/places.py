"""Places of a batch: taken and given back by one statement, and filled from the line in its order.

Whoever comes here holds the lock of the batch, and before it that of the case where one is concerned.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from kessos_case.access.service import record
from kessos_case.clients.service import write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system, is_broken
from kessos_case.core.errors import Conflict
from kessos_case.training import queries
from kessos_case.training.models import Batch, Enrolment
from kessos_case.training.rules import EnrolmentVerb, transition_for
from kessos_case.training.service.asks import ask_to_tell

NO_CLASH = "ex_enrolments_no_clash"


def take_place(session: Session, batch: Batch) -> bool:
    """Take one place where one is free, whoever else asks at the same moment."""
    return _count(session, batch, sa.update(Batch).where(Batch.taken < Batch.capacity).values(taken=Batch.taken + 1))


def give_back(session: Session, batch: Batch) -> None:
    """Free one place and let the first in line have it."""
    _count(session, batch, sa.update(Batch).where(Batch.taken > 0).values(taken=Batch.taken - 1))
    fill(session, batch)


def fill(session: Session, batch: Batch) -> None:
    """Give the free places to those who wait, in their order; who has another course on these days stays in line.

    By the program itself: in the line of a partner stand people of several UPTs. Whose caseworker it is is asked to tell.
    """
    if batch.ends_on < office_day(session.now) or batch.taken >= batch.capacity:
        return
    with as_system(session, "training"):
        for enrolment in session.scalars(queries.waiting(batch.id)).all():
            if batch.taken >= batch.capacity:
                break
            if _place(session, batch, enrolment):
                write_timeline(session, enrolment.client_id, "course_enrolled", enrolment.id)
                record(session, "place", "enrolment", enrolment.id, clients=[enrolment.client_id])
                ask_to_tell(session, enrolment)


def clash(session: Session, enrolment: Enrolment) -> Conflict:
    """The refusal of a second course: it names the days of the other and nothing else of it."""
    others = session.execute(queries.clashing(enrolment)).all()
    errors = [
        {
            "code": "clash",
            "detail": f"From {other.starts_on} to {other.ends_on} the person has a course.",
            "starts_on": str(other.starts_on),
            "ends_on": str(other.ends_on),
        }
        for other in others
    ]
    return Conflict("The person has another course on some of these days.", code="clash", errors=errors)


def _place(session: Session, batch: Batch, enrolment: Enrolment) -> bool:
    try:
        with session.begin_nested():
            take_place(session, batch)
            enrolment.state = transition_for(EnrolmentVerb.PLACE).target
    except sa.exc.IntegrityError as error:
        if not is_broken(error, NO_CLASH):
            raise
        session.refresh(batch, ["taken"])
        return False
    return True


def _count(session: Session, batch: Batch, change: Any) -> bool:
    """Run the change on this batch; its object knows the new number then. False when no row was as it had to be."""
    taken = session.scalar(
        change.where(Batch.id == batch.id).returning(Batch.taken).execution_options(synchronize_session=False)
    )
    if taken is not None:
        set_committed_value(batch, "taken", taken)
    return taken is not None
