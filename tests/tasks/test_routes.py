"""The contract of /tasks."""

from datetime import date

from tests.factories import Api, Make


def body(client_id, **more):
    return {"client_id": str(client_id), "text": "Telepon keluarga", "due_on": "2026-12-01"} | more


def test_a_task_is_written_listed_handed_on_and_done(make: Make, api: Api):
    worker, colleague = make.caseworker(), make.caseworker()
    mine = api(worker)
    made = mine.post("/tasks", body(make.client(worker).id)).json
    assert (made["text"], made["state"], made["kind"]) == ("Telepon keluarga", "open", "manual")
    assert [item["id"] for item in mine.get("/tasks").json["items"]] == [made["id"]]
    assert mine.get("/tasks?mine=true").json["items"] == []
    given = mine.patch(f"/tasks/{made['id']}", {"user_id": str(colleague.id)}, version=1)
    assert given.json["user_id"] == str(colleague.id)
    assert len(api(colleague).get("/tasks?mine=true").json["items"]) == 1
    assert api(colleague).post(f"/tasks/{made['id']}/completion").json["state"] == "done"


def test_a_list_shows_no_words_and_has_few_statements(make: Make, api: Api, truth):
    worker = make.caseworker()
    for _ in range(3):
        make.task(worker)
    assert {item["text"] for item in api(worker).get("/tasks").json["items"]} == {None}


def test_a_stale_change_is_told_what_differs(make: Make, api: Api):
    worker = make.caseworker()
    task = make.task(worker, due_on=date(2026, 12, 1))
    mine = api(worker)
    mine.patch(f"/tasks/{task.id}", {"due_on": "2026-12-02"}, version=1)
    stale = mine.patch(f"/tasks/{task.id}", {"due_on": "2026-12-03"}, version=1)
    assert stale.status_code == 412
    assert stale.json["errors"][0]["theirs"] == "2026-12-02"


def test_overdue_comes_first_and_can_be_asked_for(make: Make, api: Api, clock):
    worker = make.caseworker()
    late, later = make.task(worker, due_on=date(2026, 3, 3)), make.task(worker, due_on=date(2026, 4, 3))
    clock.move(days=2)
    mine = api(worker)
    assert [item["id"] for item in mine.get("/tasks").json["items"]] == [str(late.id), str(later.id)]
    assert [item["id"] for item in mine.get("/tasks?overdue=true").json["items"]] == [str(late.id)]


def test_unknown_people_and_fields_are_refused_by_name(make: Make, api: Api):
    worker, stranger = make.caseworker(), make.caseworker("PSTW-MAGETAN")
    hidden = make.client(stranger)
    mine = api(worker)
    assert mine.post("/tasks", body(hidden.id)).status_code == 404
    refused = mine.post("/tasks", body(make.client(worker).id, colour="red"))
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "colour")
    assert api(make.user("dpo")).get("/tasks").status_code == 403
