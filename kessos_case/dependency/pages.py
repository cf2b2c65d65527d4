"""Pages of dependency: the queue of flags, and the review of one. The number comes after the opinion."""

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.aid import wording as aid_wording
from kessos_case.aid.service import months_picture
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid
from kessos_case.core.paging import PageRequest
from kessos_case.dependency import forms, service, wording
from kessos_case.web.forms import Form, changed, check_seen
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("dependency_pages", __name__, url_prefix="/dependency")

A_PAGE = 20
# Refused before anything was done: another was first, and what was typed can be shown again.
_CHANGED = frozenset({"changed", "wrong_state", "opinion_recorded"})


@blp.get("/flags")
@page_door("dependency", "read")
def flags(session: Session) -> str:
    """The queue of the own office, those due first, or those that ended so."""
    state = request.args.get("state", "")
    state = state if state in wording.VIEWS else ""
    asked = PageRequest("page:flags", A_PAGE, request.args.get("cursor"), (("state", state),))
    found = service.review_queue(session, {"state": state or None}, asked)
    return render_template(
        "dependency/flags.html", flags=found.items, next_cursor=found.next_cursor, state=state, words=wording
    )


@blp.get("/flags/<uuid:flag_id>")
@page_door("dependency", "read")
def flag(session: Session, flag_id: UUID) -> str:
    """One flag: why, the months of aid as a picture, and what can be said to it now."""
    return _flag(session, flag_id, Form(), {})


@blp.post("/flags/<uuid:flag_id>/review")
@page_door("dependency", "review")
def review(session: Session, flag_id: UUID) -> Response:
    """Record an opinion or a decision. What is wrong comes back at its field, with all that was typed."""
    try:
        stated = forms.review_from(request.form)
        check_seen(request.form, service.flag_for(session, flag_id, lock=True).version)
        service.review_flag(session, flag_id, **stated)
    except Invalid as error:
        return make_response(_flag(session, flag_id, request.form, wording.mistakes(error.errors)), 422)
    except Conflict as error:
        if error.code not in _CHANGED:
            raise
        return make_response(_flag(session, flag_id, request.form, {"": changed()}), 409)
    return see_other(url_for("dependency_pages.flag", flag_id=flag_id, notice=request.form["form"]))


def _flag(session: Session, flag_id: UUID, form: Form, errors: dict[str, str]) -> str:
    found = service.flag_view(session, flag_id)
    return render_template(
        "dependency/flag.html",
        flag=found,
        # Whoever does not reach the person any more sees that there was a flag, not what he was given.
        picture=None if found.client.is_masked else months_picture(session, found.client_id),
        form=form,
        errors=errors,
        notice=wording.NOTICES.get(request.args.get("notice", "")),
        words=wording,
        aid_words=aid_wording,
    )
