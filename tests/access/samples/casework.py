"""Sample calls of assessments and plans, and such things of the own and of a foreign UPT."""

from typing import Any

from kessos_case.access.rules import Role
from tests.access.samples import CASEWORK, OTHER_UPT, V1, Sample
from tests.factories import AMBULU, casework
from tests.factories.cases import assess_home, open_case

ASSESSMENT = {"instrument": "gse10", "version": 1, "answers": {"gse_1": 3}}
GOALS = [{"domain": "other", "text": "Punya KTP"}]
AGREED = {"form": "signed"}
PLANNED = {"goals.0.domain": "other", "goals.0.text": "Punya KTP", "do": "save"}
HELD = {"held_on": "2026-01-06", "decisions": "Lanjut", "present": "client"}
VISITED = {"kind": "visit", "on": "2026-01-06", "was_met": "yes", "outcome": "well"}
SEEN = {"kind": "family", "home": "Bibi", "region_code": AMBULU, "assessed_on": "2026-01-05", "is_safe": "yes"}
_KINDS = (
    "assessed_case",
    "home",
    "assessment",
    "plan_draft",
    "plan_proposed",
    "plan_signed",
    "plan_step",
    "goal_dropped",
)
REACH = {("instrument", "own"): {role.value for role in Role}}
REACH |= {(kind, "own"): CASEWORK for kind in _KINDS}
REACH |= {(kind, "foreign"): set[str]() for kind in _KINDS}
SAMPLES = {
    "GET /instruments": Sample(),
    "GET /instruments/<name>": Sample("instrument"),
    "GET /cases/<uuid:case_id>/assessments": Sample("assessed_case"),
    "POST /cases/<uuid:case_id>/assessments": Sample("assessed_case", ASSESSMENT, 201),
    "GET /assessments/<uuid:assessment_id>": Sample("assessment"),
    "PATCH /assessments/<uuid:assessment_id>": Sample("assessment", {"answers": {"gse_1": 4}}, headers=V1),
    "GET /cases/<uuid:case_id>/plans": Sample("assessed_case"),
    "POST /cases/<uuid:case_id>/plans": Sample("assessed_case", {"goals": GOALS, "propose": False}, 201),
    "GET /plans/<uuid:plan_id>": Sample("plan_proposed"),
    "PATCH /plans/<uuid:plan_id>": Sample("plan_draft", {"goals": GOALS}, headers={"If-Match": '"2"'}),
    "POST /plans/<uuid:plan_id>/proposal": Sample("plan_draft", status=201),
    "POST /plans/<uuid:plan_id>/client_agreement": Sample(
        "plan_proposed", lambda world: AGREED | {"on": str(casework.in_days(0))}, 201
    ),
    "POST /plans/<uuid:plan_id>/approval": Sample("plan_proposed", {"decision": "approve"}, 201),
    "GET /plans/<uuid:plan_id>/changes": Sample("plan_proposed"),
    "POST /plans/<uuid:plan_id>/signature": Sample("plan_proposed", "signature", 201),
    "GET /plans/<uuid:plan_id>/signature": Sample("plan_signed"),
    "POST /plans/<uuid:plan_id>/review": Sample("plan_step", lambda world: {"on": str(casework.in_days(0))}, 201),
    "POST /goals/<uuid:goal_id>/closing": Sample("plan_step", {"state": "met"}, 201),
    "POST /goals/<uuid:goal_id>/acceptance": Sample("goal_dropped", status=201),
    "POST /steps/<uuid:step_id>/start": Sample("plan_step", status=201),
    "POST /steps/<uuid:step_id>/closing": Sample("plan_step", {"state": "done"}, 201),
}

_CASE, _PLAN = "/cases/<uuid:case_id>", "/cases/<uuid:case_id>/plans/<uuid:plan_id>"
_TODAY = "2026-01-06"
PAGES = {
    f"GET {_CASE}/agreements": Sample("assessed_case"),
    f"POST {_CASE}/agreements": Sample("assessed_case", {"form": "signed", "given_on": _TODAY}, 303),
    f"GET {_CASE}/assessments": Sample("assessed_case"),
    f"POST {_CASE}/assessments": Sample("assessed_case", {"instrument": "gse10"}, 303),
    f"GET {_CASE}/assessments/<uuid:assessment_id>": Sample("assessment"),
    f"POST {_CASE}/assessments/<uuid:assessment_id>": Sample("assessment", {"version": "1", "answers.gse_1": "3"}, 303),
    f"GET {_CASE}/plans": Sample("assessed_case"),
    f"GET {_CASE}/plans/changes": Sample("assessed_case"),
    f"GET {_CASE}/plans/new": Sample("assessed_case"),
    f"POST {_CASE}/plans/new": Sample("assessed_case", PLANNED, 303),
    f"GET {_PLAN}": Sample("plan_proposed"),
    f"POST {_PLAN}": Sample("plan_draft", PLANNED | {"version": "2"}, 303),
    f"POST {_PLAN}/decision": Sample("plan_proposed", {"version": "3", "decision": "approve"}, 303),
    f"POST {_PLAN}/agreement": Sample(
        "plan_proposed", lambda world: {"form": "signed", "on": str(casework.in_days(0))}, 303
    ),
    f"GET {_PLAN}/signature": Sample("plan_signed"),
    f"POST {_PLAN}/signature": Sample("plan_proposed", "signature", 303),
    f"POST {_PLAN}/review": Sample("plan_step", lambda world: {"version": "4", "on": str(casework.in_days(0))}, 303),
    f"POST {_PLAN}/steps/<uuid:step_id>": Sample("plan_step", {"do": "done"}, 303),
    f"POST {_PLAN}/goals/<uuid:goal_id>": Sample("plan_step", {"do": "met"}, 303),
    f"POST {_PLAN}/goals/<uuid:goal_id>/acceptance": Sample("goal_dropped", {"form": "x"}, 303),
    f"GET {_CASE}/conferences": Sample("assessed_case"),
    f"POST {_CASE}/conferences": Sample("assessed_case", HELD, 303),
    f"GET {_CASE}/visits": Sample("assessed_case"),
    "GET /clients/<uuid:client_id>/visits": Sample("client"),
    "GET /clients/<uuid:client_id>/visits/new": Sample("client"),
    "POST /clients/<uuid:client_id>/visits/new": Sample("client", VISITED, 303),
    f"GET {_CASE}/reunifications": Sample("assessed_case"),
    f"POST {_CASE}/reunifications": Sample("assessed_case", SEEN, 303),
    f"POST {_CASE}/reunifications/<uuid:home_id>": Sample(
        "home", {"version": "1", "do": "start", "starts_on": _TODAY}, 303
    ),
}


def furnish(world: Any) -> None:
    """A plan in each state, an assessment half filled in; of the own UPT by a colleague where the role writes none."""
    world.objects["instrument", "own"] = {"name": "gse10"}
    if world.role in CASEWORK:
        writer = world.user if world.role == "caseworker" else world.make.caseworker()
        _furnish(world, "own", writer)
    _furnish(world, "foreign", world.make.caseworker(OTHER_UPT))


def _furnish(world: Any, which: str, writer: Any) -> None:
    make = world.make

    def case_id() -> Any:
        return open_case(make, writer).id

    assessed = case_id()
    draft = casework.assessment(make, writer, assessed, complete=False, gse_1=3)
    homecoming = open_case(make, writer)
    home = assess_home(make, writer, homecoming)
    approved = casework.approved_plan(make, writer, case_id())
    other = casework.approved_plan(make, writer, case_id())
    goal = casework.closed_goal(make, writer, other.goals[0].id)
    plans = {
        "plan_draft": casework.plan(make, writer, case_id(), propose=False),
        "plan_proposed": casework.plan(make, writer, case_id()),
        "plan_signed": casework.signed_plan(make, writer, casework.plan(make, writer, case_id()).id),
        "plan_step": approved,
        "goal_dropped": other,
    }
    found = {
        "assessed_case": {"case_id": assessed},
        "assessment": {"case_id": assessed, "assessment_id": draft.id},
        "home": {"case_id": homecoming.id, "home_id": home.id},
        "plan_draft": {},
        "plan_proposed": {},
        "plan_signed": {},
        "plan_step": {"goal_id": approved.goals[0].id, "step_id": approved.goals[0].steps[0].id},
        "goal_dropped": {"goal_id": goal.id},
    }
    for kind, plan in plans.items():
        found[kind] |= {"case_id": plan.case_id, "plan_id": plan.id}
    world.objects |= {(kind, which): values for kind, values in found.items()}
