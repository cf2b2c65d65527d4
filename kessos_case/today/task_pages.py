"""Pages of one task: what and why, do it, take it, hand it on, move its day, say that it need not be done; write a new one.

They stand here and not in tasks because the reason behind a task lies in other rooms.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.clients.service import read_client
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid
from kessos_case.tasks import forms, service
from kessos_case.tasks import wording as task_wording
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import CLOSED_BY_DOING
from kessos_case.today import wording
from kessos_case.today.service import card_of_task, desk_role
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once, word_of
from kessos_case.web.pages import local_path, may, page_door, see_other

blp = Blueprint("task_pages", __name__)


@blp.get("/tasks/<uuid:task_id>")
@page_door("task", "read")
def one(session: Session, task_id: UUID) -> str:
    """One task: what, why, whose, until when, and what can be done with it."""
    return _one(session, task_id, Form(), {})


def _saying_why(verb: Callable[[Session, UUID], str]) -> Callable[[Session, UUID], Response]:
    """Do the verb and lead on with what it did; a refusal is the task's page with the reason and all that was typed."""

    @wraps(verb)
    def done(session: Session, task_id: UUID) -> Response:
        try:
            notice = verb(session, task_id)
        except Invalid as error:
            errors = task_wording.mistakes(error.errors)
            return make_response(_one(session, task_id, request.form, errors), status_of(error))
        except Conflict as error:
            refused = {"": task_wording.refused(error.code)}
            return make_response(_one(session, task_id, request.form, refused), status_of(error))
        return _lead_on(task_id, notice)

    return done


@blp.post("/tasks/<uuid:task_id>/completion")
@page_door("task", "complete")
@_saying_why
def complete(session: Session, task_id: UUID) -> str:
    """It is done. Saying so twice changes nothing."""
    service.complete_task(session, task_id)
    return "done"


@blp.post("/tasks/<uuid:task_id>/take")
@page_door("task", "change")
@_saying_why
def take(session: Session, task_id: UUID) -> str:
    """Hand a task of the desk to oneself, unless a colleague was first."""
    service.take_task(session, task_id)
    return "taken"


@blp.post("/tasks/<uuid:task_id>/handover")
@page_door("task", "change")
@_saying_why
def hand_over(session: Session, task_id: UUID) -> str:
    """Give it to a colleague, or back to the desk."""
    service.change_task(session, _seen(session, task_id), forms.handover_from(request.form))
    return "handed_over"


@blp.post("/tasks/<uuid:task_id>/day")
@page_door("task", "change")
@_saying_why
def move_day(session: Session, task_id: UUID) -> str:
    """Let it be due on another day."""
    service.change_task(session, _seen(session, task_id), forms.day_from(request.form, office_day(session.now)))
    return "day_moved"


@blp.post("/tasks/<uuid:task_id>/cancellation")
@page_door("task", "change")
@_saying_why
def cancel(session: Session, task_id: UUID) -> str:
    """It need not be done, for a reason."""
    _seen(session, task_id)
    service.cancel_task(session, task_id, forms.reason_from(request.form))
    return "cancelled"


@blp.get("/clients/<uuid:client_id>/tasks/new")
@page_door("task", "create")
def new_form(session: Session, client_id: UUID) -> str:
    """The form to write down what is to be done about a person."""
    own = Form({"user_id": str(session.actor.user_id), "next": request.args.get("next", "")})
    return _new(session, client_id, own, {})


@blp.post("/clients/<uuid:client_id>/tasks/new")
@page_door("task", "create")
def add(session: Session, client_id: UUID) -> Response:
    """Write it down. What is wrong comes back at its field, with all that was typed."""
    try:
        stated = forms.new_task_from(request.form, office_day(session.now))
        once(session, request.form, lambda: _added(session, client_id, stated))
    except Invalid as error:
        errors = task_wording.mistakes(error.errors)
        return make_response(_new(session, client_id, request.form, errors), status_of(error))
    except Conflict as error:
        refused = {"": task_wording.refused(error.code)}
        return make_response(_new(session, client_id, request.form, refused), status_of(error))
    return see_other(_with_notice(local_path(request.form.get("next")), "added"))


def _added(session: Session, client_id: UUID, stated: dict[str, Any]) -> UUID:
    role = desk_role(session)
    return service.add_task(session, client_id=client_id, role=role, **stated).id


def _seen(session: Session, task_id: UUID) -> Task:
    """The task, held, as the writer saw it. Raises Conflict `changed` where somebody changed it since."""
    found = service.task_for(session, task_id, lock=True)
    check_seen(request.form, found.version)
    return found


def _one(session: Session, task_id: UUID, form: Form, errors: dict[str, str]) -> str:
    card = service.read_task(session, task_id)
    task = service.task_for(session, task_id)
    is_ours = task.user_id == session.actor.user_id or task.organisation_id in service.desks(session)
    is_open = card.closed_at is None and is_ours
    may_change = is_open and may("task", "change")
    return render_template(
        "today/task.html",
        task=task,
        text=card.text,
        card=card_of_task(session, task),
        may_change=may_change,
        may_complete=is_open and may("task", "complete") and task.kind not in CLOSED_BY_DOING,
        colleagues=service.colleagues_for(session, task.organisation_id, task.role) if may_change else {},
        form=form,
        errors=errors,
        me=session.actor.user_id,
        notice=wording.NOTICES.get(request.args.get("notice", "")),
        words=wording,
        task_words=task_wording,
    )


def _new(session: Session, client_id: UUID, form: Form, errors: dict[str, str]) -> str:
    person, office = read_client(session, client_id), session.actor.organisation_id
    return render_template(
        "today/new_task.html",
        client_id=client_id,
        who=person.label,
        colleagues=service.colleagues_for(session, office, desk_role(session)) if office else {},
        form=form,
        errors=errors,
        me=session.actor.user_id,
        once=word_of(form),
    )


def _lead_on(task_id: UUID, notice: str) -> Response:
    """Back to where the verb was pressed, else to the task."""
    after = request.form.get("next")
    return see_other(_with_notice(local_path(after) if after else url_for("task_pages.one", task_id=task_id), notice))


def _with_notice(address: str, notice: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}notice={notice}"
