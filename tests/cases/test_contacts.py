"""Who is asked to contact a person whom nobody has for long, and what counts as contact."""

from datetime import date

import pytest

from kessos_case.access.models import User
from kessos_case.cases.service import ask_for_due_cases, note_contact, pathways
from kessos_case.core import db
from kessos_case.core.db import transaction
from kessos_case.notes import service as notes
from tests.factories import AMBULU, Make, cases, casework, training

KIND = "contact_client"


@pytest.fixture(autouse=True)
def _clock(clock):
    clock.set("2026-03-02T03:00:00+00:00")


@pytest.fixture
def worker(make: Make) -> User:
    return make.caseworker()


def night() -> int:
    with transaction(db.system("test")) as session:
        return ask_for_due_cases(session)["contact"]


def open_tasks(truth) -> list:
    return truth.all("select subject_id from tasks where kind = :kind and state = 'open'", kind=KIND)


def test_after_the_days_of_its_stage_the_caseworker_is_asked_once(make: Make, worker, clock, truth):
    case = cases.open_case(make, worker)
    clock.move(days=pathways().quiet_days["intake"])
    assert night() == 0
    clock.move(days=1)
    assert (night(), night()) == (1, 0)
    assert open_tasks(truth) == [case.id]
    assert truth.one("select user_id from tasks where kind = :kind", kind=KIND) == worker.id


def test_of_a_case_without_a_caseworker_the_supervisor_is_asked(make: Make, worker, clock, truth):
    truth.run("update cases set caseworker_id = null where id = :id", id=cases.open_case(make, worker).id)
    clock.move(days=15)
    assert night() == 1
    assert truth.all("select role, user_id from tasks where kind = :kind", kind=KIND) == [("supervisor", None)]


def test_a_paused_case_rests(make: Make, worker, clock):
    case = cases.open_case(make, worker)
    cases.move_case(make, worker, case, "pause", reason="hospital", until=date(2026, 6, 1))
    clock.move(days=30)
    assert night() == 0


def test_a_visit_answers_and_a_vain_one_does_not(make: Make, worker, clock, truth):
    case = cases.open_case(make, worker)
    clock.move(days=15)
    night()
    cases.visit(make, worker, case.client_id, case_id=case.id, on=date(2026, 3, 17), was_met=False)
    assert open_tasks(truth) == [case.id]
    cases.visit(make, worker, case.client_id, case_id=case.id, on=date(2026, 3, 17))
    assert open_tasks(truth) == []
    assert night() == 0


def test_a_visit_that_was_long_ago_answers_nothing(make: Make, worker, clock, truth):
    case = cases.open_case(make, worker)
    clock.move(days=30)
    night()
    cases.visit(make, worker, case.client_id, case_id=case.id, on=date(2026, 3, 3))
    assert open_tasks(truth) == [case.id]


def test_a_visit_of_the_tksk_counts_in_aftercare(make: Make, worker, clock, truth):
    leader, tksk = cases.supervisor(make), make.user("tksk", region=AMBULU)
    case = cases.lead_to(make, cases.open_case(make, worker), "aftercare", worker, leader)
    clock.move(days=101)
    assert night() == 1
    cases.visit(make, tksk, case.client_id, on=date(2026, 6, 11), aftercare_month=3)
    assert open_tasks(truth) == []


@pytest.mark.parametrize("kind", ["visit", "call"])
def test_a_note_of_a_talk_counts(make: Make, worker, truth, kind: str):
    case = cases.open_case(make, worker)
    with make.acting(worker) as session:
        notes.write_note(session, case.id, kind=kind, level="team", happened_on=date(2026, 3, 1), text="Baik.")
    assert truth.one("select contact_on from cases where id = :id", id=case.id) == date(2026, 3, 1)


def test_whoever_was_at_the_course_was_seen(make: Make, worker, truth):
    batch = training.batch(make, worker)
    place = training.enrolment(make, worker, batch)
    training.attendance(make, worker, batch, place)
    case_id = truth.one("select case_id from enrolments where id = :id", id=place.id)
    assert truth.one("select contact_on from cases where id = :id", id=case_id) == casework.in_days(0)


def test_an_earlier_day_changes_nothing_and_no_version_is_used_up(make: Make, worker, truth):
    case = cases.open_case(make, worker)
    with make.acting(worker) as session:
        note_contact(session, [case.id], date(2026, 3, 2))
        note_contact(session, [case.id], date(2026, 2, 28))
    assert truth.all("select contact_on, version from cases where id = :id", id=case.id) == [(date(2026, 3, 2), 1)]


def test_whoever_says_that_it_need_not_be_is_asked_again_later(make: Make, worker, clock, truth):
    cases.open_case(make, worker)
    clock.move(days=15)
    night()
    truth.run("update tasks set state = 'cancelled', reason = 'not_needed', closed_at = :at where kind = :kind",
              at=clock.now, kind=KIND)  # fmt: skip
    clock.move(days=5)
    assert night() == 0
    clock.move(days=10)
    assert night() == 1


def test_a_case_that_has_ended_asks_nobody(make: Make, worker, clock):
    case = cases.open_case(make, worker)
    cases.move_case(make, cases.supervisor(make), case, "close", reason="moved")
    clock.move(days=60)
    assert night() == 0
