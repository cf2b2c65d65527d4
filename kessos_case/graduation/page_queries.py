"""Reads of the pages of graduation: the gate as a list by what is due, its counts, and who may be named as a co-signer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation, RoleGrant, User
from kessos_case.access.rules import Role
from kessos_case.cases.models import Case
from kessos_case.core.db import Session
from kessos_case.core.side_by_side import side_by_side
from kessos_case.graduation.models import GraduationReview, GraduationSignature, Relapse
from kessos_case.graduation.rules import LIVE, ReviewState
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import TaskKind, TaskState

# Views of the list beside those of one state: aftercare is over and two have to sign; somebody fell back.
RIPE, RELAPSED = "ripe", "relapse"


@dataclass(frozen=True)
class Gate:
    """Whose reviews: of these offices, or given to this user to co-sign; `mine` only of the cases that he serves."""

    offices: Sequence[UUID]
    user_id: UUID | None
    # A provisional verdict of this day or before has its months of aftercare behind it.
    ripe_on: date
    mine: bool = False

    def holds(self) -> sa.ColumnElement[bool]:
        """Is this a review of the gate?"""
        given = GraduationReview.co_signer_id == self.user_id
        found = given | GraduationReview.organisation_id.in_(list(self.offices))
        if not self.mine:
            return found
        served = sa.exists().where(Case.id == GraduationReview.case_id, Case.caseworker_id == self.user_id)
        return sa.and_(found, given | served)


def in_view(gate: Gate, view: str) -> sa.Select[Any]:
    """(GraduationReview, when the next task about it is due, a day to order by) of one view: a state, what is ripe, or
    everything that goes on.
    """
    asked = sa.select(GraduationReview.id, _next_task().label("due_at")).where(gate.holds(), _of(gate, view))
    dues = asked.subquery("dues")
    place = sa.func.coalesce(dues.c.due_at, GraduationReview.opened_at).label("place")
    return sa.select(GraduationReview, dues.c.due_at, place).join(dues, dues.c.id == GraduationReview.id)


def counts(session: Session, gate: Gate) -> dict[str, int]:
    """How many stand in each state, how many of these are ripe, and how many fell back and wait for an answer."""
    ripe = sa.func.count().filter(_of(gate, RIPE))
    select = sa.select(GraduationReview.state, sa.func.count(), ripe).where(gate.holds())
    fell = sa.select(sa.literal(RELAPSED), sa.func.count(), sa.literal(0)).select_from(fallen(gate).subquery())
    found, ripe_ones = dict[str, int](), 0
    for state, number, is_ripe in session.execute(select.group_by(GraduationReview.state).union_all(fell)):
        found[state] = number
        ripe_ones += is_ripe
    return found | {RIPE: ripe_ones, "": sum(found.get(state, 0) for state in LIVE)}


def fallen(gate: Gate) -> sa.Select[Relapse]:
    """The relapses of these offices' people to which nobody has answered yet."""
    open_task = sa.exists().where(
        Task.subject_id == Relapse.id, Task.kind == TaskKind.ANSWER_RELAPSE, Task.state == TaskState.OPEN
    )
    of_gate = sa.exists().where(GraduationReview.id == Relapse.review_id, gate.holds())
    return sa.select(Relapse).where(Relapse.organisation_id.in_(list(gate.offices)), open_task, of_gate)


def steps_and_relapses(
    session: Session, review_id: UUID
) -> tuple[Sequence[GraduationSignature], Sequence[Relapse], Sequence[Task]]:
    """Who signed, earliest first; the relapses after it; and what is still to be done for it or for one of these."""
    fell = sa.select(Relapse.id).where(Relapse.review_id == review_id)
    about = (Task.subject_id == review_id) | Task.subject_id.in_(fell)
    signed, relapses, tasks = side_by_side(
        session,
        [
            (GraduationSignature, GraduationSignature.review_id == review_id),
            (Relapse, Relapse.review_id == review_id),
            (Task, sa.and_(about, Task.state == TaskState.OPEN)),
        ],
    )
    return (
        sorted(signed, key=lambda one: (one.signed_at, one.id)),
        sorted(relapses, key=lambda one: (one.happened_on, one.id)),
        sorted(tasks, key=lambda one: (one.due_at, one.id)),
    )


def names_and_signers(
    session: Session, ids: Iterable[UUID | None], signers_beside: UUID | None = None
) -> tuple[dict[str, str], dict[str, str]]:
    """Names of users and offices by their id; and who of another office than this one may be named as a co-signer."""
    wanted = {one for one in ids if one}
    parts = [
        _named("known", User.id, User.name).where(User.id.in_(wanted)),
        _named("known", Organisation.id, Organisation.name).where(Organisation.id.in_(wanted)),
    ]
    if signers_beside:
        parts.append(_signers(session, signers_beside))
    found: dict[str, dict[str, str]] = {"known": {}, "signers": {}}
    every = sa.union_all(*parts).subquery()
    for part, one_id, name in session.execute(sa.select(every).order_by(every.c.name)):
        found[part][str(one_id)] = name
    return found["known"], found["signers"]


def _signers(session: Session, not_of: UUID) -> sa.Select[Any]:
    name = sa.func.concat(User.name, ", ", Organisation.name)
    holds_now = RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > session.now)
    return (
        _named("signers", User.id, name)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.is_active, User.organisation_id != not_of, RoleGrant.role == Role.CO_SIGNER, holds_now)
    )


def _named(part: str, row_id: Any, name: Any) -> sa.Select[Any]:
    return sa.select(sa.literal(part).label("part"), row_id.label("id"), name.label("name"))


def _of(gate: Gate, view: str) -> sa.ColumnElement[bool]:
    if view == RIPE:
        is_over = GraduationReview.provisional_on <= gate.ripe_on
        return sa.and_(GraduationReview.state == ReviewState.PROVISIONAL, is_over)
    return GraduationReview.state == view if view else GraduationReview.state.in_(LIVE)


def _next_task() -> Any:
    """When the next thing that anybody was asked about a review is due."""
    asked = sa.select(sa.func.min(Task.due_at)).where(
        Task.subject_id == GraduationReview.id, Task.state == TaskState.OPEN
    )
    return asked.correlate(GraduationReview).scalar_subquery()
