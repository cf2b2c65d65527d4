"""For which offices an actor does casework, with which roles there, and who else does."""

from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation, RoleGrant, User
from kessos_case.access.rules import PERMISSIONS, OrganisationKind, Role, Scope
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, field_error
from kessos_case.reference.rules import region_lineage

_READERS = {
    line.role
    for line in PERMISSIONS
    if (line.resource, line.action, line.scope) == ("case", "read", Scope.ORGANISATION)
}


def case_offices(session: Session) -> list[UUID]:
    """The offices whose episodes are the actor's: those that row-level security shows him as his own."""
    own = session.actor.organisation_id
    offices = [grant.organisation_id or own for grant in session.actor.grants if grant.role in _READERS]
    return list(dict.fromkeys(office for office in offices if office))


def roles_at(session: Session, organisation_id: UUID) -> frozenset[str]:
    """The roles of casework that the actor has in this office: who supervises one UPT does not supervise another."""
    own = session.actor.organisation_id
    return frozenset(
        grant.role
        for grant in session.actor.grants
        if grant.role in _READERS and (grant.organisation_id or own) == organisation_id
    )


def is_own_office(session: Session, organisation_id: UUID) -> bool:
    """Is this an office of the actor, or does the program itself act?"""
    return session.actor.system is not None or organisation_id in case_offices(session)


def upt_for(session: Session, organisation_id: UUID | None) -> Organisation | None:
    """The active UPT with this id; None where there is none."""
    found = session.get(Organisation, organisation_id) if organisation_id else None
    return found if found and found.is_active and found.kind == OrganisationKind.UPT else None


def check_caseworker(session: Session, user_id: UUID, organisation_id: UUID) -> None:
    """Raises Invalid unless this is an active user who is a caseworker of that office now."""
    grants = _holding(session, Role.CASEWORKER).where(
        User.id == user_id, sa.func.coalesce(RoleGrant.organisation_id, User.organisation_id) == organisation_id
    )
    if session.scalar(grants) is None:
        wrong = field_error("caseworker_id", "not_found", "There is no such caseworker in that office.")
        raise Invalid("The case has mistakes.", errors=[wrong])


def tksk_of(session: Session, region_code: str | None) -> list[UUID]:
    """The TKSK in whose region this place lies."""
    if region_code is None:
        return []
    reaching = _holding(session, Role.TKSK).where(RoleGrant.region_code.in_(region_lineage(region_code)))
    return list(session.scalars(reaching.distinct()))


def _holding(session: Session, role: Role) -> sa.Select[UUID]:
    """Ids of the active users who hold the role now."""
    return (
        sa.select(User.id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            User.is_active,
            RoleGrant.role == role,
            RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > session.now),
        )
    )
