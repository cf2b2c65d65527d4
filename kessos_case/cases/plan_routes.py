"""JSON endpoints of plans in versions: goals, steps, decisions, signatures, reviews."""

from kessos_case.cases import casework_queries as queries
from kessos_case.cases import plan_schemas as s
from kessos_case.cases.casework import Plan
from kessos_case.cases.pictures import picture_of
from kessos_case.cases.rules import PlanState
from kessos_case.cases.service import (
    decisions,
    plan_cards,
    plan_reviews,
    planning,
    plans,
    signing,
    steps,
    versions,
)
from kessos_case.cases.service.registry import case_for
from kessos_case.core.paging import Page, page
from kessos_case.web.api import IDEMPOTENCY_KEY, IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint("plans", __name__, description="Plans in versions")


@blp.get("/cases/<uuid:case_id>/plans")
@door("plan", "read")
@blp.response(200, listed(s.ListedPlanOut))
@blp.arguments(s.PlanArgs, location="query")
def list_plans(session, args, case_id):
    """The versions of a case's plan, newest first, without their words."""
    case_for(session, case_id)
    select = queries.plans(case_id, *([PlanState(args["state"])] if args["state"] else []))
    found = page(session, select, [Plan.created_at, Plan.id], page_request(args), descending=True)
    return Page(plan_cards.listed_plans(session, found.items), found.next_cursor)


@blp.post("/cases/<uuid:case_id>/plans")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("plan", "write")
@blp.response(201, s.PlanOut)
@blp.arguments(s.PlanIn)
@idempotent(again=plan_cards.read_plan)
def write_plan(session, data, case_id):
    """Write the next version and propose it, or keep it as a draft; 409 names all that it lacks."""
    return planning.write_plan(session, case_id, **data)


@blp.get("/plans/<uuid:plan_id>")
@door("plan", "read")
@blp.response(200, s.PlanOut)
def plan(session, plan_id):
    """One version with its goals and steps."""
    found = plan_cards.read_plan(session, plan_id)
    return found, etag(found.version)


@blp.patch("/plans/<uuid:plan_id>")
@blp.doc(parameters=[IF_MATCH])
@door("plan", "write")
@blp.response(200, s.PlanOut)
@blp.arguments(s.PlanChange)
def change_plan(session, data, plan_id):
    """Write the goals of a draft anew."""
    expected = expected_version()
    found = plans.plan_for(session, plan_id, lock=True)
    if found.version != expected:
        check_version(found.version, expected, *plan_cards.differing_goals(session, found, data))
    changed = planning.change_plan(session, found, data["goals"], data.get("tapers"))
    return changed, etag(changed.version)


@blp.post("/plans/<uuid:plan_id>/proposal")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("plan", "write")
@blp.response(201, s.PlanOut)
@idempotent(again=plan_cards.read_plan)
def propose_plan(session, plan_id):
    """Lay the own draft before the supervisor; 409 names all that it lacks."""
    return planning.propose_plan(session, plan_id)


@blp.post("/plans/<uuid:plan_id>/client_agreement")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("plan", "write")
@blp.response(201, s.PlanOut)
@blp.arguments(s.PlanAgreementIn)
@idempotent(again=plan_cards.read_plan)
def record_agreement(session, data, plan_id):
    """Write down the person's own agreement to this version."""
    return planning.record_plan_agreement(session, plan_id, **data)


@blp.post("/plans/<uuid:plan_id>/approval")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("plan", "decide")
@blp.response(201, s.PlanOut)
@blp.arguments(s.PlanApprovalIn)
@idempotent(again=plan_cards.read_plan)
def decide_plan(session, data, plan_id):
    """Approve a proposed version or return it, never the own; 409 names all that stands in the way."""
    return decisions.decide_plan(session, plan_id, **data)


@blp.get("/plans/<uuid:plan_id>/changes")
@door("plan", "read")
@blp.response(200, s.PlanChangesOut)
@blp.arguments(s.PlanChangesArgs, location="query")
def changes(session, args, plan_id):
    """In what a version differs from another of the same case; from the one in whose place it comes where none is named."""
    return versions.read_changes(session, plan_id, args["since"])


@blp.post("/plans/<uuid:plan_id>/signature")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("plan", "write")
@blp.response(201, s.PlanOut)
@blp.arguments(s.PlanSignatureIn, location="files")
@idempotent(again=plan_cards.read_plan)
def sign_plan(session, data, plan_id):
    """Keep the person's signature under a proposed or approved version, drawn or as a photo, as multipart/form-data. Where
    the person's agreement was not written down before, it is with it."""
    return signing.sign_plan(session, plan_id, raw=data.pop("image").read(signing.MOST_BYTES + 1), **data)


@blp.get("/plans/<uuid:plan_id>/signature")
@door("plan", "read")
@blp.alt_response(200, schema={"format": "binary", "type": "string"}, content_type="image/jpeg")
@blp.response(200, {"format": "binary", "type": "string"}, content_type="image/png")
def signature(session, plan_id):
    """The signature as a download, PNG or JPEG."""
    return picture_of(signing.read_signature(session, plan_id))


@blp.post("/plans/<uuid:plan_id>/review")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("plan", "write")
@blp.response(201, s.PlanOut)
@blp.arguments(s.PlanReviewIn)
@idempotent(again=plan_cards.read_plan)
def review_plan(session, data, plan_id):
    """The version in force was looked at with the person and stays; it says when that is done again."""
    return plan_reviews.review_plan(session, plan_id, **data)


@blp.post("/goals/<uuid:goal_id>/closing")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("plan", "write")
@blp.response(201, s.PlanGoalOut)
@blp.arguments(s.GoalClosingIn)
@idempotent(again=plan_cards.read_goal)
def close_goal(session, data, goal_id):
    """A goal is met, or dropped for a reason."""
    return steps.close_goal(session, goal_id, **data)


@blp.post("/goals/<uuid:goal_id>/acceptance")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("plan", "decide")
@blp.response(201, s.PlanGoalOut)
@idempotent(again=plan_cards.read_goal)
def accept_drop(session, goal_id):
    """A supervisor accepts that a goal was dropped."""
    return steps.accept_drop(session, goal_id)


@blp.post("/steps/<uuid:step_id>/start")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("plan", "write")
@blp.response(201, s.PlanStepOut)
@idempotent(again=plan_cards.read_step)
def begin_step(session, step_id):
    """Start a step by hand."""
    return steps.begin_step(session, step_id)


@blp.post("/steps/<uuid:step_id>/closing")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("plan", "write")
@blp.response(201, s.PlanStepOut)
@blp.arguments(s.StepClosingIn)
@idempotent(again=plan_cards.read_step)
def end_step(session, data, step_id):
    """A step is done, or dropped for a reason, where nothing that it is linked to says so."""
    return steps.end_step(session, step_id, **data)
