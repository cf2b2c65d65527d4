"""Reads of work and income. Row-level security limits them to people whom the actor reaches for casework."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.cases.models import Case
from kessos_case.core.db import Session
from kessos_case.core.months import Month
from kessos_case.employment.models import (
    BusinessCapital,
    BusinessMonth,
    IncomeStatement,
    Placement,
    PlacementCheck,
    is_followed,
)
from kessos_case.employment.rules import CHECK_DAYS, PlacementState


def placements(filters: dict[str, Any], offices: Sequence[UUID]) -> sa.Select[Placement]:
    """Placements of a case or a person, whoever recorded them; of neither, those of the actor's offices."""
    select = sa.select(Placement)
    for name in ("case_id", "client_id", "state"):
        if filters.get(name):
            select = select.where(getattr(Placement, name) == filters[name])
    if filters.get("case_id") or filters.get("client_id"):
        return select
    # Named beside the policy, one office by equality: so an index gives the order of the list.
    one = len(offices) == 1
    return select.where(Placement.organisation_id == offices[0] if one else Placement.organisation_id.in_(offices))


def placements_where(session: Session, *conditions: sa.ColumnElement[bool]) -> Sequence[Placement]:
    """Placements of which all this holds, the earliest first."""
    select = sa.select(Placement).where(*conditions)
    return session.scalars(select.order_by(Placement.starts_on, Placement.id)).all()


def checks(session: Session, placement_ids: Iterable[UUID]) -> Sequence[PlacementCheck]:
    """The checks of these placements, by the day of the check."""
    select = sa.select(PlacementCheck).where(PlacementCheck.placement_id.in_(list(placement_ids)))
    return session.scalars(select.order_by(PlacementCheck.checked_on, PlacementCheck.period)).all()


def has_other_work(session: Session, placement: Placement) -> bool:
    """Has the person another verified placement that goes on?"""
    others = sa.select(Placement.id).where(
        Placement.client_id == placement.client_id,
        Placement.id != placement.id,
        Placement.state == PlacementState.ACTIVE,
    )
    return bool(session.scalar(sa.select(others.exists())))


def next_case_id(session: Session, case: Case) -> UUID:
    """The case with which the UPT that took the person over went on."""
    select = sa.select(Case.id).where(
        Case.previous_case_id == case.id, Case.organisation_id == case.successor_organisation_id
    )
    return session.scalars(select.order_by(Case.opened_at).limit(1)).one()


def incomes(client_id: UUID) -> sa.Select[IncomeStatement]:
    """What the person's household was said to earn."""
    return sa.select(IncomeStatement).where(IncomeStatement.client_id == client_id)


def unasked_checks(until: date, asked: Callable[[Any, Any], sa.Exists]) -> sa.Select[Placement, int]:
    """(placement, days) of each check that is due by a day, was not made and for which `asked(subject, period)` is not true."""
    days = sa.values(sa.column("days", sa.Integer), name="periods").data([(each,) for each in CHECK_DAYS])
    made = sa.exists().where(PlacementCheck.placement_id == Placement.id, PlacementCheck.period == days.c.days)
    return (
        sa.select(Placement, days.c.days)
        .join(days, Placement.starts_on + days.c.days <= until)
        .where(Placement.state == PlacementState.ACTIVE, is_followed(), ~made)
        .where(~asked(Placement.id, sa.cast(days.c.days, sa.Text)))
        .order_by(Placement.starts_on + days.c.days, Placement.id)
    )


def unasked_verifications(asked: sa.Exists) -> sa.Select[Placement]:
    """Proposed placements that nobody was asked to verify."""
    proposed = sa.select(Placement).where(Placement.state == PlacementState.PROPOSED, is_followed(), ~asked)
    return proposed.order_by(Placement.id)


def business_months(placement_id: UUID) -> sa.Select[BusinessMonth]:
    """Everything written down about the months of a business, in the order in which it counts."""
    select = sa.select(BusinessMonth).where(BusinessMonth.placement_id == placement_id)
    return select.order_by(BusinessMonth.month, BusinessMonth.recorded_at, BusinessMonth.id)


def business_capital(placement_id: UUID) -> sa.Select[BusinessCapital]:
    """The capital of a business, as it came."""
    select = sa.select(BusinessCapital).where(BusinessCapital.placement_id == placement_id)
    return select.order_by(BusinessCapital.received_on, BusinessCapital.id)


def has_statement(session: Session, client_id: UUID, first: Month, last: Month, amount: int, source: str) -> bool:
    """Is this very statement of income there already?"""
    same = incomes(client_id).where(
        IncomeStatement.from_month == first,
        IncomeStatement.to_month == last,
        IncomeStatement.amount == amount,
        IncomeStatement.source == source,
    )
    return bool(session.scalar(sa.select(same.exists())))
