"""Agreements with an organisation, and the days on which it takes nobody."""

from collections.abc import Sequence
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
from kessos_case.partners.service.room import note_room
from kessos_case.partners.service.scope import managed, manages_all
from kessos_case.partners.service.upkeep import settle_renewed


def agreement_for(
    session: Session, agreement_id: UUID, *, organisation_id: UUID | None = None, lock: bool = False
) -> Agreement:
    """One agreement, of this organisation where it is named. Raises NotFound."""
    select = sa.select(Agreement).where(Agreement.id == agreement_id).execution_options(populate_existing=lock)
    found = session.scalar(select.with_for_update() if lock else select)
    if found is None or organisation_id not in (None, found.organisation_id):
        raise NotFound("There is no such agreement.")
    return found


def add_agreement(
    session: Session,
    organisation_id: UUID,
    *,
    number: str,
    starts_on: date,
    ends_on: date,
    parties: Sequence[str] = (),
    subject: str | None = None,
) -> Agreement:
    """Write down an agreement that holds between two days, both included; `parties` as the paper names them.

    Nobody may be offered to a partner without one, so no partner may write his own. Raises Forbidden `agreement` for
    anyone but an administrator, Invalid for days out of order, Conflict `number_taken` when the organisation has one of
    this number.
    """
    office = managed(session, organisation_id)
    stated = {"number": number, "starts_on": starts_on, "ends_on": ends_on, "parties": parties, "subject": subject}
    made = made_agreement(session, office.id, stated)
    try:
        with session.begin_nested():
            session.add(made)
    except sa.exc.IntegrityError as error:
        wrong = field_error("number", "taken", "Another agreement with this organisation has it.")
        raise Conflict("This number is taken.", code="number_taken", errors=[wrong]) from error
    record(session, "create", "agreement", made.id, organisation_id=str(office.id))
    settle_renewed(session, office.id)
    note_room(session)
    return made


def made_agreement(session: Session, organisation_id: UUID, stated: dict[str, Any]) -> Agreement:
    """An agreement as it will be stored. Raises as `add_agreement` does, but for the scope and a number that is taken."""
    _may_agree(session)
    in_order(stated["starts_on"], stated["ends_on"])
    values = stated | {"parties": list(dict.fromkeys(stated["parties"]))}
    return Agreement(id=new_id(), organisation_id=organisation_id, **values, **_by(session))


def end_agreement(
    session: Session, organisation_id: UUID, agreement_id: UUID, *, reason: str, ends_on: date | None = None
) -> Agreement:
    """Let an agreement end before its day, today where no day is named; from the day after nobody new is offered.

    Offers that are out live on: whoever accepted a person serves him to the end. Raises Forbidden `agreement` for anyone but
    an administrator, Invalid for a day before the first, Conflict `already_ends` when it ends by that day as it is.
    """
    managed(session, organisation_id)
    _may_agree(session)
    found = agreement_for(session, agreement_id, organisation_id=organisation_id, lock=True)
    last = ends_on or max(found.starts_on, office_day(session.now))
    in_order(found.starts_on, last)
    if last >= found.ends_on:
        raise Conflict(f"It ends on {found.ends_on} as it is.", code="already_ends")
    signed, found.ends_on, found.end_reason = found.ends_on, last, reason
    session.flush()
    record(session, "end", "agreement", found.id, organisation_id=str(organisation_id), reason=reason, was=str(signed))
    settle_renewed(session, organisation_id)
    return found


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
    """Take people again from now on; one that is over stays as it was.

    One that began today, or has not begun, is withdrawn: a slip of the finger must not cost a day's places.
    """
    managed(session, organisation_id)
    pause = pause_for(session, pause_id, organisation_id=organisation_id, lock=True)
    yesterday = office_day(session.now) - timedelta(days=1)
    if pause.withdrawn_at or (pause.ends_on is not None and pause.ends_on <= yesterday):
        return pause
    if pause.starts_on > yesterday:
        pause.withdrawn_at = session.now
    else:
        pause.ends_on = yesterday
    session.flush()
    record(session, "end", "pause", pause.id, organisation_id=str(organisation_id))
    note_room(session)
    return pause


def _may_agree(session: Session) -> None:
    if not manages_all(session):
        raise Forbidden("Only an administrator writes down and ends an agreement.", code="agreement")


def _by(session: Session) -> dict[str, Any]:
    return {"recorded_at": session.now, "recorded_by": session.actor.user_id}
