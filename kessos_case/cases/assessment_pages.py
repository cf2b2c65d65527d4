"""Pages of assessments: where each instrument stands, filling one in, and what came out of it beside the last one."""

from uuid import UUID

from flask import Blueprint, Response, jsonify, make_response, request, url_for
from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _

from kessos_case.access.service import names_of
from kessos_case.cases import assessment_forms as forms
from kessos_case.cases import wording
from kessos_case.cases.casework import Assessment
from kessos_case.cases.page_frame import Errors, mistakes, refused, shown
from kessos_case.cases.rules import AssessmentState
from kessos_case.cases.service import assessing
from kessos_case.cases.service.assessments import AssessmentCard, assessment_for, read_assessment
from kessos_case.cases.service.headings import CaseHeading, case_heading
from kessos_case.cases.service.instruments import instrument_of
from kessos_case.cases.service.overview import assessment_overview, former_assessments
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, NotFound
from kessos_case.web.forms import Form, changed, check_seen
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("assessments", __name__)


@blp.get("/cases/<uuid:case_id>/assessments")
@page_door("assessment", "read")
def index(session: Session, case_id: UUID) -> str:
    """The instruments that the pathway asks for and where each stands; then the others and everything completed."""
    heading = case_heading(session, case_id)
    stands = (heading.pathway, heading.stage, heading.stage_since)
    found = assessment_overview(session, case_id, *stands, heading.client_id)
    return shown(session, "assessments", Form(), {}, heading=heading, overview=found)


@blp.post("/cases/<uuid:case_id>/assessments")
@page_door("assessment", "write")
def begin(session: Session, case_id: UUID) -> Response:
    """Begin an assessment, or go on with its draft."""
    card = assessing.begin_assessment(session, case_id, request.form.get("instrument", ""))
    return _to(card.case_id, card.id)


@blp.get("/cases/<uuid:case_id>/assessments/<uuid:assessment_id>")
@page_door("assessment", "read")
def one(session: Session, case_id: UUID, assessment_id: UUID) -> str:
    """One assessment: the form while it is a draft and the reader fills it in, else what was found."""
    return _one(session, case_heading(session, case_id), assessment_id, None, {})


@blp.post("/cases/<uuid:case_id>/assessments/<uuid:assessment_id>")
@page_door("assessment", "write")
def save(session: Session, case_id: UUID, assessment_id: UUID) -> Response:
    """Save the draft, or complete it with `do=complete`; `do=autosave` answers a program in the page."""
    form, found = request.form, assessment_for(session, assessment_id, lock=True)
    if found.case_id != case_id:
        raise NotFound("There is no such assessment.")
    try:
        check_seen(form, found.version)
        errors, card = _saved(session, found, form)
    except Conflict as error:
        return _overtaken(session, found, form, error)
    if form.get("do") == "autosave":
        return _heard(card, errors)
    if errors:
        heading = case_heading(session, case_id)
        return make_response(_one(session, heading, assessment_id, form, errors, version=card.version), 422)
    return _to(case_id, assessment_id, "completed" if form.get("do") == "complete" else "saved")


def _saved(session: Session, found: Assessment, form: Form) -> tuple[Errors, AssessmentCard]:
    answers = forms.answers_from(form, instrument_of(found.instrument, found.instrument_version))
    card, wrong = assessing.save_what_holds(session, found, answers, complete=form.get("do") == "complete")
    return wording.mistakes(wrong), card


def _heard(card: AssessmentCard, errors: Errors) -> Response:
    """What the page shows of a save that nobody pressed for."""
    time = format_datetime(card.saved_at, "HH.mm")
    said = _("Tersimpan %(time)s.", time=time)
    if errors:
        said += " " + ngettext(
            "%(num)d jawaban belum benar dan belum tersimpan.", "%(num)d jawaban belum benar dan belum tersimpan.",
            len(errors),
        )  # fmt: skip
    return jsonify(version=card.version, said=said)


def _overtaken(session: Session, found: Assessment, form: Form, error: Conflict) -> Response:
    """Somebody else, or another tab, was there: what was typed is shown again beside what is stored."""
    if form.get("do") == "autosave":
        return make_response(jsonify(said=changed()), 409)
    heading = case_heading(session, found.case_id)
    if error.code != "changed" or found.state != AssessmentState.DRAFT:
        return refused(error, _one(session, heading, found.id, None, mistakes(error)))
    return make_response(_one(session, heading, found.id, form, {"": changed()}, version=found.version), 409)


def _one(
    session: Session,
    heading: CaseHeading,
    assessment_id: UUID,
    form: Form | None,
    errors: Errors,
    version: int | None = None,
) -> str:
    card = read_assessment(session, assessment_id)
    if card.case_id != heading.id:
        raise NotFound("There is no such assessment.")
    former, first = former_assessments(session, card)
    instrument = instrument_of(card.instrument, card.instrument_version)
    stored = forms.form_of(instrument, card.answers or {})
    groups = forms.groups(instrument)
    is_form = card.state == AssessmentState.DRAFT and heading.may_write
    return shown(
        session,
        "assessment_form" if is_form else "assessment",
        form if form is not None else stored,
        errors,
        heading=heading,
        card=card,
        version=version or card.version,
        instrument=instrument,
        groups=groups,
        answered={question.name: text for _domain, group in groups for question, text in forms.answered(group, stored)},
        stored=stored,
        former=former,
        first=first,
        names=names_of(session, [card.completed_by, card.started_by]),
    )


def _to(case_id: UUID, assessment_id: UUID, notice: str | None = None) -> Response:
    address = "casework_pages.assessments.one"
    return see_other(url_for(address, case_id=case_id, assessment_id=assessment_id, notice=notice))
