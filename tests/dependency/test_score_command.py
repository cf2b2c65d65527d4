"""`kessos score`: the rule tried on a plain file. What is malformed prints nothing and says where."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kessos_case.cli import main
from kessos_case.core.policies import policy

VECTORS = Path(__file__).parent / "spell_vectors.json"
HEADER = "person,programme,from,to,posted,amount\n"
ROW = "budi,BPNT,2026-06,2026-06,2026-06-10,200000\n"
DAY = ("--as-of", "2026-07-05")


@pytest.fixture
def score(tmp_path, monkeypatch):
    """Run the command on files given as text: score("x.csv", "...", "--features", income="...")."""
    monkeypatch.chdir(tmp_path)

    def run(name: str, content: str | bytes, *words: str, **beside: str) -> Result:
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
        for option, text in beside.items():
            Path(f"{option}.csv").write_text(text)
            words = (*words, f"--{option}", f"{option}.csv")
        return CliRunner().invoke(main, ["score", name, *words])

    return run


def told(result: Result) -> list[dict]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def of(result: Result, person: str = "budi") -> dict:
    return next(line for line in told(result) if line["id"] == person)


def ledger(*rows: str) -> str:
    return HEADER + "".join(f"{row}\n" for row in rows)


def months(person: str, first: int, last: int, year: int = 2026, programme: str = "BPNT") -> list[str]:
    return [
        f"{person},{programme},{year}-{month:02},{year}-{month:02},{year}-{month:02}-10,200000"
        for month in range(first, last + 1)
    ]


# The worked cases -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_bare", [False, True])
def test_the_worked_cases_come_out_in_order_with_exactly_their_keys(score, is_bare):
    content = json.loads(VECTORS.read_text())
    found = score("cases.json", json.dumps(content["vectors"] if is_bare else content), "--features")
    assert told(found) == [{"id": vector["id"]} | vector["expected"] for vector in content["vectors"]]
    assert [list(line) for line in told(found)] == [["id", *vector["expected"]] for vector in content["vectors"]]
    assert found.stderr.count("STIPEND") == 1


def test_cases_are_scored_with_the_label_of_the_policy(score):
    found = of(score("cases.json", VECTORS.read_text()), "03_full_window")
    assert list(found) == ["id", "status", "ground", "points", "band", "reasons", "unknown", "policy"]
    assert (found["status"], found["ground"], found["points"], found["band"]) == ("scored", None, 11, "high")
    assert found["reasons"][0] == {"code": "months_on_60", "points": 6, "value": 60}
    assert found["policy"] == policy("dependency").label


SAID = {"asof": "2026-07-05", "T": "2026-06", "obs_from": "2015-01", "gap": 1}


def case(**fields) -> str:
    """A file of one case with a line for June 2026."""
    line = {"prog": "BPNT", "from": "2026-06", "posted": "2026-06-10", "amount": 1000}
    return json.dumps([{"id": "a", "params": SAID, "ledger": [line], "income": []} | fields])


def test_a_line_without_to_is_for_one_month(score):
    assert of(score("a.json", case(), "--features"), "a")["months_on_60"] == 1


def test_what_a_case_does_not_say_the_command_does(score):
    words = ("--as-of", "2026-07-05", "--month", "2026-06", "--obs-from", "2026-01")
    found = of(score("a.json", case(params={}), "--features", *words), "a")
    assert (found["observed_months"], found["months_on_60"]) == (6, 1)


def test_a_case_without_income_or_gap_is_one(score):
    bare = json.loads(case())[0]
    del bare["income"], bare["params"]["gap"]
    assert of(score("a.json", json.dumps([bare]), "--features"), "a")["income_months_known"] == 0


def test_an_id_is_told_as_it_was_written(score):
    assert of(score("a.json", case(id="\ud800 Bu Siti"), "--features"), "\ud800 Bu Siti")["months_on_60"] == 1


def test_the_command_line_goes_before_the_case(score):
    found = of(score("a.json", case(), "--features", "--month", "2026-05", "--obs-from", "2026-04"), "a")
    assert (found["observed_months"], found["months_on_60"]) == (2, 0)


# Tables ------------------------------------------------------------------------------------------------------------------


def test_people_come_in_the_order_in_which_they_first_appear(score):
    rows = [*months("siti", 5, 6), *months("budi", 1, 6), *months("siti", 1, 4)]
    found = told(score("x.csv", ledger(*rows), "--features", *DAY))
    assert [(line["id"], line["months_on_60"]) for line in found] == [("siti", 6), ("budi", 6)]


def test_a_table_says_the_same_as_the_cases(score):
    """Every worked case that looks at one day, as one table."""
    vectors = [
        vector for vector in json.loads(VECTORS.read_text())["vectors"]
        if vector["params"] == SAID
    ]  # fmt: skip
    rows = [
        ",".join((vector["id"], line["prog"], line["from"], line["to"], line["posted"], str(line["amount"])))
        for vector in vectors
        for line in vector["ledger"]
    ]
    income = "person,from,to,amount\n" + "".join(
        f"{vector['id']},{told_['from']},{told_['to']},{told_['amount']}\n"
        for vector in vectors
        for told_ in vector["income"]
    )
    found = told(score("x.csv", ledger(*rows), "--features", *DAY, "--obs-from", "2015-01", income=income))
    expected = {vector["id"]: {"id": vector["id"]} | vector["expected"] for vector in vectors}
    assert len(found) >= 15
    assert all(line == expected[line["id"]] for line in found)


def test_without_options_the_file_is_looked_at_today_from_its_first_month(score, monkeypatch):
    monkeypatch.setenv("KESSOS_NOW", "2026-07-04T20:00:00+00:00")
    rows = [*months("budi", 4, 7), "siti,KUBE,2026-02,,2026-02-10,1"]
    found = of(score("x.csv", ledger(*rows), "--features"))
    # T is June, the file begins in February, and the line of 10 July is not known on the 5th.
    assert (found["observed_months"], found["months_on_60"], found["months_since_last_on"]) == (5, 3, 0)


@pytest.mark.parametrize(("as_of", "counted"), [("2026-06-09", 0), ("2026-06-10", 1)])
def test_a_line_counts_from_the_day_on_which_it_was_known(score, as_of, counted):
    words = ("--features", "--as-of", as_of, "--month", "2026-06", "--obs-from", "2026-01")
    assert of(score("x.csv", HEADER + ROW, *words))["months_on_60"] == counted
    assert of(score("a.json", case(), *words), "a")["months_on_60"] == counted


def test_a_table_parted_by_semicolons_with_a_mark_of_excel_is_read(score):
    content = b"\xef\xbb\xbf" + (HEADER + ROW).replace(",", ";").replace("\n", "\r\n").encode()
    assert of(score("x.csv", content, "--features", *DAY))["months_on_60"] == 1


def test_columns_may_stand_in_any_order_and_others_are_passed_over(score):
    content = "Amount,note,posted,from,programme,person\n200000,x,2026-06-10,2026-06,BPNT,budi\n\n"
    assert of(score("x.csv", content, "--features", *DAY))["months_on_60"] == 1


def test_a_file_without_a_telling_name_is_known_by_its_first_character(score):
    assert of(score("ledger.txt", HEADER + ROW, "--features", *DAY))["months_on_60"] == 1
    assert of(score("cases.txt", "\n " + case(), "--features"), "a")["months_on_60"] == 1


def test_who_stands_only_beside_the_ledger_is_told_too(score):
    found = told(score("x.csv", HEADER, *DAY, income="person,from,amount\nsiti,2026-01,0\n",
                       people="person,birth_date\nbudi,1980-01-01\n"))  # fmt: skip
    assert [(line["id"], line["ground"]) for line in found] == [("siti", "birth_date_unknown"), ("budi", "no_aid")]


def test_an_unknown_programme_does_not_count_and_is_named_once(score):
    found = score(
        "x.csv", ledger(*months("budi", 1, 6, programme="BNPT"), *months("budi", 6, 6, programme="PENA")), *DAY
    )
    assert of(found)["ground"] == "no_aid"
    assert found.stderr == "Warning: programme 'BNPT' is not known: its lines are not counted as consumption aid\n"


def test_the_programmes_that_count_can_be_given(score):
    rows = ledger(*months("budi", 1, 6, programme="BNPT"), *months("budi", 1, 6, programme="PKH"))
    found = score("x.csv", rows, "--aid", "BNPT, X", *DAY)
    assert found.stderr == ""
    assert of(found)["policy"].endswith("+aid")
    assert of(score("x.csv", rows, "--aid", "BNPT", "--features", *DAY))["aid_12"] == 6 * 200_000


def test_the_gap_can_be_given(score):
    rows = ledger(*months("budi", 1, 2), *months("budi", 4, 6))
    counts = [of(score("x.csv", rows, "--features", "--gap", gap, *DAY))["recidivism_count"] for gap in ("0", "1")]
    assert counts == [1, 0]


# Status and facts -------------------------------------------------------------------------------------------------------

PEOPLE = "person,birth_date,severe_disability,pathway,worked_12,courses\n"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("budi,1980-05-01,,,,", ("scored", None)),
        ("budi,2008-07-06,,,,", ("exempt", "under_18")),
        ("budi,2008-07-05,,,,", ("scored", None)),
        ("budi,1966-07-05,,,,", ("exempt", "age_60")),
        ("budi,1966-07-06,no,,,", ("scored", None)),
        ("budi,1980-05-01,yes,,,", ("exempt", "severe_disability")),
        ("budi,1980-05-01,,long_term_care,,", ("exempt", "long_term_care")),
        ("budi,1980-05-01,,reunification,,", ("exempt", "reunification")),
        ("budi,,,,,", ("out_of_scope", "birth_date_unknown")),
        ("siti,1980-05-01,,,,", ("out_of_scope", "birth_date_unknown")),
        ("budi,2027-01-01,,,,", ("exempt", "under_18")),
    ],
)
def test_who_is_scored_follows_from_the_people_file(score, row, expected):
    found = of(score("x.csv", HEADER + ROW, *DAY, people=PEOPLE + row + "\n"))
    assert (found["status"], found["ground"]) == expected
    if expected[0] != "scored":
        assert (found["points"], found["band"], found["reasons"], found["unknown"]) == (None, None, [], [])


def test_without_a_people_file_nobodys_age_is_asked(score):
    assert of(score("x.csv", HEADER + ROW, *DAY))["status"] == "scored"


def test_who_was_not_helped_lately_is_out_of_scope_unless_he_is_on_the_way_to_independence(score):
    rows = ledger(*months("budi", 1, 12, year=2025))
    assert of(score("x.csv", rows, *DAY))["ground"] == "no_aid"
    on_the_way = PEOPLE + "budi,1980-05-01,,independence,,\n"
    assert of(score("x.csv", rows, *DAY, people=on_the_way))["status"] == "scored"


def test_aspd_tells_of_a_severe_disability_unless_it_was_taken_back(score):
    aided = months("budi", 1, 6) + months("budi", 6, 6, programme="ASPD")
    assert of(score("x.csv", ledger(*aided), *DAY))["ground"] == "severe_disability"
    back = "budi,ASPD,2026-06,,2026-06-20,-200000"
    assert of(score("x.csv", ledger(*aided, back), *DAY))["status"] == "scored"


def test_the_18th_birthday_cuts_the_window(score):
    rows = ledger(*(row for year in range(2022, 2027) for row in months("budi", 1, 6, year)))
    found = of(score("x.csv", rows, "--features", *DAY, people="person,birth_date\nbudi,2007-06-30\n"))
    assert (found["observed_months"], found["months_on_60"]) == (13, 7)


def test_facts_of_the_people_file_give_points_and_what_is_not_told_is_named(score):
    rows = ledger(*months("budi", 1, 12, 2024), *months("budi", 1, 12, 2025), *months("budi", 1, 6))
    income = "person,from,to,amount\nbudi,2025-07,2026-06,2400000\n"
    people = PEOPLE + "budi,1980-05-01,no,,tidak,0\n"
    found = of(score("x.csv", rows, *DAY, income=income, people=people))
    # 30 of 60 months +2, spell of 30 +3, half of the income +3, no work +2, no course +1.
    assert (found["points"], found["band"]) == (11, "high")
    assert found["reasons"] == [
        {"code": "current_spell_length", "points": 3, "value": 30},
        {"code": "share_bp", "points": 3, "value": 5000},
        {"code": "months_on_60", "points": 2, "value": 30},
    ]
    assert found["unknown"] == ["self_efficacy_low", "skills_low"]


def test_of_courses_without_a_date_nobody_knows_whether_one_was_lately(score):
    found = of(score("x.csv", HEADER + ROW, *DAY, people=PEOPLE + "budi,1980-05-01,,,1,2\n"))
    assert "course_last_12" in found["unknown"] and "active_work" in found["unknown"]
    assert not {"course_completed", "worked_12"} & set(found["unknown"])


# What is malformed ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "x.csv, line 1, person: "),
        ("a,b\n", "x.csv, line 1, person: "),
        (HEADER.replace("posted", "paid") + ROW, "x.csv, line 1, posted: "),
        (HEADER.replace("to", "from") + ROW, "x.csv, line 1, from: "),
        (HEADER + ROW + "\n" + ROW.replace("2026-06,2026-06,", "2026-6,2026-06,"), "x.csv, line 4, from: '2026-6'"),
        (HEADER + ROW.replace("2026-06,2026-06,", "2026-06,2026-05,"), "x.csv, line 2, to: the last month is before"),
        (HEADER + ROW.replace("2026-06,2026-06,", "2026-13,2026-13,"), "x.csv, line 2, from: "),
        (HEADER + ROW.replace("2026-06-10", "2026-06-31"), "x.csv, line 2, posted: '2026-06-31'"),
        (HEADER + ROW.replace("2026-06-10", "20260610"), "x.csv, line 2, posted: "),
        (HEADER + ROW.replace("2026-06-10", ""), "x.csv, line 2, posted: "),
        (HEADER + ROW.replace("200000", "200.000"), "x.csv, line 2, amount: '200.000'"),
        (HEADER + ROW.replace("200000", "2e5"), "x.csv, line 2, amount: "),
        (HEADER + ROW.replace("200000", ""), "x.csv, line 2, amount: "),
        (HEADER + ROW.replace("200000", "1000000000001"), "x.csv, line 2, amount: "),
        (HEADER + ROW.replace("200000", "9" * 40), "x.csv, line 2, amount: "),
        (HEADER + ROW.replace("budi", " "), "x.csv, line 2, person: is empty"),
        (HEADER + ROW.replace("BPNT", ""), "x.csv, line 2, programme: is empty"),
        (HEADER + "budi,BPNT,2026-06\n", "x.csv, line 2: there are 3 fields under 6 columns"),
        (HEADER + ROW.replace("200000", "200,000"), "x.csv, line 2: there are 7 fields"),
        (HEADER + 'budi,"BPNT\n', "x.csv, line 2: it is not a table"),
        (HEADER.encode() + b"bud\xff\n", "x.csv, line "),
    ],
)
def test_a_malformed_table_prints_nothing_and_says_where(score, content, said):
    assert_refused(score("x.csv", content, *DAY), said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "x.json, line 1: is not JSON"),
        ('[{"id": "a",\n]', "x.json, line 2: is not JSON"),
        (b'["\xff"]', "x.json: is not UTF-8"),
        ("[" * 100_000, "x.json: is not JSON"),
        ("3", "x.json, vectors: "),
        ('{"about": "x"}', "x.json, vectors: "),
        ("[3]", "x.json, case 1: must be an object"),
        ("[{}]", "x.json, case 1, id: is missing"),
        ('[{"id": 3}]', "x.json, case 1, id: 3"),
        (case(params=[1]), "x.json, case 'a', params: must be an object"),
        (case(params={}), "x.json, case 'a', params, asof: is missing"),
        (case(params=SAID | {"obs_from": None}), "x.json, case 'a', params, obs_from: is missing"),
        (case(params=SAID | {"T": "June"}), "x.json, case 'a', params, T: 'June'"),
        (case(params=SAID | {"T": 24317}), "x.json, case 'a', params, T: 24317"),
        (case(params=SAID | {"asof": "2026-02-30"}), "x.json, case 'a', params, asof: "),
        (case(params=SAID | {"gap": -1}), "x.json, case 'a', params, gap: -1"),
        (case(params=SAID | {"gap": True}), "x.json, case 'a', params, gap: True"),
        (case(ledger={}), "x.json, case 'a', ledger: must be a list"),
        (case(ledger=None), "x.json, case 'a', ledger: is missing"),
        (case(ledger=[{"prog": "BPNT", "from": "2026-01", "amount": int("9" * 30), "posted": "2026-01-01"}]), "amount: "),
        (case(ledger=[{"prog": "BPNT", "from": "2026-01", "amount": 1}]), "ledger entry 1, posted: is missing"),
        (case(ledger=[{"prog": 1, "from": "2026-01", "amount": 1, "posted": "2026-01-01"}]), "ledger entry 1, prog: 1"),
        (case(ledger=[{"prog": "BPNT", "from": ["x"], "amount": 1, "posted": "2026-01-01"}]), "ledger entry 1, from: "),
        (case(income=[{"from": "2026-01", "amount": 1.5}]), "income entry 1, amount: 1.5"),
        (case(income=[{"from": "2026-01", "amount": "1"}]), "income entry 1, amount: '1'"),
        (case(income=[{"from": "2026-01", "amount": -1}]), "income entry 1, amount: an income of -1"),
        (case(income=[{"from": "2026-02", "to": "2026-01", "amount": 1}]), "income entry 1, to: the last month"),
    ],
)  # fmt: skip
def test_malformed_cases_print_nothing_and_say_where(score, content, said):
    assert_refused(score("x.json", content), said)


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ({"income": "person,from,to\nbudi,2026-01,2026-01\n"}, "income.csv, line 1, amount: "),
        ({"income": "person,from,amount\nbudi,2026-01,-5\n"}, "income.csv, line 2, amount: an income of -5"),
        ({"people": "birth_date\n1980-01-01\n"}, "people.csv, line 1, person: "),
        ({"people": "person,birth_date\nbudi,01/05/1980\n"}, "people.csv, line 2, birth_date: "),
        ({"people": "person,worked_12\nbudi,maybe\n"}, "people.csv, line 2, worked_12: 'maybe'"),
        ({"people": "person,pathway\nbudi,home\n"}, "people.csv, line 2, pathway: 'home'"),
        ({"people": "person,courses\nbudi,-1\n"}, "people.csv, line 2, courses: -1"),
        ({"people": "person\nbudi\nbudi\n"}, "people.csv, line 3, person: 'budi' stands there twice"),
    ],
)
def test_a_malformed_file_beside_the_ledger_prints_nothing_either(score, beside, said):
    assert_refused(score("x.csv", HEADER + ROW, *DAY, **beside), said)


def assert_refused(found: Result, said: str) -> None:
    assert found.exit_code == 2
    assert found.stdout == ""
    assert said in found.stderr
    assert found.stderr.startswith("Error: ") and found.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "words", [("--as-of", "5 July"), ("--month", "2026-6"), ("--gap", "-1"), ("--income", "none.csv")]
)
def test_a_wrong_option_is_refused_as_wrong_use(score, words):
    found = score("x.csv", HEADER + ROW, *words)
    assert (found.exit_code, found.stdout) == (2, "")


def test_a_file_that_is_not_there_is_wrong_use():
    assert CliRunner().invoke(main, ["score", "nowhere.csv"]).exit_code == 2


# Without anything else --------------------------------------------------------------------------------------------------


def test_it_needs_neither_database_nor_server_nor_their_packages(tmp_path):
    """In a process of its own with addresses that lead nowhere."""
    (tmp_path / "x.csv").write_text(HEADER + ROW)
    script = (
        "import sys; from kessos_case.cli import main;"
        "main(['score', 'x.csv', '--as-of', '2026-07-05'], standalone_mode=False);"
        "print([name for name in ('sqlalchemy', 'psycopg', 'flask', 'celery', 'redis') if name in sys.modules])"
    )
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "KESSOS_DATA_DIR": str(tmp_path / "data")}
    found = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | nowhere,
        capture_output=True,
        text=True,
        check=True,
    )
    line, loaded = found.stdout.splitlines()
    assert json.loads(line)["id"] == "budi"
    assert loaded == "[]"
    assert not (tmp_path / "data").exists()


def test_a_long_table_is_read_in_bounded_time_and_memory(score):
    """100,000 lines of 5,000 people; a million take ten times as long."""
    rows = [
        f"P{number % 5000},BPNT,{2021 + number % 5}-{number % 12 + 1:02},,{2021 + number % 5}-12-31,{number + 1}"
        for number in range(100_000)
    ]
    found = told(score("x.csv", ledger(*rows), "--features", *DAY))
    assert len(found) == 5000
