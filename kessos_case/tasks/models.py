"""The table of tasks."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.access.rules import Role
from kessos_case.clients.models import Client
from kessos_case.core.db import Base, one_of
from kessos_case.tasks.rules import TaskState


class Task(Base):
    """A thing to do: about what, whose it is and until when. A desk (`organisation`, `role`) owns what no person does."""

    __tablename__ = "tasks"
    __table_args__ = (
        one_of("state", TaskState),
        one_of("role", Role),
        # A night that runs twice makes no second task.
        sa.UniqueConstraint("kind", "subject_id", "period"),
        sa.Index("ix_tasks_desk", "organisation_id", "due_at", "id", postgresql_where=sa.text("state = 'open'")),
        sa.Index("ix_tasks_person", "user_id", "due_at", "id", postgresql_where=sa.text("state = 'open'")),
        sa.Index("ix_tasks_subject_id", "subject_id", postgresql_where=sa.text("state = 'open'")),
        sa.Index("ix_tasks_client_id", "client_id", "due_at"),
        sa.CheckConstraint("(state = 'open') = (closed_at is null)", name="closed_when_not_open"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    kind: orm.Mapped[str]
    # What it is about: the kind of thing and its id, which may lie in any feature.
    subject_kind: orm.Mapped[str]
    subject_id: orm.Mapped[UUID]
    period: orm.Mapped[str]
    client_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey(Client.id))
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    role: orm.Mapped[str]
    user_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"))
    state: orm.Mapped[str] = orm.mapped_column(default=TaskState.OPEN)
    due_at: orm.Mapped[datetime]
    # Words of a task made by hand, under the client's key.
    text_sealed: orm.Mapped[bytes | None]
    reason: orm.Mapped[str | None]
    created_at: orm.Mapped[datetime]
    created_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    closed_at: orm.Mapped[datetime | None]
    closed_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}
