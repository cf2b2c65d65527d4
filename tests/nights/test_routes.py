"""Nights and digests over HTTP: totals for who looks after the program, the own numbers for everybody."""

from datetime import date

import pytest

from kessos_case.core import db
from kessos_case.nights.service.digests import write_digests
from tests.factories import nights

pytestmark = pytest.mark.usefixtures("clock")  # 2 March 2026


def test_an_administrator_sees_how_far_a_night_is_and_what_it_did(make, api):
    admin = make.user("administrator")
    made = nights.begun()
    shown = api(admin).get(f"/nights/{made.id}").json
    assert (shown["as_of"], shown["step"], shown["done"], shown["report"]) == ("2026-03-01", "scores", 0, {})
    assert shown["total"] == made.total
    job = api(admin).get(f"/jobs/{shown['job_id']}").json
    assert (job["done"], job["total"], job["status"]) == (0, made.total, "queued")
    nights.night()
    (listed,) = api(admin).get("/nights").json["items"]
    assert (listed["step"], listed["done"], listed["given_up"]) == (None, made.total, 0)
    assert listed["report"]["digests"]["digests"] >= 1
    # How many stand in which band is not for whoever runs the program.
    assert "scored" in listed["report"]["scores"] and "very_high" not in listed["report"]["scores"]
    assert api(admin).get(f"/jobs/{shown['job_id']}").json["status"] == "done"


@pytest.mark.parametrize("role", ["caseworker", "supervisor", "tksk", "triage", "partner"])
def test_nobody_else_sees_nights_or_their_job(role, make, api):
    made = nights.begun()
    user = make.user(role)
    assert api(user).get("/nights").status_code == 403
    assert api(user).get(f"/nights/{made.id}").status_code == 403
    assert api(user).get(f"/jobs/{made.job_id}").status_code == 404


def test_a_night_that_is_not_there_is_not_found(make, api):
    assert api(make.user("dpo")).get(f"/nights/{make.user('dpo').id}").status_code == 404


def test_a_digest_is_the_own_and_has_no_name_in_it(make, api):
    worker = make.caseworker()
    nothing = {"day": None, "overdue": 0, "due_today": 0, "due_this_week": 0, "kinds": {}, "made_at": None}
    assert api(worker).get("/me/digest").json == nothing
    make.task(worker, due_on=date(2026, 3, 2), user_id=worker.id)
    with db.transaction(db.system("test")) as session:
        write_digests(session)
    shown = api(worker).get("/me/digest").json
    assert shown | {"made_at": None} == nothing | {
        "day": "2026-03-02", "due_today": 1, "due_this_week": 1, "kinds": {"manual": 1},
    }  # fmt: skip
    assert api(make.caseworker()).get("/me/digest").json == nothing
