"""Take a person in: a bed that suits him, in his turn. One lock follows another: case, ward, and then the line."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.cases.models import Case
from kessos_case.cases.service import own_case_for
from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, is_broken
from kessos_case.core.errors import Conflict, Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.residence import queries
from kessos_case.residence.models import Stay, Ward
from kessos_case.residence.rules import (
    ADMITTED_BEFORE_CASE,
    StayEventKind,
    first_end,
    fits,
    fits_with_reason,
    next_review,
)
from kessos_case.residence.service.line import ahead_of, end_wait, tell_the_desk
from kessos_case.residence.service.stays import StayCard, alone, check_moment, write_event
from kessos_case.residence.service.terms import terms_of
from kessos_case.residence.service.wards import take_bed, ward_for

_ONE_BED = "ex_stays_no_two_beds"


def admit(
    session: Session,
    case_id: UUID,
    *,
    ward_id: UUID,
    admitted_at: datetime | None = None,
    planned_until: date | None = None,
    reason: str | None = None,
    jump_reason: str | None = None,
) -> StayCard:
    """Give the person of a case of the own UPT a bed in one of its wards, until the house's planned end or another.

    `reason` says why this ward for somebody whose sex is not known, `jump_reason` why he comes in before those ahead of
    him. A wait of his ends with it. Raises the refusals of the case's door, Invalid naming each wrong field, RuleBroken
    with all of `client_died`, `wrong_sex`, `sex_unknown`, `line_jumped`; Conflict `ward_full` or `in_a_bed`.
    """
    case = own_case_for(session, case_id, lock=True)
    client, ward = client_for(session, case.client_id), _ward(session, case, ward_id)
    at = check_moment(session, admitted_at, "admitted_at", after=case.opened_at - ADMITTED_BEFORE_CASE)
    stay = _stay(session, case, ward, at, planned_until)
    _check(session, client, ward, reason, jump_reason)
    _lay(session, stay, ward)
    note = "\n\n".join(text for text in (reason, jump_reason) if text) or None
    write_event(session, stay, StayEventKind.ADMITTED, at=at, ward_id=ward.id, until_on=stay.planned_until, note=note)
    _end_waiting(session, stay)
    tell_the_desk(session, stay.organisation_id)
    return alone(session, stay)


def _ward(session: Session, case: Case, ward_id: UUID) -> Ward:
    """The ward, held. Raises Invalid for one that is not of the case's UPT."""
    try:
        ward = ward_for(session, ward_id)
    except NotFound:
        ward = None
    if ward is None or ward.organisation_id != case.organisation_id:
        wrong = field_error("ward_id", "not_found", "The UPT of this case has no such ward.")
        raise Invalid("The stay has mistakes.", errors=[wrong])
    return ward_for(session, ward_id, lock=True)


def _stay(session: Session, case: Case, ward: Ward, at: datetime, planned_until: date | None) -> Stay:
    terms, begun = terms_of(session, case.organisation_id), office_day(at)
    until = planned_until or first_end(begun, terms)
    if until < begun:
        wrong = field_error("planned_until", "before_start", "The planned end is before the beginning.")
        raise Invalid("The stay has mistakes.", errors=[wrong])
    return Stay(
        id=new_id(), case_id=case.id, client_id=case.client_id, organisation_id=case.organisation_id, ward_id=ward.id,
        admitted_at=at, first_planned_until=until, planned_until=until,
        review_on=next_review(begun, until, terms), recorded_at=session.now, recorded_by=session.actor.user_id,
    )  # fmt: skip


def _check(session: Session, client: Client, ward: Ward, reason: str | None, jump_reason: str | None) -> None:
    wrong: list[dict[str, Any]] = []
    if client.died_on is not None:
        wrong.append({"code": "client_died", "detail": f"The person died on {client.died_on}."})
    if not fits_with_reason(ward.sex, client.sex):
        wrong.append(field_error("ward_id", "wrong_sex", "This ward is not for this person."))
    elif not fits(ward.sex, client.sex) and not reason:
        wrong.append(field_error("reason", "sex_unknown", "The person's sex is not known: say why this ward."))
    if ward.taken < ward.beds and (ahead := ahead_of(session, client.id, ward)) and not jump_reason:
        detail = f"{ahead} wait before this person: say why he comes first."
        wrong.append(field_error("jump_reason", "line_jumped", detail, ahead=ahead))
    if wrong:
        raise RuleBroken("The person cannot be taken in like this.", errors=wrong)


def _lay(session: Session, stay: Stay, ward: Ward) -> None:
    """The bed is counted and the stay written, or neither: the database lets nobody have two beds anywhere."""
    try:
        with session.begin_nested():
            take_bed(session, ward)
            session.add(stay)
    except sa.exc.IntegrityError as error:
        if not is_broken(error, _ONE_BED):
            raise
        session.refresh(ward, ["taken"])
        raise Conflict("The person has a bed at that time, here or at another UPT.", code="in_a_bed") from error


def _end_waiting(session: Session, stay: Stay) -> None:
    for wait in session.scalars(queries.open_waits_of(stay.client_id)).all():
        if wait.organisation_id == stay.organisation_id:
            end_wait(session, wait, None)
