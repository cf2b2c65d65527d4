"""Attendance: a whole batch for a day in one call; the same day again corrects it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql

from kessos_case.access.service import record
from kessos_case.cases.service import hold_to_contact, note_contact
from kessos_case.clients.service import write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, table_of
from kessos_case.core.errors import Conflict, Invalid, field_error
from kessos_case.training import queries
from kessos_case.training.models import Attendance, Batch, Enrolment
from kessos_case.training.rules import PLACED_STATES, EnrolmentVerb, Presence, presences, transition_for
from kessos_case.training.service.asks import ask_about_absence, settle_told
from kessos_case.training.service.courses import batch_for
from kessos_case.training.service.scope import must_follow, own_offices


@dataclass(frozen=True)
class AttendanceCard:
    """A day of a batch: how many were there, and each."""

    batch_id: UUID
    on: date
    present: int
    excused: int
    absent: int
    items: list[Attendance]


def take_attendance(
    session: Session,
    batch_id: UUID,
    *,
    on: date,
    present: Sequence[UUID],
    excused: Sequence[UUID] = (),
    absent: Sequence[UUID] = (),
    seen: str | None = None,
) -> AttendanceCard:
    """Write down who was there on a day: ids of enrolments. Whoever had a place then and is not named was absent.

    A day that was written before is corrected; who came into the batch after the day, or since it was written, is added
    only when named. Who is there for the first time is attending from then on; of who stays away the caseworker is asked.
    In a course of a partner the day is of the own people alone.

    Raises Forbidden for another office's batch, Invalid naming every mistake, Conflict `changed` where the writer says what
    he saw of the day (`mark_of`) and somebody wrote it since.
    """
    offices = own_offices(session)
    hold_to_contact(session, queries.cases_named(batch_id, offices, present))
    batch = batch_for(session, batch_id, lock=True)
    must_follow(session, batch.organisation_id)
    placed = {enrolment.id: enrolment for enrolment in session.scalars(queries.with_a_place(batch.id, offices, on))}
    rows = session.scalars(queries.attendance(batch.id, offices, on)).all()
    if seen is not None and seen != mark_of(rows):
        raise Conflict("Somebody else wrote this day since the page was opened.", code="changed")
    before = {row.enrolment_id: row.client_id for row in rows}
    clients = {enrolment.id: enrolment.client_id for enrolment in placed.values()} | before
    _check(session, batch, on, {"present": present, "excused": excused, "absent": absent}, clients)
    expected = [key for key, one in placed.items() if office_day(one.requested_at) <= on]
    found = presences({*(before or expected), *absent}, present, excused)
    _write(session, batch, on, found, clients)
    for enrolment_id in present:
        if enrolment_id in placed:
            _attend(session, placed[enrolment_id])
    session.flush()
    note_contact(session, [placed[one].case_id for one in present if one in placed], on)
    ask_about_absence(session, [one for one in placed.values() if one.state in PLACED_STATES])
    record(session, "take", "attendance", batch.id, clients=_people(clients[key] for key in found), on=str(on))
    return _card(session, batch, on)


def attendance_on(session: Session, batch_id: UUID, on: date) -> AttendanceCard:
    """Who was there on a day of a batch of the own office; nobody where it was not written down. Raises Forbidden."""
    batch = batch_for(session, batch_id)
    must_follow(session, batch.organisation_id)
    shown = _card(session, batch, on)
    record(session, "read", "attendance", batch.id, clients=_people(row.client_id for row in shown.items), on=str(on))
    return shown


def mark_of(rows: Iterable[Attendance]) -> str:
    """What a day says, as a short mark: the same for the same people with the same words, empty for a day not written."""
    said = sorted(f"{row.enrolment_id}{row.presence}" for row in rows)
    return hashlib.sha256("".join(said).encode()).hexdigest()[:16] if said else ""


def _card(session: Session, batch: Batch, on: date) -> AttendanceCard:
    rows = list(session.scalars(queries.attendance(batch.id, own_offices(session), on)))
    counts = Counter(row.presence for row in rows)
    numbers = {str(presence): counts[presence] for presence in Presence}
    return AttendanceCard(batch_id=batch.id, on=on, items=rows, **numbers)


def _people(clients: Iterable[UUID]) -> list[UUID]:
    return list(dict.fromkeys(clients))


def _check(
    session: Session, batch: Batch, on: date, named: Mapping[str, Sequence[UUID]], known: Mapping[UUID, UUID]
) -> None:
    errors: list[dict[str, Any]] = []
    if not batch.starts_on <= on <= batch.ends_on:
        errors.append(field_error("on", "outside_batch", f"The batch lasts from {batch.starts_on} to {batch.ends_on}."))
    elif on > office_day(session.now):
        errors.append(field_error("on", "in_future", "The day is after today."))
    for field, people in named.items():
        errors += [
            field_error(f"{field}.{place}", "not_found", f"{enrolment_id} has no place in this batch.")
            for place, enrolment_id in enumerate(people)
            if enrolment_id not in known
        ]
    twice = set(named["present"]) & set(named["excused"])
    errors += [
        field_error(f"excused.{place}", "named_twice", f"{enrolment_id} is among those present too.")
        for place, enrolment_id in enumerate(named["excused"])
        if enrolment_id in twice
    ]
    if errors:
        raise Invalid("The attendance has mistakes.", errors=errors)


def _write(session: Session, batch: Batch, on: date, found: dict[UUID, Presence], clients: dict[UUID, UUID]) -> None:
    rows = [
        {
            "enrolment_id": enrolment_id, "held_on": on, "batch_id": batch.id, "client_id": clients[enrolment_id],
            "presence": presence, "recorded_at": session.now, "recorded_by": session.actor.user_id,
        }
        for enrolment_id, presence in found.items()
    ]  # fmt: skip
    if not rows:
        return
    insert = postgresql.insert(table_of(Attendance))
    changed = {name: insert.excluded[name] for name in ("presence", "recorded_at", "recorded_by")}
    session.connection().execute(
        insert.on_conflict_do_update(index_elements=["enrolment_id", "held_on"], set_=changed), rows
    )


def _attend(session: Session, enrolment: Enrolment) -> None:
    line = transition_for(EnrolmentVerb.ATTEND)
    if enrolment.state in line.sources:
        enrolment.state = line.target
        write_timeline(session, enrolment.client_id, "course_attending", enrolment.id)
        settle_told(session, enrolment)
