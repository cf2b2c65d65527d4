"""The page on which a supervisor passes cases of one caseworker on to a colleague."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from kessos_case.cases import service as cases
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, NotFound, RuleBroken, field_error
from kessos_case.journey import hand_over_wording as words
from kessos_case.journey import wording
from kessos_case.journey.schemas import HandOverForm
from kessos_case.tasks.service import colleagues_for
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form, loaded, said
from kessos_case.web.once import once, word_of
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("hand_over_pages", __name__)

# In the address, for the cases that nobody serves.
NOBODY = "none"
Errors = dict[str, str]


@blp.get("/cases/hand-over")
@page_door("case", "assign")
def choose(session: Session) -> str:
    """Whose cases (`?from=`), which of them, and to whom."""
    return _page(session, request.args, {})


@blp.post("/cases/hand-over")
@page_door("case", "assign")
def hand_over(session: Session) -> Response:
    """Pass them on, with the open tasks."""
    form, office = request.form, _office(session, request.form)
    try:
        once(session, form, lambda: cases.hand_over_cases(session, office, **_stated(form)).id)
    except (Invalid, RuleBroken) as error:
        return make_response(_page(session, form, words.mistakes(error.errors)), status_of(error))
    return see_other(url_for("hand_over_pages.choose", notice="done"))


def _stated(form: Form) -> dict[str, Any]:
    """All of them, or those that are ticked. Raises Invalid."""
    whose, is_all = said(form, "from"), form.get("which") == "all"
    chosen = None if is_all else form.getlist("case_id")
    if chosen == []:
        # No list is the rest, which here would be all.
        raise Invalid("Nothing is chosen.", errors=[field_error("case_ids", "missing", "Choose at least one.")])
    stated = {"from_id": None if whose == NOBODY else whose or "", "user_id": said(form, "user_id"), "case_ids": chosen}
    found = loaded(HandOverForm(), stated)
    return {"from_id": found["from_id"], "to": [{name: found[name] for name in ("user_id", "case_ids")}]}


def _page(session: Session, form: MultiDict[str, str], errors: Errors) -> str:
    office, whose = _office(session, form), form.get("from", "")
    serving = cases.who_serves(session, office)
    known = {str(one.id or NOBODY): one for one in serving}
    held = cases.cases_held(session, office, known[whose].id) if whose in known else []
    colleagues = {str(key): name for key, name in colleagues_for(session, office, "caseworker").items()}
    colleagues.pop(whose, None)
    return render_template(
        "journey/hand_over.html",
        office=office,
        serving={key: words.in_line(one) for key, one in known.items()},
        whose=known.get(whose),
        held=held,
        chosen=set(form.getlist("case_id")),
        colleagues=colleagues,
        form=form,
        errors=errors,
        once=word_of(Form()),
        notice=words.NOTICES.get(request.args.get("notice", "")),
        most=cases.MOST_SHOWN,
        stage_words=wording.STAGES,
    )


def _office(session: Session, form: MultiDict[str, str]) -> UUID:
    """The office that the reader leads: the one that the form names, else his first."""
    led = cases.led_offices(session)
    named = next((office for office in led if str(office) == form.get("office")), None)
    if not led:
        raise NotFound("You lead no office.")
    return named or led[0]
