"""An own business: its capital, what it turned over by month, and the statement of income that three months of books make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from kessos_case.cases.rules import Missing
from kessos_case.core.months import Month, month_of
from kessos_case.employment.rules.placements import EARLIEST_STATEMENT, LONGEST_STATEMENT


class BooksEvidence(StrEnum):
    """How the turnover of a business is known."""

    BOOKS = "books"
    VISIT = "visit"
    SELF_REPORT = "self_report"


class CapitalSource(StrEnum):
    """Where the capital of a business came from."""

    PROGRAMME = "programme"
    SAVINGS = "savings"
    LOAN = "loan"
    FAMILY = "family"
    COMPANY = "company"


class Books(Protocol):
    """One month of a business as written down."""

    @property
    def id(self) -> UUID: ...
    @property
    def month(self) -> int: ...
    @property
    def profit(self) -> int: ...
    @property
    def evidence(self) -> str: ...
    @property
    def recorded_at(self) -> datetime: ...


B = TypeVar("B", bound=Books)


@dataclass(frozen=True)
class BooksStatement:
    """What three months of books say: the profit of first..last together, in rupiah."""

    first: Month
    last: Month
    amount: int


def mistakes_in_month(month: Month, *, starts_on: date, turnover: int, profit: int, today: date) -> list[Missing]:
    """What no month of a business can be: to come, before it began, longer ago than anything looks, or all profit and more."""
    mistakes = []
    if month > month_of(today):
        mistakes.append(Missing("in_future", "The month is after the present one.", "month"))
    if month < month_of(starts_on):
        mistakes.append(Missing("before_start", f"The business begins on {starts_on}.", "month"))
    elif month < month_of(today) - EARLIEST_STATEMENT:
        mistakes.append(Missing("too_early", f"More than {EARLIEST_STATEMENT} months ago.", "month"))
    if profit > turnover:
        mistakes.append(Missing("above_turnover", "Nobody keeps more than came in.", "profit"))
    return mistakes


def mistakes_in_capital(source: CapitalSource, *, has_programme: bool, received_on: date, today: date) -> list[Missing]:
    """What is wrong with capital as stated: a programme is named where it came from one and nowhere else."""
    mistakes = []
    if received_on > today:
        mistakes.append(Missing("in_future", "The day is after today.", "received_on"))
    if source == CapitalSource.PROGRAMME and not has_programme:
        mistakes.append(Missing("missing", "Say which programme.", "programme_code"))
    if source != CapitalSource.PROGRAMME and has_programme:
        mistakes.append(Missing("unwanted", "Only for capital of a programme.", "programme_code"))
    return mistakes


def latest_by_month(written: Iterable[B]) -> dict[Month, B]:
    """What counts of each month: the last that was written down, the earliest month first."""
    found = {each.month: each for each in sorted(written, key=lambda each: (each.recorded_at, str(each.id)))}
    return dict(sorted(found.items()))


def statement_of_books(counting: Mapping[Month, Books], today: date) -> BooksStatement | None:
    """The statement of income that the last three closed months make, when the books of all three were seen.

    None while a month is missing, is known otherwise than by books, or they lost money together: a loss is no income.
    """
    last = month_of(today) - 1
    months = range(last - LONGEST_STATEMENT + 1, last + 1)
    if any(month not in counting or counting[month].evidence != BooksEvidence.BOOKS for month in months):
        return None
    amount = sum(counting[month].profit for month in months)
    return BooksStatement(months[0], last, amount) if amount >= 0 else None
