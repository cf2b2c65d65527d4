"""Who may see which figures, and of whom also the small ones: by the grants of the actor."""

from collections.abc import Iterable
from uuid import UUID

from kessos_case.access.models import Organisation
from kessos_case.access.rules import PERMISSIONS, Scope, may, reaches_region, regions_for
from kessos_case.core.db import Session
from kessos_case.core.errors import Forbidden
from kessos_case.referrals.models import Offer

_SCOPES: dict[str, Scope] = {
    line.role: line.scope for line in PERMISSIONS if (line.resource, line.action) == ("scorecard", "read")
}


def sees_scorecard(session: Session, office: Organisation) -> bool:
    """Does the actor see the small figures of this organisation too: its own office, and the desk of the place?

    Raises Forbidden `scope` for whoever may see no figure of it.
    """
    if _is_own(session, office.id) or reaches_region(_regions(session, "scorecard"), office.region_code or "35"):
        return True
    if sees_every_scorecard(session):
        return False
    raise Forbidden("You may see the figures of your own organisation only.", code="scope")


def sees_every_scorecard(session: Session) -> bool:
    """Are the figures of every organisation told to the actor, be it without the small ones?"""
    return any(_SCOPES.get(grant.role) in (Scope.REGION, Scope.ALL) for grant in session.actor.grants)


def opened_by(session: Session, offers: Iterable[Offer]) -> dict[UUID, str]:
    """Where the actor can open each of these offers: in his own inbox, or at the desk of its place."""
    grants = [(grant.role, grant.region_code) for grant in session.actor.grants]
    regions = regions_for(grants, "offer", "read")
    opened = {}
    for offer in offers:
        if reaches_region(regions, offer.region_code):
            opened[offer.id] = f"/referrals/{offer.referral_id}"
        elif _is_own(session, offer.organisation_id) and may(session.actor.roles, "offer", "answer"):
            opened[offer.id] = f"/inbox/{offer.id}"
    return opened


def desk_regions(session: Session) -> frozenset[str]:
    """The regions of which the actor is the desk, and whose referrals he may open; none for others."""
    return _regions(session, "report")


def _regions(session: Session, resource: str) -> frozenset[str]:
    grants = [(grant.role, grant.region_code) for grant in session.actor.grants]
    return regions_for(grants, resource, "read")


def _is_own(session: Session, organisation_id: UUID) -> bool:
    own = session.actor.organisation_id
    offices = {
        grant.organisation_id or own for grant in session.actor.grants if _SCOPES.get(grant.role) is Scope.ORGANISATION
    }
    return organisation_id in offices


def report_offices(session: Session) -> list[UUID]:
    """The offices of which the actor sees every figure and the people behind it: those that he leads. None for others."""
    own = session.actor.organisation_id
    leading = {line.role for line in PERMISSIONS
               if (line.resource, line.action, line.scope) == ("report", "read", Scope.ORGANISATION)}  # fmt: skip
    offices = [grant.organisation_id or own for grant in session.actor.grants if grant.role in leading]
    return list(dict.fromkeys(office for office in offices if office))
