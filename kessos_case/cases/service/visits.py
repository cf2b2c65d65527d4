"""Visits and calls to a person, and the attempts at them: of the office, and of the TKSK in the years after."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases import queries
from kessos_case.cases.models import Visit
from kessos_case.cases.rules import VisitKind
from kessos_case.cases.service.contacts import hold_contacted, note_contact
from kessos_case.cases.service.registry import own_case_for
from kessos_case.cases.service.words import key_to_read, key_to_write, opened
from kessos_case.clients.service import client_for, reconsider_graduation, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Invalid, KessosError, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import open_tasks, settle_tasks


@dataclass(frozen=True)
class ShownVisit:
    """A visit as shown."""

    id: UUID
    client_id: UUID
    case_id: UUID | None
    kind: str
    on: date
    was_met: bool
    outcome: str | None
    aftercare_month: int | None
    attends_school: bool | None
    follows_treatment: bool | None
    is_on_street: bool | None
    note: str | None
    recorded_at: datetime
    recorded_by: UUID
    organisation_id: UUID


_SAME = (
    "id", "client_id", "case_id", "kind", "was_met", "outcome", "aftercare_month", "attends_school",
    "follows_treatment", "is_on_street", "recorded_at", "recorded_by", "organisation_id",
)  # fmt: skip


def record_visit(session: Session, client_id: UUID, *, on: date, note: str | None = None, **stated: Any) -> ShownVisit:
    """Write down a visit, a call, or the attempt: kind, was_met, outcome, case_id, aftercare_month, what was seen.

    The visit of a month of aftercare at which the person was met settles the task of that month, whoever has it.
    Raises NotFound for a person beyond reach, Invalid naming each wrong field.
    """
    client = client_for(session, client_id)
    _check(session, client_id, on, stated)
    contacted = hold_contacted(session, client.id, stated.get("case_id")) if stated["was_met"] else ()
    visit_id = new_id()
    made = Visit(
        id=visit_id, client_id=client.id, visited_on=on, recorded_at=session.now, recorded_by=session.actor.user_id,
        organisation_id=session.actor.organisation_id,
        note_sealed=key_to_write(client).seal(note, _place(visit_id)) if note else None, **stated,
    )  # fmt: skip
    session.add(made)
    session.flush()
    # A call is no visit: graduation does not count it, so the task stays.
    if made.was_met and made.aftercare_month and made.kind == VisitKind.VISIT:
        _settle(session, client.id, made.aftercare_month)
    if made.was_met:
        note_contact(session, contacted, on)
    if made.is_on_street:
        reconsider_graduation(session, client.id)
    write_timeline(session, client.id, "visit_recorded" if made.was_met else "visit_attempted", made.id)
    record(session, "record", "visit", made.id, clients=[client.id])
    return shown_visits(session, [made])[0]


def visits_of(session: Session, client_id: UUID) -> list[Visit]:
    """The visits to a person that the actor sees, by their days; for guards, which write their own audit row."""
    return list(session.scalars(queries.visits(client_id).order_by(Visit.visited_on, Visit.id)))


def listed_visits(session: Session, client_id: UUID, visits: Iterable[Visit]) -> list[ShownVisit]:
    """A page of a person's visits with their words; the look is in the audit trail. Raises NotFound beyond reach."""
    client = client_for(session, client_id)
    record(session, "read", "visit", clients=[client.id])
    return shown_visits(session, visits)


def read_visit(session: Session, visit_id: UUID) -> ShownVisit:
    """One visit. Raises NotFound, also for one that the actor does not see."""
    found = session.get(Visit, visit_id)
    if found is None:
        raise NotFound("There is no such visit.")
    return shown_visits(session, [found])[0]


def shown_visits(session: Session, visits: Iterable[Visit]) -> list[ShownVisit]:
    """Visits to one person with their words opened."""
    found = list(visits)
    key = key_to_read(session, found[0].client_id) if found else None
    return [
        ShownVisit(
            **{name: getattr(visit, name) for name in _SAME},
            on=visit.visited_on,
            note=opened(key, visit.note_sealed, _place(visit.id)),
        )
        for visit in found
    ]


def _check(session: Session, client_id: UUID, on: date, stated: dict[str, Any]) -> None:
    errors = []
    if on > office_day(session.now):
        errors.append(field_error("on", "in_future", "The day is after today."))
    if stated["was_met"] and not stated.get("outcome"):
        errors.append(field_error("outcome", "missing", "Say how the person was found."))
    if not stated["was_met"] and stated.get("outcome"):
        errors.append(field_error("outcome", "not_met", "Nobody was met; leave the outcome out."))
    if stated.get("case_id") and not _is_of(session, client_id, stated["case_id"]):
        errors.append(field_error("case_id", "not_found", "The person has no such case here."))
    if errors:
        raise Invalid("The visit has mistakes.", errors=errors)


def _is_of(session: Session, client_id: UUID, case_id: UUID) -> bool:
    try:
        return own_case_for(session, case_id, open_only=False).client_id == client_id
    except KessosError:
        return False


def _settle(session: Session, client_id: UUID, month: int) -> None:
    """The task may be the TKSK's or the office's, and either may make the visit."""
    with as_system(session, "cases.settle_visit"):
        for task in open_tasks(session, client_id):
            if task.kind == TaskKind.VISIT_AFTERCARE and task.period == str(month):
                settle_tasks(session, [task.subject_id], kind=TaskKind.VISIT_AFTERCARE, period=task.period)


def _place(visit_id: UUID) -> str:
    return f"visits:note:{visit_id}"
