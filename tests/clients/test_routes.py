"""The contract of /clients."""

from tests.factories import Api, Make
from tests.factories.households import membership, new_kk

NIK = "3509125507909901"


def test_a_likely_double_is_answered_with_its_candidates(make: Make, api: Api):
    worker = api(make.caseworker())
    first = worker.post("/clients", {"name": "Siti Aminah", "nik": NIK, "sex": "P"})
    refused = worker.post("/clients", {"name": "Siti Aminah", "nik": NIK, "sex": "P"})
    assert (refused.status_code, refused.json["code"]) == (409, "possible_duplicates")
    shown = refused.json["candidates"][0]
    assert (shown["id"], shown["score"]) == (first.json["id"], 100)
    body = {"name": "Siti Aminah", "nik": NIK, "sex": "P", "acknowledge_duplicates": [shown["id"]]}
    assert worker.post("/clients", body).status_code == 201


def test_a_foreign_candidate_has_neither_id_nor_name(make: Make, api: Api):
    make.client(make.caseworker("PSTW-MAGETAN"), name="Siti Aminah", nik=NIK)
    refused = api(make.caseworker()).post("/clients", {"name": "Siti Aminah", "nik": NIK})
    assert set(refused.json["candidates"][0]) == {"ref", "score", "reasons", "held_by"}
    assert "Aminah" not in refused.get_data(as_text=True)


def test_a_restricted_double_is_not_mentioned(make: Make, api: Api):
    make.client(make.caseworker("PSTW-MAGETAN"), name="Siti Aminah", nik=NIK, categories=["PPKS-06"])
    assert api(make.caseworker()).post("/clients", {"name": "Siti Aminah", "nik": NIK}).status_code == 201


def test_a_person_joins_moves_leaves_and_a_mistake_is_kept(make: Make, clock, api: Api):
    by = make.caseworker()
    mine, person = api(by), make.client(by)
    address = f"/clients/{person.id}/households"
    first = mine.post(address, {"kk": "3509 1201 0120 1234", "relation": "child", "from": "2020-01"})
    assert (first.status_code, first.json["kk"], first.json["to"]) == (201, "35************34", None)
    moved = mine.post(address, {"relation": "head", "from": "2026-01", "moving": True}).json
    ended = mine.post(f"/household_memberships/{moved['id']}/ending", {"to": "2026-02"}).json
    assert (ended["to"], ended["version"]) == ("2026-02", 2)
    assert mine.post(f"/household_memberships/{moved['id']}/void").json["voided_at"] is not None
    listed = mine.get(address).json
    assert [(entry["from"], entry["to"]) for entry in listed["items"]] == [
        ("2026-01", "2026-02"),
        ("2020-01", "2025-12"),
    ]
    seen = mine.get(f"/households/{first.json['household_id']}").json
    assert [(member["label"], member["relation"]) for member in seen["members"]] == [(person.label, "child")]


def test_two_households_in_one_month_are_a_conflict_that_names_the_months(make: Make, clock, api: Api):
    by = make.caseworker()
    person = make.client(by)
    membership(make, by, person.id)
    refused = api(by).post(f"/clients/{person.id}/households", {"relation": "head", "from": "2025-06"})
    assert (refused.status_code, refused.json["code"]) == (409, "in_household")
    assert (refused.json["errors"][0]["first"], refused.json["errors"][0]["last"]) == ("2025-01", None)


def test_the_household_of_a_foreign_upt_is_joined_by_its_card_and_tells_nobodys_name(make: Make, clock, api: Api):
    stranger, by, kk = make.caseworker("PSTW-MAGETAN"), make.caseworker(), new_kk()
    membership(make, stranger, make.client(stranger, name="Nama Orang Lain").id, kk=kk)
    membership(make, stranger, make.client(stranger, name="Anak Terlindung", categories=["PPKS-06"]).id, kk=kk)
    joined = api(by).post(
        f"/clients/{make.client(by).id}/households", {"kk": kk, "relation": "parent", "from": "2026-01"}
    )
    seen = api(by).get(f"/households/{joined.json['household_id']}")
    assert (len(seen.json["members"]), seen.json["others"]) == (1, 1)
    assert "Orang" not in seen.get_data(as_text=True)


def test_the_same_key_joins_once(make: Make, clock, api: Api):
    by = make.caseworker()
    address, sent = f"/clients/{make.client(by).id}/households", {"relation": "head", "from": "2026-01"}
    answers = [api(by).post(address, sent, headers={"Idempotency-Key": "pindah-1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json


def test_what_cannot_be_a_household_is_refused_by_name(make: Make, clock, api: Api):
    by = make.caseworker()
    address = f"/clients/{make.client(by).id}/households"
    for wrong in ({"from": "2026-02-01"}, {"relation": "boss"}, {"household_id": "x"}, {"moving": "?"}, {"note": "x"}):
        refused = api(by).post(address, {"relation": "head", "from": "2026-01"} | wrong)
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, *wrong)
