"""JSON endpoints of instruments and assessments."""

from kessos_case.cases import casework_queries as queries
from kessos_case.cases import casework_schemas as s
from kessos_case.cases import instrument_schemas as forms
from kessos_case.cases.casework import Assessment
from kessos_case.cases.service import assessing, assessments, instruments
from kessos_case.cases.service.registry import case_for
from kessos_case.core.paging import Page, page
from kessos_case.web.api import IDEMPOTENCY_KEY, IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint("casework", __name__, description="Instruments and assessments")


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
