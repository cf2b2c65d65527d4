"""Places of a service in a period. Every count moves in one statement that the database checks, whoever asks at once."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.partners.models import Service, ServiceCapacity
from kessos_case.partners.service.directory import service_for
from kessos_case.partners.service.room import note_room
from kessos_case.partners.service.scope import managed


def capacity_for(session: Session, capacity_id: UUID) -> ServiceCapacity:
    """One period of a service. Raises NotFound."""
    found = session.get(ServiceCapacity, capacity_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such period.")
    return found


def set_capacity(
    session: Session, organisation_id: UUID, *, service_id: UUID, starts_on: date, ends_on: date, places: int
) -> ServiceCapacity:
    """Say how many places a service has between two days, both included; the same days again change the number.

    Raises Invalid for a service of another or days out of order, Conflict `period_overlaps` when another period has some
    of the days, Conflict `capacity_in_use` when more places than that are reserved or taken.
    """
    managed(session, organisation_id)
    in_order(starts_on, ends_on)
    service = own_service(session, organisation_id, service_id)
    found = session.scalar(
        sa.select(ServiceCapacity)
        .where(
            ServiceCapacity.service_id == service.id,
            ServiceCapacity.starts_on == starts_on,
            ServiceCapacity.ends_on == ends_on,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    before = found.places if found else 0
    if found is None:
        found = _open_period(session, service.id, starts_on, ends_on, places)
    elif places < found.reserved + found.taken:
        raise Conflict(f"{found.reserved + found.taken} places are in use.", code="capacity_in_use")
    found.places = places
    session.flush()
    record(session, "set", "capacity", found.id, service_id=str(service.id), places=places)
    if places > before:
        note_room(session)
    return found


def reserve(session: Session, service_id: UUID, day: date) -> UUID:
    """Hold one place of the period that is open on the day and return the period's id.

    Raises Conflict `capacity_full` when no place is free or no period is open.
    """
    held = session.scalar(
        sa.update(ServiceCapacity)
        .where(
            ServiceCapacity.service_id == service_id,
            ServiceCapacity.starts_on <= day,
            ServiceCapacity.ends_on >= day,
            ServiceCapacity.reserved + ServiceCapacity.taken < ServiceCapacity.places,
        )
        .values(reserved=ServiceCapacity.reserved + 1)
        .returning(ServiceCapacity.id)
        .execution_options(synchronize_session=False)
    )
    if held is None:
        raise Conflict("No place of this service is free.", code="capacity_full")
    return held


def wait_in_turn(session: Session, capacity_ids: Iterable[UUID], service_ids: Iterable[UUID], day: date) -> None:
    """Lock these periods, and those of these services that are open on the day, all in one order.

    Whoever is to move the counts of several at once does this first, so that no two of them wait for each other for ever.
    """
    period = ServiceCapacity
    is_open = period.service_id.in_(list(service_ids)) & (period.starts_on <= day) & (period.ends_on >= day)
    several = sa.select(period.id).where(period.id.in_(list(capacity_ids)) | is_open)
    session.execute(several.order_by(period.id).with_for_update())


def take(session: Session, capacity_id: UUID) -> None:
    """Turn a place that was held into one that is taken. Raises Conflict `not_reserved` when none is held."""
    moved = session.scalar(
        sa.update(ServiceCapacity)
        .where(ServiceCapacity.id == capacity_id, ServiceCapacity.reserved > 0)
        .values(reserved=ServiceCapacity.reserved - 1, taken=ServiceCapacity.taken + 1)
        .returning(ServiceCapacity.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise Conflict("No place is held there.", code="not_reserved")


def release(session: Session, capacity_id: UUID, *, reserved: bool) -> None:
    """Give back a place: one that was held (`reserved`) or one that was taken. A count at none stays there."""
    column = ServiceCapacity.reserved if reserved else ServiceCapacity.taken
    session.execute(
        sa.update(ServiceCapacity)
        .where(ServiceCapacity.id == capacity_id, column > 0)
        .values({column: column - 1})
        .execution_options(synchronize_session=False)
    )


def own_service(session: Session, organisation_id: UUID, service_id: UUID) -> Service:
    """The service that a request names. Raises Invalid for one of another organisation."""
    try:
        return service_for(session, service_id, organisation_id=organisation_id)
    except NotFound as error:
        wrong = field_error("service_id", "not_found", "The organisation has no such service.")
        raise Invalid("The request names another service.", errors=[wrong]) from error


def in_order(starts_on: date, ends_on: date | None) -> None:
    """Raises Invalid when the last day comes before the first."""
    if ends_on and ends_on < starts_on:
        wrong = field_error("ends_on", "before_start", "The last day comes before the first.")
        raise Invalid("The days are out of order.", errors=[wrong])


def _open_period(session: Session, service_id: UUID, starts_on: date, ends_on: date, places: int) -> ServiceCapacity:
    made = ServiceCapacity(id=new_id(), service_id=service_id, starts_on=starts_on, ends_on=ends_on, places=places)
    try:
        with session.begin_nested():
            session.add(made)
    except sa.exc.IntegrityError as error:
        raise Conflict("Another period of this service has some of these days.", code="period_overlaps") from error
    return made
