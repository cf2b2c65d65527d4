"""For which offices an actor teaches: by the scope of his grants."""

from uuid import UUID

from kessos_case.access.rules import PERMISSIONS
from kessos_case.core.db import Session
from kessos_case.core.errors import Forbidden

_TEACHERS = {line.role for line in PERMISSIONS if (line.resource, line.action) == ("training", "write")}


def own_office(session: Session) -> UUID:
    """The office for which this actor adds a course: his own, or the one that a grant names. Raises Forbidden `scope`."""
    offices = own_offices(session)
    own = session.actor.organisation_id
    chosen = own if own in offices else next(iter(offices), None)
    if chosen is None:
        raise Forbidden("You teach at no office.", code="scope")
    return chosen


def must_be_own(session: Session, organisation_id: UUID) -> None:
    """Raises Forbidden `scope` for a course of an office that is not the actor's, unless the program itself acts."""
    if session.actor.system is None and organisation_id not in own_offices(session):
        raise Forbidden("This course belongs to another office.", code="scope")


def own_offices(session: Session) -> list[UUID]:
    """The offices for which this actor teaches, the own one or those that his grants name."""
    own = session.actor.organisation_id
    named = [grant.organisation_id or own for grant in session.actor.grants if grant.role in _TEACHERS]
    return [office for office in named if office]
