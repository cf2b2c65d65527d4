"""The contract of /instruments, /assessments, /plans, /goals and /steps."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import Api, Make, fresh_id
from tests.factories.cases import MAGETAN, open_case, supervisor
from tests.factories.casework import answers_to, approved_plan, assessment, in_days, plan


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return open_case(make, worker)


def gse(**more: Any) -> dict[str, Any]:
    return {"instrument": "gse10", "version": 1, "answers": {"gse_1": 3}} | more


def goals(office: Any = None, **more: Any) -> dict[str, Any]:
    step = {"text": "Urus KTP", "responsible_organisation_id": office and str(office), "due_on": str(in_days(9))}
    return {"goals": [{"domain": "other", "text": "Punya KTP", "steps": [step | {"kind": "other"}]}]} | more


def fields(answer: Any) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in answer.json["errors"]]


class TestInstruments:
    """Read by whoever has signed in."""

    def test_all_are_listed_with_what_they_measure(self, make: Make, api: Api):
        shown = {one["name"]: one for one in api(make.user("tksk")).get("/instruments").json["items"]}
        found = shown["gse10"]
        assert (len(shown), found["version"], found["versions"]) == (6, 1, [1])
        assert found["domains"][0]["code"] == "self_efficacy"

    def test_one_is_shown_with_its_items_in_both_languages(self, make: Make, api: Api):
        shown = api(make.caseworker()).get("/instruments/household_skills").json
        item = next(one for one in shown["items"] if one["id"] == "debt_pressure")
        assert item["only_if"] == {"item": "debts", "values": [], "at_least": 1}
        assert {option["value"] for option in item["options"]} == {"on_time", "late", "pressed"}
        assert all(one["text_id"] and one["text_en"] for one in shown["items"])
        assert shown["licence"]

    @pytest.mark.parametrize("path", ["/instruments/none", "/instruments/gse10?version=2", "/instruments/%00"])
    def test_what_is_not_there_is_not_found(self, path, make: Make, api: Api):
        assert api(make.caseworker()).get(path).status_code == 404


class TestAssessments:
    """/cases/{id}/assessments and /assessments/{id}."""

    def test_it_is_saved_completed_and_read_again(self, api: Api, worker, case):
        mine = api(worker)
        draft = mine.post(f"/cases/{case.id}/assessments", gse())
        assert (draft.status_code, draft.json["state"], draft.json["answers"]) == (201, "draft", {"gse_1": 3})
        path = f"/assessments/{draft.json['id']}"
        done = mine.patch(path, {"answers": answers_to("gse10"), "complete": True}, version=draft.json["version"])
        assert (done.status_code, done.json["domains"]["self_efficacy"]["value"]) == (200, 40)
        assert mine.get(path).json == done.json

    def test_the_list_has_scores_and_no_answers_newest_first(self, make: Make, api: Api, worker, case, clock):
        for instrument in ("gse10", "social_functioning"):
            clock.move(minutes=1)
            assessment(make, worker, case.id, instrument)
        shown = api(worker).get(f"/cases/{case.id}/assessments").json["items"]
        assert [one["instrument"] for one in shown] == ["social_functioning", "gse10"]
        assert "answers" not in shown[0]
        only = api(worker).get(f"/cases/{case.id}/assessments?instrument=gse10&state=completed").json["items"]
        assert [one["id"] for one in only] == [shown[1]["id"]]

    def test_a_supervisor_reads_and_does_not_write(self, make: Make, api: Api, worker, case):
        made, leader = assessment(make, worker, case.id), api(supervisor(make))
        assert leader.get(f"/assessments/{made.id}").json["answers"]["gse_1"] == 4
        assert leader.post(f"/cases/{case.id}/assessments", gse()).status_code == 403

    def test_wrong_answers_are_named_as_fields(self, api: Api, worker, case):
        refused = api(worker).post(f"/cases/{case.id}/assessments", gse(answers={"gse_1": 9, "gse_2": 2.5}))
        assert refused.status_code == 422
        assert fields(refused) == [("answers.gse_1", "not_an_option"), ("answers.gse_2", "wrong_type")]

    def test_an_unknown_field_is_refused(self, api: Api, worker, case):
        refused = api(worker).post(f"/cases/{case.id}/assessments", gse(note="baik"))
        assert (refused.status_code, fields(refused)) == (422, [("note", "unknown_field")])

    @pytest.mark.parametrize(
        "answers",
        [
            {"gse_1": 10**400}, {"gse_1": float("nan")}, {"gse_1": [[[]]]}, {"gse_1": {"a": {}}}, {"gse_1": "x" * 100_000},
            {"gse_1": "\x00"}, {"gse_1": "\ud800"}, {"\x00": 1}, {"x" * 1000: 1}, {f"i{item}": 1 for item in range(5000)},
            {"": 1}, None, [], 7,
        ],
    )  # fmt: skip
    def test_no_answer_however_strange_or_huge_breaks_anything(self, answers, api: Api, worker, case):
        assert api(worker).post(f"/cases/{case.id}/assessments", gse(answers=answers)).status_code == 422

    def test_a_date_that_is_none_is_named(self, api: Api, worker, case):
        told = {"welfare_decile": 2, "welfare_decile_on": "9999-99-99"}
        body = {"instrument": "household_skills", "version": 1, "answers": told}
        assert fields(api(worker).post(f"/cases/{case.id}/assessments", body)) == [
            ("answers.welfare_decile_on", "not_a_date")
        ]

    def test_a_stale_save_is_shown_both_values(self, make: Make, api: Api, worker, case):
        draft = assessment(make, worker, case.id, complete=False, gse_1=3)
        api(worker).patch(f"/assessments/{draft.id}", {"answers": {"gse_1": 4, "gse_2": 2}}, version=draft.version)
        stale = api(worker).patch(f"/assessments/{draft.id}", {"answers": {"gse_1": 1}}, version=draft.version)
        assert stale.status_code == 412
        told = [(error["field"], error["yours"], error["theirs"]) for error in stale.json["errors"]]
        assert told == [("answers.gse_1", 1, 4), ("answers.gse_2", None, 2)]

    def test_a_save_says_which_version_it_saw(self, make: Make, api: Api, worker, case):
        draft = assessment(make, worker, case.id, complete=False)
        assert api(worker).patch(f"/assessments/{draft.id}", {"answers": {}}).status_code == 428

    def test_two_saves_of_nothing_new_are_two_versions(self, make: Make, api: Api, worker, case):
        draft = assessment(make, worker, case.id, complete=False, gse_1=3)
        saved = api(worker).patch(f"/assessments/{draft.id}", {"answers": {"gse_1": 3}}, version=draft.version)
        assert (saved.json["version"], saved.headers["ETag"]) == (draft.version + 1, f'"{draft.version + 1}"')

    def test_the_same_key_completes_once(self, api: Api, worker, case, truth):
        body, key = gse(answers=answers_to("gse10"), complete=True), {"Idempotency-Key": "once"}
        twice = [api(worker).post(f"/cases/{case.id}/assessments", body, headers=key).json["id"] for _ in range(2)]
        assert len(set(twice)) == truth.one("select count(*) from assessments") == 1

    def test_another_upt_finds_nothing(self, make: Make, api: Api, worker, case):
        made, stranger = assessment(make, worker, case.id), api(make.caseworker(MAGETAN))
        assert stranger.get(f"/assessments/{made.id}").status_code == 404
        assert stranger.get(f"/cases/{case.id}/assessments").status_code == 404
        assert stranger.post(f"/cases/{case.id}/assessments", gse()).status_code == 404
        assert stranger.patch(f"/assessments/{made.id}", {"answers": {}}, version=1).status_code == 404

    def test_a_list_costs_the_same_however_long_it_is(self, make: Make, api: Api, worker, case, connection):
        def statements() -> int:
            seen: list[str] = []

            def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
                seen.append(statement)

            sa.event.listen(connection, "before_cursor_execute", note)
            api(worker).get(f"/cases/{case.id}/assessments")
            sa.event.remove(connection, "before_cursor_execute", note)
            return len(seen)

        assessment(make, worker, case.id)
        one = statements()
        for _ in range(5):
            assessment(make, worker, case.id)
        assert statements() == one


class TestPlans:
    """/cases/{id}/plans and /plans/{id}."""

    def test_it_is_proposed_agreed_to_and_approved(self, make: Make, api: Api, worker, case):
        mine = api(worker)
        made = mine.post(f"/cases/{case.id}/plans", goals(worker.organisation_id))
        assert (made.status_code, made.json["state"], made.json["goals"][0]["text"]) == (201, "proposed", "Punya KTP")
        path = f"/plans/{made.json['id']}"
        agreed = mine.post(f"{path}/client_agreement", {"form": "oral_witnessed", "on": str(in_days(0))})
        assert (agreed.status_code, agreed.json["client_agreed_form"]) == (201, "oral_witnessed")
        approved = api(supervisor(make)).post(f"{path}/approval", {"decision": "approve", "comment": "Baik"})
        assert (approved.status_code, approved.json["state"]) == (201, "approved")
        assert mine.get(path).json == approved.json

    def test_everything_that_is_missing_is_named(self, api: Api, worker, case):
        body = {"goals": [{"domain": "other", "text": "Punya KTP", "steps": [{"text": "Urus"}]}]}
        refused = api(worker).post(f"/cases/{case.id}/plans", body)
        assert (refused.status_code, refused.json["code"]) == (409, "rule_broken")
        assert [(error["code"], error["detail"]) for error in refused.json["errors"]] == [
            ("step_incomplete", "Step goals.0.steps.0 has no responsible organisation."),
            ("step_incomplete", "Step goals.0.steps.0 has no due date."),
        ]

    def test_the_versions_are_listed_newest_first_without_words(self, make: Make, api: Api, worker, case, clock):
        approved_plan(make, worker, case.id)
        clock.move(days=1)
        plan(make, worker, case.id, propose=False)
        shown = api(worker).get(f"/cases/{case.id}/plans").json["items"]
        assert [(one["number"], one["state"]) for one in shown] == [(2, "draft"), (1, "approved")]
        assert "goals" not in shown[0]
        only = api(worker).get(f"/cases/{case.id}/plans?state=approved").json["items"]
        assert [one["number"] for one in only] == [1]

    def test_a_draft_is_saved_again_and_proposed(self, make: Make, api: Api, worker, case):
        mine = api(worker)
        draft = mine.post(f"/cases/{case.id}/plans", goals(propose=False)).json
        assert [entry["code"] for entry in draft["missing"]] == ["step_incomplete"]
        saved = mine.patch(f"/plans/{draft['id']}", goals(worker.organisation_id), version=draft["version"])
        assert (saved.status_code, saved.json["missing"], saved.json["version"] > draft["version"]) == (200, [], True)
        assert mine.post(f"/plans/{draft['id']}/proposal").json["state"] == "proposed"

    def test_a_stale_save_is_shown_both_values(self, make: Make, api: Api, worker, case):
        draft = plan(make, worker, case.id, propose=False)
        api(worker).patch(f"/plans/{draft.id}", goals(), version=draft.version)
        stale = api(worker).patch(f"/plans/{draft.id}", {"goals": []}, version=draft.version)
        assert stale.status_code == 412
        told = stale.json["errors"][0]
        assert (told["field"], told["yours"], told["theirs"][0]["steps"][0]["text"]) == ("goals", [], "Urus KTP")

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"due_on": "2027-02-29"}, "goals.0.steps.0.due_on"), ({"due_on": "9999-12-31"}, "goals.0.steps.0.due_on"),
            ({"text": "a\x00b"}, "goals.0.steps.0.text"), ({"text": "\ud800"}, "goals.0.steps.0.text"),
            ({"text": " "}, "goals.0.steps.0.text"), ({"text": "x" * 1001}, "goals.0.steps.0.text"),
            ({"kind": "magic"}, "goals.0.steps.0.kind"), ({"who": "saya"}, "goals.0.steps.0.who"),
            ({"responsible_organisation_id": "UPT"}, "goals.0.steps.0.responsible_organisation_id"),
        ],
    )  # fmt: skip
    def test_what_no_step_can_be_is_named(self, change, field, api: Api, worker, case):
        body = goals()
        body["goals"][0]["steps"][0] |= change
        refused = api(worker).post(f"/cases/{case.id}/plans", body)
        assert (refused.status_code, [error["field"] for error in refused.json["errors"]]) == (422, [field])

    def test_a_plan_has_an_end(self, api: Api, worker, case):
        body = {"goals": goals()["goals"] * 31}
        assert api(worker).post(f"/cases/{case.id}/plans", body).status_code == 422

    def test_a_caseworker_decides_nothing_and_a_supervisor_writes_nothing(self, make: Make, api: Api, worker, case):
        made = plan(make, worker, case.id)
        assert api(worker).post(f"/plans/{made.id}/approval", {"decision": "approve"}).status_code == 403
        assert api(supervisor(make)).post(f"/cases/{case.id}/plans", goals()).status_code == 403

    def test_what_is_not_decided_so_is_refused(self, make: Make, api: Api, worker, case):
        made, leader = plan(make, worker, case.id), api(supervisor(make))
        refused = leader.post(f"/plans/{made.id}/approval", {"decision": "propose"})
        assert (refused.status_code, fields(refused)) == (422, [("decision", "invalid_value")])
        wordless = leader.post(f"/plans/{made.id}/approval", {"decision": "return"})
        assert (wordless.status_code, wordless.json["errors"][0]["code"]) == (409, "comment_missing")

    def test_another_upt_finds_nothing(self, make: Make, api: Api, worker, case):
        made = plan(make, worker, case.id)
        stranger, boss = api(make.caseworker(MAGETAN)), api(supervisor(make, MAGETAN))
        assert stranger.get(f"/plans/{made.id}").status_code == 404
        assert stranger.get(f"/cases/{case.id}/plans").status_code == 404
        assert stranger.patch(f"/plans/{made.id}", goals(), version=1).status_code == 404
        assert boss.post(f"/plans/{made.id}/approval", {"decision": "approve"}).status_code == 404

    def test_the_same_key_writes_one_version(self, api: Api, worker, case, truth):
        body, key = goals(worker.organisation_id), {"Idempotency-Key": "once"}
        twice = [api(worker).post(f"/cases/{case.id}/plans", body, headers=key).json["id"] for _ in range(2)]
        assert len(set(twice)) == truth.one("select count(*) from plans") == 1


class TestGoalsAndSteps:
    """/goals/{id} and /steps/{id}."""

    @pytest.fixture
    def goal(self, make: Make, worker, case):
        return approved_plan(make, worker, case.id).goals[0]

    def test_a_step_is_started_and_done(self, api: Api, worker, goal):
        path = f"/steps/{goal.steps[0].id}"
        assert api(worker).post(f"{path}/start").json["state"] == "in_progress"
        done = api(worker).post(f"{path}/closing", {"state": "done"})
        assert (done.status_code, done.json["state"]) == (201, "done")
        again = api(worker).post(f"{path}/closing", {"state": "done"})
        assert (again.status_code, again.json["errors"][0]["code"]) == (409, "wrong_state")

    def test_a_goal_is_dropped_and_accepted(self, make: Make, api: Api, worker, goal):
        dropped = api(worker).post(f"/goals/{goal.id}/closing", {"state": "dropped", "reason": "health"})
        assert (dropped.status_code, dropped.json["drop_reason"]) == (201, "health")
        leader = supervisor(make)
        accepted = api(leader).post(f"/goals/{goal.id}/acceptance")
        assert (accepted.status_code, accepted.json["drop_accepted_by"]) == (201, str(leader.id))

    @pytest.mark.parametrize("reason", ["because", "replaced"])
    def test_only_known_reasons_are_taken(self, reason, api: Api, worker, goal):
        refused = api(worker).post(f"/goals/{goal.id}/closing", {"state": "dropped", "reason": reason})
        assert (refused.status_code, fields(refused)) == (422, [("reason", "invalid_value")])

    def test_a_supervisor_closes_none_and_a_caseworker_accepts_none(self, make: Make, api: Api, worker, goal):
        assert api(supervisor(make)).post(f"/goals/{goal.id}/closing", {"state": "met"}).status_code == 403
        assert api(worker).post(f"/goals/{goal.id}/acceptance").status_code == 403

    def test_another_upt_and_nobody_find_nothing(self, make: Make, api: Api, goal):
        stranger = api(make.caseworker(MAGETAN))
        for thing in (f"/goals/{goal.id}", f"/goals/{fresh_id()}"):
            assert stranger.post(f"{thing}/closing", {"state": "met"}).status_code == 404
        assert stranger.post(f"/steps/{goal.steps[0].id}/start").status_code == 404
