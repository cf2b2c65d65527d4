"""From net rupiah by month to the indicators of everybody (spec dependency.md, "From ledger to indicators", 4 and 5)."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from kessos_case.core.months import Month, month_of
from kessos_case.dependency.engine.ledger import Flags, Ints, Lines, Rupiah, Statements, months_covered, spread_over
from kessos_case.dependency.rules.policy import WINDOW, AidRule

_YEAR = 12
_LAST = WINDOW - 1


@dataclass(frozen=True)
class Measures:
    """Columns named as rules.Indicators, one row a person. What is null there is not set in its mask here, and 0."""

    observed_months: Ints
    months_on_60: Ints
    current_spell_length: Ints
    current_spell_left_censored: Flags
    months_since_last_on: Ints
    was_on: Flags  # months_since_last_on is not null
    recidivism_count: Ints
    aid_12: Rupiah
    income_months_known: Ints
    income_12: Rupiah
    is_income_known: Flags  # income_12 is not null
    share_bp: Ints
    dependent_50: Flags
    has_share: Flags  # share_bp and dependent_50 are not null


def measure(net: Rupiah, statements: Statements, *, last: Month, observed_from: Ints, gap: int) -> Measures:
    """Count what rules.indicators_of counts, of net [people, 60] and the first month that counts of each person."""
    people = len(net)
    start = np.clip(observed_from.astype(np.int64) - (last - _LAST), 0, WINDOW).astype(np.int16)
    is_on = (net > 0) & (np.arange(WINDOW, dtype=np.int16) >= start[:, None])
    spells, begin, latest = _spells(is_on, gap)
    was_on = latest >= 0
    is_current = was_on & (_LAST - latest <= gap)
    aid_12 = np.maximum(net[:, -_YEAR:].sum(axis=1), 0)
    months_known, income_12 = _income(people, statements, last)
    is_income_known = months_known == _YEAR
    total = aid_12 + income_12
    has_share = is_income_known & (total > 0)
    return Measures(
        observed_months=WINDOW - start,
        months_on_60=is_on.sum(axis=1, dtype=np.int16),
        current_spell_length=np.where(is_current, latest - begin + 1, 0).astype(np.int16),
        current_spell_left_censored=is_current & (begin - start <= gap),
        months_since_last_on=np.where(was_on, _LAST - latest, 0).astype(np.int16),
        was_on=was_on,
        recidivism_count=np.maximum(spells - 1, 0).astype(np.int16),
        aid_12=aid_12,
        income_months_known=months_known,
        income_12=np.where(is_income_known, income_12, 0),
        is_income_known=is_income_known,
        share_bp=_share(aid_12, np.where(has_share, total, 1), has_share),
        dependent_50=has_share & (2 * aid_12 > total),
        has_share=has_share,
    )


def have_recent_aid(net: Rupiah, months: int) -> Flags:
    """Was any of the last so many months on? As rules.has_recent_aid."""
    return net[:, -months:].max(axis=1) > 0


def are_stages_open(staged_net: Rupiah, *, last: Month, as_of: date, aid: AidRule) -> Flags:
    """Is a stage unpaid whose payment may still come? As rules.is_stage_open, of the staged programmes' net [people, 60]."""
    is_paid = staged_net > 0
    latest = last - np.argmax(is_paid[:, ::-1], axis=1)
    first_unpaid = (latest // aid.stage_months + 1) * aid.stage_months
    ends = first_unpaid + aid.stage_months - 1
    may_come = month_of(as_of) <= ends + aid.stage_patience_months
    found: Flags = is_paid.any(axis=1) & (first_unpaid <= last) & may_come
    return found


def _spells(is_on: Flags, gap: int) -> tuple[Ints, Ints, Ints]:
    """How many spells, the column in which the last of them begins, and the last on-month's column (-1: never on)."""
    people = len(is_on)
    spells, begin = np.zeros(people, np.int16), np.zeros(people, np.int16)
    # So far before the window that the first on-month always begins a spell.
    latest = np.full(people, -WINDOW - 2, np.int16)
    by_month = np.ascontiguousarray(is_on.T)
    for column, now in enumerate(by_month):
        is_new = now & (latest < column - 1 - gap)
        spells += is_new
        np.copyto(begin, column, where=is_new)
        np.copyto(latest, column, where=now)
    return spells, begin, np.maximum(latest, -1)


def _income(people: int, statements: Statements, last: Month) -> tuple[Ints, Rupiah]:
    """How many of the last twelve months a statement covers, and the rupiah of those."""
    lines = Lines(statements.person, statements.first, statements.last, statements.amount)
    known = months_covered(people, _YEAR, lines, last).sum(axis=1, dtype=np.int16)
    return known, spread_over(people, _YEAR, lines, last).sum(axis=1)


def _share(aid_12: Rupiah, total: Rupiah, has_share: Flags) -> Ints:
    """10000 x aid // total, one decimal place after the other: the product of a large sum would not fit 64 bits."""
    share, rest = np.divmod(aid_12, total)
    for _ in range(4):
        digit, rest = np.divmod(rest * 10, total)
        share = share * 10 + digit
    return np.where(has_share, share, 0).astype(np.int32)
