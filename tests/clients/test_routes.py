"""The contract of /clients."""

from tests.factories import Api, Make

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
