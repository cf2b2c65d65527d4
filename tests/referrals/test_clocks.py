"""The rounds of the clock: what happens when nobody does anything."""

from datetime import date, timedelta

import pytest

from kessos_case.referrals import service
from tests.factories import Make
from tests.factories.offers import (
    accept,
    assign_waiting,
    count_records,
    decline,
    move,
    offer,
    offers,
    run_clocks,
    shelter,
    triaged,
)
from workers.runner import run_job
from workers.schedule import SCHEDULE, enqueue_due

EVERYTHING = ("referrals", "offers", "referral_transitions", "audit_entries", "timeline_entries", "service_capacities")


@pytest.fixture
def desk(make: Make, clock):
    return make.user("triage")


def read(make: Make, by, referral_id):
    with make.acting(by) as session:
        return service.read_referral(session, referral_id)


def stored(truth) -> list:
    return [truth.all(f"select * from {table} order by id") for table in EVERYTHING]


def test_a_receiver_is_reminded_at_half_time_and_once(make: Make, desk, clock, truth):
    shelter(make)
    found = triaged(make, desk)
    clock.move(hours=11)
    run_clocks()
    assert offers(make, desk, found.id)[0].reminded_at is None
    clock.move(hours=1)
    run_clocks()
    first = clock.now
    clock.move(hours=1)
    run_clocks()
    assert offers(make, desk, found.id)[0].reminded_at == first
    assert truth.one("select count(*) from audit_entries where action = 'remind'") == 1


def test_what_nobody_answered_goes_to_the_next_and_frees_its_place(make: Make, desk, clock, truth):
    first = shelter(make)
    found = triaged(make, desk)
    second = shelter(make)
    clock.move(hours=24)
    run_clocks()
    assert [(card.service_id, card.state) for card in offers(make, desk, found.id)] == [
        (first.service_id, "expired"), (second.service_id, "open"),
    ]  # fmt: skip
    query = "select reserved from service_capacities where service_id = :id"
    assert truth.one(query, id=first.service_id) == 0


def test_silence_counts_against_a_receiver(make: Make, desk, clock):
    asked = shelter(make)
    found = triaged(make, desk)
    clock.move(hours=24)
    run_clocks()
    other = triaged(make, desk)
    count_records()
    with make.acting(desk) as session:
        late, fresh = (service.candidates_for(session, one.id, 50)[0] for one in (found, other))
    assert {rule["code"] for rule in late.rules if not rule["holds"]} == {"refused"}
    assert fresh.service_id == asked.service_id
    assert fresh.parts["acceptance"] < 8 * 0.7


def test_an_offer_that_is_answered_does_not_expire(make: Make, desk, clock):
    receiver = shelter(make)
    found = triaged(make, desk)
    accept(make, receiver, offers(make, desk, found.id)[0])
    clock.move(days=3)
    run_clocks()
    assert read(make, desk, found.id).state == "accepted"


def test_a_report_that_no_desk_takes_climbs_to_the_province_with_new_time(make: Make, desk, clock, truth):
    sent = make.referral(make.user("tksk"))
    clock.move(hours=24)
    run_clocks()
    now = read(make, desk, sent.id)
    assert now.owner == make.organisation("DINSOS-35").name
    assert now.due_at - clock.now == timedelta(hours=24)
    assert not now.is_overdue
    clock.move(hours=24)
    run_clocks()
    assert truth.one("select count(*) from audit_entries where action = 'climb'") == 1


def test_what_the_province_took_comes_back_to_the_regency_when_a_receiver_gives_it_back(make: Make, desk, clock):
    receiver = shelter(make)
    sent = make.referral(make.user("tksk"))
    clock.move(hours=24)
    run_clocks()
    move(make, make.user("triage", organisation="DINSOS-35"), sent.id, "triage", new_client={})
    accept(make, receiver, offers(make, desk, sent.id)[0])
    move(make, receiver.user, sent.id, "hand_back", reason="not_suitable")
    assert read(make, desk, sent.id).owner == make.organisation("DINSOS-35.09").name


def test_when_the_desk_does_not_choose_in_time_the_router_does(make: Make, desk, clock):
    receiver = shelter(make)
    found = triaged(make, desk)
    with make.acting(desk) as session:
        made = service.offers_of(session, found.id)[0]
        service.revoke_offer(session, found.id, made.id, reason="Salah.")
    clock.move(hours=24)
    run_clocks()
    asked = offers(make, desk, found.id)[-1]
    assert (asked.service_id, asked.state, asked.is_by_hand) == (receiver.service_id, "open", False)


def test_what_rests_wakes_on_its_day(make: Make, desk, clock):
    receiver = shelter(make)
    found = triaged(make, desk)
    decline(make, receiver, offers(make, desk, found.id)[0], "missing_papers")
    clock.move(days=6)
    run_clocks()
    assert read(make, desk, found.id).parked_until == date(2026, 3, 9)
    clock.move(days=1)
    run_clocks()
    now = read(make, desk, found.id)
    assert (now.state, now.parked_until) == ("offered", None)


def test_an_unmet_need_is_met_when_a_place_appears(make: Make, desk, truth):
    receiver = shelter(make, places=0)
    found = triaged(make, desk)
    before = stored(truth)
    assign_waiting()
    assert stored(truth) == before
    truth.run("update service_capacities set places = 1")
    assign_waiting()
    assert read(make, desk, found.id).owner == receiver.office.name


def test_the_desk_may_try_sooner(make: Make, desk):
    found = triaged(make, desk)
    shelter(make)
    assert move(make, desk, found.id, "retry").state == "offered"


def test_a_round_done_twice_changes_nothing(make: Make, desk, clock, truth):
    shelter(make)
    triaged(make, desk)
    make.referral(make.user("tksk"))
    receiver = shelter(make)
    rests = triaged(make, desk)
    for card in offers(make, desk, rests.id):
        if card.organisation_id == receiver.office.id:
            decline(make, receiver, card, "missing_papers")
    clock.move(hours=25)
    run_clocks()
    before = stored(truth)
    run_clocks()
    assert stored(truth) == before


def test_nobody_did_what_the_clock_did(make: Make, desk, clock, truth):
    shelter(make)
    triaged(make, desk)
    clock.move(hours=24)
    run_clocks()
    query = "select verb, user_id from referral_transitions where verb in ('expire', 'mark_unmet') order by id"
    assert truth.all(query) == [("expire", None), ("mark_unmet", None)]


def test_an_emergency_asks_as_many_as_it_may_when_the_desk_is_late(make: Make, desk, clock):
    found = triaged(make, desk, urgency="emergency")
    for _ in range(4):
        shelter(make)
    first = offer(make, desk, found.id)
    with make.acting(desk) as session:
        service.revoke_offer(session, found.id, first.id, reason="Salah.")
    clock.move(hours=1)
    run_clocks()
    assert [card.state for card in offers(make, desk, found.id)].count("open") == 3


def test_one_that_cannot_be_moved_holds_up_nobody(make: Make, desk, clock, truth):
    shelter(make)
    erased, other = triaged(make, desk), triaged(make, desk)
    shelter(make)
    truth.run("update referrals set data_key = null where id = :id", id=erased.id)
    clock.move(hours=24)
    run_clocks()
    assert offers(make, desk, other.id)[-1].state == "open"
    assert truth.one("select state from offers where referral_id = :id", id=erased.id) == "open"


def test_a_service_whose_period_is_over_has_no_place(make: Make, desk, clock):
    clock.set("2100-01-04T03:00:00+00:00")
    shelter(make)
    assert triaged(make, desk).state == "unmet"


def test_the_rounds_are_jobs_that_the_schedule_asks_for(make_committed: Make, committed, clock):
    desk = make_committed.user("triage")
    shelter(make_committed)
    found = triaged(make_committed, desk)
    clock.move(hours=24)
    assert enqueue_due({}) == len(SCHEDULE)
    with committed.connect() as connection:
        round_of_clocks = connection.exec_driver_sql(
            "select id from jobs where name = 'referrals.run_clocks'"
        ).scalar_one()
        assert run_job(round_of_clocks)
    assert read(make_committed, desk, found.id).state == "unmet"
