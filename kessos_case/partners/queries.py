"""Reads of the directory: who offers what where, and how it stands on a day. Nothing here says anything about a client."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.partners.models import Agreement, OrganisationContact, Service, ServiceCapacity, ServicePause
from kessos_case.reference.models import ServiceType
from kessos_case.reference.rules import region_lineage


def partners(filters: dict[str, Any]) -> sa.Select[Organisation]:
    """Active organisations that offer an active service, of one kind or by words in a name where these are given.

    `service_type` also finds the services of a group, and `region_code` those that take people from there.
    """
    offers = offered(filters.get("service_type"), filters.get("region_code"))
    select = sa.select(Organisation).where(Organisation.is_active, Organisation.id.in_(offers))
    if filters.get("kind"):
        select = select.where(Organisation.kind == filters["kind"])
    if filters.get("q"):
        named = offered().where(Service.name.icontains(filters["q"], autoescape=True))
        select = select.where(
            Organisation.name.icontains(filters["q"], autoescape=True)
            | sa.literal(filters["q"]).op("<%", is_comparison=True)(Organisation.name)
            | Organisation.id.in_(named)
        )
    return select


def offered(service_type: str | None = None, region_code: str | None = None) -> sa.Select[UUID]:
    """Ids of the organisations with an active service of this type or group, for people of this region."""
    select = sa.select(Service.organisation_id).where(Service.is_active)
    if service_type:
        select = select.where(Service.service_type.in_(_with_children([service_type])))
    if region_code:
        select = select.where(Service.coverage.overlap(region_lineage(region_code)))
    return select


def services(*organisation_ids: UUID, is_active: bool | None = None) -> sa.Select[Service]:
    """The services of these organisations, those no longer offered too unless it is said."""
    select = sa.select(Service).where(Service.organisation_id.in_(organisation_ids))
    return select if is_active is None else select.where(Service.is_active == is_active)


def capacities(organisation_id: UUID, service_id: UUID | None = None) -> sa.Select[ServiceCapacity]:
    """Every period of an organisation's services, of one service where it is named."""
    own = sa.select(Service.id).where(Service.organisation_id == organisation_id)
    select = sa.select(ServiceCapacity).where(ServiceCapacity.service_id.in_(own))
    return select.where(ServiceCapacity.service_id == service_id) if service_id else select


def agreements(organisation_id: UUID) -> sa.Select[Agreement]:
    """The agreements with one organisation."""
    return sa.select(Agreement).where(Agreement.organisation_id == organisation_id)


def contacts(*organisation_ids: UUID, is_active: bool | None = None) -> sa.Select[OrganisationContact]:
    """Whom to call at these organisations, those no longer there too unless it is said."""
    select = sa.select(OrganisationContact).where(OrganisationContact.organisation_id.in_(organisation_ids))
    return select if is_active is None else select.where(OrganisationContact.is_active == is_active)


def pauses(organisation_id: UUID) -> sa.Select[ServicePause]:
    """The pauses of one organisation."""
    return sa.select(ServicePause).where(ServicePause.organisation_id == organisation_id)


def pauses_to_come(organisation_ids: list[UUID], day: date) -> sa.Select[ServicePause]:
    """The pauses of these organisations that are not over on the day, by their first day."""
    return (
        sa.select(ServicePause)
        .where(ServicePause.organisation_id.in_(organisation_ids), _not_over(day))
        .order_by(ServicePause.starts_on, ServicePause.id)
    )


def open_periods(service_ids: list[UUID], day: date) -> sa.Select[ServiceCapacity]:
    """The period of each of these services that is open on the day; the database allows one."""
    return sa.select(ServiceCapacity).where(
        ServiceCapacity.service_id.in_(service_ids), ServiceCapacity.starts_on <= day, ServiceCapacity.ends_on >= day
    )


def agreed_until(organisation_ids: list[UUID], day: date) -> sa.Select[UUID, date]:
    """(organisation_id, until) of those with an agreement in force on the day."""
    return (
        sa.select(Agreement.organisation_id, sa.func.max(Agreement.ends_on).label("until"))
        .where(Agreement.organisation_id.in_(organisation_ids), Agreement.starts_on <= day, Agreement.ends_on >= day)
        .group_by(Agreement.organisation_id)
    )


def _with_children(service_types: Any) -> sa.Select[str]:
    return sa.select(ServiceType.code).where(
        ServiceType.code.in_(service_types) | ServiceType.parent_code.in_(service_types)
    )


def _not_over(day: date) -> sa.ColumnElement[bool]:
    return ServicePause.withdrawn_at.is_(None) & (ServicePause.ends_on.is_(None) | (ServicePause.ends_on >= day))
