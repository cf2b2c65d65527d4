"""JSON and CSV endpoints of figures over many."""

from collections.abc import Iterable
from typing import Any

from flask import Response

from kessos_case.core.clock import office_day
from kessos_case.core.months import month_of, month_range
from kessos_case.core.paging import GREATEST_LIMIT, PageRequest
from kessos_case.core.sheets import written
from kessos_case.reports import schemas as s
from kessos_case.reports import service, wording
from kessos_case.reports.strength_queries import StrengthFilter
from kessos_case.web.api import ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.lists import page_request

blp = ApiBlueprint("reports", __name__, description="Figures over many: partners, places, unmet need")

# `?format=csv`, beside the JSON of the same address.
AS_CSV = {"schema": {"type": "string"}, "content_type": "text/csv"}


@blp.get("/partners/<uuid:organisation_id>/scorecard")
@door("scorecard", "read")
@blp.response(200, s.ScorecardOut)
def scorecard(session, organisation_id):
    """What became of the offers to an organisation: its own people, and desks and administrators for all."""
    return service.read_scorecard(session, organisation_id)


@blp.get("/partners/strength_map")
@door("report", "read")
@blp.alt_response(200, **AS_CSV)
@blp.response(200, s.StrengthMapOut)
@blp.arguments(s.StrengthArgs, location="query")
def strength_map(session, args):
    """Organisations and what they offer, with places, use and people in line; beside them every regency."""
    wanted = StrengthFilter(args["region_code"] or "", args["service_type"] or "")
    if args["format"] == "csv":
        return sheet("strength_map", wording.strength_table(_every_line(session, wanted)))
    found = service.strength_lines(session, wanted, page_request(args))
    regions = [place for code, place in service.read_strength(session, wanted).items()
               if not wanted.place or code == wanted.place]  # fmt: skip
    return {"items": found.items, "next_cursor": found.next_cursor, "regions": regions}


@blp.get("/reports/unmet_need")
@door("report", "read")
@blp.alt_response(200, **AS_CSV)
@blp.response(200, s.UnmetNeedOut)
@blp.arguments(s.UnmetArgs, location="query")
def unmet_need(session, args):
    """Needs that nobody could take, by month, regency and kind of service."""
    now = month_of(office_day(session.now))
    found = service.unmet_need(session, month_range(*(args["months"] or (now, now))))
    cells = [
        cell for cell in found.cells
        if args["region_code"] in (None, cell.region_code) and args["service_type"] in (None, cell.service_type)
    ]  # fmt: skip
    if args["format"] == "csv":
        return sheet("unmet_need", wording.unmet_table(cells))
    return {"is_exact": found.is_exact, "regions": found.regions, "items": cells}


def sheet(name: str, rows: Iterable[Iterable[str]]) -> Response:
    """A table to be kept, which no spreadsheet takes for formulas."""
    answer = Response("".join(written(rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _every_line(session: Any, wanted: StrengthFilter) -> list[service.StrengthLine]:
    """The whole map, page by page."""
    lines: list[service.StrengthLine] = []
    cursor = None
    while True:
        found = service.strength_lines(session, wanted, PageRequest("strength_map", GREATEST_LIMIT, cursor))
        lines += found.items
        cursor = found.next_cursor
        if cursor is None:
            return lines
