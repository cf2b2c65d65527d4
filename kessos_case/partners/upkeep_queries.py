"""Reads about the upkeep of the directory: which entries nobody has confirmed, which agreements end, and whose entry it is."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.access.models import Organisation, RoleGrant, User
from kessos_case.access.rules import PERMISSIONS, Scope
from kessos_case.core.db import Session
from kessos_case.partners.models import Agreement, Service

# Whoever keeps the entry of his own office.
_KEEPERS = [
    line.role
    for line in PERMISSIONS
    if (line.resource, line.action, line.scope) == ("partner", "manage", Scope.ORGANISATION)
]


def stale_entries(since: date) -> sa.Select[UUID, str | None, date]:
    """(id, region_code, confirmed_on) of organisations with services last confirmed on that day or before, of the oldest."""
    return (
        sa.select(Organisation.id, Organisation.region_code, sa.func.min(Service.confirmed_on).label("confirmed_on"))
        .join(Service, Service.organisation_id == Organisation.id)
        .where(Organisation.is_active, Service.is_active, Service.confirmed_on <= since)
        .group_by(Organisation.id, Organisation.region_code)
        .order_by(Organisation.id)
    )


def has_stale_service(session: Session, organisation_id: UUID, since: date) -> bool:
    """Has one of its services not been confirmed after that day?"""
    stale = sa.exists().where(
        Service.organisation_id == organisation_id, Service.is_active, Service.confirmed_on <= since
    )
    return bool(session.scalar(sa.select(stale)))


def keeper_roles(organisation_ids: Collection[UUID], session: Session) -> dict[UUID, set[str]]:
    """By organisation the roles that keep its entry and that somebody at work there has now."""
    office = sa.func.coalesce(RoleGrant.organisation_id, User.organisation_id)
    select = (
        sa.select(office, RoleGrant.role)
        .distinct()
        .join(User, User.id == RoleGrant.user_id)
        .where(
            User.is_active,
            RoleGrant.role.in_(_KEEPERS),
            RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > session.now),
            office.in_(list(organisation_ids)),
        )
    )
    found: dict[UUID, set[str]] = {}
    for organisation_id, role in session.execute(select):
        found.setdefault(organisation_id, set()).add(role)
    return found


def unrenewed(kinds: Collection[str]) -> sa.Select[Agreement, Organisation]:
    """Agreements of active organisations of these kinds that offer something, with their organisation, that run their time and
    that none follows.

    One follows when it lasts longer and leaves no day between: after a gap nobody could be offered on the days within.
    """
    later = orm.aliased(Agreement)
    followed = sa.exists().where(
        later.organisation_id == Agreement.organisation_id,
        later.ends_on > Agreement.ends_on,
        later.starts_on <= Agreement.ends_on + 1,
    )
    offers = sa.exists().where(Service.organisation_id == Organisation.id, Service.is_active)
    return (
        sa.select(Agreement, Organisation)
        .join(Organisation, Organisation.id == Agreement.organisation_id)
        .where(Organisation.is_active, Organisation.kind.in_(kinds), Agreement.end_reason.is_(None), offers, ~followed)
        .order_by(Agreement.ends_on, Agreement.id)
    )


def ending(kinds: Collection[str], day: date, days: int) -> sa.Select[Agreement, Organisation]:
    """Those of them that end from the day on within so many days."""
    return unrenewed(kinds).where(Agreement.ends_on.between(day, day + timedelta(days=days)))
