"""Sample calls of letters: a person with an approved plan and a letter about it, of the own and of another UPT."""

from typing import Any

from kessos_case.letters import service
from kessos_case.letters.rules import LetterKind
from tests.access.samples import CASEWORK, OTHER_UPT, Sample
from tests.factories import cases, casework, fresh_id

REACH = {("letter", "own"): CASEWORK, ("letter", "foreign"): set[str]()}
SAMPLES = {
    "GET /clients/<uuid:client_id>/letters": Sample("letter"),
    "POST /clients/<uuid:client_id>/letters": Sample("letter", lambda world: world.letter, 201),
    "GET /letters/<uuid:letter_id>": Sample("letter"),
    "POST /letters/<uuid:letter_id>/revocation": Sample("letter", {"reason": "mistake"}, 201),
}
PAGES = {
    "GET /clients/<uuid:client_id>/letters": Sample("letter"),
    "POST /clients/<uuid:client_id>/letters": Sample("letter", lambda world: world.letter, 303),
    "GET /letters/<uuid:letter_id>.pdf": Sample("letter"),
    "POST /letters/<uuid:letter_id>/revocation": Sample("letter", {"reason": "mistake"}, 303),
    # A desk writes letters and teaches nobody; nobody has passed this batch.
    "GET /batches/<uuid:batch_id>/certificates": Sample("batch", by_role={"triage": 403}),
    "POST /batches/<uuid:batch_id>/certificates": Sample("batch", {}, 303, by_role={"triage": 403}),
    "GET /batches/<uuid:batch_id>/certificates.pdf": Sample("batch", status=409, by_role={"triage": 403}),
}


def furnish(world: Any) -> None:
    """A letter of the own UPT for whoever works there, and one of another UPT."""
    world.letter = {"kind": "plan", "subject_id": str(fresh_id())}
    if world.role in CASEWORK:
        worker = world.user if world.role == "caseworker" else world.make.caseworker()
        world.objects["letter", "own"] = _letter(world, worker)
        world.letter = {"kind": "plan", "subject_id": str(world.objects["letter", "own"].pop("subject_id"))}
    foreign = _letter(world, world.make.caseworker(OTHER_UPT))
    world.objects["letter", "foreign"] = {name: foreign[name] for name in ("client_id", "letter_id")}


def _letter(world: Any, worker: Any) -> dict[str, Any]:
    case = cases.open_case(world.make, worker)
    plan = casework.approved_plan(world.make, worker, case.id)
    with world.make.acting(worker) as session:
        made, _is_new = service.issue(session, LetterKind.PLAN, plan.id)
    return {"client_id": case.client_id, "letter_id": made.id, "subject_id": plan.id}
