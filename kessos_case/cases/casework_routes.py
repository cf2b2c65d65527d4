"""JSON endpoints of instruments, assessments and plans."""

from kessos_case.cases import casework_queries as queries
from kessos_case.cases import casework_schemas as s
from kessos_case.cases import instrument_schemas as forms
from kessos_case.cases.casework import Assessment, Plan
from kessos_case.cases.rules import PlanState
from kessos_case.cases.service import assessing, assessments, decisions, instruments, plan_cards, planning, plans, steps
from kessos_case.cases.service.registry import case_for
from kessos_case.core.paging import Page, page
from kessos_case.web.api import IDEMPOTENCY_KEY, IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint("casework", __name__, description="Instruments, assessments, and plans in versions")


@blp.get("/instruments")
@door("reference", "read")
@blp.response(200, forms.InstrumentsOut)
@blp.arguments(forms.InstrumentsArgs, location="query")
def list_instruments(_session, args):
    """Every instrument by its name, with what it measures."""
    return {"items": instruments.shown_instruments(args["q"]), "next_cursor": None}


@blp.get("/instruments/<name>")
@door("reference", "read")
@blp.response(200, forms.InstrumentOut)
@blp.arguments(forms.InstrumentArgs, location="query")
def instrument(_session, args, name):
    """One instrument with its items in both languages; an older version where it is asked for."""
    return instruments.shown_instrument(name, args["version"])


@blp.get("/cases/<uuid:case_id>/assessments")
@door("assessment", "read")
@blp.response(200, listed(s.ListedAssessmentOut))
@blp.arguments(s.AssessmentArgs, location="query")
def list_assessments(session, args, case_id):
    """The assessments of a case with their scores, newest first; drafts have none."""
    case_for(session, case_id)
    select = queries.assessments(case_id, args)
    found = page(session, select, [Assessment.started_at, Assessment.id], page_request(args), descending=True)
    return Page(assessments.listed_assessments(session, found.items), found.next_cursor)


@blp.post("/cases/<uuid:case_id>/assessments")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("assessment", "write")
@blp.response(201, s.AssessmentOut)
@blp.arguments(s.AssessmentIn)
@idempotent(again=assessments.read_assessment)
def save_assessment(session, data, case_id):
    """Begin an assessment, or go on with the draft of this instrument; with `complete` it is scored and final."""
    return assessing.save_assessment(session, case_id, **data)


@blp.get("/assessments/<uuid:assessment_id>")
@door("assessment", "read")
@blp.response(200, s.AssessmentOut)
def assessment(session, assessment_id):
    """One assessment with its answers."""
    found = assessments.read_assessment(session, assessment_id)
    return found, etag(found.version)


@blp.patch("/assessments/<uuid:assessment_id>")
@blp.doc(parameters=[IF_MATCH])
@door("assessment", "write")
@blp.response(200, s.AssessmentOut)
@blp.arguments(s.AssessmentChange)
def change_assessment(session, data, assessment_id):
    """Save a draft as it is filled in, or complete it."""
    expected = expected_version()
    found = assessments.assessment_for(session, assessment_id, lock=True)
    if found.version != expected:
        check_version(found.version, expected, *assessments.differing_answers(session, found, data.get("answers")))
    changed = assessing.change_assessment(session, found, data.get("answers"), complete=data["complete"])
    return changed, etag(changed.version)


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
        check_version(found.version, expected, *plan_cards.differing_goals(session, found, data["goals"]))
    changed = planning.change_plan(session, found, data["goals"])
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
