"""Reads of tasks. Row-level security limits them to the own and the own desk's."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import RoleGrant, User
from kessos_case.clients.models import ClientAccess
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import TaskReason, TaskState


def tasks(filters: dict[str, Any], desks: Iterable[UUID], user_id: UUID | None, now: datetime) -> sa.Select[Task]:
    """Tasks of the actor and his desks; `mine` only those given to him by name, `overdue` only open ones past their time.

    The desks are named beside the policy, so that an index drives the list.
    """
    own = Task.user_id == user_id
    select = sa.select(Task).where(own if filters.get("mine") else own | Task.organisation_id.in_(list(desks)))
    for name in ("client_id", "kind", "subject_id"):
        if filters.get(name):
            select = select.where(getattr(Task, name) == filters[name])
    if filters.get("overdue"):
        return select.where(Task.state == TaskState.OPEN, Task.due_at < now)
    return select.where(Task.state == filters["state"]) if filters.get("state") else select


def open_about(subject_ids: Iterable[UUID], kind: str | None = None) -> sa.Select[Task]:
    """Open tasks about these things, of one kind where it is named."""
    select = sa.select(Task).where(Task.subject_id.in_(list(subject_ids)), Task.state == TaskState.OPEN)
    return select.where(Task.kind == kind) if kind else select


def out_of_sight(kinds: Iterable[str], now: datetime) -> sa.Select[Task]:
    """Open tasks of these kinds about people whom the office that is asked reaches no more, oldest first."""
    reaches = sa.exists().where(
        ClientAccess.client_id == Task.client_id,
        ClientAccess.organisation_id == Task.organisation_id,
        ClientAccess.valid_until.is_(None) | (ClientAccess.valid_until > now),
    )
    asked = sa.select(Task).where(Task.kind.in_(list(kinds)), Task.state == TaskState.OPEN, ~reaches)
    return asked.order_by(Task.due_at, Task.id)


def open_of(client_id: UUID) -> sa.Select[Task]:
    """Open tasks about a person, by their time."""
    return (
        sa.select(Task).where(Task.client_id == client_id, Task.state == TaskState.OPEN).order_by(Task.due_at, Task.id)
    )


def open_of_kind(kind: str) -> sa.Select[Task]:
    """Open tasks of a kind, wherever they lie."""
    return sa.select(Task).where(Task.kind == kind, Task.state == TaskState.OPEN).order_by(Task.id)


def colleagues(organisation_id: UUID, role: str, now: datetime) -> sa.Select[UUID, str]:
    """(id, name) of whoever sits at this desk now: active people of the office with the role."""
    office = sa.func.coalesce(RoleGrant.organisation_id, User.organisation_id)
    holds = sa.exists().where(
        RoleGrant.user_id == User.id,
        RoleGrant.role == role,
        office == organisation_id,
        RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > now),
    )
    select = sa.select(User.id, User.name).where(User.organisation_id == organisation_id, User.is_active, holds)
    return select.order_by(User.name, User.id)


def names_of(user_ids: Iterable[UUID]) -> sa.Select[UUID, str]:
    """(id, name) of these colleagues."""
    return sa.select(User.id, User.name).where(User.id.in_(list(user_ids)))


def stands(kind: str, subject_id: Any, period: Any) -> sa.Exists:
    """Has somebody been asked this? Also if he did it or said that it need not be done, and not if only his case closed."""
    return sa.exists().where(Task.kind == kind, Task.subject_id == subject_id, Task.period == period, ~only_ended())


def only_ended() -> sa.ColumnElement[bool]:
    """Did a task only end with its case? Then nobody has answered it."""
    return sa.and_(Task.state == TaskState.CANCELLED, Task.reason == TaskReason.CASE_CLOSED)


def asked_since(kind: str, subject_id: Any, after: datetime) -> sa.Exists:
    """Is somebody asked this now, or has he been since then?"""
    lately = sa.and_(Task.created_at > after, ~only_ended())
    return sa.exists().where(
        Task.kind == kind, Task.subject_id == subject_id, sa.or_(Task.state == TaskState.OPEN, lately)
    )
