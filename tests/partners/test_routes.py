"""The contract of /partners."""

import pytest
import sqlalchemy as sa

from tests.factories import AMBULU, Api, Make, fresh_id
from tests.factories.partners import agree, offer_service, open_places, partner, pause

SHELTER = {"service_type": "temporary_shelter", "name": "Rumah Singgah", "coverage": ["35.09"]}


def test_a_partner_is_shown_with_what_it_offers_today(make: Make, api: Api, clock):
    office = partner(make, name="Panti Melati")
    offered = offer_service(make, office.id)
    open_places(make, offered, 4)
    agree(make, office.id)
    rest = pause(make, office.id, starts_on=clock.now.date(), service_id=offered.id)
    shown = api(make.user("triage")).get(f"/partners/{office.id}").json
    assert (shown["name"], shown["agreement_until"]) == ("Panti Melati", "2026-12-31")
    assert [entry["id"] for entry in shown["pauses"]] == [str(rest.id)]
    (entry,) = shown["services"]
    assert (entry["free"], entry["capacity"]["places"], entry["capacity"]["reserved"]) == (4, 4, 0)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("kind=lks", True),
        ("kind=company", False),
        ("service_type=temporary_shelter", True),
        ("service_type=basic_needs", True),
        ("service_type=meals", False),
        (f"region_code={AMBULU}", True),
        ("region_code=35.78", False),
        ("q=melati", True),
        ("q=singgah", True),
        ("q=anggrek", False),
    ],
)
def test_the_list_finds_who_offers_what_is_asked(query: str, found: bool, make: Make, api: Api):
    office = partner(make, name="Panti Melati")
    offer_service(make, office.id)
    items = api(make.user("tksk")).get(f"/partners?{query}").json["items"]
    assert [item["id"] for item in items] == ([str(office.id)] if found else [])


def test_who_offers_nothing_any_more_is_not_listed(make: Make, api: Api):
    office = partner(make)
    officer = api(make.user("partner", organisation=office.code))
    made = officer.post(f"/partners/{office.id}/services", SHELTER).json
    officer.patch(f"/partners/{office.id}/services/{made['id']}", {"is_active": False}, version=1)
    assert officer.get("/partners").json["items"] == []
    assert [item["is_active"] for item in officer.get(f"/partners/{office.id}/services").json["items"]] == [False]
    assert officer.get(f"/partners/{office.id}/services?is_active=true").json["items"] == []


def test_a_list_takes_the_same_statements_for_any_number(make: Make, api: Api, connection):
    mine, seen = api(make.user("triage")), []
    sa.event.listen(connection, "before_cursor_execute", lambda *args: seen.append(args[2]))

    def statements() -> int:
        seen.clear()
        mine.get("/partners")
        return len(seen)

    offer_service(make)
    few = statements()
    for _ in range(3):
        open_places(make, offer_service(make))
    assert statements() == few


class TestWriting:
    """Entries."""

    def test_an_officer_offers_a_service_and_changes_it(self, make: Make, api: Api):
        office = partner(make)
        officer = api(make.user("partner", organisation=office.code))
        made = officer.post(f"/partners/{office.id}/services", SHELTER)
        assert (made.status_code, made.json["version"]) == (201, 1)
        where = f"/partners/{office.id}/services/{made.json['id']}"
        changed = officer.patch(where, {"max_age": 60}, version=1)
        assert (changed.status_code, changed.json["max_age"], changed.headers["ETag"]) == (200, 60, '"2"')
        stale = officer.patch(where, {"max_age": 50}, version=1)
        assert (stale.status_code, stale.json["errors"][0]["theirs"]) == (412, 60)
        assert officer.patch(where, {"max_age": 50}).status_code == 428

    def test_the_same_key_makes_one_service(self, make: Make, api: Api):
        office = partner(make)
        officer = api(make.user("partner", organisation=office.code))
        sent = [
            officer.post(f"/partners/{office.id}/services", SHELTER, headers={"Idempotency-Key": "1"}) for _ in range(2)
        ]
        assert sent[0].json["id"] == sent[1].json["id"]

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"colour": "red"}, "colour"),
            ({"coverage": []}, "coverage"),
            ({"coverage": ["35.9"]}, "coverage.0"),
            ({"sexes": ["unknown"]}, "sexes.0"),
            ({"min_age": 131}, "min_age"),
            ({"min_age": 10**30}, "min_age"),
            ({"name": "x\x00"}, "name"),
            ({"service_type": "nothing_known"}, "service_type"),
            ({"categories": ["PPKS-99"]}, "categories"),
        ],
    )
    def test_what_is_wrong_is_named(self, more, field: str, make: Make, api: Api):
        answer = api(make.user("administrator")).post(f"/partners/{partner(make).id}/services", SHELTER | more)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)

    def test_a_caseworker_changes_nothing(self, make: Make, api: Api):
        worker = make.caseworker()
        answer = api(worker).post(f"/partners/{worker.organisation_id}/services", SHELTER)
        assert (answer.status_code, answer.json["code"]) == (403, "role")

    def test_a_stranger_is_told_that_the_entry_is_not_his(self, make: Make, api: Api):
        office, stranger = partner(make), make.user("partner", organisation=partner(make).code)
        answer = api(stranger).post(f"/partners/{office.id}/services", SHELTER)
        assert (answer.status_code, answer.json["code"]) == (403, "scope")

    def test_the_service_of_another_organisation_is_not_under_this_one(self, make: Make, api: Api):
        offered = offer_service(make)
        where = f"/partners/{partner(make).id}/services/{offered.id}"
        assert api(make.user("administrator")).patch(where, {"max_age": 60}, version=1).status_code == 404

    def test_an_unknown_organisation_is_not_there(self, make: Make, api: Api):
        mine, nowhere = api(make.user("administrator")), f"/partners/{fresh_id()}"
        for tail in ("", "/services", "/capacity", "/agreements", "/pauses"):
            assert mine.get(nowhere + tail).status_code == 404


def test_places_are_opened_listed_and_never_overlap(make: Make, api: Api):
    offered = offer_service(make)
    mine, where = api(make.user("administrator")), f"/partners/{offered.organisation_id}/capacity"
    period = {"service_id": str(offered.id), "starts_on": "2026-01-01", "ends_on": "2026-06-30", "places": 3}
    made = mine.post(where, period)
    assert (made.status_code, made.json["places"], made.json["taken"]) == (201, 3, 0)
    refused = mine.post(where, period | {"ends_on": "2026-07-31"})
    assert (refused.status_code, refused.json["code"]) == (409, "period_overlaps")
    assert mine.post(where, period | {"places": -1}).status_code == 422
    assert mine.post(where, period | {"ends_on": "2025-01-01"}).json["errors"][0]["field"] == "ends_on"
    assert [item["id"] for item in mine.get(f"{where}?service_id={offered.id}").json["items"]] == [made.json["id"]]


def test_agreements_are_written_and_listed(make: Make, api: Api):
    mine, where = api(make.user("administrator")), f"/partners/{partner(make).id}/agreements"
    made = mine.post(where, {"number": "PKS-1", "starts_on": "2026-01-01", "ends_on": "2026-12-31"})
    assert made.status_code == 201
    assert [item["number"] for item in mine.get(where).json["items"]] == ["PKS-1"]
    assert mine.post(where, {"number": "PKS-1", "starts_on": "2027-01-01", "ends_on": "2027-12-31"}).status_code == 409


def test_a_pause_is_made_and_ended(make: Make, api: Api, clock):
    office = partner(make)
    officer, where = api(make.user("partner", organisation=office.code)), f"/partners/{office.id}/pauses"
    made = officer.post(where, {"starts_on": "2026-02-01", "reason": "no_staff"})
    assert (made.status_code, made.json["ends_on"]) == (201, None)
    ended = officer.post(f"{where}/{made.json['id']}/ending")
    assert (ended.status_code, ended.json["ends_on"]) == (201, "2026-03-01")
    assert officer.get(where).json["items"][0]["ends_on"] == "2026-03-01"
    assert officer.post(where, {"starts_on": "2026-02-01", "reason": "tired"}).status_code == 422


def test_nobody_writes_the_agreement_that_lets_him_be_asked(make: Make, api: Api):
    leader = make.user("supervisor", organisation="PSTW-BONDOWOSO")
    terms = {"number": "PKS-7", "starts_on": "2026-01-01", "ends_on": "2030-12-31"}
    refused = api(leader).post(f"/partners/{leader.organisation_id}/agreements", terms)
    assert (refused.status_code, refused.json["code"]) == (403, "agreement")
