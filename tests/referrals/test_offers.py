"""Whom to ask: the ranked list, offers by the router and by hand, and what holds a place."""

from datetime import date

import pytest

from kessos_case.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from kessos_case.referrals import service
from tests.factories import Make, fresh_id
from tests.factories.offers import (
    accept,
    count_records,
    decline,
    home,
    move,
    offer,
    offers,
    run_clocks,
    shelter,
    triaged,
    wait,
)
from tests.factories.partners import pause

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(make: Make):
    return make.user("triage")


def candidates(make: Make, desk, referral_id):
    with make.acting(desk) as session:
        return service.candidates_for(session, referral_id, 50)


def failed(candidate) -> set[str]:
    return {rule["code"] for rule in candidate.rules if not rule["holds"]}


def codes(refused) -> list[str]:
    return sorted(error["code"] for error in refused.value.errors)


class TestCandidates:
    """The ranked list, for the desk of the place."""

    def test_each_service_is_listed_with_every_rule_and_every_part_of_its_score(self, make: Make, desk):
        good, full = shelter(make), shelter(make, places=0)
        listed = candidates(make, desk, triaged(make, desk).id)
        assert [found.service_id for found in listed] == [good.service_id, full.service_id]
        assert [found.is_candidate for found in listed] == [True, False]
        assert failed(listed[1]) == {"capacity"}
        assert listed[0].score == pytest.approx(sum(listed[0].parts.values()))
        assert listed[0].service["organisation_name"] == good.office.name

    @pytest.mark.parametrize(
        ("stated", "rule"),
        [
            ({"coverage": ["35.78"]}, "region"),
            ({"max_age": 60}, "age"),
            ({"sexes": ["P"]}, "sex"),
            ({"categories": ["PPKS-11"]}, "category"),
        ],
    )
    def test_what_a_service_does_not_take_is_named(self, make: Make, desk, stated, rule):
        shelter(make, **stated)
        assert failed(candidates(make, desk, triaged(make, desk).id)[0]) == {rule}

    def test_a_person_with_a_disability_needs_access(self, make: Make, desk):
        shelter(make)
        found = triaged(make, desk, client={"categories": ["PPKS-09"]})
        assert failed(candidates(make, desk, found.id)[0]) == {"access"}

    def test_a_child_sleeps_under_an_accredited_roof_only(self, make: Make, desk):
        shelter(make)
        listed = candidates(make, desk, triaged(make, desk, person={"alias": "Adik", "estimated_age": 9}).id)
        assert failed(listed[0]) == {"accreditation"}

    def test_a_person_whose_data_rest_on_consent_is_told_to_nobody_without_it(self, make: Make, desk):
        asked = shelter(make)
        found = triaged(make, desk, client={"legal_basis": "consent"})
        assert failed(candidates(make, desk, found.id)[0]) == {"consent"}
        make.consent(desk, found.client_id, receiver_organisation_id=asked.office.id)
        assert candidates(make, desk, found.id)[0].is_candidate

    def test_who_refused_is_listed_as_that(self, make: Make, desk):
        asked = shelter(make)
        found = triaged(make, desk)
        decline(make, asked, offers(make, desk, found.id)[0], "not_suitable")
        assert failed(candidates(make, desk, found.id)[0]) == {"refused"}

    def test_an_incident_bars_the_pair_also_in_later_reports(self, make: Make, desk):
        asked = shelter(make)
        found = triaged(make, desk)
        accept(make, asked, offers(make, desk, found.id)[0])
        move(make, asked.user, found.id, "hand_back", reason="incident")
        later = make.referral(desk, person=None, client_id=found.client_id)
        move(make, desk, later.id, "triage")
        assert failed(candidates(make, desk, later.id)[0]) == {"barred"}

    def test_who_served_the_person_well_before_gets_the_points_of_continuity(self, make: Make, desk):
        asked = shelter(make)
        found = triaged(make, desk)
        accept(make, asked, offers(make, desk, found.id)[0])
        move(make, asked.user, found.id, "meet", happened_at=found.submitted_at)
        move(make, asked.user, found.id, "complete", reason="served")
        later = make.referral(desk, person=None, client_id=found.client_id)
        move(make, desk, later.id, "triage")
        count_records()
        listed = candidates(make, desk, later.id)[0]
        assert listed.parts["continuity"] > 0
        assert listed.parts["outcome"] > 12 * 0.7

    def test_they_are_for_the_desk_alone(self, make: Make, desk):
        worker = make.caseworker()
        found = triaged(make, desk, by=worker)
        with pytest.raises(Forbidden):
            candidates(make, worker, found.id)

    def test_before_triage_there_is_nobody_to_rank_for(self, make: Make, desk):
        shelter(make)
        assert candidates(make, desk, make.referral(make.user("tksk")).id) == []


class TestByHand:
    """An officer chooses."""

    def test_his_choice_takes_the_place_of_the_routers(self, make: Make, desk):
        first = shelter(make)
        found = triaged(make, desk)
        second = shelter(make)
        made = offer(make, desk, found.id, second.service_id, reason="Dekat keluarganya.")
        assert made.is_by_hand
        assert {card.service_id: card.state for card in offers(make, desk, found.id)} == {
            first.service_id: "revoked", second.service_id: "open",
        }  # fmt: skip

    def test_what_he_chose_he_must_take_back_himself(self, make: Make, desk):
        found = triaged(make, desk)
        offer(make, desk, found.id, shelter(make).service_id)
        with pytest.raises(RuleBroken) as refused:
            offer(make, desk, found.id, shelter(make).service_id)
        assert codes(refused) == ["too_many_open"]

    def test_the_same_service_again_is_the_same_offer(self, make: Make, desk):
        asked = shelter(make)
        found = triaged(make, desk)
        first = offers(make, desk, found.id)[0]
        assert offer(make, desk, found.id, asked.service_id).id == offer(make, desk, found.id).id == first.id

    def test_a_soft_rule_needs_a_reason(self, make: Make, desk):
        asked = shelter(make, sexes=["P"])
        found = triaged(make, desk)
        with pytest.raises(RuleBroken) as refused:
            offer(make, desk, found.id, asked.service_id)
        assert codes(refused) == ["reason_missing", "sex"]
        made = offer(make, desk, found.id, asked.service_id, reason="Bersama ibunya.")
        assert made.ranking["rules"]["sex"] is False
        assert "Bersama" not in repr(made)

    def test_the_reason_is_kept_for_the_desk_and_not_for_the_sender(self, make: Make, desk):
        tksk = make.user("tksk")
        found = triaged(make, desk, by=tksk)
        offer(make, desk, found.id, shelter(make, sexes=["P"]).service_id, reason="Bersama ibunya.")
        for reader, read in ((desk, True), (tksk, False)):
            with make.acting(reader) as session:
                assert ("Bersama ibunya." in repr(service.history_for(session, found.id))) is read

    def test_no_reason_goes_against_the_law_and_all_that_is_broken_is_named(self, make: Make, desk):
        office = make.organisation("DINSOS-35.78")
        asked = shelter(make, office=office, sexes=["P"], coverage=["35.78"])
        found = triaged(make, desk, person={"alias": "Adik", "estimated_age": 9, "sex": "L"})
        with pytest.raises(RuleBroken) as refused:
            offer(make, desk, found.id, asked.service_id)
        assert codes(refused) == ["accreditation", "region", "sex"]
        with pytest.raises(RuleBroken) as refused:
            offer(make, desk, found.id, asked.service_id, reason="Tidak ada lain.")
        assert codes(refused) == ["accreditation"]

    def test_a_full_service_says_so(self, make: Make, desk):
        asked = shelter(make, places=0)
        found = triaged(make, desk)
        with pytest.raises(Conflict) as refused:
            offer(make, desk, found.id, asked.service_id, reason="Tolong.")
        assert refused.value.code == "capacity_full"

    def test_of_an_unmet_need_he_tries_again(self, make: Make, desk):
        found = triaged(make, desk)
        assert found.state == "unmet"
        offer(make, desk, found.id, shelter(make).service_id)
        with make.acting(desk) as session:
            verbs = [move["verb"] for move in service.history_for(session, found.id)]
        assert verbs[-3:] == ["mark_unmet", "retry", "offer"]

    def test_without_a_candidate_there_is_no_best_one(self, make: Make, desk):
        with pytest.raises(RuleBroken) as refused:
            offer(make, desk, triaged(make, desk).id)
        assert codes(refused) == ["no_candidate"]

    def test_an_unknown_service_is_not_there(self, make: Make, desk):
        with pytest.raises(NotFound):
            offer(make, desk, triaged(make, desk).id, fresh_id())

    def test_before_triage_nobody_is_asked(self, make: Make, desk):
        with pytest.raises(RuleBroken) as refused:
            offer(make, desk, make.referral(make.user("tksk")).id, shelter(make).service_id)
        assert codes(refused) == ["wrong_state"]

    def test_only_the_desk_asks(self, make: Make, desk):
        worker = make.caseworker()
        found = triaged(make, desk, by=worker)
        with pytest.raises(Forbidden):
            offer(make, worker, found.id, shelter(make).service_id)

    def test_the_desk_takes_an_offer_back_and_has_the_referral_again(self, make: Make, desk, truth):
        asked = shelter(make, places=1)
        found = triaged(make, desk)
        with make.acting(desk) as session:
            made = service.offers_of(session, found.id)[0]
            revoked = service.revoke_offer(session, found.id, made.id, reason="Salah lembaga.")
        assert revoked.state == "revoked"
        with make.acting(desk) as session:
            now = service.read_referral(session, found.id)
        assert (now.state, now.owner) == ("routing", make.organisation("DINSOS-35.09").name)
        assert places(truth, asked) == (0, 0)

    def test_of_several_open_offers_one_must_be_named(self, make: Make, desk):
        for _ in range(2):
            shelter(make)
        found = triaged(make, desk, urgency="emergency")
        with pytest.raises(RuleBroken) as refused:
            move(make, desk, found.id, "revoke")
        assert codes(refused) == ["offer_missing"]
        first = offers(make, desk, found.id)[0]
        assert move(make, desk, found.id, "revoke", offer_id=first.id).state == "offered"
        assert [card.state for card in offers(make, desk, found.id)] == ["revoked", "open"]
        with pytest.raises(NotFound):
            move(make, desk, found.id, "revoke", offer_id=fresh_id())


def places(truth, receiver) -> tuple[int, int]:
    """(reserved, taken) of the receiver's service."""
    return truth.all("select reserved, taken from service_capacities where service_id = :id", id=receiver.service_id)[0]


class TestPlaces:
    """A place is held with the offer, taken with the yes, and free again with every end."""

    def test_an_offer_holds_a_place_and_a_yes_takes_it(self, make: Make, desk, truth):
        asked = shelter(make)
        found = triaged(make, desk)
        assert places(truth, asked) == (1, 0)
        accept(make, asked, offers(make, desk, found.id)[0])
        assert places(truth, asked) == (0, 1)

    @pytest.mark.parametrize("verb", ["withdraw", "hand_back", "complete", "no_show"])
    def test_every_end_gives_it_back(self, make: Make, desk, truth, verb):
        asked = shelter(make)
        found = triaged(make, desk)
        accept(make, asked, offers(make, desk, found.id)[0])
        if verb == "complete":
            move(make, asked.user, found.id, "meet", happened_at=found.submitted_at)
            move(make, asked.user, found.id, "complete", reason="left")
        elif verb == "no_show":
            for _ in range(3):
                move(make, asked.user, found.id, "no_show")
        elif verb == "hand_back":
            move(make, asked.user, found.id, "hand_back", reason="not_suitable")
        else:
            move(make, desk, found.id, "withdraw", reason="solved")
        assert places(truth, asked) == (0, 0)

    def test_a_decline_gives_it_back(self, make: Make, desk, truth):
        asked = shelter(make)
        found = triaged(make, desk)
        decline(make, asked, offers(make, desk, found.id)[0], "full")
        assert places(truth, asked) == (0, 0)

    def test_the_last_place_is_not_offered_twice(self, make: Make, desk):
        shelter(make, places=1)
        assert [triaged(make, desk).state for _ in range(2)] == ["offered", "unmet"]


class TestLine:
    """Where no place is free, some services keep a line."""

    @pytest.fixture
    def full(self, make: Make, desk):
        """A shelter with one place, which is taken, and that keeps a line; and who has the place."""
        asked = shelter(make, places=1, allows_waiting=True)
        first = triaged(make, desk)
        accept(make, asked, offers(make, desk, first.id)[0])
        return asked, first

    def in_line(self, make: Make, desk, receiver, **stated):
        found = triaged(make, desk, **stated)
        asked = offers(make, desk, found.id)[0]
        return found, wait(make, receiver, asked, expected_on=date(2026, 3, 20))

    def test_somebody_without_a_place_is_put_in_line(self, make: Make, desk, full):
        receiver, _ = full
        found, waiting = self.in_line(make, desk, receiver)
        assert (waiting.state, waiting.has_place, waiting.place_in_line) == ("waiting", False, 1)
        with make.acting(desk) as session:
            assert service.read_referral(session, found.id).state == "waiting"

    def test_the_more_urgent_comes_first(self, make: Make, desk, full):
        receiver, _ = full
        self.in_line(make, desk, receiver, urgency="routine")
        _, later = self.in_line(make, desk, receiver)
        assert later.place_in_line == 1

    def test_a_place_that_frees_is_held_for_the_first_in_line(self, make: Make, desk, full, truth):
        receiver, first = full
        found, waiting = self.in_line(make, desk, receiver)
        move(make, receiver.user, first.id, "hand_back", reason="no_longer_able")
        assert places(truth, receiver) == (1, 0)
        with make.acting(receiver.user) as session:
            assert service.read_offer(session, waiting.id).has_place
        admitted = move(make, receiver.user, found.id, "admit")
        assert (admitted.state, places(truth, receiver)) == ("accepted", (0, 1))

    def test_nobody_is_admitted_without_a_place(self, make: Make, desk, full):
        receiver, _ = full
        found, _ = self.in_line(make, desk, receiver)
        with pytest.raises(Conflict) as refused:
            move(make, receiver.user, found.id, "admit")
        assert refused.value.code == "capacity_full"

    def test_nobody_is_admitted_before_his_turn(self, make: Make, desk, full, clock):
        receiver, _ = full
        self.in_line(make, desk, receiver)
        clock.move(minutes=1)
        second, _ = self.in_line(make, desk, receiver)
        with pytest.raises(RuleBroken) as refused:
            move(make, receiver.user, second.id, "admit")
        assert codes(refused) == ["not_first_in_line"]

    def test_new_places_are_given_to_the_line_by_the_clock(self, make: Make, desk, full, truth):
        receiver, _ = full
        _, waiting = self.in_line(make, desk, receiver)
        truth.run("update service_capacities set places = 2 where service_id = :id", id=receiver.service_id)
        run_clocks()
        assert truth.one("select capacity_id is not null from offers where id = :id", id=waiting.id)

    def test_the_sender_may_leave_the_line(self, make: Make, desk, full):
        receiver, _ = full
        tksk = make.user("tksk")
        found, _ = self.in_line(make, desk, receiver, by=tksk)
        assert move(make, tksk, found.id, "leave_line").state == "routing"

    def test_a_service_that_keeps_no_line_cannot_use_one(self, make: Make, desk):
        receiver = shelter(make)
        found = triaged(make, desk)
        with pytest.raises(RuleBroken) as refused:
            wait(make, receiver, offers(make, desk, found.id)[0], expected_on=date(2026, 3, 20))
        assert codes(refused) == ["no_waiting_list"]


def test_what_rests_is_not_asked(make: Make, desk):
    receiver = shelter(make)
    pause(make, receiver.office.id)
    assert triaged(make, desk).state == "unmet"


def test_an_emergency_is_offered_to_three_at_once_and_the_first_yes_wins(make: Make, desk):
    receivers = {receiver.service_id: receiver for receiver in (shelter(make) for _ in range(4))}
    found = triaged(make, desk, urgency="emergency")
    asked = offers(make, desk, found.id)
    assert [card.state for card in asked] == ["open"] * 3
    accept(make, receivers[asked[1].service_id], asked[1])
    assert [card.state for card in offers(make, desk, found.id)] == ["revoked", "accepted", "revoked"]


def test_why_each_was_asked_is_kept_for_the_desk_only(make: Make, desk):
    receiver = home(make)
    found = triaged(make, desk)
    kept = offers(make, desk, found.id)[0].ranking
    assert (kept["place"], kept["of"], kept["rules"]["need"]) == (1, 1, True)
    assert sum(kept["parts"].values()) == pytest.approx(kept["score"])
    assert offers(make, receiver.user, found.id)[0].ranking is None
