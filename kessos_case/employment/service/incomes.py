"""What a household earned, as it was stated: never computed, never inferred. A later statement corrects an earlier one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.clients.service import client_for, write_timeline
from kessos_case.clients.service import household_size as size_of_household
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.months import Month
from kessos_case.core.policies import policy
from kessos_case.employment import queries
from kessos_case.employment.models import IncomeStatement
from kessos_case.employment.rules import MOST_PEOPLE, is_timely, mistakes_in_statement


@dataclass(frozen=True)
class IncomeCard:
    """A statement as shown; `is_timely` says whether it was made soon enough for graduation to believe it."""

    id: UUID
    client_id: UUID
    from_month: Month
    to_month: Month
    amount: int
    source: str
    household_size: int
    is_timely: bool
    recorded_at: datetime
    recorded_by: UUID


def state_income(
    session: Session,
    client_id: UUID,
    *,
    from_month: Month,
    to_month: Month,
    amount: int,
    source: str,
    household_size: int | None = None,
) -> IncomeCard:
    """Write down whole rupiah that a household of so many earned over all of from_month..to_month together.

    Where nobody says how many, it is as many as his household then had when that is known, else he alone. The present month
    may be stated before it is over. Longer ago than graduation believes is taken too, as history. Raises NotFound for a person
    beyond reach, Invalid naming each wrong field.
    """
    client = client_for(session, client_id)
    mistakes = mistakes_in_statement(from_month, to_month, office_day(session.now))
    if mistakes:
        errors = [field_error(wrong.field, wrong.code, wrong.detail) for wrong in mistakes]
        raise Invalid("The statement has mistakes.", errors=errors)
    people = household_size or _people(session, client.id, from_month, to_month)
    made = IncomeStatement(
        id=new_id(), client_id=client.id, from_month=from_month, to_month=to_month, amount=amount, source=source,
        household_size=people, recorded_at=session.now, recorded_by=session.actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    write_timeline(session, client.id, "income_stated", made.id)
    record(session, "record", "income", made.id, clients=[client.id], source=source)
    return _card(made)


def read_income(session: Session, statement_id: UUID) -> IncomeCard:
    """Look at a statement; the look is in the audit trail. Raises NotFound, also for one of a person beyond reach."""
    found = session.get(IncomeStatement, statement_id)
    if found is None:
        raise NotFound("There is no such statement.")
    record(session, "read", "income", found.id, clients=[found.client_id])
    return _card(found)


def listed_incomes(session: Session, client_id: UUID, statements: Iterable[IncomeStatement]) -> list[IncomeCard]:
    """The cards of a person's list; the look is in the audit trail. Raises NotFound for a person beyond reach."""
    record(session, "list", "income", clients=[client_for(session, client_id).id])
    return [_card(statement) for statement in statements]


def incomes_of(session: Session, client_id: UUID) -> list[IncomeStatement]:
    """Every statement about a person, by its months and then by when it was made."""
    order = (IncomeStatement.from_month, IncomeStatement.to_month, IncomeStatement.recorded_at, IncomeStatement.id)
    return list(session.scalars(queries.incomes(client_id).order_by(*order)))


def _people(session: Session, client_id: UUID, first: Month, last: Month) -> int:
    return min(size_of_household(session, client_id, first, last) or 1, MOST_PEOPLE)


def _card(statement: IncomeStatement) -> IncomeCard:
    rule: dict[str, Any] = policy("graduation").content["income"]
    timely = is_timely(
        statement.from_month, statement.to_month, office_day(statement.recorded_at),
        back=rule["statement_months_back"], longest=rule["statement_months_long"],
    )  # fmt: skip
    shown = {name: getattr(statement, name) for name in IncomeCard.__dataclass_fields__ if name != "is_timely"}
    return IncomeCard(is_timely=timely, **shown)
