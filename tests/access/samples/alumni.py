"""Sample calls of mentors: one of the own UPT, one of another, and mentorings between their people."""

from typing import Any

from tests.access.samples import CASEWORK, OTHER_UPT, V1, Sample
from tests.factories import alumni, cases, fresh_id

_KINDS = ("graduate", "mentor", "mentor_case", "mentoring", "mentoring_agreed", "mentoring_met")
REACH = {(kind, "own"): CASEWORK for kind in _KINDS}
REACH |= {(kind, "foreign"): set[str]() for kind in _KINDS}
_MENTOR = {"skills": ["Menjahit"], "free_for": ["talk"]}
_CLIENT = "/clients/<uuid:client_id>/mentor"
_CASE = "/cases/<uuid:case_id>/mentorings"
_AT = "/mentorings/<uuid:mentoring_id>"
SAMPLES = {
    f"GET {_CLIENT}": Sample("mentor"),
    f"POST {_CLIENT}": Sample("graduate", _MENTOR, 201),
    "GET /mentors": Sample(),
    "GET /mentors/outcomes": Sample(),
    "GET /mentors/<uuid:mentor_id>": Sample("mentor"),
    "PATCH /mentors/<uuid:mentor_id>": Sample("mentor", {"most_at_once": 3}, headers=V1),
    "POST /mentors/<uuid:mentor_id>/end": Sample("mentor", status=201),
    "GET /mentorings": Sample(),
    f"GET {_CASE}": Sample("mentor_case"),
    f"POST {_CASE}": Sample("mentor_case", lambda world: world.new_mentoring, 201),
    f"GET {_AT}": Sample("mentoring"),
    f"POST {_AT}/agreement": Sample("mentoring", {"side": "client"}, 201),
    f"POST {_AT}/refusal": Sample("mentoring", {"side": "client"}, 201),
    f"POST {_AT}/meeting": Sample("mentoring_agreed", lambda world: world.meeting, 201),
    f"POST {_AT}/end": Sample("mentoring_met", {"outcome": "helped", "mentor_outcome": "helped"}, 201),
}
PAGES = {
    "GET /mentors": Sample(),
    f"GET {_CLIENT}": Sample("graduate"),
    f"POST {_CLIENT}": Sample("graduate", _MENTOR | {"region_code": "35.09", "most_at_once": "1"}, 303),
    "POST /mentors/<uuid:mentor_id>/end": Sample("mentor", status=303),
    f"GET {_CASE}/new": Sample("mentor_case", query="?mentor_id=00000000-0000-0000-0000-000000000000"),
    f"POST {_CASE}/new": Sample("mentor_case", lambda world: world.new_mentoring, 303),
    f"GET {_AT}": Sample("mentoring"),
    f"POST {_AT}/agreement": Sample("mentoring", {"version": "1", "side": "client"}, 303),
    f"POST {_AT}/refusal": Sample("mentoring", {"version": "1", "side": "client"}, 303),
    f"POST {_AT}/meeting": Sample("mentoring_agreed", lambda world: world.meeting | {"version": "3"}, 303),
    f"POST {_AT}/end": Sample("mentoring_met", {"version": "4", "outcome": "helped", "mentor_outcome": "helped"}, 303),
}


def furnish(world: Any) -> None:
    """A graduate, a mentor and mentorings in each state of the own UPT, and the same between two strangers."""
    make = world.make
    stranger = make.caseworker(OTHER_UPT)
    mentor = _mentor(make, stranger)
    world.new_mentoring = {"mentor_id": str(mentor.id), "wanted": "talk"}
    world.meeting = {"on": str(alumni.graduation.today())}
    world.objects |= {(kind, "foreign"): named for kind, named in _all(make, stranger, mentor).items()}
    if world.role in CASEWORK:
        worker = world.user if world.role == "caseworker" else make.caseworker()
        own = _all(make, worker, _mentor(make, worker))
        world.objects |= {(kind, "own"): named for kind, named in own.items()}
    else:
        world.new_mentoring["mentor_id"] = str(fresh_id())


def _mentor(make: Any, by: Any) -> Any:
    return alumni.mentor(make, by, most_at_once=10)


def _all(make: Any, by: Any, mentor: Any) -> dict[str, dict[str, Any]]:
    graduate = alumni.graduate(make, by)
    alumni.allows(make, by, graduate.client_id)
    case = cases.open_case(make, by)
    alumni.allows(make, by, case.client_id)
    proposed = alumni.proposed(make, by, mentor.id, case)
    agreed = alumni.agreed(make, alumni.proposed(make, by, mentor.id), by, by)
    met = alumni.met(make, alumni.agreed(make, alumni.proposed(make, by, mentor.id), by, by), by)
    return {
        "graduate": {"client_id": graduate.client_id},
        "mentor": {"mentor_id": mentor.id, "client_id": mentor.client_id},
        "mentor_case": {"case_id": cases.open_case(make, by).id},
        "mentoring": {"mentoring_id": proposed.id},
        "mentoring_agreed": {"mentoring_id": agreed.id},
        "mentoring_met": {"mentoring_id": met.id},
    }
