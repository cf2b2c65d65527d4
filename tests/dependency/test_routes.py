"""The contract of dependency over HTTP: one happy, one refused, one invalid, one foreign of each kind of call."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from kessos_case.app import create_app
from tests.factories import cases, casework
from tests.factories import dependency as maker

ROOT = Path(__file__).parents[2]


@pytest.fixture
def worker(make, clock):
    return make.caseworker()


@pytest.fixture
def leader(make, worker):
    return cases.supervisor(make)


@pytest.fixture
def flag(make, worker, leader):
    return maker.flagged(make, worker, leader)


def test_the_queue_names_the_person_and_why_without_a_number(api, leader, flag, make):
    (item,) = api(leader).get("/dependency/flags").json["items"]
    assert (item["id"], item["state"], item["may_review"]) == (str(flag.id), "raised", True)
    assert item["client"]["label"].startswith("Uji ")
    assert item["reasons"][0]["words"]["id"] == "menerima bantuan 59 dari 60 bulan terakhir"
    assert {name: item[name] for name in ("points", "band", "kind", "cause")} == dict.fromkeys(
        ("points", "band", "kind", "cause")
    )
    assert "rank" not in item


def test_a_review_in_two_calls_and_its_retry(api, leader, flag):
    path, key = f"/dependency/flags/{flag.id}/review", {"Idempotency-Key": "a"}
    said = {"opinion": "agree", "reason": "Sudah lama, masih muda"}
    first = api(leader).post(path, json=said, headers=key)
    assert (first.status_code, first.json["points"], first.json["band"]) == (201, 11, "high")
    assert api(leader).post(path, json=said, headers=key).json["version"] == first.json["version"]
    step = {"text": "Kursus menjahit", "kind": "course", "due_on": str(casework.in_days(30))}
    second = api(leader).post(path, json={"decision": "action", "step": step}).json
    assert (second["state"], second["decision"]) == ("action_agreed", "action")
    plan = api(leader).get(f"/plans/{second['plan_id']}").json
    assert second["plan_step_id"] in [step["id"] for goal in plan["goals"] for step in goal["steps"]]


def test_a_review_with_only_what_the_contract_names(api, leader, flag):
    said = {"opinion": "disagree", "reason": "Sedang sakit", "decision": "dismiss", "until": "2026-05-01"}
    found = api(leader).post(f"/dependency/flags/{flag.id}/review", json=said).json
    assert (found["state"], found["dismiss_reason"], found["dismissed_until"]) == ("dismissed", "other", "2026-05-01")
    (listed,) = api(leader).get("/dependency/flags?state=dismissed").json["items"]
    assert listed["id"] == str(flag.id)


def test_a_review_is_refused_to_a_caseworker_and_hidden_from_another_office(api, make, worker, flag):
    said = {"opinion": "agree", "reason": "Lama"}
    path = f"/dependency/flags/{flag.id}/review"
    assert api(worker).post(path, json=said).status_code == 403
    assert api(cases.supervisor(make, cases.MAGETAN)).post(path, json=said).status_code == 404


def test_an_invalid_review_names_every_field(api, leader, flag):
    said = {"opinion": "maybe", "decision": "stop_aid"}
    answer = api(leader).post(f"/dependency/flags/{flag.id}/review", json=said)
    assert answer.status_code == 422
    assert {wrong["field"] for wrong in answer.json["errors"]} == {"opinion", "decision"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"due_on": "2026-03-01"}, "step.due_on"),
        ({"domain": "nothing"}, "step.domain"),
        ({"responsible_organisation_id": "019b8d00-0000-7000-8000-000000000000"}, "step.responsible_organisation_id"),
    ],
)
def test_a_step_that_cannot_be_is_refused(api, leader, flag, change, field):
    step = {"text": "Kursus", "kind": "course", "due_on": "2026-04-01"} | change
    said = {"opinion": "agree", "reason": "Lama", "decision": "action", "step": step}
    answer = api(leader).post(f"/dependency/flags/{flag.id}/review", json=said)
    assert (answer.status_code, [wrong["field"] for wrong in answer.json["errors"]]) == (422, [field])


def test_a_person_is_shown_with_reasons_help_and_what_is_unknown(api, make, worker):
    case = maker.long_aided(make, worker)
    maker.scored(case.client_id)
    found = api(worker).get(f"/clients/{case.client_id}/dependency").json["score"]
    assert (found["points"], found["band"], found["status"], found["month"]) == (11, "high", "scored", "2026-02")
    assert found["reasons"][0]["words"]["id"] == "menerima bantuan 59 dari 60 bulan terakhir (+6)"
    assert found["indicators"]["months_on_60"] == 59
    assert "worked_12" in [one["code"] for one in found["unknown"]]
    assert api(make.caseworker(cases.MAGETAN)).get(f"/clients/{case.client_id}/dependency").status_code == 404


def test_scores_of_the_office_by_band_leave_out_whom_the_reviewer_must_not_know_yet(api, make, worker, leader, flag):
    case = maker.long_aided(make, worker, months=6)
    maker.scored(case.client_id)
    high = [item["client_id"] for item in api(worker).get("/dependency/scores?band=high").json["items"]]
    assert high == [str(flag.client_id)]
    assert api(leader).get("/dependency/scores?band=high").json["items"] == []
    hidden = {item["client_id"]: item["points"] for item in api(leader).get("/dependency/scores").json["items"]}
    assert hidden == {str(flag.client_id): None, str(case.client_id): 0}


def test_what_if_by_both_addresses(api, make, worker):
    case = maker.long_aided(make, worker)
    maker.scored(case.client_id)
    one = api(worker).post(f"/clients/{case.client_id}/dependency/what_if", json={"facts": {"active_work": True}})
    other = api(worker).post("/dependency/what_if", json={"client_id": str(case.client_id), "step_kind": "placement"})
    assert [answer.json["difference"] for answer in (one, other)] == [-4, -4]
    assert api(worker).post("/dependency/what_if", json={"facts": {}}).status_code == 422


def test_an_exemption_is_recorded_and_ended_over_http(api, make, worker):
    case = maker.long_aided(make, worker)
    said = {"ground": "severe_disability", "source": "washington_group", "from_on": "2026-03-01"}
    made = api(worker).post(f"/clients/{case.client_id}/exemptions", json=said)
    assert (made.status_code, made.json["holds"]) == (201, True)
    ended = [api(worker).post(f"/exemptions/{made.json['id']}/ending").json["ended_at"] for _ in range(2)]
    assert ended[0] == ended[1]
    (listed,) = api(worker).get(f"/clients/{case.client_id}/exemptions").json["items"]
    assert (listed["id"], listed["holds"]) == (made.json["id"], False)


def test_a_recalculation_answers_where_the_person_stands(api, make, worker):
    case = maker.long_aided(make, worker)
    answer = api(worker).post(f"/clients/{case.client_id}/dependency/recalculation")
    assert (answer.status_code, answer.json["score"]["points"]) == (201, 11)


def test_the_policy_is_there_whole(api, worker):
    (found,) = api(worker).get("/dependency/policies").json["items"]
    assert found["is_in_force"]
    assert found["content"]["flags"]["expire_days"] == 30


def test_the_list_asks_as_many_questions_for_one_as_for_many(api, make, worker, leader, connection):
    for _ in range(3):
        maker.scored(maker.long_aided(make, worker).client_id)
    maker.night_of_flags(worker.organisation_id)
    asked = count_statements(connection, lambda: api(leader).get("/dependency/flags?limit=1"))
    assert count_statements(connection, lambda: api(leader).get("/dependency/flags")) == asked


def test_no_other_address_tells_of_points_or_bands():
    """A score must not be at hand where aid is decided, offered or told."""
    paths = create_app().test_client().get("/api/v1/openapi.json").json
    telling = {
        name
        for name, schema in paths["components"]["schemas"].items()
        if {"band", "dependency", "risk"} & schema.get("properties", {}).keys()
    }
    ours = {"FlagItemOut", "FlagOut", "ScoreOut", "ScoreItemOut", "WhatIfSideOut", "OpinionOut"}
    assert telling <= ours
    users = {
        path
        for path, verbs in paths["paths"].items()
        if any(
            re.search(rf"schemas/{name.removesuffix('Out')}(?![a-z])", str(verbs))
            for name in telling | {"DependencyOut"}
        )
    }
    assert len(users) > 5
    assert all("dependency" in path for path in users)


@pytest.mark.parametrize(
    "room", ["aid", "partners", "referrals", "cases", "tasks", "clients", "training", "employment"]
)
def test_no_room_that_gives_or_offers_anything_knows_of_scores(room):
    known = re.compile(r"kessos_case\.dependency|dependency_(scores|flags)|DependencyScore|DependencyFlag")
    files = sorted((ROOT / "kessos_case" / room).rglob("*.py"))
    assert files
    assert [str(path) for path in files if known.search(path.read_text())] == []


def count_statements(connection, call) -> int:
    """How many statements a call sends."""
    seen = []

    def note(*args):
        seen.append(args[2])

    sa.event.listen(connection, "before_cursor_execute", note)
    call()
    sa.event.remove(connection, "before_cursor_execute", note)
    return len(seen)
