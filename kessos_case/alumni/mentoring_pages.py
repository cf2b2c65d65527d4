"""Pages of one mentoring: how it is proposed, what each office answers for its own, the first meeting and the end."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.service import record
from kessos_case.alumni import forms, service
from kessos_case.alumni.page_frame import Errors, mistakes, refused, shown
from kessos_case.cases.rules import StepKind
from kessos_case.cases.service import open_steps
from kessos_case.cases.service.headings import case_heading
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("mentorings", __name__)

Verb = Callable[..., service.MentoringCard]


@blp.get("/cases/<uuid:case_id>/mentorings/new")
@page_door("mentor", "record")
def new(session: Session, case_id: UUID) -> str:
    """The form that asks the mentor of `?mentor_id=`."""
    return _new(session, case_id, request.args, {})


@blp.post("/cases/<uuid:case_id>/mentorings/new")
@page_door("mentor", "record")
def propose(session: Session, case_id: UUID) -> Response:
    """Ask the mentor and the person, each by his own office."""
    form, made = request.form, list[UUID]()

    def do() -> UUID:
        made.append(service.propose_mentoring(session, case_id, **forms.mentoring_from(form)).id)
        return made[0]

    try:
        once(session, form, do)
    except forms.REFUSALS as error:
        return refused(error, _new(session, case_id, form, mistakes(error)))
    if not made:
        return see_other(f"/cases/{case_id}#mentorings")
    return see_other(url_for("alumni_pages.mentorings.one", mentoring_id=made[0], notice="proposed"))


@blp.get("/mentorings/<uuid:mentoring_id>")
@page_door("mentor", "read")
def one(session: Session, mentoring_id: UUID) -> str:
    """One mentoring: what is to be done about it now, and how it came about."""
    return _one(session, mentoring_id, Form(), {})


@blp.post("/mentorings/<uuid:mentoring_id>/agreement")
@page_door("mentor", "record")
def agree(session: Session, mentoring_id: UUID) -> Response:
    """One of the two wants to."""
    return _done(session, mentoring_id, "agreed", service.agree, forms.side_from)


@blp.post("/mentorings/<uuid:mentoring_id>/refusal")
@page_door("mentor", "record")
def decline(session: Session, mentoring_id: UUID) -> Response:
    """One of the two does not want to."""
    return _done(session, mentoring_id, "declined", service.decline, forms.side_from)


@blp.post("/mentorings/<uuid:mentoring_id>/meeting")
@page_door("mentor", "record")
def meet(session: Session, mentoring_id: UUID) -> Response:
    """They have met first."""
    return _done(session, mentoring_id, "met", service.meet, forms.meeting_from)


@blp.post("/mentorings/<uuid:mentoring_id>/end")
@page_door("mentor", "record")
def end(session: Session, mentoring_id: UUID) -> Response:
    """It is over: what became of both."""
    return _done(session, mentoring_id, "ended", service.end_mentoring, forms.end_from)


def _done(
    session: Session, mentoring_id: UUID, notice: str, verb: Verb, read: Callable[[Form], dict[str, Any]]
) -> Response:
    form = request.form

    def do() -> UUID:
        check_seen(form, service.mentoring_for(session, mentoring_id, lock=True).version)
        return verb(session, mentoring_id, **read(form)).id

    try:
        once(session, form, do)
    except forms.REFUSALS as error:
        return refused(error, _one(session, mentoring_id, form, mistakes(error)))
    return see_other(url_for("alumni_pages.mentorings.one", mentoring_id=mentoring_id, notice=notice))


def _one(session: Session, mentoring_id: UUID, form: Form, errors: Errors) -> str:
    card = service.read_mentoring(session, mentoring_id)
    return shown("mentoring", form, errors, card=card, today=office_day(session.now))


def _new(session: Session, case_id: UUID, form: Form, errors: Errors) -> str:
    heading = case_heading(session, case_id)
    record(session, "read", "case", heading.id, clients=[heading.client_id])
    return shown(
        "mentoring_new",
        form,
        errors,
        heading=heading,
        mentor=service.read_found(session, _mentor_id(form)),
        steps=open_steps(session, heading.id, heading.client_id, StepKind.MENTOR),
    )


def _mentor_id(form: Form) -> UUID:
    try:
        return UUID(form.get("mentor_id", ""))
    except ValueError as error:
        raise NotFound("There is no such mentor.") from error
