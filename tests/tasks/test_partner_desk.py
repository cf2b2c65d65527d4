"""Partners have a desk for the entry that they keep in the directory; nothing about a person ever lies there."""

from datetime import UTC, datetime

import pytest

from kessos_case.core import db
from kessos_case.core.ids import new_id
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import raise_task
from tests.factories import Api, Make
from tests.factories.partners import partner

DUE = datetime(2026, 3, 9, 9, tzinfo=UTC)


@pytest.fixture
def office(make: Make, clock):
    return partner(make)


@pytest.fixture
def lay(office, make: Make):
    """Whatever the program may one day lay on the desk of a partner."""

    def of(kind: TaskKind, *, client_id=None):
        with db.transaction(db.system("test")) as session:
            return raise_task(
                session, kind, subject_kind="organisation", subject_id=new_id(), organisation_id=office.id, role="partner",
                due_at=DUE, client_id=client_id,
            )  # fmt: skip

    return of


def test_no_task_about_a_person_reaches_a_partner(office, lay, make: Make, api: Api, reader):
    client = make.client(make.caseworker())
    about_a_person = [lay(kind, client_id=client.id) for kind in TaskKind]
    of_the_house = lay(TaskKind.CONFIRM_ENTRY)
    user = make.user("partner", organisation=office.code)
    one, page = api(user), reader(user)
    assert [item["id"] for item in one.get("/tasks").json["items"]] == [str(of_the_house)]
    assert one.get(f"/tasks?client_id={client.id}").json["items"] == []
    assert one.post(f"/tasks/{about_a_person[0]}/completion").status_code == 404
    for path in (f"/tasks/{about_a_person[0]}", f"/tasks/{about_a_person[-1]}"):
        assert one.get(path).status_code == page.get(path).status_code == 404
    shown = page.get("/").text + page.get("/?show=office").text
    assert [task for task in about_a_person if str(task) in shown] == []


def test_whoever_serves_people_still_sees_the_tasks_about_them(make: Make, api: Api):
    worker = make.caseworker()
    task = make.task(worker)
    assert [item["id"] for item in api(make.caseworker()).get("/tasks").json["items"]] == [str(task.id)]


def test_a_partner_does_not_see_the_tasks_of_another(office, lay, make: Make, api: Api):
    lay(TaskKind.CONFIRM_ENTRY)
    stranger = api(make.user("partner", organisation=partner(make).code))
    assert stranger.get("/tasks").json["items"] == []


@pytest.mark.parametrize("verb", ["/tasks", "/tasks/{id}/cancellation"])
def test_a_partner_writes_down_and_cancels_nothing(verb: str, office, lay, make: Make, api: Api):
    task = lay(TaskKind.CONFIRM_ENTRY)
    one = api(make.user("partner", organisation=office.code))
    assert one.post(verb.format(id=task), {"reason": "not_needed"}).status_code == 403
