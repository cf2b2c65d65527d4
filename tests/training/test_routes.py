"""The contract of /courses, /batches and /enrolments."""

import pytest
import sqlalchemy as sa

from tests.factories import Api, Make, fresh_id
from tests.factories.cases import MAGETAN
from tests.factories.casework import in_days, supervisor_beside
from tests.factories.training import attendance, batch, course, dropped, enrolment, learner

SEWING = {"name": "Menjahit Dasar", "skill": "menjahit", "hours": 60, "capacity": 12}


class TestCourses:
    """/courses and /batches."""

    def test_a_course_runs_and_everybody_may_see_it(self, make: Make, api: Api):
        mine = api(make.caseworker())
        made = mine.post("/courses", SEWING)
        assert (made.status_code, made.json["is_active"], made.json["version"]) == (201, True, 1)
        days = {"starts_on": str(in_days(1)), "ends_on": str(in_days(20))}
        run = mine.post("/batches", {"course_id": made.json["id"]} | days)
        assert (run.status_code, run.json["capacity"], run.json["free"]) == (201, 12, 12)
        partner = api(make.user("partner"))
        assert partner.get(f"/courses/{made.json['id']}").json["skill"] == "menjahit"
        assert partner.get(f"/batches/{run.json['id']}").json["course_name"] == "Menjahit Dasar"

    @pytest.mark.parametrize(
        ("query", "found"), [("q=jahit", True), ("q=las", False), ("is_active=true", True), ("is_active=false", False)]
    )
    def test_courses_are_found_by_words_and_state(self, query: str, found: bool, make: Make, api: Api):
        made = course(make, make.caseworker())
        items = api(make.user("tksk")).get(f"/courses?organisation_id={made.organisation_id}&{query}").json["items"]
        assert [item["id"] for item in items] == ([str(made.id)] if found else [])

    def test_batches_are_found_by_course_and_whether_they_are_over(self, make: Make, api: Api, clock):
        worker = make.caseworker()
        over = batch(make, worker)
        clock.move(days=20)
        going = batch(make, worker)
        mine = api(worker)

        def ids(query: str) -> list[str]:
            return [item["id"] for item in mine.get(f"/batches?{query}").json["items"]]

        assert ids("open=true") == [str(going.id)]
        assert ids("open=false") == [str(over.id)]
        assert ids(f"course_id={over.course_id}") == [str(over.id)]

    def test_a_stale_change_is_told_what_differs(self, make: Make, api: Api):
        worker = make.caseworker()
        mine, where = api(worker), f"/courses/{course(make, worker).id}"
        assert mine.patch(where, {"hours": 70}, version=1).headers["ETag"] == '"2"'
        stale = mine.patch(where, {"hours": 80}, version=1)
        assert (stale.status_code, stale.json["errors"][0]["theirs"]) == (412, 70)
        assert mine.patch(where, {"hours": 80}).status_code == 428

    def test_somebody_who_takes_a_place_makes_no_change_of_a_batch_stale(self, make: Make, api: Api):
        worker = make.caseworker()
        found = batch(make, worker)
        enrolment(make, worker, found)
        changed = api(worker).patch(f"/batches/{found.id}", {"capacity": 9}, version=1)
        assert (changed.status_code, changed.json["taken"], changed.json["free"]) == (200, 1, 8)

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"hours": 0}, "hours"),
            ({"capacity": 10**30}, "capacity"),
            ({"name": "\x00"}, "name"),
            ({"price": 1}, "price"),
        ],
    )
    def test_what_is_wrong_is_named(self, more, field: str, make: Make, api: Api):
        answer = api(make.caseworker()).post("/courses", SEWING | more)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)

    def test_another_office_may_look_and_not_change(self, make: Make, api: Api):
        found, stranger = batch(make, make.caseworker()), api(make.caseworker(MAGETAN))
        answers = [
            stranger.patch(f"/courses/{found.course_id}", {"hours": 1}, version=1),
            stranger.patch(f"/batches/{found.id}", {"capacity": 1}, version=1),
            stranger.post(f"/batches/{found.id}/attendance", {"on": str(in_days(0)), "present": []}),
            stranger.get(f"/batches/{found.id}/attendance"),
        ]
        assert [(answer.status_code, answer.json["code"]) for answer in answers] == [(403, "scope")] * 4

    def test_a_tksk_teaches_nothing(self, make: Make, api: Api):
        answer = api(make.user("tksk")).post("/courses", SEWING)
        assert (answer.status_code, answer.json["code"]) == (403, "role")

    def test_what_does_not_exist_is_not_there(self, make: Make, api: Api):
        mine = api(make.caseworker())
        for where in ("/courses", "/batches", "/enrolments"):
            assert mine.get(f"{where}/{fresh_id()}").status_code == 404


class TestEnrolments:
    """/enrolments, /attendance, /results and /drop."""

    def test_a_course_from_the_place_to_the_certificate(self, make: Make, api: Api):
        worker = make.caseworker()
        found, case, mine = batch(make, worker), learner(make, worker), api(worker)
        place = mine.post("/enrolments", {"batch_id": str(found.id), "case_id": str(case.id)})
        assert (place.status_code, place.json["state"]) == (201, "enrolled")
        here = place.json["id"]
        day = mine.post(f"/batches/{found.id}/attendance", {"on": str(in_days(0)), "present": [here]})
        assert (day.status_code, day.json["present"], day.json["items"][0]["presence"]) == (201, 1, "present")
        assert mine.get(f"/batches/{found.id}/attendance?on={in_days(0)}").json == day.json
        assert mine.get(f"/enrolments/{here}").json["attendance"]["rate"] == 1.0
        done = mine.post(f"/enrolments/{here}/results", {"passed": True, "score": 90, "certificate_no": "BLK-1"})
        assert (done.status_code, done.json["state"], done.json["certificate_no"]) == (201, "completed", "BLK-1")
        kinds = [item["kind"] for item in mine.get(f"/clients/{case.client_id}/timeline").json["items"]]
        assert kinds[:3] == ["course_completed", "course_attending", "course_enrolled"]

    def test_a_full_batch_offers_its_line(self, make: Make, api: Api):
        worker = make.caseworker()
        found, mine = batch(make, worker, capacity=1), api(worker)
        enrolment(make, worker, found)
        asked = {"batch_id": str(found.id), "case_id": str(learner(make, worker).id)}
        refused = mine.post("/enrolments", asked)
        assert (refused.status_code, refused.json["code"]) == (409, "batch_full")
        waiting = mine.post("/enrolments", asked | {"wait": True})
        assert (waiting.status_code, waiting.json["state"]) == (201, "waiting")

    def test_the_same_key_takes_one_place(self, make: Make, api: Api, truth):
        worker = make.caseworker()
        asked = {"batch_id": str(batch(make, worker).id), "case_id": str(learner(make, worker).id)}
        sent = [api(worker).post("/enrolments", asked, headers={"Idempotency-Key": "1"}) for _ in range(2)]
        assert sent[0].json["id"] == sent[1].json["id"]
        assert truth.one("select sum(taken) from batches") == 1

    def test_a_clash_names_the_days_of_the_other_course(self, make: Make, api: Api):
        worker = make.caseworker()
        case = learner(make, worker)
        enrolment(make, worker, batch(make, worker), case)
        answer = api(worker).post("/enrolments", {"batch_id": str(batch(make, worker).id), "case_id": str(case.id)})
        assert (answer.status_code, answer.json["code"]) == (409, "clash")
        assert answer.json["errors"][0]["starts_on"] == str(in_days(0))

    def test_a_person_leaves(self, make: Make, api: Api):
        worker = make.caseworker()
        place = enrolment(make, worker, batch(make, worker))
        left = api(worker).post(f"/enrolments/{place.id}/drop", {"reason": "found_work", "on": str(in_days(0))})
        assert (left.status_code, left.json["state"], left.json["drop_reason"]) == (201, "dropped", "found_work")

    def test_a_list_is_of_one_batch_case_person_or_state(self, make: Make, api: Api):
        worker = make.caseworker()
        first, second = enrolment(make, worker, batch(make, worker)), enrolment(make, worker, batch(make, worker))
        dropped(make, worker, first)
        mine = api(worker)
        for query in (
            f"batch_id={second.batch_id}", f"case_id={second.case_id}", f"client_id={second.client_id}", "state=enrolled",
        ):  # fmt: skip
            assert [item["id"] for item in mine.get(f"/enrolments?{query}").json["items"]] == [str(second.id)]
        assert len(mine.get("/enrolments").json["items"]) == 2

    def test_a_list_takes_the_same_statements_for_any_number(self, make: Make, api: Api, connection):
        worker = make.caseworker()
        leader, found, mine = supervisor_beside(make, worker), batch(make, worker), api(worker)
        seen: list[str] = []
        sa.event.listen(connection, "before_cursor_execute", lambda *args: seen.append(args[2]))

        def statements() -> int:
            seen.clear()
            mine.get("/enrolments")
            return len(seen)

        attendance(make, worker, found, enrolment(make, worker, found, learner(make, worker, leader)))
        few = statements()
        places = [enrolment(make, worker, found, learner(make, worker, leader)) for _ in range(2)]
        attendance(make, worker, found, *places)
        assert statements() == few

    @pytest.mark.parametrize(
        ("tail", "body", "field"),
        [
            ("results", {}, "passed"),
            ("results", {"passed": True, "score": 101}, "score"),
            ("results", {"passed": True, "grade": "A"}, "grade"),
            ("drop", {"reason": "bored", "on": "2026-01-05"}, "reason"),
            ("drop", {"reason": "family", "on": "9999-12-31"}, "on"),
        ],
    )
    def test_what_is_wrong_is_named(self, tail: str, body, field: str, make: Make, api: Api):
        worker = make.caseworker()
        place = enrolment(make, worker, batch(make, worker))
        answer = api(worker).post(f"/enrolments/{place.id}/{tail}", body)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)

    def test_an_unknown_person_in_a_class_is_named(self, make: Make, api: Api):
        worker = make.caseworker()
        where = f"/batches/{batch(make, worker).id}/attendance"
        answer = api(worker).post(where, {"on": str(in_days(0)), "present": [str(fresh_id())]})
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "present.0")

    def test_another_office_sees_nobody(self, make: Make, api: Api):
        worker, stranger = make.caseworker(), api(make.caseworker(MAGETAN))
        place = enrolment(make, worker, batch(make, worker))
        assert stranger.get("/enrolments").json["items"] == []
        assert stranger.get(f"/enrolments/{place.id}").status_code == 404
        assert stranger.post(f"/enrolments/{place.id}/results", {"passed": True}).status_code == 404

    def test_a_partner_asks_for_no_place(self, make: Make, api: Api):
        answer = api(make.user("partner")).get("/enrolments")
        assert (answer.status_code, answer.json["code"]) == (403, "role")
