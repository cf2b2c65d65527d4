"""The line for a bed: by urgency, then by how long somebody waits; and the desk is told when the next may come in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases.service import own_case_for
from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, is_broken, row_of
from kessos_case.core.errors import Conflict, Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.residence import queries
from kessos_case.residence.models import BedWait, Ward
from kessos_case.residence.rules import (
    BedWaitState,
    LeaveLineReason,
    WardSex,
    fits,
    place_in_line,
    waits_for,
    wards_for,
)
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, raise_task, settle_tasks

_ONE_LINE = "uq_bed_waits_waiting"


@dataclass(frozen=True)
class WaitCard:
    """Somebody in the line, as shown; `place` counts from 1 among all who wait in this house, 0 when the wait is over."""

    id: UUID
    version: int
    organisation_id: UUID
    case_id: UUID
    client_id: UUID
    sex: str
    urgency: str
    since: datetime
    state: str
    left_reason: str | None
    ended_at: datetime | None
    place: int


def wait_for(session: Session, wait_id: UUID, *, lock: bool = False) -> BedWait:
    """The one door to a place in the line of the own house. Raises NotFound."""
    found = row_of(session, BedWait, wait_id, lock=lock)
    if found is None:
        raise NotFound("There is no such place in the line.")
    return found


def read_wait(session: Session, wait_id: UUID) -> WaitCard:
    """Look at a place in the line; the look is in the audit trail. Raises NotFound."""
    wait = wait_for(session, wait_id)
    record(session, "read", "bed_wait", wait.id, clients=[wait.client_id])
    return wait_card(session, wait)


def listed_waits(session: Session, waits: Iterable[BedWait]) -> list[WaitCard]:
    """The cards of a list; one row of the trail names everyone on it."""
    found = list(waits)
    record(session, "list", "bed_wait", clients=list(dict.fromkeys(wait.client_id for wait in found)))
    places = _places(session, {wait.organisation_id for wait in found})
    return [_card(wait, places) for wait in found]


def line_of(session: Session, organisation_id: UUID) -> list[BedWait]:
    """The line of a house in its order."""
    return list(session.scalars(queries.waiting(organisation_id)))


def line_cards(session: Session, organisation_id: UUID) -> list[WaitCard]:
    """The line of a house in its order, in one statement; for pages that write their own audit row."""
    line = line_of(session, organisation_id)
    places = {wait.id: place for place, wait in enumerate(line, start=1)}
    return [_card(wait, places) for wait in line]


def join_line(
    session: Session, case_id: UUID, *, urgency: str, sex: str | None = None, since: datetime | None = None
) -> WaitCard:
    """Stand in the line of the case's own UPT. `sex` says another ward than the person's own: only the one for both.

    Raises the refusals of the case's door, Invalid for a ward that does not suit or a time to come, RuleBroken
    `client_died`, Conflict `in_a_bed` or `waiting_already`.
    """
    case = own_case_for(session, case_id, lock=True)
    client = client_for(session, case.client_id)
    _check_joining(session, client, sex, since)
    made = BedWait(
        id=new_id(), organisation_id=case.organisation_id, case_id=case.id, client_id=client.id,
        sex=sex or waits_for(client.sex), urgency=urgency, since=since or session.now, state=BedWaitState.WAITING,
        recorded_by=session.actor.user_id,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
    except sa.exc.IntegrityError as error:
        if not is_broken(error, _ONE_LINE):
            raise
        raise Conflict("The person stands in this line already.", code="waiting_already") from error
    write_timeline(session, client.id, "bed_wait_joined", made.id)
    record(session, "join", "bed_wait", made.id, clients=[client.id])
    tell_the_desk(session, made.organisation_id)
    return wait_card(session, made)


def leave_line(session: Session, wait_id: UUID, *, reason: str) -> WaitCard:
    """Leave the line without a bed. Raises NotFound, Conflict `wrong_state` when the wait is over."""
    wait = wait_for(session, wait_id, lock=True)
    if wait.state != BedWaitState.WAITING:
        raise Conflict(f"The person is {wait.state} already.", code="wrong_state")
    end_wait(session, wait, LeaveLineReason(reason))
    return wait_card(session, wait)


def end_wait(session: Session, wait: BedWait, reason: LeaveLineReason | None) -> None:
    """End a wait for a reason, or without one by an admission; the desk's task follows."""
    wait.state = BedWaitState.LEFT if reason else BedWaitState.ADMITTED
    wait.left_reason, wait.ended_at = reason, session.now
    session.flush()
    if reason:
        write_timeline(session, wait.client_id, "bed_wait_left", wait.id)
    record(session, wait.state, "bed_wait", wait.id, clients=[wait.client_id], reason=reason)
    tell_the_desk(session, wait.organisation_id)


def ahead_of(session: Session, client_id: UUID, ward: Ward) -> int:
    """How many whom this ward suits wait before the person; all of them where he does not wait himself."""
    line = list(session.scalars(queries.waiting_for(ward.organisation_id, ward.sex)))
    own = next((wait for wait in session.scalars(queries.open_waits_of(client_id))
                if wait.organisation_id == ward.organisation_id), None)  # fmt: skip
    others = [wait for wait in line if wait.client_id != client_id]
    if own is None:
        return len(others)
    return sum(place_in_line(wait.urgency, wait.since) < place_in_line(own.urgency, own.since) for wait in others)


def tell_the_desk(session: Session, organisation_id: UUID) -> None:
    """Ask the desk to take in the next one while a bed is free that suits somebody in the line; one task at a time."""
    session.flush()
    asked = session.scalars(queries.asked_to_admit(organisation_id)).all()
    if _may_come_in(session, organisation_id) == 0:
        if asked:
            settle_tasks(session, [organisation_id], kind=TaskKind.ADMIT_NEXT)
    elif not asked:
        # The number of the task makes it the same one for two who free a bed at the same moment.
        before = sa.select(sa.func.count()).select_from(Task).where(
            Task.kind == TaskKind.ADMIT_NEXT, Task.subject_id == organisation_id
        )  # fmt: skip
        raise_task(
            session, TaskKind.ADMIT_NEXT, subject_kind="house", subject_id=organisation_id,
            organisation_id=organisation_id, role=Role.CASEWORKER, due_at=end_of(office_day(session.now)),
            period=str((session.scalar(before) or 0) + 1),
        )  # fmt: skip


def wait_card(session: Session, wait: BedWait) -> WaitCard:
    """The wait as shown."""
    return _card(wait, _places(session, {wait.organisation_id}))


def _may_come_in(session: Session, organisation_id: UUID) -> int:
    """How many of the line a free bed would suit."""
    free = sa.select(Ward.sex).where(Ward.organisation_id == organisation_id, Ward.is_active, Ward.taken < Ward.beds)
    sexes = set(session.scalars(free.distinct()))
    if not sexes:
        return 0
    return sum(bool(wards_for(wait.sex) & sexes) for wait in session.scalars(queries.waiting(organisation_id)))


def _check_joining(session: Session, client: Client, sex: str | None, since: datetime | None) -> None:
    if client.died_on is not None:
        wrong = {"code": "client_died", "detail": f"The person died on {client.died_on}."}
        raise RuleBroken("Nobody can wait for this person.", errors=[wrong])
    errors: list[dict[str, Any]] = []
    if sex and sex != WardSex.ANY and not fits(sex, client.sex):
        errors.append(field_error("sex", "wrong_sex", "Such a ward does not suit this person."))
    if since and since > session.now:
        errors.append(field_error("since", "in_future", "The time is after now."))
    if errors:
        raise Invalid("The wait has mistakes.", errors=errors)
    if session.scalar(queries.open_stays_of(client.id)):
        raise Conflict("The person has a bed here.", code="in_a_bed")


def _places(session: Session, houses: set[UUID]) -> dict[UUID, int]:
    return {
        wait.id: place
        for house in houses
        for place, wait in enumerate(session.scalars(queries.waiting(house)), start=1)
    }


def _card(wait: BedWait, places: dict[UUID, int]) -> WaitCard:
    names = [name for name in WaitCard.__dataclass_fields__ if name != "place"]
    return WaitCard(place=places.get(wait.id, 0), **{name: getattr(wait, name) for name in names})
