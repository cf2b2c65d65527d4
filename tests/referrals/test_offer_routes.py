"""The contract of candidates, offers and the moves that answer them."""

import pytest

from tests.factories import Api, Make, fresh_id
from tests.factories.offers import accept, home, offers, shelter, triaged

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(make: Make):
    return make.user("triage")


@pytest.fixture
def receiver(make: Make, desk):
    return shelter(make)


@pytest.fixture
def found(make: Make, desk, receiver):
    return triaged(make, desk)


@pytest.fixture
def asked(make: Make, desk, found):
    return offers(make, desk, found.id)[0]


def codes(answer) -> list[str]:
    return [error["code"] for error in answer.json["errors"]]


def test_triage_over_http_registers_asks_and_answers_with_the_report(make: Make, api: Api, desk, receiver):
    sent = make.referral(make.user("tksk"))
    person = {"name": "Uji Coba", "sex": "L", "categories": ["PPKS-11"]}
    answer = api(desk).post(f"/referrals/{sent.id}/transitions", {"verb": "triage", "new_client": person})
    assert (answer.status_code, answer.json["state"]) == (201, "offered")
    assert api(desk).get(f"/clients/{answer.json['client_id']}").json["name"] == "Uji Coba"


@pytest.mark.parametrize(
    "body",
    [
        {"verb": "triage", "new_client": {"nama": "x"}},
        {"verb": "triage", "match_ref": "x"},
        {"verb": "offer"},
        {"verb": "accept"},
        {"verb": "meet", "happened_at": "besok"},
    ],
)
def test_what_a_move_does_not_know_is_422(api: Api, desk, found, body):
    assert api(desk).post(f"/referrals/{found.id}/transitions", body).status_code == 422


def test_a_likely_double_is_answered_with_its_candidates(make: Make, api: Api, desk):
    stated = {"name": "Sukarmin Wiryo", "phone": "081234567890", "sex": "L"}
    make.client(desk, **stated)
    sent = make.referral(make.user("tksk"))
    answer = api(desk).post(f"/referrals/{sent.id}/transitions", {"verb": "triage", "new_client": stated})
    assert (answer.status_code, answer.json["code"]) == (409, "possible_duplicates")
    assert answer.json["candidates"][0]["name"] == "Sukarmin Wiryo"


def test_candidates_have_their_service_rules_and_score(api: Api, desk, receiver, found):
    item = api(desk).get(f"/referrals/{found.id}/candidates").json["items"][0]
    assert item["service"]["id"] == item["service_id"] == str(receiver.service_id)
    assert item["service"]["organisation_name"] == receiver.office.name
    assert {rule["code"] for rule in item["rules"]} >= {"need", "region", "capacity", "consent", "accreditation"}
    assert all(rule["detail"] for rule in item["rules"])
    assert (item["is_candidate"], item["is_offered"]) == (True, True)


def test_candidates_are_refused_to_receivers_and_hidden_from_other_desks(make: Make, api: Api, receiver, found):
    path = f"/referrals/{found.id}/candidates"
    assert api(receiver.user).get(path).status_code == 403
    assert api(make.user("triage", organisation="DINSOS-35.78")).get(path).status_code == 404


def test_a_receiver_finds_the_offer_in_its_inbox_and_accepts(api: Api, receiver, found, asked):
    mine = api(receiver.user)
    item = mine.get("/offers?open=true&order=due").json["items"][0]
    assert (item["id"], item["allowed_verbs"]) == (str(asked.id), ["accept", "decline", "wait_list"])
    answer = mine.post(f"/referrals/{found.id}/offers/{item['id']}/acceptance", {"expected_on": "2026-03-03"})
    assert (answer.status_code, answer.json["state"], answer.json["expected_on"]) == (201, "accepted", "2026-03-03")
    verbs = mine.get(f"/referrals/{found.id}").json["allowed_verbs"]
    assert verbs == ["meet", "no_show", "hand_back"]
    assert mine.get("/offers?state=open").json["items"] == []


def test_an_inbox_shows_nothing_of_others(make: Make, api: Api, asked):
    assert api(make.caseworker()).get("/offers").json["items"] == []
    assert api(shelter(make, coverage=["35.78"]).user).get("/offers").json["items"] == []


def test_an_acceptance_sent_twice_with_its_key_is_one(api: Api, receiver, found, asked):
    path, key = f"/referrals/{found.id}/offers/{asked.id}/acceptance", {"Idempotency-Key": "hp-1"}
    first, again = (api(receiver.user).post(path, {}, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json["version"] == first.json["version"]


def test_a_upt_is_told_all_that_its_acceptance_lacks(make: Make, api: Api, desk):
    receiver = home(make)
    found = triaged(make, desk)
    asked = offers(make, desk, found.id)[0]
    answer = api(receiver.user).post(f"/referrals/{found.id}/offers/{asked.id}/acceptance", {})
    assert (answer.status_code, answer.json["code"]) == (409, "rule_broken")
    assert codes(answer) == ["spm_type_missing", "spm_level_missing", "recommending_organisation_id_missing"]


def test_an_offer_is_answered_by_its_receiver_only(make: Make, api: Api, desk, found, asked):
    path = f"/referrals/{found.id}/offers/{asked.id}"
    for answer in ("acceptance", "decline"):
        assert api(desk).post(f"{path}/{answer}", {}).status_code == 403
        assert api(make.caseworker()).post(f"{path}/{answer}", {}).status_code == 404


def test_a_decline_without_a_reason_of_the_list_is_refused(api: Api, receiver, found, asked):
    path = f"/referrals/{found.id}/offers/{asked.id}/decline"
    assert codes(api(receiver.user).post(path, {})) == ["reason_missing"]
    assert codes(api(receiver.user).post(path, {"reason": "because"})) == ["reason_missing"]
    assert api(receiver.user).post(path, {"reason": "full", "note": "Maaf."}).json["state"] == "declined"


def test_waiting_needs_a_day_and_a_line(api: Api, receiver, found, asked):
    path = f"/referrals/{found.id}/offers/{asked.id}/waiting"
    assert api(receiver.user).post(path, {}).status_code == 422
    assert codes(api(receiver.user).post(path, {"expected_on": "2026-03-20"})) == ["no_waiting_list"]


def test_the_desk_chooses_another_and_takes_it_back(make: Make, api: Api, desk, found):
    other, path = shelter(make), f"/referrals/{found.id}/offers"
    made = api(desk).post(path, {"service_id": str(other.service_id)})
    assert (made.status_code, made.json["is_by_hand"]) == (201, True)
    taken = api(desk).post(f"{path}/{made.json['id']}/revocation", {"reason": "Salah pilih."})
    assert (taken.status_code, taken.json["state"]) == (201, "revoked")
    assert api(desk).post(f"{path}/{made.json['id']}/revocation", {}).status_code == 422


def test_a_service_in_the_way_of_a_rule_is_said_by_its_code(make: Make, api: Api, desk, found):
    other = shelter(make, sexes=["P"])
    answer = api(desk).post(f"/referrals/{found.id}/offers", {"service_id": str(other.service_id)})
    assert (answer.status_code, codes(answer)) == (409, ["sex", "reason_missing"])


def test_an_unknown_field_is_an_error(api: Api, desk, found, asked):
    assert api(desk).post(f"/referrals/{found.id}/offers", {"service": "x"}).status_code == 422
    assert api(desk).get("/offers?colour=red").status_code == 422


def test_an_offer_of_another_referral_is_not_there(make: Make, api: Api, desk, receiver, found, asked):
    other = triaged(make, desk)
    assert api(desk).get(f"/referrals/{other.id}/offers/{asked.id}").status_code == 404
    assert api(desk).get(f"/referrals/{found.id}/offers/{fresh_id()}").status_code == 404
    assert api(desk).get(f"/referrals/{found.id}/offers/{asked.id}").headers["ETag"] == '"1"'


def test_a_receiver_says_over_http_how_it_went(make: Make, api: Api, receiver, found, asked, clock):
    accept(make, receiver, asked)
    path, mine = f"/referrals/{found.id}/transitions", api(receiver.user)
    assert codes(mine.post(path, {"verb": "meet"})) == ["happened_at_missing"]
    assert mine.post(path, {"verb": "meet", "happened_at": clock.now.isoformat()}).json["state"] == "met"
    assert codes(mine.post(path, {"verb": "complete", "reason": "fine"})) == ["reason_missing"]
    done = mine.post(path, {"verb": "complete", "reason": "served"}).json
    assert (done["state"], done["outcome"]) == ("completed", "served")
