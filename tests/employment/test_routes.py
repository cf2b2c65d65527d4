"""The contract of /placements and of statements of income."""

import pytest

from tests.factories import Api, Make
from tests.factories.cases import MAGETAN, open_case
from tests.factories.employment import employer, income, placement, work

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return open_case(make, worker)


def job(make: Make, case, **more):
    return {
        "case_id": str(case.id), "kind": "job", "employer_id": str(employer(make)), "occupation": "tukang las",
        "starts_on": "2026-01-05", "monthly_income": 2_600_000,
    } | more  # fmt: skip


SLIP = {"from": "2026-02", "to": "2026-02", "amount": 2_600_000, "source": "wage_slip"}


def test_a_job_from_its_proposal_to_its_end(make: Make, worker, case, api: Api):
    mine = api(worker)
    made = mine.post("/placements", job(make, case))
    assert (made.status_code, made.json["state"], made.json["checks"]) == (201, "proposed", [])
    address = f"/placements/{made.json['id']}"
    assert mine.get(address).json == made.json
    active = mine.post(f"{address}/verification", {"method": "visit", "on": "2026-01-12"}).json
    assert (active["state"], active["allowed_verbs"]) == ("active", ["check", "end"])
    check = {"on": "2026-02-09", "still_active": True, "monthly_income": 2_700_000, "method": "wage_slip"}
    [seen] = mine.post(f"{address}/checks", check).json["checks"]
    assert seen | {"id": "", "recorded_at": ""} == check | {"id": "", "recorded_at": "", "period": 30}
    over = mine.post(f"{address}/ending", {"on": "2026-02-20", "reason": "contract_over"})
    assert (over.status_code, over.json["state"], over.json["ended_on"]) == (201, "ended", "2026-02-20")


def test_a_refusal_names_all_that_is_missing(make: Make, worker, case, api: Api):
    made = placement(make, worker, case)
    refused = api(worker).post(f"/placements/{made.id}/verification", {"method": "employer", "on": "2026-03-03"})
    assert (refused.status_code, refused.json["code"]) == (409, "rule_broken")
    assert [(error["code"], error["field"]) for error in refused.json["errors"]] == [
        ("in_future", "on"), ("consent_missing", "method"),
    ]  # fmt: skip


def test_a_check_that_was_made_is_a_conflict_and_the_same_key_is_the_same_check(make: Make, worker, case, api: Api):
    address = f"/placements/{work(make, worker, case).id}/checks"
    body = {"on": "2026-02-09", "still_active": True, "method": "visit", "period": 30}
    first, again = (api(worker).post(address, body, headers={"Idempotency-Key": "k-1"}) for _ in range(2))
    assert (again.status_code, again.json["checks"]) == (201, first.json["checks"])
    refused = api(worker).post(address, body)
    assert (refused.status_code, refused.json["code"]) == (409, "check_made")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "holiday"), ("employer_id", "x"), ("business", "a\x00"), ("occupation", ""), ("occupation", "\ud800"),
        ("starts_on", "9999-12-31"), ("monthly_income", -1), ("monthly_income", 10**30), ("plan_step_id", 7), ("note", "x"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_named(field: str, value, make: Make, worker, case, api: Api):
    refused = api(worker).post("/placements", job(make, case) | {field: value})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize(
    ("way", "body", "field"),
    [
        ("verification", {"method": "rumour", "on": "2026-01-12"}, "method"),
        ("checks", {"method": "visit", "on": "2026-02-09", "still_active": True, "period": 31}, "period"),
        ("checks", {"method": "visit", "on": "2026-02-09"}, "still_active"),
        ("ending", {"on": "2026-02-20", "reason": "because"}, "reason"),
    ],
)
def test_a_move_that_cannot_be_understood_is_named(way: str, body, field: str, make: Make, worker, case, api: Api):
    refused = api(worker).post(f"/placements/{placement(make, worker, case).id}/{way}", body)
    assert (refused.status_code, [error["field"] for error in refused.json["errors"]]) == (422, [field])


def test_lists_are_of_the_office_of_a_case_or_of_a_person(make: Make, worker, case, api: Api):
    business = placement(make, worker, case, kind="own_business", business="Warung pecel")
    active = work(make, worker, open_case(make, worker))
    mine = api(worker)

    def listed(query: str = "") -> list[str]:
        return [item["id"] for item in mine.get(f"/placements{query}").json["items"]]

    assert listed() == [str(active.id), str(business.id)]
    assert listed("?state=active") == [str(active.id)]
    assert listed(f"?case_id={case.id}") == listed(f"?client_id={case.client_id}") == [str(business.id)]
    assert mine.get("/placements?state=proposed").json["items"][0]["business"] is None


def test_another_office_finds_nothing(make: Make, worker, case, api: Api):
    made, other = work(make, worker, case), api(make.caseworker(MAGETAN))
    answers = [
        other.get(f"/placements/{made.id}"),
        other.post("/placements", job(make, case)),
        other.post(f"/placements/{made.id}/ending", {"on": "2026-02-20", "reason": "moved"}),
        other.get(f"/clients/{case.client_id}/income_statements"),
        other.post(f"/clients/{case.client_id}/income_statements", SLIP),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert other.get(f"/placements?client_id={case.client_id}").json["items"] == []


def test_work_and_income_are_for_case_workers(make: Make, worker, case, api: Api):
    desk = api(make.user("triage"))
    assert desk.get("/placements").status_code == 403
    assert desk.post("/placements", job(make, case)).status_code == 403
    assert desk.get(f"/clients/{case.client_id}/income_statements").status_code == 403


def test_an_income_is_stated_and_listed(worker, case, api: Api):
    mine, address = api(worker), f"/clients/{case.client_id}/income_statements"
    made = mine.post(address, SLIP)
    assert (made.status_code, made.json["from"], made.json["household_size"]) == (201, "2026-02", 1)
    assert mine.get(address).json == {"items": [made.json], "next_cursor": None}


def test_statements_go_on_after_the_first_page(make: Make, worker, case, clock, api: Api):
    made = []
    for source in ("wage_slip", "visit", "employer"):
        made.append(str(income(make, worker, case.client_id, source=source).id))
        clock.move(hours=1)
    address = f"/clients/{case.client_id}/income_statements?limit=2"
    first = api(worker).get(address).json
    rest = api(worker).get(f"{address}&cursor={first['next_cursor']}").json
    assert [item["id"] for item in first["items"] + rest["items"]] == made[::-1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("from", "2026-2"), ("to", "2026-04"), ("amount", -1), ("amount", "x"), ("source", "dream"),
        ("household_size", 0), ("household_size", 31), ("note", "x"),
    ],
)  # fmt: skip
def test_an_income_that_cannot_be_is_refused_by_name(field: str, value, worker, case, api: Api):
    refused = api(worker).post(f"/clients/{case.client_id}/income_statements", SLIP | {field: value})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, field)
