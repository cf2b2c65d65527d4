"""Reads of nights and their chunks, and of what a night cuts into chunks and counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import RoleGrant, User
from kessos_case.cases.models import Case
from kessos_case.core.db import Session
from kessos_case.nights.models import Digest, Night, NightChunk
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import TaskState

# Ids that one statement chooses from: at a million people about a second.
IDS_AT_ONCE = 50_000

_LEAST, _MOST = UUID(int=0), UUID(int=2**128 - 1)


@dataclass(frozen=True)
class Range:
    """Ids from the first to the last, both included, and how many there were when it was cut."""

    first: UUID
    last: UUID
    size: int


def ranges(session: Session, ids: sa.Select[UUID], size: int) -> list[Range]:
    """Ranges of about `size` of these ids each, that together hold every id there is and every one that may yet come."""
    chosen = ids.subquery()
    place = sa.func.row_number().over(order_by=chosen.c.id).label("place")
    numbered = sa.select(chosen.c.id, place).subquery()
    ends = session.scalars(sa.select(numbered.c.id).where(numbered.c.place % size == 0).order_by(numbered.c.id)).all()
    count = session.scalar(sa.select(sa.func.count()).select_from(chosen)) or 0
    return _between(ends, count, size)


def ranges_of_chosen(
    session: Session, ids: sa.Select[UUID], chosen: Callable[[tuple[UUID, UUID]], sa.Select[UUID]], size: int
) -> list[Range]:
    """Such ranges of about `size` of those ids that are `chosen(within)`, which is asked of one part of `ids` after another.

    However many ids there are, no single statement takes longer: a night may not end by its statement's limit.
    """
    ends, count = [], 0
    for part in ranges(session, ids, IDS_AT_ONCE):
        inside = chosen((part.first, part.last)).subquery()
        found = session.scalars(sa.select(inside.c.id).order_by(inside.c.id)).all()
        ends += [each for place, each in enumerate(found, start=count + 1) if place % size == 0]
        count += len(found)
    return _between(ends, count, size)


def _between(ends: Sequence[UUID], count: int, size: int) -> list[Range]:
    # The last range is open at its end, so that it takes whoever is registered while the night runs.
    lasts = [*ends[: max(0, -(-count // size) - 1)], _MOST]
    firsts = [_LEAST, *(UUID(int=last.int + 1) for last in lasts[:-1])]
    sizes = [size] * (len(lasts) - 1) + [count - size * (len(lasts) - 1)]
    return [Range(*each) for each in zip(firsts, lasts, sizes, strict=True)]


def offices_with_cases(session: Session) -> Sequence[UUID]:
    """The UPTs that have or had a case."""
    return session.scalars(sa.select(Case.organisation_id).distinct().order_by(Case.organisation_id)).all()


def nights() -> sa.Select[Night]:
    """Every night."""
    return sa.select(Night)


def open_chunks(session: Session, night: Night) -> Sequence[NightChunk]:
    """The chunks of the present step that are not done."""
    select = sa.select(NightChunk).where(
        NightChunk.night_id == night.id, NightChunk.step == night.step, NightChunk.done_at.is_(None)
    )
    return session.scalars(select.order_by(NightChunk.number)).all()


def chunks_of_step(session: Session, night: Night) -> Sequence[NightChunk]:
    """The chunks of the present step."""
    select = sa.select(NightChunk).where(NightChunk.night_id == night.id, NightChunk.step == night.step)
    return session.scalars(select.order_by(NightChunk.number).execution_options(populate_existing=True)).all()


def how_far(session: Session, night_id: UUID) -> tuple[int, int]:
    """(chunks done, chunks in all) of a night."""
    counted = sa.select(sa.func.count(NightChunk.done_at), sa.func.count()).where(NightChunk.night_id == night_id)
    done, total = session.execute(counted).one()
    return done, total


def claimed_chunk(session: Session, night_id: UUID, step: str, number: int) -> NightChunk | None:
    """Lock a chunk of the step at work; None when it is done, its step is over or another has it."""
    select = (
        sa.select(NightChunk)
        .join(Night, (Night.id == NightChunk.night_id) & (Night.step == NightChunk.step))
        .where(
            NightChunk.night_id == night_id,
            NightChunk.step == step,
            NightChunk.number == number,
            NightChunk.done_at.is_(None),
        )
    )
    return session.scalar(select.with_for_update(of=NightChunk, skip_locked=True))


def latest_digest(session: Session, user_id: UUID) -> Digest | None:
    """The newest digest of a user."""
    select = sa.select(Digest).where(Digest.user_id == user_id)
    return session.scalar(select.order_by(Digest.day.desc()).limit(1))


def users_at_work(session: Session) -> Sequence[UUID]:
    """Active users with a role that holds now: each of them gets a digest."""
    return session.scalars(sa.select(_holders(session).c.user_id).distinct()).all()


def due_by_user(
    session: Session, today: datetime, tomorrow: datetime, end: datetime, user_id: UUID | None = None
) -> sa.Result[Any]:
    """(user, kind, overdue, due_today, later) of open tasks due before `end`: his own, and of his desk's what no person has.

    Of everybody, or of the one who is named.
    """
    due = sa.select(Task.kind, Task.due_at).where(Task.state == TaskState.OPEN, Task.due_at < end)
    desk = _holders(session)
    own = due.add_columns(Task.user_id.label("user_id")).where(Task.user_id.is_not(None))
    desks = due.add_columns(desk.c.user_id.label("user_id")).join(
        desk, (desk.c.organisation_id == Task.organisation_id) & (desk.c.role == Task.role)
    )
    all_due = own.union_all(desks.where(Task.user_id.is_(None))).subquery()
    counted = sa.select(
        all_due.c.user_id,
        all_due.c.kind,
        sa.func.count().filter(all_due.c.due_at < today).label("overdue"),
        sa.func.count().filter(all_due.c.due_at >= today, all_due.c.due_at < tomorrow).label("due_today"),
        sa.func.count().filter(all_due.c.due_at >= tomorrow).label("later"),
    )
    grouped = counted.group_by(all_due.c.user_id, all_due.c.kind)
    return session.execute(grouped.where(all_due.c.user_id == user_id) if user_id else grouped)


def _holders(session: Session) -> sa.Subquery:
    """(user_id, organisation_id, role): who sits at which desk now."""
    office = sa.func.coalesce(RoleGrant.organisation_id, User.organisation_id).label("organisation_id")
    return (
        sa.select(User.id.label("user_id"), office, RoleGrant.role)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(User.is_active, RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > session.now))
        .distinct()
        .subquery()
    )
