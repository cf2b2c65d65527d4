"""On which day a relapse happened, and how reasons are told apart from words."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from kessos_case.core.months import parse_month
from kessos_case.core.policies import policy as policy_file
from kessos_case.graduation.rules import (
    AfterGraduation,
    PlacementFact,
    RelapseKind,
    StepReason,
    read_policy,
    reason_and_words,
    relapse_days,
)

POLICY = read_policy(policy_file("graduation").content)
GRADUATED, TODAY = date(2026, 1, 15), date(2026, 11, 24)


def days(**happened):
    return relapse_days(AfterGraduation(GRADUATED, TODAY, **{"net": {}} | happened), POLICY)


def aided(*months):
    return {parse_month(month): 100_000 for month in months}


def work(start, end, number=1, verified=None):
    return PlacementFact(UUID(int=number), "job", start, ended_on=end, verified_on=verified or start)


def test_without_a_relapse_there_is_no_day():
    assert days(net=aided("2026-03", "2026-07")) == {}


@pytest.mark.parametrize(
    ("months", "day"),
    [
        (("2026-03", "2026-04"), date(2026, 4, 1)),
        (("2026-03", "2026-05"), date(2026, 5, 1)),
        (("2026-02", "2026-06", "2026-08", "2026-09"), date(2026, 8, 1)),
    ],
)
def test_aid_counts_from_the_month_that_completes_the_first_window(months, day):
    assert days(net=aided(*months)) == {RelapseKind.AID: day}


def test_a_case_and_a_night_in_the_street_count_from_the_first_after_graduation():
    seen = (date(2026, 1, 10), date(2026, 6, 2), date(2026, 5, 1))
    found = days(cases_opened_on=seen, street_on=seen)
    assert found == dict.fromkeys((RelapseKind.NEW_CASE, RelapseKind.STREET), date(2026, 5, 1))


def test_work_counts_from_the_first_loss_that_nothing_replaced():
    first, second = work(date(2025, 6, 1), date(2026, 2, 1)), work(date(2026, 6, 1), date(2026, 8, 1), 2)
    assert days(placements=(first, second)) == {RelapseKind.WORK_LOST: date(2026, 2, 1)}


def test_work_that_was_replaced_in_time_was_not_lost():
    first, second = work(date(2025, 6, 1), date(2026, 2, 1)), work(date(2026, 3, 1), date(2026, 8, 1), 2)
    assert days(placements=(first, second)) == {RelapseKind.WORK_LOST: date(2026, 8, 1)}


def test_work_that_was_verified_long_after_it_had_ended_was_lost_all_the_same():
    late = work(date(2025, 6, 1), date(2026, 2, 1), verified=date(2026, 2, 1) + timedelta(days=100))
    assert days(placements=(late,)) == {RelapseKind.WORK_LOST: date(2026, 2, 1)}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (None, (None, None)),
        (" ", (None, None)),
        ("illness", (StepReason.ILLNESS, None)),
        ("Masih sakit.", (StepReason.IN_WORDS, "Masih sakit.")),
    ],
)
def test_a_reason_is_a_code_or_words_under_a_code(said, told):
    assert reason_and_words(said) == told
