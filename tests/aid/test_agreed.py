"""What a plan agreed on beside what was paid: compared month by month, and nothing else."""

from datetime import date

import pytest

from kessos_case.aid.service import agreed_against_paid
from kessos_case.core.months import format_month
from tests.conftest import Api, Clock, Truth
from tests.factories import Make, aid, cases, casework
from tests.readers import text_of


@pytest.fixture(autouse=True)
def _day(clock: Clock):
    clock.set("2026-03-10T03:00:00+00:00")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return cases.open_case(make, worker)


def agreed(make: Make, worker, case):
    """Food aid of 200,000 a month that becomes 100,000 in March and ends in May."""
    down = casework.taper(("2026-03", 100_000), ("2026-05", 0), reason="Sudah berjualan")
    proposed = casework.plan(make, worker, case.id, tapers=[down])
    return casework.decided(make, cases.supervisor(make), proposed.id)


def compared(make: Make, by, client_id):
    with make.acting(by) as session:
        return agreed_against_paid(session, client_id)


def test_month_by_month(make: Make, worker, case, truth: Truth):
    agreed(make, worker, case)
    for month in ("2026-02", "2026-03"):
        paid_on = date.fromisoformat(f"{month}-05")
        aid.disbursement(make, worker, case.client_id, month, programme="SEMBAKO", amount=200_000, paid_on=paid_on)
    lines = truth.one("select count(*) from disbursements")
    (one,) = compared(make, worker, case.client_id)
    found = [(format_month(month.month), month.agreed, month.paid, month.is_more) for month in one.months]
    assert found == [
        ("2025-12", None, 0, False), ("2026-01", None, 0, False), ("2026-02", None, 200_000, False),
        ("2026-03", 100_000, 200_000, True), ("2026-04", 100_000, None, False), ("2026-05", 0, None, False),
    ]  # fmt: skip
    assert truth.one("select count(*) from disbursements") == lines, "the ledger stays as it is"


def test_only_a_plan_in_force_is_held_beside_it(make: Make, worker, case):
    casework.plan(make, worker, case.id, tapers=[casework.taper(("2026-03", 0), reason="x")])
    assert compared(make, worker, case.client_id) == []


def test_the_page_shows_both_and_says_that_nothing_stops(make: Make, worker, case, reader, statements):
    agreed(make, worker, case)
    one = reader(worker)
    page = text_of(one.get(f"/clients/{case.client_id}/aid").text)
    assert "Yang disepakati dan yang dibayar" in page and "Tidak ada bantuan yang berhenti sendiri" in page
    assert "Orangnya belum menyatakan setuju." in page
    assert len(statements(lambda: one.get(f"/clients/{case.client_id}/aid"))) <= 12


def test_a_program_is_told_the_same(make: Make, worker, case, api: Api):
    agreed(make, worker, case)
    (one,) = api(worker).get(f"/clients/{case.client_id}/aid/tapers").json["items"]
    assert (one["programme_code"], one["agreed_on"], one["months"][-1]["month"]) == ("SEMBAKO", None, "2026-05")
    assert api(make.caseworker("PSTW-MAGETAN")).get(f"/clients/{case.client_id}/aid/tapers").status_code == 404
