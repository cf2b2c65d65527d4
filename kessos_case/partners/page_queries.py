"""Reads that only the pages of the directory need: a search by what helps somebody today, names for codes, periods to come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.core.db import Session
from kessos_case.partners.models import Agreement, OrganisationContact, Service, ServiceCapacity, ServicePause
from kessos_case.reference.models import Region, ServiceType
from kessos_case.reference.rules import region_lineage

Group = tuple[str, list[tuple[str, str]]]


@dataclass(frozen=True)
class Wanted:
    """Whom a reader looks for, as addresses have it; `free` and `open` are said or not."""

    q: str = ""
    kind: str = ""
    service: str = ""
    place: str = ""
    free: str = ""
    open: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The filters that say something, for an address."""
        return {name: value for name, value in vars(self).items() if value}

    @property
    def any_day(self) -> dict[str, str]:
        """The same whether full or closed today."""
        return {name: value for name, value in self.query.items() if name not in ("free", "open")}

    @property
    def narrows_services(self) -> bool:
        """Does it look for some services of an organisation rather than for the whole of it?"""
        return bool(self.service or self.place or self.free or self.open)


def narrowed(select: sa.Select[Organisation], wanted: Wanted, day: date) -> sa.Select[Organisation]:
    """Of these organisations those with a service that answers every filter; one service must answer them all."""
    if not wanted.narrows_services:
        return select
    return select.where(Organisation.id.in_(sa.select(Service.organisation_id).where(*_suits(wanted, day))))


def suiting(session: Session, wanted: Wanted, organisation_ids: Iterable[UUID], day: date) -> set[UUID] | None:
    """The services of these organisations that answer the filters; None where no filter is about services."""
    if not wanted.narrows_services:
        return None
    select = sa.select(Service.id).where(Service.organisation_id.in_(list(organisation_ids)), *_suits(wanted, day))
    return set(session.scalars(select))


def coming_periods(session: Session, service_ids: Iterable[UUID], day: date) -> dict[UUID, ServiceCapacity]:
    """The next period of each of these services that has not begun."""
    select = (
        sa.select(ServiceCapacity)
        .where(ServiceCapacity.service_id.in_(list(service_ids)), ServiceCapacity.starts_on > day)
        .order_by(ServiceCapacity.starts_on.desc())
        .execution_options(populate_existing=True)
    )
    # The nearest comes last, and stays.
    return {period.service_id: period for period in session.scalars(select)}


def last_day(session: Session, service_id: UUID) -> date | None:
    """The last day for which places were ever said."""
    select = sa.select(sa.func.max(ServiceCapacity.ends_on)).where(ServiceCapacity.service_id == service_id)
    found: date | None = session.scalar(select)
    return found


def agreements(session: Session, organisation_id: UUID) -> Sequence[Agreement]:
    """The agreements with an organisation, the one that lasts longest first."""
    select = sa.select(Agreement).where(Agreement.organisation_id == organisation_id)
    return session.scalars(select.order_by(Agreement.ends_on.desc(), Agreement.id)).all()


def contacts(session: Session, organisation_id: UUID) -> Sequence[OrganisationContact]:
    """Whom to call at an organisation now, by name."""
    select = sa.select(OrganisationContact).where(
        OrganisationContact.organisation_id == organisation_id, OrganisationContact.is_active
    )
    return session.scalars(select.order_by(OrganisationContact.name, OrganisationContact.id)).all()


def own_places(session: Session, organisation_ids: Iterable[UUID], day: date) -> Sequence[Any]:
    """(id, name, services, free, resting, without_places) of these organisations: how their services stand on the day."""
    period = ServiceCapacity
    select = (
        sa.select(
            Organisation.id,
            Organisation.name,
            sa.func.count(Service.id).label("services"),
            sa.func.coalesce(
                sa.func.sum(period.places - period.reserved - period.taken).filter(~_resting(day)), 0
            ).label("free"),
            sa.func.count(Service.id).filter(_resting(day)).label("resting"),
            sa.func.count(Service.id).filter(period.id.is_(None)).label("without_places"),
        )
        .join_from(Organisation, Service, (Service.organisation_id == Organisation.id) & Service.is_active)
        .outerjoin(period, (period.service_id == Service.id) & (period.starts_on <= day) & (period.ends_on >= day))
        .where(Organisation.id.in_(list(organisation_ids)))
        .group_by(Organisation.id, Organisation.name)
        .order_by(Organisation.name, Organisation.id)
    )
    return session.execute(select).all()


def service_types(session: Session, language: str) -> tuple[dict[str, str], list[Group]]:
    """The name of each service type and group; and the types by group: (code of the group, [(code, name)]), by name."""
    name = ServiceType.name_en if language == "en" else ServiceType.name_id
    rows = session.execute(sa.select(ServiceType.code, ServiceType.parent_code, name).order_by(name)).all()
    groups = [code for code, parent, _name in rows if parent is None]
    below = [(group, [(code, told) for code, parent, told in rows if parent == group]) for group in groups]
    return {code: told for code, _parent, told in rows}, below


def region_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """The names of these places and of all around them, by code."""
    wanted = {outer for code in codes for outer in region_lineage(code)}
    select = sa.select(Region.code, Region.name).where(Region.code.in_(wanted))
    return {row[0]: row[1] for row in session.execute(select)} if wanted else {}


def named_places(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """These places with the places around them, by code."""
    wanted = list(codes)
    names = region_names(session, wanted)
    return {code: place_name(names, code) for code in wanted if code in names}


def place_name(names: dict[str, str], code: str) -> str:
    """A place as people say it, from the small to the large: `Ambulu, Kabupaten Jember`."""
    around = [part for part in reversed(region_lineage(code)) if len(part) > 2 or part == code]
    return ", ".join(names[part] for part in around if part in names)


def _suits(wanted: Wanted, day: date) -> list[sa.ColumnElement[bool]]:
    """What one active service must be."""
    conditions: list[sa.ColumnElement[bool]] = [Service.is_active.is_(True)]
    if wanted.service:
        below = sa.select(ServiceType.code).where(
            (ServiceType.code == wanted.service) | (ServiceType.parent_code == wanted.service)
        )
        conditions.append(Service.service_type.in_(below))
    if wanted.place:
        conditions.append(_takes_from(wanted.place))
    if wanted.free:
        conditions.append(_has_places(day))
    if wanted.free or wanted.open:
        conditions.append(~_resting(day))
    if wanted.open:
        unknown = sa.func.cardinality(Service.open_days) == 0
        conditions.append(unknown | Service.open_days.contains([day.isoweekday()]))
    return conditions


def _takes_from(place: str) -> sa.ColumnElement[bool]:
    """Takes people from all of the place, or from some part of it."""
    listed = sa.func.concat(" ", sa.func.array_to_string(Service.coverage, " "))
    return Service.coverage.overlap(region_lineage(place)) | listed.contains(f" {place}.", autoescape=True)


def _has_places(day: date) -> sa.ColumnElement[bool]:
    period = ServiceCapacity
    return sa.exists().where(
        period.service_id == Service.id,
        period.starts_on <= day,
        period.ends_on >= day,
        period.reserved + period.taken < period.places,
    )


def _resting(day: date) -> sa.ColumnElement[bool]:
    """Is the service, or its whole organisation, taking nobody on the day?"""
    return sa.exists().where(
        ServicePause.organisation_id == Service.organisation_id,
        ServicePause.service_id.is_(None) | (ServicePause.service_id == Service.id),
        ServicePause.withdrawn_at.is_(None),
        ServicePause.starts_on <= day,
        ServicePause.ends_on.is_(None) | (ServicePause.ends_on >= day),
    )
