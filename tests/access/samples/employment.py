"""Sample calls of employment, and work of an own and of a foreign person."""

from typing import Any

from tests.access.samples import CASEWORK, OTHER_UPT, Sample
from tests.factories.cases import open_case
from tests.factories.employment import employer, income, placement, work

ENDING = {"on": "2026-02-20", "reason": "resigned"}
CHECK = {"on": "2026-02-09", "still_active": True, "method": "visit"}
SLIP = {"from": "2026-02", "to": "2026-02", "amount": 2_600_000, "source": "wage_slip"}
REACH = {(kind, "own"): CASEWORK for kind in ("placement", "work")} | {
    (kind, "foreign"): set[str]() for kind in ("placement", "work")
}
SAMPLES = {
    "GET /placements": Sample(),
    "POST /placements": Sample(body=lambda world: world.new_placement, status=201),
    "GET /placements/<uuid:placement_id>": Sample("placement"),
    "POST /placements/<uuid:placement_id>/verification": Sample(
        "placement", {"method": "visit", "on": "2026-01-12"}, 201
    ),
    "POST /placements/<uuid:placement_id>/checks": Sample("work", CHECK, 201),
    "POST /placements/<uuid:placement_id>/ending": Sample("work", ENDING, 201),
    "GET /clients/<uuid:client_id>/income_statements": Sample("work"),
    "POST /clients/<uuid:client_id>/income_statements": Sample("work", SLIP, 201),
}


PAGES = {
    "GET /placements": Sample(),
    "GET /placements/retention": Sample(),
    # Work belongs to a case; without one there is nothing to fill in.
    "GET /placements/new": Sample(status=404),
    "POST /placements/new": Sample(body=lambda world: world.new_placement, status=303),
    "GET /placements/<uuid:placement_id>": Sample("placement"),
    "POST /placements/<uuid:placement_id>/verification": Sample(
        "placement", {"method": "visit", "on": "2026-01-12"}, 303
    ),
    "POST /placements/<uuid:placement_id>/checks": Sample("work", CHECK | {"still_active": "yes"}, 303),
    "POST /placements/<uuid:placement_id>/ending": Sample("work", ENDING, 303),
    "GET /clients/<uuid:client_id>/income": Sample("work"),
    "POST /clients/<uuid:client_id>/income": Sample("work", SLIP, 303),
}


def furnish(world: Any) -> None:
    """Proposed and active work of an own person where the role can have one, of a foreign one, and what is sent."""
    maker = world.make.caseworker()
    own = open_case(world.make, maker)
    if world.role in CASEWORK:
        _works(world, "own", maker, own)
    stranger = world.make.caseworker(OTHER_UPT)
    _works(world, "foreign", stranger, open_case(world.make, stranger))
    world.new_placement = {
        "case_id": str(own.id), "kind": "job", "employer_id": str(employer(world.make)), "occupation": "tukang las",
        "starts_on": "2026-01-05",
    }  # fmt: skip


def _works(world: Any, which: str, by: Any, case: Any) -> None:
    for kind, maker in (("placement", placement), ("work", work)):
        made = maker(world.make, by, case)
        world.objects[kind, which] = {"placement_id": made.id, "client_id": case.client_id}
    income(world.make, by, case.client_id, "2026-02")
