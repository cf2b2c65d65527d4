"""What receivers answer, and what follows from it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from kessos_case.clients.service import read_client
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken
from kessos_case.referrals import service
from tests.factories import Make
from tests.factories.offers import UPT, accept, decline, home, move, offer, offers, shelter, triaged, wait


@pytest.fixture
def desk(make: Make, clock):
    return make.user("triage")


def read(make: Make, by, referral_id):
    with make.acting(by) as session:
        return service.read_referral(session, referral_id)


def codes(refused) -> list[str]:
    return sorted(error["code"] for error in refused.value.errors)


class TestYes:
    """An acceptance."""

    def test_the_receiver_has_the_person_until_the_meeting_is_due(self, make: Make, desk, clock):
        receiver = shelter(make)
        found = triaged(make, desk)
        accept(make, receiver, offers(make, desk, found.id)[0])
        now = read(make, desk, found.id)
        assert (now.state, now.owner) == ("accepted", receiver.office.name)
        assert now.due_at - clock.now == timedelta(hours=72)

    def test_a_day_that_is_over_cannot_be_expected(self, make: Make, desk):
        receiver = shelter(make)
        found = triaged(make, desk)
        with pytest.raises(Invalid):
            accept(make, receiver, offers(make, desk, found.id)[0], expected_on=date(2026, 3, 1))

    def test_a_upt_names_the_service_standard(self, make: Make, desk):
        receiver = home(make)
        found = triaged(make, desk)
        with pytest.raises(RuleBroken) as refused:
            accept(
                make, receiver, offers(make, desk, found.id)[0],
                spm_type=None, spm_level=None, recommending_organisation_id=None, reason="Nanti.",
            )  # fmt: skip
        assert codes(refused) == ["recommending_organisation_id_missing", "spm_level_missing", "spm_type_missing"]

    def test_in_an_emergency_a_reason_will_do(self, make: Make, desk):
        receiver = home(make)
        found = triaged(make, desk, urgency="emergency")
        asked = offers(make, desk, found.id)[0]
        waived = {"spm_type": None, "spm_level": None, "recommending_organisation_id": None}
        assert accept(make, receiver, asked, reason="Tengah malam.", **waived).state == "accepted"

    def test_who_recommends_is_a_social_office_of_a_regency(self, make: Make, desk):
        receiver = home(make)
        found = triaged(make, desk)
        asked = offers(make, desk, found.id)[0]
        for office in (make.organisation("DINSOS-35").id, make.organisation(UPT).id):
            with pytest.raises(Invalid):
                accept(make, receiver, asked, recommending_organisation_id=office)

    def test_a_upt_reaches_the_person_and_is_asked_to_open_a_case(self, make: Make, desk, truth):
        receiver = home(make)
        found = triaged(make, desk)
        with pytest.raises(NotFound), make.acting(receiver.user) as session:
            read_client(session, found.client_id)
        accept(make, receiver, offers(make, desk, found.id)[0])
        with make.acting(receiver.user) as session:
            assert read_client(session, found.client_id).id == found.client_id
        asked = truth.all("select kind, role, organisation_id, state from tasks where subject_id = :id", id=found.id)
        assert asked == [("open_case", "caseworker", receiver.office.id, "open")]

    def test_a_partner_does_not_reach_the_person(self, make: Make, desk, truth):
        receiver = shelter(make)
        found = triaged(make, desk)
        accept(make, receiver, offers(make, desk, found.id)[0])
        query = "select count(*) from client_access where organisation_id = :id"
        assert truth.one(query, id=receiver.office.id) == 0

    def test_the_journey_can_ask_who_accepted(self, make: Make, desk):
        receiver = home(make)
        found = triaged(make, desk)
        accept(make, receiver, offers(make, desk, found.id)[0])
        with make.acting(receiver.user) as session:
            assert service.accepted_offer(session, found.id, found.client_id, receiver.office.id)
            assert not service.accepted_offer(session, found.id, found.client_id, desk.organisation_id)

    def test_it_is_said_once(self, make: Make, desk):
        receiver = shelter(make)
        found = triaged(make, desk)
        asked = offers(make, desk, found.id)[0]
        accept(make, receiver, asked)
        with pytest.raises(RuleBroken) as refused:
            accept(make, receiver, asked)
        assert codes(refused) == ["wrong_state"]

    def test_who_was_too_late_is_told_so(self, make: Make, desk):
        receivers = {receiver.service_id: receiver for receiver in (shelter(make), shelter(make))}
        found = triaged(make, desk, urgency="emergency")
        first, second = offers(make, desk, found.id)
        accept(make, receivers[first.service_id], first)
        with pytest.raises(RuleBroken) as refused:
            accept(make, receivers[second.service_id], second)
        assert codes(refused) == ["wrong_state"]

    def test_nobody_answers_for_another(self, make: Make, desk):
        shelter(make)
        found = triaged(make, desk)
        asked = offers(make, desk, found.id)[0]
        for stranger in (shelter(make, coverage=["35.78"]).user, make.caseworker()):
            with pytest.raises(NotFound), make.acting(stranger) as session:
                service.accept_offer(session, found.id, asked.id)


class TestNo:
    """A decline, and what the policy lets follow."""

    def test_the_next_candidate_is_asked_at_once(self, make: Make, desk):
        first = shelter(make)
        found = triaged(make, desk)
        second = shelter(make)
        declined = decline(make, first, offers(make, desk, found.id)[0], "not_suitable")
        assert (declined.state, declined.snapshot) == ("declined", None)
        states = {card.service_id: card.state for card in offers(make, desk, found.id)}
        assert states == {first.service_id: "declined", second.service_id: "open"}
        assert read(make, desk, found.id).owner == second.office.name

    def test_after_the_last_candidate_the_need_is_unmet(self, make: Make, desk):
        receiver = shelter(make)
        found = triaged(make, desk)
        decline(make, receiver, offers(make, desk, found.id)[0], "full")
        assert read(make, desk, found.id).state == "unmet"

    def test_what_only_the_sender_knows_he_is_asked(self, make: Make, desk):
        tksk, receiver = make.user("tksk"), shelter(make)
        found = triaged(make, desk, by=tksk)
        decline(make, receiver, offers(make, desk, found.id)[0], "person_refuses", note="Ia marah kepada kami.")
        asked = read(make, tksk, found.id)
        assert (asked.state, asked.owner, asked.allowed_verbs) == ("returned", "sender", ["resubmit", "withdraw"])
        with make.acting(tksk) as session:
            told = service.history_for(session, found.id)
        assert told[-1]["note"].startswith("Orangnya tidak mau")
        assert "marah" not in repr(told)

    def test_after_his_answer_the_desk_looks_again_and_knows_the_person(self, make: Make, desk):
        tksk, receiver = make.user("tksk"), shelter(make)
        found = triaged(make, desk, by=tksk)
        decline(make, receiver, offers(make, desk, found.id)[0], "person_refuses")
        move(make, tksk, found.id, "resubmit", note="Ia mau ke tempat lain.")
        assert move(make, desk, found.id, "triage").client_id == found.client_id

    def test_papers_that_are_missing_park_it(self, make: Make, desk):
        receiver = shelter(make)
        found = triaged(make, desk)
        decline(make, receiver, offers(make, desk, found.id)[0], "missing_papers")
        rests = read(make, desk, found.id)
        assert (rests.state, rests.parked_until) == ("routing", date(2026, 3, 9))
        assert rests.due_at.date() == date(2026, 3, 9)

    def test_it_needs_a_reason_of_the_list(self, make: Make, desk):
        receiver = shelter(make)
        found = triaged(make, desk)
        with pytest.raises(RuleBroken) as refused:
            decline(make, receiver, offers(make, desk, found.id)[0], "because")
        assert codes(refused) == ["reason_missing"]

    def test_in_an_emergency_the_others_still_think(self, make: Make, desk):
        receivers = {receiver.service_id: receiver for receiver in (shelter(make), shelter(make))}
        found = triaged(make, desk, urgency="emergency")
        asked = offers(make, desk, found.id)[0]
        decline(make, receivers[asked.service_id], asked, "person_refuses")
        assert read(make, desk, found.id).state == "offered"


class TestAfterwards:
    """From the acceptance to the end."""

    @pytest.fixture
    def receiver(self, make: Make, desk):
        return shelter(make)

    @pytest.fixture
    def taken(self, make: Make, desk, receiver):
        found = triaged(make, desk)
        accept(make, receiver, offers(make, desk, found.id)[0])
        return found

    def test_a_meeting_was_at_a_time_that_has_come(self, make: Make, receiver, taken, clock):
        with pytest.raises(RuleBroken) as refused:
            move(make, receiver.user, taken.id, "meet")
        assert codes(refused) == ["happened_at_missing"]
        with pytest.raises(Invalid):
            move(make, receiver.user, taken.id, "meet", happened_at=clock.now + timedelta(minutes=1))
        met = move(make, receiver.user, taken.id, "meet", happened_at=clock.now)
        assert (met.state, met.met_at) == ("met", clock.now)

    def test_the_outcome_ends_it_and_the_receivers_sight(self, make: Make, desk, receiver, taken, clock):
        move(make, receiver.user, taken.id, "meet", happened_at=clock.now)
        done = move(make, receiver.user, taken.id, "complete", reason="served")
        assert (done.state, done.outcome, done.due_at, done.allowed_verbs) == ("completed", "served", None, [])
        with pytest.raises(NotFound):
            read(make, receiver.user, taken.id)
        asked = offers(make, desk, taken.id)[0]
        with make.acting(receiver.user) as session:
            kept = service.read_offer(session, asked.id)
        assert (kept.state, kept.snapshot) == ("accepted", None)

    def test_a_desk_that_reached_the_person_for_it_no_longer_does(self, make: Make, clock):
        worker, receiver, officer = make.caseworker(), shelter(make), make.user("triage")
        client = make.client(worker)
        sent = make.referral(worker, person=None, client_id=client.id)
        move(make, officer, sent.id, "triage")
        accept(make, receiver, offers(make, officer, sent.id)[0])
        move(make, receiver.user, sent.id, "meet", happened_at=clock.now)
        move(make, receiver.user, sent.id, "complete", reason="served")
        with pytest.raises(NotFound), make.acting(officer) as session:
            read_client(session, client.id)

    def test_the_third_missed_meeting_sends_it_back_to_the_desk(self, make: Make, desk, receiver, taken):
        states = [move(make, receiver.user, taken.id, "no_show").state for _ in range(3)]
        assert states == ["accepted", "accepted", "routing"]
        assert read(make, desk, taken.id).owner == make.organisation("DINSOS-35.09").name

    def test_who_is_handed_back_is_the_desks_again(self, make: Make, desk, receiver, taken):
        move(make, receiver.user, taken.id, "hand_back", reason="needs_other_care", note="Perlu dokter jiwa.")
        back = read(make, desk, taken.id)
        assert (back.state, back.owner) == ("routing", make.organisation("DINSOS-35.09").name)
        assert back.due_at is not None

    def test_a_upt_that_hands_back_reaches_the_person_no_more_and_need_not_open_a_case(self, make: Make, desk, truth):
        receiver = home(make)
        found = triaged(make, desk)
        accept(make, receiver, offers(make, desk, found.id)[0])
        move(make, receiver.user, found.id, "hand_back", reason="not_suitable")
        with pytest.raises(NotFound), make.acting(receiver.user) as session:
            read_client(session, found.client_id)
        assert truth.one("select state from tasks where subject_id = :id", id=found.id) == "cancelled"

    def test_the_sender_and_the_desk_do_not_say_how_it_went(self, make: Make, desk, taken, clock):
        for verb, said in (("meet", {"happened_at": clock.now}), ("hand_back", {"reason": "not_suitable"})):
            with pytest.raises(Forbidden):
                move(make, desk, taken.id, verb, **said)

    def test_a_withdrawal_ends_everything(self, make: Make, desk, receiver, taken, truth):
        move(make, desk, taken.id, "withdraw", reason="died")
        assert truth.all("select state, ended_at is not null from offers") == [("revoked", True)]
        with pytest.raises(NotFound):
            read(make, receiver.user, taken.id)


def test_whoever_settles_a_persons_affairs_finds_and_ends_what_is_open(make: Make, clock):
    worker, colleague = make.caseworker(), make.user("supervisor", organisation=UPT)
    client = make.client(worker)
    sent = make.referral(worker, person=None, client_id=client.id)
    with make.acting(colleague) as session:
        assert [found.id for found in service.open_referrals(session, client.id)] == [sent.id]
        service.withdraw_referral(session, sent.id, reason="solved")
        assert service.open_referrals(session, client.id) == []


def test_a_receiver_cannot_settle_what_others_sent(make: Make, desk):
    receiver = shelter(make)
    found = triaged(make, desk)
    with pytest.raises(Forbidden), make.acting(receiver.user) as session:
        service.withdraw_referral(session, found.id, reason="solved")


class TestAtOnce:
    """What two connections do at the same moment; the database decides."""

    def test_of_three_acceptances_one_wins(self, committed, make_committed: Make, clock):
        make = make_committed
        officer = make.user("triage")
        receivers = {receiver.service_id: receiver for receiver in (shelter(make, places=1) for _ in range(3))}
        asked = offers(make, officer, triaged(make, officer, urgency="emergency").id)

        def answer(card):
            try:
                return accept(make, receivers[card.service_id], card).state
            except RuleBroken as refused:
                return refused.errors[0]["code"]

        with ThreadPoolExecutor(3) as pool:
            assert sorted(pool.map(answer, asked)) == ["accepted", "wrong_state", "wrong_state"]
        with committed.connect() as connection:
            totals = "select sum(reserved), sum(taken), count(*) from service_capacities"
            assert connection.exec_driver_sql(totals).one() == (0, 1, 3)

    def test_twelve_people_for_three_places_give_exactly_three(self, committed, make_committed: Make, clock):
        make = make_committed
        officer = make.user("triage")
        waiting = [triaged(make, officer) for _ in range(12)]
        receiver = shelter(make, places=3, allows_waiting=True)
        # By hand: the router would not ask one receiver for so many at once.
        asked = [offer(make, officer, one.id, receiver.service_id, reason="Uji") for one in waiting]

        def answer(card):
            try:
                return accept(make, receiver, card).state
            except Conflict as refused:
                return refused.code

        with ThreadPoolExecutor(6) as pool:
            assert sorted(pool.map(answer, asked)) == ["accepted"] * 3 + ["capacity_full"] * 9

    def test_two_officers_who_choose_at_once_make_one_offer_each_takes_for_his(self, committed, make_committed, clock):
        make = make_committed
        officers = [make.user("triage") for _ in range(2)]
        found = triaged(make, officers[0])
        receiver = shelter(make, places=1)

        def choose(officer):
            with make.acting(officer) as session:
                return service.make_offer(session, found.id, service_id=receiver.service_id).id

        with ThreadPoolExecutor(2) as pool:
            assert len(set(pool.map(choose, officers))) == 1


def test_everything_open_has_an_owner_and_a_due_time_after_every_verb(make: Make, desk, clock, truth):
    """One long way through the machine; the database is asked after each step."""
    tksk, first = make.user("tksk"), shelter(make, allows_waiting=True)
    sent = make.referral(tksk)

    def check(verb: str) -> None:
        bad = truth.all(
            "select state from referrals where state not in ('completed', 'rejected', 'withdrawn')"
            " and (due_at is null or (owner_organisation_id is null and owner_user_id is null))"
            " or state in ('completed', 'rejected', 'withdrawn') and due_at is not null"
        )
        assert bad == [], verb
        passed.append(truth.one("select state from referrals where id = :id", id=sent.id))

    passed = ["submitted"]
    steps = [
        (desk, "return", {"note": "?"}),
        (tksk, "resubmit", {"note": "!"}),
        (desk, "triage", {"new_client": {}}),
    ]
    for by, verb, said in steps:
        move(make, by, sent.id, verb, **said)
        check(verb)
    wait(make, first, offers(make, desk, sent.id)[-1], expected_on=date(2026, 3, 9))
    check("wait_list")
    move(make, first.user, sent.id, "admit")
    check("admit")
    move(make, first.user, sent.id, "no_show")
    check("no_show")
    move(make, first.user, sent.id, "hand_back", reason="not_suitable")
    check("hand_back")
    with make.acting(desk) as session, pytest.raises(RuleBroken):
        service.make_offer(session, sent.id)
    second = shelter(make)
    with make.acting(desk) as session:
        asked = service.make_offer(session, sent.id)
    check("offer")
    accept(make, second, asked)
    check("accept")
    move(make, second.user, sent.id, "meet", happened_at=clock.now)
    check("meet")
    move(make, second.user, sent.id, "complete", reason="served")
    check("complete")
    assert passed == [
        "submitted", "returned", "submitted", "offered", "waiting", "accepted", "accepted", "routing", "offered",
        "accepted", "met", "completed",
    ]  # fmt: skip
