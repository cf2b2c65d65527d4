"""Endpoints of the cohort report: the same figures as JSON, CSV, workbook and PDF."""

from dataclasses import asdict
from math import isfinite

from kessos_case.core import pdf
from kessos_case.reports import cohort_schemas as s
from kessos_case.reports import cohort_wording as wording
from kessos_case.reports import comparison_wording, page_queries, service
from kessos_case.reports.routes import AS_CSV, AS_PDF, AS_XLSX, kept, sheet
from kessos_case.web.api import ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.pages import current_language

blp = ApiBlueprint("cohorts", __name__, description="What became of those whose service began together")


@blp.get("/reports/cohorts")
@door("report", "read")
@blp.alt_response(200, **AS_CSV)
@blp.alt_response(200, **AS_XLSX)
@blp.alt_response(200, **AS_PDF)
@blp.response(200, s.CohortsOut)
@blp.arguments(s.CohortArgs, location="query")
def cohorts(session, args):
    """How far they came, when, who graduated, worked, fell back, and what is different from intake; by cohort.

    Exact and with the way to the people for who leads the office; for others of the province, without small figures. Counted
    by the night, as of the end of the day `as_of`; 409 `not_counted` before the first night that counted it.
    """
    found = service.read_cohorts(session, s.selection_of(args))
    if args["format"] == "json":
        return answered(found)
    if args["format"] == "csv":
        heading, *rows = wording.table(found)
        return sheet("cohorts", "csv", heading, rows)
    names = page_queries.cohort_names(session, found, current_language())
    if args["format"] == "xlsx":
        return sheet("cohorts", "xlsx", wording.heading(), wording.rows(found, names))
    content = wording.document(found, names, session.now)
    page = pdf.typeset("reports/typst/table.typ", content, int(session.now.timestamp()))
    return kept("cohorts.pdf", "application/pdf", page)


@blp.get("/reports/cohorts/comparison")
@door("report", "read")
@blp.response(200, s.ComparisonOut)
@blp.arguments(s.ComparisonArgs, location="query")
def comparison(session, args):
    """People of a course beside people like them who were in none, with how alike they are; 409 where they are not.

    As of the end of the day that the last night looked at; 409 `not_counted` before the first.
    """
    found = service.compare_course(session, args["course_id"])
    balance = [asdict(each) | {"before": each.before if isfinite(each.before) else None} for each in found.balance]
    return {**vars(found), "is_good": found.is_good, "balance": balance, "says": comparison_wording.notes(found)}


def answered(found):
    """The report as JSON."""
    return {
        "as_of": found.as_of,
        "is_exact": found.is_exact,
        "offices": found.offices,
        "notes": wording.notes(found),
        "figures": [_figure(found, figure) for figure in found.figures],
        "groups": [
            {"key": group.key, "figures": [_figure(found, figure, group.key) for figure in group.figures]}
            for group in found.groups
        ],
        "curves": [
            {
                "stage": curve.stage,
                "n": curve.n,
                "points": [{"days": day, **asdict(each)} for day, each in curve.points],
            }
            for curve in found.curves
        ],
    }


def _figure(found, figure, key=""):
    has_rows = found.is_exact and figure.has_people
    return {**asdict(figure), "rows": s.rows_of(figure.measure, found.selection, key) if has_rows else None}
