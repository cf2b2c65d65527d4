"""Sample calls of graduation, and reviews of the own UPT and of another in each state that a step needs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from kessos_case.core import clock
from tests.access.samples import CASEWORK, OTHER_UPT, Sample
from tests.factories import fresh_id
from tests.factories import graduation as maker

_STATES = ("review_eligible", "review_recommended", "review_ripe")
REACH = {("graduating", "own"): CASEWORK, ("graduating", "foreign"): set[str]()}
# A co-signer reaches the reviews that he was given, and nobody of those whom they are about.
REACH |= {(state, "own"): CASEWORK | {"co_signer"} for state in _STATES}
REACH |= {(state, "foreign"): set[str]() for state in _STATES}
SAMPLES = {
    "GET /graduation/criteria": Sample(),
    "GET /clients/<uuid:client_id>/graduation": Sample("graduating"),
    "POST /clients/<uuid:client_id>/graduation/voice": Sample(
        "graduating", lambda world: {"asked_on": str(maker.today()), "agrees": True}, 201
    ),
    "GET /graduation/reviews": Sample(),
    "POST /graduation/reviews": Sample(body=lambda world: {"case_id": str(world.graduating)}, status=201),
    "GET /graduation/reviews/<uuid:review_id>": Sample("review_eligible"),
    "PATCH /graduation/reviews/<uuid:review_id>": Sample(
        "review_eligible", {"co_signer_id": None}, headers={"If-Match": '"2"'}
    ),
    "POST /graduation/reviews/<uuid:review_id>/recommendation": Sample("review_eligible", status=201),
    "POST /graduation/reviews/<uuid:review_id>/provisional": Sample("review_recommended", status=201),
    "POST /graduation/reviews/<uuid:review_id>/confirmations": Sample("review_ripe", status=201),
    "POST /graduation/reviews/<uuid:review_id>/deferral": Sample(
        "review_recommended", {"reason": "illness", "until": "2199-01-01"}, 201
    ),
    "POST /graduation/reviews/<uuid:review_id>/withdrawal": Sample("review_ripe", {"reason": "mistake"}, 201),
    "GET /graduation/relapses": Sample(),
    "POST /graduation/relapses": Sample(
        body=lambda world: {"review_id": str(world.ripe), "kind": "street", "happened_on": str(maker.today())},
        status=201,
    ),
}
_AT = "/graduation/reviews/<uuid:review_id>"
PAGES = {
    "GET /graduation": Sample(),
    "GET /clients/<uuid:client_id>/graduation": Sample("graduating"),
    # There is a review already: that one it is.
    "POST /clients/<uuid:client_id>/graduation/reviews": Sample("graduating", status=303),
    "POST /clients/<uuid:client_id>/graduation/voice": Sample(
        "graduating", lambda world: {"asked_on": str(maker.today()), "agrees": "yes"}, 303
    ),
    f"GET {_AT}": Sample("review_eligible"),
    f"POST {_AT}/recommendation": Sample("review_eligible", {"version": "2"}, 303),
    f"POST {_AT}/provisional": Sample("review_recommended", lambda world: world.seen["review_recommended"], 303),
    f"POST {_AT}/confirmation": Sample("review_ripe", lambda world: world.seen["review_ripe"], 303),
    f"POST {_AT}/deferral": Sample(
        "review_recommended",
        lambda world: world.seen["review_recommended"] | {"reason": "illness", "until": "2199-01-01"},
        303,
    ),
    f"POST {_AT}/withdrawal": Sample(
        "review_ripe", lambda world: world.seen["review_ripe"] | {"reason": "mistake"}, 303
    ),
    f"POST {_AT}/co_signer": Sample("review_eligible", {"version": "2"}, 303),
    f"POST {_AT}/relapses": Sample(
        "review_ripe",
        lambda world: world.seen["review_ripe"] | {"kind": "street", "happened_on": str(maker.today())},
        303,
    ),
}


def furnish(world: Any) -> None:
    """Reviews of the own UPT for who has a part in them, each given to a co-signer; one that is foreign to everybody."""
    world.graduating = world.ripe = fresh_id()
    world.seen = {state: {"version": "1"} for state in _STATES}
    if world.role in CASEWORK | {"co_signer"}:
        _own(world)
    stranger = world.make.caseworker(OTHER_UPT)
    foreign = maker.review(world.make, stranger)
    world.objects["graduating", "foreign"] = {"client_id": foreign.client_id}
    world.objects |= {(state, "foreign"): {"review_id": foreign.id} for state in _STATES}


def _own(world: Any) -> None:
    make = world.make
    worker = world.user if world.role == "caseworker" else make.caseworker()
    leader = make.user("supervisor", organisation=maker.UPT)
    signer = world.user if world.role == "co_signer" else maker.co_signer(make)
    made = [maker.review(make, worker), maker.recommended(make, worker), _ripe(world, worker, leader)]
    for state, review in zip(_STATES, made, strict=True):
        named = maker.named(make, leader, review.id, signer)
        world.seen[state] = {"version": str(named.version)}
        world.objects[state, "own"] = {"review_id": review.id}
    world.objects["graduating", "own"] = {"client_id": made[0].client_id}
    world.graduating, world.ripe = made[0].case_id, made[-1].id


def _ripe(world: Any, worker: Any, leader: Any) -> Any:
    """A review that only lacks its two signatures: the verdict was of a year ago, and the visits of aftercare were made."""
    with a_year_ago():
        case = maker.settled(world.make, worker)
        review = maker.provisional(world.make, worker, leader, case)
    maker.cared_for(world.make, worker, case)
    return review


@contextmanager
def a_year_ago() -> Iterator[None]:
    """The program's clock stands so long ago."""
    before, then = os.environ.get("KESSOS_NOW"), clock.now() - timedelta(days=366)
    os.environ["KESSOS_NOW"] = then.isoformat()
    try:
        yield
    finally:
        os.environ.pop("KESSOS_NOW")
        if before:
            os.environ["KESSOS_NOW"] = before
