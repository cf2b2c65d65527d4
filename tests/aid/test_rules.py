"""Aid month by month, what makes a line the same line, and what no line can be."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.aid.rules import (
    Line,
    MonthOfAid,
    known_on,
    missing_for_reversal,
    mistakes_in_line,
    mistakes_in_months,
    months_of_aid,
    source_key,
)
from kessos_case.core.months import parse_month

JAN = parse_month("2026-01")
TODAY = date(2026, 3, 2)


@st.composite
def ledgers(draw) -> list[Line]:
    """Lines of up to a year, and reversals of some of them."""
    lines = []
    for number in range(draw(st.integers(0, 8))):
        first, length = draw(st.integers(JAN, JAN + 24)), draw(st.integers(1, 12))
        line = Line(UUID(int=number), first, first + length - 1, draw(st.integers(1, 400)))
        lines.append(line)
        if draw(st.booleans()):
            lines.append(Line(UUID(int=100 + number), line.first, line.last, -draw(st.integers(1, line.amount))))
    return lines


def naive(lines: list[Line], month: int) -> int:
    """Rupiah by rupiah: each next one goes to the next month of its line, from the earliest on and round again."""
    total = 0
    for line in lines:
        for number in range(abs(line.amount)):
            if line.first + number % (line.last - line.first + 1) == month:
                total += 1 if line.amount > 0 else -1
    return total


@given(ledgers(), st.integers(JAN - 2, JAN + 30), st.integers(0, 5))
def test_every_month_is_the_sum_of_its_rupiah(lines: list[Line], first: int, more: int):
    found = months_of_aid(lines, first, first + more)
    for month in range(first, first + more + 1):
        assert found.get(month, MonthOfAid(0, ())).amount == naive(lines, month)
        touching = [line.id for line in lines if naive([line], month)]
        assert sorted(found.get(month, MonthOfAid(0, ())).ids) == sorted(touching)


@given(ledgers())
def test_a_whole_reversal_leaves_nothing_in_any_month(lines: list[Line]):
    undone = [Line(UUID(int=1000 + place), line.first, line.last, -line.amount) for place, line in enumerate(lines)]
    assert {month.amount for month in months_of_aid([*lines, *undone], JAN, JAN + 40).values()} <= {0}


@given(ledgers(), st.randoms())
def test_the_order_of_the_lines_means_nothing(lines: list[Line], chance):
    shuffled = chance.sample(lines, len(lines))
    assert months_of_aid(shuffled, JAN, JAN + 40) == months_of_aid(lines, JAN, JAN + 40)


def test_a_month_without_a_line_is_absent_and_one_that_was_taken_back_is_zero():
    lines = [Line(UUID(int=1), JAN, JAN, 5), Line(UUID(int=2), JAN, JAN, -5)]
    assert months_of_aid(lines, JAN - 1, JAN + 1) == {JAN: MonthOfAid(0, (UUID(int=1), UUID(int=2)))}


def test_a_line_is_known_when_it_was_both_paid_and_recorded():
    assert known_on(date(2026, 1, 5), TODAY) == TODAY
    assert known_on(TODAY, date(2026, 1, 5)) == TODAY


def test_the_senders_number_counts_within_his_programme():
    assert source_key("PKH-SD", "7", 300) == source_key("PKH-SD", "7", 400)
    assert source_key("PKH-SD", "7") != source_key("SEMBAKO", "7")


def test_without_a_number_what_a_line_says_makes_it_the_same_line():
    assert source_key("PKH-SD", None, JAN, 300) == source_key("PKH-SD", None, JAN, 300)
    assert len({source_key("PKH-SD", None, *said) for said in [(JAN, 300), (JAN, 301), (None, JAN), ("", JAN)]}) == 4


@pytest.mark.parametrize(
    ("months", "paid_on", "code"),
    [
        ((JAN, JAN), date(2026, 3, 3), "in_future"),
        ((JAN, JAN - 1), TODAY, "before_from"),
        ((JAN, JAN + 12), TODAY, "too_long"),
        ((JAN + 2 - 61, JAN), TODAY, "too_long"),
        ((JAN + 2 - 61, JAN + 2 - 61), TODAY, "too_early"),
        ((JAN + 2 + 13, JAN + 2 + 13), TODAY, "too_late"),
    ],
)
def test_what_no_payment_can_be_is_named(months, paid_on, code: str):
    assert code in [mistake.code for mistake in mistakes_in_line(*months, paid_on, TODAY)]


@pytest.mark.parametrize("months", [(JAN, JAN), (JAN, JAN + 11), (JAN + 2 - 60, JAN + 2 - 60), (JAN + 14, JAN + 14)])
def test_a_year_at_once_five_years_late_and_a_year_ahead_are_possible(months):
    assert mistakes_in_line(*months, TODAY, TODAY) == []


def test_months_alone_are_checked_for_a_reversal():
    assert [mistake.field for mistake in mistakes_in_months(JAN, JAN - 1)] == ["to"]


def test_everything_that_stops_a_reversal_is_said_at_once():
    line = Line(UUID(int=1), JAN, JAN + 1, 300)
    wrong = missing_for_reversal(line, TODAY, 100, first=JAN - 1, last=JAN, amount=101, paid_on=date(2026, 3, 1))
    assert [entry.code for entry in wrong] == ["outside_months", "exceeds_line", "before_payment"]
    assert missing_for_reversal(line, TODAY, 100, first=JAN, last=JAN, amount=100, paid_on=TODAY) == []


def test_a_reversal_is_not_reversed():
    line = Line(UUID(int=1), JAN, JAN, -300)
    wrong = missing_for_reversal(line, TODAY, 300, first=JAN, last=JAN, amount=1, paid_on=TODAY)
    assert [entry.code for entry in wrong] == ["is_reversal"]
