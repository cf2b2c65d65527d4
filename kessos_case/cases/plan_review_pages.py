"""Forms beside a version of a plan: the person's signature, and that it was looked at again and stays."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.cases import plan_forms, plan_shown
from kessos_case.cases.casework_forms import REFUSALS
from kessos_case.cases.pictures import picture_of
from kessos_case.cases.service import plan_reviews, signing
from kessos_case.cases.service.plans import plan_for
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other, uploads

blp = Blueprint("plan_reviews", __name__)

_PLAN = "/cases/<uuid:case_id>/plans/<uuid:plan_id>"


@blp.get(f"{_PLAN}/signature")
@page_door("plan", "read")
def signature(session: Session, case_id: UUID, plan_id: UUID) -> Response:
    """The signature as a file."""
    _check_place(session, case_id, plan_id)
    return picture_of(signing.read_signature(session, plan_id))


@blp.post(f"{_PLAN}/signature")
@page_door("plan", "write")
def sign(session: Session, case_id: UUID, plan_id: UUID) -> Response:
    """Keep the signature that was drawn or photographed."""
    form = request.form
    _check_place(session, case_id, plan_id)
    try:
        once(session, form, lambda: _sign(session, plan_id, form))
    except REFUSALS as error:
        return plan_shown.again(session, case_id, plan_id, form, error, part="sign")
    return _done(case_id, plan_id, "signed")


@blp.post(f"{_PLAN}/review")
@page_door("plan", "write")
def review(session: Session, case_id: UUID, plan_id: UUID) -> Response:
    """The version in force was looked at with the person and stays."""
    form = request.form
    _check_place(session, case_id, plan_id)
    try:
        once(session, form, lambda: _review(session, plan_id, form))
    except REFUSALS as error:
        return plan_shown.again(session, case_id, plan_id, form, error, part="review")
    return _done(case_id, plan_id, "reviewed")


def _sign(session: Session, plan_id: UUID, form: Form) -> UUID:
    stated = plan_forms.signature_from(form, next(iter(uploads("image")), None))
    raw = stated.pop("image").read(signing.MOST_BYTES + 1)
    return signing.sign_plan(session, plan_id, raw=raw, **stated).id


def _review(session: Session, plan_id: UUID, form: Form) -> UUID:
    check_seen(form, plan_for(session, plan_id, lock=True).version)
    return plan_reviews.review_plan(session, plan_id, **plan_forms.review_from(form)).id


def _check_place(session: Session, case_id: UUID, plan_id: UUID) -> None:
    if plan_for(session, plan_id).case_id != case_id:
        raise NotFound("There is no such plan.")


def _done(case_id: UUID, plan_id: UUID, notice: str) -> Response:
    return see_other(url_for("casework_pages.plans.one", case_id=case_id, plan_id=plan_id, notice=notice))
