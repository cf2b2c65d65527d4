"""What happens in a stay: another ward, some days away, a review, the end. Each holds the stay first, then the wards."""

from datetime import date, datetime
from uuid import UUID

from kessos_case.cases.service import note_contact
from kessos_case.clients.service import client_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, RuleBroken, field_error
from kessos_case.residence.models import Stay
from kessos_case.residence.rules import DischargeReason, StayEventKind, fits, fits_with_reason, next_review
from kessos_case.residence.service.line import tell_the_desk
from kessos_case.residence.service.stays import StayCard, alone, check_moment, going_on, write_event
from kessos_case.residence.service.terms import terms_of
from kessos_case.residence.service.wards import free_bed, lock_wards, take_bed, ward_for
from kessos_case.tasks.service import settle_tasks


def move_ward(session: Session, stay_id: UUID, *, ward_id: UUID, reason: str | None = None) -> StayCard:
    """Move a person to another ward of the house; `reason` as for an admission, and whenever it helps the next watch.

    Raises NotFound, Conflict `stay_ended`, `same_ward` or `ward_full`, Invalid for a ward of another house, RuleBroken
    `wrong_sex` or `sex_unknown`.
    """
    stay = going_on(session, stay_id)
    if stay.ward_id == ward_id:
        raise Conflict("The person sleeps there already.", code="same_ward")
    lock_wards(session, (stay.ward_id, ward_id))
    _check_ward(session, stay, ward_id, reason)
    with session.begin_nested():
        take_bed(session, ward_for(session, ward_id))
        free_bed(session, ward_for(session, stay.ward_id))
        stay.ward_id = ward_id
    write_event(session, stay, StayEventKind.MOVED, ward_id=ward_id, note=reason)
    tell_the_desk(session, stay.organisation_id)
    return alone(session, stay)


def leave_for_days(session: Session, stay_id: UUID, *, until: date, note: str | None = None) -> StayCard:
    """Away until a day: home, a hospital. The bed is kept. Raises Conflict `away`, Invalid for a day before today."""
    stay = going_on(session, stay_id)
    if stay.away_until is not None:
        raise Conflict(f"The person is away until {stay.away_until}.", code="away")
    if until < office_day(session.now):
        raise Invalid("The day has mistakes.", errors=[field_error("until", "in_past", "The day is before today.")])
    stay.away_until = until
    session.flush()
    write_event(session, stay, StayEventKind.LEFT, until_on=until, note=note)
    return alone(session, stay)


def come_back(session: Session, stay_id: UUID, *, note: str | None = None) -> StayCard:
    """Back in the bed. Raises Conflict `not_away`."""
    stay = going_on(session, stay_id)
    if stay.away_until is None:
        raise Conflict("The person is here.", code="not_away")
    stay.away_until = None
    session.flush()
    write_event(session, stay, StayEventKind.RETURNED, note=note)
    return alone(session, stay)


def review_stay(session: Session, stay_id: UUID, *, planned_until: date, note: str) -> StayCard:
    """Look at a stay with the person: the planned end from now on, and what was said. The next review is set.

    Raises Invalid for an end before today.
    """
    stay, today = going_on(session, stay_id), office_day(session.now)
    if planned_until < today:
        wrong = field_error("planned_until", "in_past", "The planned end is before today.")
        raise Invalid("The review has mistakes.", errors=[wrong])
    stay.planned_until = planned_until
    stay.review_on = next_review(today, planned_until, terms_of(session, stay.organisation_id))
    session.flush()
    settle_tasks(session, [stay.id])
    note_contact(session, [stay.case_id], today)
    write_event(session, stay, StayEventKind.REVIEWED, until_on=planned_until, note=note)
    return alone(session, stay)


def discharge(
    session: Session, stay_id: UUID, *, reason: str, discharged_at: datetime | None = None, note: str | None = None
) -> StayCard:
    """End a stay; its bed is free at once. Raises Conflict `stay_ended`, Invalid for a time to come or before it began."""
    stay = going_on(session, stay_id)
    end(session, stay, DischargeReason(reason), at=discharged_at, note=note)
    return alone(session, stay)


def end(
    session: Session, stay: Stay, reason: DischargeReason, *, at: datetime | None = None, note: str | None = None
) -> None:
    """End this stay, which is held."""
    moment = check_moment(session, at, "discharged_at", after=stay.admitted_at)
    ward = ward_for(session, stay.ward_id, lock=True)
    stay.discharged_at, stay.discharge_reason, stay.away_until = moment, reason, None
    session.flush()
    free_bed(session, ward)
    settle_tasks(session, [stay.id])
    write_event(session, stay, StayEventKind.DISCHARGED, at=moment, ward_id=ward.id, note=note)
    tell_the_desk(session, stay.organisation_id)


def _check_ward(session: Session, stay: Stay, ward_id: UUID, reason: str | None) -> None:
    ward = ward_for(session, ward_id, lock=True)
    if ward.organisation_id != stay.organisation_id:
        raise Invalid("No such ward.", errors=[field_error("ward_id", "not_found", "This house has no such ward.")])
    sex = client_for(session, stay.client_id).sex
    if not fits_with_reason(ward.sex, sex):
        wrong = field_error("ward_id", "wrong_sex", "This ward is not for this person.")
    elif not fits(ward.sex, sex) and not reason:
        wrong = field_error("reason", "sex_unknown", "The person's sex is not known: say why this ward.")
    else:
        return
    raise RuleBroken("The person cannot be moved like this.", errors=[wrong])
