"""Agreements with an organisation, and the days on which it takes nobody."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Forbidden, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.partners.models import Agreement, ServicePause
from kessos_case.partners.service.places import in_order, own_service
from kessos_case.partners.service.scope import managed, manages_all


def agreement_for(session: Session, agreement_id: UUID) -> Agreement:
    """One agreement. Raises NotFound."""
    found = session.get(Agreement, agreement_id)
    if found is None:
        raise NotFound("There is no such agreement.")
    return found


def add_agreement(session: Session, organisation_id: UUID, *, number: str, starts_on: date, ends_on: date) -> Agreement:
    """Write down an agreement that holds between two days, both included.

    Nobody may be offered to a partner without one, so no partner may write his own. Raises Forbidden `agreement` for
    anyone but an administrator, Invalid for days out of order, Conflict `number_taken` when the organisation has one of
    this number.
    """
    office = managed(session, organisation_id)
    if not manages_all(session):
        raise Forbidden("Only an administrator writes down an agreement.", code="agreement")
    in_order(starts_on, ends_on)
    made = Agreement(
        id=new_id(), organisation_id=office.id, number=number, starts_on=starts_on, ends_on=ends_on, **_by(session)
    )
    try:
        with session.begin_nested():
            session.add(made)
    except sa.exc.IntegrityError as error:
        wrong = field_error("number", "taken", "Another agreement with this organisation has it.")
        raise Conflict("This number is taken.", code="number_taken", errors=[wrong]) from error
    record(session, "create", "agreement", made.id, organisation_id=str(office.id))
    return made


def pause_for(
    session: Session, pause_id: UUID, *, organisation_id: UUID | None = None, lock: bool = False
) -> ServicePause:
    """One pause, of this organisation where it is named. Raises NotFound."""
    select = sa.select(ServicePause).where(ServicePause.id == pause_id).execution_options(populate_existing=lock)
    found = session.scalar(select.with_for_update() if lock else select)
    if found is None or organisation_id not in (None, found.organisation_id):
        raise NotFound("There is no such pause.")
    return found


def add_pause(
    session: Session,
    organisation_id: UUID,
    *,
    starts_on: date,
    reason: str,
    ends_on: date | None = None,
    service_id: UUID | None = None,
) -> ServicePause:
    """Take nobody between two days, both included, or until further notice: one service, or all of them.

    Raises Invalid for a service of another or days out of order.
    """
    office = managed(session, organisation_id)
    in_order(starts_on, ends_on)
    if service_id:
        own_service(session, organisation_id, service_id)
    made = ServicePause(
        id=new_id(), organisation_id=office.id, service_id=service_id, starts_on=starts_on, ends_on=ends_on,
        reason=reason, **_by(session),
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(session, "create", "pause", made.id, organisation_id=str(office.id), reason=reason)
    return made


def end_pause(session: Session, organisation_id: UUID, pause_id: UUID) -> ServicePause:
    """Take people again from today on; one that is over stays as it was.

    A pause has at least one day: one that began today, or has not begun, keeps its first.
    """
    managed(session, organisation_id)
    pause = pause_for(session, pause_id, organisation_id=organisation_id, lock=True)
    last = max(pause.starts_on, office_day(session.now) - timedelta(days=1))
    if pause.ends_on is None or pause.ends_on > last:
        pause.ends_on = last
        session.flush()
        record(session, "end", "pause", pause.id, organisation_id=str(organisation_id))
    return pause


def _by(session: Session) -> dict[str, Any]:
    return {"recorded_at": session.now, "recorded_by": session.actor.user_id}
