"""Whose entry in the directory an actor may change or confirm: by the scope of his grant."""

from uuid import UUID

from kessos_case.access.models import Organisation
from kessos_case.access.rules import PERMISSIONS, Scope
from kessos_case.access.service import organisation_for
from kessos_case.core.db import Session
from kessos_case.core.errors import Forbidden


def _scopes(action: str) -> dict[str, Scope]:
    return {line.role: line.scope for line in PERMISSIONS if (line.resource, line.action) == ("partner", action)}


_MANAGE, _CONFIRM = _scopes("manage"), _scopes("confirm")


def manages_all(session: Session) -> bool:
    """May this actor change every entry, and say who is accredited?"""
    return any(_MANAGE.get(role) is Scope.ALL for role in session.actor.roles)


def manages(session: Session, organisation_id: UUID) -> bool:
    """May this actor change the entry of this organisation?"""
    return organisation_id in _offices(session) or manages_all(session)


def own_entries(session: Session) -> frozenset[UUID]:
    """The organisations whose entries are this actor's to keep; of whoever may change every one, none is his own."""
    return frozenset() if manages_all(session) else frozenset(office for office in _offices(session) if office)


def managed(session: Session, organisation_id: UUID) -> Organisation:
    """The organisation, for one who may change its entry.

    Raises NotFound when there is none, Forbidden `scope` when no grant of the actor reaches it.
    """
    found = organisation_for(session, organisation_id)
    if not manages(session, organisation_id):
        raise Forbidden("You may change the entry of your own organisation only.", code="scope")
    return found


def may_confirm(session: Session, organisation: Organisation) -> bool:
    """May this actor say that the entry still stands: who may change it, and the desk of its region, which can ask by phone?

    Of an organisation that has said no region the desk of the province.
    """
    if manages(session, organisation.id):
        return True
    return any(
        _CONFIRM.get(grant.role) is Scope.REGION
        and grant.region_code is not None
        and _holds(grant.region_code, organisation.region_code)
        for grant in session.actor.grants
    )


def confirmable(session: Session, organisation_id: UUID) -> Organisation:
    """The organisation, for one who may confirm its entry. Raises as `managed` does."""
    found = organisation_for(session, organisation_id)
    if not may_confirm(session, found):
        raise Forbidden("You may confirm entries of your own organisation or region only.", code="scope")
    return found


def _holds(region: str, place: str | None) -> bool:
    return len(region) == len("35") if place is None else place == region or place.startswith(f"{region}.")


def _offices(session: Session) -> frozenset[UUID | None]:
    own = session.actor.organisation_id
    return frozenset(grant.organisation_id or own for grant in session.actor.grants if grant.role in _MANAGE)
