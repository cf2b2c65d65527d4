"""Sample calls of households, and those of an own and of a foreign person."""

from typing import Any

from tests.access.samples import CASEWORK, OTHER_UPT, Sample
from tests.factories.households import membership

REACH = {("household", "own"): CASEWORK | {"triage"}, ("household", "foreign"): set[str]()}
JOINING = {"relation": "head", "from": "2024-01", "to": "2024-12"}
SAMPLES = {
    "GET /clients/<uuid:client_id>/households": Sample("household"),
    "POST /clients/<uuid:client_id>/households": Sample("household", JOINING, 201),
    "GET /households/<uuid:household_id>": Sample("household"),
    "POST /household_memberships/<uuid:membership_id>/ending": Sample("household", {"to": "2026-01"}, 201),
    "POST /household_memberships/<uuid:membership_id>/void": Sample("household", status=201),
}

MOVING = {"relation": "head", "from": "2026-01", "moving": "1"}
PAGES = {
    "GET /clients/<uuid:client_id>/households": Sample("household"),
    "POST /clients/<uuid:client_id>/households": Sample("household", MOVING, 303),
    "POST /clients/<uuid:client_id>/households/<uuid:membership_id>/ending": Sample(
        "household", {"to": "2026-01"}, 303
    ),
    "POST /clients/<uuid:client_id>/households/<uuid:membership_id>/void": Sample("household", status=303),
}


def furnish(world: Any) -> None:
    """An own person in a household where the role can have one, and a foreign person in another."""
    if world.role in REACH["household", "own"]:
        world.objects["household", "own"] = _household(world, world.user)
    world.objects["household", "foreign"] = _household(world, world.make.caseworker(OTHER_UPT))


def _household(world: Any, by: Any) -> dict[str, Any]:
    made = membership(world.make, by, world.make.client(by).id)
    return {"client_id": made.client_id, "household_id": made.household_id, "membership_id": made.id}
