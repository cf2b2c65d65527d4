"""An own business: what it began with, what came in and was left by month, and the statement of income of three months.

Nothing written down is ever changed: of a month the last word counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.clients.service import client_for, data_key, sealed, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.keys import DataKey
from kessos_case.core.months import Month, month_of
from kessos_case.employment import queries
from kessos_case.employment.models import BusinessCapital, BusinessMonth, Placement
from kessos_case.employment.rules import (
    BooksStatement,
    CapitalSource,
    IncomeSource,
    PlacementKind,
    latest_by_month,
    mistakes_in_capital,
    mistakes_in_month,
    statement_of_books,
)
from kessos_case.employment.service.following import own_placement
from kessos_case.employment.service.incomes import IncomeCard, state_income
from kessos_case.employment.service.placements import placement_for
from kessos_case.reference.models import Programme


@dataclass(frozen=True)
class CapitalCard:
    """Capital as shown: rupiah, or tools worth so much; `what` in words."""

    id: UUID
    received_on: date
    source: str
    programme_code: str | None
    amount: int
    is_tools: bool
    what: str | None
    recorded_at: datetime


@dataclass(frozen=True)
class BusinessCard:
    """A business with its capital, the months that count, and the statement of income that they offer now."""

    placement_id: UUID
    capital: Sequence[CapitalCard]
    months: dict[Month, BusinessMonth]
    offered: BooksStatement | None

    @property
    def has_tools(self) -> bool | None:
        """Are the tools that were given still there, as far as anybody looked last? None: nobody did."""
        return next((each.has_tools for each in reversed(self.months.values()) if each.has_tools is not None), None)


def read_business(session: Session, placement_id: UUID) -> BusinessCard:
    """Look at a business; the look is in the audit trail. Raises NotFound, also for work that is no own business."""
    placement = placement_for(session, placement_id)
    _must_be_business(placement)
    record(session, "read", "business", placement.id, clients=[placement.client_id])
    return _card(session, placement)


def record_capital(
    session: Session,
    placement_id: UUID,
    *,
    received_on: date,
    source: str,
    amount: int,
    is_tools: bool,
    programme_code: str | None = None,
    what: str | None = None,
) -> CapitalCard:
    """Write down money, or tools worth so many rupiah, with which the business began or went on.

    Raises NotFound, Forbidden for an episode of another office, RuleBroken for work that is no own business, Invalid naming
    each wrong field.
    """
    placement = _own_business(session, placement_id)
    _check_capital(session, source, programme_code, received_on)
    client, capital_id = client_for(session, placement.client_id), new_id()
    made = BusinessCapital(
        id=capital_id, placement_id=placement.id, client_id=placement.client_id, received_on=received_on, source=source,
        programme_code=programme_code, amount=amount, is_tools=is_tools,
        what_sealed=sealed(client, what, _place(capital_id)), recorded_at=session.now,
        recorded_by=session.actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _tell(session, placement, "capital_recorded", made.id)
    return _capital(made, data_key(client))


def record_month(
    session: Session,
    placement_id: UUID,
    *,
    month: Month,
    turnover: int,
    profit: int,
    evidence: str,
    has_tools: bool | None = None,
) -> BusinessMonth:
    """Write down what came in and what was left of it in a month (rupiah; a loss is below 0); a later word corrects.

    Raises as `record_capital` does.
    """
    placement = _own_business(session, placement_id)
    today = office_day(session.now)
    wrong = mistakes_in_month(month, starts_on=placement.starts_on, turnover=turnover, profit=profit, today=today)
    errors = [field_error(each.field, each.code, each.detail) for each in wrong]
    if placement.ended_on and month > month_of(placement.ended_on):
        errors.append(field_error("month", "after_end", f"The business ended on {placement.ended_on}."))
    _raise(errors)
    made = BusinessMonth(
        id=new_id(), placement_id=placement.id, client_id=placement.client_id, month=month, turnover=turnover,
        profit=profit, has_tools=has_tools, evidence=evidence, recorded_at=session.now,
        recorded_by=session.actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _tell(session, placement, "month_recorded", made.id)
    return made


def read_capital(session: Session, capital_id: UUID) -> CapitalCard:
    """Look at one capital; the look is in the audit trail. Raises NotFound, also for one of a person beyond reach."""
    found = session.get(BusinessCapital, capital_id)
    if found is None:
        raise NotFound("There is no such capital.")
    record(session, "read", "business", found.id, clients=[found.client_id])
    return _capital(found, data_key(client_for(session, found.client_id)))


def read_month(session: Session, month_id: UUID) -> BusinessMonth:
    """The same for one month as it was written down."""
    found = session.get(BusinessMonth, month_id)
    if found is None:
        raise NotFound("There is no such month.")
    record(session, "read", "business", found.id, clients=[found.client_id])
    return found


def state_books(session: Session, placement_id: UUID) -> IncomeCard:
    """Make the statement of income of the last three closed months of books: what somebody pressed for, never by itself.

    Raises as `record_capital` does, RuleBroken `books_missing` while they do not make one.
    """
    placement = _own_business(session, placement_id)
    offered = _offered(session, placement, _counting(session, placement))
    if offered is None:
        detail = "The books of the last three closed months do not make a statement, or made one before."
        raise RuleBroken(detail, errors=[{"code": "books_missing", "detail": detail}])
    return state_income(
        session, placement.client_id, from_month=offered.first, to_month=offered.last, amount=offered.amount,
        source=IncomeSource.BUSINESS_BOOKS,
    )  # fmt: skip


def _own_business(session: Session, placement_id: UUID) -> Placement:
    _case, placement = own_placement(session, placement_id)
    _must_be_business(placement)
    return placement


def _must_be_business(placement: Placement) -> None:
    if placement.kind != PlacementKind.OWN_BUSINESS:
        detail = "This work is no own business."
        raise RuleBroken(detail, errors=[{"code": "no_business", "detail": detail}])


def _check_capital(session: Session, source: str, programme_code: str | None, received_on: date) -> None:
    wrong = mistakes_in_capital(
        CapitalSource(source), has_programme=programme_code is not None, received_on=received_on,
        today=office_day(session.now),
    )  # fmt: skip
    errors = [field_error(each.field, each.code, each.detail) for each in wrong]
    if programme_code is not None and session.get(Programme, programme_code) is None:
        errors.append(field_error("programme_code", "not_found", "There is no such programme."))
    _raise(errors)


def _raise(errors: list[dict[str, Any]]) -> None:
    if errors:
        raise Invalid("This has mistakes.", errors=errors)


def _counting(session: Session, placement: Placement) -> dict[Month, BusinessMonth]:
    return latest_by_month(session.scalars(queries.business_months(placement.id)))


def _offered(session: Session, placement: Placement, months: dict[Month, BusinessMonth]) -> BooksStatement | None:
    """What can be stated now and was not: the same months with the same amount are said once."""
    offered = statement_of_books(months, office_day(session.now))
    if offered is None:
        return None
    is_said = queries.has_statement(
        session, placement.client_id, offered.first, offered.last, offered.amount, IncomeSource.BUSINESS_BOOKS
    )
    return None if is_said else offered


def _card(session: Session, placement: Placement) -> BusinessCard:
    key = data_key(client_for(session, placement.client_id))
    capital = [_capital(each, key) for each in session.scalars(queries.business_capital(placement.id))]
    months = _counting(session, placement)
    return BusinessCard(placement.id, capital, months, _offered(session, placement, months))


def _capital(capital: BusinessCapital, key: DataKey | None) -> CapitalCard:
    names = [name for name in CapitalCard.__dataclass_fields__ if name != "what"]
    what = key.open(capital.what_sealed, _place(capital.id)) if key and capital.what_sealed else None
    return CapitalCard(what=what, **{name: getattr(capital, name) for name in names})


def _place(capital_id: UUID) -> str:
    return f"business_capital:what:{capital_id}"


def _tell(session: Session, placement: Placement, what: str, row_id: UUID) -> None:
    write_timeline(session, placement.client_id, f"business_{what}", placement.id)
    record(session, what, "business", row_id, clients=[placement.client_id])
