"""JSON and CSV endpoints of figures over many."""

from collections.abc import Iterable, Sequence

from flask import Response

from kessos_case.core import pdf, workbooks
from kessos_case.core.clock import office_day
from kessos_case.core.months import month_of, month_range
from kessos_case.core.sheets import written
from kessos_case.reports import page_queries, service, unmet_wording, wording
from kessos_case.reports import schemas as s
from kessos_case.reports.rules import LEAST_TOLD
from kessos_case.reports.strength_queries import StrengthFilter
from kessos_case.web.api import ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.lists import page_request
from kessos_case.web.pages import current_language

blp = ApiBlueprint("reports", __name__, description="Figures over many: partners, places, unmet need")

# What `?format=` gives beside the JSON of the same address.
AS_CSV = {"schema": {"type": "string"}, "content_type": "text/csv"}
AS_XLSX = {"schema": {"format": "binary", "type": "string"}, "content_type": workbooks.MEDIA}
AS_PDF = {"schema": {"format": "binary", "type": "string"}, "content_type": "application/pdf"}


@blp.get("/partners/<uuid:organisation_id>/scorecard")
@door("scorecard", "read")
@blp.response(200, s.ScorecardOut)
def scorecard(session, organisation_id):
    """What became of the offers to an organisation: its own people, and desks and administrators for all."""
    return service.read_scorecard(session, organisation_id)


@blp.get("/partners/strength_map")
@door("report", "read")
@blp.alt_response(200, **AS_CSV)
@blp.alt_response(200, **AS_XLSX)
@blp.response(200, s.StrengthMapOut)
@blp.arguments(s.StrengthArgs, location="query")
def strength_map(session, args):
    """Organisations and what they offer, with places, use and people in line; beside them every regency."""
    wanted = StrengthFilter(args["region_code"] or "", args["service_type"] or "")
    if args["format"] != "json":
        heading, *rows = wording.strength_table(service.every_strength_line(session, wanted))
        return sheet("strength_map", args["format"], heading, rows)
    found = service.strength_lines(session, wanted, page_request(args))
    regions = [place for code, place in service.read_strength(session, wanted).items()
               if not wanted.place or code == wanted.place]  # fmt: skip
    return {"items": found.items, "next_cursor": found.next_cursor, "regions": regions}


@blp.get("/reports/unmet_need")
@door("report", "read")
@blp.alt_response(200, **AS_CSV)
@blp.alt_response(200, **AS_XLSX)
@blp.alt_response(200, **AS_PDF)
@blp.response(200, s.UnmetNeedOut)
@blp.arguments(s.UnmetArgs, location="query")
def unmet_need(session, args):
    """Needs that nobody could take, by month, regency and kind of service; the same figures in every format."""
    now = month_of(office_day(session.now))
    months = month_range(*(args["months"] or (now, now)))
    found = service.unmet_need(session, months)
    cells = [
        cell for cell in found.cells
        if args["region_code"] in (None, cell.region_code) and args["service_type"] in (None, cell.service_type)
    ]  # fmt: skip
    if args["format"] == "json":
        return {"is_exact": found.is_exact, "regions": found.regions, "items": cells}
    return _unmet_file(session, args, found, cells, months)


@blp.get("/reports/assessments")
@door("research", "export")
@blp.alt_response(200, **AS_XLSX)
@blp.response(200, {"type": "string"}, content_type="text/csv")
@blp.arguments(s.ResearchArgs, location="query")
def assessment_items(session, args):
    """Answers to an instrument, a row for each completed assessment, of people who are numbered anew in every file.

    Traits that fewer than five people share are `*`; the header `Kessos-Left-Out` tells how many people are not in it.
    """
    found = service.assessment_items(session, args["instrument"], args["version"], month_range(*args["months"]))
    answer = sheet(f"assessments_{args['instrument']}", args["format"], found.heading, found.rows)
    answer.headers["Kessos-Left-Out"] = "<5" if 0 < found.left_out < LEAST_TOLD else str(found.left_out)
    return answer


def _unmet_file(session, args, found, cells, months):
    if args["format"] == "csv":
        heading, *rows = unmet_wording.table(cells)
        return sheet("unmet_need", "csv", heading, rows)
    codes = {*(cell.region_code for cell in cells), *found.regions}
    places = page_queries.place_names(session, filter(None, codes))
    kinds = {code: name for code, _parent, name in page_queries.service_types(session, current_language())}
    if args["format"] == "xlsx":
        return sheet("unmet_need", "xlsx", unmet_wording.heading(), unmet_wording.rows(cells, places, kinds))
    if args["region_code"] is None and args["service_type"] is None:
        # By place and by kind: each kind in each place would be a hundred pages.
        cells = [cell for cell in cells if None in (cell.region_code, cell.service_type)]
    content = unmet_wording.document(found, cells, months, places, kinds, session.now)
    page = pdf.typeset("reports/typst/table.typ", content, int(session.now.timestamp()))
    return kept("unmet_need.pdf", "application/pdf", page)


def sheet(name: str, form: str, heading: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> Response:
    """A table to be kept, which no spreadsheet takes for formulas."""
    if form == "xlsx":
        return kept(f"{name}.xlsx", workbooks.MEDIA, workbooks.workbook("Kessos", heading, rows))
    return kept(f"{name}.csv", "text/csv", "".join(written(map(str, row) for row in (heading, *rows))))


def kept(name: str, media: str, content: str | bytes) -> Response:
    """A file to keep."""
    answer = Response(content, mimetype=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
