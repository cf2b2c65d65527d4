"""Reads for a table of partners: what stands of the organisations in it, what it leaves out, what things are called."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.core.db import Session
from kessos_case.partners import queries
from kessos_case.partners.models import Agreement, OrganisationContact, Service, ServiceCapacity
from kessos_case.reference.models import Category, Region, ServiceType


def organisations(session: Session, codes: Collection[str]) -> Sequence[Organisation]:
    """The organisations with these codes, also those that are not active."""
    return session.scalars(sa.select(Organisation).where(Organisation.code.in_(set(codes)))).all()


def active_organisations() -> sa.Select[UUID, str]:
    """(id, name) of every organisation at work."""
    return sa.select(Organisation.id, Organisation.name).where(Organisation.is_active).order_by(Organisation.code)


def services(session: Session, organisation_ids: Collection[UUID]) -> Sequence[Service]:
    """The services of these organisations; of two of one name the one that is offered comes last."""
    select = sa.select(Service).where(Service.organisation_id.in_(organisation_ids))
    return session.scalars(select.order_by(Service.is_active, Service.id.desc())).all()


def periods(session: Session, service_ids: Collection[UUID]) -> Sequence[ServiceCapacity]:
    """The periods of these services, read anew: their counts move past the unit of work."""
    select = sa.select(ServiceCapacity).where(ServiceCapacity.service_id.in_(service_ids))
    return session.scalars(select.execution_options(populate_existing=True)).all()


def agreements(session: Session, organisation_ids: Collection[UUID]) -> Sequence[Agreement]:
    """The agreements of these organisations, of any time."""
    return session.scalars(sa.select(Agreement).where(Agreement.organisation_id.in_(organisation_ids))).all()


def contacts(session: Session, organisation_ids: Collection[UUID]) -> Sequence[OrganisationContact]:
    """Who can be reached at these organisations."""
    select = sa.select(OrganisationContact).where(OrganisationContact.organisation_id.in_(organisation_ids))
    return session.scalars(select.where(OrganisationContact.is_active)).all()


def offered_services(service_ids: Collection[UUID], most: int) -> sa.Select[str, str, UUID, str, str]:
    """(code and name of the organisation, id, type and name) of those of these services that are offered."""
    columns = (Organisation.code, Organisation.name, Service.id, Service.service_type, Service.name.label("service"))
    return (
        sa.select(*columns)
        .join(Organisation, Organisation.id == Service.organisation_id)
        .where(Service.id.in_(service_ids), Service.is_active)
        .order_by(Organisation.code, Service.name, Service.id)
        .limit(most)
    )


def other_partners(codes: Collection[str], most: int) -> sa.Select[str, str]:
    """(code, name) of the organisations that offer something and have none of these codes."""
    offering = (Organisation.is_active, Organisation.id.in_(queries.offered()), Organisation.code.not_in(codes))
    return sa.select(Organisation.code, Organisation.name).where(*offering).order_by(Organisation.code).limit(most)


def names(session: Session, levels: Collection[str]) -> Mapping[str, list[Any]]:
    """Codes with their names: both of a service type or category, name and level of a region of these levels."""
    what = sa.literal
    types = sa.select(what("service_type"), ServiceType.code, ServiceType.name_id, ServiceType.name_en)
    categories = sa.select(what("category"), Category.code, Category.name_id, Category.name_en)
    regions = sa.select(what("region"), Region.code, Region.name, Region.level).where(Region.level.in_(levels))
    found: dict[str, list[Any]] = {"service_type": [], "category": [], "region": []}
    for of, *row in session.execute(types.union_all(categories, regions)):
        found[of].append(row)
    return found
