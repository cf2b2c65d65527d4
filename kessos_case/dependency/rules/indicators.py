"""From the ledger to the indicators of one person. The reference: the set-based engine must agree with it on every input.

Source: spec dependency.md, "From ledger to indicators"; the numbers below are its points. Months are core.months, rupiah whole.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kessos_case.core.months import Month, month_of, month_range, spread
from kessos_case.dependency.rules.policy import WINDOW, AidRule

# The months whose rupiah are compared with the household's income.
YEAR = 12
# Parts of ten thousand: a share is kept without fractions.
WHOLE = 10_000
_MONTHS_TO_18 = 18 * 12


@dataclass(frozen=True)
class Payment:
    """A line of the ledger over first..last, below zero when it takes back; `household` where it was paid to one."""

    programme: str
    first: Month
    last: Month
    known_on: date
    amount: int
    component: str | None = None
    household: str | None = None


@dataclass(frozen=True)
class Membership:
    """The months in which the person belonged to a household; `last` is None while he does."""

    household: str
    first: Month
    last: Month | None = None


@dataclass(frozen=True)
class Statement:
    """What the household earned over first..last, whole rupiah. Statements of one month add up.

    They add up because a plain file does not say which of two corrects the other, and two earners of a household are the
    common case. Whoever keeps corrected statements passes them disjoint.
    """

    first: Month
    last: Month
    amount: int


@dataclass(frozen=True)
class Spell:
    """On-months with at most `gap` off-months between them. `exit_month` is None while it is not an exit yet."""

    start: Month
    end: Month
    months_on: int
    length: int
    left_censored: bool
    right_censored: bool
    exit_month: Month | None
    months_off_before: int | None


@dataclass(frozen=True)
class Indicators:
    """What is counted of a person up to T. Null stays null: no share where income is not known for all twelve months."""

    observed_months: int
    spells: tuple[Spell, ...]
    months_on_60: int
    current_spell_length: int
    current_spell_left_censored: bool
    months_since_last_on: int | None
    recidivism_count: int
    aid_12: int
    income_months_known: int
    income_12: int | None
    share_bp: int | None
    dependent_50: bool | None


def observed_for(observed_from: Month, birth_date: date | None) -> Month:
    """The first month that counts of a person: never before the month of the 18th birthday."""
    return observed_from if birth_date is None else max(observed_from, month_of(birth_date) + _MONTHS_TO_18)


def indicators(
    payments: Iterable[Payment],
    memberships: Collection[Membership],
    statements: Iterable[Statement],
    *,
    as_of: date,
    last: Month,
    observed_from: Month,
    gap: int,
    aid: AidRule,
) -> Indicators:
    """Count what was known of a person on `as_of`, up to `last` (T), from `observed_from` (see observed_for)."""
    net = net_by_month(payments, memberships, as_of=as_of, last=last, aid=aid)
    return indicators_of(net, statements, last=last, observed_from=observed_from, gap=gap)


def net_by_month(
    payments: Iterable[Payment], memberships: Collection[Membership], *, as_of: date, last: Month, aid: AidRule
) -> dict[Month, int]:
    """Points 1 to 3: net consumption aid of the person's unit in each of the 60 months up to `last`; may be below zero."""
    net = dict.fromkeys(month_range(last - WINDOW + 1, last), 0)
    for payment in payments:
        if payment.known_on > as_of:
            continue
        months = month_range(payment.first, payment.last)
        for month, rupiah in zip(months, spread(payment.amount, payment.first, payment.last), strict=True):
            if month in net and _counts(payment, month, memberships, aid):
                net[month] += rupiah
    return net


def _counts(payment: Payment, month: Month, memberships: Collection[Membership], aid: AidRule) -> bool:
    """Does the line count for this person in this month?"""
    if payment.household is None:
        return aid.counts(payment.programme)
    return aid.counts_for_household(payment.programme, payment.component) and any(
        membership.household == payment.household
        and membership.first <= month
        and (membership.last is None or month <= membership.last)
        for membership in memberships
    )


def has_recent_aid(net: Mapping[Month, int], last: Month, months: int) -> bool:
    """Was any of so many months up to `last` on? Before the observed months too, for the person was helped then."""
    return any(net.get(month, 0) > 0 for month in month_range(last - months + 1, last))


def indicators_of(
    net: Mapping[Month, int], statements: Iterable[Statement], *, last: Month, observed_from: Month, gap: int
) -> Indicators:
    """Points 4 and 5, of the net rupiah by month."""
    first = max(last - WINDOW + 1, observed_from)
    on = [month for month in month_range(first, last) if net.get(month, 0) > 0]
    spells = _spells(on, first, last, gap)
    current = spells[-1] if spells and spells[-1].right_censored else None
    aid_12 = max(0, sum(net.get(month, 0) for month in month_range(last - YEAR + 1, last)))
    income = _income_by_month(statements, last)
    income_12 = sum(income.values()) if len(income) == YEAR else None
    share_bp, dependent_50 = share_of(aid_12, income_12)
    return Indicators(
        observed_months=max(0, last - first + 1),
        spells=spells,
        months_on_60=len(on),
        current_spell_length=current.length if current else 0,
        current_spell_left_censored=current.left_censored if current else False,
        months_since_last_on=last - on[-1] if on else None,
        recidivism_count=max(0, len(spells) - 1),
        aid_12=aid_12,
        income_months_known=len(income),
        income_12=income_12,
        share_bp=share_bp,
        dependent_50=dependent_50,
    )


def _spells(on: list[Month], first: Month, last: Month, gap: int) -> tuple[Spell, ...]:
    """Runs of on-months, those with at most `gap` off-months between them as one, in the order of time."""
    runs: list[list[Month]] = []
    for month in on:
        if runs and month - runs[-1][-1] - 1 <= gap:
            runs[-1].append(month)
        else:
            runs.append([month])
    before = [None, *runs]
    return tuple(_spell(run, earlier, first, last, gap) for run, earlier in zip(runs, before, strict=False))


def _spell(run: list[Month], earlier: list[Month] | None, first: Month, last: Month, gap: int) -> Spell:
    start, end = run[0], run[-1]
    is_open = last - end <= gap
    return Spell(
        start=start,
        end=end,
        months_on=len(run),
        length=end - start + 1,
        left_censored=start - first <= gap,
        right_censored=is_open,
        exit_month=None if is_open else end + 1,
        months_off_before=None if earlier is None else start - earlier[-1] - 1,
    )


def _income_by_month(statements: Iterable[Statement], last: Month) -> dict[Month, int]:
    """Rupiah of the last twelve months that a statement covers; a month that none covers is absent."""
    income: dict[Month, int] = {}
    for statement in statements:
        months = month_range(statement.first, statement.last)
        for month, rupiah in zip(months, spread(statement.amount, statement.first, statement.last), strict=True):
            if last - YEAR < month <= last:
                income[month] = income.get(month, 0) + rupiah
    return income


def share_of(aid_12: int, income_12: int | None) -> tuple[int | None, bool | None]:
    """Aid's part of aid and income in ten-thousandths, and whether it is more than half; null where nothing can be said."""
    if income_12 is None or aid_12 + income_12 <= 0:
        return None, None
    return WHOLE * aid_12 // (aid_12 + income_12), 2 * aid_12 > aid_12 + income_12
