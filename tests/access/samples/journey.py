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


def _page_move(world: Any) -> dict[str, Any]:
    """A verb that the role has, from a page that saw the case as it was opened."""
    return _move(world) | {"version": "1", "moves": "1"}


PAGES = {
    # Without a person the page leads to the search for one.
    "GET /cases/new": Sample(status=303),
    "POST /cases/new": Sample(body=_opening, status=303, by_role={"triage": 422}),
    "GET /cases/<uuid:case_id>": Sample("case"),
    "POST /cases/<uuid:case_id>/moves": Sample("case", _page_move, 303),
    "POST /cases/<uuid:case_id>/caseworker": Sample("case", {"version": "1", "caseworker_id": ""}, 303),
    "POST /cases/<uuid:case_id>/standard": Sample("case", {"version": "1", "spm_level": "province"}, 303),
    "GET /transfers": Sample(),
    "GET /transfers/<uuid:transfer_id>": Sample("transfer_in"),
    "POST /transfers/<uuid:transfer_id>/acceptance": Sample("transfer_in", status=303),
    "POST /transfers/<uuid:transfer_id>/decline": Sample("transfer_in", {"reason": "no_room"}, 303),
    "POST /transfers/<uuid:transfer_id>/withdrawal": Sample("transfer_out", status=303),
}


def furnish(world: Any) -> None:
    """A person without a case, where the role can have one."""
    if world.role in CASEWORK | {"triage"}:
        world.objects["fresh", "own"] = {"client_id": world.make.client(world.user).id}
