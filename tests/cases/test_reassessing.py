"""What a plan rested on is asked again while the service goes on, each night, once, and of nobody who need not be asked."""

from datetime import date

import pytest

from kessos_case.cases.rules import Pathway, reassessment_due
from kessos_case.cases.service import accept_transfer, ask_for_due_cases
from kessos_case.cases.service.instruments import editions
from kessos_case.cases.service.policy import pathways
from kessos_case.core import db
from tests.conftest import Clock, Truth
from tests.factories import Make, cases, casework
from tests.readers import text_of

WAY = pathways().policies[Pathway.INDEPENDENCE]
KIND = "kind = 'reassess'"


@pytest.fixture
def worker(make: Make, clock: Clock):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    """Somebody in training, whose three instruments were filled in on the first day."""
    made = cases.open_case(make, worker)
    fill_in(make, worker, made)
    return cases.lead_to(make, made, "training", worker, cases.supervisor(make))


def fill_in(make: Make, worker, case, names=WAY.required_instruments) -> None:
    for name in names:
        casework.assessment(make, worker, case.id, name)


def night() -> int:
    with db.transaction(db.system("nightly")) as session:
        return ask_for_due_cases(session)["reassess"]


def asked(truth: Truth) -> list[tuple[str, str]]:
    return [tuple(row) for row in truth.all(f"select period, state from tasks where {KIND} order by created_at")]


class TestRules:
    """When it is due."""

    def test_the_oldest_of_the_required_ones_decides(self):
        last = {"gse10": date(2026, 3, 2), "household_skills": date(2026, 5, 1), "social_functioning": date(2026, 4, 1)}
        assert reassessment_due(WAY, last, date(2025, 1, 1)) == date(2026, 9, 2)

    def test_one_that_was_never_filled_in_counts_from_the_beginning_of_the_stage(self):
        last = {"gse10": date(2026, 3, 2), "household_skills": date(2026, 3, 2)}
        assert reassessment_due(WAY, last, date(2026, 1, 15)) == date(2026, 7, 15)

    def test_the_end_of_a_month_is_no_trap(self):
        last = dict.fromkeys(WAY.required_instruments, date(2027, 8, 31))
        assert reassessment_due(WAY, last, date(2027, 1, 1)) == date(2028, 2, 29)

    def test_an_instrument_is_required_or_advised_and_known(self):
        for policy in pathways().policies.values():
            wanted = [*policy.required_instruments, *policy.advised_instruments]
            assert len(set(wanted)) == len(wanted)
            assert set(wanted) <= set(editions())


class TestTheNight:
    """Who is asked."""

    def test_nobody_before_it_is_near(self, case, clock: Clock):
        clock.move(days=150)
        assert night() == 0

    def test_another_pathway_forgets_what_the_old_one_asked(self, make: Make, case, worker, clock: Clock, truth: Truth):
        clock.move(days=172)
        night()
        cases.move_case(make, cases.supervisor(make), case, "change_pathway", reason="health", pathway="long_term_care")
        assert truth.all(f"select state, reason from tasks where {KIND}") == [("cancelled", "superseded")]

    def test_the_caseworker_is_asked_once_two_weeks_before(self, case, worker, clock: Clock, truth: Truth):
        clock.move(days=172)
        assert (night(), night()) == (1, 0)
        assert truth.all(f"select user_id, due_at::date, subject_id from tasks where {KIND}") == [
            (worker.id, date(2026, 9, 2), case.id)
        ]

    def test_whoever_is_late_is_due_today(self, case, clock: Clock, truth: Truth):
        clock.move(days=400)
        night()
        due, now = truth.all(f"select due_at::date, created_at::date from tasks where {KIND}")[0]
        assert due == now

    def test_it_is_over_when_all_are_filled_in_again(self, make: Make, case, worker, clock: Clock, truth: Truth):
        clock.move(days=180)
        night()
        fill_in(make, worker, case, WAY.required_instruments[:2])
        assert [state for _, state in asked(truth)] == ["open"]
        fill_in(make, worker, case, WAY.required_instruments[2:])
        assert [state for _, state in asked(truth)] == ["done"]
        clock.move(days=100)
        assert night() == 0
        clock.move(days=80)
        assert night() == 1

    def test_what_a_person_cancelled_rests_until_the_next_time(self, case, clock: Clock, truth: Truth):
        clock.move(days=180)
        night()
        truth.run(f"update tasks set state = 'cancelled', reason = 'not_needed', closed_at = created_at where {KIND}")
        clock.move(days=30)
        assert night() == 0

    @pytest.mark.parametrize(
        "change",
        [
            "paused_from = '2026-08-01', paused_until = '2026-12-01'",
            "stage = 'planning'",
            "stage = 'closed', close_reason = 'moved', closed_at = opened_at",
        ],
        ids=["at rest", "before the plan", "closed"],
    )
    def test_nobody_is_asked_about_a_case_that_does_not_go_on(self, case, clock: Clock, truth: Truth, change: str):
        truth.run(f"update cases set {change}")
        clock.move(days=200)
        assert night() == 0

    def test_what_the_upt_before_found_out_belongs_to_the_episode(self, make: Make, case, worker, clock: Clock):
        clock.move(days=100)
        fill_in(make, worker, case)
        offer = cases.offer_transfer(make, cases.supervisor(make), case)
        with make.acting(cases.supervisor(make, cases.MAGETAN)) as session:
            accept_transfer(session, offer.id)
        clock.move(days=90)
        assert night() == 0


def test_the_page_tells_what_is_advised_and_what_has_changed_since_the_beginning(
    make: Make, reader, worker, clock: Clock
):
    case = cases.open_case(make, worker)
    shown = reader(worker).get(f"/cases/{case.id}/assessments").text
    assert shown.count("Dianjurkan") == len(WAY.advised_instruments)
    for value in (1, 2, 4):
        card = casework.assessment(make, worker, case.id, "gse10", **{f"gse_{n}": value for n in range(1, 11)})
        clock.move(days=1)
    page = reader(worker).get(f"/cases/{case.id}/assessments/{card.id}").text
    assert "Sejak awal" in page
    cells = page.split("<tbody>")[1].split("</tr>")[0]
    assert [figure for figure in ("10", "20", "40") if f"<p>{figure}" in cells] == ["10", "20", "40"]


def test_while_the_service_goes_on_the_page_says_when_it_is_asked_again(make: Make, reader, case, worker, clock: Clock):
    clock.move(days=100)
    page = text_of(reader(worker).get(f"/cases/{case.id}/assessments").text)
    assert "Ditanyakan lagi mulai 2 September 2026." in page
    assert "sebelum menyusun rencana" not in page and "Sudah terlalu lama" not in page
    clock.move(days=90)
    page = text_of(reader(worker).get(f"/cases/{case.id}/assessments").text)
    assert "3 asesmen wajib sudah lama" in page
    assert page.count("Sudah terlalu lama") == 3


def test_the_task_leads_to_the_assessments(make: Make, reader, case, worker, clock: Clock):
    clock.move(days=180)
    night()
    page = reader(worker).get("/").text
    assert f'href="/cases/{case.id}/assessments"' in page
