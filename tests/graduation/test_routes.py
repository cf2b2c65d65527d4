"""The contract of graduation over HTTP."""

import pytest
import sqlalchemy as sa

from kessos_case.access.models import User
from kessos_case.graduation.rules import CriterionCode, WeightedCode
from tests.factories import Api, Make, cases, fresh_id
from tests.factories import graduation as maker
from tests.factories.graduation import UPT, today

NAME = "Slamet Wonokusumo"


@pytest.fixture(autouse=True)
def _day(clock):
    clock.set("2026-10-05T03:00:00+00:00")


@pytest.fixture
def worker(make: Make) -> User:
    return make.caseworker()


@pytest.fixture
def leader(make: Make) -> User:
    return make.user("supervisor", organisation=UPT)


@pytest.fixture
def stranger(make: Make) -> User:
    return make.user("supervisor", organisation="PSTW-MAGETAN")


def codes(answer):
    return [error["code"] for error in answer.json["errors"]]


class TestOverview:
    """GET /clients/{id}/graduation and /graduation/criteria."""

    def test_it_says_what_is_met_with_numbers_evidence_and_next_steps(self, make: Make, api: Api, worker, leader):
        case = maker.settled(make, worker)
        maker.recommended(make, worker, case)
        found = api(leader).get(f"/clients/{case.client_id}/graduation").json
        assert (found["is_met"], found["kind"], found["state"]) == (True, "empowered", "recommended")
        assert all({"is_met", "value", "needed", "evidence", "missing"} <= entry.keys() for entry in found["criteria"])
        steps = {step["step"]: step["missing"] for step in found["next_steps"]}
        assert steps == {"provisional": [], "deferral": [], "withdrawal": []}
        assert found["review"]["signatures"][0]["note"] == "Sudah mandiri."

    def test_what_is_missing_has_criterion_code_and_way(self, make: Make, api: Api, worker):
        case = cases.open_case(make, worker)
        found = api(worker).get(f"/clients/{case.client_id}/graduation").json
        assert (found["state"], found["review"], found["next_steps"]) == (None, None, [])
        assert {"income_unknown", "work_missing", "not_asked", "points_missing"} <= {
            e["code"] for e in found["missing"]
        }
        assert all(entry["way"] and entry["criterion"] for entry in found["missing"])

    def test_it_reads_few_statements(self, make: Make, api: Api, worker, connection):
        case, seen = maker.settled(make, worker), []

        def note(_connection, _cursor, statement, *_rest):
            seen.append(statement)

        sa.event.listen(connection, "before_cursor_execute", note)
        assert api(worker).get(f"/clients/{case.client_id}/graduation").status_code == 200
        sa.event.remove(connection, "before_cursor_execute", note)
        assert len(seen) <= 40

    @pytest.mark.parametrize("who", ["stranger", "co_signer"])
    def test_others_find_nobody(self, who, make: Make, api: Api, worker, stranger):
        case = maker.settled(make, worker)
        other = stranger if who == "stranger" else maker.co_signer(make)
        assert api(other).get(f"/clients/{case.client_id}/graduation").status_code == 404

    def test_a_tksk_has_no_part_in_it(self, make: Make, api: Api, worker):
        case = cases.open_case(make, worker)
        assert api(make.user("tksk")).get(f"/clients/{case.client_id}/graduation").status_code == 403

    def test_the_policy_is_told_with_a_label_for_everything(self, make: Make, api: Api, worker):
        found = api(worker).get("/graduation/criteria").json
        assert {entry["code"] for entry in found["criteria"]} == {code.value for code in CriterionCode}
        assert {entry["code"] for entry in found["lines"]} == {code.value for code in WeightedCode}
        assert all(entry["label"]["id"] and entry["label"]["en"] for entry in found["criteria"] + found["lines"])
        assert sum(entry["worth"] for entry in found["lines"]) == 100
        assert (found["gate"]["signatures"], found["aftercare"]["visit_months"]) == (2, [1, 3, 6, 9, 12])


class TestVoice:
    """POST /clients/{id}/graduation/voice."""

    def test_it_is_written_down_once(self, make: Make, api: Api, worker):
        client = cases.open_case(make, worker).client_id
        body = {"asked_on": str(today()), "agrees": False, "reason": "Belum yakin."}
        first, again = (
            api(worker).post(f"/clients/{client}/graduation/voice", body, headers={"Idempotency-Key": "v1"})
            for _ in range(2)
        )
        assert (first.status_code, first.json["reason"], again.json["id"]) == (201, "Belum yakin.", first.json["id"])

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"agrees": True}, "asked_on"),
            ({"asked_on": "2026-10-05", "agrees": "yes"}, "agrees"),
            ({"asked_on": "2026-10-05", "agrees": False}, "reason"),
            ({"asked_on": "9999-12-31", "agrees": True}, "asked_on"),
            ({"asked_on": "2026-10-05", "agrees": True, "mood": "well"}, "mood"),
            ({"asked_on": "2026-10-05", "agrees": False, "reason": "a\u0000b"}, "reason"),
        ],
    )
    def test_a_mistake_is_named(self, body, field, make: Make, api: Api, worker):
        client = cases.open_case(make, worker).client_id
        answer = api(worker).post(f"/clients/{client}/graduation/voice", body)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)

    def test_a_foreign_person_is_not_there(self, make: Make, api: Api, worker, stranger):
        client = cases.open_case(make, worker).client_id
        body = {"asked_on": str(today()), "agrees": True}
        assert api(stranger).post(f"/clients/{client}/graduation/voice", body).status_code == 404


class TestReviews:
    """POST and GET /graduation/reviews."""

    def test_a_person_who_meets_everything_gets_one(self, make: Make, api: Api, worker):
        case = maker.settled(make, worker)
        first = api(worker).post("/graduation/reviews", {"case_id": str(case.id)})
        again = api(worker).post("/graduation/reviews", {"case_id": str(case.id)})
        assert (first.status_code, first.json["state"], again.json["id"]) == (201, "eligible", first.json["id"])
        assert again.headers["Idempotent-Replayed"] == "true"

    def test_too_early_all_that_is_missing_is_told(self, make: Make, api: Api, worker):
        case = cases.open_case(make, worker)
        answer = api(worker).post("/graduation/reviews", {"case_id": str(case.id)})
        assert (answer.status_code, answer.json["code"]) == (409, "rule_broken")
        assert {"code", "detail", "way", "criterion"} <= answer.json["errors"][0].keys()

    def test_a_mistake_and_a_foreign_case_are_refused(self, make: Make, api: Api, worker, stranger):
        case = maker.settled(make, worker)
        assert api(worker).post("/graduation/reviews", {"case": str(case.id)}).status_code == 422
        assert api(stranger).post("/graduation/reviews", {"case_id": str(case.id)}).status_code == 404

    def test_the_list_is_narrowed_by_state_case_and_whose_it_is(self, make: Make, api: Api, worker, leader, stranger):
        made = maker.recommended(make, worker)
        colleague = make.caseworker()
        other = maker.review(make, colleague)

        def listed(by, query):
            return [item["id"] for item in api(by).get(f"/graduation/reviews?{query}").json["items"]]

        assert listed(leader, "") == [str(other.id), str(made.id)]
        assert listed(leader, "state=recommended") == [str(made.id)]
        assert listed(leader, f"case_id={other.case_id}") == [str(other.id)]
        assert listed(worker, "mine=true") == [str(made.id)]
        assert listed(stranger, "") == []

    def test_a_list_goes_on_where_it_stopped(self, make: Make, api: Api, worker):
        made = [str(maker.review(make, worker).id) for _ in range(2)]
        first = api(worker).get("/graduation/reviews?limit=1").json
        second = api(worker).get(f"/graduation/reviews?limit=1&cursor={first['next_cursor']}").json
        assert [page["items"][0]["id"] for page in (first, second)] == made[::-1]

    def test_a_foreign_one_is_not_there(self, make: Make, api: Api, worker, stranger):
        made = maker.review(make, worker)
        assert api(stranger).get(f"/graduation/reviews/{made.id}").status_code == 404


class TestGate:
    """The steps, and who may co-sign."""

    def test_the_whole_way(self, make: Make, api: Api, worker, leader, clock):
        case = maker.settled(make, worker, name=NAME)
        way = f"/graduation/reviews/{maker.review(make, worker, case).id}"
        assert api(worker).post(f"{way}/recommendation", {"note": "Mandiri."}).json["state"] == "recommended"
        assert api(leader).post(f"{way}/provisional").json["provisional_on"] == str(today())
        assert codes(api(leader).post(f"{way}/confirmations"))[0] == "aftercare_not_over"
        clock.move(days=365)
        maker.cared_for(make, worker, case)
        signer = maker.co_signer(make)
        version = api(leader).get(way).json["version"]
        assert api(leader).patch(way, {"co_signer_id": str(signer.id)}, version).status_code == 200
        assert api(leader).post(f"{way}/confirmations").json["state"] == "provisional"
        assert api(signer).post(f"{way}/confirmations").json["state"] == "confirmed"

    def test_a_co_signers_answers_hold_no_name(self, make: Make, api: Api, worker, leader):
        case = maker.settled(make, worker, name=NAME, aliases=["Pak Met"])
        review = maker.provisional(make, worker, leader, case, note=f"{NAME} sudah mandiri.")
        signer = maker.co_signer(make)
        maker.named(make, leader, review.id, signer)
        way = f"/graduation/reviews/{review.id}"
        answers = [
            api(signer).get(way),
            api(signer).get("/graduation/reviews"),
            api(signer).post(f"{way}/confirmations"),
        ]
        assert [answer.status_code for answer in answers] == [200, 200, 409]
        heard = "".join(answer.text for answer in answers)
        assert not [word for word in (NAME, "Met", "mandiri", str(case.client_id)) if word in heard]
        assert answers[0].json["verdict"]["evidence"]
        assert [signature["step"] for signature in answers[0].json["signatures"]] == ["recommendation", "provisional"]

    @pytest.mark.parametrize(
        ("role", "step", "body"),
        [
            ("supervisor", "recommendation", {}),
            ("caseworker", "provisional", {}),
            ("caseworker", "confirmations", {}),
            ("caseworker", "deferral", {"until": "2026-12-01", "reason": "illness"}),
            ("caseworker", "withdrawal", {"reason": "mistake"}),
        ],
    )
    def test_a_wrong_role_is_refused(self, role, step, body, make: Make, api: Api, worker):
        review = maker.review(make, worker)
        answer = api(make.user(role, organisation=UPT)).post(f"/graduation/reviews/{review.id}/{step}", body)
        assert answer.status_code == 403

    @pytest.mark.parametrize(
        ("step", "body", "field"),
        [
            ("provisional", {"why": "so"}, "why"),
            ("deferral", {"reason": "illness"}, "until"),
            ("deferral", {"until": "2026-12-01"}, "reason"),
            ("withdrawal", {"reason": " "}, "reason"),
            ("confirmations", {"note": "\ud800"}, "note"),
        ],
    )
    def test_a_mistake_is_named(self, step, body, field, make: Make, api: Api, worker, leader):
        review = maker.review(make, worker)
        answer = api(leader).post(f"/graduation/reviews/{review.id}/{step}", body)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)

    def test_twice_is_refused_and_a_replay_is_not(self, make: Make, api: Api, worker):
        way = f"/graduation/reviews/{maker.review(make, worker).id}/recommendation"
        key = {"Idempotency-Key": "r1"}
        assert [api(worker).post(way, {}, headers=key).status_code for _ in range(2)] == [201, 201]
        assert codes(api(worker).post(way)) == ["wrong_state"]

    def test_another_office_takes_no_step(self, make: Make, api: Api, worker, stranger):
        review = maker.recommended(make, worker)
        assert api(stranger).post(f"/graduation/reviews/{review.id}/provisional").status_code == 404

    def test_a_co_signer_is_named_on_the_version_that_was_read(self, make: Make, api: Api, worker, leader):
        review, signer = maker.recommended(make, worker), maker.co_signer(make)
        way, body = f"/graduation/reviews/{review.id}", {"co_signer_id": str(signer.id)}
        assert api(leader).patch(way, body).status_code == 428
        stale = api(leader).patch(way, body, review.version - 1)
        assert (stale.status_code, stale.json["errors"][0]["field"]) == (412, "co_signer_id")
        assert api(leader).patch(way, body, review.version).headers["ETag"] == f'"{review.version + 1}"'
        assert api(leader).patch(way, {"co_signer_id": None}, review.version + 1).json["co_signer_id"] is None

    def test_somebody_of_the_same_office_or_nobody_is_no_co_signer(self, make: Make, api: Api, worker, leader):
        review = maker.recommended(make, worker)
        for wrong in (make.user("co_signer", organisation=UPT).id, fresh_id()):
            answer = api(leader).patch(f"/graduation/reviews/{review.id}", {"co_signer_id": str(wrong)}, review.version)
            assert (answer.status_code, codes(answer)) == (422, ["not_found"])


class TestRelapses:
    """POST and GET /graduation/relapses."""

    @pytest.fixture
    def review(self, make: Make, worker, leader, clock):
        made = maker.provisional(make, worker, leader)
        clock.move(days=30)
        return made

    def test_it_is_written_down_once_and_listed(self, make: Make, api: Api, worker, review):
        body = {"review_id": str(review.id), "kind": "street", "happened_on": str(today())}
        first, again = (api(worker).post("/graduation/relapses", body) for _ in range(2))
        assert (first.status_code, again.json["id"]) == (201, first.json["id"])
        assert again.headers["Idempotent-Replayed"] == "true"
        for query in ("", f"?client_id={review.client_id}"):
            assert api(worker).get(f"/graduation/relapses{query}").json["items"] == [first.json]
        assert api(worker).get(f"/graduation/relapses?client_id={fresh_id()}").json["items"] == []

    def test_others_see_and_write_none(self, make: Make, api: Api, worker, stranger, review):
        body = {"review_id": str(review.id), "kind": "street", "happened_on": str(today())}
        assert api(worker).post("/graduation/relapses", body).status_code == 201
        assert api(stranger).post("/graduation/relapses", body).status_code == 404
        for other in (stranger, maker.co_signer(make)):
            assert api(other).get("/graduation/relapses").json["items"] == []

    @pytest.mark.parametrize(
        ("changes", "field"), [({"kind": "tired"}, "kind"), ({"happened_on": "2026-10-05"}, "happened_on")]
    )
    def test_a_mistake_is_named(self, changes, field, make: Make, api: Api, worker, review):
        body = {"review_id": str(review.id), "kind": "street", "happened_on": str(today())} | changes
        answer = api(worker).post("/graduation/relapses", body)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)

    def test_there_is_no_relapse_before_a_verdict(self, make: Make, api: Api, worker):
        body = {"review_id": str(maker.review(make, worker).id), "kind": "street", "happened_on": str(today())}
        assert codes(api(worker).post("/graduation/relapses", body)) == ["wrong_state"]
