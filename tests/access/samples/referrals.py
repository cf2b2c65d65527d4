"""Sample calls of referrals, and reports of the own region, of another, and hidden."""

from typing import Any

from tests.access.samples import SENDERS, Sample
from tests.factories import AMBULU, SURABAYA

REFERRAL = {
    "person": {"alias": "Uji"}, "service_types": ["temporary_shelter"], "urgency": "routine", "region_code": AMBULU,
}  # fmt: skip
REACH = {
    ("referral", "own"): SENDERS,
    ("referral", "foreign"): set[str](),
    # A restricted report of the own region lies with the desk that must act on it, and with nobody else.
    ("referral", "restricted"): {"triage"},
}
SAMPLES = {
    "GET /referrals": Sample(),
    "POST /referrals": Sample(body=REFERRAL, status=201),
    "POST /referrals/batch": Sample(body={"items": [REFERRAL | {"client_reference": "hp-1"}]}),
    "GET /referrals/<uuid:referral_id>/photo_parts": Sample("referral", by_role={"triage": 403}),
    "POST /referrals/<uuid:referral_id>/photo_parts": Sample("referral", "part", by_role={"triage": 403}),
    "GET /referrals/<uuid:referral_id>": Sample("referral"),
    "POST /referrals/<uuid:referral_id>/transitions": Sample("referral", lambda world: world.move, 201),
    "GET /referrals/<uuid:referral_id>/history": Sample("referral"),
    "GET /referrals/<uuid:referral_id>/matches": Sample("referral"),
    "POST /referrals/<uuid:referral_id>/photos": Sample("referral", "photo", 201, by_role={"triage": 403}),
    "GET /referrals/<uuid:referral_id>/photos/<uuid:photo_id>": Sample("referral"),
}
FORM = {"who": "described", "alias": "Uji", "sex": "unknown", "service_types": ["temporary_shelter"],
        "urgency": "routine", "region_code": AMBULU}  # fmt: skip
_STEP = "/cases/<uuid:case_id>/steps/<uuid:step_id>/referral"
PAGES = {
    "GET /referrals": Sample(),
    "GET /referrals/new": Sample(),
    "GET /report/session": Sample(),
    "POST /referrals/new": Sample(body=FORM, status=303),
    "GET /referrals/<uuid:referral_id>": Sample("referral"),
    "POST /referrals/<uuid:referral_id>/moves": Sample("referral", lambda world: world.move, 303),
    "POST /referrals/<uuid:referral_id>/photos": Sample("referral", "photo", 303, by_role={"triage": 403}),
    "GET /referrals/<uuid:referral_id>/photos/<uuid:photo_id>": Sample("referral"),
    "GET /referrals/<uuid:referral_id>/triage": Sample("referral"),
    "POST /referrals/<uuid:referral_id>/triage": Sample(
        "referral", {"who": "new", "asked": "1", "disclose": "name", "consent": "not_asked"}, 303
    ),
    "POST /referrals/<uuid:referral_id>/people": Sample(
        "referral", {"q": "Surip"}, by_role={"caseworker": 403, "supervisor": 403}
    ),
    "GET /referrals/<uuid:referral_id>/candidates": Sample("referral"),
    "POST /referrals/<uuid:referral_id>/offers": Sample("offer", lambda world: asked_again(world), 303),
    "POST /referrals/<uuid:referral_id>/offers/<uuid:offer_id>/revocation": Sample("offer", {"reason": "Salah."}, 303),
    "POST /referrals/<uuid:referral_id>/offers/<uuid:offer_id>/links": Sample("offer"),
    f"GET {_STEP}": Sample("plan_step"),
    f"POST {_STEP}": Sample("plan_step", status=422),
}


def asked_again(world: Any) -> dict[str, Any]:
    """The service that has the offer already: a second press of the button."""
    of = world.objects.get(("offer", "own")) or world.objects["offer", "foreign"]
    service_id = world.truth.one("select service_id from offers where id = :id", id=of["offer_id"])
    return {"service_id": str(service_id)}


def furnish(world: Any) -> None:
    """An own report (for the desk: one of its region), a foreign one, a restricted one; and the jobs that they caused."""
    if world.role in SENDERS:
        by_desk = world.role == "triage"
        sender = world.make.user("tksk") if by_desk else world.user
        world.objects["referral", "own"] = _reported(world, sender)
        # A job belongs to whoever caused it; the desk's officer sends one himself.
        mine = world.make.referral(world.user) if by_desk else None
        caused = mine.id if mine else world.objects["referral", "own"]["referral_id"]
        world.objects["job", "own"] = _job(world, caused)
    elsewhere = world.make.user("tksk", organisation="DINSOS-35.78", region=f"{SURABAYA}.01")
    foreign = _reported(world, elsewhere, region_code=f"{SURABAYA}.01")
    world.objects["referral", "foreign"] = foreign
    world.objects["job", "foreign"] = _job(world, foreign["referral_id"])
    colleague = world.make.user("tksk")
    world.objects["referral", "restricted"] = _reported(world, colleague, service_types=["child_protection"])


def _reported(world: Any, sender: Any, **stated: Any) -> dict[str, Any]:
    made = world.make.referral(sender, **stated)
    photo = world.make.photo(sender, made.id)
    return {"referral_id": made.id, "photo_id": photo.id}


def _job(world: Any, referral_id: Any) -> dict[str, Any]:
    query = "select id from jobs where args ->> 'referral_id' = :id"
    return {"job_id": world.truth.one(query, id=str(referral_id))}
