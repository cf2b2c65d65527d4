"""On which day a relapse happened. Values only; whether there is one stands in verdict.py."""

from collections.abc import Callable
from datetime import date, timedelta

from kessos_case.core.months import first_day, last_day, month_of, month_range
from kessos_case.graduation.rules.facts import GraduationPolicy, RelapseRule
from kessos_case.graduation.rules.verdict import (
    AfterGraduation,
    RelapseKind,
    relapse_by_aid,
    relapse_by_work,
    relapses_of,
)


def relapse_days(after: AfterGraduation, policy: GraduationPolicy) -> dict[RelapseKind, date]:
    """Every kind of relapse that happened and the first day of it.

    Of aid, the first day of the month that completed the first window; of work, the day on which it ended.
    """
    return {kind: _DAYS[kind](after, policy.relapse) for kind in relapses_of(after, policy)}


def _aid_day(after: AfterGraduation, rule: RelapseRule) -> date:
    months = month_range(month_of(after.graduated_on) + 1, month_of(after.as_of))
    return next(
        first_day(month)
        for month in months
        if relapse_by_aid(after.net, after.graduated_on, last_day(month), rule) is not None
    )


def _case_day(after: AfterGraduation, rule: RelapseRule) -> date:
    return min(day for day in after.cases_opened_on if day > after.graduated_on)


def _work_day(after: AfterGraduation, rule: RelapseRule) -> date:
    ends = sorted(
        place.ended_on for place in after.placements if place.ended_on and place.ended_on >= after.graduated_on
    )
    for ended_on in ends:
        seen_on = min(after.as_of, ended_on + timedelta(days=rule.work_days + 1))
        if relapse_by_work(after.placements, after.graduated_on, seen_on, rule) is not None:
            return ended_on
    # Work that was verified late, long after it had ended.
    return ends[-1]


def _street_day(after: AfterGraduation, rule: RelapseRule) -> date:
    return min(day for day in after.street_on if day > after.graduated_on)


_DAYS: dict[RelapseKind, Callable[[AfterGraduation, RelapseRule], date]] = {
    RelapseKind.AID: _aid_day,
    RelapseKind.NEW_CASE: _case_day,
    RelapseKind.WORK_LOST: _work_day,
    RelapseKind.STREET: _street_day,
}
