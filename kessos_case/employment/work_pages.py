"""Pages of one placement: how it began, its checks and its end; and new work."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.service import offices_near
from kessos_case.access.wording import OFFICE_KINDS
from kessos_case.cases.rules import StepKind
from kessos_case.cases.service import open_steps
from kessos_case.clients.consent_wording import FORMS as CONSENT_FORMS
from kessos_case.clients.models import Consent
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.employment import forms, service, vacancy_wording
from kessos_case.employment.page_frame import Errors, mistakes, refused, shown
from kessos_case.web.forms import Form
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("work", __name__, url_prefix="/placements")

Verb = Callable[..., service.PlacementCard | Consent]


@blp.get("/new")
@page_door("placement", "record")
def new(session: Session) -> str:
    """The form of new work for the person of `?case_id=`."""
    return _new(session, request.args, {})


@blp.post("/new")
@page_door("placement", "record")
def propose(session: Session) -> Response:
    """Write down work that begins. The employer is told nothing."""
    form = request.form
    try:
        once(session, form, lambda: service.propose_placement(session, **forms.placement_from(form)).id)
    except forms.REFUSALS as error:
        return refused(error, _new(session, form, mistakes(error)))
    return see_other(url_for("employment_pages.lists.index", case_id=form["case_id"], notice="proposed"))


@blp.get("/<uuid:placement_id>")
@page_door("placement", "read")
def one(session: Session, placement_id: UUID) -> str:
    """One placement: what is to be done about it now, the line of its checks, and how it came about."""
    return work_page(session, placement_id, Form(), {}, "")


@blp.post("/<uuid:placement_id>/verification")
@page_door("placement", "record")
def verify(session: Session, placement_id: UUID) -> Response:
    """The work has begun; the checks follow as tasks."""
    return _done(session, placement_id, "verify", "verified", service.verify_placement, forms.verification_from)


@blp.post("/<uuid:placement_id>/checks")
@page_door("placement", "record")
def check(session: Session, placement_id: UUID) -> Response:
    """Whether the work still holds."""
    return _done(session, placement_id, "check", "checked", service.check_placement, forms.check_from)


@blp.post("/<uuid:placement_id>/ending")
@page_door("placement", "record")
def end(session: Session, placement_id: UUID) -> Response:
    """The work is over; whether the case goes back a stage is asked by a task."""
    return _done(session, placement_id, "end", "ended", service.record_ending, forms.ending_from)


@blp.post("/<uuid:placement_id>/consents")
@page_door("consent", "record")
def allow(session: Session, placement_id: UUID) -> Response:
    """The person lets the employer be asked about this work."""
    return _done(session, placement_id, "allow", "allowed", service.allow_asking, forms.allowed_from)


def _done(
    session: Session, placement_id: UUID, which: str, notice: str, verb: Verb, read: Callable[[Form], dict[str, Any]]
) -> Response:
    form = request.form
    try:
        once(session, form, lambda: verb(session, placement_id, **read(form)).id)
    except forms.REFUSALS as error:
        return refused(error, work_page(session, placement_id, form, mistakes(error), which))
    return see_other(url_for("employment_pages.work.one", placement_id=placement_id, notice=notice))


def work_page(session: Session, placement_id: UUID, form: Form, errors: Errors, which: str, **more: Any) -> str:
    """`which` of its forms was sent, so that what was typed and what is wrong stands in that one."""
    work = service.read_work(session, placement_id)
    today = str(office_day(session.now))
    blank = Form({"on": today, "given_on": today})
    typed = {name: form if name == which else blank for name in ("verify", "check", "end", "ask", "allow")}
    wrong = {name: errors if name == which else {} for name in typed}
    return shown(
        "placement", form, errors, work=work, card=work.card, typed=typed, wrong=wrong, which=which,
        asking=vacancy_wording, consent_forms=CONSENT_FORMS, **more,
    )  # fmt: skip


def _new(session: Session, form: Form, errors: Errors) -> str:
    heading = service.case_at_work(session, _case_id(form))
    near = [heading.region_code, *(grant.region_code for grant in session.actor.grants)]
    return shown(
        "placement_new", form, errors, heading=heading, offices=offices_near(session, near), office_kinds=OFFICE_KINDS,
        steps=open_steps(session, heading.id, heading.client_id, StepKind.PLACEMENT),
    )  # fmt: skip


def _case_id(form: Form) -> UUID:
    try:
        return UUID(form.get("case_id", ""))
    except ValueError as error:
        raise NotFound("There is no such case.") from error
