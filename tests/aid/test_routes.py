"""The contract of /aid."""

import pytest

from tests.factories import Api, Make
from tests.factories.aid import disbursement
from tests.factories.households import membership

pytestmark = pytest.mark.usefixtures("clock")


def body(client_id, **more):
    return {
        "programme": "ASPD-JATIM", "client_id": str(client_id), "component": "tunai", "from": "2026-01",
        "to": "2026-03", "paid_on": "2026-02-02", "amount": 900_000, "source_reference": "SP2D/2026/7",
    } | more  # fmt: skip


def taking_back(line_id, **more):
    return {
        "disbursement_id": str(line_id), "from": "2026-03", "to": "2026-03", "amount": 300_000,
        "paid_on": "2026-02-20", "reason": "returned",
    } | more  # fmt: skip


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def client(make: Make, worker):
    return make.client(worker)


def test_what_was_given_and_taken_back_stands_on_the_persons_page(client, worker, api: Api):
    mine = api(worker)
    line = mine.post("/aid/disbursements", body(client.id))
    assert (line.status_code, line.json["from"], line.json["kind"]) == (201, "2026-01", "consumption")
    assert mine.get(f"/aid/disbursements/{line.json['id']}").json == line.json
    back = mine.post("/aid/reversals", taking_back(line.json["id"])).json
    assert (back["amount"], back["reverses_id"]) == (-300_000, line.json["id"])
    shown = mine.get(f"/clients/{client.id}/aid").json
    assert [entry["id"] for entry in shown["items"]] == [back["id"], line.json["id"]]
    last = [(entry["month"], entry["consumption"]) for entry in shown["months"][-3:]]
    assert last == [("2026-01", 300_000), ("2026-02", 300_000), ("2026-03", 0)]


def test_the_same_line_again_is_answered_with_the_first(client, worker, api: Api):
    first = api(worker).post("/aid/disbursements", body(client.id))
    again = api(worker).post("/aid/disbursements", body(client.id))
    assert (again.status_code, again.json["id"]) == (201, first.json["id"])
    assert again.headers["Idempotent-Replayed"] == "true"


def test_another_line_under_the_same_number_is_a_conflict(client, worker, api: Api):
    api(worker).post("/aid/disbursements", body(client.id))
    refused = api(worker).post("/aid/disbursements", body(client.id, amount=1))
    assert (refused.status_code, refused.json["code"]) == (409, "source_reference_used")


def test_more_than_was_given_is_not_taken_back(client, worker, make: Make, api: Api):
    line = disbursement(make, worker, client.id, "2026-03")
    refused = api(worker).post("/aid/reversals", taking_back(line.id, amount=300_001))
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (409, "exceeds_line")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("from", "2026-13"), ("from", 202601), ("to", "9999-12"), ("amount", 0), ("amount", -5), ("amount", 10**30),
        ("amount", 1.5), ("paid_on", "9999-12-31"), ("programme", "X\x00"), ("component", "a\ud800"),
        ("source_reference", "a\nb"), ("household_id", "0"), ("note", "x"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_named(field: str, value, client, worker, api: Api):
    refused = api(worker).post("/aid/disbursements", body(client.id) | {field: value})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, field)


def test_an_unknown_programme_is_named(client, worker, api: Api):
    refused = api(worker).post("/aid/disbursements", body(client.id, programme="GHOST"))
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "not_found")


def test_another_office_finds_neither_person_nor_line(client, worker, make: Make, api: Api):
    line = disbursement(make, worker, client.id)
    other = api(make.caseworker("PSTW-MAGETAN"))
    answers = [
        other.get(f"/clients/{client.id}/aid"),
        other.get(f"/aid/disbursements/{line.id}"),
        other.post("/aid/disbursements", body(client.id)),
        other.post("/aid/reversals", taking_back(line.id)),
    ]
    assert {answer.status_code for answer in answers} == {404}


def test_aid_is_for_case_workers(client, make: Make, api: Api):
    assert api(make.user("triage")).get(f"/clients/{client.id}/aid").status_code == 403
    assert api(make.user("tksk")).post("/aid/disbursements", body(client.id)).status_code == 403


def test_the_list_goes_on_after_its_first_page(client, worker, make: Make, api: Api):
    made = [disbursement(make, worker, client.id, f"2026-0{month}").id for month in (1, 2, 3)]
    address = f"/clients/{client.id}/aid?limit=2"
    first = api(worker).get(address).json
    rest = api(worker).get(f"{address}&cursor={first['next_cursor']}").json
    assert [entry["id"] for entry in first["items"] + rest["items"]] == [str(line_id) for line_id in reversed(made)]
    assert rest["next_cursor"] is None


def test_what_a_household_was_given_stands_on_the_page_of_each_member(make: Make, client, worker, api: Api):
    mine, home = api(worker), membership(make, worker, client.id)
    sent = body(None, household_id=str(home.household_id), programme="SEMBAKO") | {"client_id": None}
    line = mine.post("/aid/disbursements", sent).json
    assert (line["client_id"], line["household_id"], line["counts"]) == (None, str(home.household_id), True)
    for_a_pupil = mine.post("/aid/disbursements", sent | {"component": "SD", "source_reference": None}).json
    shown = mine.get(f"/clients/{client.id}/aid").json
    assert {entry["id"]: entry["counts"] for entry in shown["items"]} == {line["id"]: True, for_a_pupil["id"]: False}
    assert (shown["months"][-1]["consumption"], shown["months"][-1]["exempt"]) == (300_000, 300_000)


def test_a_line_names_a_person_or_a_household(make: Make, client, worker, api: Api):
    home = membership(make, worker, client.id)
    refused = api(worker).post("/aid/disbursements", body(client.id, household_id=str(home.household_id)))
    wrong = [(error["field"], error["code"]) for error in refused.json["errors"]]
    assert (refused.status_code, wrong) == (422, [("client_id", "only_one"), ("household_id", "only_one")])


def test_lines_of_person_and_household_page_as_one_list(make: Make, client, worker, api: Api):
    home = membership(make, worker, client.id)
    for month in ("2026-01", "2026-02"):
        disbursement(make, worker, client.id, month)
        disbursement(make, worker, None, month, household_id=home.household_id, programme="SEMBAKO")
    first = api(worker).get(f"/clients/{client.id}/aid?limit=3").json
    rest = api(worker).get(f"/clients/{client.id}/aid?limit=3&cursor={first['next_cursor']}").json
    assert len({entry["id"] for entry in [*first["items"], *rest["items"]]}) == 4
    assert rest["next_cursor"] is None
