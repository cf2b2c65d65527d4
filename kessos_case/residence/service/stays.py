"""Stays: the door to them, what is shown of one, and what is written down of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.cases.service import hold_cases
from kessos_case.clients.service import client_for, key_to_read, sealed, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, row_of
from kessos_case.core.errors import Conflict, Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.keys import DataKey
from kessos_case.residence import queries
from kessos_case.residence.models import Stay, StayEvent, Ward
from kessos_case.residence.rules import REVIEW_OPENS_BEFORE, StayEventKind, is_open_ended, length_of_stay


@dataclass(frozen=True)
class StayEventCard:
    """One line of a stay. `note` in words only where the reader reaches the person."""

    id: UUID
    kind: str
    happened_at: datetime
    ward_id: UUID | None
    until_on: date | None
    note: str | None
    recorded_at: datetime
    recorded_by: UUID | None


@dataclass(frozen=True)
class StayCard:
    """A stay as shown. `days` so far, as length_of_stay counts; `events` only where it is looked at alone."""

    id: UUID
    version: int
    case_id: UUID
    client_id: UUID
    organisation_id: UUID
    ward_id: UUID
    ward_name: str
    admitted_at: datetime
    first_planned_until: date
    planned_until: date
    review_on: date
    away_until: date | None
    discharged_at: datetime | None
    discharge_reason: str | None
    days: int
    is_open_ended: bool
    is_review_due: bool
    is_review_late: bool
    is_past_end: bool
    is_late_back: bool
    events: Sequence[StayEventCard] = field(default_factory=list)


def stay_for(session: Session, stay_id: UUID, *, lock: bool = False) -> Stay:
    """The one door to a stay in the own house; with `lock` its case is held too. Raises NotFound."""
    if lock:
        hold_cases(session, sa.select(Stay.case_id).where(Stay.id == stay_id))
    found = row_of(session, Stay, stay_id, lock=lock)
    if found is None:
        raise NotFound("There is no such stay.")
    return found


def going_on(session: Session, stay_id: UUID) -> Stay:
    """A stay that has not ended, held with its case. Raises NotFound, Conflict `stay_ended`."""
    stay = stay_for(session, stay_id, lock=True)
    if stay.discharged_at is not None:
        raise Conflict("This stay has ended.", code="stay_ended")
    return stay


def read_stay(session: Session, stay_id: UUID) -> StayCard:
    """Look at a stay with all that happened in it; the look is in the audit trail. Raises NotFound."""
    stay = stay_for(session, stay_id)
    record(session, "read", "stay", stay.id, clients=[stay.client_id])
    return alone(session, stay)


def listed_stays(session: Session, stays: Iterable[Stay]) -> list[StayCard]:
    """The cards of a list; one row of the trail names everyone on it."""
    found = list(stays)
    record(session, "list", "stay", clients=list(dict.fromkeys(stay.client_id for stay in found)))
    return cards(session, found)


def stays_of(session: Session, case_id: UUID) -> list[StayCard]:
    """The stays of a case in the own house, the newest first; for pages that write their own audit row."""
    select = queries.stays({"case_id": case_id}).order_by(Stay.admitted_at.desc(), Stay.id.desc())
    return cards(session, session.scalars(select).all())


def open_stays(session: Session, client_id: UUID) -> list[Stay]:
    """The stays of a person that go on."""
    return list(session.scalars(queries.open_stays_of(client_id)))


def alone(session: Session, stay: Stay) -> StayCard:
    """The stay as shown when it is looked at alone."""
    [card] = cards(session, [stay])
    key = key_to_read(session, stay.client_id)
    events = [_event_card(event, key) for event in session.scalars(queries.events_of(stay.id))]
    return StayCard(**vars(card) | {"events": events})


def cards(session: Session, stays: Sequence[Stay], names: Mapping[UUID, str] | None = None) -> list[StayCard]:
    """These stays as shown, in one statement for the `names` of their wards where they are not given."""
    ids = {stay.ward_id for stay in stays}
    named = names or {}
    if ids and names is None:
        named = {row[0]: row[1] for row in session.execute(sa.select(Ward.id, Ward.name).where(Ward.id.in_(ids)))}
    return [_card(stay, named[stay.ward_id], office_day(session.now)) for stay in stays]


def write_event(
    session: Session,
    stay: Stay,
    kind: StayEventKind,
    *,
    at: datetime | None = None,
    ward_id: UUID | None = None,
    until_on: date | None = None,
    note: str | None = None,
) -> None:
    """Add a line to a stay, to the person's timeline and to the trail. Raises Conflict `erased` for a note of nobody."""
    event_id, system = new_id(), session.actor.system
    words = sealed(client_for(session, stay.client_id), note, _place(event_id)) if note else None
    session.insert(
        StayEvent, id=event_id, stay_id=stay.id, client_id=stay.client_id, kind=kind, happened_at=at or session.now,
        ward_id=ward_id, until_on=until_on, note_sealed=words,
        recorded_at=session.now, recorded_by=None if system else session.actor.user_id,
    )  # fmt: skip
    write_timeline(session, stay.client_id, f"stay_{kind}", stay.id, happened_at=at)
    record(session, str(kind), "stay", stay.id, clients=[stay.client_id])


def check_moment(session: Session, at: datetime | None, field_name: str, *, after: datetime | None = None) -> datetime:
    """When something happened: now, or a stated time that is not to come and not before `after`. Raises Invalid."""
    if at is None:
        return session.now
    if at > session.now:
        wrong = field_error(field_name, "in_future", "The time is after now.")
    elif after and at < after:
        wrong = field_error(field_name, "too_early", f"The time is before {after}.")
    else:
        return at
    raise Invalid("The stay has mistakes.", errors=[wrong])


def _card(stay: Stay, ward_name: str, today: date) -> StayCard:
    own = (
        "ward_name",
        "days",
        "is_open_ended",
        "is_review_due",
        "is_review_late",
        "is_past_end",
        "is_late_back",
        "events",
    )
    shown: dict[str, Any] = {name: getattr(stay, name) for name in StayCard.__dataclass_fields__ if name not in own}
    begun, is_here = office_day(stay.admitted_at), stay.discharged_at is None
    return StayCard(
        ward_name=ward_name,
        days=length_of_stay(begun, office_day(stay.discharged_at) if stay.discharged_at else today),
        is_open_ended=is_open_ended(begun, stay.planned_until),
        is_review_due=is_here and stay.review_on <= today + REVIEW_OPENS_BEFORE,
        is_review_late=is_here and stay.review_on < today,
        is_past_end=is_here and stay.planned_until < today,
        is_late_back=is_here and stay.away_until is not None and stay.away_until < today,
        **shown,
    )


def _event_card(event: StayEvent, key: DataKey | None) -> StayEventCard:
    names = [name for name in StayEventCard.__dataclass_fields__ if name != "note"]
    note = key.open(event.note_sealed, _place(event.id)) if key and event.note_sealed else None
    return StayEventCard(note=note, **{name: getattr(event, name) for name in names})


def _place(event_id: UUID) -> str:
    return f"stay_events:note:{event_id}"
