"""Pages of tables of partners: chosen, looked at, written. What was looked at travels in the page, and is what is written."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, KessosError, RuleBroken
from kessos_case.core.settings import settings
from kessos_case.partners import import_forms as forms
from kessos_case.partners import import_page_wording as wording
from kessos_case.partners import page_queries
from kessos_case.partners.import_routes import table_of
from kessos_case.partners.service import imports as service
from kessos_case.partners.service.imports import Outcome, Report, RowPlan
from kessos_case.reference.service import category_names
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form, changed
from kessos_case.web.pages import current_language, page_door, see_other

blp = Blueprint("partner_import_pages", __name__, url_prefix="/partners/imports")

# Rows of a kind that a page shows; all of them are in the file that can be kept.
MOST_SHOWN = 100
REFUSALS = (Invalid, Conflict, RuleBroken)
Errors = dict[str, str]


@dataclass(frozen=True)
class Shown:
    """Rows of one outcome: how many, and as many of them as a page bears."""

    count: int
    rows: list[RowPlan]


@blp.get("/new")
@page_door("partner", "manage")
def new(session: Session) -> str:
    """The form to choose a table; after one was written, what came of it."""
    return _new(Form(), {})


@blp.post("/new")
@page_door("partner", "manage")
def look(session: Session) -> Response | str:
    """What the table would do, row by row; nothing is written."""
    try:
        content = forms.content_from(request.form)
        return _looked(session, content, {})
    except Invalid as error:
        return _refused(error, _new(request.form, _mistakes(error)))


@blp.post("/application")
@page_door("partner", "manage")
def apply(session: Session) -> Response:
    """Write what was looked at; when it would be anything else by now, the new look is shown instead."""
    form = request.form
    try:
        content = forms.content_from(form)
        done = service.import_directory(
            session, content, dry_run=False, skip_failed=bool(form.get("skip_failed")), digest=form.get("digest", "")
        )
    except Invalid as error:
        return _refused(error, _new(form, _mistakes(error)))
    except REFUSALS as error:
        return _refused(error, _looked(session, content, _mistakes(error)))
    told: dict[str, Any] = {name: done.counts[name] for name in (Outcome.CREATE, Outcome.CHANGE, Outcome.FAILED)}
    return see_other(url_for("partner_import_pages.new", notice="applied", **told))


@blp.post("/result")
@page_door("partner", "manage")
def result(session: Session) -> Response:
    """The table itself, each row with what would become of it and why."""
    try:
        return table_of(service.import_directory(session, forms.content_from(request.form)))
    except Invalid as error:
        return _refused(error, _new(request.form, _mistakes(error)))


def _looked(session: Session, content: bytes, errors: Errors) -> str:
    report = service.import_directory(session, content)
    shown = {outcome: _of(report, outcome) for outcome in (Outcome.FAILED, Outcome.CHANGE, Outcome.CREATE)}
    return render_template(
        "partners/import_look.html", report=report, shown=shown, errors=errors, words=wording,
        names=_names(session, shown), content=forms.carried(content), most=MOST_SHOWN,
    )  # fmt: skip


def _of(report: Report, outcome: Outcome) -> Shown:
    found = [row for row in report.rows if row.outcome is outcome]
    # What may stand already comes first: of many rows a page shows some.
    found.sort(key=lambda plan: plan.row.number not in report.alike)
    return Shown(len(found), found[:MOST_SHOWN])


def _names(session: Session, shown: dict[Outcome, Shown]) -> wording.Names:
    """Names for the codes of what is shown."""
    changes = [change for one in shown.values() for row in one.rows for change in row.changes]
    said = [
        value
        for change in changes
        if change.field in ("coverage", "region_code")
        for value in (change.before, change.after)
    ]
    codes = {code for value in said if value for code in (value if isinstance(value, list) else [value])}
    language = current_language()
    return wording.Names(
        places=page_queries.named_places(session, codes),
        services=page_queries.service_types(session, language)[0],
        categories=category_names(session, language),
    )


def _new(form: Form, errors: Errors) -> str:
    asked = request.args
    figures = {name: int(asked[name]) for name in asked if name in list(Outcome) and _is_count(asked[name])}
    return render_template(
        "partners/import_new.html", form=form, errors=errors, figures=figures, words=wording,
        is_done=asked.get("notice") == "applied", most=settings().max_body_bytes // 1024**2,
    )  # fmt: skip


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6


def _mistakes(error: KessosError) -> Errors:
    if isinstance(error, RuleBroken):
        return wording.mistakes([{"field": "skip_failed", "code": error.code}])
    if isinstance(error, Conflict):
        return {"": changed()}
    return wording.mistakes(error.errors)


def _refused(error: KessosError, page: Any) -> Response:
    return make_response(page, status_of(error))
