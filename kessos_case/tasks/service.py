"""Raise, settle, complete and hand on tasks. Features raise them in their own transaction; nobody is left without one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql

from kessos_case.access.rules import PERMISSIONS, Scope
from kessos_case.access.service import record, user_for
from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for, data_key, write_timeline
from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.db import Session, table_of
from kessos_case.core.errors import Conflict, Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.keys import DataKey
from kessos_case.tasks import queries
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import CLOSED_BY_DOING, TaskKind, TaskReason, TaskState

_RAISE = (
    postgresql.insert(table_of(Task))
    .on_conflict_do_nothing(index_elements=["kind", "subject_id", "period"])
    .returning(table_of(Task).c.id)
)

# A task that ended only with its case is asked again when the case goes on.
_TASK = table_of(Task)
_ASKED = postgresql.insert(_TASK)
_ASK_AGAIN = _ASKED.on_conflict_do_update(
    index_elements=["kind", "subject_id", "period"],
    set_={
        "state": TaskState.OPEN,
        "version": _TASK.c.version + 1,
        **dict.fromkeys(("reason", "closed_at", "closed_by")),
        **{name: _ASKED.excluded[name] for name in ("organisation_id", "role", "user_id", "due_at")},
    },
    where=(_TASK.c.state == TaskState.CANCELLED) & (_TASK.c.reason == TaskReason.CASE_CLOSED),
).returning(_TASK.c.id)

_DESK_READS = ("task", "read", Scope.ORGANISATION)

# When an office closes: a task for a day is due then.
END_OF_DAY = time(16, 0)


@dataclass(frozen=True)
class TaskCard:
    """A task as shown; `text` only of those made by hand."""

    id: UUID
    version: int
    kind: str
    subject_kind: str
    subject_id: UUID
    period: str
    client_id: UUID | None
    organisation_id: UUID
    role: str
    user_id: UUID | None
    state: str
    due_at: datetime
    is_overdue: bool
    text: str | None
    reason: str | None
    created_at: datetime
    closed_at: datetime | None


def end_of(day: date) -> datetime:
    """When a task for this day is due: at the close of the office."""
    return datetime.combine(day, END_OF_DAY, OFFICE_ZONE).astimezone(UTC)


def raise_task(
    session: Session,
    kind: TaskKind,
    *,
    subject_kind: str,
    subject_id: UUID,
    organisation_id: UUID,
    role: str,
    due_at: datetime,
    period: str = "",
    client_id: UUID | None = None,
    user_id: UUID | None = None,
) -> UUID | None:
    """Ask somebody to do something; None when the same task of this kind, subject and period was made before.

    Without `user_id` it lies with the desk: whoever has the role in the organisation.
    """
    row = _row(
        session, kind=kind, subject_kind=subject_kind, subject_id=subject_id, organisation_id=organisation_id, role=role,
        due_at=due_at, period=period, client_id=client_id, user_id=user_id,
    )  # fmt: skip
    made: UUID | None = session.connection().scalar(_RAISE, row)
    return made


def raise_missing_task(session: Session, kind: TaskKind, **about: Any) -> bool:
    """As raise_task, and also when the same task was cancelled only because its case closed, which has gone on since.

    For the program at night: something is due and nobody has been asked. What a person did or cancelled stays as it is.
    """
    row = _row(session, **{"kind": kind, "period": "", "client_id": None, "user_id": None} | about)
    return session.connection().scalar(_ASK_AGAIN, row) is not None


def raise_missing_tasks(session: Session, kind: TaskKind, about: sa.Select[Any]) -> int:
    """As `raise_missing_task` for every row of a select, in one statement; how many were asked.

    Its columns are subject_kind, subject_id, period, client_id, organisation_id, role, user_id, due_at.
    """
    asked = about.subquery()
    fixed = {
        "id": sa.func.uuidv7(), "kind": sa.literal(str(kind)), "state": sa.literal(str(TaskState.OPEN)),
        "created_at": sa.literal(session.now), "created_by": sa.cast(sa.null(), sa.Uuid), "version": sa.literal(1),
    }  # fmt: skip
    names = [*fixed, *asked.c.keys()]
    row = sa.select(*fixed.values(), *asked.c)
    return len(session.execute(_ASK_AGAIN.from_select(names, row)).all())


def settle_tasks(
    session: Session,
    subject_ids: Iterable[UUID],
    *,
    kind: TaskKind | None = None,
    period: str | None = None,
    cancelled_because: TaskReason | None = None,
) -> int:
    """Close the open tasks about these things: done, or cancelled for a reason; returns how many."""
    found = [
        task
        for task in session.scalars(queries.open_about(subject_ids, kind))
        if period is None or task.period == period
    ]
    for task in found:
        _close(session, task, TaskState.CANCELLED if cancelled_because else TaskState.DONE, cancelled_because)
    session.flush()
    return len(found)


def let_go_of_the_unseen(session: Session, kinds: Iterable[TaskKind], most: int) -> int:
    """Cancel what an office is asked about people whom it reaches no more: nobody could do it. Returns how many, at `most`.

    What another office is asked about the same thing stays. For the program.
    """
    found = session.scalars(queries.out_of_sight(kinds, session.now).limit(most)).all()
    for task in found:
        _close(session, task, TaskState.CANCELLED, TaskReason.CASE_CLOSED)
    session.flush()
    return len(found)


def cancel_all_of(session: Session, client_id: UUID, reason: TaskReason) -> int:
    """Cancel everything that is still to be done about a person; returns how many."""
    found = open_tasks(session, client_id)
    for task in found:
        _close(session, task, TaskState.CANCELLED, reason)
    session.flush()
    return len(found)


def hand_over(session: Session, tasks: Iterable[Task], user_id: UUID | None, role: str) -> None:
    """Give those of these open tasks that belong to this role to another person, or back to the desk."""
    for task in tasks:
        if task.role == role:
            task.user_id = user_id
    session.flush()


def move_to_desk(session: Session, task: Task, organisation_id: UUID, role: str) -> None:
    """Give an open task to another desk, because nobody is left at its own who could do it. For the program."""
    task.organisation_id, task.role, task.user_id = organisation_id, role, None
    session.flush()


def open_tasks(session: Session, client_id: UUID) -> list[Task]:
    """What is still to be done about a person, by its time."""
    return list(session.scalars(queries.open_of(client_id)))


def desks(session: Session) -> list[UUID]:
    """The offices whose tasks this actor sees beside his own: where a role of his owns tasks of the whole office."""
    owning = {line.role for line in PERMISSIONS if (line.resource, line.action, line.scope) == _DESK_READS}
    offices = [
        grant.organisation_id or session.actor.organisation_id for grant in session.actor.grants if grant.role in owning
    ]
    return list(dict.fromkeys(office for office in offices if office))


def open_tasks_of_kind(session: Session, kind: TaskKind) -> list[Task]:
    """What is still to be done of one kind, at whatever desk; for the program."""
    return list(session.scalars(queries.open_of_kind(kind)))


def was_asked(kind: TaskKind, subject_id: Any, period: Any = "") -> sa.Exists:
    """A condition for the queries of other rooms: a task of this kind, subject and period stands, open or done.

    One that only ended with its case does not stand: `raise_missing_task` opens it again.
    """
    return queries.stands(kind, subject_id, period)


def was_asked_since(kind: TaskKind, subject_id: Any, after: datetime) -> sa.Exists:
    """A condition for the queries of other rooms: a task of this kind is open, or was raised after then and answered."""
    return queries.asked_since(kind, subject_id, after)


def task_for(session: Session, task_id: UUID, *, lock: bool = False) -> Task:
    """The one door to a task. Raises NotFound, also for one beyond the actor's reach."""
    select = sa.select(Task).where(Task.id == task_id)
    found = session.scalar(select.with_for_update() if lock else select)
    if found is None:
        raise NotFound("There is no such task.")
    return found


def read_task(session: Session, task_id: UUID) -> TaskCard:
    """Look at a task; a look at one about a person is in the audit trail."""
    task = task_for(session, task_id)
    record(session, "read", "task", task.id, clients=_subjects([task]))
    return card(session, task)


def listed_cards(session: Session, tasks: Iterable[Task]) -> list[TaskCard]:
    """The cards of a list, without the words of tasks made by hand; one row of the trail names everyone on it."""
    found = list(tasks)
    record(session, "list", "task", clients=_subjects(found))
    return [card(session, task, in_list=True) for task in found]


def add_task(
    session: Session,
    *,
    client_id: UUID,
    text: str,
    due_on: date,
    user_id: UUID | None = None,
    organisation_id: UUID | None = None,
    role: str = "caseworker",
) -> TaskCard:
    """Write down by hand what is to be done about a person, for oneself, a colleague or the desk.

    Raises NotFound for a person beyond reach, Invalid for a user of another office or a person whose record was erased.
    """
    client = client_for(session, client_id)
    office = organisation_id or session.actor.organisation_id
    _check_colleague(session, user_id, office)
    key, task_id = data_key(client), new_id()
    if key is None:
        raise Conflict("The person's record was erased.", code="erased")
    task = Task(
        id=task_id, kind=TaskKind.MANUAL, subject_kind="client", subject_id=client_id, period=task_id.hex,
        client_id=client_id, organisation_id=office, role=role, user_id=user_id, state=TaskState.OPEN,
        due_at=end_of(due_on), text_sealed=key.seal(text, _place(task_id)), created_at=session.now,
        created_by=session.actor.user_id,
    )  # fmt: skip
    session.add(task)
    session.flush()
    record(session, "create", "task", task.id, clients=[client_id])
    return card(session, task)


def change_task(session: Session, task: Task, changes: dict[str, Any]) -> TaskCard:
    """Hand a task on or move its day. Raises Invalid for a user of another office, Conflict when it is closed."""
    _must_be_open(task)
    if "user_id" in changes:
        _check_colleague(session, changes["user_id"], task.organisation_id)
        task.user_id = changes["user_id"]
    if "due_on" in changes:
        task.due_at = end_of(changes["due_on"])
    session.flush()
    record(session, "change", "task", task.id, clients=_subjects([task]), fields=sorted(changes))
    return card(session, task)


def take_task(session: Session, task_id: UUID) -> TaskCard:
    """Hand a task of the own desk to oneself. One's own stays as it is.

    Raises Conflict `taken` when a colleague has it, `wrong_state` when it is closed.
    """
    task = task_for(session, task_id, lock=True)
    _must_be_open(task)
    if task.user_id == session.actor.user_id:
        return card(session, task)
    if task.user_id is not None:
        raise Conflict("A colleague has this task.", code="taken")
    return change_task(session, task, {"user_id": session.actor.user_id})


def colleagues_for(session: Session, organisation_id: UUID, role: str) -> dict[UUID, str]:
    """Whom a task of this desk can be handed to, by name: whoever has the role in the office now."""
    return {row[0]: row[1] for row in session.execute(queries.colleagues(organisation_id, role, session.now))}


def names_of(session: Session, user_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of these colleagues, in one statement; none where nobody is named."""
    wanted = {user_id for user_id in user_ids if user_id}
    return {row[0]: row[1] for row in session.execute(queries.names_of(wanted))} if wanted else {}


def words_of(session: Session, sealed: Iterable[tuple[UUID, UUID, bytes]]) -> dict[UUID, str]:
    """What these tasks (id, person, sealed words) say, in one statement; only of people whom the actor reaches."""
    found = list(sealed)
    if not found:
        return {}
    people = sa.select(Client).options(orm.load_only(Client.data_key)).where(Client.id.in_({line[1] for line in found}))
    keys = {client.id: data_key(client) for client in session.scalars(people)}
    return {
        task_id: key.open(text, _place(task_id)) for task_id, client_id, text in found if (key := keys.get(client_id))
    }


def text_of(task: Task, key: DataKey | None) -> str | None:
    """What a task made by hand says, where the reader has the person's key already."""
    return key.open(task.text_sealed, _place(task.id)) if key and task.text_sealed else None


def complete_task(session: Session, task_id: UUID) -> TaskCard:
    """Say that it is done. One that was done before stays as it was.

    Raises Conflict when it was cancelled, or when only doing the thing itself closes it.
    """
    task = task_for(session, task_id, lock=True)
    if task.kind in CLOSED_BY_DOING and task.state == TaskState.OPEN:
        raise Conflict("This task closes when the thing itself is recorded.", code="closed_by_doing")
    if task.state != TaskState.DONE:
        _must_be_open(task)
        _close(session, task, TaskState.DONE, None)
        session.flush()
        record(session, "complete", "task", task.id, clients=_subjects([task]))
    return card(session, task)


def cancel_task(session: Session, task_id: UUID, reason: str) -> TaskCard:
    """Say that it need not be done, and why. Raises Conflict when it is closed."""
    task = task_for(session, task_id, lock=True)
    _must_be_open(task)
    _close(session, task, TaskState.CANCELLED, reason)
    session.flush()
    record(session, "cancel", "task", task.id, clients=_subjects([task]), reason=reason)
    return card(session, task)


def card(session: Session, task: Task, *, in_list: bool = False) -> TaskCard:
    """The task as shown."""
    names = [name for name in TaskCard.__dataclass_fields__ if name not in ("is_overdue", "text")]
    return TaskCard(
        **{name: getattr(task, name) for name in names},
        is_overdue=task.state == TaskState.OPEN and task.due_at < session.now,
        text=None if in_list else _text(session, task),
    )


def as_stated(task: Task) -> dict[str, Any]:
    """What a request may change, for comparing versions."""
    return {"user_id": task.user_id, "due_on": task.due_at.astimezone(OFFICE_ZONE).date()}


def _row(session: Session, **about: Any) -> dict[str, Any]:
    return about | {
        "id": new_id(), "state": TaskState.OPEN, "created_at": session.now, "created_by": session.actor.user_id,
        "version": 1,
    }  # fmt: skip


def _text(session: Session, task: Task) -> str | None:
    if task.text_sealed is None or task.client_id is None:
        return None
    key = data_key(client_for(session, task.client_id))
    return key.open(task.text_sealed, _place(task.id)) if key else None


def _place(task_id: UUID) -> str:
    return f"tasks:text:{task_id}"


def _subjects(tasks: Iterable[Task]) -> list[UUID]:
    return list(dict.fromkeys(task.client_id for task in tasks if task.client_id))


def _close(session: Session, task: Task, state: TaskState, reason: str | None) -> None:
    task.state, task.reason = state, reason
    task.closed_at, task.closed_by = session.now, session.actor.user_id
    if task.client_id and task.kind == TaskKind.MANUAL:
        write_timeline(session, task.client_id, f"task_{state}", task.id)


def _must_be_open(task: Task) -> None:
    if task.state != TaskState.OPEN:
        raise Conflict(f"The task is {task.state} already.", code="wrong_state")


def _check_colleague(session: Session, user_id: UUID | None, organisation_id: UUID | None) -> None:
    if user_id is None:
        return
    try:
        colleague = user_for(session, user_id)
    except NotFound:
        colleague = None
    if colleague is None or not colleague.is_active or colleague.organisation_id != organisation_id:
        wrong = field_error("user_id", "not_found", "There is no such colleague in that office.")
        raise Invalid("The task has mistakes.", errors=[wrong])
