"""Codes, numbers and names of letters: values in, values out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.letters.rules import (
    ALPHABET,
    CODE_LENGTH,
    LONGEST_TEXT,
    LetterKind,
    RevokeReason,
    fit_for_paper,
    grouped,
    number_of,
    read_code,
    same_name,
)
from kessos_case.letters.wording import ABOUT, ALL_REASONS, KINDS
from kessos_case.letters.writing import TITLES

CODE = "K7QMABCD2345EFGH6789"


def test_a_code_has_more_than_eighty_bits_and_no_sign_that_looks_like_another():
    assert len(ALPHABET) ** CODE_LENGTH > 2**80
    assert not set(ALPHABET) & set("0O1IL")
    assert len(set(ALPHABET)) == len(ALPHABET)


@pytest.mark.parametrize("typed", [CODE, CODE.lower(), grouped(CODE), "k7qm-abcd-2345-efgh-6789", f" {CODE} "])
def test_a_code_is_read_as_people_type_it(typed):
    assert read_code(typed) == CODE


@pytest.mark.parametrize("typed", ["", CODE[:-1], CODE + "2", CODE.replace("K", "0"), "x" * 10_000, "' or 1=1"])
def test_what_is_no_code_is_none(typed):
    assert read_code(typed) is None


@given(st.text(max_size=200))
def test_reading_a_code_never_fails(typed):
    found = read_code(typed)
    assert found is None or len(found) == CODE_LENGTH


@pytest.mark.parametrize("typed", ["Siti Aminah", "SITI  AMINAH", "siti aminah.", "Síti-Aminah"])
def test_a_name_is_compared_without_capitals_accents_and_dots(typed):
    assert same_name("Siti Aminah", typed)


@pytest.mark.parametrize("typed", ["", " ", "...", "Siti", "Aminah Siti", "Siti Aminah Putri"])
def test_another_name_is_another(typed):
    assert not same_name("Siti Aminah", typed)


def test_nothing_unseen_comes_onto_paper():
    assert fit_for_paper("Siti\u202e\u200b\x00 A") == "Siti A"
    assert "\u200b" in fit_for_paper("x" * 200)
    assert len(fit_for_paper("kata " * 5000)) <= LONGEST_TEXT + 1


def test_the_number_says_kind_month_and_year():
    assert number_of(LetterKind.GRADUATION, CODE, 11, 2026) == "K7QM/LULUS/XI/2026"


def test_every_kind_and_reason_has_words():
    assert set(KINDS) == set(ABOUT) == set(TITLES) == set(LetterKind)
    assert set(ALL_REASONS) == set(RevokeReason)
