"""Sample calls of the house of a UPT: rooms, a stay, a place in the line and a watch, here and at another UPT."""

from typing import Any

from tests.access.samples import CASEWORK, OTHER_UPT, V1, Sample
from tests.factories import cases, residence
from tests.factories.casework import in_days

WARD = {"name": "Wisma Kenanga", "sex": "P", "beds": 6}
TERMS = {"planned_days": 120, "review_every_days": 30}
REVIEW = {"planned_until": "2199-01-01", "note": "Betah."}
ENTRY = {"kind": "routine", "text": "Tenang."}
TEXT = {"text": "Tidak ada."}
REACH = {
    (kind, which): CASEWORK if which == "own" else set[str]()
    for kind in ("house", "ward", "stay", "bed_wait", "shift_log")
    for which in ("own", "foreign")
}
SAMPLES = {
    "GET /offices/<uuid:office_id>/wards": Sample("house"),
    "POST /offices/<uuid:office_id>/wards": Sample("house", WARD, 201),
    "GET /offices/<uuid:office_id>/house-rule": Sample("house"),
    "PUT /offices/<uuid:office_id>/house-rule": Sample("house", TERMS, headers={"If-Match": '"0"'}),
    "GET /offices/<uuid:office_id>/occupancy": Sample("house"),
    "GET /wards/<uuid:ward_id>": Sample("ward"),
    "PATCH /wards/<uuid:ward_id>": Sample("ward", {"beds": 9}, headers=V1),
    "GET /stays": Sample(),
    "POST /cases/<uuid:case_id>/stays": Sample("case", lambda world: world.new_stay, 201),
    "GET /stays/<uuid:stay_id>": Sample("stay"),
    "POST /stays/<uuid:stay_id>/moves": Sample("stay", lambda world: world.other_ward, 201),
    "POST /stays/<uuid:stay_id>/absences": Sample("stay", {"until": "2199-01-01"}, 201),
    # Nobody is back who was not away.
    "POST /stays/<uuid:stay_id>/returns": Sample("stay", {"note": "Sehat."}, 409),
    "POST /stays/<uuid:stay_id>/reviews": Sample("stay", REVIEW, 201),
    "POST /stays/<uuid:stay_id>/discharge": Sample("stay", {"reason": "family"}, 201),
    "GET /bed-waits": Sample(),
    "POST /cases/<uuid:case_id>/bed-waits": Sample("case", {"urgency": "urgent"}, 201),
    "POST /bed-waits/<uuid:wait_id>/departure": Sample("bed_wait", {"reason": "own_wish"}, 201),
    "GET /shift-logs": Sample(),
    "POST /shift-logs": Sample(status=201),
    "GET /shift-logs/<uuid:log_id>": Sample("shift_log"),
    "POST /shift-logs/<uuid:log_id>/entries": Sample("shift_log", ENTRY, 201),
    "POST /shift-logs/<uuid:log_id>/handover": Sample("shift_log", TEXT, 201),
}
SEEN = {"version": "1"}
PAGES = {
    "GET /house": Sample(),
    "GET /house/history": Sample(),
    "GET /house/stays": Sample(),
    "GET /house/terms": Sample(),
    "POST /house/terms": Sample(body=TERMS | {"version": "0"}, status=303),
    "GET /house/wards/new": Sample(),
    "POST /house/wards/new": Sample(body=WARD, status=303),
    "GET /house/wards/<uuid:ward_id>": Sample("ward"),
    "GET /house/wards/<uuid:ward_id>/change": Sample("ward"),
    "POST /house/wards/<uuid:ward_id>/change": Sample("ward", WARD | SEEN | {"sex": "any", "is_active": "yes"}, 303),
    "GET /cases/<uuid:case_id>/stays": Sample("case"),
    "POST /cases/<uuid:case_id>/stays": Sample("case", lambda world: world.new_stay, 303),
    "POST /cases/<uuid:case_id>/bed-waits": Sample("case", {"urgency": "urgent"}, 303),
    "GET /house/stays/<uuid:stay_id>": Sample("stay"),
    # Each form of a stay goes the same way.
    "POST /house/stays/<uuid:stay_id>/<verb>": Sample("stay", SEEN | {"reason": "family"}, 303),
    "GET /house/line": Sample(),
    "GET /house/line/<uuid:wait_id>": Sample("bed_wait"),
    "POST /house/line/<uuid:wait_id>": Sample("bed_wait", SEEN | {"reason": "own_wish"}, 303),
    "GET /house/log": Sample(),
    "POST /house/log": Sample(status=303),
    "GET /house/logs": Sample(),
    "GET /house/logs/<uuid:log_id>": Sample("shift_log"),
    "POST /house/logs/<uuid:log_id>/entries": Sample("shift_log", ENTRY, 303),
    "POST /house/logs/<uuid:log_id>/handover": Sample("shift_log", TEXT, 303),
}


def furnish(world: Any) -> None:
    """A house here and one elsewhere, each with somebody in a bed, somebody who waits, and a watch."""
    for which, office in (("own", cases.BONDOWOSO), ("foreign", OTHER_UPT)):
        _house(world, which, world.make.caseworker(office))


def _house(world: Any, which: str, worker: Any) -> None:
    make = world.make
    ward, other = residence.ward(make, worker, sex="any"), residence.ward(make, worker, sex="any")
    stay, wait = residence.stay(make, worker, ward), residence.wait(make, worker)
    log = residence.log(make, worker)
    world.objects["house", which] = {"office_id": worker.organisation_id}
    world.objects["ward", which] = {"ward_id": ward.id}
    world.objects["stay", which] = {"stay_id": stay.id, "verb": "discharge"}
    world.objects["bed_wait", which] = {"wait_id": wait.id}
    world.objects["shift_log", which] = {"log_id": log.id}
    if which == "own":
        world.new_stay = {
            "ward_id": str(ward.id), "planned_until": str(in_days(30)), "jump_reason": "Diantar polisi.",
        }  # fmt: skip
        world.other_ward = {"ward_id": str(other.id)}
