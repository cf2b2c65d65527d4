"""Write what was planned: made and checked as the verbs of a hand do it, but all of one kind in as few statements as they need.

A row at a time, two thousand rows took a minute of a busy machine; the database is asked once for many here.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import add_organisation, change_organisation, record_each
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict
from kessos_case.core.ids import new_id
from kessos_case.partners.models import ServiceCapacity
from kessos_case.partners.service.contacts import change_contact, made_contact
from kessos_case.partners.service.directory import lay_over, made_service
from kessos_case.partners.service.imports.planning import Deed, Kind, RowPlan
from kessos_case.partners.service.imports.standing import Standing
from kessos_case.partners.service.room import note_room
from kessos_case.partners.service.terms import made_agreement
from kessos_case.partners.service.upkeep import settle_confirmed, settle_renewed, upkeep_policy

# What was done to which thing, with the detail of its row in the trail.
Told = list[tuple[UUID, dict[str, Any]]]


def write(session: Session, plans: Iterable[RowPlan], found: Standing) -> None:
    """Do the deeds of every row that did not fail: organisations first, then what they offer and agreed.

    Raises Conflict when places have been taken since, and whatever else the verbs refuse.
    """
    deeds: dict[Kind, list[Deed]] = {kind: [] for kind in Kind}
    for plan in plans:
        for deed in plan.deeds:
            deeds[deed.kind].append(deed)
    # Places before services, as an offer takes them: otherwise each could wait for the other.
    _hold(session, [deed.thing.row for deed in deeds[Kind.CAPACITY] if deed.thing.row])
    _organisations(session, deeds[Kind.ORGANISATION])
    _services(session, deeds[Kind.SERVICE], found)
    _capacities(session, deeds[Kind.CAPACITY], found)
    _agreements(session, deeds[Kind.AGREEMENT], found)
    _contacts(session, deeds[Kind.CONTACT], found)
    if deeds[Kind.SERVICE] or deeds[Kind.CAPACITY] or deeds[Kind.AGREEMENT]:
        note_room(session)


def _organisations(session: Session, deeds: Iterable[Deed]) -> None:
    for deed in deeds:
        if deed.thing.row is None:
            deed.thing.row = add_organisation(session, code=deed.key, **deed.says)
        else:
            change_organisation(session, deed.thing.row, deed.says)


def _services(session: Session, deeds: Iterable[Deed], found: Standing) -> None:
    made: Told = []
    changed: Told = []
    stale: set[UUID] = set()
    for deed in deeds:
        service = deed.thing.row
        if service is None:
            service = deed.thing.row = made_service(session, _office(found, deed), deed.says)
            made.append((service.id, {"organisation_id": str(service.organisation_id)}))
        else:
            if upkeep_policy().is_stale(service.confirmed_on, office_day(session.now)):
                stale.add(service.organisation_id)
            lay_over(session, service, deed.says)
            changed.append((service.id, {"fields": sorted(deed.says)}))
    session.flush()
    record_each(session, "create", "service", made)
    record_each(session, "change", "service", changed)
    for organisation_id in sorted(stale):
        settle_confirmed(session, organisation_id)


def _capacities(session: Session, deeds: list[Deed], found: Standing) -> None:
    told: Told = []
    for deed in deeds:
        service, period, says = found.services[deed.key].row, deed.thing.row, deed.thing.says
        if period is None:
            period = deed.thing.row = ServiceCapacity(id=new_id(), service_id=service.id, **says)
            session.add(period)
        period.places = says["places"]
        told.append((period.id, {"service_id": str(service.id), "places": says["places"]}))
    session.flush()
    record_each(session, "set", "capacity", told)


def _hold(session: Session, periods: list[ServiceCapacity]) -> None:
    """Let nobody take a place of these while their number changes. Raises Conflict when it is no longer what was read."""
    before = {period.id: period.places for period in periods}
    select = sa.select(ServiceCapacity.id, ServiceCapacity.places).where(ServiceCapacity.id.in_(before))
    now = {row.id: row.places for row in session.execute(select.order_by(ServiceCapacity.id).with_for_update())}
    if now != before:
        raise Conflict("Somebody else changed the places just now.", code="changed")


def _agreements(session: Session, deeds: Iterable[Deed], found: Standing) -> None:
    told: Told = []
    for deed in deeds:
        made = deed.thing.row = made_agreement(session, _office(found, deed), deed.says)
        session.add(made)
        told.append((made.id, {"organisation_id": str(made.organisation_id)}))
    session.flush()
    record_each(session, "create", "agreement", told)
    for organisation_id in sorted({deed.thing.row.organisation_id for deed in deeds} & found.known_offices):
        settle_renewed(session, organisation_id)


def _contacts(session: Session, deeds: Iterable[Deed], found: Standing) -> None:
    told: Told = []
    for deed in deeds:
        if deed.thing.row is None:
            made = deed.thing.row = made_contact(_office(found, deed), deed.says)
            session.add(made)
            told.append((made.id, {"organisation_id": str(made.organisation_id)}))
        else:
            change_contact(session, deed.thing.row, deed.says)
    session.flush()
    record_each(session, "create", "contact", told)


def _office(found: Standing, deed: Deed) -> UUID:
    office_id: UUID = found.offices[deed.key[0]].row.id
    return office_id
