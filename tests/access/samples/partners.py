"""Sample calls of the directory, and a service of the own organisation."""

from typing import Any

from kessos_case.access.rules import Role
from tests.access.samples import V1, Sample
from tests.factories.partners import agree, offer_service, open_places, pause

SERVICE = {"service_type": "temporary_shelter", "name": "Rumah Singgah", "coverage": ["35.09"]}
YEAR = {"starts_on": "2027-01-01", "ends_on": "2027-12-31"}
# The directory is open to whoever has signed in.
REACH = {("partner", "own"): {role.value for role in Role}}
SAMPLES = {
    "GET /partners": Sample(),
    "GET /partners/<uuid:organisation_id>": Sample("partner"),
    "GET /partners/<uuid:organisation_id>/services": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/services": Sample("partner", SERVICE, 201),
    "PATCH /partners/<uuid:organisation_id>/services/<uuid:service_id>": Sample("partner", {"max_age": 60}, headers=V1),
    "GET /partners/<uuid:organisation_id>/capacity": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/capacity": Sample("partner", lambda world: world.new_capacity, 201),
    "GET /partners/<uuid:organisation_id>/agreements": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/agreements": Sample(
        "partner", YEAR | {"number": "PKS-9"}, 201, by_role={"supervisor": 403, "partner": 403}
    ),
    "GET /partners/<uuid:organisation_id>/pauses": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/pauses": Sample("partner", YEAR | {"reason": "holiday"}, 201),
    "POST /partners/<uuid:organisation_id>/pauses/<uuid:pause_id>/ending": Sample("partner", status=201),
}


def furnish(world: Any) -> None:
    """A service of the user's organisation with places, an agreement and a pause."""
    office = world.user.organisation_id
    offered = offer_service(world.make, office)
    open_places(world.make, offered)
    agree(world.make, office)
    world.objects["partner", "own"] = {
        "organisation_id": office,
        "service_id": offered.id,
        "pause_id": pause(world.make, office).id,
    }
    world.new_capacity = YEAR | {"service_id": str(offered.id), "places": 4}
