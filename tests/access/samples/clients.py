"""Sample calls of clients, and people of the own, of a foreign office, and hidden."""

from typing import Any

from tests.access.samples import CASEWORK, OTHER_UPT, V1, Sample

CONSENT = {"purpose": "disclosure", "form": "signed", "given_on": "2026-01-05"}
ALERT = {"kind": "violence", "severity": "high"}
REACH = {
    ("client", "own"): CASEWORK | {"triage"},
    ("client", "foreign"): set[str](),
    ("client", "restricted"): set[str](),
}
SAMPLES = {
    "GET /clients": Sample(),
    "POST /clients": Sample(body={"name": "Zulkarnain Wicaksana", "sex": "L"}, status=201),
    "GET /clients/<uuid:client_id>": Sample("client"),
    "PATCH /clients/<uuid:client_id>": Sample("client", {"name": "Nama Baru"}, headers=V1),
    "GET /clients/<uuid:client_id>/numbers": Sample("client"),
    "GET /clients/<uuid:client_id>/timeline": Sample("client"),
    "GET /clients/<uuid:client_id>/consents": Sample("client"),
    "POST /clients/<uuid:client_id>/consents": Sample("client", CONSENT, 201),
    "POST /clients/<uuid:client_id>/consents/<uuid:consent_id>/withdrawal": Sample("client", status=201),
    "GET /clients/<uuid:client_id>/alerts": Sample("client"),
    "POST /clients/<uuid:client_id>/alerts": Sample("client", ALERT, 201),
    "POST /clients/<uuid:client_id>/alerts/<uuid:alert_id>/ending": Sample("client", status=201),
}
PAGES = {
    "GET /clients/<uuid:client_id>/consents": Sample("client"),
    "POST /clients/<uuid:client_id>/consents": Sample("client", CONSENT, 303),
    "POST /clients/<uuid:client_id>/consents/<uuid:consent_id>/withdrawal": Sample("client", {"do": "x"}, 303),
    "GET /clients/<uuid:client_id>/alerts": Sample("client"),
    "POST /clients/<uuid:client_id>/alerts": Sample("client", ALERT, 303),
    "POST /clients/<uuid:client_id>/alerts/<uuid:alert_id>/ending": Sample("client", {"do": "x"}, 303),
    "GET /clients": Sample(),
    "POST /clients": Sample(body={"q": "Siti"}, status=303),
    "GET /clients/new": Sample(),
    "POST /clients/new": Sample(body={"name": "Zulkarnain Wicaksana", "sex": "L"}, status=303),
    "GET /clients/<uuid:client_id>": Sample("client"),
    "POST /clients/<uuid:client_id>/numbers": Sample("client"),
    "GET /clients/<uuid:client_id>/death": Sample("client"),
    "POST /clients/<uuid:client_id>/death": Sample("client", {"died_on": "2026-01-05", "sure": "1"}, 303),
    "GET /clients/<uuid:client_id>/edit": Sample("client"),
    "POST /clients/<uuid:client_id>/edit": Sample("client", {"version": "1", "name": "Baru", "sex": "P"}, 303),
}


def furnish(world: Any) -> None:
    """An own person where the role can have one, a foreign one, and a child of another office."""
    if world.role in REACH["client", "own"]:
        world.objects["client", "own"] = _person(world, world.user)
    stranger = world.make.caseworker(OTHER_UPT)
    world.objects["client", "foreign"] = _person(world, stranger)
    world.objects["client", "restricted"] = _person(world, stranger, categories=["PPKS-06"])


def _person(world: Any, by: Any, **stated: Any) -> dict[str, Any]:
    client_id = world.make.client(by, **stated).id
    return {
        "client_id": client_id,
        "consent_id": world.make.consent(by, client_id).id,
        "alert_id": world.make.alert(by, client_id).id,
    }
