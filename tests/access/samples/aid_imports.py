"""Sample calls of files of aid: one of the own office, checked, and one of another office."""

from typing import Any

from tests.access.samples import OTHER_UPT, Sample
from tests.factories.imports import applied, checked, csv_of, row

IMPORTERS = {"supervisor", "triage"}
REACH = {
    ("aid_import", "own"): IMPORTERS,
    ("aid_import", "foreign"): set[str](),
    ("parked_row", "own"): IMPORTERS,
    ("parked_row", "foreign"): set[str](),
}
SAMPLES = {
    "POST /aid/imports": Sample(body="file", status=202),
    "GET /aid/imports": Sample(),
    "GET /aid/imports/<uuid:import_id>": Sample("aid_import"),
    "GET /aid/imports/<uuid:import_id>/rows": Sample("aid_import"),
    "GET /aid/imports/<uuid:import_id>/errors.csv": Sample("aid_import"),
    "POST /aid/imports/<uuid:import_id>/application": Sample("aid_import", status=202),
    "POST /aid/imports/<uuid:import_id>/cancellation": Sample("aid_import", status=201),
    "POST /aid/imports/<uuid:import_id>/rows/<row_number>/settlement": Sample(
        "parked_row", lambda world: world.settlement, 201
    ),
}
_ONE, _ROW = "/aid/imports/<uuid:import_id>", "/aid/imports/<uuid:import_id>/rows/<row_number>"
PAGES = {
    "GET /aid/imports": Sample(),
    "GET /aid/imports/new": Sample(),
    # Without a file: the form again.
    "POST /aid/imports/new": Sample(status=422),
    f"GET {_ONE}": Sample("aid_import"),
    f"POST {_ONE}/application": Sample("aid_import", lambda world: {"version": world.import_version}, 303),
    f"POST {_ONE}/cancellation": Sample("aid_import", status=303),
    f"GET {_ONE}/rows": Sample("aid_import"),
    f"GET {_ROW}": Sample("parked_row"),
    f"POST {_ROW}/candidates": Sample("parked_row", {"q": "Entah"}),
    f"POST {_ROW}/settlement": Sample("parked_row", lambda world: world.settlement, 303),
}


def furnish(world: Any) -> None:
    """A file of the own office that can be applied, one with a parked row, and the same of another office."""
    world.settlement = {"client_id": str(world.make.client(world.user).id)} if world.role in IMPORTERS else {}
    world.import_version = "1"
    if world.role in IMPORTERS:
        world.import_version = str(_furnish(world, "own", world.user).version)
    _furnish(world, "foreign", world.make.user("supervisor", organisation=OTHER_UPT))


def _furnish(world: Any, which: str, by: Any) -> Any:
    ready = checked(world.make, by, csv_of(row(name="Siapa")))
    parked = applied(world.make, by, csv_of(row(name="Entah")))
    world.objects["aid_import", which] = {"import_id": ready.id}
    world.objects["parked_row", which] = {"import_id": parked.id, "row_number": 2}
    return ready
