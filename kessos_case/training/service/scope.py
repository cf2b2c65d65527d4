"""For which offices an actor keeps courses, and whose people he follows in them: by the scope of his grants.

A partner keeps its courses and learns nobody's name; each UPT follows its own people in them (ADR 0030).
"""

from uuid import UUID

from kessos_case.access.models import Organisation
from kessos_case.access.rules import PERMISSIONS, OrganisationKind
from kessos_case.core.db import Session
from kessos_case.core.errors import Forbidden


def _roles(resource: str, action: str) -> frozenset[str]:
    return frozenset(line.role for line in PERMISSIONS if (line.resource, line.action) == (resource, action))


_TEACHERS = _roles("training", "write")
_KEEPERS = _roles("course", "manage")
_WAIVERS = _roles("training", "waive")


def own_office(session: Session) -> UUID:
    """The office for which this actor adds a course: his own, or the one that a grant names. Raises Forbidden `scope`."""
    offices = kept_offices(session)
    own = session.actor.organisation_id
    chosen = own if own in offices else next(iter(offices), None)
    if chosen is None:
        raise Forbidden("You teach at no office.", code="scope")
    return chosen


def must_keep(session: Session, organisation_id: UUID) -> None:
    """Raises Forbidden `scope` for a course of an office that is not the actor's, unless the program itself acts."""
    if session.actor.system is None and organisation_id not in kept_offices(session):
        raise Forbidden("This course belongs to another office.", code="scope")


def must_be_own(session: Session, organisation_id: UUID) -> None:
    """Raises Forbidden `scope` for a place that another office gave, unless the program itself acts."""
    if session.actor.system is None and organisation_id not in own_offices(session):
        raise Forbidden("This course belongs to another office.", code="scope")


def must_follow(session: Session, organisation_id: UUID) -> None:
    """Raises Forbidden `scope` unless the actor follows people in courses of this organisation."""
    if not follows(session, organisation_id):
        raise Forbidden("This course belongs to another office.", code="scope")


def follows(session: Session, organisation_id: UUID) -> bool:
    """Does the actor give places in courses of this organisation, and write down who was there: his own, and partners'?"""
    if session.actor.system is not None or organisation_id in own_offices(session):
        return True
    return bool(own_offices(session)) and is_partner(session, organisation_id)


def is_partner(session: Session, organisation_id: UUID) -> bool:
    """Is it no UPT? Then it has no cases, and its courses are open to the people of every UPT."""
    office = session.get(Organisation, organisation_id)
    return office is not None and office.kind != OrganisationKind.UPT


def own_offices(session: Session) -> list[UUID]:
    """The offices for whose people this actor writes, the own one or those that his grants name."""
    return _offices(session, _TEACHERS)


def kept_offices(session: Session) -> list[UUID]:
    """The offices whose courses this actor keeps."""
    return _offices(session, _KEEPERS)


def may_waive(session: Session, organisation_id: UUID) -> bool:
    """May the actor let somebody of this office learn who does not have what the course asks for?"""
    return organisation_id in _offices(session, _WAIVERS)


def _offices(session: Session, roles: frozenset[str]) -> list[UUID]:
    own = session.actor.organisation_id
    named = [grant.organisation_id or own for grant in session.actor.grants if grant.role in roles]
    return [office for office in named if office]
