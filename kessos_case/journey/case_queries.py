"""Names for the page of a case: offices, colleagues, services and categories that it names or offers, in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation, RoleGrant, User
from kessos_case.access.rules import OrganisationKind, Role
from kessos_case.core.db import Session
from kessos_case.reference.models import Category, ServiceType


@dataclass(frozen=True)
class Names:
    """Names by id or code, and what forms offer to choose from: caseworkers of the office, other UPT, social offices."""

    known: dict[str, str]
    caseworkers: dict[str, str]
    upts: dict[str, str]
    dinsos: dict[str, str]

    def of(self, code: object) -> str:
        """The name of this thing; empty for nothing."""
        return self.known.get(str(code), "") if code else ""


def names(
    session: Session,
    language: str,
    *,
    offices: Iterable[UUID | None] = (),
    users: Iterable[UUID | None] = (),
    services: Iterable[str] = (),
    category: str | None = None,
    choices_for: UUID | None = None,
) -> Names:
    """The names of these; with `choices_for` also what a supervisor of that office chooses from."""
    parts = [
        _part("known", Organisation, Organisation.name, Organisation.id.in_([one for one in offices if one])),
        _part("known", User, User.name, User.id.in_([one for one in users if one])),
        _coded(ServiceType, language, ServiceType.code.in_(list(services))),
        _coded(Category, language, Category.code == category),
    ]
    if choices_for:
        parts += _choices(session, choices_for)
    found: dict[str, dict[str, str]] = {"known": {}, "caseworkers": {}, "upts": {}, "dinsos": {}}
    every = sa.union_all(*parts).subquery()
    for part, code, name in session.execute(sa.select(every).order_by(every.c.name)):
        found[part][code] = name
    return Names(**found)


def offices_of(session: Session, office_ids: Iterable[UUID], kind: OrganisationKind | None = None) -> dict[str, str]:
    """The names of these offices by id; with `kind` instead of all that are at work."""
    select = sa.select(Organisation.id, Organisation.name).where(Organisation.is_active).order_by(Organisation.name)
    wanted = Organisation.kind == kind if kind else Organisation.id.in_(list(office_ids))
    return {str(row[0]): row[1] for row in session.execute(select.where(wanted))}


def _choices(session: Session, office_id: UUID) -> list[Any]:
    at_work = (
        User.is_active,
        RoleGrant.role == Role.CASEWORKER,
        RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > session.now),
        sa.func.coalesce(RoleGrant.organisation_id, User.organisation_id) == office_id,
    )
    holding = sa.select(User.id).join(RoleGrant, RoleGrant.user_id == User.id).where(*at_work)
    is_upt = sa.and_(Organisation.kind == OrganisationKind.UPT, Organisation.is_active, Organisation.id != office_id)
    is_dinsos = sa.and_(Organisation.kind == OrganisationKind.DINSOS, Organisation.is_active)
    return [
        _part("caseworkers", User, User.name, User.id.in_(holding)),
        _part("upts", Organisation, Organisation.name, is_upt),
        _part("dinsos", Organisation, Organisation.name, is_dinsos),
    ]


def _part(part: str, model: Any, name: Any, where: Any) -> Any:
    return sa.select(
        sa.literal(part).label("part"), sa.cast(model.id, sa.Text).label("code"), name.label("name")
    ).where(where)


def _coded(model: Any, language: str, where: Any) -> Any:
    name = model.name_en if language == "en" else model.name_id
    return sa.select(sa.literal("known"), model.code, name).where(where)
