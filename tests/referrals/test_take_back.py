"""A receiver that accepted and then says nothing: the desk may take the person back, once its time is over and not before."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from kessos_case.core.errors import Forbidden, NotFound, RuleBroken
from kessos_case.referrals import service
from kessos_case.referrals.rules import (
    LADDER,
    TAKEN_BACK_AT,
    Party,
    Rung,
    State,
    Verb,
    transition_for,
    turns_before_taking,
)
from kessos_case.reports.service import read_scorecard
from tests.factories import Make
from tests.factories.offers import accept, count_records, home, move, offers, run_clocks, shelter, triaged

SILENT = {"reason": "receiver_silent", "note": "Ditelepon tiga kali, tidak diangkat."}
# How long a receiver of somebody urgent has to meet him, and then to say how it ended.
MEETING, OUTCOME = 72, 720


@pytest.fixture
def desk(make: Make, clock):
    return make.user("triage")


@pytest.fixture
def tksk(make: Make):
    return make.user("tksk")


@pytest.fixture
def first(make: Make):
    return shelter(make, places=1)


@pytest.fixture
def taken(make: Make, desk, tksk, first):
    """Somebody urgent whom the first shelter has accepted, with its only place."""
    found = triaged(make, desk, by=tksk)
    accept(make, first, offers(make, desk, found.id)[0])
    return found


def codes(refused) -> list[str]:
    return sorted(error["code"] for error in refused.value.errors)


def row(truth, referral_id):
    return truth.all("select state, met_at is null, no_shows, chased from referrals where id = :id", id=referral_id)[0]


def places(truth, receiver):
    return truth.all("select reserved, taken from service_capacities where service_id = :id", id=receiver.service_id)[0]


class TestRules:
    """Whose turn must have come, as data."""

    def test_only_whom_a_receiver_has_can_be_taken_from_it(self):
        assert set(TAKEN_BACK_AT) == set(transition_for(Verb.TAKE_BACK).sources)
        assert [turns_before_taking(state, 0) for state in set(State) - set(TAKEN_BACK_AT)] == [None] * 9

    def test_it_is_for_the_desk_alone(self):
        assert set(transition_for(Verb.TAKE_BACK).by) == {Party.DESK}

    @pytest.mark.parametrize(("state", "turns"), [(State.ACCEPTED, [0, -1, -1, -1]), (State.MET, [1, 0, -1, -1])])
    def test_whoever_was_met_is_asked_about_first(self, state, turns):
        assert [turns_before_taking(state, asked) for asked in range(4)] == turns

    def test_a_turn_that_must_have_come_stands_on_the_ladder(self):
        assert all(rung in LADDER[state] for state, rung in TAKEN_BACK_AT.items())
        assert TAKEN_BACK_AT[State.MET] is Rung.REGENCY


class TestWhen:
    """Not before the ladder says so."""

    def test_while_there_is_time_the_desk_is_told_until_when(self, make: Make, desk, clock, taken, truth):
        clock.move(hours=MEETING - 1)
        with pytest.raises(RuleBroken) as refused:
            move(make, desk, taken.id, "take_back", **SILENT)
        assert codes(refused) == ["not_silent_yet"]
        assert row(truth, taken.id)[0] == "accepted"

    def test_all_that_is_missing_is_said_at_once(self, make: Make, desk, taken):
        with pytest.raises(RuleBroken) as refused:
            move(make, desk, taken.id, "take_back")
        assert codes(refused) == ["attempts_missing", "not_silent_yet", "reason_missing"]

    def test_once_the_time_to_meet_is_over_it_can_be_done_also_while_the_clock_stands(
        self, make: Make, desk, clock, taken, truth
    ):
        clock.move(hours=MEETING)
        assert "take_back" in view(make, desk, taken.id).card.allowed_verbs
        move(make, desk, taken.id, "take_back", **SILENT)
        assert row(truth, taken.id)[:2] == ("unmet", True)

    @pytest.mark.parametrize("rounds", [True, False], ids=["asked", "the_clock_stood"])
    def test_of_a_person_who_was_met_the_receiver_has_the_same_time_twice(
        self, make: Make, desk, clock, taken, first, truth, rounds
    ):
        move(make, first.user, taken.id, "meet", happened_at=clock.now)
        for _ in range(2):
            with pytest.raises(RuleBroken) as refused:
                move(make, desk, taken.id, "take_back", **SILENT)
            assert codes(refused) == ["not_silent_yet"]
            clock.move(hours=OUTCOME)
            if rounds:
                run_clocks()
        move(make, desk, taken.id, "take_back", **SILENT)
        assert row(truth, taken.id)[:2] == ("unmet", True)

    def test_a_receiver_that_writes_down_a_missed_meeting_is_not_silent(self, make: Make, desk, clock, taken, first):
        clock.move(hours=MEETING)
        run_clocks()
        move(make, first.user, taken.id, "no_show")
        assert "take_back" not in view(make, desk, taken.id).card.allowed_verbs
        with pytest.raises(RuleBroken):
            move(make, desk, taken.id, "take_back", **SILENT)

    def test_what_is_only_offered_is_taken_back_otherwise(self, make: Make, desk, clock, first):
        found = triaged(make, desk)
        with pytest.raises(RuleBroken) as refused:
            move(make, desk, found.id, "take_back", **SILENT)
        assert codes(refused) == ["wrong_state"]


def view(make, by, referral_id):
    with make.acting(by) as session:
        return service.view_referral(session, referral_id)


class TestWhat:
    """What follows from it."""

    @pytest.fixture(autouse=True)
    def late(self, clock, taken):
        clock.move(hours=MEETING)
        run_clocks()

    def test_the_next_one_is_asked_at_once_and_the_place_is_free(self, make: Make, desk, taken, first, truth):
        second = shelter(make)
        made = move(make, desk, taken.id, "take_back", **SILENT)
        assert made.state == "offered"
        asked = truth.all(
            "select service_id, state, reason from offers where referral_id = :id order by offered_at", id=taken.id
        )
        assert asked == [(first.service_id, "revoked", "receiver_silent"), (second.service_id, "open", None)]
        assert places(truth, first) == (0, 0)

    def test_the_silent_one_is_not_asked_again_for_this_person(self, make: Make, desk, taken, first, truth):
        made = move(make, desk, taken.id, "take_back", **SILENT)
        assert made.state == "unmet"
        with make.acting(desk) as session:
            choice = service.view_choice(session, taken.id, 10)
        failed = [rule["code"] for one in choice.candidates for rule in one.rules if not rule["holds"]]
        assert failed == ["refused"]

    def test_sender_and_receiver_are_told_and_whoever_was_asked_need_not_see_after_it(
        self, make: Make, desk, tksk, taken, first, truth
    ):
        shelter(make)
        move(make, desk, taken.id, "take_back", **SILENT)
        heard = "select kind from notifications where user_id = :id and read_at is null"
        assert "referral_handed_back" in truth.all(heard, id=tksk.id)
        assert truth.all(heard, id=first.user.id) == ["offer_over"]
        open_tasks = "select count(*) from tasks where subject_id = :id and state = 'open' and kind = 'chase_referral'"
        assert truth.one(open_tasks, id=taken.id) == 0

    def test_what_the_desk_tried_stands_sealed_in_the_history(self, make: Make, desk, taken, truth):
        move(make, desk, taken.id, "take_back", **SILENT)
        entry = next(entry for entry in view(make, desk, taken.id).history if entry["verb"] == "take_back")
        assert (entry["reason"], entry["note"]) == (SILENT["reason"], SILENT["note"])
        assert truth.one("select count(*) from timeline_entries where kind = 'referral_taken_back'") == 1

    def test_it_counts_against_the_receiver_as_one_given_back(self, make: Make, desk, taken, first, truth):
        move(make, desk, taken.id, "take_back", **SILENT)
        with make.acting(first.user) as session:
            found = read_scorecard(session, first.office.id)
        assert (found.all.accepted, found.all.handed_back, found.all.taken_back) == (1, 1, 0)
        assert (found.all.meeting.part, found.all.meeting.whole, found.all.success.whole) == (0, 1, 1)
        assert found.hand_back_reasons == {"receiver_silent": 1}
        count_records()
        counted = "select offered, accepted, ended, completed from service_records where service_id = :id"
        assert truth.all(counted, id=first.service_id) == [(1, 1, 1, 0)]

    def test_a_home_reaches_the_person_no_more(self, make: Make, desk, clock, truth, first, taken):
        # The only place of the shelter is taken, so that the home is asked.
        upt = home(make)
        found = triaged(make, desk)
        accept(make, upt, offers(make, desk, found.id)[0])
        clock.move(hours=MEETING)
        move(make, desk, found.id, "take_back", **SILENT)
        reach = "select count(*) from client_access where organisation_id = :id and valid_until is null"
        assert truth.one(reach, id=upt.office.id) == 0

    def test_the_receiver_reads_why_and_can_do_nothing_more(self, make: Make, desk, taken, first, reader, truth):
        move(make, desk, taken.id, "take_back", **SILENT)
        offer_id = truth.one("select id from offers where organisation_id = :id", id=first.office.id)
        page = reader(first.user).get(f"/inbox/{offer_id}").text
        assert "Ditarik oleh dinas sosial: tidak ada kabar dari lembaga sampai waktunya habis" in page
        with pytest.raises(NotFound):
            move(make, first.user, taken.id, "meet", happened_at=None)


class TestWho:
    """The desk of the place, and nobody else."""

    def test_neither_sender_nor_receiver(self, make: Make, clock, tksk, first, taken):
        clock.move(hours=MEETING)
        for by in (tksk, first.user):
            with pytest.raises(Forbidden):
                move(make, by, taken.id, "take_back", **SILENT)

    def test_no_desk_of_another_place(self, make: Make, clock, taken):
        clock.move(hours=MEETING)
        elsewhere = make.user("triage", organisation="DINSOS-35.78", region="35.78")
        with pytest.raises(NotFound):
            move(make, elsewhere, taken.id, "take_back", **SILENT)

    def test_the_desk_of_the_province_may(self, make: Make, clock, taken):
        clock.move(hours=MEETING)
        move(make, make.user("triage", organisation="DINSOS-35"), taken.id, "take_back", **SILENT)

    def test_over_http_a_refusal_says_what_is_missing(self, make: Make, desk, api, taken):
        answer = api(desk).post(f"/referrals/{taken.id}/transitions", {"verb": "take_back", **SILENT})
        assert answer.status_code == 409
        assert [error["code"] for error in answer.json["errors"]] == ["not_silent_yet"]


class TestPage:
    """The desk's page of one referral."""

    def test_before_the_time_is_over_it_says_from_when(self, make: Make, desk, taken, first, reader):
        page = reader(desk).get(f"/referrals/{taken.id}").text
        assert "tidak ada kabar dari lembaga, orangnya bisa diambil kembali di sini" in page
        assert f'href="/partners/{first.office.id}"' in page
        assert 'value="take_back"' not in page

    def test_after_it_one_form_takes_the_person_back_and_shows_who_is_asked_now(
        self, make: Make, desk, clock, taken, reader, truth
    ):
        clock.move(hours=MEETING)
        second = shelter(make)
        browser = reader(desk)
        empty = browser.post(f"/referrals/{taken.id}/moves", verb="take_back", reason="receiver_silent", note="")
        assert empty.status_code == 409
        assert "Tulis bagaimana lembaganya sudah dihubungi" in empty.text
        done = browser.post(f"/referrals/{taken.id}/moves", verb="take_back", **SILENT)
        assert done.status_code == 303
        shown = browser.get(done.location).text
        assert "Orangnya sudah diambil kembali" in shown
        assert second.office.name in shown
        assert row(truth, taken.id)[0] == "offered"

    def test_the_sender_sees_no_such_form(self, tksk, clock, taken, reader):
        clock.move(hours=MEETING)
        assert "take_back" not in reader(tksk).get(f"/referrals/{taken.id}").text


class TestAtOnce:
    """Two connections at the same moment."""

    def after_its_time(self, make, clock):
        desk = make.user("triage")
        receiver = shelter(make, places=1)
        found = triaged(make, desk)
        accept(make, receiver, offers(make, desk, found.id)[0])
        clock.move(hours=MEETING)
        return desk, receiver, found.id

    def at_once(self, *moves):
        def tried(call):
            try:
                return call().state
            except RuleBroken as refused:
                return refused.errors[0]["code"]
            except (Forbidden, NotFound) as refused:
                return refused.code

        with ThreadPoolExecutor(len(moves)) as pool:
            return sorted(pool.map(tried, moves))

    def test_of_two_officers_one_takes_the_person_back(self, committed, make_committed: Make, clock):
        make = make_committed
        desk, _receiver, referral_id = self.after_its_time(make, clock)
        both = [desk, make.user("triage")]
        done = self.at_once(*[lambda by=by: move(make, by, referral_id, "take_back", **SILENT) for by in both])
        assert done == ["unmet", "wrong_state"]
        with committed.connect() as connection:
            assert connection.exec_driver_sql("select reserved, taken from service_capacities").one() == (0, 0)

    def test_a_meeting_written_down_at_the_same_moment_is_not_lost(self, committed, make_committed: Make, clock):
        make = make_committed
        desk, receiver, referral_id = self.after_its_time(make, clock)
        met_at = clock.now - timedelta(hours=1)
        done = self.at_once(
            lambda: move(make, desk, referral_id, "take_back", **SILENT),
            lambda: move(make, receiver.user, referral_id, "meet", happened_at=met_at),
        )
        # Whoever is second reads what the first did: a person who was met is not silently taken, one taken is not met.
        assert done in (["met", "not_silent_yet"], ["forbidden", "unmet"], ["not_found", "unmet"])
