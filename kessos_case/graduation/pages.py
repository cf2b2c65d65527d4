"""Pages of graduation: the gate as a list, and where one person stands."""

from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request

from kessos_case.access.service import own_filters
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, RuleBroken
from kessos_case.core.paging import PageRequest
from kessos_case.graduation import forms, ladder_wording, page_wording, service
from kessos_case.graduation.ladder_wording import Places
from kessos_case.graduation.page_queries import RELAPSED
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form, changed
from kessos_case.web.once import once, word_of
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("graduation_pages", __name__)

A_PAGE = 20


@blp.get("/graduation")
@page_door("graduation", "read")
def gate(session: Session) -> str:
    """Who is on the way out of aid, what is due first on top; the view stands in the address."""
    view = request.args.get("view", "")
    view = view if view in page_wording.VIEWS else ""
    mine = request.args.get("mine") == "yes"
    whose = service.gate(session, mine=mine)
    asked = PageRequest("page:graduation", A_PAGE, request.args.get("cursor"), (("view", view), ("mine", mine)))
    return render_template(
        "graduation/index.html",
        found=service.gate_list(session, whose, view, asked),
        counts=service.gate_counts(session, whose),
        view=view,
        mine=mine,
        is_relapse=view == RELAPSED,
        here=partial(_here, {"view": view, "mine": "yes" if mine else ""}),
        own_filters=own_filters(session, "/graduation", request.args),
        words=page_wording,
    )


@blp.get("/clients/<uuid:client_id>/graduation")
@page_door("graduation", "read")
def person(session: Session, client_id: UUID) -> str:
    """The criteria as a ladder, what is missing with the way to it, and what the person himself says."""
    return _person(session, client_id, Form(), {})


@blp.post("/clients/<uuid:client_id>/graduation/reviews")
@page_door("graduation", "evaluate")
def begin(session: Session, client_id: UUID) -> Response:
    """Evaluate now and begin a review; one that lives already is that one."""
    view = service.person_view(session, client_id)
    try:
        opened, _is_new = service.open_review(session, view.case.id if view.case else client_id)
    except RuleBroken:
        return make_response(_person(session, client_id, Form(), {"": changed()}), 409)
    return see_other(f"/graduation/reviews/{opened.id}?notice=opened")


@blp.post("/clients/<uuid:client_id>/graduation/voice")
@page_door("graduation", "record")
def voice(session: Session, client_id: UUID) -> Response:
    """Write down that the person was asked, and his answer."""
    form = request.form
    try:
        once(session, form, lambda: service.record_voice(session, client_id, **forms.voice_from(form)).id)
    except Invalid as error:
        errors = page_wording.mistakes(error.errors)
        return make_response(_person(session, client_id, form, errors), status_of(error))
    except Conflict:
        return make_response(_person(session, client_id, form, {"": changed()}), 409)
    return see_other(f"/clients/{client_id}/graduation?notice=voice#voice")


def places_of(view: service.PersonView | service.ReviewView) -> Places:
    """Where the rows of this person lie; nowhere for a co-signer."""
    if view.person is None:
        return Places()
    case_id = view.case.id if isinstance(view, service.PersonView) and view.case else _case_of(view)
    where = view.where
    return Places(view.person.id, case_id, where.plan_id, where.placements, where.batches)


def _case_of(view: Any) -> UUID | None:
    return view.card.case_id if isinstance(view, service.ReviewView) else None


def _here(at: dict[str, str], **changes: str) -> str:
    """The address of the list with one filter changed."""
    query = urlencode({name: value for name, value in (at | changes).items() if value})
    return f"/graduation?{query}" if query else "/graduation"


def _person(session: Session, client_id: UUID, form: Form, errors: dict[str, str]) -> str:
    view = service.person_view(session, client_id)
    places = places_of(view)
    return render_template(
        "graduation/person.html",
        view=view,
        rungs=ladder_wording.ladder(view.verdict, places) if view.case else [],
        points=ladder_wording.points(view.verdict, places) if view.case else [],
        lacks=view.missing,
        # What no criterion says: the points, or a pathway that leads nowhere.
        others=[
            ladder_wording.lacking(entry, places)
            for entry in view.missing
            if entry["criterion"] in ("points", "pathway")
        ],
        form=form,
        errors=errors,
        once=word_of(form),
        notice=page_wording.NOTICES.get(request.args.get("notice", "")),
        words=page_wording,
        ladder_words=ladder_wording,
    )
