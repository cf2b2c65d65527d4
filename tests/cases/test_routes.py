"""The contract of /cases, of what is recorded in an episode, of visits and of transfers."""

import pytest

from tests.factories import AMBULU, Api, Make, fresh_id
from tests.factories import cases as c

HOME = {"kind": "family", "home": "Bibi", "region_code": AMBULU, "assessed_on": "2026-01-05", "is_safe": True}
VISIT = {"kind": "visit", "on": "2026-01-06", "was_met": True, "outcome": "well", "note": "Sehat"}


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


class TestCases:
    """Lists, and who serves."""

    def test_a_caseload_is_listed_page_by_page_newest_first(self, make: Make, api: Api, clock):
        worker = make.caseworker()
        opened = []
        for _ in range(3):
            opened.append(str(c.open_case(make, worker).id))
            clock.move(hours=1)
        mine = api(worker)
        first = mine.get("/cases?open=true&limit=2").json
        second = mine.get(f"/cases?open=true&limit=2&cursor={first['next_cursor']}").json
        assert [item["id"] for item in (*first["items"], *second["items"])] == opened[::-1]

    def test_an_item_says_what_a_desk_needs(self, make: Make, api: Api):
        worker = make.caseworker()
        person = make.client(worker, name="Bu Uji Coba")
        c.open_case(make, worker, person.id, category="PPKS-08")
        shown = api(worker).get("/cases").json["items"][0]
        assert shown["client"]["label"] == "Bu Uji Coba"
        wanted = {
            "category": "PPKS-08",
            "stage": "intake",
            "days_in_stage": 0,
            "is_paused": False,
            "close_reason": None,
        }
        assert wanted.items() <= shown.items()

    def test_another_office_lists_none_of_it(self, make: Make, api: Api):
        c.open_case(make)
        assert api(make.caseworker(c.MAGETAN)).get("/cases").json["items"] == []

    @pytest.mark.parametrize("query", ["stage=asleep", "open=maybe", "mines=true", "caseworker_id=1"])
    def test_a_filter_that_is_none_is_refused(self, query: str, make: Make, api: Api):
        assert refusal(api(make.caseworker()).get(f"/cases?{query}")) == (422, "invalid")

    def test_a_supervisor_names_the_caseworker_and_the_standard(self, make: Make, api: Api):
        case, colleague = c.open_case(make), make.caseworker()
        body = {"caseworker_id": str(colleague.id), "spm_type": "neglected_elderly", "spm_level": "province"}
        changed = api(c.supervisor(make)).patch(f"/cases/{case.id}", body, version=1)
        assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
        assert body.items() <= changed.json.items()

    def test_a_stale_version_is_told_what_differs(self, make: Make, api: Api):
        case, leader = c.open_case(make), api(c.supervisor(make))
        leader.patch(f"/cases/{case.id}", {"spm_level": "province"}, version=1)
        stale = leader.patch(f"/cases/{case.id}", {"spm_level": "regency"}, version=1)
        assert refusal(stale) == (412, "stale")
        assert (stale.json["errors"][0]["yours"], stale.json["errors"][0]["theirs"]) == ("regency", "province")

    def test_a_caseworker_does_not_name_himself(self, make: Make, api: Api):
        worker = make.caseworker()
        case = c.open_case(make, worker)
        answer = api(worker).patch(f"/cases/{case.id}", {"caseworker_id": str(worker.id)}, version=1)
        assert refusal(answer) == (403, "role")

    def test_unknown_fields_and_people_are_refused(self, make: Make, api: Api):
        case, leader = c.open_case(make), api(c.supervisor(make))
        for body in ({"stage": "care"}, {"caseworker_id": str(fresh_id())}, {"spm_level": "moon"}):
            assert refusal(leader.patch(f"/cases/{case.id}", body, version=1)) == (422, "invalid")

    def test_the_supervisor_of_another_office_finds_nothing(self, make: Make, api: Api):
        case = c.open_case(make)
        answer = api(c.supervisor(make, c.MAGETAN)).patch(f"/cases/{case.id}", {"spm_level": "province"}, version=1)
        assert refusal(answer) == (404, "not_found")

    def test_the_history_tells_every_move(self, make: Make, api: Api):
        worker = make.caseworker()
        case = c.move_case(make, worker, c.open_case(make, worker), "start_assessment", note="Setuju")
        items = api(worker).get(f"/cases/{case.id}/history").json["items"]
        told = [(item["verb"], item["from_stage"], item["to_stage"], item["note"]) for item in items]
        assert told == [("open", None, "intake", None), ("start_assessment", "intake", "assessment", "Setuju")]


class TestRecords:
    """Agreements, conferences and homes."""

    def test_an_agreement_is_recorded_once_under_a_key(self, make: Make, api: Api):
        worker = make.caseworker()
        mine, path = api(worker), f"/cases/{c.open_case(make, worker).id}/agreements"
        body, key = {"form": "signed", "given_on": "2026-01-05"}, {"Idempotency-Key": "s-1"}
        first, again = (mine.post(path, body, headers=key) for _ in range(2))
        assert (first.status_code, again.json) == (201, first.json)
        assert [item["form"] for item in mine.get(path).json["items"]] == ["signed"]

    def test_a_conference_names_offices_and_parts(self, make: Make, api: Api):
        worker = make.caseworker()
        mine, path = api(worker), f"/cases/{c.open_case(make, worker).id}/conferences"
        who = {"user_id": str(worker.id), "organisation_id": str(worker.organisation_id), "part": "chair"}
        body = {"held_on": "2026-01-05", "attendees": [who], "decisions": "Lanjut"}
        assert mine.post(path, body).status_code == 201
        shown = mine.get(path).json["items"][0]
        assert (shown["attendees"], shown["decisions"], shown["plan_id"]) == ([who], "Lanjut", None)

    def test_a_home_is_assessed_begun_verified_and_ended(self, make: Make, api: Api):
        worker = make.caseworker()
        mine, path = api(worker), f"/cases/{c.open_case(make, worker).id}/reunifications"
        home = mine.post(path, HOME).json
        for verb, body in (
            ("start", {"starts_on": "2026-01-06"}), ("verification", {"on": "2026-01-07"}),
            ("ending", {"on": "2026-02-01", "reason": "moved"}),
        ):  # fmt: skip
            assert mine.post(f"/reunifications/{home['id']}/{verb}", body).status_code == 201
        shown = mine.get(path).json["items"][0]
        assert (shown["starts_on"], shown["verified_on"], shown["end_reason"]) == ("2026-01-06", "2026-01-07", "moved")

    def test_an_unsafe_home_is_refused_by_name(self, make: Make, api: Api):
        worker = make.caseworker()
        home = c.assess_home(make, worker, c.open_case(make, worker), is_safe=False)
        answer = api(worker).post(f"/reunifications/{home.id}/start", {"starts_on": "2026-01-06"})
        assert refusal(answer) == (409, "rule_broken")
        assert answer.json["errors"][0]["code"] == "home_unsafe"

    @pytest.mark.parametrize(
        ("part", "body"),
        [
            ("agreements", {"form": "nodded", "given_on": "2026-01-05"}),
            ("agreements", {"form": "signed", "given_on": "9999-01-05"}),
            ("conferences", {"held_on": "2026-01-05", "attendees": [], "decisions": "-"}),
            ("conferences", {"held_on": "2026-01-05", "attendees": [{"part": "chair"}], "decisions": "-"}),
            ("reunifications", HOME | {"region_code": "35.99"}),
            ("reunifications", HOME | {"home": "a\u0000b"}),
            ("reunifications", HOME | {"rooms": 3}),
        ],
    )
    def test_what_cannot_be_is_refused(self, part: str, body, make: Make, api: Api):
        worker = make.caseworker()
        case = c.open_case(make, worker)
        assert refusal(api(worker).post(f"/cases/{case.id}/{part}", body)) == (422, "invalid")

    @pytest.mark.parametrize("part", ["agreements", "conferences", "reunifications", "history"])
    def test_another_office_reads_none(self, part: str, make: Make, api: Api):
        case = c.open_case(make)
        assert refusal(api(make.caseworker(c.MAGETAN)).get(f"/cases/{case.id}/{part}")) == (404, "not_found")

    def test_nothing_is_recorded_in_an_ended_case(self, make: Make, api: Api):
        worker = make.caseworker()
        case = c.move_case(make, c.supervisor(make), c.open_case(make, worker), "close", reason="moved")
        answer = api(worker).post(f"/cases/{case.id}/reunifications", HOME)
        assert refusal(answer) == (409, "case_closed")


class TestVisits:
    """Visits of the office and of the TKSK."""

    def test_a_visit_is_recorded_and_read(self, make: Make, api: Api):
        worker = make.caseworker()
        case = c.open_case(make, worker)
        mine, path = api(worker), f"/clients/{case.client_id}/visits"
        made = mine.post(path, VISIT | {"case_id": str(case.id), "aftercare_month": 1})
        assert made.status_code == 201
        assert mine.get(path).json == {"items": [made.json], "next_cursor": None}

    def test_a_tksk_visits_whom_he_was_given(self, make: Make, api: Api):
        worker, tksk = make.caseworker(), make.user("tksk")
        case = c.lead_to(make, c.open_case(make, worker), "aftercare", worker, c.supervisor(make))
        path = f"/clients/{case.client_id}/visits"
        c.visit(make, worker, case.client_id)
        made = api(tksk).post(path, VISIT)
        assert [item["id"] for item in api(tksk).get(path).json["items"]] == [made.json["id"]]

    def test_nobody_else_is_found(self, make: Make, api: Api):
        person = make.client(make.caseworker())
        for other in (make.user("tksk"), make.caseworker(c.MAGETAN)):
            assert refusal(api(other).get(f"/clients/{person.id}/visits")) == (404, "not_found")
            assert refusal(api(other).post(f"/clients/{person.id}/visits", VISIT)) == (404, "not_found")

    def test_a_desk_makes_no_visits(self, make: Make, api: Api):
        desk = make.user("triage")
        assert refusal(api(desk).post(f"/clients/{make.client(desk).id}/visits", VISIT)) == (403, "role")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"outcome": None}, {"was_met": False}, {"aftercare_month": 61}, {"aftercare_month": "1"},
            {"on": "2199-01-01"}, {"mood": "good"}, {"note": "\ud800"},
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_refused(self, wrong, make: Make, api: Api):
        worker = make.caseworker()
        path = f"/clients/{make.client(worker).id}/visits"
        assert refusal(api(worker).post(path, VISIT | wrong)) == (422, "invalid")


class TestTransfers:
    """Between two UPTs."""

    @pytest.fixture
    def offer(self, make: Make):
        leader = c.supervisor(make)
        return c.offer_transfer(make, leader, c.open_case(make), note="Dekat keluarga")

    def test_the_other_upt_accepts_and_finds_the_person(self, offer, make: Make, api: Api):
        there = api(c.supervisor(make, c.MAGETAN))
        asked = there.get("/transfers?direction=in&state=offered").json["items"][0]
        assert (asked["case_id"], asked["client_id"], asked["snapshot"]["note"]) == (None, None, "Dekat keluarga")
        accepted = there.post(f"/transfers/{asked['id']}/acceptance").json
        begun = there.get(f"/cases?client_id={accepted['client_id']}").json["items"]
        assert {item["id"] for item in begun} == {accepted["new_case_id"], accepted["case_id"]}
        assert there.get("/cases?open=true").json["items"][0]["id"] == accepted["new_case_id"]

    def test_the_first_one_withdraws(self, offer, make: Make, api: Api):
        here = api(c.supervisor(make))
        assert here.get("/transfers?direction=in").json["items"] == []
        assert here.get("/transfers?direction=out").json["items"][0]["client_id"] == str(offer.client_id)
        assert here.post(f"/transfers/{offer.id}/withdrawal").json["state"] == "withdrawn"

    def test_a_decline_needs_one_of_the_reasons(self, offer, make: Make, api: Api):
        there = api(c.supervisor(make, c.MAGETAN))
        assert refusal(there.post(f"/transfers/{offer.id}/decline", {"reason": "tired"})) == (422, "invalid")
        declined = there.post(f"/transfers/{offer.id}/decline", {"reason": "no_room"})
        assert (declined.json["state"], declined.json["answer_reason"]) == ("declined", "no_room")
        assert refusal(there.post(f"/transfers/{offer.id}/acceptance")) == (409, "wrong_state")

    def test_a_caseworker_reads_and_does_not_answer(self, offer, make: Make, api: Api):
        there = api(make.caseworker(c.MAGETAN))
        assert there.get(f"/transfers/{offer.id}").status_code == 200
        assert refusal(there.post(f"/transfers/{offer.id}/acceptance")) == (403, "role")

    def test_a_third_upt_finds_nothing(self, offer, make: Make, api: Api):
        third = api(c.supervisor(make, "PSTW-BLITAR"))
        assert refusal(third.get(f"/transfers/{offer.id}")) == (404, "not_found")
        assert refusal(third.post(f"/transfers/{offer.id}/acceptance")) == (404, "not_found")
