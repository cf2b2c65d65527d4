"""Reads of one case with all that hangs on it, in few statements: its head, its plan as a whole, and what was recorded.

Row-level security limits each part as it limits the same rows elsewhere. Each statement is made once a process: to make
one anew for each look costs more than to run it.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.cases import casework_queries
from kessos_case.cases.casework import Plan, PlanGoal
from kessos_case.cases.models import Case, CaseAgreement, CaseTransfer, Conference, Reunification, Visit
from kessos_case.cases.rules import TransferState
from kessos_case.clients.models import Client
from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.db import Session

# A row of another room about the case with this id, to be read along.
Beside = Callable[[Any], sa.Subquery]

_CASE_ID: sa.BindParameter[UUID] = sa.bindparam("case_id", type_=sa.Uuid)
_CLIENT_ID: sa.BindParameter[UUID] = sa.bindparam("client_id", type_=sa.Uuid)
_MOST: sa.BindParameter[int] = sa.bindparam("most", type_=sa.Integer)


def head(session: Session, case_id: UUID, beside: Beside | None = None) -> Any | None:
    """(Case, Client, CaseAgreement, CaseTransfer, open_case_id, attempts, attempt_days); None when there is no such case.

    `beside` makes the one row of another room that is read along; its columns come last.

    The person is None where the reader reaches him no more; the agreement is the newest, the transfer the open one, else
    the newest; the other open case is one of the same office.
    """
    return session.execute(_head(beside), {"case_id": case_id}).one_or_none()


def whole_plan(session: Session, case_id: UUID) -> tuple[Plan | None, list[PlanGoal], date | None]:
    """The version in force with its goals and steps in their order, and the last day of a conference about it."""
    session.flush()
    rows = session.execute(_whole_plan(), {"case_id": case_id}).unique().all()
    goals = [row[1] for row in rows if row[1] is not None]
    return (rows[0][0], goals, rows[0].met_on) if rows else (None, [], None)


def records(session: Session, case_id: UUID, client_id: UUID, most: int) -> Sequence[Any]:
    """(part, id, on, code, is_safe, starts_on, verified_on, ended_on) of homes, and the newest conferences and visits.

    `part` is home, conference or visit. `code` is the kind of home, the outcome of a visit or, where nobody was met, None.
    """
    return session.execute(_records(), {"case_id": case_id, "client_id": client_id, "most": most}).all()


@cache
def _head(beside: Beside | None) -> Any:
    agreement = _newest(CaseAgreement, CaseAgreement.recorded_at)
    is_open = sa.case((CaseTransfer.state == TransferState.OFFERED, 0), else_=1)
    transfer = _newest(CaseTransfer, CaseTransfer.offered_at, first=is_open)
    select = (
        sa.select(Case, Client, agreement, transfer, _other_open_case(), *_attempts())
        .outerjoin(Client, Client.id == Case.client_id)
        .outerjoin(agreement, sa.true())
        .outerjoin(transfer, sa.true())
        .where(Case.id == _CASE_ID)
    )
    if beside is None:
        return select
    row = beside(_CASE_ID)
    return select.join(row, sa.true()).add_columns(*row.c)


@cache
def _whole_plan() -> Any:
    in_force = casework_queries.plan_in_force(_CASE_ID).with_only_columns(Plan.id).scalar_subquery()
    met_on = sa.select(sa.func.max(Conference.held_on)).where(Conference.plan_id == Plan.id).scalar_subquery()
    return (
        sa.select(Plan, PlanGoal, met_on.label("met_on"))
        .outerjoin(PlanGoal, PlanGoal.plan_id == Plan.id)
        .outerjoin(PlanGoal.steps)
        .options(orm.contains_eager(PlanGoal.steps))
        .where(Plan.id == in_force)
        .order_by(PlanGoal.position, sa.literal_column("plan_steps.position"))
        .execution_options(populate_existing=True)
    )


@cache
def _records() -> Any:
    nothing = sa.null()
    conferences = _some(
        sa.select(
            sa.literal("conference").label("part"), Conference.id, Conference.held_on.label("on"),
            sa.cast(nothing, sa.Text).label("code"), sa.cast(nothing, sa.Boolean).label("is_safe"), *_no_days(),
        ).where(Conference.case_id == _CASE_ID),
        Conference.held_on, Conference.id,
    )  # fmt: skip
    visits = _some(
        sa.select(
            sa.literal("visit"), Visit.id, Visit.visited_on, Visit.outcome, sa.cast(nothing, sa.Boolean), *_no_days(),
        ).where(Visit.client_id == _CLIENT_ID),
        Visit.visited_on, Visit.id,
    )  # fmt: skip
    homes = sa.select(
        sa.literal("home"), Reunification.id, Reunification.assessed_on, Reunification.kind, Reunification.is_safe,
        Reunification.starts_on, Reunification.verified_on, Reunification.ended_on,
    ).where(Reunification.case_id == _CASE_ID)  # fmt: skip
    every = sa.union_all(conferences, visits, homes).subquery()
    return sa.select(every).order_by(every.c.on.desc(), every.c.id.desc())


def _newest(model: Any, when: Any, *, first: Any = None) -> Any:
    """The newest row of the case as an entity that can be joined."""
    order = [entry for entry in (first, when.desc(), model.id.desc()) if entry is not None]
    one = sa.select(model).where(model.case_id == Case.id).correlate(Case).order_by(*order).limit(1).lateral()
    return orm.aliased(model, one)


def _other_open_case() -> Any:
    other = orm.aliased(Case)
    select = sa.select(other.id).where(
        other.client_id == Case.client_id,
        other.organisation_id == Case.organisation_id,
        other.closed_at.is_(None),
        other.id != Case.id,
    )
    return select.correlate(Case).scalar_subquery().label("open_case_id")


def _attempts() -> list[Any]:
    """How often, and on how many days, the person was not met after the last meeting, since the case began."""
    met = orm.aliased(Visit)
    met_on = (
        sa.select(sa.func.coalesce(sa.func.max(met.visited_on), sa.cast("-infinity", sa.Date)))
        .where(met.client_id == Case.client_id, met.was_met)
        .correlate(Case)
        .scalar_subquery()
    )
    begun = sa.cast(sa.func.timezone(OFFICE_ZONE.key, Case.opened_at), sa.Date)
    counted = [
        ("attempts", sa.func.count(Visit.id)),
        ("attempt_days", sa.func.count(sa.distinct(Visit.visited_on))),
    ]
    return [
        sa.select(number)
        .where(Visit.client_id == Case.client_id, ~Visit.was_met, Visit.visited_on >= begun, Visit.visited_on > met_on)
        .correlate(Case)
        .scalar_subquery()
        .label(name)
        for name, number in counted
    ]


def _some(select: Any, when: Any, last: Any) -> Any:
    return sa.select(select.order_by(when.desc(), last.desc()).limit(_MOST).subquery())


def _no_days() -> list[Any]:
    return [sa.cast(sa.null(), sa.Date).label(name) for name in ("starts_on", "verified_on", "ended_on")]
