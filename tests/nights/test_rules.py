"""The order of a night, and which night has come when. Values only."""

from datetime import date, datetime

import pytest

from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.nights.rules import STEPS, Step, day_to_look_at, next_step, steps_for, summed


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE_ZONE)


def test_each_step_leads_to_the_one_after_it_and_the_last_to_none():
    assert [next_step(step) for step in STEPS] == [*STEPS[1:], None]
    assert STEPS[0] == Step.SCORES


def test_scores_come_before_flags_and_digests_after_everything_that_raises_tasks():
    places = {step: place for place, step in enumerate(STEPS)}
    assert places[Step.SCORES] < places[Step.FLAGS]
    raising = (Step.FLAGS, Step.GRADUATION, Step.CHECKS, Step.CLOCKS)
    assert all(places[step] < places[Step.DIGESTS] for step in raising)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-02T00:59:59", date(2026, 2, 28)),
        ("2026-03-02T01:00:00", date(2026, 3, 1)),
        ("2026-03-02T23:59:59", date(2026, 3, 1)),
        ("2026-01-01T01:00:00", date(2025, 12, 31)),
    ],
)
def test_a_night_comes_at_one_and_looks_at_the_day_before(moment, day):
    assert day_to_look_at(at(moment)) == day


def test_a_night_before_the_latest_only_fills_in_its_scores():
    assert steps_for(is_latest=True) == STEPS
    assert steps_for(is_latest=False) == (Step.SCORES,)


def test_counts_of_chunks_add_up_by_name():
    assert summed([{"people": 3, "changed": 1}, {"people": 4, "high": 2}]) == {"changed": 1, "high": 2, "people": 7}
