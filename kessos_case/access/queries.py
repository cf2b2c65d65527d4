"""Reads of access."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import AuditEntry, Organisation, User
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
