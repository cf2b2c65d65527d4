"""Links by which a receiver without an account answers one offer: what they open, what they do not, and when they end."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from kessos_case.access import limits
from kessos_case.clients.service import withdraw_consent
from kessos_case.core import db
from kessos_case.core.errors import Conflict, Forbidden, NotFound, RuleBroken, TooManyRequests
from kessos_case.core.ids import random_token
from kessos_case.core.keys import token_hash
from kessos_case.core.settings import settings
from kessos_case.referrals import service
from kessos_case.referrals.rules import Verb
from kessos_case.referrals.service import DeadLink
from tests.factories import Make
from tests.factories.offers import accept, decline, home, offer, offers, run_clocks, shelter, triaged, wait

SOMEWHERE = "203.0.113.7"


@pytest.fixture
def desk(make: Make, clock):
    return make.user("triage")


@pytest.fixture
def address(monkeypatch):
    """An address that no other test has counted against, where a few guesses are enough."""
    monkeypatch.setenv("KESSOS_SIGN_IN_TRIES_ADDRESS", "3")
    settings.cache_clear()
    yield f"2001:db8::{random_token(2).encode().hex()}"
    settings.cache_clear()


def link_to(make: Make, desk, asked) -> service.MadeLink:
    with make.acting(desk) as session:
        return service.make_answer_link(session, asked.referral_id, asked.id)


def look(link, address=SOMEWHERE) -> service.OpenedOffer:
    with db.transaction(db.nobody()) as session:
        return service.open_link(session, link.token, address).received


def answer(link, verb: Verb, address=SOMEWHERE, **said) -> service.OpenedOffer:
    with db.transaction(db.nobody()) as session:
        return service.answer_by_link(session, link.token, address, verb, **said).received


def why_dead(link) -> tuple[str, str]:
    with pytest.raises(DeadLink) as dead:
        look(link)
    return dead.value.why, dead.value.desk


@pytest.fixture
def asked(make: Make, desk):
    """An open offer to a shelter."""
    shelter(make)
    return offers(make, desk, triaged(make, desk).id)[0]


@pytest.fixture
def link(make: Make, desk, asked):
    return link_to(make, desk, asked)


class TestMaking:
    """The desk makes links."""

    def test_only_the_hash_is_kept(self, link, truth):
        kept = truth.all("select token_hash, id from answer_links")
        assert kept == [(token_hash(link.token), link.id)]
        assert link.token not in json.dumps(truth.all("select detail::text from audit_entries"))

    def test_it_lives_as_long_as_the_offer(self, link, asked):
        assert link.expires_at == asked.expires_at

    def test_only_the_desk_of_the_place_makes_one(self, make: Make, desk):
        receiver = shelter(make)
        asked = offers(make, desk, triaged(make, desk).id)[0]
        for refused, stranger in (
            (Forbidden, receiver.user), (NotFound, make.user("triage", organisation="DINSOS-35.78")),
            (NotFound, make.caseworker()),
        ):  # fmt: skip
            with pytest.raises(refused):
                link_to(make, stranger, asked)

    def test_a_upt_answers_under_an_officers_own_name(self, make: Make, desk):
        home(make)
        asked = offers(make, desk, triaged(make, desk).id)[0]
        with pytest.raises(RuleBroken) as refused:
            link_to(make, desk, asked)
        assert [error["code"] for error in refused.value.errors] == ["has_accounts"]

    def test_none_to_an_offer_that_has_ended(self, make: Make, desk):
        receiver = shelter(make)
        asked = offers(make, desk, triaged(make, desk).id)[0]
        decline(make, receiver, asked, "full")
        with pytest.raises(RuleBroken):
            link_to(make, desk, asked)

    def test_the_desk_sees_what_became_of_each(self, make: Make, desk, asked, clock):
        first = link_to(make, desk, asked)
        clock.move(hours=1)
        second = link_to(make, desk, asked)
        look(second)
        with make.acting(desk) as session:
            service.revoke_answer_link(session, asked.referral_id, asked.id, first.id)
            found = service.answer_links_of(session, asked.referral_id, asked.id)
        assert [(card.id, card.holds, card.opened_at) for card in found] == [
            (second.id, True, clock.now), (first.id, False, None),
        ]  # fmt: skip

    def test_a_link_of_another_offer_cannot_be_revoked_through_this_one(self, make: Make, desk, link):
        shelter(make)
        other = offers(make, desk, triaged(make, desk).id)[0]
        with pytest.raises(NotFound), make.acting(desk) as session:
            service.revoke_answer_link(session, other.referral_id, other.id, link.id)


class TestLooking:
    """The holder looks."""

    def test_he_sees_the_offer_as_its_receiver_does(self, make: Make, desk):
        receiver = shelter(make)
        asked = offers(make, desk, triaged(make, desk).id)[0]
        seen = look(link_to(make, desk, asked))
        assert seen.offer.snapshot == offers(make, receiver.user, asked.referral_id)[0].snapshot
        assert (seen.step, seen.verbs) == ("answer", (Verb.ACCEPT, Verb.DECLINE))
        assert (seen.desk, seen.offer.ranking) == ("Dinas Sosial Kabupaten Jember", None)

    def test_without_a_ground_he_is_told_nobody(self, make: Make, desk):
        shelter(make)
        person = {"name": "Sukarmin", "alias": "Mbah Kar", "condition": "demam", "sex": "L", "estimated_age": 70}
        found = triaged(make, desk, person=person, place="Gang Buntu 7", disclose=["name", "condition", "address"])
        told = look(link_to(make, desk, offers(make, desk, found.id)[0]))
        assert [word for word in ("Sukarmin", "Kar", "demam", "Gang") if word in str(told)] == []

    def test_a_withdrawn_consent_takes_back_what_was_told(self, make: Make, desk):
        shelter(make)
        client = make.client(desk, name="Sukarmin Wiryo")
        given = make.consent(desk, client.id)
        sent = make.referral(desk, person=None, client_id=client.id, disclose=["name"])
        with make.acting(desk) as session:
            service.move_referral(session, sent.id, verb="triage")
        link = link_to(make, desk, offers(make, desk, sent.id)[0])
        assert look(link).offer.snapshot["name"] == "Sukarmin Wiryo"
        with make.acting(desk) as session:
            withdraw_consent(session, client.id, given.id)
        assert look(link).offer.snapshot["name"] is None

    def test_looking_changes_nothing_but_that_somebody_looked(self, link, asked, truth, clock):
        before = truth.all("select version from offers union all select version from referrals")
        look(link)
        clock.move(minutes=5)
        look(link)
        assert truth.all("select version from offers union all select version from referrals") == before
        assert truth.one("select opened_at from answer_links") == clock.now - timedelta(minutes=5)

    def test_every_look_is_in_the_trail(self, link, asked, truth):
        look(link)
        query = "select user_id, client_ids, detail->>'link' from audit_entries where system = 'answer_link'"
        client = truth.one("select client_id from offers where id = :id", id=asked.id)
        assert truth.all(query) == [(None, [client], str(link.id))]

    def test_the_program_gives_its_rights_back(self, link, asked):
        with db.transaction(db.nobody()) as session:
            service.open_link(session, link.token, SOMEWHERE)
            assert session.actor == db.Actor()
            assert session.scalar(sa.text("select count(*) from offers")) == 0

    def test_a_photo_that_was_not_disclosed_stays_shut(self, make: Make, desk):
        shelter(make)
        tksk = make.user("tksk")
        sent = make.referral(tksk, disclose=["photo"])
        photo = make.photo(tksk, sent.id)
        with make.acting(desk) as session:
            service.move_referral(session, sent.id, verb="triage", new_client={})
        link = link_to(make, desk, offers(make, desk, sent.id)[0])
        with pytest.raises(NotFound), db.transaction(db.nobody()) as session:
            service.photo_by_link(session, link.token, SOMEWHERE, photo.id)

    def test_a_disclosed_photo_is_seen_and_none_of_another_report(self, make: Make, desk):
        shelter(make)
        tksk, client = make.user("tksk"), make.client(desk)
        make.consent(desk, client.id)
        sent, other = make.referral(tksk, disclose=["photo"]), make.referral(tksk)
        photo, foreign = make.photo(tksk, sent.id), make.photo(tksk, other.id)
        with make.acting(desk) as session:
            service.move_referral(session, sent.id, verb="triage", client_id=client.id)
        link = link_to(make, desk, offers(make, desk, sent.id)[0])
        with db.transaction(db.nobody()) as session:
            assert service.photo_by_link(session, link.token, SOMEWHERE, photo.id).startswith(b"\xff\xd8")
        with pytest.raises(NotFound), db.transaction(db.nobody()) as session:
            service.photo_by_link(session, link.token, SOMEWHERE, foreign.id)


class TestAnswering:
    """The holder answers."""

    def test_from_the_yes_to_the_outcome(self, link, asked, truth, clock):
        taken = answer(link, Verb.ACCEPT, expected_on=date(2026, 3, 3))
        assert (taken.step, taken.verbs) == ("meet", (Verb.MEET, Verb.NO_SHOW, Verb.HAND_BACK))
        clock.move(days=2)
        assert answer(link, Verb.NO_SHOW, note="Tidak datang.").no_shows == 1
        met = answer(link, Verb.MEET, happened_at=clock.now - timedelta(hours=1))
        assert met.step == "finish"
        clock.move(days=29)
        done = answer(link, Verb.COMPLETE, reason="served")
        assert (done.step, done.offer.snapshot) == ("ended", None)
        assert truth.one("select outcome from referrals") == "served"
        assert why_dead(link) == ("answered", "Dinas Sosial Kabupaten Jember")

    def test_every_answer_is_in_the_trail_with_the_link(self, link, truth):
        answer(link, Verb.ACCEPT)
        query = "select action, outcome from audit_entries where system = 'answer_link' and resource_id = :id"
        assert truth.all(query, id=link.id) == [("accept", "ok")]
        moved = truth.all("select user_id, organisation_id is not null from referral_transitions where verb = 'accept'")
        assert moved == [(None, True)]

    def test_a_no_goes_to_the_next_candidate_and_ends_the_link(self, make: Make, desk, truth):
        shelter(make), shelter(make)
        asked = offers(make, desk, triaged(make, desk).id)[0]
        link = link_to(make, desk, asked)
        answer(link, Verb.DECLINE, reason="full", note="Kamar penuh.")
        assert truth.all("select state from offers order by state") == ["declined", "open"]
        assert why_dead(link) == ("answered", "Dinas Sosial Kabupaten Jember")

    def test_a_no_needs_a_reason(self, link):
        with pytest.raises(RuleBroken) as refused:
            answer(link, Verb.DECLINE)
        assert [error["field"] for error in refused.value.errors] == ["reason"]

    def test_into_the_line_and_out_of_it(self, make: Make, desk):
        shelter(make, places=1, allows_waiting=True)
        asked = offers(make, desk, triaged(make, desk).id)[0]
        link = link_to(make, desk, asked)
        with pytest.raises(RuleBroken) as refused:
            answer(link, Verb.WAIT_LIST)
        assert [error["code"] for error in refused.value.errors] == ["expected_on_missing"]
        waiting = answer(link, Verb.WAIT_LIST, expected_on=date(2026, 3, 20))
        assert (waiting.step, waiting.offer.place_in_line) == ("line", 1)
        assert answer(link, Verb.ADMIT).step == "meet"

    def test_what_is_not_up_now_is_refused(self, link):
        for verb in (Verb.MEET, Verb.COMPLETE, Verb.HAND_BACK, Verb.ADMIT, Verb.WITHDRAW, Verb.TRIAGE):
            with pytest.raises(RuleBroken) as refused:
                answer(link, verb, reason="mistake", happened_at=None)
            assert {error["code"] for error in refused.value.errors} == {"wrong_state"}

    def test_who_pressed_twice_counts_one_missed_meeting(self, link):
        seen = answer(link, Verb.ACCEPT).seen
        answer(link, Verb.NO_SHOW, seen=seen)
        with pytest.raises(Conflict) as refused:
            answer(link, Verb.NO_SHOW, seen=seen)
        assert refused.value.code == "changed"
        assert look(link).no_shows == 1

    def test_no_place_is_left(self, make: Make, desk):
        receiver = shelter(make, places=1, allows_waiting=True)
        accept(make, receiver, offers(make, desk, triaged(make, desk).id)[0])
        found = triaged(make, desk)
        link = link_to(make, desk, offer(make, desk, found.id, receiver.service_id, reason="Menunggu saja."))
        with pytest.raises(Conflict) as refused:
            answer(link, Verb.ACCEPT)
        assert refused.value.code == "capacity_full"
        assert look(link).step == "answer"

    def test_others_of_the_same_organisation_are_out_of_reach(self, make: Make, desk, truth):
        receiver = shelter(make)
        first, second = (offers(make, desk, triaged(make, desk).id)[0] for _ in range(2))
        answer(link_to(make, desk, first), Verb.ACCEPT)
        assert truth.one("select state from offers where id = :id", id=second.id) == "open"
        assert first.organisation_id == second.organisation_id == receiver.office.id


class TestTheEnd:
    """A link ends."""

    def test_with_the_offer(self, link, clock):
        clock.move(hours=24)
        assert why_dead(link) == ("expired", "Dinas Sosial Kabupaten Jember")
        run_clocks()
        assert why_dead(link)[0] == "expired"

    def test_an_accepted_one_serves_until_the_outcome_was_due(self, make: Make, desk, link, clock):
        answer(link, Verb.ACCEPT)
        clock.move(days=3 + 29)
        assert look(link).is_overdue
        clock.move(days=2)
        assert why_dead(link)[0] == "expired"

    def test_every_link_of_the_offer_goes_on(self, make: Make, desk, asked, link, clock):
        other = link_to(make, desk, asked)
        answer(link, Verb.ACCEPT)
        clock.move(days=2)
        assert look(other).step == "meet"

    def test_a_new_one_serves_whoever_lost_his(self, make: Make, desk, asked, link, clock):
        answer(link, Verb.ACCEPT)
        clock.move(days=60)
        assert answer(link_to(make, desk, asked), Verb.MEET, happened_at=clock.now).step == "finish"

    def test_when_the_desk_ends_it(self, make: Make, desk, asked, link):
        with make.acting(desk) as session:
            service.revoke_answer_link(session, asked.referral_id, asked.id, link.id)
        assert why_dead(link) == ("revoked", "Dinas Sosial Kabupaten Jember")
        with pytest.raises(DeadLink):
            answer(link, Verb.ACCEPT)

    def test_when_another_has_the_person(self, make: Make, desk):
        receivers = {receiver.service_id: receiver for receiver in (shelter(make), shelter(make))}
        mine, other = offers(make, desk, triaged(make, desk, urgency="emergency").id)
        link = link_to(make, desk, mine)
        accept(make, receivers[other.service_id], other)
        assert why_dead(link)[0] == "over"

    def test_a_word_that_nobody_gave_opens_nothing(self, make: Make):
        with pytest.raises(DeadLink) as dead, db.transaction(db.nobody()) as session:
            service.open_link(session, random_token(), SOMEWHERE)
        assert (dead.value.why, dead.value.desk) == ("unknown", "")

    def test_whoever_guesses_must_wait(self, link, address):
        for _ in range(settings().sign_in_tries_address):
            with pytest.raises(DeadLink), db.transaction(db.nobody()) as session:
                service.open_link(session, random_token(), address)
        for token in (random_token(), link.token):
            with pytest.raises(TooManyRequests), db.transaction(db.nobody()) as session:
                service.open_link(session, token, address)
        assert look(link, f"{address}9").step == "answer"

    def test_a_dead_link_of_ours_is_no_guess(self, make: Make, desk, asked, link, address):
        with make.acting(desk) as session:
            service.revoke_answer_link(session, asked.referral_id, asked.id, link.id)
        for _ in range(settings().sign_in_tries_address + 1):
            with pytest.raises(DeadLink), db.transaction(db.nobody()) as session:
                service.open_link(session, link.token, address)

    def test_without_the_counter_links_still_open(self, link, monkeypatch):
        limits._storage.cache_clear()
        monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
        settings.cache_clear()
        try:
            assert look(link).step == "answer"
        finally:
            limits._storage.cache_clear()
            settings.cache_clear()


@pytest.mark.parametrize("role", ["kessos_app"])
def test_no_request_reads_or_writes_links_by_itself(make: Make, desk, link, role: str):
    for query in (
        "select * from answer_links",
        "update answer_links set revoked_at = null",
        "delete from answer_links",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), make.acting(desk) as session:
            session.execute(sa.text(query))


def test_two_who_answer_at_once_one_by_account_and_one_by_link(make_committed: Make):
    make = make_committed
    desk, receiver = make.user("triage"), shelter(make)
    asked = offers(make, desk, triaged(make, desk).id)[0]
    link = link_to(make, desk, asked)

    def by_link():
        return answer(link, Verb.ACCEPT, seen=asked.version)

    def by_account():
        with make.acting(receiver.user) as session:
            service.answer_received(session, asked.id, Verb.ACCEPT, seen=asked.version)

    with ThreadPoolExecutor(2) as pool:
        ends = [future.exception() for future in (pool.submit(by_link), pool.submit(by_account))]
    assert [end is None for end in ends].count(True) == 1
    refused = next(end for end in ends if end)
    assert isinstance(refused, Conflict) and refused.code == "changed"
    assert offers(make, desk, asked.referral_id)[0].state == "accepted"


def test_one_link_pressed_twice_at_once_accepts_once(make_committed: Make):
    make = make_committed
    desk, receiver = make.user("triage"), shelter(make)
    asked = offers(make, desk, triaged(make, desk).id)[0]
    link = link_to(make, desk, asked)
    with ThreadPoolExecutor(2) as pool:
        ends = [future.exception() for future in [pool.submit(answer, link, Verb.ACCEPT) for _ in range(2)]]
    assert [end is None for end in ends].count(True) == 1
    with make.acting(receiver.user) as session:
        assert service.read_received(session, asked.id).step == "meet"


def test_a_place_in_line_is_answered_by_account_too(make: Make, desk):
    receiver = shelter(make, places=1, allows_waiting=True)
    asked = offers(make, desk, triaged(make, desk).id)[0]
    wait(make, receiver, asked, expected_on=date(2026, 3, 20))
    with make.acting(receiver.user) as session:
        assert service.read_received(session, asked.id).verbs == (Verb.ADMIT,)
