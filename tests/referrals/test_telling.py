"""Nothing is sent into silence: who hears of each move, and that whoever prepared for a person hears when that is over."""

from datetime import timedelta

import pytest

from kessos_case.notices.rules import NoticeKind, page_of
from kessos_case.notices.wording import ADVICE, TITLES
from kessos_case.referrals.rules import (
    SETTLED_AFTER,
    TOLD,
    TRANSITIONS,
    OfferState,
    Party,
    Verb,
    is_over_for_receiver,
)
from tests.factories import Make, fresh_id
from tests.factories.offers import accept, decline, move, offers, run_clocks, shelter, triaged, wait


@pytest.fixture
def desk(make: Make, clock):
    return make.user("triage")


@pytest.fixture
def sender(make: Make, clock):
    return make.user("tksk")


@pytest.fixture
def heard(truth):
    """The kinds of what a user was told and has not read, oldest first."""

    def of(user):
        query = "select kind from notifications where user_id = :id and read_at is null order by created_at, id"
        return truth.all(query, id=user.id)

    return of


class TestRules:
    """The table."""

    def test_every_verb_says_who_hears_it(self):
        assert set(TOLD) == {line.verb for line in TRANSITIONS} | {Verb.SUBMIT}

    def test_the_sender_hears_whatever_changes_what_he_can_expect(self):
        told = {verb for verb, parties in TOLD.items() if Party.SENDER in parties}
        assert told == {
            Verb.RETURN, Verb.REJECT, Verb.ACCEPT, Verb.ADMIT, Verb.WAIT_LIST, Verb.MEET, Verb.NO_SHOW, Verb.COMPLETE,
            Verb.HAND_BACK, Verb.TAKE_BACK, Verb.MARK_UNMET, Verb.WITHDRAW,
        }  # fmt: skip

    def test_nobody_is_told_twice_by_one_move(self):
        for parties in TOLD.values():
            kinds = [kind for party, kind in parties.items() if party is Party.RECEIVER]
            assert len(kinds) <= 1

    @pytest.mark.parametrize("kind", list(NoticeKind))
    def test_every_kind_has_words_and_a_page(self, kind):
        assert str(TITLES[kind])
        assert str(ADVICE[kind])
        assert page_of(kind, fresh_id()).startswith("/")

    def test_what_is_settled_was_told(self):
        told = {kind for parties in TOLD.values() for kind in parties.values()}
        told |= {NoticeKind.REPORT_EMERGENCY, NoticeKind.REPORT_UNTRIAGED}
        assert {kind for kinds in SETTLED_AFTER.values() for kind in kinds} <= told

    @pytest.mark.parametrize(
        ("before", "after", "verb", "is_over"),
        [
            (OfferState.OPEN, OfferState.REVOKED, Verb.ACCEPT, True),
            (OfferState.OPEN, OfferState.EXPIRED, Verb.EXPIRE, True),
            (OfferState.WAITING, OfferState.REVOKED, Verb.LEAVE_LINE, True),
            (OfferState.ACCEPTED, OfferState.REVOKED, Verb.WITHDRAW, True),
            (OfferState.ACCEPTED, OfferState.REVOKED, Verb.TAKE_BACK, True),
            (OfferState.ACCEPTED, OfferState.REVOKED, Verb.NO_SHOW, False),
            (OfferState.OPEN, OfferState.DECLINED, Verb.DECLINE, False),
            (OfferState.ACCEPTED, OfferState.DECLINED, Verb.HAND_BACK, False),
            (OfferState.OPEN, OfferState.ACCEPTED, Verb.ACCEPT, False),
        ],
    )
    def test_a_receiver_hears_what_ended_without_his_doing(self, before, after, verb, is_over):
        assert is_over_for_receiver(before, after, verb) is is_over


def test_a_receiver_who_waits_for_a_person_hears_that_he_does_not_come(make: Make, desk, sender, heard):
    receiver = shelter(make)
    found = triaged(make, desk, by=sender)
    accept(make, receiver, offers(make, desk, found.id)[0])
    move(make, sender, found.id, "withdraw", reason="solved")
    assert heard(receiver.user) == ["offer_over"]


def test_a_receiver_who_has_not_answered_hears_that_he_need_not(make: Make, desk, sender, heard):
    receiver = shelter(make)
    found = triaged(make, desk, by=sender)
    assert heard(receiver.user) == ["offer_made"]
    move(make, desk, found.id, "withdraw", reason="died")
    assert heard(receiver.user) == ["offer_over"]
    assert heard(sender) == ["referral_ended"]


def test_of_three_who_were_asked_the_other_two_hear_that_one_was_faster(make: Make, desk, sender, heard):
    receivers = [shelter(make) for _ in range(3)]
    found = triaged(make, desk, by=sender, urgency="emergency")
    by_office = {card.organisation_id: card for card in offers(make, desk, found.id)}
    accept(make, receivers[1], by_office[receivers[1].office.id])
    assert [heard(one.user) for one in receivers] == [["offer_over"], [], ["offer_over"]]


def test_a_receiver_hears_that_his_time_is_over(make: Make, desk, clock, heard):
    receiver = shelter(make)
    triaged(make, desk)
    clock.move(hours=24)
    run_clocks()
    assert heard(receiver.user) == ["offer_over"]


def test_whoever_says_no_himself_is_told_nothing(make: Make, desk, heard):
    receiver = shelter(make)
    found = triaged(make, desk)
    decline(make, receiver, offers(make, desk, found.id)[0], "full")
    assert heard(receiver.user) == []


def test_the_sender_hears_each_step_of_the_way(make: Make, desk, sender, clock, heard):
    receiver = shelter(make, allows_waiting=True)
    found = triaged(make, desk, by=sender)
    assert heard(sender) == []
    wait(make, receiver, offers(make, desk, found.id)[0], expected_on=(clock.now + timedelta(days=2)).date())
    assert heard(sender) == ["referral_in_line"]
    move(make, receiver.user, found.id, "admit")
    assert heard(sender) == ["referral_accepted"]
    move(make, receiver.user, found.id, "no_show")
    assert heard(sender) == ["referral_accepted", "referral_missed"]
    move(make, receiver.user, found.id, "meet", happened_at=clock.now)
    assert heard(sender) == ["referral_accepted", "referral_met"]
    move(make, receiver.user, found.id, "complete", reason="served")
    assert heard(sender) == ["referral_accepted", "referral_met", "referral_ended"]


def test_a_sender_hears_that_the_person_was_given_back(make: Make, desk, sender, heard):
    receiver = shelter(make)
    found = triaged(make, desk, by=sender)
    accept(make, receiver, offers(make, desk, found.id)[0])
    move(make, receiver.user, found.id, "hand_back", reason="not_suitable")
    assert heard(sender) == ["referral_accepted", "referral_handed_back"]
    assert heard(desk) == ["referral_to_choose"]


def test_a_sender_whose_report_goes_no_further_reads_what_to_do_instead(make: Make, desk, sender, heard, reader):
    sent = make.referral(sender)
    move(make, desk, sent.id, "reject", reason="not_social_welfare")
    assert heard(sender) == ["referral_rejected"]
    page = reader(sender).get(f"/referrals/{sent.id}").text
    above = page.partition("Isi laporan")[0]
    assert "Bukan urusan dinas sosial" in above
    assert "Hubungi kantor desa atau kelurahan" in above
