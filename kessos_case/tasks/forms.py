"""From the forms of tasks to what their schemas take."""

from datetime import date
from typing import Any

from kessos_case.core.errors import Invalid, field_error
from kessos_case.tasks.rules import TaskReason
from kessos_case.tasks.schemas import TaskCancellation, TaskChange, TaskIn
from kessos_case.web.forms import Form, loaded, said


def new_task_from(form: Form, today: date) -> dict[str, Any]:
    """A task written by hand, without the person. Raises Invalid naming each wrong field."""
    typed = {name: said(form, name) for name in ("text", "due_on", "user_id")}
    stated = loaded(TaskIn(exclude=("client_id",)), {name: value for name, value in typed.items() if value})
    _not_past(stated["due_on"], today)
    return {name: stated[name] for name in typed}


def handover_from(form: Form) -> dict[str, Any]:
    """Whom it goes to; nobody is the desk. Raises Invalid."""
    return loaded(TaskChange(only=("user_id",)), {"user_id": said(form, "user_id")})


def day_from(form: Form, today: date) -> dict[str, Any]:
    """The day it is moved to. Raises Invalid for none or one that is past."""
    stated = loaded(TaskChange(only=("due_on",)), {"due_on": said(form, "due_on") or ""})
    _not_past(stated["due_on"], today)
    return stated


def reason_from(form: Form) -> str:
    """Why it need not be done. Raises Invalid."""
    return str(TaskReason(loaded(TaskCancellation(), {"reason": said(form, "reason") or ""})["reason"]))


def _not_past(day: date, today: date) -> None:
    if day < today:
        raise Invalid("The day is past.", errors=[field_error("due_on", "in_past", "Name today or a later day.")])
