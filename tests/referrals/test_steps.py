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


class TestPages:
    """From the plan to the referral, and back to what became of it."""

    def address(self, truth, planned) -> str:
        case_id = truth.one("select case_id from plan_steps where id = :id", id=planned[1])
        return f"/cases/{case_id}/steps/{planned[1]}/referral"

    def plan(self, truth, planned) -> str:
        row = truth.all("select case_id, plan_id from plan_steps where id = :id", id=planned[1])[0]
        return f"/cases/{row[0]}/plans/{row[1]}"

    FORM = {"service_types": "temporary_shelter", "urgency": "routine", "region_code": "35.09.12",
            "client_reference": "langkah-1", "disclose": "name"}  # fmt: skip

    def test_the_plan_has_the_way_to_ask_and_then_says_how_it_stands(self, make: Make, worker, planned, reader, truth):
        page, address = reader(worker), self.address(truth, planned)
        assert address in page.get(self.plan(truth, planned)).text
        sent = page.post(address, **self.FORM)
        assert sent.status_code == 303, sent.text
        row = truth.all("select id, client_id, plan_step_id, disclose from referrals")[0]
        assert row[1:] == (*planned, ["name"])
        shown = page.get(self.plan(truth, planned)).text
        assert "Menunggu jawaban petugas" in shown
        assert f"/referrals/{row[0]}" in shown

    def test_the_words_at_the_step_change_with_the_referral(self, make: Make, worker, planned, reader, truth):
        receiver, desk = shelter(make), make.user("triage")
        sent = sent_for(make, worker, planned)
        move(make, desk, sent.id, "triage")
        accept(make, receiver, offers(make, desk, sent.id)[0])
        assert "Diterima lembaga" in reader(worker).get(self.plan(truth, planned)).text
        move(make, receiver.user, sent.id, "hand_back", reason="not_suitable")
        assert "Diterima lembaga" not in reader(worker).get(self.plan(truth, planned)).text

    def test_the_consents_that_hold_are_shown_and_where_there_is_none_the_way_to_ask(
        self, make: Make, worker, planned, reader, truth
    ):
        page, address = reader(worker), self.address(truth, planned)
        assert f"/clients/{planned[0]}/consents" in page.get(address).text
        make.consent(worker, planned[0])
        assert "Izin yang berlaku" in page.get(address).text

    def test_what_is_wrong_comes_back_with_all_that_was_typed(self, worker, planned, reader, truth):
        refused = reader(worker).post(
            self.address(truth, planned), **self.FORM | {"service_types": "", "note": "Tolong"}
        )
        assert refused.status_code == 422
        assert "Centang sedikitnya satu" in refused.text
        assert ">Tolong</textarea>" in refused.text

    def test_a_second_press_and_a_second_visit_lead_to_the_one_referral(self, worker, planned, reader, truth):
        page, address = reader(worker), self.address(truth, planned)
        first = page.post(address, **self.FORM)
        again = page.post(address, **self.FORM)
        assert again.location.partition("?")[0] == first.location.partition("?")[0]
        assert page.get(address).location == first.location.partition("?")[0]
        assert truth.one("select count(*) from referrals") == 1

    def test_a_step_of_another_office_is_not_there(self, make: Make, planned, reader, truth):
        stranger = make.caseworker("PSTW-MAGETAN")
        assert reader(stranger).get(self.address(truth, planned)).status_code == 404

    def test_it_asks_few_statements(self, worker, planned, reader, truth, statements):
        page, address = reader(worker), self.address(truth, planned)
        assert len(statements(lambda: page.get(address))) <= 12
