"""The page behind the link of a guest: when, where and about what. Opening it changes nothing; answering takes a form."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.cases import conference_wording as wording
from kessos_case.cases.casework_forms import REFUSALS, reasons_of
from kessos_case.cases.conference_forms import invitation_answer_from
from kessos_case.cases.service import guest_links
from kessos_case.core.db import Session
from kessos_case.core.errors import TooManyRequests
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("guest_pages", __name__, url_prefix="/guests")


def _for_guests(view: Callable[..., Response]) -> Callable[..., Response]:
    """Say in words what is wrong with an answer or a link. Outside the door, which writes down a look that was refused."""

    @wraps(view)
    def shown(token: str) -> Response:
        try:
            answer = make_response(_or_again(view, token))
        except guest_links.DeadGuestLink as dead:
            answer = make_response(render_template("cases/guest_ended.html", dead=dead, words=wording), 404)
        except TooManyRequests as error:
            answer = make_response(render_template("cases/guest_ended.html", dead=None, words=wording), 429)
            answer.headers["Retry-After"] = str(error.extra["retry_after"])
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return shown


def _or_again(view: Callable[..., Response], token: str) -> Response:
    try:
        return view(token=token)
    except REFUSALS as error:
        errors = wording.mistakes(reasons_of(error))
        return make_response(_again(token, request.form, errors), status_of(error))


@blp.get("/<token>")
@_for_guests
@page_door("guest_link", "read", public=True)
def one(session: Session, token: str) -> str:
    """What a guest is told, and how he answers."""
    return _one(session, token, None, {})


@blp.post("/<token>")
@_for_guests
@page_door("guest_link", "answer", public=True)
def answer(session: Session, token: str) -> Response:
    """Say whether the guest comes."""
    stated = invitation_answer_from(request.form)
    guest_links.answer_invitation(session, token, request.remote_addr or "", **stated)
    return see_other(url_for("guest_pages.one", token=token, notice="answered"))


def _one(session: Session, token: str, form: Form | None, errors: dict[str, str]) -> str:
    invited = guest_links.open_invitation(session, token, request.remote_addr or "")
    typed: Any = Form({"answer": invited.answer or "", "said": invited.said or ""}) if form is None else form
    return render_template(
        "cases/guest.html",
        invited=invited,
        form=typed,
        errors=errors,
        notice=wording.NOTICES.get(request.args.get("notice", "")),
        words=wording,
    )


_again = page_door("guest_link", "read", public=True)(_one)
