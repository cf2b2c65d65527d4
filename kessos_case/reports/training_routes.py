"""JSON and sheets of what became of those who finished a course."""

from kessos_case.reports import schemas as s
from kessos_case.reports import service, training_wording
from kessos_case.reports.routes import AS_CSV, AS_XLSX, sheet
from kessos_case.web.api import ApiBlueprint
from kessos_case.web.auth import door

blp = ApiBlueprint("training outcomes", __name__, description="What became of those who finished a course")


@blp.get("/reports/training-outcomes")
@door("report", "read")
@blp.alt_response(200, **AS_CSV)
@blp.alt_response(200, **AS_XLSX)
@blp.response(200, s.TrainingOutcomesOut)
@blp.arguments(s.TrainingArgs, location="query")
def training_outcomes(session, args):
    """Of every course of every UPT who finished, passed, found work and kept it, and of whom nobody knows: one query."""
    found = service.training_outcomes(session, args["year"], args["organisation"])
    if args["format"] == "json":
        return found
    rows = training_wording.rows(found.year, [found.total, *found.lines])
    return sheet("training_outcomes", args["format"], training_wording.SHEET, rows)
