"""Sample calls of the first page and of the pages of a task; the tasks are those of `tasks`."""

from tests.access.samples import Sample

TASK_FORM = {"text": "Telepon", "due_on": "2099-12-01"}
REACH: dict[tuple[str, str], set[str]] = {}
SAMPLES: dict[str, Sample] = {}
PAGES = {
    "GET /": Sample(),
    "GET /tasks/<uuid:task_id>": Sample("task"),
    "POST /tasks/<uuid:task_id>/completion": Sample("task", status=303),
    "POST /tasks/<uuid:task_id>/take": Sample("task", status=303),
    "POST /tasks/<uuid:task_id>/handover": Sample("task", {"version": "1", "user_id": ""}, 303),
    "POST /tasks/<uuid:task_id>/day": Sample("task", {"version": "1", "due_on": "2099-12-31"}, 303),
    "POST /tasks/<uuid:task_id>/cancellation": Sample("task", {"version": "1", "reason": "not_needed"}, 303),
    "GET /clients/<uuid:client_id>/tasks/new": Sample("client"),
    "POST /clients/<uuid:client_id>/tasks/new": Sample("client", TASK_FORM, 303),
}
