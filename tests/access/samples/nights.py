"""Sample calls of nights, and a night that anybody might have begun."""

from typing import Any

from tests.access.samples import Sample
from tests.factories import nights

REACH = {("night", "own"): {"dpo", "administrator"}}
SAMPLES = {
    "GET /nights": Sample(),
    "GET /nights/<uuid:night_id>": Sample("night"),
    "GET /me/digest": Sample(),
}


def furnish(world: Any) -> None:
    """A night of which nothing is done."""
    world.objects["night", "own"] = {"night_id": nights.begun().id}
