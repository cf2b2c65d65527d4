"""Reads that only the pages of referrals need: names for codes, and what a form offers to choose from."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.core.db import Actor, Session
from kessos_case.reference.models import Region, ServiceType
from kessos_case.reference.rules import RegionLevel, region_lineage

Group = tuple[str, list[tuple[str, str]]]


def service_groups(session: Session, language: str) -> list[Group]:
    """Service types by their group: (name of the group, [(code, name)]) in the reader's language."""
    types = session.scalars(sa.select(ServiceType).order_by(ServiceType.code)).all()
    names = {kind.code: kind.name_en if language == "en" else kind.name_id for kind in types}
    groups = sorted((kind for kind in types if kind.parent_code is None), key=lambda kind: _GROUPS.get(kind.code, 99))
    return [
        (names[group.code], [(kind.code, names[kind.code]) for kind in types if kind.parent_code == group.code])
        for group in groups
    ]


# What a person on the street needs first comes first; the register itself has no order.
_GROUPS = {
    code: place
    for place, code in enumerate(
        ("basic_needs", "rescue_and_protection", "health", "care_and_family", "therapy", "rights_and_access")
    )
}


def places_for(session: Session, actor: Actor) -> list[Group]:
    """The kecamatan that this reporter may choose from, by regency: his granted region, else his office's regency.

    Whoever works for the whole province chooses from all of it.
    """
    granted = [grant.region_code for grant in actor.grants if grant.region_code]
    areas = granted or [_office_area(session, actor)]
    inside = [(Region.code == area) | Region.code.startswith(f"{area}.", autoescape=True) for area in areas]
    district = sa.select(Region).where(Region.level == RegionLevel.KECAMATAN, sa.or_(*inside)).order_by(Region.code)
    found = session.scalars(district).all() or session.scalars(sa.select(Region).where(Region.code.in_(areas))).all()
    regencies = region_names(session, {place.code[:5] for place in found})
    groups: dict[str, list[tuple[str, str]]] = {}
    for place in found:
        groups.setdefault(regencies[place.code[:5]], []).append((place.code, place.name))
    return list(groups.items())


def region_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """The names of these places and of all around them, by code."""
    wanted = {outer for code in codes for outer in region_lineage(code)}
    return {
        row[0]: row[1] for row in session.execute(sa.select(Region.code, Region.name).where(Region.code.in_(wanted)))
    }


def place_name(names: dict[str, str], code: str) -> str:
    """A place as people say it, from the small to the large: `Ambulu, Kabupaten Jember`."""
    around = [part for part in reversed(region_lineage(code)) if len(part) > 2 or part == code]
    return ", ".join(names[part] for part in around if part in names)


def place_choices(counted: Iterable[str], chosen: str) -> list[str]:
    """The places to filter a list by, of the kecamatan in which something waits.

    Whose desk is the whole province chooses a regency first, then a kecamatan of it.
    """
    districts = sorted(set(counted) | ({chosen} if chosen else set()))
    regencies = sorted({code[:5] for code in districts})
    if len(regencies) == 1:
        return districts
    return [*regencies, *(code for code in districts if chosen and code[:5] == chosen[:5] and code not in regencies)]


def organisation_names(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of these offices."""
    wanted = {office for office in ids if office}
    select = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
    return {row[0]: row[1] for row in session.execute(select)}


def _office_area(session: Session, actor: Actor) -> str:
    office = session.get(Organisation, actor.organisation_id) if actor.organisation_id else None
    code = office.region_code if office else None
    return code[:5] if code else "35"
