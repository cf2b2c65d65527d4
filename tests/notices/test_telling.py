"""Who is told what when something happens, once and never too much; and whom it no longer concerns."""

import pytest
import sqlalchemy as sa

from kessos_case.notices import service
from kessos_case.notices.rules import NoticeKind
from tests.conftest import Clock, Truth
from tests.factories import SURABAYA, Make, fresh_id, graduation, imports, offers
from tests.factories import notices as maker

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(make: Make):
    return make.user("triage")


@pytest.fixture
def province(make: Make):
    return make.user("triage", organisation="DINSOS-35")


@pytest.fixture
def tksk(make: Make):
    return make.user("tksk")


def unread(truth: Truth, user) -> list[str]:
    return truth.all(
        "select kind from notifications where user_id = :id and read_at is null order by created_at, id", id=user.id
    )


def urgent(truth: Truth, user) -> list[bool]:
    return truth.all("select is_urgent from notifications where user_id = :id", id=user.id)


class TestOnce:
    def test_the_same_is_told_once_however_often_it_is_raised(self, truth: Truth, tksk):
        about = fresh_id()
        for _ in range(3):
            maker.tell(tksk, subject_id=about)
        maker.tell(tksk, subject_id=about, period="2")
        assert unread(truth, tksk) == ["report_emergency"] * 2

    def test_only_what_is_urgent_and_new_asks_for_a_job(self, truth: Truth, tksk):
        waiting = "select count(*) from jobs where name = 'notices.send'"
        about = fresh_id()
        maker.tell(tksk, is_urgent=False)
        assert truth.one(waiting) == 0
        maker.tell(tksk, subject_id=about)
        maker.tell(tksk, subject_id=about)
        assert truth.one(waiting) == 1

    def test_who_does_it_himself_and_who_has_left_is_not_told(self, make: Make, truth: Truth, tksk, desk):
        left, ended = make.user("tksk"), make.user("tksk")
        truth.run("update users set is_active = false where id = :id", id=left.id)
        truth.run("update grants set valid_until = '2026-01-01' where user_id = :id", id=ended.id)
        with make.acting(desk) as session:
            people = [tksk.id, desk.id, left.id, ended.id]
            told = service.notify(
                session, people, NoticeKind.REPORT_RETURNED, subject_kind="referral", subject_id=fresh_id()
            )
        assert told == 1
        assert unread(truth, tksk) == ["report_returned"]

    def test_a_user_cannot_write_notices_by_himself(self, make: Make, tksk, desk):
        row = "insert into notifications values (uuidv7(), :to, 'x', 'x', uuidv7(), '', true, now(), null)"
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), make.acting(tksk) as session:
            session.execute(sa.text(row), {"to": desk.id})


class TestReports:
    def test_an_emergency_is_heard_by_the_regency_and_the_province_and_nowhere_else(
        self, make: Make, truth: Truth, tksk, desk, province
    ):
        elsewhere = make.user("triage", organisation=f"DINSOS-{SURABAYA}")
        make.referral(tksk, urgency="emergency")
        assert unread(truth, desk) == unread(truth, province) == ["report_emergency"]
        assert unread(truth, elsewhere) == unread(truth, tksk) == []
        assert urgent(truth, desk) == [True]

    def test_what_is_no_emergency_waits_in_the_queue(self, make: Make, truth: Truth, tksk, desk):
        make.referral(tksk, urgency="urgent")
        assert unread(truth, desk) == []

    def test_once_somebody_has_taken_it_up_nobody_else_is_called(self, make: Make, truth: Truth, tksk, desk, province):
        offers.triaged(make, desk, by=tksk, urgency="emergency")
        assert "report_emergency" not in unread(truth, province)

    def test_a_report_that_climbs_is_told_to_the_province(
        self, make: Make, truth: Truth, clock: Clock, tksk, desk, province
    ):
        make.referral(tksk, urgency="urgent")
        clock.move(days=3)
        offers.run_clocks()
        offers.run_clocks()
        assert unread(truth, province) == ["report_untriaged"]
        assert unread(truth, desk) == []

    def test_the_sender_hears_that_he_is_asked_and_the_desk_that_he_has_answered(
        self, make: Make, truth: Truth, tksk, desk, province
    ):
        sent = make.referral(tksk)
        offers.move(make, desk, sent.id, "return", note="Di mana?")
        assert unread(truth, tksk) == ["report_returned"]
        offers.move(make, tksk, sent.id, "resubmit", note="Di pasar.")
        assert unread(truth, tksk) == []
        assert unread(truth, desk) == ["report_answered"]
        assert unread(truth, province) == [], "it is the regency's"

    def test_asked_back_twice_he_hears_it_twice(self, make: Make, truth: Truth, tksk, desk):
        sent = make.referral(tksk)
        for _ in range(2):
            offers.move(make, desk, sent.id, "return", note="Di mana?")
            offers.move(make, tksk, sent.id, "resubmit", note="Di pasar.")
        assert truth.one("select count(*) from notifications where user_id = :id", id=tksk.id) == 2

    def test_the_sender_hears_how_it_ended_but_not_what_he_did_himself(self, make: Make, truth: Truth, tksk, desk):
        rejected, withdrawn = make.referral(tksk), make.referral(tksk)
        offers.move(make, desk, rejected.id, "reject", reason="duplicate")
        offers.move(make, tksk, withdrawn.id, "withdraw", reason="solved")
        assert unread(truth, tksk) == ["referral_rejected"]

    def test_a_need_that_nobody_can_meet_is_told_to_sender_and_desk(self, make: Make, truth: Truth, tksk, desk):
        offers.triaged(make, desk, by=tksk, urgency="emergency")
        assert unread(truth, tksk) == ["referral_unmet"]
        # The officer who triaged did it himself; his colleague hears of it.
        assert unread(truth, desk) == []

    def test_a_colleague_of_the_officer_hears_of_an_unmet_need(self, make: Make, truth: Truth, tksk, desk):
        colleague = make.user("triage")
        offers.triaged(make, desk, by=tksk, urgency="emergency")
        assert unread(truth, colleague) == ["referral_unmet"]


class TestOffers:
    @pytest.fixture
    def receiver(self, make: Make):
        return offers.shelter(make)

    @pytest.fixture
    def asked(self, make: Make, desk, tksk, receiver):
        sent = offers.triaged(make, desk, by=tksk, urgency="emergency")
        return offers.offers(make, desk, sent.id)[0]

    def test_who_may_answer_is_told_and_in_an_emergency_at_once(self, make: Make, truth: Truth, receiver, asked):
        assert unread(truth, receiver.user) == ["offer_made"]
        assert urgent(truth, receiver.user) == [True]

    def test_at_half_time_the_receiver_is_reminded_once(self, truth: Truth, clock: Clock, receiver, asked):
        clock.set(str(truth.one("select remind_at from offers")))
        offers.run_clocks()
        offers.run_clocks()
        assert unread(truth, receiver.user) == ["offer_made", "offer_reminder"]

    def test_once_answered_nobody_is_asked_any_more_and_the_sender_hears_it(
        self, make: Make, truth: Truth, receiver, asked, tksk
    ):
        colleague = make.user("partner", organisation=receiver.office.code)
        offers.accept(make, receiver, asked)
        assert unread(truth, receiver.user) == unread(truth, colleague) == []
        assert unread(truth, tksk) == ["referral_accepted"]

    def test_a_no_asks_the_next_one_and_not_the_desk(self, make: Make, truth: Truth, desk, tksk, receiver, asked):
        other = offers.shelter(make)
        offers.decline(make, receiver, asked, "full")
        assert unread(truth, receiver.user) == []
        assert unread(truth, other.user) == ["offer_made"]
        assert "referral_to_choose" not in unread(truth, desk)

    def test_who_gives_a_person_back_leaves_the_choice_to_the_desk(
        self, make: Make, truth: Truth, desk, receiver, asked
    ):
        offers.accept(make, receiver, asked)
        offers.move(make, receiver.user, asked.referral_id, "hand_back", reason="no_longer_able")
        assert unread(truth, desk) == ["referral_to_choose"]


class TestOthers:
    def test_a_co_signer_is_told_when_he_is_named_and_not_when_another_is(self, make: Make, truth: Truth):
        worker = make.caseworker()
        leader = make.user("supervisor", organisation="PSTW-BONDOWOSO")
        first, second = (graduation.co_signer(make) for _ in range(2))
        review = graduation.review(make, worker)
        for wanted in (first, second):
            graduation.named(make, leader, review.id, wanted)
        assert unread(truth, first) == []
        assert unread(truth, second) == ["co_signature_asked"]

    def test_who_sent_a_file_hears_when_it_is_checked(self, make: Make, truth: Truth):
        leader = make.user("supervisor", organisation="PSTW-BONDOWOSO")
        imports.checked(make, leader, imports.csv_of(imports.row()))
        assert unread(truth, leader) == ["import_checked"]
