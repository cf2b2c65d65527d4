"""What every room needs to write its rows: ground, register, staff, and the task that asks somebody to act."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from kessos_case.demo.episodes import Episode
from kessos_case.demo.ground import Ground
from kessos_case.demo.people import Person
from kessos_case.demo.registry_rows import Registry
from kessos_case.demo.staff import Staff
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import TaskKind, TaskState
from kessos_case.tasks.service import end_of


@dataclass(frozen=True)
class Desk:
    """The three that are passed on together; verbs of one case are said with the case."""

    ground: Ground
    registry: Registry
    staff: Staff

    def dice_of(self, episode: Episode, subject: str) -> random.Random:
        """The dice of one case and subject."""
        return random.Random(f"{self.ground.seed}:{subject}:{episode.person.place}:{episode.opened_on}")  # nosec B311

    def tell(self, episode: Episode, kind: str, subject_id: UUID, at: datetime, *, by: UUID | None) -> None:
        """An entry in the person's timeline, by somebody of the UPT."""
        self.registry.tell(episode.person, kind, subject_id, at, by=by, office=episode.office.id)

    def day_after(self, day: date, days: int) -> date:
        """A working day so many days later."""
        return self.ground.working_day(day + timedelta(days=days))

    def is_past(self, day: date) -> bool:
        """Has this day come?"""
        return day <= self.ground.today

    def raise_task(
        self, kind: TaskKind, subject_kind: str, subject_id: UUID, office_id: UUID, *, role: str, due_on: date,
        created_at: datetime, person: Person | None, user_id: UUID | None = None, period: str = "",
        by: UUID | None = None, done: tuple[datetime, UUID | None] | None = None, text: str | None = None,
        reason: str | None = None,
    ) -> None:  # fmt: skip
        """A task that is open, or was `done` then by somebody; with `reason` it was cancelled."""
        task_id = self.ground.ids.at(created_at)
        state = TaskState.OPEN if done is None else TaskState.CANCELLED if reason else TaskState.DONE
        sealed = self.registry.seal(person, text, f"tasks:text:{task_id}") if text and person else None
        self.ground.book.add(
            Task, id=task_id, kind=str(kind), subject_kind=subject_kind, subject_id=subject_id,
            period=task_id.hex if kind == TaskKind.MANUAL else period, client_id=person.id if person else None,
            organisation_id=office_id, role=role, user_id=user_id, state=str(state), due_at=end_of(due_on),
            text_sealed=sealed, reason=reason, created_at=created_at, created_by=by, closed_at=done and done[0],
            closed_by=done and done[1], version=1,
        )  # fmt: skip
