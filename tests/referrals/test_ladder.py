"""Nothing that is open lies still unseen: who is asked when the time of a state is over, who after him, and when that ends."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kessos_case.referrals import queries
from kessos_case.referrals.rules import CLOCK_OF, LADDER, OPEN_STATES, OWNER_OF, Party, Rung, State, next_rung
from tests.factories import Make
from tests.factories.offers import accept, assign_waiting, decline, move, offers, run_clocks, shelter, triaged, wait

SHELTERS = ("partner", "DINSOS-35.09", "DINSOS-35")


@pytest.fixture
def desk(make: Make, clock):
    return make.user("triage")


@pytest.fixture
def province(make: Make):
    return make.user("triage", organisation="DINSOS-35")


def asked(truth, referral_id):
    """The desks that were asked to see after it, in order: (role, code of the office, state of the task)."""
    return truth.all(
        """select t.role, o.code, t.state from tasks t join organisations o on o.id = t.organisation_id
           where t.subject_id = :id and t.kind = 'chase_referral' order by t.created_at, t.id""",
        id=referral_id,
    )


def told(truth, user):
    return truth.one(
        "select count(*) from notifications where user_id = :id and kind = 'referral_late' and read_at is null",
        id=user.id,
    )


class TestRules:
    """Who is next, as data."""

    @pytest.mark.parametrize("state", sorted(OPEN_STATES))
    def test_every_open_state_has_a_clock_an_owner_and_a_ladder_up_to_the_province(self, state):
        assert state in CLOCK_OF
        assert state in OWNER_OF
        assert LADDER[state][0] is Rung.HOLDER
        assert LADDER[state][-1] is Rung.PROVINCE
        assert (Rung.REGENCY in LADDER[state]) == (OWNER_OF[state] is not Party.DESK)

    @pytest.mark.parametrize("state", sorted(OPEN_STATES))
    def test_each_is_asked_once_and_then_there_is_nobody_higher(self, state):
        ladder = [next_rung(state, count) for count in range(5)]
        assert [rung for rung in ladder if rung] == list(LADDER[state])
        assert ladder[-1] is None

    @pytest.mark.parametrize("state", sorted(set(State) - OPEN_STATES))
    def test_what_has_ended_asks_nobody(self, state):
        assert next_rung(state, 0) is None


def returned(make, desk, sender):
    sent = make.referral(sender)
    move(make, desk, sent.id, "return", note="Di mana tepatnya?")
    return sent.id


def accepted(make, desk, sender):
    receiver = shelter(make)
    found = triaged(make, desk, by=sender)
    accept(make, receiver, offers(make, desk, found.id)[0])
    return found.id


def met(make, desk, sender, clock=None):
    receiver = shelter(make)
    found = triaged(make, desk, by=sender)
    accept(make, receiver, offers(make, desk, found.id)[0])
    move(make, receiver.user, found.id, "meet", happened_at=clock.now)
    return found.id


def waiting(make, desk, sender, clock):
    receiver = shelter(make, allows_waiting=True)
    found = triaged(make, desk, by=sender)
    card = offers(make, desk, found.id)[0]
    wait(make, receiver, card, expected_on=(clock.now + timedelta(days=60)).date())
    return found.id


def test_a_sender_who_does_not_answer_is_asked_then_the_desk_then_the_province(
    make: Make, desk, province, clock, truth
):
    sender = make.user("tksk")
    referral_id = returned(make, desk, sender)
    run_clocks()
    assert asked(truth, referral_id) == []
    for place, who in (("DINSOS-35.09", sender), ("DINSOS-35.09", desk), ("DINSOS-35", province)):
        clock.move(hours=24)
        run_clocks()
        run_clocks()
        assert asked(truth, referral_id)[-1][1] == place
        assert told(truth, who) == 1
    assert [role for role, _, _ in asked(truth, referral_id)] == ["tksk", "triage", "triage"]
    clock.move(days=90)
    run_clocks()
    assert len(asked(truth, referral_id)) == 3


def test_a_sender_who_has_left_is_passed_over(make: Make, desk, clock, truth):
    sender = make.user("tksk")
    referral_id = returned(make, desk, sender)
    truth.run("update users set is_active = false where id = :id", id=sender.id)
    clock.move(hours=24)
    run_clocks()
    assert asked(truth, referral_id) == [("triage", "DINSOS-35.09", "open")]


@pytest.mark.parametrize(("arrive", "hours"), [(accepted, 72), (met, 720), (waiting, 72)])
def test_a_receiver_who_lets_it_lie_is_asked_then_the_desks(make: Make, desk, province, clock, truth, arrive, hours):
    about = {} if arrive is accepted else {"clock": clock}
    referral_id = arrive(make, desk, make.user("tksk"), **about)
    for count in (1, 2, 3):
        clock.move(hours=hours)
        run_clocks()
        assert len(asked(truth, referral_id)) == count
    assert [role for role, _, _ in asked(truth, referral_id)] == ["partner", "triage", "triage"]
    assert [place for _, place, _ in asked(truth, referral_id)][1:] == ["DINSOS-35.09", "DINSOS-35"]
    assert told(truth, province) == 1


def test_what_nobody_can_take_comes_back_to_the_desk_and_goes_up(make: Make, desk, province, clock, truth):
    referral_id = triaged(make, desk).id
    for _ in range(3):
        clock.move(hours=72)
        run_clocks()
    assert asked(truth, referral_id) == [("triage", "DINSOS-35.09", "open"), ("triage", "DINSOS-35", "open")]


def test_the_province_is_not_asked_twice_about_what_it_has(make: Make, desk, province, clock, truth):
    sent = make.referral(make.user("tksk"))
    for _ in range(4):
        clock.move(hours=24)
        run_clocks()
    assert asked(truth, sent.id) == [("triage", "DINSOS-35", "open")]


def test_when_it_moves_nobody_need_see_after_it_any_more(make: Make, desk, clock, truth):
    sender = make.user("tksk")
    referral_id = returned(make, desk, sender)
    for _ in range(2):
        clock.move(hours=24)
        run_clocks()
    move(make, sender, referral_id, "resubmit", note="Di pasar.")
    assert {state for _, _, state in asked(truth, referral_id)} == {"done"}
    assert told(truth, sender) == told(truth, desk) == 0


def test_the_same_state_later_is_asked_about_anew(make: Make, desk, clock, truth):
    sender = make.user("tksk")
    referral_id = returned(make, desk, sender)
    clock.move(hours=24)
    run_clocks()
    move(make, sender, referral_id, "resubmit", note="Di pasar.")
    move(make, desk, referral_id, "return", note="Pasar yang mana?")
    clock.move(hours=24)
    run_clocks()
    assert [state for _, _, state in asked(truth, referral_id)] == ["done", "open"]


def test_a_meeting_that_was_missed_gives_the_receiver_new_time(make: Make, desk, clock, truth):
    receiver = shelter(make)
    found = triaged(make, desk)
    accept(make, receiver, offers(make, desk, found.id)[0])
    clock.move(hours=72)
    run_clocks()
    move(make, receiver.user, found.id, "no_show")
    assert [state for _, _, state in asked(truth, found.id)] == ["done"]


def test_the_desks_that_are_asked_may_look_at_it(make: Make, desk, province, clock, reader):
    referral_id = accepted(make, desk, make.user("tksk"))
    for _ in range(3):
        clock.move(hours=72)
        run_clocks()
    assert reader(province).get(f"/referrals/{referral_id}").status_code == 200


class TestNothingWithoutAnOwner:
    """Whatever is done to a referral: while it is open somebody has it, until a time, and somebody is asked after that."""

    def check(self, truth, session):
        assert session.scalars(queries.ownerless()).all() == []
        assert truth.one("select sum(ownerless) from referral_clocks(now())") == 0
        late = "select count(*) from referrals where due_at is not null and chase_at is null and chased = 0"
        assert truth.one(late) == 0

    def test_after_every_verb(self, make: Make, desk, clock, truth, session):
        sender = make.user("tksk")
        first = shelter(make, allows_waiting=True)
        sent = make.referral(sender)

        def then(verb, by, **said):
            made = move(make, by, sent.id, verb, **said)
            self.check(truth, session)
            return made

        self.check(truth, session)
        then("return", desk, note="Di mana?")
        then("resubmit", sender, note="Di pasar.")
        then("triage", desk, new_client={})
        wait(make, first, offers(make, desk, sent.id)[-1], expected_on=(clock.now + timedelta(days=3)).date())
        self.check(truth, session)
        then("admit", first.user)
        then("no_show", first.user)
        then("hand_back", first.user, reason="no_longer_able")
        clock.move(hours=25)
        run_clocks()
        self.check(truth, session)
        second = shelter(make)
        assign_waiting()
        self.check(truth, session)
        decline(make, second, offers(make, desk, sent.id)[-1], "missing_papers")
        self.check(truth, session)
        clock.move(days=8)
        run_clocks()
        self.check(truth, session)
        third = shelter(make)
        clock.move(days=2)
        run_clocks()
        assign_waiting()
        accept(make, third, offers(make, desk, sent.id)[-1])
        then("meet", third.user, happened_at=clock.now)
        then("complete", third.user, reason="served")
        assert truth.one("select due_at from referrals where id = :id", id=sent.id) is None

    @pytest.mark.parametrize("lost", ["owner_organisation_id", "due_at"])
    def test_the_database_refuses_what_nobody_has(self, make: Make, truth, connection, lost):
        sent = make.referral(make.user("tksk"))
        with pytest.raises(sa.exc.IntegrityError, match="open_has_owner_and_time"), connection.begin_nested():
            truth.run(f"update referrals set {lost} = null where id = :id", id=sent.id)

    def test_the_query_finds_what_nobody_has(self, make: Make, truth, session):
        sent = make.referral(make.user("tksk"))
        truth.run("alter table referrals drop constraint ck_referrals_open_has_owner_and_time")
        truth.run("update referrals set due_at = null where id = :id", id=sent.id)
        session.expire_all()
        assert [found.id for found in session.scalars(queries.ownerless())] == [sent.id]
        assert truth.one("select sum(ownerless) from referral_clocks(now())") == 1

    def test_operators_see_what_is_open_late_and_without_an_owner(self, make: Make, api, truth):
        make.referral(make.user("tksk"))
        truth.run("update referrals set due_at = now() - interval '1 day'")
        counts = truth.all("select * from referral_clocks(now())")
        assert ("submitted", 1, 0, 1) in counts
        said = api.bare.get("/metrics").get_data(as_text=True)
        for state, is_open, _ownerless, overdue in counts:
            assert f'kessos_referrals_open{{state="{state}"}} {is_open}.0' in said
            assert f'kessos_referrals_overdue{{state="{state}"}} {overdue}.0' in said
        assert "kessos_referrals_ownerless 0.0" in said
