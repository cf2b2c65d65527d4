"""Times until something happens, against the estimators by hand. No database."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kessos_case.reports.rules.survival import Lives, incidence, median_days, points
from tests.reports import slow_cohorts as slow

# The first one waits for lifelines to be imported.
UNHURRIED = settings(deadline=None)
SPANS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), max_size=15)


def lives(spans: list[tuple[int, int]]) -> list[Lives]:
    return [Lives(days, end, 1) for days, end in spans]


@UNHURRIED
@given(SPANS)
@example([(0, 1), (0, 2), (0, 0)])
def test_the_share_by_each_day_is_aalen_johansen_of_tied_days(spans):
    found = incidence(lives(spans), 10)
    for day in range(11):
        expected = slow.share_by(spans, day, 10)
        if expected is None:
            assert found.at(day).value is None
        else:
            assert found.at(day).value == pytest.approx(expected)


@UNHURRIED
@given(SPANS)
@example([(0, 1), (3, 0)])
@example([(0, 1), (0, 1), (0, 1), (1, 1), (1, 1), (1, 1)])
def test_the_median_is_kaplan_meier_of_those_who_stay(spans):
    assert median_days(lives(spans), 12).value == slow.half_by(spans, 12)


@UNHURRIED
@given(SPANS)
def test_counts_of_equal_lives_are_as_those_lives_one_by_one(spans):
    counted = [Lives(days, end, spans.count((days, end))) for days, end in set(spans)]
    assert incidence(counted, 10) == incidence(lives(spans), 10)


@UNHURRIED
@given(SPANS)
def test_an_interval_holds_its_share(spans):
    for each in incidence(lives(spans), 12).shares:
        assert each.low is None or each.low <= each.value <= each.high


def test_who_is_not_seen_long_enough_is_no_failure_and_no_success():
    assert incidence([Lives(100, 0, 50)], 1095).at(365).value is None
    seen = incidence([Lives(10, 1, 1), Lives(400, 0, 1), Lives(5, 0, 98)], 1095)
    assert seen.at(365).value == pytest.approx(0.5)


def test_outside_a_curve_steps_only_where_five_more_got_there():
    curve = incidence([Lives(20, 1, 5), Lives(50, 1, 1), Lives(80, 1, 4), Lives(400, 0, 90)], 1095)
    assert [day for day, _each in points(curve, 30, 100, least=5)] == [30, 90]
    assert [day for day, _each in points(curve, 30, 100)] == [30, 60, 90]
