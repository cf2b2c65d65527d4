"""Sample calls of the caseload: its page, and passing cases on."""

from typing import Any

from tests.access.samples import CASEWORK, OTHER_UPT, Sample
from tests.factories import cases

REACH: dict[tuple[str, str], set[str]] = {("led_office", "own"): {"supervisor"}, ("led_office", "foreign"): set[str]()}
SAMPLES: dict[str, Sample] = {
    "GET /offices/<uuid:organisation_id>/caseworkers": Sample("led_office"),
    "POST /offices/<uuid:organisation_id>/hand-overs": Sample(
        "led_office", lambda world: {"from_id": str(world.giver), "to": [{"user_id": str(world.receiver)}]}, 201
    ),
}
PAGES = {
    "GET /cases": Sample(),
    "GET /cases/hand-over": Sample(),
    "POST /cases/hand-over": Sample(
        body=lambda world: {"from": str(world.giver), "user_id": str(world.receiver), "which": "all"}, status=303
    ),
}


def furnish(world: Any) -> None:
    """Two caseworkers of the own UPT, one of whom has a case."""
    make = world.make
    giver, receiver = make.caseworker(), make.caseworker()
    cases.open_case(make, giver)
    world.giver, world.receiver = giver.id, receiver.id
    if world.role in CASEWORK:
        world.objects["led_office", "own"] = {"organisation_id": giver.organisation_id}
    world.objects["led_office", "foreign"] = {"organisation_id": make.organisation(OTHER_UPT).id}
