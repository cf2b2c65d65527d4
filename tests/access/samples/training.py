"""Sample calls of training: a course with a batch, and places of an own and of a foreign person."""

from typing import Any

from kessos_case.access.rules import Role
from tests.access.samples import CASEWORK, OTHER_UPT, V1, Sample
from tests.factories import casework, training

COURSE = {"name": "Las Dasar", "skill": "las", "hours": 80, "capacity": 8}
REQUIREMENTS = {"items": [{"kind": "least_age", "value": "18"}]}
EVERYONE = {role.value for role in Role}
REACH = {
    # What is taught, when, and how many places are free is open; who learns there is not.
    ("course", "own"): EVERYONE,
    ("batch", "own"): EVERYONE,
    ("enrolment", "own"): CASEWORK,
    ("enrolment", "foreign"): set[str](),
}
SAMPLES = {
    "GET /courses": Sample(),
    "POST /courses": Sample(body=COURSE, status=201),
    "GET /courses/<uuid:course_id>": Sample("course"),
    "PATCH /courses/<uuid:course_id>": Sample("course", {"hours": 90}, headers=V1),
    "GET /courses/<uuid:course_id>/requirements": Sample("course"),
    "PUT /courses/<uuid:course_id>/requirements": Sample("course", REQUIREMENTS, headers=V1),
    "GET /courses/<uuid:course_id>/outcomes": Sample("course"),
    "GET /courses/<uuid:course_id>/drop_reasons": Sample("course"),
    "GET /batches": Sample(),
    "POST /batches": Sample(body=lambda world: world.new_batch, status=201),
    "GET /batches/<uuid:batch_id>": Sample("batch"),
    "PATCH /batches/<uuid:batch_id>": Sample("batch", {"capacity": 9}, headers=V1),
    "GET /batches/<uuid:batch_id>/attendance": Sample("batch"),
    "POST /batches/<uuid:batch_id>/attendance": Sample("batch", lambda world: world.new_attendance, 201),
    "POST /batches/<uuid:batch_id>/results": Sample("batch", lambda world: world.new_results, 201),
    "GET /enrolments": Sample(),
    "POST /enrolments": Sample(body=lambda world: world.new_enrolment, status=201),
    "GET /enrolments/<uuid:enrolment_id>": Sample("enrolment"),
    "POST /enrolments/<uuid:enrolment_id>/results": Sample("enrolment", {"passed": True, "score": 80}, 201),
    "POST /enrolments/<uuid:enrolment_id>/drop": Sample("enrolment", lambda world: world.leaving, 201),
}


PAGES = {
    "GET /courses": Sample(),
    "GET /courses/new": Sample(),
    "POST /courses/new": Sample(body=COURSE, status=303),
    "GET /courses/<uuid:course_id>": Sample("course"),
    "POST /courses/<uuid:course_id>": Sample("course", COURSE | {"version": "1"}, 303),
    "GET /courses/<uuid:course_id>/requirements": Sample("course"),
    "POST /courses/<uuid:course_id>/requirements": Sample("course", {"least_age": "18", "version": "1"}, 303),
    "GET /batches": Sample(),
    "GET /batches/new": Sample(),
    "POST /batches/new": Sample(body=lambda world: world.new_batch, status=303),
    "GET /batches/<uuid:batch_id>": Sample("batch"),
    "GET /batches/<uuid:batch_id>/change": Sample("batch"),
    "POST /batches/<uuid:batch_id>/change": Sample("batch", {"capacity": "9", "version": "1"}, 303),
    "GET /batches/<uuid:batch_id>/enrolments": Sample("batch"),
    "POST /batches/<uuid:batch_id>/enrolments": Sample("batch", {"q": "Uji"}),
    # Without a person there is nobody to enrol.
    "GET /batches/<uuid:batch_id>/enrolments/new": Sample("batch", status=404),
    "POST /batches/<uuid:batch_id>/enrolments/new": Sample("batch", lambda world: world.page_enrolment, 303),
    "GET /enrolments/<uuid:enrolment_id>/drop": Sample("enrolment"),
    "POST /enrolments/<uuid:enrolment_id>/drop": Sample("enrolment", lambda world: world.leaving, 303),
    "GET /batches/<uuid:batch_id>/attendance": Sample("batch"),
    "POST /batches/<uuid:batch_id>/attendance": Sample("batch", {"all": "present"}, 303),
    "GET /batches/<uuid:batch_id>/results": Sample("batch"),
    "POST /batches/<uuid:batch_id>/results": Sample("batch", lambda world: world.page_results, 303),
}


def furnish(world: Any) -> None:
    """A batch of the own UPT (for other roles: of some UPT) with somebody who attends it, and such a one elsewhere."""
    make = world.make
    writer = world.user if world.role == "caseworker" else make.caseworker()
    today = str(casework.in_days(0))
    # A partner keeps courses too, and learns nobody in them.
    batch = training.batch(make, world.user if world.role == "partner" else writer)
    mine = _attending(make, writer, batch)
    world.objects["course", "own"] = {"course_id": batch.course_id}
    world.objects["batch", "own"] = {"batch_id": batch.id}
    world.objects["enrolment", "foreign"] = {"enrolment_id": _foreign(make)}
    if world.role in CASEWORK:
        world.objects["enrolment", "own"] = {"enrolment_id": mine}
    world.new_batch = {"course_id": str(batch.course_id), "starts_on": today, "ends_on": today}
    world.new_enrolment = {"batch_id": str(batch.id), "case_id": str(training.learner(make, writer).id)}
    world.new_attendance = {"on": today, "present": [str(mine)]}
    world.page_enrolment = {"case_id": world.new_enrolment["case_id"]}
    world.page_results = {f"of.{mine}": "1", f"passed.{mine}": "yes"}
    world.new_results = {"results": [{"enrolment_id": str(mine), "passed": True}]}
    world.leaving = {"reason": "own_wish", "on": today}


def _attending(make: Any, by: Any, batch: Any) -> Any:
    place = training.enrolment(make, by, batch)
    training.attendance(make, by, batch, place)
    return place.id


def _foreign(make: Any) -> Any:
    stranger = make.caseworker(OTHER_UPT)
    return _attending(make, stranger, training.batch(make, stranger))
