"""A referral that carries out a step of a plan."""

import pytest

from kessos_case.cases.service import step_for
from kessos_case.core.errors import Invalid
from tests.factories import Make, fresh_id
from tests.factories.cases import open_case
from tests.factories.casework import approved_plan, goal, step
from tests.factories.offers import accept, move, offers, shelter

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def planned(make: Make, worker):
    """The person and the step of an approved plan that asks for a shelter."""
    case = open_case(make, worker)
    asked = step(worker.organisation_id, text="Cari penampungan", kind="referral")
    made = approved_plan(make, worker, case.id, goal(asked))
    return case.client_id, made.goals[0].steps[0].id


def state_of(make: Make, worker, step_id) -> str:
    with make.acting(worker) as session:
        return step_for(session, step_id).state


def sent_for(make: Make, worker, planned):
    client_id, step_id = planned
    return make.referral(worker, person=None, client_id=client_id, plan_step_id=step_id)


def test_the_step_goes_on_with_the_referral(make: Make, worker, planned):
    sent = sent_for(make, worker, planned)
    assert (sent.plan_step_id, state_of(make, worker, planned[1])) == (planned[1], "in_progress")


@pytest.mark.parametrize(("outcome", "state"), [("served", "done"), ("left", "open"), ("helped_partly", "open")])
def test_it_is_done_when_the_person_was_served_else_open_again(make: Make, worker, planned, clock, outcome, state):
    receiver, desk = shelter(make), make.user("triage")
    sent = sent_for(make, worker, planned)
    move(make, desk, sent.id, "triage")
    accept(make, receiver, offers(make, desk, sent.id)[0])
    move(make, receiver.user, sent.id, "meet", happened_at=clock.now)
    move(make, receiver.user, sent.id, "complete", reason=outcome)
    assert state_of(make, worker, planned[1]) == state


@pytest.mark.parametrize(("verb", "reason"), [("withdraw", "solved"), ("reject", "already_served")])
def test_it_is_open_again_when_nothing_comes_of_it(make: Make, worker, planned, verb, reason):
    sent = sent_for(make, worker, planned)
    by = worker if verb == "withdraw" else make.user("triage")
    move(make, by, sent.id, verb, reason=reason)
    assert state_of(make, worker, planned[1]) == "open"


def test_a_step_of_nobody_or_of_another_is_named(make: Make, worker, planned):
    other = make.client(worker).id
    for client_id, step_id, code in ((other, planned[1], "another_person"), (planned[0], fresh_id(), "not_found")):
        with pytest.raises(Invalid) as refused:
            make.referral(worker, person=None, client_id=client_id, plan_step_id=step_id)
        assert [(error["field"], error["code"]) for error in refused.value.errors] == [("plan_step_id", code)]
