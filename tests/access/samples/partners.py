"""Sample calls of the directory, and a service of the own organisation."""

from datetime import date
from typing import Any

from kessos_case.access.rules import Role
from tests.access.samples import V1, Sample
from tests.factories.partners import agree, contact, offer_service, open_places, pause

SERVICE = {"service_type": "temporary_shelter", "name": "Rumah Singgah", "coverage": ["35.09"]}
YEAR = {"starts_on": "2027-01-01", "ends_on": "2027-12-31"}
# The directory is open to whoever has signed in.
REACH = {("partner", "own"): {role.value for role in Role}}
SAMPLES = {
    "GET /partners": Sample(),
    "GET /partners/<uuid:organisation_id>": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/confirmation": Sample("partner", {}, 201),
    "GET /partners/<uuid:organisation_id>/contacts": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/contacts": Sample(
        "partner", {"name": "Piket", "phone": "0812-3456-7890"}, 201
    ),
    "PATCH /partners/<uuid:organisation_id>/contacts/<uuid:contact_id>": Sample(
        "partner", {"position": "Ketua"}, headers=V1
    ),
    "GET /partners/<uuid:organisation_id>/services": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/services": Sample("partner", SERVICE, 201),
    "PATCH /partners/<uuid:organisation_id>/services/<uuid:service_id>": Sample("partner", {"max_age": 60}, headers=V1),
    "GET /partners/<uuid:organisation_id>/capacity": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/capacity": Sample("partner", lambda world: world.new_capacity, 201),
    "GET /partners/<uuid:organisation_id>/agreements": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/agreements": Sample(
        "partner", YEAR | {"number": "PKS-9"}, 201, by_role={"supervisor": 403, "partner": 403}
    ),
    "POST /partners/<uuid:organisation_id>/agreements/<uuid:agreement_id>/ending": Sample(
        "partner", {"reason": "by_both"}, 201, by_role={"supervisor": 403, "partner": 403}
    ),
    "GET /partners/<uuid:organisation_id>/pauses": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/pauses": Sample("partner", YEAR | {"reason": "holiday"}, 201),
    "POST /partners/<uuid:organisation_id>/pauses/<uuid:pause_id>/ending": Sample("partner", status=201),
}

# Typed into a form, where a list of one is a word.
PAGE_SERVICE = SERVICE | {"coverage": "35.09"}
PAGE_CONTACT = {"name": "Piket", "phone": "0812-3456-7890"}
_PAUSE = {"until": "today", "reason": "full"}
_ADMINISTRATORS = {"supervisor": 403, "partner": 403}
PAGES = {
    "GET /partners": Sample(),
    # Who keeps every entry has none of his own.
    "GET /partners/own": Sample(by_role={"administrator": 303}),
    "GET /partners/<uuid:organisation_id>": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/confirmation": Sample("partner", status=303),
    "GET /partners/<uuid:organisation_id>/pauses/new": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/pauses": Sample("partner", _PAUSE, 303),
    "POST /partners/<uuid:organisation_id>/pauses/<uuid:pause_id>/ending": Sample("partner", status=303),
    "GET /partners/<uuid:organisation_id>/services/new": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/services/new": Sample("partner", PAGE_SERVICE, 303),
    "GET /partners/<uuid:organisation_id>/services/<uuid:service_id>": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/services/<uuid:service_id>": Sample(
        "partner", PAGE_SERVICE | {"version": "1"}, 303
    ),
    "POST /partners/<uuid:organisation_id>/services/<uuid:service_id>/ending": Sample("partner", status=303),
    "GET /partners/<uuid:organisation_id>/services/<uuid:service_id>/places": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/services/<uuid:service_id>/places": Sample(
        "partner", YEAR | {"of": "next", "places": "4"}, 303
    ),
    "GET /partners/<uuid:organisation_id>/contacts/new": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/contacts/new": Sample("partner", PAGE_CONTACT, 303),
    "GET /partners/<uuid:organisation_id>/contacts/<uuid:contact_id>": Sample("partner"),
    "POST /partners/<uuid:organisation_id>/contacts/<uuid:contact_id>": Sample(
        "partner", PAGE_CONTACT | {"version": "1"}, 303
    ),
    "GET /partners/<uuid:organisation_id>/agreements/new": Sample("partner", by_role=_ADMINISTRATORS),
    "POST /partners/<uuid:organisation_id>/agreements/new": Sample(
        "partner", YEAR | {"number": "PKS-9"}, 303, by_role=_ADMINISTRATORS
    ),
    "GET /partners/<uuid:organisation_id>/agreements/<uuid:agreement_id>/ending": Sample(
        "partner", by_role=_ADMINISTRATORS
    ),
    "POST /partners/<uuid:organisation_id>/agreements/<uuid:agreement_id>/ending": Sample(
        "partner", {"reason": "by_both", "ends_on": "2098-12-31"}, 303, by_role=_ADMINISTRATORS
    ),
}


def furnish(world: Any) -> None:
    """A service of the user's organisation with places, an agreement and a pause."""
    office = world.user.organisation_id
    offered = offer_service(world.make, office)
    open_places(world.make, offered)
    world.objects["partner", "own"] = {
        "organisation_id": office,
        "service_id": offered.id,
        "agreement_id": agree(world.make, office, ends_on=date(2099, 12, 31)).id,
        "contact_id": contact(world.make, office).id,
        "pause_id": pause(world.make, office).id,
    }
    world.new_capacity = YEAR | {"service_id": str(offered.id), "places": 4}
