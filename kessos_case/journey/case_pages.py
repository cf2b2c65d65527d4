"""Pages of one case: where it stands and what comes next, its moves, who serves it, and how one is opened."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.cases import service as cases
from kessos_case.cases import wording as casework_words
from kessos_case.cases.rules import CloseReason, Pathway, Verb
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, RuleBroken
from kessos_case.journey import case_forms as forms
from kessos_case.journey import service, wording
from kessos_case.journey.case_view import CaseView, read_view
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form, changed, check_seen
from kessos_case.web.once import once, word_of
from kessos_case.web.pages import current_language, page_door, see_other

blp = Blueprint("case_pages", __name__, url_prefix="/cases")

# How many of each kind a page names; the rest is one click away.
FEW = 5
_STANDARD = ("spm_type", "spm_level", "recommending_organisation_id")


@blp.get("/<uuid:case_id>")
@page_door("case", "read")
def one(session: Session, case_id: UUID) -> str:
    """One case: where it stands, what is missing for the next step, what else can be done, and what belongs to it."""
    return _one(session, case_id, Form(), [])


@blp.post("/<uuid:case_id>/moves")
@page_door("case", "move")
def move(session: Session, case_id: UUID) -> Response:
    """Move the case by a verb. What is missing is said all at once, each with the way to it; nothing typed is lost."""
    form = request.form

    def do() -> UUID:
        stated = forms.move_from(form, office_day(session.now))
        case = cases.own_case_for(session, case_id, lock=True, open_only=False)
        check_seen(form, case.version)
        # An offer to another UPT and a review of care change nothing but the history.
        if form.get("moves") != str(cases.moves_behind(session, case_id)):
            raise Conflict("It has moved since the page was opened.", code="changed")
        return service.move_case(session, case_id, **stated).id

    return _done(session, case_id, do, form.get("verb", ""))


@blp.post("/<uuid:case_id>/caseworker")
@page_door("case", "assign")
def assign(session: Session, case_id: UUID) -> Response:
    """Name the caseworker, to whom the open tasks go."""
    return _done(session, case_id, lambda: _change(session, case_id, ("caseworker_id",)), "caseworker")


@blp.post("/<uuid:case_id>/standard")
@page_door("case", "assign")
def standard(session: Session, case_id: UUID) -> Response:
    """Write down under which minimum service standard the person is served."""
    return _done(session, case_id, lambda: _change(session, case_id, _STANDARD), "standard")


def _change(session: Session, case_id: UUID, names: tuple[str, ...]) -> UUID:
    stated = forms.change_from(request.form, names)
    case = cases.own_case_for(session, case_id, lock=True)
    check_seen(request.form, case.version)
    return cases.change_case(session, case, stated).id


def _done(session: Session, case_id: UUID, do: Callable[[], UUID], said: str) -> Response:
    """Do what a form of the case asks, once; a refusal shows the page again with what is wrong and what was typed."""
    try:
        once(session, request.form, do)
    except (Invalid, RuleBroken) as error:
        errors = forms.placed(error.errors, request.form)
        return make_response(_one(session, case_id, request.form, errors), status_of(error))
    except Conflict as error:
        if error.code != "changed":
            raise
        return make_response(_one(session, case_id, request.form, [], is_stale=True), 409)
    return see_other(url_for("case_pages.one", case_id=case_id, notice=said))


def _one(session: Session, case_id: UUID, form: Form, errors: list[dict[str, Any]], *, is_stale: bool = False) -> str:
    view = read_view(session, case_id, current_language())
    return render_template(
        "journey/case.html",
        view=view,
        case=view.case,
        form=form,
        once=word_of(Form()),
        lacking=wording.lacks([entry for entry in errors if not entry["field"]], view.case),
        errors=wording.mistakes([entry for entry in errors if entry["field"]]),
        stale=changed() if is_stale else "",
        notice=wording.notice(request.args.get("notice", "")) if request.method == "GET" else "",
        fields=forms.FIELDS,
        choices=_choices(view),
        few=FEW,
        words=wording,
        casework=casework_words,
    )


def _choices(view: CaseView) -> dict[str, Mapping[str, Any]]:
    """What the forms of the verbs offer: the reasons of each, earlier stages, other pathways, other UPT."""
    # A death is written down once, for every office; the form leads there.
    told_elsewhere = (CloseReason.TRANSFERRED, CloseReason.DECEASED)
    reasons = {str(verb): dict(words) for verb, words in wording.REASONS.items()}
    for reason in told_elsewhere:
        reasons[Verb.CLOSE].pop(reason)
    return {
        "reasons": reasons,
        "stages": {stage: wording.STAGES[stage] for stage in reversed(view.earlier)},
        "pathways": {one: words for one, words in wording.PATHWAYS.items() if one != Pathway(view.case.pathway)},
        "upts": view.names.upts,
        "settled": wording.SETTLED,
        "goals": wording.GOAL_DECISIONS,
    }
