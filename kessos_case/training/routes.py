"""JSON endpoints of training."""

from kessos_case.core.clock import office_day
from kessos_case.core.paging import Page, page
from kessos_case.training import queries, service
from kessos_case.training import schemas as s
from kessos_case.training.models import Batch, Course, Enrolment
from kessos_case.training.rules import Requirement, RequirementKind
from kessos_case.web.api import IDEMPOTENCY_KEY, IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint("training", __name__, description="Courses, who learns in them and with what result")


@blp.get("/courses")
@door("course", "read")
@blp.response(200, listed(s.CourseOut))
@blp.arguments(s.CourseArgs, location="query")
def courses(session, args):
    """What is taught, by name."""
    return page(session, queries.courses(args), [Course.name, Course.id], page_request(args))


@blp.post("/courses")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("course", "manage")
@blp.response(201, s.CourseOut)
@blp.arguments(s.CourseIn)
@idempotent(again=service.course_for)
def add_course(session, data):
    """Teach a course at the own office: a UPT's, or a partner's."""
    return service.add_course(session, **data)


@blp.get("/courses/<uuid:course_id>")
@door("course", "read")
@blp.response(200, s.CourseOut)
def course(session, course_id):
    """One course."""
    found = service.course_for(session, course_id)
    return found, etag(found.version)


@blp.patch("/courses/<uuid:course_id>")
@blp.doc(parameters=[IF_MATCH])
@door("course", "manage")
@blp.response(200, s.CourseOut)
@blp.arguments(s.CourseChange)
def change_course(session, data, course_id):
    """Change a course of the own office; its batches keep their places."""
    expected = expected_version()
    found = service.course_for(session, course_id, lock=True)
    check_version(found.version, expected, data, service.course_as_stated(found))
    changed = service.change_course(session, found, data)
    return changed, etag(changed.version)


@blp.get("/courses/<uuid:course_id>/requirements")
@door("course", "read")
@blp.response(200, s.RequirementsOut)
def requirements(session, course_id):
    """What a course asks for; the version is the course's own."""
    found = service.course_for(session, course_id)
    return {"items": service.requirements_of(session, found.id)}, etag(found.version)


@blp.put("/courses/<uuid:course_id>/requirements")
@blp.doc(parameters=[IF_MATCH])
@door("course", "manage")
@blp.response(200, s.RequirementsOut)
@blp.arguments(s.RequirementsIn)
def change_requirements(session, data, course_id):
    """Let a course ask for just these; who has a place keeps it."""
    expected = expected_version()
    found = service.course_for(session, course_id, lock=True)
    stated = {"items": [vars(one) for one in service.requirements_of(session, found.id)]}
    check_version(found.version, expected, data, stated)
    asked = [Requirement(RequirementKind(one["kind"]), one["value"]) for one in data["items"]]
    return {"items": service.change_requirements(session, found, asked)}, etag(found.version)


@blp.get("/courses/<uuid:course_id>/outcomes")
@door("course", "read")
@blp.response(200, s.CourseOutlookOut)
def outcomes(session, course_id):
    """What became of those who passed a course, beside all courses of its skill: counted each night, and nobody's name."""
    found = service.course_for(session, course_id)
    return service.outlooks(session, [found])[found.id]


@blp.get("/courses/<uuid:course_id>/drop_reasons")
@door("training", "read")
@blp.response(200, s.DropReasonsOut)
def drop_reasons(session, course_id):
    """Why people of the own office left a course, or never began it."""
    return {"reasons": service.drop_reasons(session, service.course_for(session, course_id))}


@blp.get("/batches")
@door("course", "read")
@blp.response(200, listed(s.BatchOut))
@blp.arguments(s.BatchArgs, location="query")
def batches(session, args):
    """When courses run and how many places are free, by their first day."""
    select = queries.batches(args, office_day(session.now))
    found = page(session, select, [Batch.starts_on, Batch.id], page_request(args))
    return Page([service.batch_card(batch) for batch in found.items], found.next_cursor)


@blp.post("/batches")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("course", "manage")
@blp.response(201, s.BatchOut)
@blp.arguments(s.BatchIn)
@idempotent(again=service.read_batch)
def add_batch(session, data):
    """Run a course of the own office between two days."""
    return service.add_batch(session, **data)


@blp.get("/batches/<uuid:batch_id>")
@door("course", "read")
@blp.response(200, s.BatchOut)
def batch(session, batch_id):
    """One batch."""
    found = service.read_batch(session, batch_id)
    return found, etag(found.version)


@blp.patch("/batches/<uuid:batch_id>")
@blp.doc(parameters=[IF_MATCH])
@door("course", "manage")
@blp.response(200, s.BatchOut)
@blp.arguments(s.BatchChange)
def change_batch(session, data, batch_id):
    """Move a batch that has not begun, or change its places; new ones go to the line in its order."""
    expected = expected_version()
    found = service.batch_for(session, batch_id, lock=True)
    check_version(found.version, expected, data, service.batch_as_stated(found))
    changed = service.change_batch(session, found, data)
    return changed, etag(changed.version)


@blp.get("/batches/<uuid:batch_id>/attendance")
@door("training", "read")
@blp.response(200, s.AttendanceOut)
@blp.arguments(s.AttendanceArgs, location="query")
def attendance(session, args, batch_id):
    """Who was there on a day, today unless one is named."""
    return service.attendance_on(session, batch_id, args["on"] or office_day(session.now))


@blp.post("/batches/<uuid:batch_id>/attendance")
@door("training", "write")
@blp.response(201, s.AttendanceOut)
@blp.arguments(s.AttendanceIn)
def take_attendance(session, data, batch_id):
    """Write down a whole batch for a day; sent again it corrects that day, so a retry needs no key."""
    return service.take_attendance(session, batch_id, **data)


@blp.post("/batches/<uuid:batch_id>/results")
@door("training", "write")
@blp.response(201, s.BatchResultsOut)
@blp.arguments(s.BatchResultsIn)
def record_results(session, data, batch_id):
    """Write down how a batch ended, all of it or nothing; sent again it changes nothing, so a retry needs no key."""
    return {"items": service.record_results(session, batch_id, data["results"])}


@blp.get("/enrolments")
@door("training", "read")
@blp.response(200, listed(s.EnrolmentOut))
@blp.arguments(s.EnrolmentArgs, location="query")
def enrolments(session, args):
    """Who learns what, the newest first."""
    keys = [Enrolment.requested_at, Enrolment.id]
    found = page(session, queries.enrolments(args), keys, page_request(args), descending=True)
    return Page(service.listed_cards(session, found.items), found.next_cursor)


@blp.post("/enrolments")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("training", "enrol")
@blp.response(201, s.EnrolmentOut)
@blp.arguments(s.EnrolmentIn)
@idempotent(again=service.read_enrolment)
def enrol(session, data):
    """Give a person a place in a batch; with `wait` one in its line where it is full."""
    return service.enrol(session, **data)


@blp.get("/enrolments/<uuid:enrolment_id>")
@door("training", "read")
@blp.response(200, s.EnrolmentOut)
def enrolment(session, enrolment_id):
    """One enrolment with how the person took part."""
    return service.read_enrolment(session, enrolment_id)


@blp.post("/enrolments/<uuid:enrolment_id>/results")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("training", "write")
@blp.response(201, s.EnrolmentOut)
@blp.arguments(s.ResultIn)
@idempotent(again=service.read_enrolment)
def record_result(session, data, enrolment_id):
    """Write down how the course ended for the person."""
    return service.record_result(session, enrolment_id, **data)


@blp.post("/enrolments/<uuid:enrolment_id>/drop")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("training", "enrol")
@blp.response(201, s.EnrolmentOut)
@blp.arguments(s.DropIn)
@idempotent(again=service.read_enrolment)
def drop(session, data, enrolment_id):
    """The person leaves the course; the place goes to the first in line."""
    return service.drop_enrolment(session, enrolment_id, **data)
