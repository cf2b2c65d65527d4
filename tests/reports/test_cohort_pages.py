"""The cohort report as page and as files: the same figures everywhere, and the way to the people only for some."""

import csv
import re
from datetime import date, timedelta

import pytest

from kessos_case.core.sheets import open_table
from kessos_case.reports import cohort_wording as wording
from kessos_case.reports.rules.cohorts import MEASURES
from kessos_case.reports.service import Selection, read_cohorts
from tests.access.test_walk import MOST_STATEMENTS
from tests.conftest import Clock, Truth
from tests.factories import Make
from tests.factories.cases import BONDOWOSO, supervisor
from tests.factories.cohorts import Life, Told, Verdict, Work, counted, write_lives
from tests.papers import table_rows
from tests.readers import text_of


@pytest.fixture
def leader(make: Make, truth: Truth, clock: Clock):
    """Who leads an office that has served thirty people for two years."""
    clock.set("2026-03-02T03:00:00+00:00")
    opened, by = date(2024, 1, 8), supervisor(make)
    people = []
    for number in range(30):
        case = Told(opened + timedelta(number), moves=[(opened + timedelta(number + 20), "assessment")])
        if number % 3 == 0:
            case.work = [
                Work(date(2024, 6, 3), date(2024, 6, 3), income=2_345_000, checks=[(date(2024, 12, 2), True, None)])
            ]
        if number % 4 == 0:
            case.closed = date(2024, 10, 7)
        elif number % 5 == 0:
            case.verdicts = [
                Verdict("empowered", "confirmed", date(2024, 12, 2), date(2025, 12, 2), [date(2025, 8, 4)])
            ]
        if case.closed:
            case.reason = "own_wish"
        people.append(Life([case], sex="LP"[number % 2]))
    write_lives(truth, make.caseworker().id, [make.organisation(BONDOWOSO).id], people)
    counted(date(2026, 3, 1))
    return by


def test_every_format_has_the_same_figures(make: Make, api, leader):
    for by in (leader, make.user("analyst")):
        asked = "/reports/cohorts?by=sex"
        answer = api(by).get(asked).json
        told = [("", each) for each in answer["figures"]]
        told += [(group["key"], each) for group in answer["groups"] for each in group["figures"]]
        expected = [[key, each["code"], *cells(each)] for key, each in told]
        rows = list(csv.reader(api(by).get(f"{asked}&format=csv").text.removeprefix("\ufeff").splitlines()))[1:]
        assert [[row[0], row[1], *map(number, row[4:8])] for row in rows] == expected
        assert {row[8] for row in rows} == {answer["as_of"]} == {"2026-03-01"}
        _heading, *sheet = [row for _, row in open_table(api(by).get(f"{asked}&format=xlsx").data).rows()]
        assert [[row[1], *map(number, row[3:7])] for row in sheet] == [row[1:] for row in expected]
        assert {row[8] for row in sheet} == {"1 Maret 2026"}
        kept = table_rows(api(by).get(f"{asked}&format=pdf").data)
        with make.acting(by) as session, api.app.test_request_context():
            found = read_cohorts(session, Selection(by="sex"))
            document = wording.document(found, {}, session.now)
            printed = [row for part in document["parts"] for row in part["rows"]]
        assert "Keadaan akhir hari 1 Maret 2026" in " ".join(document["opening"])
        # The file itself says what was printed, figure by figure.
        assert kept == [[re.sub(r"\s", "", each) for each in row if each] for row in printed]
        stars = ["*", None, None, None]
        expected = [stars if row[2] == "*" else row[2:] for row in expected]
        assert [[read(row[2]), *bounds(row[3]), read(row[4])] for row in printed] == expected


def cells(each: dict) -> list:
    return ["*"] * 4 if each["is_hidden"] else [each[name] for name in ("value", "low", "high", "n")]


def number(text: str) -> float | str | None:
    return float(text) if re.fullmatch(r"-?[0-9.]+([eE][+-]?[0-9]+)?", text) else text or None


def read(text: str) -> float | str | None:
    """A figure as people read it: `49,2%`, `Rp 2.350.000`, `dari 30 orang`; rounded to what stands there."""
    if text in ("*", "\N{EN DASH}", ""):
        return {"*": "*"}.get(text)
    digits = re.sub(r"[^0-9,−-]", "", text).replace("−", "-").replace(",", ".")
    return pytest.approx(float(digits) / (100 if "%" in text else 1), abs=1e-9)


def bounds(text: str) -> list:
    return [read(each) for each in re.findall(r"[^ ]*[0-9][^ ]*", text)] or [None, None]


def test_a_leader_gets_from_the_figures_to_the_people(leader, reader):
    mine = reader(leader)
    page = mine.get("/reports/cohorts?by=quarter")
    assert page.status_code == 200
    assert re.search(r"Semua orang di kantor Anda. 30 .* orang mulai dilayani", text_of(page.text))
    assert page.text.count('class="room"') == 1, "one stage was reached, so one curve"
    ways = {way.replace("&amp;", "&") for way in re.findall(r'href="(/reports/cohorts/cases[^"]*)"', page.text)}
    assert "/reports/cohorts/cases?show=left" in ways
    assert "/reports/cohorts/cases?show=graduated_empowered_12&quarter=2024-Q1" in ways
    for way in sorted(ways):
        behind = mine.get(way)
        assert (behind.status_code, behind.text.count('<article class="card">') > 0) == (200, True), way


def test_the_list_behind_a_figure_has_as_many_as_it_says(leader, reader, api):
    figures = {each["code"]: each for each in api(leader).get("/reports/cohorts").json["figures"]}
    assert (figures["left"]["part"], figures["graduated_empowered"]["part"], figures["kept_180"]["part"]) == (8, 4, 10)
    for code in ("left", "graduated_empowered", "kept_180", "relapsed_empowered_12"):
        page = reader(leader).get(figures[code]["rows"])
        assert page.text.count('<article class="card">') == figures[code]["part"]


def test_outside_there_is_no_way_to_the_people(leader, make: Make, reader):
    analyst = reader(make.user("analyst"))
    page = analyst.get("/reports/cohorts?by=sex")
    assert "/reports/cohorts/cases" not in page.text
    assert analyst.get("/reports/cohorts/cases").status_code == 403
    refused = analyst.get("/reports/cohorts?by=sex&age=18-29&pathway=independence")
    assert "paling banyak dua hal sekaligus" in text_of(refused.text)


def test_nothing_is_said_to_be_because_of_another(leader, reader):
    page = text_of(reader(leader).get("/reports/cohorts?by=sex").text)
    assert "Sebabnya tidak bisa dibaca dari sini." in page
    assert "karena" not in page.lower()


def test_an_office_that_served_nobody_reads_what_will_stand_there(make: Make, reader, clock: Clock):
    counted(date(2026, 3, 1))
    page = reader(supervisor(make, "PSTW-MAGETAN")).get("/reports/cohorts")
    assert "Belum ada orang yang mulai dilayani di sini." in text_of(page.text)


def test_before_the_first_night_nothing_is_said_to_be_nought(make: Make, reader, api, clock: Clock):
    by = supervisor(make)
    for path in ("/reports/cohorts", "/reports/cohorts/cases"):
        page = reader(by).get(path)
        assert (page.status_code, "Angkanya belum dihitung." in text_of(page.text)) == (200, True)
    answer = api(by).get("/reports/cohorts")
    assert (answer.status_code, answer.json["code"]) == (409, "not_counted")


def test_every_measure_has_words(api):
    with api.app.test_request_context():
        for code in MEASURES:
            assert wording.behind(code)


@pytest.mark.parametrize(
    "typed", ["quarter=x", "office=x", "age=%00", "by=name", "sex=X", "category=PPKS-99", "show='"]
)
def test_what_nobody_offers_is_passed_over(leader, reader, typed: str):
    for page in ("cohorts", "cohorts/cases", "cohorts/comparison"):
        assert reader(leader).get(f"/reports/{page}?{typed}").status_code == 200


def test_no_page_asks_the_database_often(leader, make: Make, reader, statements):
    of_leader, of_analyst = reader(leader), reader(make.user("analyst"))
    # What categories are called is read once a process.
    of_leader.get("/reports/cohorts")
    for one in (of_leader, of_analyst):
        assert len(statements(lambda one=one: one.get("/reports/cohorts?by=sex"))) <= MOST_STATEMENTS
    assert len(statements(lambda: of_leader.get("/reports/cohorts/cases"))) <= MOST_STATEMENTS
