"""Reads of the strength map: who offers what where, with places, use and people in line. Nothing here names a client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from kessos_case.access.models import Organisation
from kessos_case.core.db import Session
from kessos_case.partners.models import Agreement, Service, ServiceCapacity, ServicePause
from kessos_case.reference.models import ServiceType
from kessos_case.referrals.models import Offer
from kessos_case.referrals.rules import OfferState


@dataclass(frozen=True)
class StrengthFilter:
    """What of the map is wanted: one regency, one kind of service or group of them."""

    place: str = ""
    service: str = ""


def lines(wanted: StrengthFilter, day: date) -> tuple[sa.Select[Any], list[Any]]:
    """One row an organisation and kind of service, and the order: by organisation. For core.paging.

    `places`, `in_use` and `free` are of the period open on the day, None where none of its services has one.
    """
    service, period = _services(wanted, day), ServiceCapacity
    key = [Organisation.name, Organisation.id, Service.service_type]
    select = (
        service.add_columns(
            Organisation.id.label("organisation_id"),
            Organisation.name.label("organisation_name"),
            Organisation.kind,
            Organisation.region_code,
            Service.service_type,
            sa.func.count(Service.id.distinct()).label("services"),
            sa.func.sum(period.places).label("places"),
            sa.func.sum(period.reserved + period.taken).label("in_use"),
            sa.func.sum(_free(day)).label("free"),
            sa.func.coalesce(sa.func.sum(_waiting()), 0).label("waiting"),
            sa.func.bool_and(_rests(day)).label("is_paused"),
            _agreed_until(day).label("agreement_until"),
            _coverage().label("coverage"),
        )
        .group_by(Organisation.id, Service.service_type)
    )  # fmt: skip
    return select, key


def by_place(session: Session, wanted: StrengthFilter, day: date) -> Sequence[Any]:
    """(place, service_type, organisation_ids, services, stated, places, in_use, free, waiting) that reach a regency.

    Under the province's own code stands what takes people from everywhere, once; every regency has it too.
    """
    known = _facts(wanted, day).cte("known")
    part = sa.func.unnest(known.c.coverage).table_valued("code").render_derived()
    everywhere = sa.literal("35") == sa.any_(known.c.coverage)
    place = sa.case((everywhere, "35"), else_=sa.func.left(part.c.code, 5))
    reach = sa.select(known, place.label("place")).select_from(known).join(part, sa.true()).distinct().subquery()
    offices = sa.func.array_agg(reach.c.organisation_id.distinct()).label("organisation_ids")
    select = sa.select(reach.c.place, reach.c.service_type, offices, *_sums(reach))
    return session.execute(select.group_by(reach.c.place, reach.c.service_type)).all()


def standing(session: Session, wanted: StrengthFilter) -> Sequence[Any]:
    """(place, services): what stands in a regency, wherever its people come from; in none, under the province."""
    place = sa.func.left(sa.func.coalesce(Organisation.region_code, "35"), 5).label("place")
    offered = sa.select(place, sa.func.count().label("services")).select_from(Service)
    offered = offered.join(Organisation, Organisation.id == Service.organisation_id)
    return session.execute(_wanted(offered, wanted).group_by(place)).all()


def _sums(known: Any) -> list[sa.Label[Any]]:
    total = sa.func.coalesce
    return [
        sa.func.count(known.c.id).label("services"),
        # Those that have said how many places they have.
        sa.func.count(known.c.places).label("stated"),
        *(total(sa.func.sum(known.c[name]), 0).label(name) for name in ("places", "in_use", "free", "waiting")),
    ]


def _facts(wanted: StrengthFilter, day: date) -> sa.Select[Any]:
    """Every service with its places on the day."""
    period = ServiceCapacity
    return _services(wanted, day).add_columns(
        Service.id, Service.service_type, Service.coverage, Organisation.id.label("organisation_id"),
        Organisation.region_code, period.places, (period.reserved + period.taken).label("in_use"),
        _free(day).label("free"), _waiting().label("waiting"),
    )  # fmt: skip


def _services(wanted: StrengthFilter, day: date) -> sa.Select[Any]:
    """Active services of active organisations with the period that is open on the day, where one is."""
    period = ServiceCapacity
    is_open = (period.service_id == Service.id) & (period.starts_on <= day) & (period.ends_on >= day)
    select = (
        sa.select()
        .select_from(Service)
        .join(Organisation, Organisation.id == Service.organisation_id)
        .outerjoin(period, is_open)
    )
    return _wanted(select, wanted)


def _wanted(select: sa.Select[Any], wanted: StrengthFilter) -> sa.Select[Any]:
    """What is offered now, of what is looked for."""
    select = select.where(Service.is_active, Organisation.is_active)
    if wanted.place:
        select = select.where(_reaches(wanted.place))
    if wanted.service:
        kinds = sa.select(ServiceType.code).where(
            (ServiceType.code == wanted.service) | (ServiceType.parent_code == wanted.service)
        )
        select = select.where(Service.service_type.in_(kinds))
    return select


def _reaches(place: str) -> sa.ColumnElement[bool]:
    """Takes people from this regency: all of it, the whole province, or a part of it."""
    part = sa.func.unnest(Service.coverage).table_valued("code").render_derived()
    inside = sa.exists(sa.select(part.c.code).where(part.c.code.startswith(f"{place}.", autoescape=True)))
    return Service.coverage.overlap([place[:2], place]) | inside


def _free(day: date) -> sa.ColumnElement[int]:
    """Places that may be given now: none where the service rests, and nothing where no period is open."""
    period = ServiceCapacity
    rests = period.id.is_not(None) & _rests(day)
    return sa.case((rests, 0), else_=period.places - period.reserved - period.taken)


def _waiting() -> sa.ScalarSelect[int]:
    """People in line for a service."""
    return (
        sa.select(sa.func.count())
        .where(Offer.service_id == Service.id, Offer.state == OfferState.WAITING)
        .correlate(Service)
        .scalar_subquery()
    )


def _rests(day: date) -> sa.ColumnElement[bool]:
    pause = ServicePause
    return (
        sa.exists()
        .where(
            pause.organisation_id == Service.organisation_id,
            pause.service_id.is_(None) | (pause.service_id == Service.id),
            pause.withdrawn_at.is_(None),
            pause.starts_on <= day,
            pause.ends_on.is_(None) | (pause.ends_on >= day),
        )
        .correlate(Service)
    )


def _agreed_until(day: date) -> sa.ScalarSelect[date]:
    return (
        sa.select(sa.func.max(Agreement.ends_on))
        .where(Agreement.organisation_id == Organisation.id, Agreement.starts_on <= day, Agreement.ends_on >= day)
        .correlate(Organisation)
        .scalar_subquery()
    )


def _coverage() -> sa.ColumnElement[Any]:
    """Every region that one of them covers, in order, with commas."""
    covered = sa.func.array_to_string(Service.coverage, ",")
    return sa.func.string_agg(covered.distinct(), aggregate_order_by(sa.literal(","), covered))
