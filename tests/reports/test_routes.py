"""Figures over HTTP: for whom, in which forms, and what is refused."""

import csv
from datetime import timedelta

import pytest

from kessos_case.core import pdf
from kessos_case.core.months import parse_month
from kessos_case.core.sheets import open_table
from kessos_case.reports import unmet_wording
from kessos_case.reports.service import UnmetCell, UnmetNeed
from tests.conftest import Clock, Truth
from tests.factories import AMBULU, JEMBER, Api, Make
from tests.factories.offers import shelter
from tests.factories.partners import offer_service, partner
from tests.factories.reports import at, past

MARCH = parse_month("2026-03")


def test_a_scorecard_is_told_to_its_own_people_and_not_to_others(make: Make, api: Api):
    receiver = shelter(make)
    mine = api(receiver.user).get(f"/partners/{receiver.office.id}/scorecard")
    assert (mine.status_code, mine.json["all"]["offers"], mine.json["all"]["acceptance"]["value"]) == (200, 0, None)
    assert len(mine.json["months"]) == 24
    foreign = api(shelter(make).user).get(f"/partners/{receiver.office.id}/scorecard")
    assert (foreign.status_code, foreign.json["code"]) == (403, "scope")


def test_the_strength_map_comes_in_pages_with_every_regency(make: Make, api: Api):
    for _ in range(3):
        offer_service(make)
    desk = api(make.user("triage"))
    first = desk.get("/partners/strength_map?limit=2").json
    assert (len(first["items"]), len(first["regions"])) == (2, 38)
    rest = desk.get(f"/partners/strength_map?limit=2&cursor={first['next_cursor']}").json
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)
    assert [
        place["region_code"] for place in desk.get(f"/partners/strength_map?region_code={JEMBER}").json["regions"]
    ] == [JEMBER]


def test_a_sheet_runs_no_formula(make: Make, api: Api):
    office = partner(make, name="=1+1")
    offer_service(make, office.id)
    sheet = api(make.user("triage")).get("/partners/strength_map?format=csv")
    assert sheet.mimetype == "text/csv"
    assert ",'=1+1,lks,35.09,temporary_shelter,1," in sheet.text
    [heading, row] = cells_of(api(make.user("triage")).get("/partners/strength_map?format=xlsx").data)
    assert row[heading.index("organisation_name")] == "=1+1", "text in its own cell, which no spreadsheet reckons"


def test_unmet_need_comes_by_month_and_as_a_sheet(make: Make, api: Api, truth: Truth, clock: Clock):
    clock.set("2026-03-02T03:00:00+00:00")
    lived = past(make, truth)
    lived.unmet((at("2026-01-05 09:00"), None))
    desk, analyst = api(make.user("triage")), api(make.user("analyst"))
    asked = f"/reports/unmet_need?from=2026-01&to=2026-01&region_code={JEMBER}&service_type=temporary_shelter"
    [cell] = desk.get(asked).json["items"]
    assert (cell["month"], cell["entered"], cell["still_unmet"]) == ("2026-01", 1, 1)
    [hidden] = analyst.get(asked).json["items"]
    assert (hidden["entered"], hidden["still_unmet"], hidden["met_later"]) == (None, None, 0)
    assert f"2026-01,{JEMBER},temporary_shelter,*,0,*" in analyst.get(f"{asked}&format=csv").text
    assert desk.get("/reports/unmet_need").json["items"][0]["month"] == "2026-03"


def test_every_format_has_the_same_figures(make: Make, api: Api, truth: Truth, clock: Clock):
    clock.set("2026-03-02T03:00:00+00:00")
    lived = past(make, truth)
    for number in range(1234):
        lived.unmet((at("2026-01-05 09:00") + timedelta(minutes=number), None), region_code=AMBULU)
    lived.unmet((at("2026-02-05 09:00"), None), service_types=["meals"], region_code="35.78.07")
    for reader in (api(make.user("triage", organisation="DINSOS-35")), api(make.user("analyst"))):
        asked = "/reports/unmet_need?from=2026-01&to=2026-02"
        told = [[cell["month"], cell["region_code"] or "", cell["service_type"] or "",
                 *("*" if cell[name] is None else str(cell[name]) for name in ("entered", "met_later", "still_unmet"))]
                for cell in reader.get(asked).json["items"]]  # fmt: skip
        assert list(csv.reader(reader.get(f"{asked}&format=csv").text.splitlines()))[1:] == told
        rows = cells_of(reader.get(f"{asked}&format=xlsx").data)[1:]
        assert [[row[0], row[1], row[3], *row[5:]] for row in rows] == told
        assert reader.get(f"{asked}&format=pdf").data.startswith(b"%PDF")
    assert len(told) == 11


def test_a_document_says_each_month_with_names_and_large_figures_as_people_write_them(api: Api):
    cells = [UnmetCell(MARCH, None, None, 1234, 0, None), UnmetCell(MARCH, JEMBER, "meals", 6, 0, 6)]
    with api.app.test_request_context():
        content = unmet_wording.document(
            UnmetNeed(cells, False, ()),
            cells,
            [MARCH, MARCH + 1],
            {JEMBER: "Kabupaten Jember"},
            {"meals": "Makan"},
            at("2026-03-02 10:00"),
        )
    march, april = content["parts"]
    assert march["title"] == "Maret 2026"
    assert march["rows"] == [
        ["Semua daerah", "Semua pertolongan", "1.234", "0", "*"], ["Kabupaten Jember", "Makan", "6", "0", "6"]
    ]  # fmt: skip
    assert april["rows"] == []
    assert content["closing"][-1].startswith("* Angka yang lebih kecil dari 5")
    assert pdf.typeset("reports/typst/table.typ", content, 0).startswith(b"%PDF")


def cells_of(workbook: bytes) -> list[list[str]]:
    return [row for _, row in open_table(workbook).rows()]


@pytest.mark.parametrize(
    "query", ["from=2026-13", "from=2026-02&to=2026-01", "from=2024-01&to=2026-01", "region_code=35", "x=1"]
)
def test_what_makes_no_sense_is_refused(make: Make, api: Api, query: str):
    assert api(make.user("triage")).get(f"/reports/unmet_need?{query}").status_code == 422


def test_one_month_alone_may_be_named_from_either_side(make: Make, api: Api):
    assert api(make.user("triage")).get("/reports/unmet_need?from=2026-01").status_code == 200
    assert api(make.user("triage")).get("/reports/unmet_need?to=2026-01").status_code == 200
