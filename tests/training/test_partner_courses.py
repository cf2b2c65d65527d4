"""Courses of partners: kept by them without a name, joined by people of several UPTs, followed by each UPT for its own."""

import pytest

from kessos_case.core.errors import Conflict, Forbidden, NotFound
from kessos_case.training import service
from tests.factories import Make
from tests.factories.cases import MAGETAN
from tests.factories.casework import in_days, supervisor_beside
from tests.factories.partners import partner
from tests.factories.training import attendance, batch, course, dropped, enrolment, learner, result
from tests.readers import fields_of, text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def blk(make: Make):
    return make.user("partner", organisation=partner(make).code)


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


def test_a_partner_keeps_its_courses_and_batches(make: Make, blk, api):
    made = api(blk).post("/courses", json={"name": "Las", "skill": "las", "hours": 80, "capacity": 2})
    assert (made.status_code, made.json["organisation_id"]) == (201, str(blk.organisation_id))
    stated = {"course_id": made.json["id"], "starts_on": str(in_days(3)), "ends_on": str(in_days(9))}
    assert api(blk).post("/batches", json=stated).status_code == 201
    assert api(make.user("tksk")).post("/courses", json={}).status_code == 403


def test_a_partner_keeps_no_course_of_a_upt(make: Make, blk, worker):
    found = batch(make, worker)
    with pytest.raises(Forbidden), make.acting(blk) as session:
        service.change_batch(session, service.batch_for(session, found.id, lock=True), {"capacity": 9})


def test_people_of_every_upt_join_and_the_partner_learns_nobody(make: Make, blk, worker, api, reader):
    other = make.caseworker(MAGETAN)
    found = batch(make, blk)
    mine, theirs = enrolment(make, worker, found), enrolment(make, other, found)
    assert (mine.organisation_id, theirs.organisation_id) == (worker.organisation_id, other.organisation_id)
    assert api(blk).get(f"/batches/{found.id}").json["taken"] == 2
    for path in ("/enrolments", f"/enrolments/{mine.id}", f"/batches/{found.id}/attendance"):
        assert api(blk).get(path).status_code == 403
    for path in (f"/batches/{found.id}", f"/batches/{found.id}/attendance", f"/batches/{found.id}/certificates"):
        assert reader(blk).get(path).status_code == 403
    page = reader(blk).get("/batches").text
    assert f"/batches/{found.id}/change" in page and "Uji" not in text_of(page)


def test_each_upt_follows_its_own_people(make: Make, blk, worker, truth):
    other = make.caseworker(MAGETAN)
    found = batch(make, blk)
    mine, theirs = enrolment(make, worker, found), enrolment(make, other, found)
    attendance(make, worker, found, mine)
    assert truth.all("select enrolment_id from attendances") == [mine.id]
    attendance(make, other, found)
    words = dict(truth.all("select enrolment_id, presence from attendances"))
    assert words == {mine.id: "present", theirs.id: "absent"}
    with pytest.raises(NotFound):
        result(make, worker, theirs)
    assert result(make, worker, mine).passed


def test_a_place_that_frees_goes_to_the_first_in_line_whoever_it_is(make: Make, blk, worker, truth):
    other = make.caseworker(MAGETAN)
    found = batch(make, blk, capacity=1)
    first = enrolment(make, worker, found)
    waiting = enrolment(make, other, found, wait=True)
    assert waiting.state == "waiting"
    dropped(make, worker, first)
    assert truth.one("select state from enrolments where id = :id", id=waiting.id) == "enrolled"
    asked = "select organisation_id, user_id, role, state from tasks where kind = 'tell_of_place' and subject_id = :id"
    assert truth.all(asked, id=waiting.id) == [(other.organisation_id, other.id, "caseworker", "open")]


def test_a_partner_moves_its_batch_with_everybody_in_it(make: Make, blk, worker, truth):
    found = batch(make, blk, starts_on=in_days(5), ends_on=in_days(9))
    place = enrolment(make, worker, found)
    with make.acting(blk) as session:
        service.change_batch(session, service.batch_for(session, found.id, lock=True), {"ends_on": in_days(12)})
    assert truth.one("select ends_on from enrolments where id = :id", id=place.id) == in_days(12)


def test_a_move_onto_another_course_tells_the_partner_no_name(make: Make, blk, worker):
    case = learner(make, worker)
    enrolment(make, worker, batch(make, worker), case)
    found = batch(make, blk, starts_on=in_days(20), ends_on=in_days(25))
    enrolment(make, worker, found, case)
    with pytest.raises(Conflict) as refused, make.acting(blk) as session:
        service.change_batch(session, service.batch_for(session, found.id, lock=True), {"starts_on": in_days(2)})
    assert (refused.value.code, refused.value.errors) == ("clash", [])


def test_a_clash_between_two_offices_says_which_days_and_not_whose(make: Make, blk, worker):
    case = learner(make, worker)
    enrolment(make, worker, batch(make, worker), case)
    with pytest.raises(Conflict) as refused:
        enrolment(make, worker, batch(make, blk), case)
    (error,) = refused.value.errors
    assert set(error) == {"code", "detail", "starts_on", "ends_on"}
    assert (error["starts_on"], error["ends_on"]) == (str(in_days(0)), str(in_days(9)))


def test_the_pages_lead_a_caseworker_through_a_course_of_a_partner(make: Make, blk, worker, reader, truth):
    leader = supervisor_beside(make, worker)
    found = batch(make, blk, course(make, blk, name="Las BLK"))
    case = learner(make, worker, leader)
    one = reader(worker)
    listed = one.get(f"/batches?office=all&case_id={case.id}").text
    assert f"/batches/{found.id}/enrolments/new?case_id={case.id}" in listed
    path = f"/batches/{found.id}/enrolments/new"
    sent = one.post(path, **fields_of(one.get(f"{path}?case_id={case.id}").text))
    assert sent.status_code == 303
    page = one.get(f"/batches/{found.id}").text
    assert "Lembaga itu tidak melihat nama mereka di aplikasi." in text_of(page)
    sheet = fields_of(one.get(f"/batches/{found.id}/attendance").text)
    assert one.post(f"/batches/{found.id}/attendance", **sheet, all="present").status_code == 303
    place = truth.one("select id from enrolments where batch_id = :id", id=found.id)
    done = one.post(f"/batches/{found.id}/results", **{f"of.{place}": "1", f"passed.{place}": "yes"})
    assert done.status_code == 303
    assert "Las BLK" in text_of(one.get("/courses?office=all").text)
