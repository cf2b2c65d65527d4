"""Names of users and offices, and whom a form offers to choose from. Nothing about a person who is served."""

from collections.abc import Iterable
from uuid import UUID

from kessos_case.access import queries
from kessos_case.access.rules import OrganisationKind
from kessos_case.core.db import Session

# Colleagues that a form offers by name; an office that has more is not a UPT.
MOST_COLLEAGUES = 200


def names_of(session: Session, ids: Iterable[UUID | str | None]) -> dict[str, str]:
    """The names of these users and offices, by their id as text, in one statement."""
    wanted = {UUID(str(one)) for one in ids if one}
    return {str(row.id): row.name for row in session.execute(queries.named(wanted))} if wanted else {}


def offices_near(
    session: Session, places: Iterable[str | None], also: Iterable[UUID | None] = ()
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Organisations that a form offers, by kind: [(kind, [(id, name)])].

    UPTs and social offices of the whole province; others that work for all of it or in these places; and `also` those
    that were named before, wherever they are.
    """
    regencies = {place[:5] for place in places if place}
    groups: dict[str, list[tuple[str, str]]] = {kind: [] for kind in OrganisationKind}
    for row in session.execute(queries.offices_near(regencies, {office for office in also if office})):
        groups[row.kind].append((str(row.id), row.name))
    return [(kind, found) for kind, found in groups.items() if found]


def colleagues_at(session: Session, organisation_id: UUID) -> dict[str, str]:
    """Who works in an office now, by name: {id: name}."""
    found = session.execute(queries.colleagues(organisation_id, session.now).limit(MOST_COLLEAGUES))
    return {str(row.id): row.name for row in found}
