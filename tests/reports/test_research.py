"""Files for research: nobody is named, nobody stands alone, and what is told is what was answered."""

import csv
import io
from collections import Counter
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.core.sheets import open_table
from kessos_case.reports.rules import LEAST_TOLD, Traits, age_band, most_told, told_traits
from tests.conftest import Clock, Truth
from tests.factories import Api, Make, cases, casework

traits = st.builds(
    Traits,
    year=st.sampled_from(["2025", "2026"]),
    sex=st.sampled_from(["L", "P"]),
    age=st.sampled_from(["18-29", "60+"]),
    pathway=st.sampled_from(["independence", "reunification"]),
)
crowds = st.lists(traits, max_size=40).map(lambda people: {UUID(int=n): one for n, one in enumerate(people)})
numbers = st.lists(st.tuples(st.integers(0, 12).map(lambda n: UUID(int=n)), st.integers(0, 1000)), max_size=40)


class TestRules:
    """What is told of whom."""

    @given(crowds)
    def test_whatever_is_told_of_one_is_told_of_five(self, people):
        assert all(count >= LEAST_TOLD for count in Counter(told_traits(people).values()).values())

    @given(crowds)
    def test_what_is_told_is_true_and_only_a_few_are_left_out(self, people):
        told = told_traits(people)
        for person, shown in told.items():
            assert all(value in ("*", getattr(people[person], name)) for name, value in vars(shown).items())
        assert len(people) - len(told) < LEAST_TOLD or len(told) == 0

    def test_age_is_given_up_first(self):
        young, old = Traits("2026", "P", "18-29", "independence"), Traits("2026", "P", "60+", "independence")
        people = {uuid4(): young for _ in range(4)} | {uuid4(): old for _ in range(3)}
        assert set(told_traits(people).values()) == {Traits("2026", "P", "*", "independence")}

    @given(numbers)
    def test_the_greatest_number_that_is_told_is_reached_by_five_people(self, values):
        most = most_told(values)
        reached = {person for person, value in values if most is not None and value >= most}
        assert (len(reached) >= LEAST_TOLD) is (most is not None)

    @pytest.mark.parametrize(
        ("born", "band"),
        [
            (date(2008, 2, 29), "0-17"), (date(2008, 2, 28), "18-29"), (date(1966, 3, 1), "45-59"),
            (date(1966, 2, 28), "60+"), (None, "*"), (date(2027, 1, 1), "*"),
        ],
    )  # fmt: skip
    def test_bands_of_age_on_the_day(self, born, band):
        assert age_band(born, date(2026, 2, 28)) == band


@pytest.fixture
def analyst(make: Make, clock: Clock):
    return make.user("analyst")


@pytest.fixture
def worker(make: Make, clock: Clock):
    return make.caseworker()


def answered(make: Make, worker, count: int, instrument: str = "gse10", **stated) -> list:
    """So many people who are alike, each with one assessment."""
    made = []
    born = {"sex": "P", "birth_date": date(1990, 5, 5), "birth_date_precision": "day"}
    for number in range(count):
        # All of one name, as the desk has looked at.
        others = {"acknowledge_duplicates": [str(case.client_id) for case in made]}
        client = make.client(worker, **born | others | stated)
        case = cases.open_case(make, worker, client.id)
        casework.assessment(make, worker, case.id, instrument, **_given(instrument, number))
        made.append(case)
    return made


def _given(instrument: str, number: int) -> dict:
    if instrument == "gse10":
        return {"gse_1": 1 + number % 4}
    return {"monthly_income": 1_234_567 if number else 99_000_000, "household_size": 3 if number else 20}


def file_of(api: Api, analyst, instrument: str = "gse10", **more) -> list[dict[str, str]]:
    asked = {"instrument": instrument, "from": "2026-01", "to": "2026-12"} | more
    answer = api(analyst).get("/reports/assessments?" + "&".join(f"{name}={value}" for name, value in asked.items()))
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_answers_and_scores_are_told_without_a_name(make: Make, api: Api, analyst, worker, clock: Clock, truth: Truth):
    made = answered(make, worker, 6, name="Sukarmin Wiryo")
    clock.move(days=70)
    casework.assessment(make, worker, made[0].id, "gse10")
    rows = file_of(api, analyst)
    assert sorted({row["person"] for row in rows}) == ["1", "2", "3", "4", "5", "6"]
    again = [row for row in rows if row["months_after_first"] == "2"]
    assert [(row["gse_1"], row["score_self_efficacy"]) for row in again] == [("4", "40")]
    first = [row for row in rows if row["months_after_first"] == "0"]
    assert sorted(row["gse_1"] for row in first) == ["1", "1", "2", "2", "3", "4"]
    assert {(row["year_of_first"], row["sex"], row["age"], row["pathway"]) for row in rows} == {
        ("2026", "P", "30-44", "independence")
    }
    told = " ".join(value for row in rows for value in row.values())
    ids = [str(value) for row in truth.all("select id, client_id from assessments") for value in row]
    assert not any(word in told for word in ("Sukarmin", *ids))


def test_who_looked_and_at_whom_is_in_the_trail(make: Make, api: Api, analyst, worker, truth: Truth):
    made = answered(make, worker, 5)
    file_of(api, analyst)
    query = "select user_id, client_ids, detail ->> 'instrument' from audit_entries where action = 'export'"
    (entry,) = truth.all(query)
    assert (entry[0], set(entry[1]), entry[2]) == (analyst.id, {case.client_id for case in made}, "gse10")


def test_four_people_make_no_file(make: Make, api: Api, analyst, worker):
    answered(make, worker, 4)
    answer = api(analyst).get("/reports/assessments?instrument=gse10&from=2026-01&to=2026-12")
    assert (answer.text.count("\n"), answer.headers["Kessos-Left-Out"]) == (1, "<5")


def test_a_person_who_is_kept_secret_is_in_no_file(make: Make, api: Api, analyst, worker):
    answered(make, worker, 5)
    answered(make, worker, 1, confidentiality="strict")
    assert len(file_of(api, analyst)) == 5


def test_money_is_rounded_and_what_few_reach_is_told_as_less(make: Make, api: Api, analyst, worker):
    answered(make, worker, 6, "household_skills")
    rows = file_of(api, analyst, "household_skills")
    assert {row["monthly_income"] for row in rows} == {"1200000"}
    assert {row["household_size"] for row in rows} == {"3"}


def test_a_draft_and_another_month_are_not_in_it(make: Make, api: Api, analyst, worker, clock: Clock):
    made = answered(make, worker, 5)
    casework.assessment(make, worker, made[0].id, "gse10", complete=False, gse_1=1)
    assert len(file_of(api, analyst)) == 5
    assert file_of(api, analyst, **{"from": "2025-01", "to": "2025-12"}) == []


def test_as_a_workbook_it_holds_the_same(make: Make, api: Api, analyst, worker):
    answered(make, worker, 5)
    answer = api(analyst).get("/reports/assessments?instrument=gse10&from=2026-01&to=2026-12&format=xlsx")
    rows = [list(cells) for _number, cells in open_table(answer.data).rows()]
    csv_rows = file_of(api, analyst)
    assert rows[0] == list(csv_rows[0])
    told = lambda row: row[1:]  # noqa: E731 - whose number somebody has is chance
    assert sorted(map(told, rows[1:])) == sorted(told(list(row.values())) for row in csv_rows)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-01&to=2026-02", "instrument"),
        ("instrument=tarot&from=2026-01&to=2026-02", "instrument"),
        ("instrument=gse10&version=9&from=2026-01&to=2026-02", "instrument"),
        ("instrument=gse10&from=2026-01", "to"),
        ("instrument=gse10&from=2026-02&to=2026-01", "to"),
        ("instrument=gse10&from=2025-01&to=2026-01", "to"),
        ("instrument=gse10&from=2026-13&to=2026-13", "from"),
    ],
)
def test_what_cannot_be_is_refused_by_name(api: Api, analyst, query: str, field: str):
    answer = api(analyst).get(f"/reports/assessments?{query}")
    assert answer.status_code == 422
    assert field in {entry["field"] for entry in answer.json["errors"]}


@pytest.mark.parametrize("role", ["caseworker", "supervisor", "administrator", "triage", "partner"])
def test_it_is_for_analysts_alone(make: Make, api: Api, clock: Clock, role: str):
    answer = api(make.user(role)).get("/reports/assessments?instrument=gse10&from=2026-01&to=2026-12")
    assert answer.status_code == 403
