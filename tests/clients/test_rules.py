"""Rules about people. The vectors are a copy of reference/nik_test_vectors.csv: made-up numbers, serials 99xx."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.clients.rules import (
    PROVINCES,
    BirthDatePrecision,
    Confidentiality,
    Sex,
    age_on,
    age_range_on,
    check_nik,
    confidentiality_of,
    is_restricted,
    mask_nik,
    mask_phone,
    nik_deletions,
    normalise_kk,
    normalise_nik,
    normalise_phone,
    search_forms,
)

TODAY = date(2026, 1, 1)
# East Java as far as the vectors need it; other provinces are not held, as in the region table that ships.
REGIONS = frozenset({"35", "35.01.01", "35.09.01", "35.14.01", "35.29.01", "35.73.01", "35.78.11", "35.79.01"})
SURABAYA = "3578110101909901"  # male, 1 January 1990

with (Path(__file__).parent / "nik_test_vectors.csv").open(encoding="utf-8", newline="") as vectors:
    VECTORS = list(csv.DictReader(vectors))


def date_or_none(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


# NIK


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_every_vector(vector: dict[str, str]) -> None:
    check = check_nik(
        vector["raw"].replace("\\n", "\n"),
        stated_sex=Sex(vector["stated_sex"]) if vector["stated_sex"] else None,
        stated_birth_date=date_or_none(vector["stated_birth_date"]),
        today=TODAY,
        known_regions=REGIONS,
    )
    assert (check.level, "|".join(check.codes)) == (vector["expected"], vector["codes"])
    assert check.normalised == (vector["normalised"] or None)
    assert check.sex == (vector["sex_in_nik"] or None)
    assert check.birth_date == date_or_none(vector["birth_date"])


def test_the_vectors_are_all_there() -> None:
    assert len(VECTORS) == 48


def test_there_are_38_provinces() -> None:
    assert len(PROVINCES) == 38


def test_the_region_is_dotted_and_read_even_when_unknown() -> None:
    assert check_nik(SURABAYA, today=TODAY, known_regions=REGIONS).region_code == "35.78.11"
    unknown = check_nik("3578990101909901", today=TODAY, known_regions=REGIONS)
    assert (unknown.region_code, unknown.codes) == ("35.78.99", ("region_unknown",))


def test_several_doubts_come_in_a_fixed_order() -> None:
    check = check_nik(
        "3578990101909901",
        stated_sex=Sex.FEMALE,
        stated_birth_date=date(1991, 1, 1),
        today=TODAY,
        known_regions=REGIONS,
    )
    assert check.codes == ("region_unknown", "sex_mismatch", "dob_mismatch")


def test_an_unknown_sex_contradicts_nothing() -> None:
    assert check_nik(SURABAYA, stated_sex=Sex.UNKNOWN, today=TODAY, known_regions=REGIONS).level == "valid"


@pytest.mark.parametrize(
    ("precision", "stated", "agrees"),
    [
        ("day", "1990-01-01", True),
        ("day", "1990-01-02", False),
        ("month", "1990-01-31", True),
        ("month", "1990-02-01", False),
        ("year", "1990-12-31", True),
        ("year", "1989-12-31", False),
        ("estimated", "1985-07-01", True),
        ("estimated", "1995-07-01", True),
        ("estimated", "1984-07-01", False),
    ],
)
def test_a_stated_date_contradicts_only_as_far_as_it_claims(precision: str, stated: str, agrees: bool) -> None:
    check = check_nik(
        SURABAYA,
        stated_birth_date=date.fromisoformat(stated),
        birth_date_precision=BirthDatePrecision(precision),
        today=TODAY,
        known_regions=REGIONS,
    )
    assert check.codes == (() if agrees else ("dob_mismatch",))


@pytest.mark.parametrize("stated", [date(1904, 2, 29), date(2004, 2, 29)])
def test_a_leap_day_may_be_of_either_century(stated: date) -> None:
    check = check_nik("3578112902049901", stated_birth_date=stated, today=TODAY, known_regions=REGIONS)
    assert (check.birth_date, check.level) == (stated, "valid")


def test_a_leap_day_real_in_one_century_only_is_not_ambiguous() -> None:
    check = check_nik("3578112902009901", today=TODAY, known_regions=REGIONS)
    assert (check.birth_date, check.codes) == (date(2000, 2, 29), ())


@pytest.mark.parametrize(("digits", "born"), [("010126", None), ("020126", date(1926, 1, 2))])
def test_nobody_is_born_after_today(digits: str, born: date | None) -> None:
    check = check_nik(f"357811{digits}9901", today=TODAY, known_regions=REGIONS)
    assert check.birth_date == (born or TODAY)
    assert check.codes == (() if born else ("century_ambiguous",))


@pytest.mark.parametrize("raw", ["-3578110101909901", "357811010190990.0", "35781101019099.00", "3.578110101909901",
                                 "3578110101909901.", "3578_1101_0190_9901", "3578110101909901 / 02"])  # fmt: skip
def test_what_a_spreadsheet_or_a_hurry_has_spoilt_is_no_nik(raw: str) -> None:
    assert check_nik(raw, today=TODAY, known_regions=REGIONS).codes == ("format",)


@pytest.mark.parametrize("raw", ["3578 1101 0190 9901", "\ufeff3578110101909901\u200b", "’3578110101909901",
                                 "\u00a03578\u00a01101-0190–9901", "35.78.11 - 010190 - 9901"])  # fmt: skip
def test_what_people_put_between_digits_is_taken_away(raw: str) -> None:
    assert normalise_nik(raw) == SURABAYA


@given(st.text())
def test_any_text_gets_an_answer_and_normalising_is_final(raw: str) -> None:
    check = check_nik(raw, today=TODAY, known_regions=REGIONS)
    assert (check.level == "invalid") == (check.normalised is None)
    assert check.normalised is None or normalise_nik(check.normalised) == check.normalised


def test_a_mask_shows_two_digits_at_each_end_and_nothing_of_a_fragment() -> None:
    assert mask_nik(SURABAYA) == "35************01"
    assert mask_nik("3578") == "****"


def test_one_wrong_missing_or_exchanged_digit_shares_a_deletion() -> None:
    deletions = nik_deletions("3578110101909901")
    assert all(len(deletion) == 15 for deletion in deletions)
    assert deletions & nik_deletions("3578110101909801")
    assert deletions & nik_deletions("3758110101909901")
    assert "357811010190990" in deletions
    assert len(nik_deletions("0123456789012345")) == 16
    with pytest.raises(ValueError, match="16 digits"):
        nik_deletions("357811010190990")


@pytest.mark.parametrize(
    ("raw", "kk"),
    [
        ("35.78.11.010190.0001", "3578110101900001"),
        (" 3578119999990001", "3578119999990001"),
        ("0000000000000000", None),
        ("357811010190001", None),
        ("３５７８１１０１０１９０９９３１", None),
        ("", None),
    ],
)
def test_a_family_card_number_is_sixteen_digits(raw: str, kk: str | None) -> None:
    assert normalise_kk(raw) == kk


# telephone


@pytest.mark.parametrize(
    "raw",
    ["081234567890", "0812-3456-7890", "0812–3456–7890", " +62 812 3456 7890 ", "6281234567890", "0062 81234567890",
     "81234567890",
     "0812.3456.7890", "(0812) 34567890", "０８１２３４５６７８９０"],
)  # fmt: skip
def test_one_number_has_one_form(raw: str) -> None:
    assert normalise_phone(raw) == "+6281234567890"


def test_landlines_and_foreign_numbers() -> None:
    assert normalise_phone("(031) 567-8901") == "+62315678901"
    assert normalise_phone("+60 12-345 6789") == "+60123456789"


@pytest.mark.parametrize("raw", ["", "-", "12", "3578110101909901", "0812/0813", "0812 3456 7890 / 0813 1111 2222",
    "0800FLOWERS", "8.12E+11",
                                 "81234567890.0", "+6281234567890123456", "tidak ada", "031-5678901 ext 2"])  # fmt: skip
def test_what_is_no_single_number_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="not a telephone number"):
        normalise_phone(raw)


def test_a_masked_number_keeps_its_country_and_two_digits() -> None:
    assert mask_phone("+6281234567890") == "+62*********90"
    assert mask_phone("0812") == "****"


# names

SAME = [
    # Muhammad, Ahmad, Abdul
    "Moch. Fauzi|Moh Fauzi|Mohammad Fauzi|Mochammad Fauzi|Muhamad Fauzi|Muhammad Fauzi|Mohamed Fauzi|Muh. Fauzi|M. Fauzi",
    "M FAUZI|Mokhamad Fauzi|Muchammad Fauzi|H. Moh. Fauzi|Moh.Fauzi|Drs. H. M. Fauzi, M.Si",
    "Achmad Yani|Ahmad Yani|Akhmad Yani|Ach. Yani",
    "Abd. Rahman|Abdul Rahman|Abdoel Rahman|Abdurrahman|Abdurrohman|Abdul Rochman|ABDUL ROKHMAN",
    "Abdussalam|Abdul Salam|Abd. Salam",
    # old spelling
    "Djoko Tjahjono|Joko Cahyono",
    "Yusuf|Jusuf|Joesoef|Djusuf",
    "Widjaja|Wijaya|Widjaya",
    "Soehardjo|Suharjo|Soeharjo",
    "Supriyadi|Supriadi|Soepriyadi|Soeprijadi",
    "Njoman Soerjadi|Nyoman Suryadi",
    "Pandji|Panji",
    "Bandjar|Banjar",
    # Javanese, Madurese
    "Soetanto|Sutanto",
    "Sulistyowati|Sulistiyowati|Sulistiowati",
    "Noer Hayati|Nur-Hayati|Nur Hayati",
    "Suwandi|Suandi",
    # Arabic origin
    "Choirul Anam|Khoirul Anam|Hoirul Anam|Khairul Anam|Khaerul Anam",
    "Anisa|Annisa|Annisah",
    "Sa'diyah|Sa’diyah|Sadiyah|Sa`diyah|SA´DIYAH|Saʼdiyah",
    "Ma'ruf|Ma’ruf|Maruf",
    "Siti Aisyah|Siti Aisah|Siti Aisha|Siti Aisya",
    "Sjaiful Bachri|Syaiful Bahri|Saiful Bahri",
    "Fatchur Rozi|Fathur Rozi|Fatkhur Rozi|Fatur Rozi",
    "Qomariyah|Qomariah|Komariyah",
    "Rofi'i|Rofii",
    # Chinese and European origin
    "Tjoa Liem|Coa Lim",
    "Chandra|Candra",
    "Chintya|Cintia|Cyntia",
    "José Maria|Jose Maria",
    "Rudy|Rudi|Rudhi",
    "Dessy Novita|Desi Nofita",
    # titles
    "Raden Soekarno|R. Sukarno|R Sukarno|Ir. Soekarno|Bpk. Sukarno|Pak Sukarno|KH. Sukarno|K.H. Sukarno|Sukarno (alm)",
    "Siti Rahayu|Siti Rahayu S.Sos|Siti Rahayu, S. Sos., M.Si.|Dr. Hj. Siti Rahayu, SH, MH|Ny. Siti Rahayu|Rr. Siti Rahayu",
    "Sdri. Siti Rahayu|Almh. Siti Rahayu|Ibu Siti Rahayu A.Md.Keb",
]

APART = [
    "Joko|Yoko",
    "Jati|Yati",
    "Siti|Sri",
    "Suharto|Suharjo",
    "Rahman|Rahmat",
    "Moh. Fauzi|Ahmad Fauzi|Fauzi",
    "Candra|Hendra",
    "Bambang S|Bambang H",
    "Ani|Andi|Ana",
]


@pytest.mark.parametrize("variants", SAME)
def test_variants_of_one_name_have_one_form(variants: str) -> None:
    forms = {variant: search_forms(variant) for variant in variants.split("|")}
    assert len(set(forms.values())) == 1, forms


@pytest.mark.parametrize("names", APART)
def test_different_names_stay_apart(names: str) -> None:
    each = names.split("|")
    assert len(search_forms(each[0], each[1:])) == len(each)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("O", "o"),
        ("M.", "m"),
        ("R.", "r"),
        ("Pak Haji", "pak haji"),
        ("Hj.", "hj"),
        ("S.Sos", "s sos"),
        ("Almarhum", "almarhum"),
        ("Sumarni", "sumarni"),
        ("I Gusti Ngurah", "i gusti ngura"),
        ("Wijaya, Budi", "wijaya budi"),
        ("Budi S. H.", "budi s h"),
        ("Ma Soon", "ma son"),
        ("李小龍", "李小龍"),
        ("محمد", "محمد"),
        ("Abdullah", "abdula"),
    ],
)
def test_short_and_unusual_names_keep_something_to_find(name: str, form: str) -> None:
    assert search_forms(name) == (form,)


def test_forms_come_in_order_once_each_and_without_empty_ones() -> None:
    assert search_forms("Soetanto", ["Pak To", "Sutanto", "", " - ", "Tanto"]) == ("sutanto", "to", "tanto")
    assert search_forms("...") == ()


NAME_LETTERS = st.text("abcdefhijklmnorstuvwxyzqgp '.,-HM", max_size=24)
TRICKY_PARTS = "H. Hj dr M. Moh abd abdur dj tj sj nj oe ch kh ju hh rr alm , S.Sos"
NAME_PARTS = st.lists(st.sampled_from(TRICKY_PARTS.split()))


@given(st.one_of(st.text(), NAME_LETTERS, NAME_PARTS.map(" ".join), NAME_PARTS.map("".join)))
def test_folding_a_form_again_changes_nothing(name: str) -> None:
    forms = search_forms(name)
    assert all(search_forms(form) == (form,) for form in forms)
    assert bool(forms) == any(search_forms(letter) for letter in name)


# age


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("1990-05-17", "2026-05-16", 35),
        ("1990-05-17", "2026-05-17", 36),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2024-02-29", 16),
        ("2026-01-01", "2026-01-01", 0),
        ("1922-07-15", "2026-01-01", 103),
    ],
)
def test_age_in_whole_years(born: str, day: str, age: int) -> None:
    assert age_on(date.fromisoformat(born), date.fromisoformat(day)) == age


def test_nobody_has_an_age_before_birth() -> None:
    with pytest.raises(ValueError, match="before the birth"):
        age_on(date(2026, 1, 2), TODAY)


@pytest.mark.parametrize(
    ("precision", "born", "ages"),
    [
        ("day", "2008-06-15", (17, 17)),
        ("month", "2008-01-15", (17, 18)),
        ("year", "2008-07-01", (17, 18)),
        ("estimated", "1986-01-01", (35, 45)),
        ("estimated", "2024-01-01", (0, 7)),
        ("month", "2026-01-20", (0, 0)),
        ("year", "2026-07-01", (0, 0)),
    ],
)
def test_a_vague_birth_date_leaves_a_range_of_ages(precision: str, born: str, ages: tuple[int, int]) -> None:
    assert age_range_on(date.fromisoformat(born), BirthDatePrecision(precision), TODAY) == ages


@given(st.dates(date(1900, 1, 1), TODAY), st.sampled_from(BirthDatePrecision))
def test_the_range_holds_the_age(born: date, precision: BirthDatePrecision) -> None:
    least, greatest = age_range_on(born, precision, TODAY)
    assert 0 <= least <= age_on(born, TODAY) <= greatest


# confidentiality


def test_confidentiality_is_ordered_by_strictness_not_by_alphabet() -> None:
    rising = [Confidentiality.STANDARD, Confidentiality.ELEVATED, Confidentiality.STRICT]
    assert sorted(["strict", "standard", "elevated"], key=Confidentiality) == rising
    assert Confidentiality.STANDARD <= Confidentiality.STANDARD < Confidentiality.ELEVATED
    assert Confidentiality.STRICT > Confidentiality.ELEVATED >= Confidentiality.ELEVATED


def test_the_highest_level_of_the_categories_holds() -> None:
    assert confidentiality_of([]) == Confidentiality.STANDARD
    assert confidentiality_of([Confidentiality.ELEVATED, Confidentiality.STANDARD]) == Confidentiality.ELEVATED
    assert [is_restricted(level) for level in Confidentiality] == [False, False, True]
