"""Whose house it is: the UPTs where an actor records, and those where he orders the rooms."""

from uuid import UUID

from kessos_case.access.rules import PERMISSIONS
from kessos_case.core.db import Session
from kessos_case.core.errors import Forbidden, NotFound

_WHO = {
    action: {line.role for line in PERMISSIONS if (line.resource, line.action) == ("residence", action)}
    for action in ("read", "record", "manage")
}


def own_houses(session: Session, action: str = "record") -> list[UUID]:
    """The offices in whose house this actor may `read`, `record` or `manage`, the own one or those that his grants name."""
    own = session.actor.organisation_id
    named = [grant.organisation_id or own for grant in session.actor.grants if grant.role in _WHO[action]]
    return list(dict.fromkeys(office for office in named if office))


def own_house(session: Session, action: str = "record") -> UUID:
    """The house in which this actor works: his own, or the one that a grant names. Raises Forbidden `scope`."""
    houses = own_houses(session, action)
    own = session.actor.organisation_id
    chosen = own if own in houses else next(iter(houses), None)
    if chosen is None:
        raise Forbidden("You keep no house.", code="scope")
    return chosen


def check_reads(session: Session, organisation_id: UUID) -> None:
    """Raises NotFound for the house of another UPT: who sleeps there is told to nobody else."""
    if session.actor.system is None and organisation_id not in own_houses(session):
        raise NotFound("There is no such house.")


def check_manages(session: Session, organisation_id: UUID) -> None:
    """Raises NotFound for another UPT's house, Forbidden `scope` for one where the actor does not order the rooms."""
    check_reads(session, organisation_id)
    if organisation_id not in own_houses(session, "manage"):
        raise Forbidden("The supervisor of this UPT orders its rooms.", code="scope")
