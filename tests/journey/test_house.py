"""What the end of a case, a transfer or a death does to the bed and the line."""

from datetime import date

import pytest

from kessos_case.core.errors import RuleBroken
from kessos_case.journey import service
from tests.conftest import Truth
from tests.factories import Make
from tests.factories.cases import MAGETAN, offer_transfer, open_case
from tests.factories.casework import in_days, supervisor_beside
from tests.factories.residence import stay, wait, ward

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def leader(make: Make, worker):
    return supervisor_beside(make, worker)


def ended(truth: Truth, made) -> tuple:
    return truth.all("select discharge_reason, discharged_at is not null from stays where id = :id", id=made.id)[0]


def close(make: Make, leader, case, *settlements):
    with make.acting(leader) as session:
        return service.move_case(session, case.id, verb="close", reason="own_wish", note=None, settlements=settlements)


def test_a_bed_is_settled_by_name_when_a_case_closes(make: Make, worker, leader, truth: Truth):
    case, mawar = open_case(make, worker), ward(make, worker)
    made = stay(make, worker, mawar, case)
    with pytest.raises(RuleBroken) as refused:
        close(make, leader, case)
    assert [(one["kind"], one["id"]) for one in refused.value.errors] == [("stay", str(made.id))]
    close(make, leader, case, {"kind": "stay", "id": made.id, "reason": "family"})
    assert ended(truth, made) == ("family", True)
    assert truth.one("select taken from wards where id = :id", id=mawar.id) == 0


def test_without_a_reason_of_its_own_it_ends_with_the_case(make: Make, worker, leader, truth: Truth):
    case = open_case(make, worker)
    made = stay(make, worker, ward(make, worker), case)
    close(make, leader, case, {"kind": "stay", "id": made.id, "reason": None})
    assert ended(truth, made) == ("case_closed", True)


def test_who_waited_waits_no_more(make: Make, worker, leader, truth: Truth):
    case = open_case(make, worker)
    found = wait(make, worker, case)
    close(make, leader, case)
    assert truth.all("select state, left_reason from bed_waits where id = :id", id=found.id) == [
        ("left", "case_closed")
    ]


def test_who_is_taken_over_leaves_the_house_of_the_first(make: Make, worker, leader, truth: Truth):
    case, mawar = open_case(make, worker), ward(make, worker)
    made = stay(make, worker, mawar, case)
    offer = offer_transfer(make, leader, case)
    with make.acting(make.user("supervisor", organisation=MAGETAN)) as session:
        service.accept_transfer(session, offer.id)
    assert ended(truth, made) == ("other_upt", True)
    assert truth.one("select taken from wards where id = :id", id=mawar.id) == 0


def test_the_next_upt_has_a_bed_for_him_at_once(make: Make, worker, leader):
    case = open_case(make, worker)
    stay(make, worker, ward(make, worker), case)
    offer = offer_transfer(make, leader, case)
    there = make.user("supervisor", organisation=MAGETAN)
    with make.acting(there) as session:
        taken = service.accept_transfer(session, offer.id)
    helper = make.caseworker(MAGETAN)
    with make.acting(helper) as session:
        from kessos_case.cases.service import case_for

        begun = case_for(session, taken.new_case_id)
    assert stay(make, helper, ward(make, there), begun).id


def test_a_death_frees_the_bed_with_its_day(make: Make, worker, truth: Truth, clock):
    case, mawar = open_case(make, worker), ward(make, worker, beds=1)
    made = stay(make, worker, mawar, case)
    wait(make, worker)
    clock.move(days=5)
    with make.acting(worker) as session:
        service.record_death(session, case.client_id, died_on=in_days(-2))
    assert ended(truth, made) == ("deceased", True)
    day = "select (discharged_at at time zone 'Asia/Jakarta')::date from stays where id = :id"
    assert truth.one(day, id=made.id) == in_days(-2)
    assert truth.one("select recorded_by from stay_events where kind = 'discharged'") is None
    assert truth.one("select count(*) from tasks where kind = 'admit_next' and state = 'open'") == 1


def test_of_a_death_before_the_admission_the_stay_ends_as_it_began(make: Make, worker, truth: Truth):
    case = open_case(make, worker)
    made = stay(make, worker, ward(make, worker), case)
    waiting = wait(make, worker)
    with make.acting(worker) as session:
        service.record_death(session, case.client_id, died_on=date(2026, 2, 1))
        service.record_death(session, waiting.client_id, died_on=date(2026, 2, 1))
    assert ended(truth, made) == ("deceased", True)
    assert truth.one("select left_reason from bed_waits where id = :id", id=waiting.id) == "deceased"
