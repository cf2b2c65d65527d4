"""The page behind a link: one offer, for a receiver without an account. Opening it changes nothing; answering takes a form."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, RuleBroken, TooManyRequests
from kessos_case.referrals import inbox_forms, inbox_wording, service
from kessos_case.referrals.inbox_pages import words
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form, version_of
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("answer_pages", __name__, url_prefix="/answers")


def _for_holders(view: Callable[..., Response]) -> Callable[..., Response]:
    """Say in words what is wrong with an answer or a link. Outside the door, which writes down a look that was refused."""

    @wraps(view)
    def shown(**where: Any) -> Response:
        try:
            answer = make_response(_or_again(view, **where))
        except service.DeadLink as dead:
            answer = make_response(render_template("referrals/answer_ended.html", dead=dead, words=inbox_wording), 404)
        except TooManyRequests as error:
            answer = make_response(render_template("referrals/answer_ended.html", dead=None, words=inbox_wording), 429)
            answer.headers["Retry-After"] = str(error.extra["retry_after"])
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return shown


def _or_again(view: Callable[..., Response], **where: Any) -> Response:
    """The page again with what was wrong; nothing of a refused answer stays behind."""
    try:
        return view(**where)
    except (Invalid, RuleBroken, Conflict) as error:
        errors = inbox_wording.mistakes(error, of=request.form.get("verb", ""))
        return make_response(_again(where["token"], request.form, errors), status_of(error))


@blp.get("/<token>")
@_for_holders
@page_door("answer_link", "read", public=True)
def one(session: Session, token: str) -> str:
    """What is asked, what was told, and what can be answered now."""
    return _one(session, token, None, {})


@blp.post("/<token>")
@_for_holders
@page_door("answer_link", "answer", public=True)
def answer(session: Session, token: str) -> Response:
    """Make one answer."""
    verb, said = inbox_forms.verb_of(request.form), inbox_forms.answer_from(request.form)
    service.answer_by_link(session, token, _address(), verb, seen=version_of(request.form) or 0, **said)
    return see_other(url_for("answer_pages.one", token=token, notice=verb))


@blp.get("/<token>/photos/<uuid:photo_id>")
@_for_holders
@page_door("answer_link", "read", public=True)
def photo(session: Session, token: str, photo_id: UUID) -> Response:
    """A photo that was disclosed with the offer."""
    picture = service.photo_by_link(session, token, _address(), photo_id)
    shown = Response(picture, mimetype="image/jpeg")
    shown.headers["Content-Disposition"] = "inline"
    shown.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return shown


def _address() -> str:
    return request.remote_addr or ""


def _one(session: Session, token: str, form: Form | None, errors: dict[str, str]) -> str:
    received = service.open_link(session, token, _address()).received
    return render_template(
        "referrals/answer.html",
        received=received,
        token=token,
        form=inbox_forms.blank(received, []) if form is None else form,
        errors=errors,
        notice=inbox_wording.NOTICES.get(request.args.get("notice", "")),
        **words(session, [received.offer.region_code]),
    )


_again = page_door("answer_link", "read", public=True)(_one)
