"""Sample calls of candidates and offers, and offers to the own office (for the desk: of its region) and to others."""

from typing import Any

from kessos_case.referrals.service import make_answer_link
from tests.access.samples import CASEWORK, Sample
from tests.factories import SURABAYA, fresh_id
from tests.factories.offers import offers, shelter, triaged

REACH = {("offer", "own"): CASEWORK | {"partner", "triage"}, ("offer", "foreign"): set[str]()}
AT = "/referrals/<uuid:referral_id>/offers"
SAMPLES = {
    "GET /offers": Sample(),
    "GET /referrals/<uuid:referral_id>/candidates": Sample("offer"),
    f"GET {AT}": Sample("offer"),
    f"POST {AT}": Sample("offer", status=201),
    f"GET {AT}/<uuid:offer_id>": Sample("offer"),
    f"POST {AT}/<uuid:offer_id>/acceptance": Sample("offer", lambda world: world.standard, 201),
    f"POST {AT}/<uuid:offer_id>/decline": Sample("offer", {"reason": "full"}, 201),
    f"POST {AT}/<uuid:offer_id>/waiting": Sample("offer", {"expected_on": "2099-01-05"}, 201),
    f"POST {AT}/<uuid:offer_id>/revocation": Sample("offer", {"reason": "Salah pilih."}, 201),
    f"GET {AT}/<uuid:offer_id>/links": Sample("offer"),
    f"POST {AT}/<uuid:offer_id>/links": Sample("offer", status=201),
    f"POST {AT}/<uuid:offer_id>/links/<uuid:link_id>/revocation": Sample("offer", status=201),
}
PAGES = {
    "GET /inbox": Sample(),
    "GET /inbox/<uuid:offer_id>": Sample("offer"),
    "POST /inbox/<uuid:offer_id>": Sample("offer", {"verb": "decline", "reason": "full", "version": "1"}, 303),
}


def furnish(world: Any) -> None:
    """An offer to the own office and one that has nothing to do with it."""
    make = world.make
    recommending = str(make.organisation("DINSOS-35.09").id)
    world.standard = {
        "spm_type": "homeless_beggars", "spm_level": "province", "recommending_organisation_id": recommending,
    }  # fmt: skip
    if world.role in REACH["offer", "own"]:
        receiver = shelter(make) if world.role == "triage" else _own(world)
        world.objects["offer", "own"] = _offered(make, make.user("triage"), receiver)
    there = {"organisation": f"DINSOS-{SURABAYA}"}
    desk, sender = make.user("triage", **there), make.user("tksk", region=f"{SURABAYA}.01", **there)
    elsewhere = {"by": sender, "region_code": f"{SURABAYA}.01"}
    world.objects["offer", "foreign"] = _offered(make, desk, shelter(make, coverage=[SURABAYA]), **elsewhere)


def _own(world: Any) -> Any:
    from kessos_case.access.models import Organisation

    with world.make.acting(world.user) as session:
        office = session.get_one(Organisation, world.user.organisation_id)
    return shelter(world.make, office=office, allows_waiting=True)


def _offered(make: Any, desk: Any, receiver: Any, **stated: Any) -> dict[str, Any]:
    found = triaged(make, desk, **stated)
    asked = next(card for card in offers(make, desk, found.id) if card.service_id == receiver.service_id)
    with make.acting(desk) as session:
        link = make_answer_link(session, found.id, asked.id) if receiver.office.kind != "upt" else None
    return {"referral_id": found.id, "offer_id": asked.id, "link_id": link.id if link else fresh_id()}
