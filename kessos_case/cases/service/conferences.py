"""Case conferences (temu bahas kasus): who met about which version of the plan, and what was decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation, User
from kessos_case.access.service import record
from kessos_case.cases import queries
from kessos_case.cases.casework import Plan
from kessos_case.cases.conference_queries import decisions_of
from kessos_case.cases.models import Case, Conference
from kessos_case.cases.service.conference_calls import end_held_call
from kessos_case.cases.service.conference_decisions import (
    DecisionCard,
    add_decisions,
    shown_decisions,
    wrong_decisions,
)
from kessos_case.cases.service.registry import case_for, own_case_for
from kessos_case.cases.service.words import key_to_read, key_to_write, opened
from kessos_case.clients.service import client_for, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.keys import DataKey


@dataclass(frozen=True)
class ShownConference:
    """A conference as shown."""

    id: UUID
    case_id: UUID
    plan_id: UUID | None
    held_on: date
    attendees: list[dict[str, Any]]
    decisions: str | None
    agreed: list[DecisionCard]
    recorded_at: datetime
    recorded_by: UUID


def record_conference(
    session: Session,
    case_id: UUID,
    *,
    held_on: date,
    attendees: list[dict[str, Any]],
    decisions: str | None = None,
    agreed: Sequence[Mapping[str, Any]] = (),
    plan_id: UUID | None = None,
    call_id: UUID | None = None,
) -> ShownConference:
    """Write down a conference. `attendees` are {organisation_id, part, user_id?}; who has no account stands in the words.

    What was decided stands in words, or as rows (`agreed`, see `add_decisions`) that become steps, or both. `call_id` is
    the plan for it, which is over with that.
    Raises NotFound, Forbidden, Conflict `case_closed` or `call_over`, Invalid naming each wrong field.
    """
    case = own_case_for(session, case_id, lock=True)
    _check(session, case, held_on, attendees, plan_id, wrong_decisions(session, agreed))
    if not (decisions or agreed):
        wrong = field_error("decisions", "missing", "Say what was decided.")
        raise Invalid("The conference has mistakes.", errors=[wrong])
    client = client_for(session, case.client_id)
    conference_id, key = new_id(), key_to_write(client)
    made = Conference(
        id=conference_id, case_id=case.id, client_id=client.id, plan_id=plan_id, held_on=held_on,
        attendees=[_stored(one) for one in attendees],
        decisions_sealed=key.seal(decisions or "", _place(conference_id)), recorded_at=session.now,
        recorded_by=session.actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    add_decisions(session, case, made, agreed, key)
    if call_id:
        end_held_call(session, case, call_id, made.id)
    write_timeline(session, client.id, "conference_held", made.id)
    record(session, "record", "conference", made.id, clients=[client.id])
    return shown_conferences(session, [made], key)[0]


def conferences_of(session: Session, case_id: UUID) -> list[ShownConference]:
    """The conferences about a case, newest first; the look is in the audit trail."""
    case = case_for(session, case_id)
    record(session, "read", "conference", clients=[case.client_id])
    return shown_conferences(session, queries.conferences(session, case.id), key_to_read(session, case.client_id))


def read_conference(session: Session, conference_id: UUID) -> ShownConference:
    """One conference. Raises NotFound, also for one of an episode beyond reach."""
    found = session.get(Conference, conference_id)
    if found is None:
        raise NotFound("There is no such conference.")
    return shown_conferences(session, [found], key_to_read(session, found.client_id))[0]


def _check(
    session: Session,
    case: Case,
    held_on: date,
    attendees: list[dict[str, Any]],
    plan_id: UUID | None,
    errors: list[dict[str, Any]],
) -> None:
    """Raises Invalid with these errors and all others."""
    if held_on > office_day(session.now):
        errors.append(field_error("held_on", "in_future", "The day is after today."))
    if plan_id and session.scalar(sa.select(Plan.id).where(Plan.id == plan_id, Plan.case_id == case.id)) is None:
        errors.append(field_error("plan_id", "not_found", "The case has no such plan."))
    errors += _unknown(session, attendees)
    if errors:
        raise Invalid("The conference has mistakes.", errors=errors)


def _unknown(session: Session, attendees: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An entry for every attendee of an office that does not exist, or who does not work there."""
    offices = {one["organisation_id"] for one in attendees}
    users = {one["user_id"] for one in attendees if one.get("user_id")}
    known = set(session.scalars(sa.select(Organisation.id).where(Organisation.id.in_(offices))))
    at = dict(session.execute(sa.select(User.id, User.organisation_id).where(User.id.in_(users))).all())
    errors = []
    for place, one in enumerate(attendees):
        if one["organisation_id"] not in known:
            field = f"attendees.{place}.organisation_id"
            errors.append(field_error(field, "not_found", "There is no such organisation."))
        elif one.get("user_id") and at.get(one["user_id"]) != one["organisation_id"]:
            errors.append(field_error(f"attendees.{place}.user_id", "not_found", "There is no such colleague there."))
    return errors


def _stored(attendee: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) for name, value in attendee.items() if value is not None}


def shown_conferences(
    session: Session, conferences: Iterable[Conference], key: DataKey | None
) -> list[ShownConference]:
    """Conferences about the person of this key with their words opened and the rows of what they decided."""
    found = list(conferences)
    rows = session.scalars(decisions_of([conference.id for conference in found])) if found else ()
    agreed = shown_decisions(key, rows)
    names = ("id", "case_id", "plan_id", "held_on", "recorded_at", "recorded_by")
    return [
        ShownConference(
            **{name: getattr(conference, name) for name in names},
            attendees=[{"user_id": None} | one for one in conference.attendees],
            decisions=opened(key, conference.decisions_sealed, _place(conference.id)),
            agreed=[one for one in agreed if one.conference_id == conference.id],
        )
        for conference in found
    ]


def _place(conference_id: UUID) -> str:
    return f"conferences:decisions:{conference_id}"
