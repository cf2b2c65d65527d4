"""Sample calls of episodes of service, and episodes and offers of the own office and of others."""

from typing import Any

from tests.access.samples import CASEWORK, OTHER_UPT, V1, Sample
from tests.factories import AMBULU
from tests.factories import cases as c

THIRD_UPT = "PSTW-BLITAR"
HOME = {"kind": "family", "home": "Bibi", "region_code": AMBULU, "assessed_on": "2026-01-05", "is_safe": True}
VISIT = {"kind": "visit", "on": "2026-01-06", "was_met": True, "outcome": "well"}
REACH = {
    ("case", "own"): CASEWORK,
    ("case", "foreign"): set[str](),
    ("case", "restricted"): set[str](),
    # One that the office took over is read and not written.
    ("reunification", "own"): CASEWORK,
    ("reunification", "foreign"): set[str](),
    ("transfer_in", "own"): CASEWORK,
    ("transfer_in", "foreign"): set[str](),
    ("transfer_out", "own"): CASEWORK,
    ("transfer_out", "foreign"): set[str](),
}
SAMPLES = {
    "GET /cases": Sample(),
    "PATCH /cases/<uuid:case_id>": Sample("case", {"spm_level": "province"}, headers=V1),
    "GET /cases/<uuid:case_id>/history": Sample("case"),
    "GET /cases/<uuid:case_id>/agreements": Sample("case"),
    "POST /cases/<uuid:case_id>/agreements": Sample("case", {"form": "signed", "given_on": "2026-01-05"}, 201),
    "GET /cases/<uuid:case_id>/conferences": Sample("case"),
    "POST /cases/<uuid:case_id>/conferences": Sample("case", lambda world: world.new_conference, 201),
    "GET /cases/<uuid:case_id>/reunifications": Sample("case"),
    "POST /cases/<uuid:case_id>/reunifications": Sample("case", HOME, 201),
    "POST /reunifications/<uuid:reunification_id>/start": Sample("reunification", {"starts_on": "2026-01-06"}, 201),
    # In the order of a home's life these come after its start.
    "POST /reunifications/<uuid:reunification_id>/verification": Sample("reunification", {"on": "2026-01-07"}, 409),
    "POST /reunifications/<uuid:reunification_id>/ending": Sample(
        "reunification", {"on": "2026-01-07", "reason": "moved"}, 409
    ),
    "GET /clients/<uuid:client_id>/visits": Sample("client"),
    "POST /clients/<uuid:client_id>/visits": Sample("client", VISIT, 201),
    "GET /transfers": Sample(),
    "GET /transfers/<uuid:transfer_id>": Sample("transfer_in"),
    "POST /transfers/<uuid:transfer_id>/acceptance": Sample("transfer_in", status=201),
    "POST /transfers/<uuid:transfer_id>/decline": Sample("transfer_in", {"reason": "no_room"}, 201),
    "POST /transfers/<uuid:transfer_id>/withdrawal": Sample("transfer_out", status=201),
}


def furnish(world: Any) -> None:
    """Episodes here and elsewhere, one of them a child's; offers to the own office, by it, and between two others."""
    here, there, elsewhere = c.BONDOWOSO, OTHER_UPT, THIRD_UPT
    office = world.make.organisation(here).id
    attendees = [{"organisation_id": str(office), "part": "chair"}]
    world.new_conference = {"held_on": "2026-01-05", "attendees": attendees, "decisions": "Lanjut"}
    _episode(world, "own", here)
    _episode(world, "foreign", there)
    hidden = world.make.caseworker(there)
    child = world.make.client(hidden, categories=["PPKS-06"])
    world.objects["case", "restricted"] = {"case_id": c.open_case(world.make, hidden, child.id).id}
    for kind, which, sender, receiver in (
        ("transfer_in", "own", there, here), ("transfer_out", "own", here, there),
        ("transfer_in", "foreign", there, elsewhere), ("transfer_out", "foreign", there, elsewhere),
    ):  # fmt: skip
        world.objects[kind, which] = {"transfer_id": _offer(world, sender, receiver)}


def _episode(world: Any, which: str, office: str) -> None:
    worker = world.make.caseworker(office)
    case = c.open_case(world.make, worker)
    home = c.assess_home(world.make, worker, case)
    world.objects["case", which] = {"case_id": case.id}
    world.objects["reunification", which] = {"reunification_id": home.id}


def _offer(world: Any, sender: str, receiver: str) -> Any:
    case = c.open_case(world.make, world.make.caseworker(sender))
    return c.offer_transfer(world.make, c.supervisor(world.make, sender), case, receiver).id
