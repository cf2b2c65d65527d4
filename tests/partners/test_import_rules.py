"""What offices write in the cells of a table of partners, and what becomes of rows that do not go together."""

from datetime import date, time

import pytest

from kessos_case.access.rules import OrganisationKind
from kessos_case.core.headings import heading_in
from kessos_case.core.policies import policy
from kessos_case.partners.import_wording import COLUMNS as SAID_COLUMNS
from kessos_case.partners.import_wording import FAULTS, OUTCOMES
from kessos_case.partners.rules.alike import spellings
from kessos_case.partners.rules.import_cells import RowFault, Words
from kessos_case.partners.rules.import_rows import COLUMNS, compare_rows, is_example, read_row
from kessos_case.partners.service.imports import Outcome
from tests.factories.directories import entry

SAID = policy("directory_import").content
WORDS = Words(
    SAID["headings"], SAID["kinds"], SAID["sexes"], SAID["days"], SAID["truths"],
    {"penampungan_sementara": "temporary_shelter"}, {"anak_jalanan": "PPKS-04", "ppks_04": "PPKS-04"},
    {"kabupaten_jember": "35.09", "kota_kediri": "35.71"}, SAID["example"], frozenset(SAID["results"]),
)  # fmt: skip
HEADING = heading_in(COLUMNS, COLUMNS, SAID["headings"])


def read(number: int = 2, **cells: str):
    return read_row(number, [entry(**cells).get(name, "") for name in COLUMNS], HEADING, WORDS)


def faults(row) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in row.faults]


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("organisation_code", "lks-mawar", "LKS-MAWAR"),
        ("organisation_kind", "Rumah Sakit", "hospital"),
        ("region_code", "Kab. Entah", None),
        ("region_code", "kabupaten JEMBER", "35.09"),
        ("coverage", "35.09;Kota Kediri, 35.09", ["35.09", "35.71"]),
        ("min_age", "18 tahun", 18),
        ("max_age", "-", None),
        ("sexes", "Laki-laki; P", []),
        ("sexes", "perempuan", ["P"]),
        ("categories", "Anak Jalanan", ["PPKS-04"]),
        ("categories", "-", []),
        ("has_disability_access", "YA", True),
        ("has_disability_access", "-", False),
        ("open_days", "Senin-Jum'at", [1, 2, 3, 4, 5]),
        ("open_days", "Jumat s/d Senin", [1, 5, 6, 7]),
        ("open_days", "MO, WE dan Sabtu", [1, 3, 6]),
        ("open_days", "setiap hari", [1, 2, 3, 4, 5, 6, 7]),
        ("opens_at", "08.00", time(8)),
        ("opens_at", "8", time(8)),
        ("opens_at", "17:30:00", time(17, 30)),
        ("capacity_places", "1.200", 1200),
        ("agreement_starts_on", "1 Januari 2026", date(2026, 1, 1)),
        ("agreement_parties", "PT Maju, Tbk; Dinas Sosial;PT Maju, Tbk", ["PT Maju, Tbk", "Dinas Sosial"]),
        ("contact_phone", "0812 3456 7890", "+6281234567890"),
        # A spreadsheet has dropped the first nought, and the file of results marked the plus as text.
        ("contact_phone", "81234567890", "+6281234567890"),
        ("contact_phone", "'+6281234567890", "+6281234567890"),
    ],
)
def test_a_cell_says(column: str, text: str, value):
    row = read(**{column: text})
    if value is None and text != "-":
        assert faults(row) == [(column, RowFault.NOT_A_REGION)]
    else:
        assert (faults(row), row.stated[column]) == ([], value)


@pytest.mark.parametrize(
    ("column", "text", "fault"),
    [
        ("organisation_code", "", RowFault.MISSING),
        ("organisation_code", "-", RowFault.MISSING),
        ("organisation_code", "3.509000000000000E+01", RowFault.DIGITS_LOST),
        ("organisation_code", "Yayasan Mawar", RowFault.NOT_A_CODE),
        ("organisation_kind", "warung", RowFault.NOT_A_KIND),
        ("service_type", "Penampungan abadi", RowFault.NOT_FOUND),
        ("service_name", "Rumah\x00Singgah", RowFault.CONTROL_CHARACTER),
        ("service_name", "Rumah \u202eaggniS", RowFault.CONTROL_CHARACTER),
        ("service_name", "=HYPERLINK(A1)", RowFault.FORMULA),
        ("service_name", "a" * 201, RowFault.TOO_LONG),
        ("region_code", "3509", RowFault.NOT_A_REGION),
        # 35.10 as a number of a spreadsheet, shown and stored.
        ("coverage", "35.1", RowFault.DIGITS_LOST),
        ("coverage", "3.510000000000000E+01", RowFault.DIGITS_LOST),
        ("coverage", ";", RowFault.MISSING),
        ("coverage", "35.09;" * 201, RowFault.TOO_LONG),
        ("min_age", "131", RowFault.NOT_AN_AGE),
        ("min_age", "-1", RowFault.NOT_AN_AGE),
        ("sexes", "lainnya", RowFault.NOT_A_SEX),
        ("is_accredited", "mungkin", RowFault.NOT_A_TRUTH),
        ("open_days", "Senin-Rabu-Jumat", RowFault.NOT_WEEKDAYS),
        ("open_days", "hari kerja", RowFault.NOT_WEEKDAYS),
        ("opens_at", "24.00", RowFault.NOT_A_TIME),
        ("opens_at", "3.333333333333330E-01", RowFault.NOT_A_TIME),
        ("capacity_places", "1.000000000000000E+308", RowFault.NOT_A_NUMBER),
        ("capacity_places", "9" * 400, RowFault.NOT_A_NUMBER),
        ("capacity_places", "12,5", RowFault.NOT_A_NUMBER),
        ("capacity_places", "-", RowFault.MISSING),
        ("capacity_starts_on", "46023", RowFault.DAY_SERIAL),
        ("capacity_starts_on", "31/02/2026", RowFault.NOT_A_DAY),
        ("contact_phone", "8.123456789012000E+15", RowFault.DIGITS_LOST),
        ("contact_phone", "0812-3456-7890 / 0813-1111-2222", RowFault.NOT_A_PHONE),
        ("contact_email", "mawar@", RowFault.NOT_AN_EMAIL),
    ],
)
def test_a_cell_that_cannot_be_meant(column: str, text: str, fault: RowFault):
    assert faults(read(**{column: text})) == [(column, fault)]


def test_an_empty_cell_says_nothing():
    assert "max_age" not in read(max_age="").stated


def test_a_cell_too_many_shifts_what_follows_so_nothing_of_the_row_is_read():
    row = read_row(2, [*["x"] * len(COLUMNS), "y"], HEADING, WORDS)
    assert (faults(row), row.stated) == ([("row", RowFault.TOO_MANY_CELLS)], {})


def test_of_two_rows_that_are_the_same_the_first_one_counts():
    rows = [read(2), read(3)]
    compare_rows(rows)
    assert (faults(rows[0]), faults(rows[1])) == ([], [("row", RowFault.TWICE)])
    assert rows[1].faults[0].row == 2


def test_two_rows_that_say_two_things_of_one_service_both_fail():
    rows = [read(2, max_age="60"), read(3, max_age="70", service_name="RUMAH SINGGAH MAWAR")]
    compare_rows(rows)
    assert [faults(row) for row in rows] == [[("row", RowFault.TWICE)]] * 2


@pytest.mark.parametrize(
    "other", ["Panti Nur\u2019aini", "PANTI NUR`AINI", "Panti\u200b Nur'aini", "\ufeffPanti Nur\u00ad'aini"]
)
def test_what_reads_the_same_is_the_same_service(other: str):
    rows = [read(2, service_name="Panti Nur'aini"), read(3, service_name=other, max_age="70")]
    compare_rows(rows)
    assert [faults(row) for row in rows] == [[("row", RowFault.TWICE)]] * 2


def test_an_apostrophe_before_a_letter_belongs_to_the_name():
    stated = read(organisation_name="'Aisyiyah Jember", service_name="'35 Bersama").stated
    assert (stated["organisation_name"], stated["service_name"]) == ("'Aisyiyah Jember", "35 Bersama")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Yayasan Bina Insani", "LKS Bina Insani", True),
        ("PT. Maju Bersama, Tbk", "Maju Bersama", True),
        ("Panti Nur'aini Jember", "Panti Nuraini  JEMBER", True),
        ("Yayasan Bina Insani", "Yayasan Bina Insan", True),
        ("Yayasan Bina Insani", "Yayasan Bina Insami", True),
        ("SMK Negeri 1 Jember", "SMK Negeri 2 Jember", False),
        ("Yayasan Mawar", "Yayasan Melati", False),
        ("Yayasan", "Yayasan", True),
        ("PT Abc", "PT Abd", False),
    ],
)
def test_names_that_may_mean_the_same(one: str, other: str, alike: bool):
    assert bool(spellings(one) & spellings(other)) is alike


def test_rows_that_differ_about_their_organisation_fail_and_name_each_other():
    rows = [
        read(2), read(3, service_name="Dapur", organisation_name="Yayasan Melati"),
        read(4, service_name="Kebun", organisation_name=""), read(5, service_name="Kolam"),
    ]  # fmt: skip
    compare_rows(rows)
    assert [[(fault.field, fault.row) for fault in row.faults] for row in rows] == [
        [("organisation_name", 3)], [("organisation_name", 2)], [], [("organisation_name", 3)],
    ]  # fmt: skip


def test_one_organisation_may_have_two_agreements_but_not_one_on_two_days():
    first = {"agreement_number": "PKS-1", "agreement_ends_on": "2026-12-31"}
    rows = [read(2, **first), read(3, service_name="B", **first | {"agreement_number": "PKS-2"})]
    compare_rows(rows)
    assert [faults(row) for row in rows] == [[], []]
    rows = [read(2, **first), read(3, service_name="B", **first | {"agreement_ends_on": "2027-12-31"})]
    compare_rows(rows)
    assert [faults(row) for row in rows] == [[("agreement_ends_on", RowFault.CONTRADICTS)]] * 2


def test_the_example_of_the_template_is_nobodys_entry():
    cells = [SAID_COLUMNS[name][2] for name in COLUMNS]
    assert is_example(cells, HEADING, WORDS)
    assert faults(read_row(2, cells, HEADING, WORDS)) == []


def test_every_fault_outcome_and_column_has_its_words_and_every_heading_a_column():
    assert set(FAULTS) == set(RowFault)
    assert set(OUTCOMES) == set(Outcome)
    assert tuple(SAID_COLUMNS) == COLUMNS
    assert set(SAID["headings"].values()) <= set(COLUMNS)
    headings = [SAID_COLUMNS[name][0] for name in COLUMNS]
    assert heading_in(headings, COLUMNS, SAID["headings"]).places == {name: at for at, name in enumerate(COLUMNS)}


def test_every_kind_of_organisation_has_a_word():
    assert set(SAID["kinds"].values()) == set(OrganisationKind)
