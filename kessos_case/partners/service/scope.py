"""Whose entry in the directory an actor may change: by the scope of his grant."""

from uuid import UUID

from kessos_case.access.models import Organisation
from kessos_case.access.rules import PERMISSIONS, Scope
from kessos_case.access.service import organisation_for
from kessos_case.core.db import Session
from kessos_case.core.errors import Forbidden

_SCOPES: dict[str, Scope] = {
    line.role: line.scope for line in PERMISSIONS if (line.resource, line.action) == ("partner", "manage")
}


def manages_all(session: Session) -> bool:
    """May this actor change every entry, and say who is accredited?"""
    return any(_SCOPES.get(role) is Scope.ALL for role in session.actor.roles)


def managed(session: Session, organisation_id: UUID) -> Organisation:
    """The organisation, for one who may change its entry.

    Raises NotFound when there is none, Forbidden `scope` when no grant of the actor reaches it.
    """
    found = organisation_for(session, organisation_id)
    if organisation_id not in _offices(session) and not manages_all(session):
        raise Forbidden("You may change the entry of your own organisation only.", code="scope")
    return found


def _offices(session: Session) -> frozenset[UUID | None]:
    own = session.actor.organisation_id
    return frozenset(grant.organisation_id or own for grant in session.actor.grants if grant.role in _SCOPES)
