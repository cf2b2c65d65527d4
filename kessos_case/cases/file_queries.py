"""Reads of one case with all that hangs on it, in few statements: its head, its plan as a whole, and what was recorded.

Row-level security limits each part as it limits the same rows elsewhere.
"""

from collections.abc import Sequence
from datetime import date
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


def head(session: Session, case_id: UUID, beside: sa.Subquery | None = None) -> Any | None:
    """(Case, Client, CaseAgreement, CaseTransfer, open_case_id, attempts, attempt_days); None when there is no such case.

    `beside` is one row of another room that is read along; its columns come last.

    The person is None where the reader reaches him no more; the agreement is the newest, the transfer the open one, else
    the newest; the other open case is one of the same office.
    """
    agreement = _newest(CaseAgreement, CaseAgreement.recorded_at)
    is_open = sa.case((CaseTransfer.state == TransferState.OFFERED, 0), else_=1)
    transfer = _newest(CaseTransfer, CaseTransfer.offered_at, first=is_open)
    select = (
        sa.select(Case, Client, agreement, transfer, _other_open_case(), *_attempts())
        .outerjoin(Client, Client.id == Case.client_id)
        .outerjoin(agreement, sa.true())
        .outerjoin(transfer, sa.true())
        .where(Case.id == case_id)
    )
    if beside is not None:
        select = select.join(beside, sa.true()).add_columns(*beside.c)
    return session.execute(select).one_or_none()


def whole_plan(session: Session, case_id: UUID) -> tuple[Plan | None, list[PlanGoal], date | None]:
    """The version in force with its goals and steps in their order, and the last day of a conference about it."""
    session.flush()
    in_force = casework_queries.plan_in_force(case_id).with_only_columns(Plan.id).scalar_subquery()
    met_on = sa.select(sa.func.max(Conference.held_on)).where(Conference.plan_id == Plan.id).scalar_subquery()
    select = (
        sa.select(Plan, PlanGoal, met_on.label("met_on"))
        .outerjoin(PlanGoal, PlanGoal.plan_id == Plan.id)
        .outerjoin(PlanGoal.steps)
        .options(orm.contains_eager(PlanGoal.steps))
        .where(Plan.id == in_force)
        .order_by(PlanGoal.position, sa.literal_column("plan_steps.position"))
        .execution_options(populate_existing=True)
    )
    rows = session.execute(select).unique().all()
    goals = [row[1] for row in rows if row[1] is not None]
    return (rows[0][0], goals, rows[0].met_on) if rows else (None, [], None)


def records(session: Session, case_id: UUID, client_id: UUID, most: int) -> Sequence[Any]:
    """(part, id, on, code, is_safe, starts_on, verified_on, ended_on) of homes, and the newest conferences and visits.

    `part` is home, conference or visit. `code` is the kind of home, the outcome of a visit or, where nobody was met, None.
    """
    nothing = sa.null()
    conferences = _some(
        sa.select(
            sa.literal("conference").label("part"), Conference.id, Conference.held_on.label("on"),
            sa.cast(nothing, sa.Text).label("code"), sa.cast(nothing, sa.Boolean).label("is_safe"), *_no_days(),
        ).where(Conference.case_id == case_id),
        Conference.held_on, Conference.id, most,
    )  # fmt: skip
    visits = _some(
        sa.select(
            sa.literal("visit"), Visit.id, Visit.visited_on, Visit.outcome, sa.cast(nothing, sa.Boolean), *_no_days(),
        ).where(Visit.client_id == client_id),
        Visit.visited_on, Visit.id, most,
    )  # fmt: skip
    homes = sa.select(
        sa.literal("home"), Reunification.id, Reunification.assessed_on, Reunification.kind, Reunification.is_safe,
        Reunification.starts_on, Reunification.verified_on, Reunification.ended_on,
    ).where(Reunification.case_id == case_id)  # fmt: skip
    every = sa.union_all(conferences, visits, homes).subquery()
    return session.execute(sa.select(every).order_by(every.c.on.desc(), every.c.id.desc())).all()


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


def _some(select: Any, when: Any, last: Any, most: int) -> Any:
    return sa.select(select.order_by(when.desc(), last.desc()).limit(most).subquery())


def _no_days() -> list[Any]:
    return [sa.cast(sa.null(), sa.Date).label(name) for name in ("starts_on", "verified_on", "ended_on")]
