"""Ways in which a person could have been lost, overtaken or shown: found by looking for them, closed since."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kessos_case.core import db, jobs
from kessos_case.core.errors import Invalid, RuleBroken
from kessos_case.partners.service import set_capacity
from kessos_case.referrals import service
from kessos_case.referrals.service import rounds
from tests.factories import Make
from tests.factories.offers import (
    LONG,
    accept,
    assign_waiting,
    decline,
    move,
    offers,
    run_clocks,
    shelter,
    triaged,
    wait,
)


@pytest.fixture
def desk(make: Make, clock):
    return make.user("triage")


def read(make: Make, by, referral_id) -> service.ReferralCard:
    with make.acting(by) as session:
        return service.read_referral(session, referral_id)


def codes(refused) -> list[str]:
    return [error["code"] for error in refused.value.errors]


class TestEmergency:
    """It is asked for until somebody says yes, and rests nowhere."""

    def test_it_does_not_rest_for_papers(self, make: Make, desk):
        receiver = shelter(make)
        found = triaged(make, desk, urgency="emergency")
        shelter(make)
        decline(make, receiver, offers(make, desk, found.id)[0], "missing_papers")
        now = read(make, desk, found.id)
        assert (now.state, now.parked_until) == ("offered", None)

    def test_after_a_no_three_are_asked_again_at_once(self, make: Make, desk):
        receivers = {receiver.service_id: receiver for receiver in (shelter(make) for _ in range(4))}
        found = triaged(make, desk, urgency="emergency")
        first = offers(make, desk, found.id)[0]
        decline(make, receivers[first.service_id], first, "full")
        asked = offers(make, desk, found.id)
        assert sorted(card.state for card in asked) == ["declined", "open", "open", "open"]
        assert len({card.service_id for card in asked}) == 4

    def test_nobody_puts_it_in_a_line(self, make: Make, desk):
        receiver = shelter(make, allows_waiting=True)
        found = triaged(make, desk, urgency="emergency")
        asked = offers(make, desk, found.id)[0]
        with pytest.raises(RuleBroken) as refused:
            wait(make, receiver, asked, expected_on=date(2026, 3, 20))
        assert codes(refused) == ["cannot_wait"]

    def test_the_receiver_is_not_shown_a_line_for_it(self, make: Make, desk, reader):
        receiver = shelter(make, allows_waiting=True)
        pressing, other = (
            offers(make, desk, triaged(make, desk, urgency=one).id)[0] for one in ("emergency", "urgent")
        )
        assert "wait_list" in reader(receiver.user).get(f"/inbox/{other.id}").text
        assert "wait_list" not in reader(receiver.user).get(f"/inbox/{pressing.id}").text


class TestQuestion:
    """A question to a sender who does not answer comes to an end."""

    @pytest.fixture
    def asked(self, make: Make, desk):
        sent = make.referral(make.user("tksk"))
        move(make, desk, sent.id, "return", note="Di mana?")
        return sent

    def test_the_sender_has_his_time(self, make: Make, desk, asked):
        with pytest.raises(RuleBroken) as refused:
            move(make, desk, asked.id, "resubmit", note="Di pasar, kata lurah.")
        assert codes(refused) == ["sender_has_time"]
        assert read(make, desk, asked.id).allowed_verbs == ["reject", "withdraw"]

    def test_then_the_desk_goes_on_with_what_it_knows(self, make: Make, desk, asked, clock, reader):
        clock.move(hours=24)
        assert "resubmit" in read(make, desk, asked.id).allowed_verbs
        assert "Pelapor belum menjawab" in reader(desk).get(f"/referrals/{asked.id}").text
        assert move(make, desk, asked.id, "resubmit", note="Di pasar, kata lurah.").state == "submitted"

    def test_no_other_desk_does(self, make: Make, asked, clock, api):
        clock.move(hours=24)
        far = make.user("triage", organisation="DINSOS-35.78")
        said = {"verb": "resubmit", "note": "Di pasar."}
        assert api(far).post(f"/referrals/{asked.id}/transitions", said).status_code == 404


def test_a_rest_does_not_come_back_after_a_question(make: Make, desk, clock):
    """It woke by itself, and asked others before the person was."""
    tksk, receiver = make.user("tksk"), shelter(make)
    found = triaged(make, desk, by=tksk, urgency="routine", disclose=["name"])
    decline(make, receiver, offers(make, desk, found.id)[0], "missing_papers")
    move(make, desk, found.id, "return", note="Apa ia punya KTP?")
    clock.move(days=10)
    shelter(make)
    move(make, tksk, found.id, "resubmit", note="Tidak.")
    now = move(make, desk, found.id, "triage", consent={"answer": "not_asked"})
    assert (now.state, now.parked_until) == ("routing", None)
    assert now.due_at > clock.now
    run_clocks()
    assert read(make, desk, found.id).state == "routing"


def test_a_plan_made_before_the_person_was_to_be_asked_asks_nobody(make: Make, desk, truth):
    waiting = triaged(make, desk, urgency="routine", disclose=["name"])
    shelter(make)
    with db.transaction(db.system("night")) as session:
        service.assign_waiting(session)
    truth.run("update referrals set state = 'routing', waits_for_permission = true where id = :id", id=waiting.id)
    assign_waiting()
    assert read(make, desk, waiting.id).state == "routing"


class TestLine:
    """A place that became free belongs to whoever stands in line, whenever that is noticed."""

    @pytest.fixture
    def receiver(self, make: Make, desk):
        return shelter(make, places=0, allows_waiting=True)

    @pytest.fixture
    def in_line(self, make: Make, desk, receiver):
        found = triaged(make, desk)
        wait(make, receiver, offers(make, desk, found.id)[0], expected_on=date(2026, 3, 20))
        return found

    def a_place_more(self, make: Make, receiver) -> None:
        with make.acting(make.user("administrator")) as session:
            set_capacity(session, receiver.office.id, service_id=receiver.service_id, places=1, **LONG)

    def has_place(self, make: Make, desk, found) -> bool:
        return offers(make, desk, found.id)[-1].has_place

    def test_who_comes_after_does_not_overtake(self, make: Make, desk, receiver, in_line):
        self.a_place_more(make, receiver)
        later = triaged(make, desk)
        assert (self.has_place(make, desk, in_line), self.has_place(make, desk, later)) == (True, False)

    def test_nor_who_was_asked_before_and_says_yes_now(self, make: Make, desk, receiver, in_line):
        asked = offers(make, desk, triaged(make, desk).id)[0]
        self.a_place_more(make, receiver)
        with pytest.raises(Exception, match="No place of this service is free"):
            accept(make, receiver, asked)
        run_clocks()
        assert self.has_place(make, desk, in_line)

    def test_an_emergency_presses_more(self, make: Make, desk, receiver, in_line):
        self.a_place_more(make, receiver)
        found = triaged(make, desk, urgency="emergency")
        assert (self.has_place(make, desk, in_line), self.has_place(make, desk, found)) == (False, True)


def test_nobody_was_met_before_he_was_reported(make: Make, desk, clock):
    receiver = shelter(make)
    found = triaged(make, desk)
    accept(make, receiver, offers(make, desk, found.id)[0])
    with pytest.raises(Invalid) as refused:
        move(make, receiver.user, found.id, "meet", happened_at=datetime(2020, 3, 2, tzinfo=UTC))
    assert codes(refused) == ["before_report"]
    with pytest.raises(Invalid):
        move(make, receiver.user, found.id, "meet", happened_at=clock.now - timedelta(days=1))
    # Earlier on the same day he may have been: the telephone was quicker.
    met = move(make, receiver.user, found.id, "meet", happened_at=clock.now - timedelta(hours=1))
    assert met.state == "met"


def test_a_mistake_of_ours_about_one_person_stops_no_clock_of_others(make: Make, desk, clock, monkeypatch):
    for _ in range(2):
        shelter(make)
    broken, other = triaged(make, desk), triaged(make, desk)
    real = rounds.go_on

    def fails_for_one(session, referral):
        if referral.id == broken.id:
            raise AssertionError("a case nobody thought of")
        real(session, referral)

    monkeypatch.setattr(rounds, "go_on", fails_for_one)
    clock.move(hours=24)
    run_clocks()
    assert [offers(make, desk, one.id)[0].state for one in (broken, other)] == ["open", "expired"]


def test_who_has_become_secret_is_so_in_lists_of_what_was_reported_and_offered(make: Make, desk, truth, api):
    receiver = shelter(make)
    person = {"name": "Rahasia Orang", "estimated_age": 30, "sex": "P"}
    found = triaged(make, desk, urgency="emergency", disclose=["name"], person=person)
    changed = api(desk).patch(f"/clients/{found.client_id}", {"confidentiality": "strict"}, version=1)
    assert changed.status_code == 200, changed.text
    with db.transaction(db.system("worker")) as session:
        found_job = truth.one("select id from jobs where name = 'referrals.keep_as_secret' and status = 'queued'")
        job = jobs.job_for(session, found_job)
        service.keep_as_secret(session, job)
    for path, reader in (("/referrals", desk), ("/offers", receiver.user)):
        assert "Rahasia Orang" not in api(reader).get(path).text
