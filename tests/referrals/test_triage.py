"""Triage: who the reported person is."""

import pytest

from kessos_case.clients.service import read_client
from kessos_case.core import db, jobs
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken
from kessos_case.referrals import service
from tests.factories import AMBULU, Make
from tests.factories.offers import UPT, move, offers, shelter, triaged

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(make: Make):
    return make.user("triage")


def test_triage_needs_a_person(make: Make, desk):
    sent = make.referral(make.user("tksk"))
    with pytest.raises(RuleBroken) as refused:
        move(make, desk, sent.id, "triage")
    assert [error["code"] for error in refused.value.errors] == ["client_missing"]


def test_a_sender_does_not_triage(make: Make):
    tksk = make.user("tksk")
    with pytest.raises(Forbidden):
        move(make, tksk, make.referral(tksk).id, "triage", new_client={})


def test_a_person_is_said_once(make: Make, desk):
    sent = make.referral(make.user("tksk"))
    with pytest.raises(Invalid) as refused:
        move(make, desk, sent.id, "triage", client_id=make.client(desk).id, new_client={"name": "Siapa"})
    assert [error["field"] for error in refused.value.errors] == ["client_id", "new_client"]


def test_a_person_without_a_name_is_called_by_nickname_place_and_day(make: Make, desk):
    found = triaged(make, desk, person={"alias": "Mbah Surip", "estimated_age": 70, "sex": "L"})
    with make.acting(desk) as session:
        person = read_client(session, found.client_id)
    assert person.temporary_label == "Mbah Surip, Ambulu, 02-03-2026"
    assert (person.age_from, person.age_to, person.sex, person.aliases) == (65, 75, "L", ["Mbah Surip"])
    assert person.region_code == AMBULU


def test_the_name_of_the_report_is_the_persons(make: Make, desk):
    found = triaged(make, desk, person={"name": "Sukarmin Wiryo"})
    with make.acting(desk) as session:
        assert read_client(session, found.client_id).name == "Sukarmin Wiryo"


def test_what_is_wrong_with_a_new_person_is_named_where_it_was_said(make: Make, desk):
    sent = make.referral(make.user("tksk"))
    with pytest.raises(Invalid) as refused:
        move(make, desk, sent.id, "triage", new_client={"nik": "1"})
    assert [error["field"] for error in refused.value.errors] == ["new_client.nik"]


def test_who_is_reported_for_something_secret_is_kept_secret(make: Make, desk):
    found = triaged(make, desk, service_types=["child_protection"], client={"name": "Anak Uji"})
    with make.acting(desk) as session:
        assert read_client(session, found.client_id).confidentiality == "strict"


def test_a_secret_person_makes_the_report_secret(make: Make, desk):
    known = make.client(desk, categories=["PPKS-18"])
    found = move(make, desk, make.referral(make.user("tksk")).id, "triage", client_id=known.id)
    assert found.confidentiality == "strict"


def test_a_likely_double_is_asked_about_before_anything_is_written(make: Make, desk, truth):
    stated = {"name": "Sukarmin Wiryo", "phone": "081234567890"}
    make.client(make.caseworker(), **stated)
    sent = make.referral(make.user("tksk"))
    with pytest.raises(Conflict) as refused:
        move(make, desk, sent.id, "triage", new_client=stated)
    assert refused.value.code == "possible_duplicates"
    assert truth.one("select state from referrals") == "submitted"
    refs = [error["ref"] for error in refused.value.errors]
    assert move(make, desk, sent.id, "triage", new_client=stated | {"acknowledge_duplicates": refs}).client_id


def test_whom_the_desk_does_not_reach_it_cannot_name(make: Make, desk):
    sent = make.referral(make.user("tksk"))
    with pytest.raises(Invalid) as refused:
        move(make, desk, sent.id, "triage", client_id=make.client(make.caseworker()).id)
    assert refused.value.errors[0]["code"] == "not_found"


class TestMatch:
    """A person held elsewhere is reached by the match list and no other way."""

    @pytest.fixture
    def sent(self, make: Make, truth):
        make.client(make.caseworker(), name="Mbah Surip", region_code=AMBULU)
        sent = make.referral(make.user("tksk"), person={"alias": "Surip"})
        with db.transaction(db.system("test")) as session:
            query = "select id from jobs where args ->> 'referral_id' = :id"
            service.find_matches(session, session.get_one(jobs.Job, truth.one(query, id=str(sent.id))))
        return sent

    def test_the_reference_opens_the_persons_record_to_the_desk(self, make: Make, desk, sent):
        with make.acting(desk) as session:
            ref = service.matches_for(session, sent.id)[0].ref
        found = move(make, desk, sent.id, "triage", match_ref=ref)
        with make.acting(desk) as session:
            assert read_client(session, found.client_id).name == "Mbah Surip"

    def test_a_made_up_reference_opens_nothing(self, make: Make, desk, sent):
        with pytest.raises(Invalid):
            move(make, desk, sent.id, "triage", match_ref="0" * 24)


def test_a_report_on_a_known_client_needs_nothing_more(make: Make, desk):
    worker = make.caseworker()
    client = make.client(worker)
    sent = make.referral(worker, person=None, client_id=client.id)
    assert move(make, desk, sent.id, "triage").client_id == client.id


def test_the_sender_still_sees_what_he_wrote_but_not_whom_it_was(make: Make, desk):
    tksk = make.user("tksk")
    found = triaged(make, desk, by=tksk, person={"alias": "Mbah Surip", "sex": "L"})
    with make.acting(tksk) as session:
        seen = service.read_referral(session, found.id)
    assert (seen.person["alias"], seen.client_id) == ("Mbah Surip", None)
    assert found.client_id is not None


def test_the_timeline_begins_with_the_report(make: Make, desk, truth):
    found = triaged(make, desk)
    kinds = truth.all("select kind from timeline_entries where client_id = :id order by id", id=found.client_id)
    assert kinds[:3] == ["client_registered", "referral_submitted", "referral_triaged"]


def test_the_router_asks_the_best_candidate_at_once(make: Make, desk):
    asked = shelter(make)
    found = triaged(make, desk)
    assert (found.state, found.owner) == ("offered", asked.office.name)
    assert [card.service_id for card in offers(make, desk, found.id)] == [asked.service_id]


def test_a_need_that_nobody_can_meet_is_kept_as_unmet_with_the_desk(make: Make, desk):
    found = triaged(make, desk)
    assert (found.state, found.owner) == ("unmet", make.organisation("DINSOS-35.09").name)
    assert found.due_at is not None


def test_a_desk_elsewhere_cannot_triage(make: Make):
    sent = make.referral(make.user("tksk"))
    with pytest.raises(NotFound):
        move(make, make.user("triage", organisation="DINSOS-35.78"), sent.id, "triage", new_client={})


def test_in_an_emergency_the_province_reaches_a_known_person_at_once(make: Make):
    worker = make.caseworker(UPT)
    client = make.client(worker)
    make.referral(worker, person=None, client_id=client.id, urgency="emergency")
    with make.acting(make.user("triage", organisation="DINSOS-35")) as session:
        assert read_client(session, client.id).id == client.id
