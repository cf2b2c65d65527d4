"""What happens to goals and steps of the approved version, by the forms on its page."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.cases import plan_forms, plan_shown
from kessos_case.cases.casework_forms import REFUSALS
from kessos_case.cases.service import steps
from kessos_case.cases.service.plans import goal_for, step_for
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.web.forms import Form
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("steps", __name__)


@blp.post("/cases/<uuid:case_id>/plans/<uuid:plan_id>/steps/<uuid:step_id>")
@page_door("plan", "write")
def step(session: Session, case_id: UUID, plan_id: UUID, step_id: UUID) -> Response:
    """A step begins, is done, or is dropped for a reason."""
    form, found = request.form, step_for(session, step_id)
    _check_place(found.case_id == case_id and found.plan_id == plan_id)
    try:
        once(session, form, lambda: _move_step(session, step_id, form))
    except REFUSALS as error:
        return plan_shown.again(session, case_id, plan_id, form, error, about=step_id)
    return _done(case_id, plan_id, "step", f"step-{step_id}")


@blp.post("/cases/<uuid:case_id>/plans/<uuid:plan_id>/goals/<uuid:goal_id>")
@page_door("plan", "write")
def goal(session: Session, case_id: UUID, plan_id: UUID, goal_id: UUID) -> Response:
    """A goal is met, or dropped for a reason."""
    form, found = request.form, goal_for(session, goal_id)
    _check_place(found.case_id == case_id and found.plan_id == plan_id)
    try:
        once(session, form, lambda: steps.close_goal(session, goal_id, **plan_forms.goal_closing_from(form)).id)
    except REFUSALS as error:
        return plan_shown.again(session, case_id, plan_id, form, error, about=goal_id)
    return _done(case_id, plan_id, "goal", f"goal-{goal_id}")


@blp.post("/cases/<uuid:case_id>/plans/<uuid:plan_id>/goals/<uuid:goal_id>/acceptance")
@page_door("plan", "decide")
def accept(session: Session, case_id: UUID, plan_id: UUID, goal_id: UUID) -> Response:
    """A supervisor accepts that a goal was dropped."""
    found = goal_for(session, goal_id)
    _check_place(found.case_id == case_id and found.plan_id == plan_id)
    try:
        steps.accept_drop(session, goal_id)
    except REFUSALS as error:
        return plan_shown.again(session, case_id, plan_id, request.form, error, about=goal_id)
    return _done(case_id, plan_id, "goal", f"goal-{goal_id}")


def _move_step(session: Session, step_id: UUID, form: Form) -> UUID:
    if form.get("do") == "start":
        return steps.begin_step(session, step_id).id
    return steps.end_step(session, step_id, **plan_forms.step_closing_from(form)).id


def _check_place(is_there: bool) -> None:
    if not is_there:
        raise NotFound("There is no such part of this plan.")


def _done(case_id: UUID, plan_id: UUID, notice: str, anchor: str) -> Response:
    address = "casework_pages.plans.one"
    return see_other(url_for(address, case_id=case_id, plan_id=plan_id, notice=notice, _anchor=anchor))
