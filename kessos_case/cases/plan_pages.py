"""Pages of plans: the versions, writing one, deciding about it, the person's own agreement."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, request, url_for

from kessos_case.access.service import names_of, offices_near
from kessos_case.cases import casework_queries, plan_forms, plan_shown, wording
from kessos_case.cases.casework import Plan
from kessos_case.cases.casework_forms import REFUSALS
from kessos_case.cases.page_frame import Errors, mistakes, near, refused, shown
from kessos_case.cases.rules import PlanState
from kessos_case.cases.service import decisions, plan_cards, planning, revising
from kessos_case.cases.service.headings import CaseHeading, case_heading
from kessos_case.cases.service.plans import plan_for
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, NotFound, RuleBroken
from kessos_case.core.paging import PageRequest, page
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form, changed, check_seen
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("plans", __name__)

A_PAGE = 20


@blp.get("/cases/<uuid:case_id>/plans")
@page_door("plan", "read")
def index(session: Session, case_id: UUID) -> str:
    """The versions of a plan, newest first, and the way to the next."""
    heading = case_heading(session, case_id)
    asked = PageRequest(f"page:plans:{case_id}", A_PAGE, request.args.get("cursor"))
    found = page(session, casework_queries.plans(case_id), [Plan.created_at, Plan.id], asked, descending=True)
    cards = plan_cards.listed_plans(session, found.items, [heading.client_id])
    names = names_of(session, [one for card in cards for one in (card.author_id, card.decided_by)])
    return shown(session, "plans", Form(), {}, heading=heading, plans=cards, names=names, next_cursor=found.next_cursor)


@blp.get("/cases/<uuid:case_id>/plans/new")
@page_door("plan", "write")
def new(session: Session, case_id: UUID) -> Any:
    """The form of the next version: what was returned or is in force, and a blank goal for each flagged domain."""
    if waiting := revising.undecided_plan(session, case_id):
        return see_other(_address(case_id, waiting.id))
    heading = case_heading(session, case_id)
    goals, tapers = revising.next_goals(session, case_id), revising.next_tapers(session, case_id)
    return _editor(session, heading, None, plan_forms.lines_from(goals, tapers), {})


@blp.post("/cases/<uuid:case_id>/plans/new")
@page_door("plan", "write")
def write(session: Session, case_id: UUID) -> Response:
    """Write the next version and keep it as a draft, or propose it."""
    form, written = request.form, plan_forms.typed(request.form)
    heading = case_heading(session, case_id)
    if (lines := plan_forms.after_button(written, form.get("do", ""))) is not None:
        return make_response(_editor(session, heading, None, lines, {}))
    try:
        once(session, form, lambda: _write(session, case_id, plan_forms.stated_from(written)))
    except Invalid as error:
        return refused(error, _editor(session, heading, None, written, plan_shown.errors(error)))
    except Conflict as error:
        return _overtaken(session, heading, error)
    plan = revising.undecided_plan(session, case_id)
    return _kept(session, heading, plan, form) if plan else see_other(url_for(".index", case_id=case_id))


@blp.get("/cases/<uuid:case_id>/plans/<uuid:plan_id>")
@page_door("plan", "read")
def one(session: Session, case_id: UUID, plan_id: UUID) -> str:
    """One version: its form while it is a draft and the reader writes it, else what was planned and what can be done."""
    heading, card = plan_shown.reached(session, case_id, plan_id)
    if card.state == PlanState.DRAFT and heading.may_write:
        return _editor(session, heading, card, plan_forms.lines_of(card), {})
    return plan_shown.page(session, heading, card, Form(), {})


@blp.post("/cases/<uuid:case_id>/plans/<uuid:plan_id>")
@page_door("plan", "write")
def change(session: Session, case_id: UUID, plan_id: UUID) -> Response:
    """Save the draft with `do=save`, propose it with `do=propose`, or add and take away lines."""
    form, written = request.form, plan_forms.typed(request.form)
    plan = _of_case(session, case_id, plan_id)
    heading = case_heading(session, case_id)
    if (lines := plan_forms.after_button(written, form.get("do", ""))) is not None:
        return make_response(_editor(session, heading, plan_cards.plan_card(session, plan), lines, {}, form))
    try:
        check_seen(form, plan.version)
        _rewrite(session, plan, plan_forms.stated_from(written))
    except Conflict as error:
        if error.code != "changed" or plan.state != PlanState.DRAFT:
            return _overtaken(session, heading, error)
        page = _editor(session, heading, plan_cards.plan_card(session, plan), written, {"": changed()})
        return make_response(page, 409)
    except Invalid as error:
        page = _editor(session, heading, plan_cards.plan_card(session, plan), written, plan_shown.errors(error), form)
        return refused(error, page)
    return _kept(session, heading, plan, form)


@blp.post("/cases/<uuid:case_id>/plans/<uuid:plan_id>/decision")
@page_door("plan", "decide")
def decide(session: Session, case_id: UUID, plan_id: UUID) -> Response:
    """A supervisor approves a version or returns it, never the own."""
    form = request.form
    plan = _of_case(session, case_id, plan_id)
    try:
        once(session, form, lambda: _decide(session, plan, form))
    except REFUSALS as error:
        return plan_shown.again(session, case_id, plan_id, form, error)
    return see_other(_address(case_id, plan_id, form.get("decision")))


@blp.post("/cases/<uuid:case_id>/plans/<uuid:plan_id>/agreement")
@page_door("plan", "write")
def agree(session: Session, case_id: UUID, plan_id: UUID) -> Response:
    """Write down that the person agrees to this version."""
    form = request.form
    _of_case(session, case_id, plan_id)
    try:
        planning.record_plan_agreement(session, plan_id, **plan_forms.plan_agreement_from(form))
    except REFUSALS as error:
        return plan_shown.again(session, case_id, plan_id, form, error)
    return see_other(_address(case_id, plan_id, "plan_agreed"))


def _decide(session: Session, plan: Plan, form: Form) -> UUID:
    check_seen(form, plan.version)
    return decisions.decide_plan(session, plan.id, **plan_forms.approval_from(form)).id


def _write(session: Session, case_id: UUID, stated: plan_forms.Stated) -> UUID:
    try:
        written = planning.write_plan(session, case_id, goals=stated.goals, tapers=stated.tapers, propose=False)
    except Invalid as error:
        raise Invalid(error.detail, errors=stated.placed(error.errors)) from error
    return written.id


def _rewrite(session: Session, plan: Plan, stated: plan_forms.Stated) -> None:
    try:
        planning.change_plan(session, plan, stated.goals, stated.tapers)
    except Invalid as error:
        raise Invalid(error.detail, errors=stated.placed(error.errors)) from error


def _kept(session: Session, heading: CaseHeading, plan: Plan, form: Form) -> Response:
    """After the draft was saved: propose it where that was asked; what it lacks is said, and what was saved stays."""
    # A second press of the button finds it proposed.
    if form.get("do") != "propose" or plan.state != PlanState.DRAFT:
        return see_other(_address(heading.id, plan.id, "saved"))
    try:
        planning.propose_plan(session, plan.id)
    except RuleBroken as error:
        card = plan_cards.plan_card(session, plan)
        page = _editor(session, heading, card, plan_forms.lines_of(card), plan_shown.errors(error))
        return make_response(page, status_of(error))
    return see_other(_address(heading.id, plan.id, "proposed"))


def _overtaken(session: Session, heading: CaseHeading, error: Conflict) -> Response:
    waiting = revising.undecided_plan(session, heading.id)
    if waiting is None:
        raise error
    card = plan_cards.read_plan(session, waiting.id)
    return refused(error, plan_shown.page(session, heading, card, Form(), mistakes(error)))


def _editor(
    session: Session,
    heading: CaseHeading,
    card: plan_cards.PlanCard | None,
    written: plan_forms.Written,
    errors: Errors,
    form: Form | None = None,
) -> str:
    named = [step["responsible_organisation_id"] for goal in written.goals for step in goal["steps"]]
    return shown(
        session,
        "plan_form",
        form if form is not None else Form({"version": str(card.version)} if card else {}),
        errors,
        heading=heading,
        card=card,
        goals=written.goals,
        tapers=written.tapers,
        programmes=plan_shown.programmes(session),
        domains=wording.domains(),
        lacks=plan_shown.lacks(card) if card and not errors else {},
        offices=offices_near(session, near(heading, session), plan_shown.uuids([*named, heading.organisation_id])),
        names=names_of(session, [card.author_id] if card else []),
    )


def _of_case(session: Session, case_id: UUID, plan_id: UUID) -> Plan:
    plan = plan_for(session, plan_id, lock=True)
    if plan.case_id != case_id:
        raise NotFound("There is no such plan.")
    return plan


def _address(case_id: UUID, plan_id: UUID, notice: str | None = None) -> str:
    return url_for("casework_pages.plans.one", case_id=case_id, plan_id=plan_id, notice=notice)
