"""How services stand on a day: all that the hard rules and the score ask of the directory, in one statement for any number."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY

from kessos_case.access.models import Organisation
from kessos_case.core.db import Session
from kessos_case.partners.models import Agreement, Service, ServiceCapacity, ServicePause, ServiceRecord
from kessos_case.reference.models import ServiceType
from kessos_case.reference.rules import region_lineage


def facts_suiting(session: Session, service_types: Iterable[str], day: date) -> Sequence[Any]:
    """How the active services of exactly these types stand on the day."""
    return session.execute(_SUITING, {"service_types": list(service_types), "day": day}).all()


def facts_around(
    session: Session, service_types: Iterable[str], day: date, region_code: str, near: Iterable[str], beyond: int
) -> Sequence[Any]:
    """The same of those that take people from the region, and of the others no more than `beyond`, the nearest first.

    `near` are the regencies that border on the region's.
    """
    asked = {"service_types": list(service_types), "day": day, "beyond": beyond, "near": list(near)}
    return session.execute(_AROUND, asked | {"lineage": region_lineage(region_code)}).all()


def facts_about(session: Session, service_id: UUID, day: date) -> Any | None:
    """How this service stands on the day, offered or not; None where there is none."""
    return session.execute(_ABOUT, {"service_id": service_id, "day": day}).one_or_none()


_DAY: sa.BindParameter[date] = sa.bindparam("day", type_=sa.Date)
# The codes from the province of the person down to his village.
_LINEAGE: sa.BindParameter[Any] = sa.bindparam("lineage", type_=ARRAY(sa.Text))
_NEAR: sa.BindParameter[Any] = sa.bindparam("near", type_=ARRAY(sa.Text))
_LEFT_OUT = ("name", "version", "application_process")


def _agreement() -> sa.FromClause:
    """Of the agreements in force the one that lasts longest, else the next to begin, else the last that ended."""
    comes = Agreement.starts_on > _DAY
    return (
        sa.select(Agreement.starts_on, Agreement.ends_on)
        .where(Agreement.organisation_id == Service.organisation_id)
        .order_by(
            sa.and_(~comes, Agreement.ends_on >= _DAY).desc(),
            comes.desc(),
            sa.case((comes, Agreement.starts_on)),
            Agreement.ends_on.desc(),
        )
        .limit(1)
        .lateral("agreement")
    )


def _pause() -> sa.FromClause:
    """What rests on the day, all of the organisation or this service: one span, open where any of them has no end."""
    open_end = sa.func.bool_or(ServicePause.ends_on.is_(None))
    return (
        sa.select(
            sa.func.min(ServicePause.starts_on).label("starts_on"),
            sa.case((open_end, None), else_=sa.func.max(ServicePause.ends_on)).label("ends_on"),
        )
        .where(
            ServicePause.organisation_id == Service.organisation_id,
            ServicePause.service_id.is_(None) | (ServicePause.service_id == Service.id),
            ServicePause.withdrawn_at.is_(None),
            ServicePause.starts_on <= _DAY,
            ServicePause.ends_on.is_(None) | (ServicePause.ends_on >= _DAY),
        )
        .lateral("pause")
    )


def _answers() -> sa.ScalarSelect[Any]:
    """What the whole organisation has answered lately."""
    other, record = orm.aliased(Service), orm.aliased(ServiceRecord)
    select = sa.select(sa.func.sum(record.answered_lately)).join(other, other.id == record.service_id)
    return select.where(other.organisation_id == Service.organisation_id).correlate(Service).scalar_subquery()


def _as_it_comes(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A list as the driver makes it: to be made once more by SQLAlchemy costs a tenth of a long ranking."""
    is_list = isinstance(column.type, ARRAY | sa.ARRAY)
    return sa.type_coerce(column, sa.types.NULLTYPE).label(column.name) if is_list else column


def _facts() -> sa.Select[Any]:
    """Every service with its organisation, its past, the period open on the day, the agreement that counts, what rests."""
    agreement, pause, period, past = _agreement(), _pause(), ServiceCapacity, ServiceRecord
    return (
        sa.select(
            *[_as_it_comes(column) for column in sa.inspect(Service).columns if column.name not in _LEFT_OUT],
            ServiceType.parent_code,
            Organisation.kind,
            Organisation.region_code,
            (Service.is_active & Organisation.is_active).label("is_offered"),
            period.places,
            (period.places - period.reserved - period.taken).label("free"),
            agreement.c.starts_on.label("agreement_from"),
            agreement.c.ends_on.label("agreement_until"),
            pause.c.starts_on.label("paused_from"),
            pause.c.ends_on.label("paused_until"),
            *[getattr(past, name) for name in COUNTED],
            past.answer_share,
            _answers().label("answered_lately"),
        )
        .join(Organisation, Organisation.id == Service.organisation_id)
        .join(ServiceType, ServiceType.code == Service.service_type)
        .outerjoin(period, (period.service_id == Service.id) & (period.starts_on <= _DAY) & (period.ends_on >= _DAY))
        .outerjoin(past, past.service_id == Service.id)
        .outerjoin(agreement, sa.true())
        .outerjoin(pause, sa.true())
    )


# What a record tells of the past of a service; a service without one has none.
COUNTED = ("offered", "accepted", "ended", "completed", "observed", "retained")


def _suiting(service: type[Service] = Service) -> sa.ColumnElement[bool]:
    return service.is_active & (service.service_type == sa.any_(sa.bindparam("service_types", type_=ARRAY(sa.Text))))


def _around() -> sa.ColumnElement[bool]:
    takes = Service.coverage.overlap(_LINEAGE)
    other = orm.aliased(Service)
    outside = (
        sa.select(other.id)
        .join(Organisation, Organisation.id == other.organisation_id)
        .where(_suiting(other), ~other.coverage.overlap(_LINEAGE))
        .order_by(_distance(other), other.id)
        .limit(sa.bindparam("beyond", type_=sa.Integer))
        .correlate(None)
    )
    return _suiting() & (takes | Service.id.in_(outside))


def _distance(service: type[Service]) -> sa.ColumnElement[int]:
    """0 within the same regency, 1 across its border, 2 in the same province, 3 beyond."""
    place = sa.func.coalesce(Organisation.region_code, service.coverage[1])
    regency, province = sa.func.left(place, 5), sa.func.left(place, 2)
    return sa.case(
        (regency == sa.any_(_LINEAGE), 0), (regency == sa.any_(_NEAR), 1), (province == sa.any_(_LINEAGE), 2), else_=3
    )


# Built once: every ranking asks them.
_SUITING = _facts().where(_suiting())
_AROUND = _facts().where(_around())
_ABOUT = _facts().where(Service.id == sa.bindparam("service_id"))
