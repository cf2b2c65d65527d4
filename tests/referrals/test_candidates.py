"""Who may serve a referral: the facts behind the list, its reasons in both languages, and how far it looks."""

from datetime import date, time, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from kessos_case.core import db
from kessos_case.core.policies import policy
from kessos_case.partners.rules import Part, Rule
from kessos_case.partners.service import facts_of
from kessos_case.referrals import service
from kessos_case.referrals.models import Referral
from kessos_case.referrals.service.candidates import ranked
from tests.conftest import Clock, Truth
from tests.factories import Make
from tests.factories.offers import accept, count_records, decline, move, offer, offers, shelter, triaged, wait
from tests.factories.partners import agree, offer_service, open_places, partner

pytestmark = pytest.mark.usefixtures("clock")

LONG = {"starts_on": date(2026, 1, 1), "ends_on": date(2099, 12, 31)}


@pytest.fixture
def desk(make: Make):
    return make.user("triage")


def listed(make: Make, desk, referral_id: UUID, limit: int = 50) -> list[service.ShownCandidate]:
    with make.acting(desk) as session:
        return service.candidates_for(session, referral_id, limit)


def failed(candidate: service.ShownCandidate) -> set[str]:
    return {rule["code"] for rule in candidate.rules if not rule["holds"]}


def order(candidates: list[service.ShownCandidate]) -> list[UUID]:
    return [found.service_id for found in candidates]


class TestPace:
    """Whoever leaves offers unanswered is asked for no more than it bears."""

    def flooded(self, make: Make, desk, **stated):
        """A partner with as many open offers as the policy lets anybody have, and one more referral."""
        asked = shelter(make, places=20)
        for number in range(policy("routing").content["pace"]["least"]):
            triaged(make, desk, person={"alias": f"Mbah {number}", "estimated_age": 70, "sex": "L"}, **stated)
        return asked, triaged(make, desk, person={"alias": "Mbah Akhir", "estimated_age": 70, "sex": "L"}, **stated)

    def test_the_router_asks_it_no_more_until_it_answers(self, make: Make, desk):
        _asked, found = self.flooded(make, desk)
        assert (found.state, offers(make, desk, found.id)) == ("unmet", [])
        assert failed(listed(make, desk, found.id)[0]) == {"pace"}

    def test_the_other_services_of_the_same_desk_are_as_full(self, make: Make, desk):
        asked, found = self.flooded(make, desk)
        beside = shelter(make, office=asked.office, service_type="temporary_shelter", name="Rumah Kedua")
        assert failed(next(one for one in listed(make, desk, found.id) if one.service_id == beside.service_id)) == {
            "pace"
        }

    def test_an_officer_may_ask_with_a_reason(self, make: Make, desk):
        asked, found = self.flooded(make, desk)
        assert offer(make, desk, found.id, asked.service_id, reason="Sudah ditelepon.").state == "open"

    def test_an_emergency_is_asked_all_the_same(self, make: Make, desk):
        asked, found = self.flooded(make, desk, urgency="emergency")
        assert offers(make, desk, found.id)[0].service_id == asked.service_id

    def test_an_answer_makes_room(self, make: Make, desk):
        asked, found = self.flooded(make, desk)
        first = next(card for card in inbox(make, asked) if card.state == "open")
        decline(make, asked, first, "not_suitable")
        assert failed(next(one for one in listed(make, desk, found.id))) == set()


def inbox(make: Make, receiver) -> list[service.OfferCard]:
    from kessos_case.referrals import queries

    with make.acting(receiver.user) as session:
        return service.listed_offers(session, session.scalars(queries.inbox({}, [receiver.office.id])))


class TestRecords:
    """What became of earlier offers is counted at night."""

    def record_of(self, truth: Truth, service_id: UUID) -> tuple:
        columns = "offered, accepted, answered_lately, ended, completed, observed, retained"
        return truth.all(f"select {columns} from service_records where service_id = :id", id=service_id)[0]

    def test_each_fate_counts_once(self, make: Make, desk, truth: Truth, clock: Clock):
        asked = shelter(make, places=9, allows_waiting=True)
        one, two, three, four = (
            triaged(make, desk, person={"alias": f"Mbah {number}", "estimated_age": 70, "sex": "L"})
            for number in range(4)
        )
        accept(make, asked, offers(make, desk, one.id)[0])
        move(make, asked.user, one.id, "meet", happened_at=clock.now)
        move(make, asked.user, one.id, "complete", reason="served")
        accept(make, asked, offers(make, desk, two.id)[0])
        move(make, asked.user, two.id, "hand_back", reason="not_suitable")
        decline(make, asked, offers(make, desk, three.id)[0], "full")
        with make.acting(desk) as session:
            asked_last = service.offers_of(session, four.id)[0]
            service.revoke_offer(session, four.id, asked_last.id, reason="Salah lembaga.")
        assert count_records() >= 1
        assert self.record_of(truth, asked.service_id) == (3, 2, 3, 2, 1, 0, 0)

    def test_counted_twice_it_is_the_same_and_what_others_count_stays(self, make: Make, desk, truth: Truth):
        asked = shelter(make)
        decline(make, asked, offers(make, desk, triaged(make, desk).id)[0], "full")
        count_records()
        truth.run("update service_records set observed = 4, retained = 3 where service_id = :id", id=asked.service_id)
        count_records()
        assert self.record_of(truth, asked.service_id) == (1, 0, 1, 0, 0, 4, 3)

    def test_an_answer_of_long_ago_is_no_measure_of_todays_pace(self, make: Make, desk, truth: Truth, clock: Clock):
        asked = shelter(make)
        decline(make, asked, offers(make, desk, triaged(make, desk).id)[0], "full")
        clock.move(days=29)
        count_records()
        assert self.record_of(truth, asked.service_id)[:3] == (1, 0, 0)

    def test_the_list_goes_by_them(self, make: Make, desk, truth: Truth):
        poor, good = shelter(make), shelter(make)
        found = triaged(make, desk)
        count_records()
        truth.run("update service_records set offered = 40 where service_id = :id", id=poor.service_id)
        query = (
            "update service_records set offered = 40, accepted = 40, observed = 9, retained = 9 where service_id = :id"
        )
        truth.run(query, id=good.service_id)
        best, worst = listed(make, desk, found.id)
        assert best.service_id == good.service_id
        assert best.facts.retained == 9
        for part in (Part.ACCEPTANCE, Part.OUTCOME):
            assert best.parts[part] > worst.parts[part]

    def test_the_program_alone_reads_them(self, make: Make, desk):
        asked = shelter(make)
        with make.acting(desk) as session, pytest.raises(Exception, match="permission denied"), session.begin_nested():
            facts_of(session, asked.service_id, date(2026, 3, 2))

    def test_the_whole_desk_answers(self, make: Make, desk, truth: Truth):
        asked = shelter(make)
        beside = shelter(make, office=asked.office, name="Rumah Kedua")
        found = triaged(make, desk)
        count_records()
        truth.run(
            "update service_records set answered_lately = 7 where service_id = any (:ids)",
            ids=[asked.service_id, beside.service_id],
        )
        assert {one.facts.answered_lately for one in listed(make, desk, found.id)} == {14}


class TestFacts:
    """What else the list looks at."""

    def test_the_line_and_the_open_offers_are_those_of_now(self, make: Make, desk):
        asked = shelter(make, places=1, allows_waiting=True)
        accept(make, asked, offers(make, desk, triaged(make, desk).id)[0])
        second = triaged(make, desk, person={"alias": "Mbah Dua", "estimated_age": 70, "sex": "L"})
        wait(make, asked, offers(make, desk, second.id)[0], expected_on=date(2026, 3, 9))
        third = triaged(make, desk, person={"alias": "Mbah Tiga", "estimated_age": 70, "sex": "L"})
        facts = listed(make, desk, third.id)[0].facts
        assert (facts.free, facts.waiting, facts.open_offers) == (0, 1, 1)

    def test_an_entry_that_nobody_confirms_falls(self, make: Make, desk, truth: Truth, clock: Clock):
        stale, fresh = shelter(make), shelter(make)
        found = triaged(make, desk)
        before = clock.now.date() - timedelta(days=91)
        truth.run("update services set confirmed_on = :day where id = :id", day=before, id=stale.service_id)
        truth.run("update services set last_offered_at = null")
        assert order(listed(make, desk, found.id)) == [fresh.service_id, stale.service_id]

    def test_an_emergency_prefers_who_is_there_now(self, make: Make, desk, truth: Truth, clock: Clock):
        """Ten on a Monday morning."""
        shut, there = shelter(make), shelter(make)
        found = triaged(make, desk, urgency="emergency")
        hours = "update services set open_days = :days, opens_at = :begin, closes_at = :end where id = :id"
        truth.run(hours, days=[1], begin=time(20), end=time(23), id=shut.service_id)
        truth.run(hours, days=[1], begin=time(8), end=time(15), id=there.service_id)
        parts = {one.service_id: one.parts[Part.WAIT] for one in listed(make, desk, found.id)}
        assert parts[shut.service_id] == pytest.approx(0.8 * parts[there.service_id])


class TestReach:
    """Who takes people from the place is looked at whole; of the others the nearest, as many as are shown."""

    def elsewhere(self, make: Make, region: str) -> UUID:
        office = partner(make, region_code=region)
        offered = offer_service(make, office.id, coverage=[region])
        open_places(make, offered, 3, **LONG)
        agree(make, office.id, **LONG)
        return offered.id

    def test_the_nearest_of_those_elsewhere_are_shown_with_what_is_in_the_way(self, make: Make, desk):
        far, across, near = (self.elsewhere(make, region) for region in ("35.78", "35.74", "35.09.31"))
        found = triaged(make, desk, region_code="35.09.12")
        assert set(order(listed(make, desk, found.id))) == {far, across, near}
        assert order(listed(make, desk, found.id, limit=1)) == [near]
        assert failed(listed(make, desk, found.id, limit=1)[0]) == {"region"}

    def test_across_a_border_comes_before_elsewhere(self, make: Make):
        probolinggo = "35.13"
        far, across = self.elsewhere(make, "35.78"), self.elsewhere(make, "35.74")
        there = make.user("triage", organisation=f"DINSOS-{probolinggo}")
        found = triaged(make, there, by=there, region_code=probolinggo)
        assert order(listed(make, there, found.id, limit=1)) == [across]
        assert far in order(listed(make, there, found.id))

    def test_the_router_does_not_read_who_cannot_be_a_candidate(self, make: Make, desk):
        here, there = shelter(make), self.elsewhere(make, "35.78")
        found = triaged(make, desk)
        with db.transaction(db.system("test")) as session:
            ranking = ranked(session, session.get_one(Referral, found.id))
        assert [one.service.service_id for one in ranking.listed] == [here.service_id]
        assert there != here.service_id


def test_many_are_ranked_as_each_by_itself(make: Make, desk):
    shelter(make)
    shelter(make, min_age=75)
    shelter(make, coverage=["35"], service_type="meals")
    found = [
        triaged(make, desk, person={"alias": f"Mbah {age}", "estimated_age": age, "sex": "L"}, service_types=types)
        for age, types in ((60, ["temporary_shelter"]), (90, ["meals", "temporary_shelter"]), (70, ["legal_aid"]))
    ]
    with db.transaction(db.system("test")) as session:
        referrals = [session.get_one(Referral, one.id) for one in found]
        each = {referral.id: ranked(session, referral) for referral in referrals}
        together = {referral.id: ranking for referral, ranking in service.ranked_many(session, referrals)}
    assert {one.id for one in found} == set(together)
    assert together == each


class TestConsents:
    """Of many people they are asked for at once, and count for each as they do for one alone."""

    @pytest.fixture
    def several(self, make: Make, desk) -> list[UUID]:
        """Four whose data rest on consent: for any receiver, for one, for one only about this referral, and for none."""
        first, second = shelter(make), shelter(make)
        found = [triaged(make, desk, client={"legal_basis": "consent"}) for _ in range(4)]
        make.consent(desk, found[0].client_id)
        make.consent(desk, found[1].client_id, receiver_organisation_id=first.office.id)
        about = {"receiver_organisation_id": second.office.id, "about_id": found[2].id}
        make.consent(desk, found[2].client_id, **about)
        make.consent(desk, found[3].client_id, **about)
        return [one.id for one in found]

    def test_together_as_each_alone(self, several):
        with db.transaction(db.system("test")) as session:
            referrals = [session.get_one(Referral, one) for one in several]
            together = {referral.id: ranking for referral, ranking in service.ranked_many(session, referrals)}
            assert together == {referral.id: ranked(session, referral) for referral in referrals}
        candidates = [sum(found.is_candidate for found in together[one].listed) for one in several]
        assert candidates == [2, 1, 1, 0]

    def test_one_statement_for_all(self, several, statements):
        def rank(ids: list[UUID]) -> None:
            with db.transaction(db.system("test")) as session:
                found = session.scalars(sa.select(Referral).where(Referral.id.in_(ids))).all()
                assert len(list(service.ranked_many(session, found))) == len(ids)

        rank(several)
        assert len(statements(lambda: rank(several))) == len(statements(lambda: rank(several[:1])))


def test_the_number_of_statements_does_not_grow_with_what_is_ranked(make: Make, desk, statements):
    shelter(make)
    found = triaged(make, desk)
    few = statements(lambda: listed(make, desk, found.id))
    for _ in range(4):
        shelter(make)
    assert len(statements(lambda: listed(make, desk, found.id))) == len(few)


class TestExplained:
    """Over HTTP every rule's answer is told in English and in Indonesian."""

    def test_in_both_languages_whatever_the_program_prefers(self, make: Make, desk, api):
        shelter(make, min_age=75)
        found = triaged(make, desk)
        answer = api(desk).get(f"/referrals/{found.id}/candidates", headers={"Accept-Language": "id"})
        item = answer.json["items"][0]
        age = next(rule for rule in item["rules"] if rule["code"] == Rule.AGE)
        assert age["detail_id"] == "Umurnya tidak pasti cocok (65 sampai 75 tahun): hanya menerima 75 tahun ke atas."
        assert age["detail"] == "The age does not fit for sure (65 to 75 years): it takes 75 years and over only."
        assert [rule["code"] for rule in item["rules"]] == list(Rule)
        assert answer.json["policy_version"] == policy("routing").label

    def test_the_parts_of_the_score_have_names_and_weights(self, make: Make, desk, api):
        shelter(make)
        found = triaged(make, desk)
        item = api(desk).get(f"/referrals/{found.id}/candidates").json["items"][0]
        assert {line["part"]: line["points"] for line in item["points"]} == item["parts"]
        assert sum(line["most"] for line in item["points"]) == 100
        assert all(line["name"] != line["name_id"] for line in item["points"])
