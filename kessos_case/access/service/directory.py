"""Names of users and offices, and whom a form offers to choose from. Nothing about a person who is served."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation, RoleGrant, User
from kessos_case.access.rules import OrganisationKind
from kessos_case.core.db import Session

# Colleagues that a form offers by name; an office that has more is not a UPT.
MOST_COLLEAGUES = 200


def names_of(session: Session, ids: Iterable[UUID | str | None]) -> dict[str, str]:
    """The names of these users and offices, by their id as text, in one statement."""
    wanted = {UUID(str(one)) for one in ids if one}
    people = sa.select(User.id, User.name).where(User.id.in_(wanted))
    offices = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
    return {str(row.id): row.name for row in session.execute(people.union_all(offices))} if wanted else {}


def offices_near(
    session: Session, places: Iterable[str | None], also: Iterable[UUID | None] = ()
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Organisations that a form offers, by kind: [(kind, [(id, name)])].

    UPTs and social offices of the whole province; others that work for all of it or in these places; and `also` those
    that were named before, wherever they are.
    """
    regencies = {place[:5] for place in places if place}
    near = sa.or_(
        Organisation.kind.in_([OrganisationKind.UPT, OrganisationKind.DINSOS]),
        Organisation.region_code.is_(None),
        sa.func.length(Organisation.region_code) < 5,
        sa.func.left(Organisation.region_code, 5).in_(regencies),
        Organisation.id.in_({office for office in also if office}),
    )
    select = sa.select(Organisation.id, Organisation.name, Organisation.kind).where(Organisation.is_active, near)
    groups: dict[str, list[tuple[str, str]]] = {kind: [] for kind in OrganisationKind}
    for row in session.execute(select.order_by(Organisation.name, Organisation.id)):
        groups[row.kind].append((str(row.id), row.name))
    return [(kind, found) for kind, found in groups.items() if found]


def colleagues_at(session: Session, organisation_id: UUID) -> dict[str, str]:
    """Who works in an office now, by name: {id: name}."""
    holds = sa.exists().where(
        RoleGrant.user_id == User.id, RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > session.now)
    )
    select = sa.select(User.id, User.name).where(User.organisation_id == organisation_id, User.is_active, holds)
    found = session.execute(select.order_by(User.name, User.id).limit(MOST_COLLEAGUES))
    return {str(row.id): row.name for row in found}
