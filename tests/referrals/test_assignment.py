"""All that waits and all that is free, together: planned, offered a part at a time, nobody asked for twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from celery.exceptions import SoftTimeLimitExceeded

from kessos_case.core import db, jobs
from kessos_case.partners import service as partners
from kessos_case.referrals import service
from kessos_case.referrals.service import assignment
from tests.factories import Make
from tests.factories.offers import (
    Receiver,
    accept,
    assign_waiting,
    decline,
    offer_next_part,
    offers,
    run_clocks,
    shelter,
    triaged,
    wait,
)
from tests.factories.partners import agree, offer_service, open_places, pause
from tests.policies import Policies
from workers.runner import run_job


@pytest.fixture
def desk(make: Make, clock):
    return make.user("triage")


@pytest.fixture
def waiting(make: Make, desk):
    """A maker of referrals that nobody could take when they came."""
    return lambda **stated: triaged(make, desk, **stated)


def asked(make: Make, desk, referral) -> list:
    """The services that the referral is offered to now."""
    return [card.service_id for card in offers(make, desk, referral.id) if card.state == "open"]


def state(truth, referral) -> str:
    return truth.one("select state from referrals where id = :id", id=referral.id)


def plan() -> None:
    """A plan is made, and nothing of it offered yet."""
    with db.transaction(db.system("worker")) as session:
        service.assign_waiting(session)


def set_places(make: Make, receiver: Receiver, places: int) -> None:
    """Past the door: no job looks again by itself."""
    with make.acting(make.user("administrator")) as session:
        session.execute(
            sa.text("update service_capacities set places = :places where service_id = :id"),
            {"places": places, "id": receiver.service_id},
        )


def looks_again(truth) -> list[datetime]:
    """When a job looks again at what waits."""
    return truth.all("select due_at from jobs where name = 'referrals.assign' and status = 'queued' order by due_at")


class TestWhoGetsAPlace:
    def test_what_nobody_could_take_is_offered_when_somebody_can(self, make: Make, desk, waiting, truth):
        found = waiting()
        receiver = shelter(make)
        counts = assign_waiting()
        assert asked(make, desk, found) == [receiver.service_id]
        assert (counts["waiting"], counts["assigned"], counts["unmet_urgent"]) == (1, 1, 0)
        assert truth.all(
            "select verb, user_id from referral_transitions where referral_id = :id order by id desc limit 2",
            id=found.id,
        ) == [("offer", None), ("retry", None)]

    def test_who_can_go_elsewhere_leaves_the_place_to_who_cannot(self, make: Make, desk, waiting, clock):
        first = waiting()
        clock.move(hours=1)
        woman = waiting(client={"sex": "P"}, person={"sex": "P"})
        for_all = shelter(make, places=1, coverage=["35.09"])
        for_men = shelter(make, places=1, sexes=["L"])
        assign_waiting()
        assert asked(make, desk, woman) == [for_all.service_id]
        assert asked(make, desk, first) == [for_men.service_id]

    def test_the_most_pressing_first_then_who_has_waited_longest(self, make: Make, waiting, clock, truth):
        oldest = waiting(urgency="routine")
        clock.move(days=2)
        older, pressing = waiting(urgency="routine"), waiting(urgency="urgent")
        clock.move(days=1)
        newer = waiting(urgency="routine")
        shelter(make, places=2)
        counts = assign_waiting()
        assert [state(truth, one) for one in (pressing, oldest, older, newer)] == [
            "offered", "offered", "unmet", "unmet",
        ]  # fmt: skip
        assert (counts["assigned"], counts["unmet_routine"]) == (2, 2)

    def test_a_place_is_never_given_twice(self, make: Make, waiting, truth):
        for _ in range(4):
            waiting()
        shelter(make, places=3)
        assert assign_waiting()["assigned"] == 3
        assert truth.one("select reserved from service_capacities") == 3

    def test_an_emergency_is_offered_to_three_once_everybody_had_one(self, make: Make, desk, waiting, clock):
        emergency = waiting(urgency="emergency")
        clock.move(minutes=1)
        other = waiting()
        for _ in range(4):
            shelter(make, places=1)
        assign_waiting()
        assert len(asked(make, desk, emergency)) == 3
        assert len(asked(make, desk, other)) == 1

    def test_an_organisation_gets_no_more_than_it_can_answer(self, make: Make, waiting, truth):
        for _ in range(7):
            waiting()
        shelter(make, places=20)
        assert assign_waiting()["assigned"] == 5
        assert truth.one("select count(*) from offers where state = 'open'") == 5

    def test_who_stands_in_line_has_the_first_claim(self, make: Make, desk, waiting, truth):
        receiver = shelter(make, places=0, allows_waiting=True)
        in_line = waiting(urgency="routine")
        wait(make, receiver, offers(make, desk, in_line.id)[0], expected_on=date(2026, 3, 20))
        with make.acting(make.user("administrator")) as session:
            partners.change_service(
                session, partners.service_for(session, receiver.service_id), {"allows_waiting": False}
            )
        other = waiting(urgency="urgent")
        set_places(make, receiver, 1)
        assert assign_waiting()["assigned"] == 0
        assert state(truth, other) == "unmet"
        assert truth.one("select capacity_id is not null from offers where referral_id = :id", id=in_line.id)

    def test_who_finds_no_place_may_be_offered_a_line(self, make: Make, desk, waiting, truth):
        first = waiting(urgency="urgent")
        second = waiting(urgency="routine")
        receiver = shelter(make, places=1, allows_waiting=True)
        counts = assign_waiting()
        assert (counts["assigned"], counts["in_line"]) == (1, 1)
        held = "select capacity_id is not null from offers where referral_id = :id"
        assert [truth.one(held, id=one.id) for one in (first, second)] == [True, False]
        assert asked(make, desk, second) == [receiver.service_id]

    def test_a_line_grows_no_longer_than_the_policy_lets_it(self, make: Make, waiting, policies: Policies):
        policies.change("routing", longest=2)
        for _ in range(4):
            waiting(urgency="routine")
        shelter(make, places=1, allows_waiting=True)
        assert assign_waiting()["in_line"] == 2

    def test_what_rests_is_left_alone(self, make: Make, desk, waiting, truth):
        receiver = shelter(make)
        resting = waiting()
        decline(make, receiver, offers(make, desk, resting.id)[0], "missing_papers")
        shelter(make)
        assert assign_waiting()["waiting"] == 0
        assert state(truth, resting) == "routing"

    def test_what_the_desk_took_back_is_not_offered_there_again_while_its_clock_runs(self, make: Make, desk, clock):
        receiver = shelter(make)
        found = triaged(make, desk)
        with make.acting(desk) as session:
            made = service.offers_of(session, found.id)[0]
            service.revoke_offer(session, found.id, made.id, reason="Salah.")
        assign_waiting()
        assert asked(make, desk, found) == []
        other = shelter(make)
        assign_waiting()
        assert asked(make, desk, found) == [other.service_id] != [receiver.service_id]

    def test_a_person_who_is_not_known_yet_is_not_offered(self, make: Make, clock):
        make.referral(make.user("tksk"))
        shelter(make)
        assert assign_waiting()["waiting"] == 0


class TestHowItIsKept:
    def test_an_offer_says_that_it_came_of_many_together(self, make: Make, desk, waiting):
        found, _other = waiting(), waiting()
        shelter(make)
        assign_waiting()
        kept = offers(make, desk, found.id)[0].ranking
        assert (kept["by"], kept["among"], kept["place"]) == ("batch", 2, 1)

    def test_an_offer_of_the_router_and_of_an_officer_say_so_too(self, make: Make, desk):
        shelter(make)
        found = triaged(make, desk)
        other = shelter(make)
        with make.acting(desk) as session:
            service.make_offer(session, found.id, service_id=other.service_id)
        assert {card.is_by_hand: card.ranking["by"] for card in offers(make, desk, found.id)} == {
            False: "router", True: "hand",
        }  # fmt: skip

    def test_the_report_says_what_a_plan_did(self, make: Make, waiting):
        waiting(urgency="emergency"), waiting(), waiting(urgency="routine")
        shelter(make, places=1)
        counts = assign_waiting()
        assert {name: counts[name] for name in ("waiting", "assigned", "in_line")} == {
            "waiting": 3, "assigned": 1, "in_line": 0,
        }  # fmt: skip
        assert [counts[f"unmet_{urgency}"] for urgency in ("emergency", "urgent", "routine")] == [0, 1, 1]
        assert 0 < counts["cost"] < 100

    def test_where_nothing_fits_nothing_is_written(self, make: Make, waiting, truth):
        waiting()
        everything = ("referrals", "offers", "referral_transitions", "audit_entries", "service_capacities", "jobs")
        before = [truth.all(f"select * from {table} order by id") for table in everything]
        assert assign_waiting()["unmet_urgent"] == 1
        assert [truth.all(f"select * from {table} order by id") for table in everything] == before

    def test_the_statements_of_a_plan_do_not_grow_with_what_waits(self, make: Make, waiting, statements):
        waiting()
        shelter(make)

        def planned() -> None:
            with db.transaction(db.system("worker")) as session:
                service.plan(session)

        planned()
        few = len(statements(planned))
        for _ in range(4):
            waiting(service_types=["temporary_shelter"])
            set_all_full(make)
        assert len(statements(planned)) <= few + 1


def set_all_full(make: Make) -> None:
    """What has been offered goes on waiting all the same."""
    with make.acting(make.user("administrator")) as session:
        session.execute(sa.text("update service_capacities set places = reserved + taken"))


class TestWhenAPlanIsHeldUp:
    @pytest.fixture
    def four(self, make: Make, waiting, monkeypatch):
        monkeypatch.setattr(assignment, "PART", 2)
        found = [waiting() for _ in range(4)]
        shelter(make, places=4)
        plan()
        return found

    def test_killed_half_way_it_goes_on_and_offers_nothing_twice(self, make: Make, desk, four, truth):
        assert offer_next_part()
        with pytest.raises(KeyboardInterrupt), db.transaction(db.system("worker")) as session:
            job = session.scalar(sa.select(jobs.Job).where(jobs.Job.name == "referrals.offer_assigned"))
            service.offer_assigned(session, job)
            raise KeyboardInterrupt
        assert truth.all("select done, total, status from jobs where name = 'referrals.offer_assigned'") == [
            (2, 4, "queued")
        ]
        while offer_next_part():
            pass
        assert [len(asked(make, desk, one)) for one in four] == [1, 1, 1, 1]
        assert truth.one("select count(*) from offers") == 4

    def test_one_that_takes_too_long_is_given_up_as_if_it_had_not_been_begun(
        self, make: Make, waiting, truth, monkeypatch
    ):
        found = waiting()
        shelter(make)
        with db.transaction(db.system("test")) as session:
            job_id = jobs.enqueue(session, "referrals.assign", queue="nightly")
        solve = assignment.cheapest_flow

        def stopped(_network: object) -> list[int]:
            # As Celery stops a job whose time is over.
            raise SoftTimeLimitExceeded

        monkeypatch.setattr(assignment, "cheapest_flow", stopped)
        assert not run_job(job_id)
        held_up = truth.all("select status, attempts, error from jobs where id = :id", id=job_id)
        assert held_up == [("queued", 1, "SoftTimeLimitExceeded")]
        assert truth.one("select count(*) from jobs where name = 'referrals.offer_assigned'") == 0
        monkeypatch.setattr(assignment, "cheapest_flow", solve)
        truth.run("update jobs set due_at = created_at")
        assert run_job(job_id)
        while offer_next_part():
            pass
        assert state(truth, found) == "offered"

    def test_the_same_plan_offered_twice_asks_nobody_twice(self, make: Make, four, truth):
        args = truth.one("select args from jobs where name = 'referrals.offer_assigned'")
        while offer_next_part():
            pass
        with db.transaction(db.system("worker")) as session:
            again = jobs.Job(name="referrals.offer_assigned", queue="nightly", args=args, done=0)
            service.offer_assigned(session, again)
        assert truth.one("select count(*) from offers") == 4

    def test_a_place_that_another_took_meanwhile_is_left_for_the_next_plan(self, make: Make, four, truth):
        truth.run("update service_capacities set places = 3")
        while offer_next_part():
            pass
        assert [state(truth, one) for one in four].count("unmet") == 1
        truth.run("update service_capacities set places = 4")
        assign_waiting()
        assert [state(truth, one) for one in four].count("unmet") == 0

    def test_one_that_cannot_be_offered_holds_up_no_other(self, make: Make, four, truth):
        truth.run("update referrals set data_key = null where id = :id", id=four[0].id)
        while offer_next_part():
            pass
        assert sorted(state(truth, one) for one in four) == ["offered", "offered", "offered", "unmet"]

    def test_one_that_was_withdrawn_meanwhile_stays_so(self, make: Make, desk, four, truth):
        with make.acting(desk) as session:
            service.move_referral(session, four[0].id, verb="withdraw", reason="solved")
        while offer_next_part():
            pass
        assert state(truth, four[0]) == "withdrawn"

    def test_the_next_plan_waits_until_this_one_is_offered(self, make: Make, four, truth):
        with db.transaction(db.system("worker")) as session:
            pause_for = service.run_assignment(session, jobs.Job(name="referrals.assign", queue="nightly", args={}))
        assert pause_for == timedelta(seconds=20)
        assert truth.one("select count(*) from jobs where name = 'referrals.offer_assigned'") == 1
        while offer_next_part():
            pass
        with db.transaction(db.system("worker")) as session:
            assert service.run_assignment(session, jobs.Job(name="referrals.assign", queue="nightly", args={})) is None

    def test_a_plan_may_be_thought_about_as_long_as_a_job_may_take(self, clock):
        with db.transaction(db.system("worker")) as session:
            service.assign_waiting(session)
            assert session.scalar(sa.text("show idle_in_transaction_session_timeout")) == "5min"


class TestWhenRoomAppears:
    """Within a minute all that waits is looked at again, once, however much appears."""

    @pytest.fixture
    def receiver(self, make: Make, desk, truth) -> Receiver:
        made = shelter(make)
        truth.run("delete from jobs where name = 'referrals.assign'")
        return made

    def looked_at_soon(self, truth) -> bool:
        return [due - datetime.now(UTC) <= timedelta(minutes=1) for due in looks_again(truth)] == [True]

    def test_more_places(self, make: Make, receiver, truth):
        for places in (8, 9):
            open_places(make, partners_service(make, receiver), places, **LONG)
        assert self.looked_at_soon(truth)

    def test_not_for_fewer(self, make: Make, receiver, truth):
        open_places(make, partners_service(make, receiver), 1, **LONG)
        assert looks_again(truth) == []

    def test_a_pause_that_ends(self, make: Make, receiver, truth):
        rests = pause(make, receiver.office.id)
        assert looks_again(truth) == []
        with make.acting(make.user("administrator")) as session:
            partners.end_pause(session, receiver.office.id, rests.id)
        assert self.looked_at_soon(truth)

    def test_an_agreement(self, make: Make, receiver, truth):
        agree(make, receiver.office.id, number="PKS-2/2026")
        assert self.looked_at_soon(truth)

    def test_a_new_service_and_one_that_takes_more(self, make: Make, receiver, truth):
        offer_service(make, receiver.office.id)
        assert self.looked_at_soon(truth)

    def test_a_change_but_no_mere_confirmation(self, make: Make, receiver, truth):
        with make.acting(make.user("administrator")) as session:
            found = partners.service_for(session, receiver.service_id)
            partners.change_service(session, found, {})
            assert looks_again(truth) == []
            partners.change_service(session, found, {"coverage": ["35"]})
        assert self.looked_at_soon(truth)

    def test_a_place_that_is_given_back(self, make: Make, desk, receiver, truth):
        found = triaged(make, desk)
        decline(make, receiver, offers(make, desk, found.id)[0], "full")
        assert self.looked_at_soon(truth)

    def test_a_place_that_was_taken_and_is_free_again(self, make: Make, desk, receiver, truth):
        found = triaged(make, desk)
        accept(make, receiver, offers(make, desk, found.id)[0])
        assert looks_again(truth) == []
        with make.acting(receiver.user) as session:
            service.move_referral(session, found.id, verb="hand_back", reason="no_longer_able")
        assert self.looked_at_soon(truth)

    def test_the_rounds_of_the_clock_alone_ask_for_nothing(self, desk, receiver, truth):
        run_clocks()
        assert looks_again(truth) == []


LONG = {"starts_on": date(2026, 1, 1), "ends_on": date(2099, 12, 31)}


def partners_service(make: Make, receiver: Receiver):
    with make.acting(receiver.user) as session:
        return partners.read_service(session, receiver.service_id)
