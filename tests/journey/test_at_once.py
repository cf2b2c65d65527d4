"""Whoever writes what hangs on a case holds the case first, so nobody who meets there waits in a circle. Real commits."""

from collections.abc import Callable
from functools import partial

import pytest

from kessos_case.alumni import service as alumni
from kessos_case.graduation import service as graduation
from kessos_case.journey import service
from kessos_case.residence import service as residence
from kessos_case.training import service as training
from tests.crossing import CROSSED, at_once
from tests.factories import Make, offers
from tests.factories.alumni import agreed, mentor, proposed
from tests.factories.cases import MAGETAN, agree_to_service, open_case, supervisor, visit
from tests.factories.cases import offer_transfer as offered
from tests.factories.casework import approved_plan, goal, in_days, step, supervisor_beside
from tests.factories.notes import note
from tests.factories.residence import stay, ward
from tests.factories.training import attendance, batch, enrolment, learner

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def make(make_committed: Make) -> Make:
    return make_committed


@pytest.fixture
def worker(make: Make, clock):
    return make.caseworker()


@pytest.fixture
def leader(make: Make, worker):
    return supervisor_beside(make, worker)


def closing(make: Make, leader, case, kind: str, thing_id, reason: str | None) -> Callable[[], object]:
    """The case ends, and what is open of it is settled by name."""

    def close() -> object:
        named = [{"kind": kind, "id": thing_id, "reason": reason}] if kind else []
        with make.acting(leader) as session:
            return service.move_case(
                session, case.id, verb="close", reason="own_wish", note=None, settlements=named
            ).stage

    return close


def dying(make: Make, worker, client_id) -> Callable[[], object]:
    def die() -> object:
        with make.acting(worker) as session:
            return "dead" if service.record_death(session, client_id, died_on=in_days(0)).id else ""

    return die


def test_contacts_of_one_case_from_every_side_are_all_written(make: Make, worker, committed):
    case = open_case(make, worker)

    def asked() -> str:
        with make.acting(worker) as session:
            return str(graduation.record_voice(session, case.client_id, asked_on=in_days(0), agrees=True).agrees)

    for _ in range(8):
        writing = [
            lambda: note(make, worker, case.id, kind="visit").kind,
            lambda: note(make, worker, case.id, kind="call").kind,
            lambda: agree_to_service(make, worker, case).form,
            lambda: visit(make, worker, case.client_id, case_id=case.id).kind,
            lambda: visit(make, worker, case.client_id, aftercare_month=3).kind,
            asked,
        ]
        assert at_once(writing) == ["visit", "call", "signed", "visit", "visit", "True"]
    with committed.connect() as connection:
        assert connection.exec_driver_sql("select contact_on from cases").scalar() == in_days(0)


def test_the_attendance_of_a_batch_and_its_results_and_places_follow_one_another(make: Make, worker, leader):
    found = batch(make, worker, capacity=20)
    there = [enrolment(make, worker, found, learner(make, worker, leader)) for _ in range(3)]
    # Nobody has been there before the last day: the results hold everything, and are refused.
    rows = [{"enrolment_id": one.id, "passed": True} for one in reversed(there)]

    def results() -> str:
        with make.acting(worker) as session:
            training.record_results(session, found.id, rows)
        return "written"

    def corrected() -> str:
        return str(attendance(make, worker, found, *reversed(there)).present)

    seen = set()
    for turn in range(6):
        case = there[turn % 3]
        noted = partial(note, make, worker, case.case_id)
        seen.update(at_once([results, corrected, lambda noted=noted: noted().kind, results]))
    assert CROSSED not in seen
    assert "3" in seen


def test_a_stay_is_reviewed_while_its_case_ends_or_its_person_dies(make: Make, worker, leader):
    home = ward(make, leader, beds=100)

    def reviewed(stay_id) -> str:
        with make.acting(worker) as session:
            residence.review_stay(session, stay_id, planned_until=in_days(30), note="Betah.")
        return "reviewed"

    for turn in range(4):
        case = open_case(make, worker)
        lies = stay(make, worker, home, case)
        end = (
            closing(make, leader, case, "stay", lies.id, "own_wish")
            if turn % 2
            else dying(make, worker, case.client_id)
        )
        told = at_once([partial(reviewed, lies.id), end])
        assert told[0] in ("reviewed", "stay_ended")
        assert told[1] == ("closed" if turn % 2 else "dead")


def test_an_offered_case_is_taken_over_while_it_ends(make: Make, worker, leader):
    there = supervisor(make, MAGETAN)

    def taken(transfer_id) -> str:
        with make.acting(there) as session:
            return service.accept_transfer(session, transfer_id).state

    for _ in range(3):
        case = open_case(make, worker)
        offer = offered(make, leader, case)
        told = at_once([partial(taken, offer.id), closing(make, leader, case, "transfer", offer.id, None)])
        # One of the two was first; the other finds that the offer is answered.
        assert told in (["accepted", "invalid"], ["wrong_state", "closed"])


def test_a_mentoring_ends_by_its_people_and_with_a_case_at_once(make: Make, worker, leader):
    helper = mentor(make, worker, most_at_once=20)

    def declined(mentoring_id) -> str:
        with make.acting(worker) as session:
            return alumni.decline(session, mentoring_id, side="client").state

    for _ in range(3):
        case = open_case(make, worker)
        asked = step(worker.organisation_id, text="Bertemu alumni", kind="mentor")
        plan = approved_plan(make, worker, case.id, goal(asked))
        met = proposed(make, worker, helper.id, case, plan_step_id=plan.goals[0].steps[0].id)
        told = at_once([partial(declined, met.id), closing(make, leader, case, "", None, None)])
        assert told[0] in ("ended", "rule_broken")
        assert told[1] == "closed"


def test_a_mentor_stops_while_he_is_asked_for_others(make: Make, worker, leader):
    def stopped(mentor_id) -> str:
        with make.acting(worker) as session:
            return "stopped" if alumni.end_mentor(session, mentor_id).until_on else "goes on"

    for _ in range(2):
        helper = mentor(make, worker, most_at_once=5)
        case = open_case(make, worker)
        running = agreed(make, proposed(make, worker, helper.id, case), worker, worker)
        told = at_once([partial(stopped, helper.id), closing(make, leader, case, "", None, None)])
        assert told == ["stopped", "closed"]
        with make.acting(worker) as session:
            assert alumni.read_mentoring(session, running.id).state == "ended"


def test_a_referral_is_completed_while_the_case_of_its_step_ends(make: Make, worker, leader, clock):
    receiver, desk = offers.shelter(make, places=50), make.user("triage")

    def completed(referral_id) -> str:
        return offers.move(make, receiver.user, referral_id, "complete", reason="served").state

    for _ in range(3):
        case = open_case(make, worker)
        asked = step(worker.organisation_id, text="Cari penampungan", kind="referral")
        plan = approved_plan(make, worker, case.id, goal(asked))
        step_id = plan.goals[0].steps[0].id
        sent = make.referral(worker, person=None, client_id=case.client_id, plan_step_id=step_id)
        offers.move(make, desk, sent.id, "triage")
        offers.accept(make, receiver, offers.offers(make, desk, sent.id)[0])
        offers.move(make, receiver.user, sent.id, "meet", happened_at=clock.now)
        told = at_once([partial(completed, sent.id), closing(make, leader, case, "referral", sent.id, "solved")])
        assert CROSSED not in told
        assert told[0] == "completed" or told[1] == "closed"


def test_a_death_and_everything_else_that_is_written_follow_one_another(make: Make, worker, leader):
    for _ in range(3):
        case = open_case(make, worker)
        told = at_once(
            [
                dying(make, worker, case.client_id),
                lambda case=case: note(make, worker, case.id).kind,
                lambda case=case: visit(make, worker, case.client_id, case_id=case.id).kind,
            ]
        )
        assert CROSSED not in told
        assert told[0] == "dead"
