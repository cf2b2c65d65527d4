"""Pages of the cohort report: the figures with their curves, and the people behind a figure for who leads the office."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

import marshmallow as ma
from flask import Blueprint, render_template, request

from kessos_case.core.db import Session, attempt
from kessos_case.core.errors import Conflict, RuleBroken
from kessos_case.core.paging import PageRequest
from kessos_case.journey.wording import STAGES as CASE_STAGES
from kessos_case.reports import cohort_curve, comparison_wording, page_queries, service
from kessos_case.reports import cohort_wording as wording
from kessos_case.reports.cohort_schemas import CohortArgs, rows_of, selection_of
from kessos_case.reports.rules.cohorts import DIMENSIONS, MEASURES
from kessos_case.reports.rules.figures import Figure
from kessos_case.reports.service import Selection
from kessos_case.web.pages import current_language, page_door

blp = Blueprint("cohort_pages", __name__)

A_PAGE = 20
# Of a table by groups on the page; all of them are in the files.
MOST_GROUPS = 40


@blp.get("/reports/cohorts")
@page_door("report", "read")
def cohorts(session: Session) -> str:
    """How far people came whose service began together, and what followed."""
    selection = _selection()
    too_fine = not service.may_ask(session, selection)
    try:
        found = service.read_cohorts(session, Selection() if too_fine else selection)
    except Conflict as error:
        return _not_counted(error)
    names = page_queries.cohort_names(session, found, current_language())
    return render_template(
        "reports/cohorts.html",
        found=found, too_fine=too_fine, asked={**selection.filters, "by": selection.by}, words=wording,
        figures=wording.codes(found.figures), named=partial(_named, names), choices=_choices(found, names),
        pictures=[(curve, cohort_curve.picture(curve)) for curve in found.curves], marks=cohort_curve.marks(),
        groups=[(group.key, wording.codes(group.figures)) for group in found.groups[:MOST_GROUPS]],
        way=partial(_way, found), query=urlencode({**found.selection.filters, **_by(found.selection)}),
        is_cut=len(found.groups) > MOST_GROUPS, in_words=wording.chosen(found, names), here=partial(_here, found),
    )  # fmt: skip


@blp.get("/reports/cohorts/cases")
@page_door("report", "read")
def cohort_cases(session: Session) -> str:
    """The people behind a figure, for who leads the office."""
    selection, show = _selection(), request.args.get("show", "all")
    measure = show if show in MEASURES else "all"
    bound = (("show", measure), *sorted(selection.filters.items()))
    asked = PageRequest("page:cohorts", A_PAGE, request.args.get("cursor"), bound)
    try:
        found = service.cohort_rows(session, selection, measure, asked)
    except Conflict as error:
        return _not_counted(error)
    query = urlencode({"show": measure, **selection.filters})
    return render_template(
        "reports/cohort_cases.html", rows=found.items, next_cursor=found.next_cursor, title=wording.behind(measure),
        query=query, back=urlencode(selection.filters), stages=CASE_STAGES,
    )  # fmt: skip


@blp.get("/reports/cohorts/comparison")
@page_door("report", "read")
def comparison(session: Session) -> tuple[str, int]:
    """A course beside people like those who were in it; or why there is no comparison."""
    courses = service.compared_courses(session)
    wanted = next((course for course in courses if str(course[0]) == request.args.get("course_id")), None)
    found, refused = None, []
    if wanted:
        try:
            with attempt(session):
                found = service.compare_course(session, wanted[0])
        except RuleBroken as error:
            refused = comparison_wording.refusals(error.errors)
        except Conflict as error:
            return _not_counted(error), 200
    page = render_template(
        "reports/comparison.html", found=found, refused=refused, words=comparison_wording,
        asked={"course_id": str(wanted[0]) if wanted else ""},
        courses={str(course): f"{name}, {office}" for course, name, office in courses},
    )  # fmt: skip
    return page, 409 if refused else 200


def _not_counted(error: Conflict) -> str:
    """Before the first night there are no figures, which is not the same as figures of nought."""
    if error.code != "not_counted":
        raise error
    return render_template("reports/cohorts_not_counted.html")


def _selection() -> Selection:
    """What the address asks for; a word that nobody offers is passed over."""
    stated = {name: word for name, word in request.args.items() if name in (*DIMENSIONS, "by") and word}
    schema = CohortArgs()
    try:
        return selection_of(schema.load(stated))
    except ma.ValidationError as error:
        return selection_of(
            schema.load({name: word for name, word in stated.items() if name not in error.messages_dict})
        )


def _choices(found: service.Cohorts, names: Any) -> dict[str, dict[str, str]]:
    """The words that each filter offers; one that everybody shares is none."""
    offered = {
        name: {word: wording.named(name, word, names) for word in words} for name, words in found.offered.items()
    }
    return {name: offered[name] for name in DIMENSIONS if len(offered[name]) > 1 or name in found.selection.filters}


def _named(names: Any, dimension: str, word: str) -> str:
    return wording.named(dimension, word, names)


def _way(found: service.Cohorts, figure: Figure, key: str = "") -> str | None:
    """The address of the people behind a figure, for who may see them."""
    return rows_of(figure.measure, found.selection, key) if found.is_exact and figure.has_people else None


def _by(selection: Selection) -> dict[str, str]:
    return {"by": selection.by} if selection.by else {}


def _here(found: service.Cohorts, key: str) -> str:
    """This report of one group."""
    return "/reports/cohorts?" + urlencode({**found.selection.filters, found.selection.by: key})
