"""Sample calls of tasks, and tasks of the own desk and of another."""

from typing import Any

from tests.access.samples import CASEWORK, OTHER_UPT, V1, Sample

# By name and by desk; a TKSK has those that carry his name.
REACH = {("task", "own"): CASEWORK | {"triage"}, ("task", "foreign"): set[str]()}
SAMPLES = {
    "GET /tasks": Sample(),
    "POST /tasks": Sample(body=lambda world: world.new_task, status=201),
    "GET /tasks/<uuid:task_id>": Sample("task"),
    "PATCH /tasks/<uuid:task_id>": Sample("task", {"due_on": "2026-12-31"}, headers=V1),
    "POST /tasks/<uuid:task_id>/completion": Sample("task", status=201),
    "POST /tasks/<uuid:task_id>/cancellation": Sample("task", {"reason": "not_needed"}, 201),
}


def furnish(world: Any) -> None:
    """A task about the own person and one about a foreign one."""
    about = world.objects.get(("client", "own"), {}).get("client_id")
    world.new_task = {"client_id": str(about), "text": "Telepon", "due_on": "2026-12-01"}
    if world.role in REACH["task", "own"]:
        world.objects["task", "own"] = {"task_id": world.make.task(world.user).id}
    world.objects["task", "foreign"] = {"task_id": world.make.task(world.make.caseworker(OTHER_UPT)).id}
