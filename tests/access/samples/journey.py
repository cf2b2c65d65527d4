"""Sample calls of the journey: a case as a whole. The objects are those of cases."""

from typing import Any

from tests.access.samples import CASEWORK, Sample

REACH: dict[tuple[str, str], set[str]] = {}


def _opening(world: Any) -> dict[str, str]:
    """A case of the own person at the own UPT."""
    about = world.objects.get(("fresh", "own"), {}).get("client_id")
    return {"client_id": str(about), "organisation_id": str(world.user.organisation_id), "category": "PPKS-13"}


def _move(world: Any) -> dict[str, Any]:
    """A verb that the role has, whatever the stage."""
    if world.role == "supervisor":
        return {"verb": "close", "reason": "own_wish"}
    return {"verb": "pause", "reason": "hospital", "until": "2026-12-24"}


SAMPLES = {
    # A triage officer opens by a referral that the UPT has accepted, and by nothing else.
    "POST /cases": Sample(body=_opening, status=201, by_role={"triage": 422}),
    "GET /cases/<uuid:case_id>": Sample("case"),
    "POST /cases/<uuid:case_id>/transitions": Sample("case", _move, 201),
    "POST /clients/<uuid:client_id>/death": Sample("client", {"died_on": "2026-03-01"}, 201),
}


def furnish(world: Any) -> None:
    """A person without a case, where the role can have one."""
    if world.role in CASEWORK | {"triage"}:
        world.objects["fresh", "own"] = {"client_id": world.make.client(world.user).id}
