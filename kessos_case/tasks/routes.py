"""JSON endpoints of tasks."""

from kessos_case.core.paging import Page, page
from kessos_case.tasks import queries, service
from kessos_case.tasks import schemas as s
from kessos_case.tasks.models import Task
from kessos_case.web.api import IDEMPOTENCY_KEY, IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint("tasks", __name__, description="What somebody must do by when")


@blp.get("/tasks")
@door("task", "read")
@blp.response(200, listed(s.TaskOut))
@blp.arguments(s.TaskArgs, location="query")
def tasks(session, args):
    """Own tasks and those of the own desk, the most urgent first; `mine` and `overdue` narrow them."""
    select = queries.tasks(args, service.desks(session), session.actor.user_id, session.now)
    found = page(session, select, [Task.due_at, Task.id], page_request(args))
    return Page(service.listed_cards(session, found.items), found.next_cursor)


@blp.post("/tasks")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("task", "create")
@blp.response(201, s.TaskOut)
@blp.arguments(s.TaskIn)
@idempotent(again=service.read_task)
def add_task(session, data):
    """Write down what is to be done about a person."""
    return service.add_task(session, **data)


@blp.get("/tasks/<uuid:task_id>")
@door("task", "read")
@blp.response(200, s.TaskOut)
def task(session, task_id):
    """One task."""
    found = service.read_task(session, task_id)
    return found, etag(found.version)


@blp.patch("/tasks/<uuid:task_id>")
@blp.doc(parameters=[IF_MATCH])
@door("task", "change")
@blp.response(200, s.TaskOut)
@blp.arguments(s.TaskChange)
def change_task(session, data, task_id):
    """Hand a task to a colleague or move its day."""
    expected = expected_version()
    found = service.task_for(session, task_id, lock=True)
    check_version(found.version, expected, data, service.as_stated(found))
    changed = service.change_task(session, found, data)
    return changed, etag(changed.version)


@blp.post("/tasks/<uuid:task_id>/completion")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("task", "complete")
@blp.response(201, s.TaskOut)
@blp.arguments(s.TaskCompletion)
@idempotent(again=service.read_task)
def complete_task(session, _data, task_id):
    """It is done. Saying so twice changes nothing."""
    return service.complete_task(session, task_id)


@blp.post("/tasks/<uuid:task_id>/cancellation")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("task", "change")
@blp.response(201, s.TaskOut)
@blp.arguments(s.TaskCancellation)
@idempotent(again=service.read_task)
def cancel_task(session, data, task_id):
    """It need not be done, for a reason."""
    return service.cancel_task(session, task_id, **data)
