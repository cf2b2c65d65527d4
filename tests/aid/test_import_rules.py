"""What offices write in cells, what their headings mean, and when a person is surely the one whom a row names."""

from datetime import date
from uuid import UUID

import pytest

from kessos_case.aid.import_wording import DOUBTS, FAULTS
from kessos_case.aid.rules.cells import rupiah_in
from kessos_case.aid.rules.people import Doubt, Person, doubt_about, names_agree
from kessos_case.aid.rules.rows import (
    RowFault,
    Stated,
    Words,
    heading_in,
    is_heading,
    missing_columns,
    nik_in,
    read_row,
)
from kessos_case.core.months import parse_month
from kessos_case.core.policies import policy

TODAY = date(2026, 3, 2)
SAID = policy("aid_import").content
WORDS = Words(frozenset({"ASPD-JATIM", "PKH-SD", "SEMBAKO"}), SAID["programmes"], SAID["families"], SAID["headings"])
HEADING = heading_in(["programme", "nik", "name", "birth_date", "component", "from", "to", "paid_on", "amount"], WORDS)


def read(**cells: str):
    row = {
        "programme": "ASPD", "nik": "3509124101909901", "name": "Sari", "from": "2026-01", "paid_on": "2026-02-02",
        "amount": "300000",
    } | {name.rstrip("_"): value for name, value in cells.items()}  # fmt: skip
    return read_row([row.get(name, "") for name in HEADING.places], HEADING, WORDS, None, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "600000", "600.000", "600,000", "Rp 600.000", "Rp600.000,00", "rp. 600.000,-", "600000.00", "600,000.00",
        "IDR 600000", " 600\u00a0000".replace("\u00a0", ""), "Rp\u00a0600.000",
    ],
)  # fmt: skip
def test_rupiah_as_offices_write_them(text: str):
    assert rupiah_in(text) == 600_000


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("600000,50", "not_whole"), ("1.5", "not_whole"), ("1.234000000000000E+00", "not_whole"), ("0", "not_positive"),
        ("-600.000", "not_positive"), ("1000000000001", "too_much"), ("enam ratus", "not_a_number"),
        ("600.00.000", "not_a_number"), ("6.00.000", "not_a_number"), ("1e6", "not_a_number"), ("٦٠٠", "not_a_number"),
    ],
)  # fmt: skip
def test_what_is_no_amount_says_why(text: str, code: str):
    assert rupiah_in(text) == code


@pytest.mark.parametrize("text", ["3509124101909901", "'3509124101909901", "3509.1241.0190.9901", " 3509124101909901 "])
def test_a_nik_as_offices_write_it(text: str):
    assert nik_in(text.strip(), []) == "3509124101909901"


@pytest.mark.parametrize(
    "text", ["3,50912E+15", "3.509124101909901E+15", "3509124101909900.0", "350912410190990", "3.5E15"]
)
def test_a_nik_that_a_spreadsheet_has_spoilt_is_named_as_such(text: str):
    faults: list = []
    assert (nik_in(text, faults), faults) == (None, [("nik", RowFault.DIGITS_LOST)])


@pytest.mark.parametrize("text", ["", "-", "0", "Tidak ada"])
def test_a_cell_may_say_that_there_is_no_nik(text: str):
    faults: list = []
    assert (nik_in(text, faults), faults) == (None, [])


def test_everything_that_is_wrong_with_a_row_is_said_at_once():
    _, faults = read(
        programme="GHOST", nik="12", name="", from_="2026-13", paid_on="30/02/2026", amount="0", component="=x"
    )
    assert [field for field, _ in faults] == [
        "programme", "from", "paid_on", "amount", "component", "nik", "name",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"paid_on": "2026-03-03"}, ("paid_on", RowFault.IN_FUTURE)),
        ({"to": "2025-12"}, ("to", RowFault.BEFORE_FROM)),
        ({"to": "2027-01"}, ("to", RowFault.TOO_LONG)),
        ({"from_": "2020-01"}, ("from", RowFault.TOO_EARLY)),
        ({"birth_date": "2026-03-03"}, ("birth_date", RowFault.IN_FUTURE)),
        ({"name": "Sa\0ri"}, ("name", RowFault.CONTROL_CHARACTER)),
        ({"programme": "PKH"}, ("component", RowFault.COMPONENT_NEEDED)),
        ({"programme": ""}, ("programme", RowFault.MISSING)),
    ],
)
def test_what_no_row_can_say(cells: dict, fault):
    assert read(**cells) == (None, [fault])


def test_a_comma_too_many_is_not_read_as_another_column():
    cells = ["ASPD", "3509124101909901", "Sari", " Dra.", "", "", "2026-01", "", "2026-02-02", "300000"]
    assert read_row(cells, HEADING, WORDS, None, TODAY) == (None, [("row", RowFault.TOO_MANY_CELLS)])


@pytest.mark.parametrize(
    ("programme", "component", "code"),
    [("BPNT", "", "SEMBAKO"), ("aspd", "", "ASPD-JATIM"), ("PKH", "Anak  SD", "PKH-SD"), ("pkh-sd", "x", "PKH-SD")],
)
def test_programmes_are_known_by_their_short_names(programme: str, component: str, code: str):
    stated, _ = read(programme=programme, component=component)
    assert stated is not None
    assert stated.programme == code


def test_headings_are_known_in_indonesian_and_in_any_case():
    heading = heading_in(["No.", "PROGRAM", "N.I.K", "NIK", "Nama", "Tgl. Lahir", "Nominal", "Catatan"], WORDS)
    assert dict(heading.places) == {"programme": 1, "nik": 3, "name": 4, "birth_date": 5, "amount": 6}
    assert heading.unknown == ("No.", "N.I.K", "Catatan")
    assert missing_columns(heading, has_programme=False) == ["from", "paid_on"]


def test_a_title_above_the_table_is_no_heading():
    assert not is_heading(heading_in(["DAFTAR PENERIMA BANTUAN", "", ""], WORDS))


def test_a_column_that_stands_there_twice_is_noticed():
    assert heading_in(["nik", "nama", "name"], WORDS).twice == ("name",)


def person(**known) -> Person:
    defaults = {
        "id": UUID(int=1), "name": "Siti Aminah", "aliases": [], "birth_date": date(1990, 1, 1), "precision": "day",
        "died_on": None, "is_restricted": False,
    }  # fmt: skip
    return Person(**defaults | known)


def row(**said) -> Stated:
    defaults = Stated(
        "ASPD-JATIM", None, parse_month("2026-01"), parse_month("2026-01"), TODAY, 1, None, "3509124101909901",
        "SITI AMINAH", None,
    )  # fmt: skip
    return defaults._replace(**said)


@pytest.mark.parametrize(
    "name",
    ["SITI AMINAH", "Siti Aminah binti Sukar", "Hj. Siti Aminah", "Siti", "Sitti Aminah", "Siti Amina", "SITIAMINAH"],
)
def test_one_person_may_bear_both_names(name: str):
    assert names_agree(name, person())


@pytest.mark.parametrize("name", ["Siti Maryam", "Ahmad Fauzi", "Aisyah"])
def test_another_name_under_the_same_nik_is_doubted(name: str):
    assert doubt_about(row(name=name), [person()]) == Doubt.NAME_DIFFERS


def test_an_alias_is_a_name():
    assert names_agree("Mak Ti", person(aliases=["Mak Ti"]))


@pytest.mark.parametrize(
    ("people", "doubt"),
    [
        ([], Doubt.NOT_REGISTERED),
        ([person(), person(id=UUID(int=2))], Doubt.NIK_SHARED),
        ([person(name=None)], Doubt.NAME_DIFFERS),
        ([person(died_on=date(2025, 12, 31))], Doubt.DIED),
        ([person(died_on=date(2026, 1, 1))], None),
    ],
)
def test_what_is_doubted_about_whose_a_row_is(people, doubt):
    assert doubt_about(row(), people) == doubt


@pytest.mark.parametrize(
    ("stated", "precision", "doubt"),
    [
        (date(1990, 1, 2), "day", Doubt.BIRTH_DATE_DIFFERS),
        (date(1990, 1, 2), "month", None),
        (date(1990, 2, 1), "month", Doubt.BIRTH_DATE_DIFFERS),
        (date(1990, 2, 1), "year", None),
        (date(1991, 1, 1), "year", Doubt.BIRTH_DATE_DIFFERS),
        (date(1970, 1, 1), "estimated", None),
        (None, "day", None),
    ],
)
def test_only_what_is_known_of_a_birth_speaks_against_it(stated, precision: str, doubt):
    assert doubt_about(row(birth_date=stated), [person(precision=precision)]) == doubt


def test_every_code_has_words():
    assert (set(FAULTS), set(DOUBTS)) == (set(RowFault), set(Doubt))
