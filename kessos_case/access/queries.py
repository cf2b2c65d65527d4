"""Reads of access."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import AuditEntry, Organisation, RoleGrant, SavedFilter, User
from kessos_case.access.rules import OrganisationKind
from kessos_case.core.db import Session


def organisations(kind: str | None = None, region_code: str | None = None) -> sa.Select[Organisation]:
    """Active organisations; `region_code` finds those exactly there."""
    select = sa.select(Organisation).where(Organisation.is_active)
    if kind:
        select = select.where(Organisation.kind == kind)
    if region_code:
        select = select.where(Organisation.region_code == region_code)
    return select


def users(organisation_id: UUID | None = None) -> sa.Select[User]:
    """Users, of one organisation where it is named."""
    select = sa.select(User)
    return select.where(User.organisation_id == organisation_id) if organisation_id else select


# Built once: every report asks it.
_DESK = (
    sa.select(Organisation)
    .where(
        Organisation.kind == "dinsos",
        Organisation.is_active,
        Organisation.region_code.in_([sa.bindparam("regency"), sa.bindparam("province")]),
    )
    .order_by(sa.func.length(Organisation.region_code).desc(), Organisation.code)
    .limit(1)
)


def desk_of(session: Session, region_code: str) -> Organisation | None:
    """The social office (Dinsos) that answers for this place: of the regency, else of the province."""
    return session.scalar(_DESK, {"regency": region_code[:5], "province": region_code[:2]})


def audit_entries(filters: dict[str, Any]) -> sa.Select[AuditEntry]:
    """The trail, newest first: of one client (who saw this person), one user, one action or one outcome."""
    select = sa.select(AuditEntry)
    if filters.get("client_id"):
        select = select.where(AuditEntry.client_ids.contains([filters["client_id"]]))
    for name in ("user_id", "action", "outcome", "resource"):
        if filters.get(name):
            select = select.where(getattr(AuditEntry, name) == filters[name])
    return select


def named(ids: Collection[UUID]) -> sa.CompoundSelect[UUID, str]:
    """Users and offices among these ids: (id, name)."""
    people = sa.select(User.id, User.name).where(User.id.in_(ids))
    return people.union_all(sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids)))


def offices_near(regencies: Collection[str], also: Collection[UUID]) -> sa.Select[UUID, str, str]:
    """UPTs, social offices, what works for the province or in these regencies, and `also`: (id, name, kind) by name."""
    near = sa.or_(
        Organisation.kind.in_([OrganisationKind.UPT, OrganisationKind.DINSOS]),
        Organisation.region_code.is_(None),
        sa.func.length(Organisation.region_code) < 5,
        sa.func.left(Organisation.region_code, 5).in_(regencies),
        Organisation.id.in_(also),
    )
    select = sa.select(Organisation.id, Organisation.name, Organisation.kind).where(Organisation.is_active, near)
    return select.order_by(Organisation.name, Organisation.id)


def colleagues(organisation_id: UUID, at: datetime) -> sa.Select[UUID, str]:
    """Who is at work in an office: (id, name) by name."""
    holds = sa.exists().where(
        RoleGrant.user_id == User.id, RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > at)
    )
    select = sa.select(User.id, User.name).where(User.organisation_id == organisation_id, User.is_active, holds)
    return select.order_by(User.name, User.id)


def saved_filters(user_id: UUID | None, page: str) -> sa.Select[SavedFilter]:
    """The views of a list that a user keeps, by their names."""
    select = sa.select(SavedFilter).where(SavedFilter.page == page, SavedFilter.user_id == user_id)
    return select.order_by(SavedFilter.name)
