"""The contract of /referrals."""

from tests.factories import AMBULU, Api, Make


def body(**more):
    return {
        "person": {"alias": "Mbah Surip", "estimated_age": 70, "sex": "L", "condition": "lapar"},
        "service_types": ["temporary_shelter"],
        "urgency": "urgent",
        "region_code": AMBULU,
        "place": "Pasar Ambulu",
    } | more


def test_a_tksk_reports_and_the_desk_of_the_regency_sees_it(make: Make, api: Api):
    tksk, desk = make.user("tksk"), make.user("triage")
    sent = api(tksk).post("/referrals", body())
    assert sent.status_code == 201
    seen = api(desk).get("/referrals").json["items"]
    assert [item["id"] for item in seen] == [sent.json["id"]]
    assert seen[0]["person"]["alias"] == "Mbah Surip"


def test_a_resend_under_the_same_reference_is_harmless(make: Make, api: Api):
    tksk = api(make.user("tksk"))
    first = tksk.post("/referrals", body(client_reference="hp-1"))
    again = tksk.post("/referrals", body(client_reference="hp-1"))
    assert again.json["id"] == first.json["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(tksk.get("/referrals").json["items"]) == 1
