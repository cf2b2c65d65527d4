"""Reads of an office's caseload: how long a stage usually takes, which cases need a look first, and who serves them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.access.models import RoleGrant, User
from kessos_case.access.rules import Role
from kessos_case.cases import queries
from kessos_case.cases.models import Case, CaseTransition
from kessos_case.cases.rules import Stage, Verb
from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.core.db import Session
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import TaskState

# The moves that finish a stage: on to the next one, not back, aside or out.
_ONWARD = frozenset(verb for verb in Verb if verb.startswith("start_")) | {Verb.GRADUATE}
# Of the whole province the cases with the latest such moves are enough to tell what is usual.
_PROVINCE_SAMPLE = 2_000
# A case that takes so many times the usual is looked at first, as is one whose person nobody contacts.
TIMES_USUAL = 2


@dataclass(frozen=True)
class Loads:
    """Whose caseload, when, what is usual and how long nobody may have contacted the person: days by stage."""

    offices: Sequence[UUID]
    now: datetime
    usual: Mapping[str, int]
    quiet: Mapping[Stage, int]


def usual_days(session: Session, offices: Sequence[UUID] | None, since: datetime) -> dict[str, tuple[int, int]]:
    """(median of days without pauses, how many) by stage, of the moves that finished it since then.

    `offices` None: of the whole province, for the program itself. In one statement.
    """
    rows = session.execute(_usual(_cases_of(offices, since), since))
    return {row.stage: (round(row.days), row.many) for row in rows}


def _cases_of(offices: Sequence[UUID] | None, since: datetime) -> sa.Select[UUID]:
    if offices is not None:
        lately = Case.closed_at.is_(None) | (Case.closed_at >= since)
        return sa.select(Case.id).where(Case.organisation_id.in_(list(offices)), lately)
    newest = sa.select(CaseTransition.case_id).where(CaseTransition.verb.in_(_ONWARD))
    return newest.order_by(CaseTransition.id.desc()).limit(_PROVINCE_SAMPLE)


def _usual(cases: sa.Select[UUID], since: datetime) -> sa.Select[Any]:
    """By stage: the median of days from the move into it to the move on, less the days of pauses ended in between."""
    move = CaseTransition
    in_order: dict[str, Any] = {"partition_by": move.case_id, "order_by": (move.recorded_at, move.id)}
    moves = (
        sa.select(
            move.case_id, move.id, move.recorded_at, move.happened_at, move.verb, move.from_stage, move.to_stage,
            sa.func.sum(sa.func.coalesce(_rested(), 0)).over(**in_order).label("rested"),
        )
        .where(move.case_id.in_(cases))
        .cte("moves")
    )  # fmt: skip
    of_case: dict[str, Any] = {"partition_by": moves.c.case_id, "order_by": (moves.c.recorded_at, moves.c.id)}
    entered, rested = (sa.func.lag(moves.c[name]).over(**of_case) for name in ("happened_at", "rested"))
    changes = (
        sa.select(
            moves.c.from_stage.label("stage"), moves.c.verb, moves.c.happened_at,
            (_day(moves.c.happened_at) - _day(entered) - (moves.c.rested - rested)).label("days"),
        )
        .where(moves.c.from_stage.is_distinct_from(moves.c.to_stage))
        .cte("changes")
    )  # fmt: skip
    return (
        sa.select(
            changes.c.stage,
            sa.func.percentile_cont(0.5).within_group(changes.c.days).label("days"),
            sa.func.count().label("many"),
        )
        .where(changes.c.verb.in_(_ONWARD), changes.c.happened_at >= since, changes.c.days.is_not(None))
        .group_by(changes.c.stage)
    )


def standing(loads: Loads) -> sa.Subquery:
    """The open cases of these offices: case_id, stage, caseworker_id, pathway, is_unserved, is_paused, is_stalled, rank.

    `rank` is the order in which they need a look: 0 nobody serves it, 1 stalled, 2 the others, 3 resting.
    """
    rested = (
        sa.select(sa.func.coalesce(sa.func.sum(_rested()), 0))
        .where(
            CaseTransition.case_id == Case.id,
            CaseTransition.verb == Verb.RESUME,
            CaseTransition.happened_at >= Case.stage_since,
        )
        .scalar_subquery()
    )
    today = office_day(loads.now)
    usual: Any = sa.case(*((Case.stage == stage, days) for stage, days in loads.usual.items()), else_=sa.null())
    is_slow = sa.literal(today, sa.Date) - _day(Case.stage_since) - rested > TIMES_USUAL * (
        usual if loads.usual else sa.null()
    )
    is_paused, is_unserved = Case.paused_from.is_not(None), queries.unserved(loads.now)
    is_stalled = ~is_paused & (sa.func.coalesce(is_slow, sa.false()) | queries.is_quiet(today, loads.quiet))
    rank = sa.case((is_unserved, 0), (is_stalled, 1), (is_paused, 3), else_=2)
    columns = (Case.stage, Case.caseworker_id, Case.pathway, Case.stage_since)
    return (
        sa.select(
            Case.id.label("case_id"), *columns, is_unserved.label("is_unserved"), is_paused.label("is_paused"),
            is_stalled.label("is_stalled"), rank.label("rank"),
        )
        .where(_at(loads.offices), Case.closed_at.is_(None))
        .subquery("standing")
    )  # fmt: skip


def counts(session: Session, standing: sa.Subquery, wanted: sa.ColumnElement[bool]) -> Sequence[Any]:
    """By stage: how many are wanted, of those how many are stalled and paused, and of all how many nobody serves."""
    column = standing.c
    select = sa.select(
        column.stage,
        sa.func.count().filter(wanted).label("wanted"),
        sa.func.count().filter(wanted & column.is_stalled).label("stalled"),
        sa.func.count().filter(wanted & column.is_paused).label("paused"),
        sa.func.count().filter(column.is_unserved).label("unassigned"),
    )
    return session.execute(select.group_by(column.stage)).all()


def first_of_each_stage(session: Session, found: sa.Subquery, wanted: sa.ColumnElement[bool], most: int) -> list[Any]:
    """The first `most` wanted cases of each stage with `is_stalled`, those that need a look first."""
    place = sa.func.row_number().over(
        partition_by=found.c.stage, order_by=(found.c.rank, found.c.stage_since, found.c.case_id)
    )
    numbered = sa.select(found.c.case_id, found.c.is_stalled, found.c.rank, place.label("place")).where(wanted)
    first = numbered.subquery("first")
    select = sa.select(Case, first.c.is_stalled).join(first, first.c.case_id == Case.id).where(first.c.place <= most)
    return list(session.execute(select.order_by(first.c.rank, Case.stage_since, Case.id)))


def closed(offices: Sequence[UUID]) -> sa.Select[Any]:
    """The cases of these offices that have ended."""
    return sa.select(Case).where(_at(offices), Case.closed_at.is_not(None))


def next_tasks(session: Session, client_ids: Sequence[UUID], offices: Sequence[UUID]) -> dict[UUID, Any]:
    """What is due next about each of these people at these offices: kind and due_at, by the person."""
    select = (
        sa.select(Task.client_id, Task.kind, Task.due_at)
        .where(Task.client_id.in_(client_ids), Task.organisation_id.in_(offices), Task.state == TaskState.OPEN)
        .order_by(Task.client_id, Task.due_at, Task.id)
        .ext(postgresql.distinct_on(Task.client_id))
    )
    return {row.client_id: row for row in session.execute(select)}


def serving(session: Session, office: UUID) -> list[Any]:
    """(id, name, is_here, cases) of whoever serves open cases of this office, by name; of nobody an id of None."""
    many = sa.select(Case.caseworker_id, sa.func.count()).where(
        Case.organisation_id == office, Case.closed_at.is_(None)
    )
    counted = {row[0]: row[1] for row in session.execute(many.group_by(Case.caseworker_id))}
    known = workers(session, [office], [user_id for user_id in counted if user_id])
    found = [(row.id, row.name, row.is_here, counted[row.id]) for row in known if row.id in counted]
    return [*found, (None, "", False, counted[None])] if None in counted else found


def workers(session: Session, offices: Sequence[UUID], others: Sequence[UUID]) -> list[Any]:
    """Id, name and `is_here` of the caseworkers of these offices now, and the names of the others that are asked for."""
    here = sa.exists().where(
        RoleGrant.user_id == User.id,
        RoleGrant.role == Role.CASEWORKER,
        sa.func.coalesce(RoleGrant.organisation_id, User.organisation_id).in_(offices),
        RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > session.now),
    )
    is_here = sa.and_(User.is_active, here)
    select = sa.select(User.id, User.name, is_here.label("is_here")).where(is_here | User.id.in_(others))
    return list(session.execute(select.order_by(User.name, User.id)))


def _at(offices: Sequence[UUID]) -> sa.ColumnElement[bool]:
    """One office by equality: so an index gives the rows."""
    return Case.organisation_id == offices[0] if len(offices) == 1 else Case.organisation_id.in_(offices)


def _rested() -> sa.ColumnElement[int]:
    return sa.cast(CaseTransition.detail["rested_days"].as_string(), sa.Integer)


def _day(instant: Any) -> sa.ColumnElement[date]:
    return sa.cast(sa.func.timezone(OFFICE_ZONE.key, instant), sa.Date)
