"""Sample calls of the aid ledger, and lines of an own and of a foreign person."""

from typing import Any

from tests.access.samples import CASEWORK, OTHER_UPT, Sample
from tests.factories.aid import disbursement

REACH = {("aid", "own"): CASEWORK, ("aid", "foreign"): set[str]()}
SAMPLES = {
    "GET /clients/<uuid:client_id>/aid/tapers": Sample("aid"),
    "GET /clients/<uuid:client_id>/aid": Sample("aid"),
    "GET /aid/disbursements/<uuid:disbursement_id>": Sample("aid"),
    "POST /aid/disbursements": Sample(body=lambda world: world.new_line, status=201),
    "POST /aid/reversals": Sample(body=lambda world: world.new_reversal, status=201),
}
PAGES = {"GET /clients/<uuid:client_id>/aid": Sample("aid")}


def furnish(world: Any) -> None:
    """A line of an own person where the role can have one, a line of a foreign one, and what is sent of the own."""
    own = _line(world, world.user) if world.role in CASEWORK else {}
    if own:
        world.objects["aid", "own"] = own
    world.objects["aid", "foreign"] = _line(world, world.make.caseworker(OTHER_UPT))
    months = {"from": "2026-02", "to": "2026-02", "paid_on": "2026-02-02", "amount": 1000}
    world.new_line = months | {"programme": "ASPD-JATIM", "client_id": str(own.get("client_id"))}
    world.new_reversal = months | {
        "disbursement_id": str(own.get("disbursement_id")), "from": "2026-01", "to": "2026-01", "reason": "returned",
    }  # fmt: skip


def _line(world: Any, by: Any) -> dict[str, Any]:
    made = disbursement(world.make, by, world.make.client(by).id)
    return {"client_id": made.client_id, "disbursement_id": made.id}
