"""Pages of mentors: found for somebody without a name, those of the own office, and a person who helps others."""

from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.alumni import forms, queries, service, wording
from kessos_case.alumni.models import Mentoring
from kessos_case.alumni.page_frame import Errors, mistakes, refused, shown
from kessos_case.alumni.rules import FreeFor
from kessos_case.cases.service import case_offices
from kessos_case.clients.service import client_for, read_client
from kessos_case.core.db import Session, attempt
from kessos_case.core.errors import KessosError
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.core.text import clean_text, reject_reason
from kessos_case.reference import service as reference
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("mentors", __name__)

A_PAGE = 20
_FILTERS = ("skill", "free_for", "region")


@blp.get("/mentors")
@page_door("mentor", "read")
def index(session: Session) -> str:
    """Mentors of every UPT by `?skill=`, `?free_for=` and `?region=`, for the person of `?case_id=`; or `?view=ours`."""
    wanted, is_ours = _wanted(session), request.args.get("view") == "ours"
    case_id = _case_id()
    filters = tuple((wanted | {"view": "ours" if is_ours else "", "case_id": str(case_id or "")}).items())
    asked = PageRequest("page:mentors", A_PAGE, request.args.get("cursor"), filters)
    return shown(
        "index",
        Form(wanted),
        {},
        found=_ours(session, case_id, asked) if is_ours else service.find_mentors(session, wanted, asked),
        outcomes=service.outcomes(session),
        is_ours=is_ours,
        case_id=case_id,
        regencies=reference.regencies(session),
        here=partial(_here, wanted | {"case_id": str(case_id or ""), "view": "ours" if is_ours else ""}),
    )


@blp.get("/clients/<uuid:client_id>/mentor")
@page_door("mentor", "read")
def person(session: Session, client_id: UUID) -> str:
    """The person as a mentor, or what is missing until he can be one, with the form."""
    return _person(session, client_id, None, {})


@blp.post("/clients/<uuid:client_id>/mentor")
@page_door("mentor", "record")
def begin(session: Session, client_id: UUID) -> Response:
    """Write down what he can and is free for; of one who is a mentor already anew."""
    form, notice = request.form, "begun"
    try:
        client_for(session, client_id)
        known = service.mentor_of(session, client_id)
        if known:
            notice = "changed"
            _change(session, known.id, form)
        else:
            once(session, form, lambda: service.begin_mentor(session, client_id, **forms.mentor_from(form)).id)
    except forms.REFUSALS as error:
        return _again(session, client_id, form, error)
    return see_other(url_for("alumni_pages.mentors.person", client_id=client_id, notice=notice))


@blp.post("/mentors/<uuid:mentor_id>/end")
@page_door("mentor", "record")
def stop(session: Session, mentor_id: UUID) -> Response:
    """He does not want to any more; a second press changes nothing."""
    ended = service.end_mentor(session, mentor_id)
    return see_other(url_for("alumni_pages.mentors.person", client_id=ended.client_id, notice="stopped"))


def _change(session: Session, mentor_id: UUID, form: Form) -> None:
    with attempt(session):
        mentor = service.mentor_for(session, mentor_id, lock=True)
        check_seen(form, mentor.version)
        service.change_mentor(session, mentor, forms.mentor_change_from(form))


def _again(session: Session, client_id: UUID, form: Form, error: KessosError) -> Response:
    return refused(error, _person(session, client_id, form, mistakes(error)))


def _person(session: Session, client_id: UUID, form: Form | None, errors: Errors) -> str:
    client = client_for(session, client_id)
    mentor = service.mentor_of(session, client_id)
    lacks = [] if mentor else service.lacks_to_begin(session, client)
    return shown(
        "person",
        form if form is not None else _as_form(mentor, client.region_code),
        errors,
        client=read_client(session, client_id),
        mentor=mentor,
        lacks=[(lack.code, wording.CODES[lack.code]) for lack in lacks],
        regencies=reference.regencies(session),
    )


def _as_form(mentor: Any, home: str | None) -> Form:
    """What is known of him, as the form takes it."""
    if mentor is None:
        return Form({"region_code": (home or "")[: queries.REGENCY], "most_at_once": "1"})
    form = Form(
        {
            "skills": "\n".join(mentor.skills),
            "business": mentor.business or "",
            "region_code": mentor.region_code[: queries.REGENCY],
            "most_at_once": str(mentor.most_at_once),
        }
    )
    form.setlist("free_for", mentor.free_for)
    return form


def _ours(session: Session, case_id: UUID | None, asked: PageRequest) -> Page:
    select = queries.mentorings({"case_id": case_id}, case_offices(session))
    found = page(session, select, [Mentoring.proposed_at, Mentoring.id], asked, descending=True)
    return Page(service.listed_mentorings(session, found.items), found.next_cursor)


def _wanted(session: Session) -> dict[str, str]:
    """The filters of the address, as far as the form offers them."""
    skill = clean_text(request.args.get("skill", ""))[:80]
    free_for, region = request.args.get("free_for", ""), request.args.get("region", "")
    return {
        "skill": "" if reject_reason(skill) else skill,
        "free_for": free_for if free_for in list(FreeFor) else "",
        "region": region if region in reference.regencies(session) else "",
    }


def _case_id() -> UUID | None:
    try:
        return UUID(request.args.get("case_id", ""))
    except ValueError:
        return None


def _here(args: dict[str, str], **changes: str) -> str:
    """This list with other filters; an empty one is left out."""
    query = urlencode({name: value for name, value in (args | changes).items() if value})
    return f"/mentors?{query}" if query else "/mentors"
