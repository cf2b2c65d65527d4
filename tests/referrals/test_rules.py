"""The referral's machine, from its own table; and its clocks."""

from datetime import UTC, date, datetime

import pytest

from kessos_case.clients.rules import Confidentiality
from kessos_case.referrals import rules
from kessos_case.referrals.rules import Clock, State, due_at, missing_for

CASES = [
    (line, state, sender, desk) for line in rules.TRANSITIONS for state in State for sender in (0, 1) for desk in (0, 1)
]


@pytest.mark.parametrize(("line", "state", "sender", "desk"), CASES)
def test_a_verb_is_allowed_exactly_where_the_table_says(line, state, sender, desk):
    reason = min(line.reasons, default=None)
    missing = missing_for(line, state, is_sender=sender, is_desk=desk, text="kata", reason=reason)
    actor = sender if line.by == "sender" else desk
    assert (missing == []) == bool(state in line.sources and actor)
    assert (line.verb in rules.allowed_verbs(state, is_sender=sender, is_desk=desk)) == (missing == [])


@pytest.mark.parametrize("line", rules.TRANSITIONS)
def test_everything_that_is_missing_is_said_at_once(line):
    wrong = next(state for state in State if state not in line.sources)
    missing = missing_for(line, wrong, is_sender=False, is_desk=False, text=None, reason="because")
    expected = {"wrong_state", "wrong_actor"}
    expected |= {f"{line.text}_missing"} if line.text else {"reason_missing"}
    assert {entry.code for entry in missing} == expected


def test_no_state_is_a_dead_end_but_the_closed_ones():
    leaving = {state for line in rules.TRANSITIONS for state in line.sources}
    assert leaving == rules.OPEN_STATES
    assert {line.target for line in rules.TRANSITIONS} - rules.OPEN_STATES == {State.REJECTED, State.WITHDRAWN}


MONDAY = datetime(2026, 3, 2, 3, tzinfo=UTC)


def test_an_hourly_clock_runs_by_the_calendar():
    assert due_at(MONDAY, Clock(hours=24), frozenset(), date(2026, 3, 2)) == datetime(2026, 3, 3, 3, tzinfo=UTC)


def test_a_clock_of_working_days_skips_the_weekend_and_holidays():
    friday = datetime(2026, 3, 6, 3, tzinfo=UTC)
    holidays = frozenset({date(2026, 3, 9)})
    assert due_at(friday, Clock(working_days=3), holidays, date(2026, 3, 6)) == datetime(2026, 3, 12, 3, tzinfo=UTC)


def test_a_report_on_saturday_night_counts_from_monday():
    saturday = datetime(2026, 3, 7, 16, tzinfo=UTC)
    assert due_at(saturday, Clock(working_days=1), frozenset(), date(2026, 3, 7)) == datetime(
        2026, 3, 9, 16, tzinfo=UTC
    )


def test_the_strictest_level_wins():
    levels = [Confidentiality.ELEVATED, Confidentiality.STRICT, Confidentiality.STANDARD]
    from kessos_case.clients.rules import confidentiality_of

    assert confidentiality_of(levels) is Confidentiality.STRICT
    assert confidentiality_of([]) is Confidentiality.STANDARD
