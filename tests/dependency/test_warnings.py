"""Whoever has lived on aid for years is talked to: once for each of the years, never who is exempt, and nothing is cut."""

from datetime import date

import pytest

from kessos_case.core import db
from kessos_case.dependency.service import warn_of_years
from tests.conftest import Clock, Truth
from tests.factories import Make, cases

DAY = date(2026, 6, 30)


@pytest.fixture(autouse=True)
def _day(clock: Clock):
    clock.set("2026-07-01T03:00:00+00:00")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return cases.open_case(make, worker)


def scored(truth: Truth, client_id, months: int, *, as_of: str = "2026-06-30", status: str = "scored") -> None:
    """A score of this person; of one who is not scored there are no months."""
    found = f"{months}, 0, 'low', null" if status == "scored" else "null, null, null, 'severe_disability'"
    truth.run(
        "insert into dependency_scores (client_id, as_of, recorded_at, month, status, fingerprint, policy, months_on_60, "
        f"points, band, ground) values ('{client_id}', '{as_of}', '{as_of} 18:00+00', 0, '{status}', gen_random_uuid(), "
        f"'dependency 1 x', {found})"
    )


def night() -> int:
    with db.transaction(db.system("nightly")) as session:
        return warn_of_years(session, DAY)


def asked(truth: Truth) -> list[tuple]:
    found = truth.all(
        "select subject_id, period, user_id, role, state from tasks where kind = 'warn_aid_years' order by period"
    )
    return [tuple(row) for row in found]


@pytest.mark.parametrize(
    ("months", "periods"), [(35, []), (36, ["36"]), (47, ["36"]), (48, ["48"]), (59, ["48"]), (60, ["60"])]
)
def test_the_highest_that_is_reached_is_told_once(worker, case, truth: Truth, months: int, periods: list[str]):
    scored(truth, case.client_id, months)
    assert [night(), night()] == [len(periods), 0]
    assert asked(truth) == [(case.client_id, period, worker.id, "caseworker", "open") for period in periods]


def test_a_year_later_it_is_told_again(case, truth: Truth):
    scored(truth, case.client_id, 36, as_of="2025-06-30")
    assert night() == 1
    scored(truth, case.client_id, 48)
    assert night() == 1
    assert [row[1] for row in asked(truth)] == ["36", "48"]


def test_nobody_who_is_exempt_by_now_is_led_out(case, truth: Truth):
    scored(truth, case.client_id, 60, as_of="2026-06-01")
    scored(truth, case.client_id, 0, status="exempt")
    assert night() == 0


@pytest.mark.parametrize(
    "change",
    [
        "update cases set pathway = 'long_term_care'",
        "update cases set pathway = 'reunification'",
        "update cases set stage = 'closed', close_reason = 'moved', closed_at = opened_at",
        "update clients set died_on = '2026-06-01'",
    ],
)
def test_nobody_is_warned_whom_it_does_not_concern(case, truth: Truth, change: str):
    scored(truth, case.client_id, 60)
    truth.run(change)
    assert night() == 0


def test_it_is_asked_again_when_it_only_ended_with_its_case(case, truth: Truth):
    scored(truth, case.client_id, 36)
    night()
    truth.run(
        "update tasks set state = 'cancelled', reason = 'case_closed', closed_at = now() where kind = 'warn_aid_years'"
    )
    assert night() == 1
    truth.run("update tasks set state = 'done', reason = null, closed_at = now() where kind = 'warn_aid_years'")
    assert night() == 0
