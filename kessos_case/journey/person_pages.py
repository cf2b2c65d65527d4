"""The page of a person: who he is, where he stands, what is missing for the next step, and all that happened; and a death."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request

from kessos_case.clients import consent_wording
from kessos_case.clients import service as clients
from kessos_case.clients import wording as client_wording
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid
from kessos_case.core.paging import PageRequest
from kessos_case.dependency import wording as dependency_wording
from kessos_case.journey import person_view, service, timeline_wording, wording
from kessos_case.journey.schemas import DeathIn
from kessos_case.referrals import wording as referral_wording
from kessos_case.tasks.wording import ACTIONS
from kessos_case.web.forms import Form, loaded, said
from kessos_case.web.pages import current_language, page_door, see_other

blp = Blueprint("person_pages", __name__, url_prefix="/clients")

A_PAGE = 20


@blp.get("/<uuid:client_id>")
@page_door("client", "read")
def person(session: Session, client_id: UUID) -> str:
    """A person; `?kind=aid` keeps one kind of what happened."""
    group = request.args.get("kind", "")
    group = group if group in timeline_wording.GROUPS else ""
    kinds = frozenset(timeline_wording.GROUPS[group][1]) if group else None
    asked = PageRequest(f"page:person:{client_id}", A_PAGE, request.args.get("cursor"), (("kind", group),))
    view = person_view.read_view(session, client_id, kinds, asked, current_language())
    return render_template(
        "journey/person.html",
        view=view,
        client=view.person.card,
        lacks=_lacks(view),
        group=group,
        today=office_day(session.now),
        notice=client_wording.NOTICES.get(request.args.get("notice", "")),
        words=client_wording,
        case_words=wording,
        consent_words=consent_wording,
        dependency_words=dependency_wording,
        referral_words=referral_wording,
        task_words=ACTIONS,
        timeline_words=timeline_wording,
    )


@blp.get("/<uuid:client_id>/death")
@page_door("client", "change")
def death_form(session: Session, client_id: UUID) -> str:
    """What a death settles, before it is written down."""
    return _death(session, client_id, Form(), {})


@blp.post("/<uuid:client_id>/death")
@page_door("client", "change")
def death(session: Session, client_id: UUID) -> Response:
    """Write down a death. It ends everything at every office, so it asks twice."""
    try:
        stated = loaded(DeathIn(), {"died_on": said(request.form, "died_on")})
        if not request.form.get("sure"):
            raise Invalid("The form has mistakes.", errors=[{"field": "sure", "code": "missing", "detail": "Needed."}])
        service.record_death(session, client_id, **stated)
    except (Invalid, Conflict) as error:
        status, mistakes = 422, client_wording.mistakes(error.errors)
        if isinstance(error, Conflict):
            status, mistakes = 409, {"died_on": client_wording.OTHER_DEATH}
        return make_response(_death(session, client_id, request.form, mistakes), status)
    return see_other(f"/clients/{client_id}?notice=died")


def _lacks(view: person_view.PersonView) -> list[dict[str, Any]]:
    """What the next step misses, as lines with the way to each."""
    if view.step is None or view.of_step is None:
        return []
    return wording.lacks([entry for check in view.step.checks for entry in check.entries], view.of_step)


def _death(session: Session, client_id: UUID, form: Form, errors: dict[str, str]) -> str:
    return render_template(
        "journey/death.html",
        client=clients.read_client(session, client_id),
        open=service.open_about(session, client_id),
        form=form,
        errors=errors,
    )
