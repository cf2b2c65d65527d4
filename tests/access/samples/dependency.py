"""Sample calls of dependency: people with a case, their flags and exemptions, of the own and of another UPT."""

from typing import Any

from kessos_case.dependency.rules import FlagCause, FlagKind
from tests.access.samples import CASEWORK, OTHER_UPT, Sample
from tests.factories import cases, fresh_id
from tests.factories import dependency as maker

# Flags are reviewed by supervisors; a caseworker sees them and decides nothing.
REACH = {(kind, "own"): CASEWORK for kind in ("scored", "flag", "exempt")}
REACH |= {(kind, "foreign"): set[str]() for kind in ("scored", "flag", "exempt")}
EXEMPTION = {"ground": "objection", "source": "statement", "from_on": "2026-01-01"}
REVIEW = {"opinion": "agree", "reason": "Lama menunggu"}
SAMPLES = {
    "GET /clients/<uuid:client_id>/dependency": Sample("scored"),
    "POST /clients/<uuid:client_id>/dependency/recalculation": Sample("scored", status=201),
    "POST /clients/<uuid:client_id>/dependency/what_if": Sample("flag", {"facts": {}}, by_role={"supervisor": 409}),
    "POST /dependency/what_if": Sample(
        body=lambda world: {"client_id": str(world.scored), "step_kind": "course"}, by_role={"supervisor": 409}
    ),
    "GET /dependency/scores": Sample(),
    "GET /dependency/flags": Sample(),
    "GET /dependency/flags/<uuid:flag_id>": Sample("flag"),
    "POST /dependency/flags/<uuid:flag_id>/review": Sample("flag", REVIEW, 201),
    "GET /dependency/reviews/summary": Sample(),
    "GET /dependency/policies": Sample(),
    "GET /clients/<uuid:client_id>/exemptions": Sample("exempt"),
    "POST /clients/<uuid:client_id>/exemptions": Sample("scored", EXEMPTION, 201),
    "POST /exemptions/<uuid:exemption_id>/ending": Sample("exempt", status=201),
}
OPINION = {"form": "opinion", "version": "1", "opinion": "agree", "reason": "Lama menunggu"}
PAGES = {
    "GET /dependency/flags": Sample(),
    "GET /dependency/flags/<uuid:flag_id>": Sample("flag"),
    "POST /dependency/flags/<uuid:flag_id>/review": Sample("flag", OPINION, 303),
}


def furnish(world: Any) -> None:
    """A scored person with a flag and one who objects, of the own UPT for whoever works there, and of another one."""
    world.scored = fresh_id()
    if world.role in CASEWORK:
        worker = world.user if world.role == "caseworker" else world.make.caseworker()
        _people(world, worker, "own")
        world.scored = world.objects["scored", "own"]["client_id"]
    _people(world, world.make.caseworker(OTHER_UPT), "foreign")


def _people(world: Any, worker: Any, which: str) -> None:
    make = world.make
    case = maker.long_aided(make, worker, months=12)
    maker.scored(case.client_id)
    flag_id = maker.raised(case, FlagKind.SAMPLE, FlagCause.LOT)
    objecting = cases.open_case(make, worker, maker.person(make, worker), category="PPKS-24")
    made = maker.exemption(make, worker, objecting.client_id)
    world.objects["scored", which] = {"client_id": case.client_id}
    world.objects["flag", which] = {"client_id": case.client_id, "flag_id": flag_id}
    world.objects["exempt", which] = {"client_id": objecting.client_id, "exemption_id": made.id}
