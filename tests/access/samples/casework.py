"""Sample calls of assessments and plans, and such things of the own and of a foreign UPT."""

from typing import Any

from kessos_case.access.rules import Role
from tests.access.samples import CASEWORK, OTHER_UPT, V1, Sample
from tests.factories import casework
from tests.factories.cases import open_case

ASSESSMENT = {"instrument": "gse10", "version": 1, "answers": {"gse_1": 3}}
GOALS = [{"domain": "other", "text": "Punya KTP"}]
AGREED = {"form": "signed"}
_KINDS = ("assessed_case", "assessment", "plan_draft", "plan_proposed", "plan_step", "goal_dropped")
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
    "POST /goals/<uuid:goal_id>/closing": Sample("plan_step", {"state": "met"}, 201),
    "POST /goals/<uuid:goal_id>/acceptance": Sample("goal_dropped", status=201),
    "POST /steps/<uuid:step_id>/start": Sample("plan_step", status=201),
    "POST /steps/<uuid:step_id>/closing": Sample("plan_step", {"state": "done"}, 201),
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
    approved = casework.approved_plan(make, writer, case_id())
    other = casework.approved_plan(make, writer, case_id())
    goal = casework.closed_goal(make, writer, other.goals[0].id)
    found = {
        "assessed_case": {"case_id": assessed},
        "assessment": {"assessment_id": draft.id},
        "plan_draft": {"plan_id": casework.plan(make, writer, case_id(), propose=False).id},
        "plan_proposed": {"plan_id": casework.plan(make, writer, case_id()).id},
        "plan_step": {"goal_id": approved.goals[0].id, "step_id": approved.goals[0].steps[0].id},
        "goal_dropped": {"goal_id": goal.id},
    }
    world.objects |= {(kind, which): values for kind, values in found.items()}
