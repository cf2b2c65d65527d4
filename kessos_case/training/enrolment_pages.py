"""Pages of places in a batch: whom to enrol, for which step of his plan, and that somebody left."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, request, url_for

from kessos_case.cases.models import Case
from kessos_case.cases.rules import StepKind
from kessos_case.cases.service import case_for, is_own, listed_cards, open_steps, read_case
from kessos_case.clients.service import labels, search_clients
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.training import forms, page_queries, service
from kessos_case.training.models import Batch
from kessos_case.training.page_frame import Errors, mistakes, refused, shown
from kessos_case.web.forms import Form, said
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("enrolments", __name__)

A_PAGE = 20
MOST_FOUND = 30


@blp.get("/batches/<uuid:batch_id>/enrolments")
@page_door("training", "enrol")
def choose(session: Session, batch_id: UUID) -> str:
    """Whom to enrol: people of the office whose plan is carried out and who are not in the batch."""
    return _choose(session, batch_id, None)


@blp.post("/batches/<uuid:batch_id>/enrolments")
@page_door("training", "enrol")
def find(session: Session, batch_id: UUID) -> Response:
    """The same by name. A form and not an address: a name must not stand in one."""
    return make_response(_choose(session, batch_id, said(request.form, "q")))


@blp.get("/batches/<uuid:batch_id>/enrolments/new")
@page_door("training", "enrol")
def new(session: Session, batch_id: UUID) -> str:
    """The form for the person of `?case_id=`: the step of the plan, and the line where the batch is full."""
    return _new(session, batch_id, request.args, {})


@blp.post("/batches/<uuid:batch_id>/enrolments/new")
@page_door("training", "enrol")
def enrol(session: Session, batch_id: UUID) -> Response:
    """Give the person a place, or one in the line."""
    form, states = request.form, ["saved"]

    def enrolled() -> UUID:
        made = service.enrol(session, **forms.enrolment_from(form, batch_id))
        states.append(made.state)
        return made.id

    try:
        once(session, form, enrolled)
    except forms.REFUSALS as error:
        return refused(error, _new(session, batch_id, form, mistakes(error)))
    return see_other(url_for("training_pages.batches.one", batch_id=batch_id, notice=states[-1]))


@blp.get("/enrolments/<uuid:enrolment_id>/drop")
@page_door("training", "enrol")
def drop_form(session: Session, enrolment_id: UUID) -> str:
    """The form for somebody who leaves."""
    return _drop(session, enrolment_id, Form({"on": str(office_day(session.now))}), {})


@blp.post("/enrolments/<uuid:enrolment_id>/drop")
@page_door("training", "enrol")
def drop(session: Session, enrolment_id: UUID) -> Response:
    """Somebody leaves; his place goes to the first in line."""
    form = request.form
    try:
        once(session, form, lambda: service.drop_enrolment(session, enrolment_id, **forms.drop_from(form)).id)
    except forms.REFUSALS as error:
        return refused(error, _drop(session, enrolment_id, form, mistakes(error)))
    left = service.enrolment_for(session, enrolment_id)
    return see_other(url_for("training_pages.batches.one", batch_id=left.batch_id, notice="dropped"))


def _choose(session: Session, batch_id: UUID, text: str | None) -> str:
    batch, offices = service.batch_for(session, batch_id), service.own_offices(session)
    service.must_follow(session, batch.organisation_id)
    if text:
        people = [card.id for card in search_clients(session, text[:200], MOST_FOUND)]
        found = Page(session.scalars(page_queries.may_learn(batch, offices, people)).all(), None)
    else:
        asked = PageRequest(f"page:enrol:{batch_id}", A_PAGE, request.args.get("cursor"))
        found = page(
            session, page_queries.may_learn(batch, offices), [Case.stage_since, Case.id], asked, descending=True
        )
    return shown(
        "enrol_choose", Form({"q": text or ""}), {}, batch=service.batch_card(batch), next_cursor=found.next_cursor,
        cases=listed_cards(session, found.items), me=session.actor.user_id,
    )  # fmt: skip


def _new(session: Session, batch_id: UUID, form: Form, errors: Errors) -> str:
    batch, case = service.batch_for(session, batch_id), read_case(session, _case_id(form))
    service.must_follow(session, batch.organisation_id)
    steps = open_steps(session, case.id, case.client_id, StepKind.COURSE)
    checked = _checked(session, batch, case.id, form)
    return shown(
        "enrol", _filled(form, steps), errors, batch=service.batch_card(batch), case=case, steps=steps, checked=checked,
        outlook=service.outlooks(session, [batch.course])[batch.course_id],
        may_waive=service.may_waive(session, case.organisation_id),
    )  # fmt: skip


def _checked(session: Session, batch: Batch, case_id: UUID, form: Form) -> list[service.Checked]:
    """How the person stands to what the course asks for, with the papers that are ticked; of a foreign case nothing."""
    case = case_for(session, case_id)
    return service.check_requirements(session, case, batch, forms.documents_in(form)) if is_own(session, case) else []


def _filled(form: Form, steps: dict[str, str]) -> Form:
    """The only step of the plan that is a course is meant, unless something else was chosen."""
    filled = Form(form.items(multi=True))
    if "plan_step_id" not in filled and len(steps) == 1:
        filled["plan_step_id"] = next(iter(steps))
    return filled


def _drop(session: Session, enrolment_id: UUID, form: Form, errors: Errors) -> str:
    card: Any = service.read_enrolment(session, enrolment_id)
    service.must_be_own(session, card.organisation_id)
    label = labels(session, [card.client_id], in_list=False)[card.client_id]
    return shown("drop", form, errors, card=card, label=label)


def _case_id(form: Form) -> UUID:
    try:
        return UUID(form.get("case_id", ""))
    except ValueError as error:
        raise NotFound("There is no such case.") from error
