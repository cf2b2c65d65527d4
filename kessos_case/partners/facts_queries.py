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
from kessos_case.partners.rules import ServiceFacts
from kessos_case.reference.models import ServiceType
from kessos_case.reference.rules import region_lineage

# Every row holds the fields of `ServiceFacts` in their order, without those of offers that live.
Rows = Sequence[Any]


def facts_suiting(session: Session, service_types: Iterable[str], day: date) -> Rows:
    """How the active services of exactly these types stand on the day."""
    return _rows(session, _SUITING, {"service_types": list(service_types), "day": day})


def facts_around(session: Session, service_types: Iterable[str], day: date, region_code: str) -> Rows:
    """The same of those that take people from the region."""
    asked = {"service_types": list(service_types), "day": day, "lineage": region_lineage(region_code)}
    return _rows(session, _AROUND, asked)


def facts_beyond(
    session: Session, service_types: Iterable[str], day: date, region_code: str, near: Iterable[str], number: int
) -> Rows:
    """The same of so many that do not, the nearest first. `near` are the regencies that border on the region's."""
    asked = {"service_types": list(service_types), "day": day, "lineage": region_lineage(region_code)}
    return _rows(session, _BEYOND, asked | {"near": list(near), "number": number})


def facts_about(session: Session, service_id: UUID, day: date) -> Rows:
    """How this service stands on the day, offered or not; nothing where there is none."""
    return _rows(session, _ABOUT, {"service_id": service_id, "day": day})


def _rows(session: Session, select: sa.Select[Any], asked: dict[str, Any]) -> Rows:
    # Past the session: no row is an object of it, and to look for some costs as much as to read them.
    return session.connection().execute(select, asked).all()


_DAY: sa.BindParameter[date] = sa.bindparam("day", type_=sa.Date)
# The codes from the province of the person down to his village.
_LINEAGE: sa.BindParameter[Any] = sa.bindparam("lineage", type_=ARRAY(sa.Text))
_NEAR: sa.BindParameter[Any] = sa.bindparam("near", type_=ARRAY(sa.Text))


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


def _as_it_comes(column: Any) -> sa.ColumnElement[Any]:
    """A list as the driver makes it: to be made once more by SQLAlchemy costs a tenth of a long ranking."""
    return sa.type_coerce(column, sa.types.NULLTYPE)


def _facts() -> sa.Select[Any]:
    """Every service with its organisation, its past, the period open on the day, the agreement that counts, what rests."""
    agreement, pause, period, past = _agreement(), _pause(), ServiceCapacity, ServiceRecord
    known = {
        "service_id": Service.id,
        "organisation_id": Service.organisation_id,
        "coverage": _as_it_comes(Service.coverage),
        "organisation_kind": Organisation.kind,
        "service_type": Service.service_type,
        # A company may have said where it works and not where it sits.
        "region_code": sa.func.coalesce(Organisation.region_code, Service.coverage[1]),
        "sexes": _as_it_comes(Service.sexes),
        "categories": _as_it_comes(Service.categories),
        "open_days": _as_it_comes(Service.open_days),
        "parent_type": ServiceType.parent_code,
        "disability_access": Service.has_disability_access,
        "is_active": Service.is_active & Organisation.is_active,
        "agreement_from": agreement.c.starts_on,
        "agreement_until": agreement.c.ends_on,
        "paused_from": pause.c.starts_on,
        "paused_until": pause.c.ends_on,
        "capacity": sa.func.coalesce(period.places, 0),
        "free": period.places - period.reserved - period.taken,
        "answer_share": past.answer_share,
        "answered_lately": sa.func.coalesce(_answers(), 0),
    }
    # A service without a record has no past.
    known |= {name: sa.func.coalesce(getattr(past, name), 0) for name in _COUNTED}
    names = [name for name in ServiceFacts._fields if name not in _LIVE]
    columns = [known[name] if name in known else getattr(Service, name) for name in names]
    return (
        sa.select(*columns)
        .join(Organisation, Organisation.id == Service.organisation_id)
        .join(ServiceType, ServiceType.code == Service.service_type)
        .outerjoin(period, (period.service_id == Service.id) & (period.starts_on <= _DAY) & (period.ends_on >= _DAY))
        .outerjoin(past, past.service_id == Service.id)
        .outerjoin(agreement, sa.true())
        .outerjoin(pause, sa.true())
    )


_COUNTED = ("offered", "accepted", "ended", "completed", "observed", "retained")
# What lives of offers is known to referrals alone.
_LIVE = ("waiting", "open_offers")


def _suiting(service: type[Service] = Service) -> sa.ColumnElement[bool]:
    return service.is_active & (service.service_type == sa.any_(sa.bindparam("service_types", type_=ARRAY(sa.Text))))


def _beyond() -> sa.Select[Any]:
    other = orm.aliased(Service)
    return (
        sa.select(other.id)
        .join(Organisation, Organisation.id == other.organisation_id)
        .where(_suiting(other), ~other.coverage.overlap(_LINEAGE))
        .order_by(_distance(other), other.id)
        .limit(sa.bindparam("number", type_=sa.Integer))
        .correlate(None)
    )


def _distance(service: type[Service]) -> sa.ColumnElement[int]:
    """0 within the same regency, 1 across its border, 2 in the same province, 3 beyond."""
    place = sa.func.coalesce(Organisation.region_code, service.coverage[1])
    regency, province = sa.func.left(place, 5), sa.func.left(place, 2)
    return sa.case(
        (regency == sa.any_(_LINEAGE), 0), (regency == sa.any_(_NEAR), 1), (province == sa.any_(_LINEAGE), 2), else_=3
    )


# Built once: every ranking asks them.
_SUITING = _facts().where(_suiting())
_AROUND = _SUITING.where(Service.coverage.overlap(_LINEAGE))
_BEYOND = _facts().where(Service.id.in_(_beyond()))
_ABOUT = _facts().where(Service.id == sa.bindparam("service_id"))
