"""Pages of courses: what the office teaches, a new one, a change."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.service import names_of
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid
from kessos_case.core.paging import PageRequest, page
from kessos_case.training import forms, page_queries, service
from kessos_case.training.models import Course
from kessos_case.training.page_frame import Errors, mistakes, refused, shown
from kessos_case.training.rules import Requirement
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("courses", __name__, url_prefix="/courses")

A_PAGE = 20


@blp.get("")
@page_door("course", "read")
def index(session: Session) -> str:
    """What the reader's office teaches (`?office=all`: every office), by name; `?show=ended` what it teaches no more."""
    offices = () if request.args.get("office") == "all" else tuple(service.kept_offices(session))
    is_taught = request.args.get("show") != "ended"
    asked = PageRequest("page:courses", A_PAGE, request.args.get("cursor"), (("at", offices), ("taught", is_taught)))
    found = page(session, page_queries.courses(offices, is_taught), [Course.name, Course.id], asked)
    running = page_queries.batches_of_courses(session, [one.id for one in found.items], office_day(session.now))
    return shown(
        "courses", Form(), {}, found=found, running=running, offices=offices, is_taught=is_taught,
        outlooks=service.outlooks(session, found.items), names=names_of(session, {one.organisation_id for one in found.items}),
        own=service.kept_offices(session),
    )  # fmt: skip


@blp.get("/new")
@page_door("course", "manage")
def new(session: Session) -> str:
    """The form of a course."""
    return shown("course_new", Form(), {})


@blp.post("/new")
@page_door("course", "manage")
def add(session: Session) -> Response:
    """Teach a course at the own office."""
    form = request.form
    try:
        once(session, form, lambda: service.add_course(session, **forms.course_from(form)).id)
    except forms.REFUSALS as error:
        return refused(error, shown("course_new", form, mistakes(error)))
    return see_other(url_for("training_pages.courses.index", notice="saved"))


@blp.get("/<uuid:course_id>")
@page_door("course", "read")
def one(session: Session, course_id: UUID) -> str:
    """A course, and the form to change it for the office that teaches it."""
    course = service.course_for(session, course_id)
    stated = service.course_as_stated(course)
    return _one(session, course, Form({name: str(value) for name, value in stated.items()}), {})


@blp.post("/<uuid:course_id>")
@page_door("course", "manage")
def change(session: Session, course_id: UUID) -> Response:
    """Change a course; its batches keep their places."""
    form = request.form
    course = service.course_for(session, course_id, lock=True)
    try:
        changes = forms.course_change_from(form)
        check_seen(form, course.version)
        service.change_course(session, course, changes)
    except forms.REFUSALS as error:
        return refused(error, _one(session, course, form, mistakes(error)))
    return see_other(url_for("training_pages.courses.one", course_id=course_id, notice="saved"))


@blp.get("/<uuid:course_id>/requirements")
@page_door("course", "manage")
def requirements(session: Session, course_id: UUID) -> str:
    """The form of what a course asks for."""
    course = service.course_for(session, course_id)
    return _asks(session, course, forms.requirements_form(service.requirements_of(session, course.id)), {})


@blp.post("/<uuid:course_id>/requirements")
@page_door("course", "manage")
def change_requirements(session: Session, course_id: UUID) -> Response:
    """Let a course ask for what was chosen, and nothing else."""
    form, course = request.form, service.course_for(session, course_id, lock=True)
    asked: list[Requirement] = []
    try:
        asked = forms.requirements_from(form)
        check_seen(form, course.version)
        service.change_requirements(session, course, asked)
    except forms.REFUSALS as error:
        if isinstance(error, Invalid):
            error = forms.at_their_fields(error, [str(one.kind) for one in asked])
        return refused(error, _asks(session, course, form, mistakes(error)))
    return see_other(url_for("training_pages.courses.one", course_id=course_id, notice="saved"))


def _asks(session: Session, course: Course, form: Form, errors: Errors) -> str:
    service.must_keep(session, course.organisation_id)
    return shown("course_requirements", form, errors, course=course)


def _one(session: Session, course: Course, form: Form, errors: Errors) -> str:
    running = page_queries.batches_of_courses(session, [course.id], office_day(session.now))
    follows = service.follows(session, course.organisation_id)
    return shown(
        "course", form, errors, course=course, is_own=course.organisation_id in service.kept_offices(session),
        running=running.get(course.id, 0), asked=service.requirements_of(session, course.id),
        outlook=service.outlooks(session, [course])[course.id],
        dropped=service.drop_reasons(session, course) if follows else {},
    )  # fmt: skip
