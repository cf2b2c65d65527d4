"""The page behind the link of a question, for an employer without an account. Opening it changes nothing.

It has a frame of its own without the name of the program or an office, also for what goes wrong: see docs/adr/0031.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import marshmallow as ma
from flask import Blueprint, Response, make_response, render_template, request, url_for
from marshmallow import fields

from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, KessosError, TooManyRequests
from kessos_case.employment import question_wording as wording
from kessos_case.employment import service
from kessos_case.employment.rules import InquiryAnswer
from kessos_case.employment.schemas import one_of, rupiah
from kessos_case.web.errors import status_of
from kessos_case.web.fields import Day
from kessos_case.web.forms import Form, loaded, number, said
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("question_pages", __name__, url_prefix="/questions")


class EmployerAnswer(ma.Schema):
    answer = fields.String(required=True, validate=one_of(InquiryAnswer))
    works_since = Day(allow_none=True, load_default=None)
    left_on = Day(allow_none=True, load_default=None)
    monthly_wage = rupiah(allow_none=True, load_default=None)


def _for_employers(view: Callable[..., Response]) -> Callable[..., Response]:
    """Whatever goes wrong, in the neutral frame; outside the door, which writes down a look that was refused."""

    @wraps(view)
    def shown(**where: Any) -> Response:
        try:
            answer = make_response(view(**where))
        except Invalid as error:
            answer = make_response(_again(where["token"], request.form, error), status_of(error))
        except KessosError as error:
            answer = make_response(render_template("employment/question_over.html", over=_why(error)), status_of(error))
            if isinstance(error, TooManyRequests):
                answer.headers["Retry-After"] = str(error.extra["retry_after"])
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return shown


@blp.get("/thanks")
@_for_employers
@page_door("question", "read", public=True)
def thanks(session: Session) -> str:
    """The answer has been taken."""
    return render_template("employment/question_over.html", over="thanks")


@blp.get("/<token>")
@_for_employers
@page_door("question", "read", public=True)
def one(session: Session, token: str) -> str:
    """Whom it is about, and the three answers."""
    return _one(session, token, Form(), {})


@blp.post("/<token>")
@_for_employers
@page_door("question", "answer", public=True)
def answer(session: Session, token: str) -> Response:
    """Answer, once."""
    service.answer_question(session, token, _address(), **_said(request.form))
    return see_other(url_for("question_pages.thanks"))


def _said(form: Form) -> dict[str, Any]:
    typed = {name: said(form, name) for name in ("works_since", "left_on")}
    wage = number(said(form, "monthly_wage"))
    return loaded(EmployerAnswer(), typed | {"answer": said(form, "answer") or "", "monthly_wage": wage})


def _one(session: Session, token: str, form: Form, errors: dict[str, str]) -> str:
    question = service.open_question(session, token, _address())
    choices = wording.STILL if question.has_begun else wording.BEGUN
    return render_template(
        "employment/question.html", question=question, token=token, form=form, errors=errors, choices=choices
    )


def _again(token: str, form: Form, error: Invalid) -> str:
    """The page again with what is wrong, in a transaction of its own: nothing of a refused answer stays behind."""
    try:
        return _opened(token, form, wording.mistakes(error.errors))
    except KessosError as over:
        return render_template("employment/question_over.html", over=_why(over))


_opened = page_door("question", "read", public=True)(_one)


def _why(error: KessosError) -> str:
    return (
        "often"
        if isinstance(error, TooManyRequests)
        else "over"
        if isinstance(error, service.DeadQuestion)
        else "wrong"
    )


def _address() -> str:
    return request.remote_addr or ""
