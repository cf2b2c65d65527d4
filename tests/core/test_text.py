"""Text in one form, and what may not be stored."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.core.text import clean_text, reject_reason

ANY_TEXT = st.text(st.characters())  # lone surrogates included


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Siti   Aminah ", "Siti Aminah"),
        ("Siti\t\nAminah", "Siti Aminah"),
        ("Siti\u00a0\u3000Aminah", "Siti Aminah"),
        ("Jose\u0301", "Jos\u00e9"),
        (" \n ", ""),
    ],
)
def test_a_line_has_single_blanks_and_composed_letters(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


def test_a_note_keeps_its_lines_and_inner_blanks() -> None:
    typed = "\r\n Kunjungan:  \r\n\r\n  - ibu   sehat\r  - anak sekolah \n\n"
    assert clean_text(typed, multiline=True) == "Kunjungan:\n\n  - ibu   sehat\n  - anak sekolah"


@given(ANY_TEXT, st.booleans())
def test_cleaning_twice_is_cleaning_once(text: str, multiline: bool) -> None:
    once = clean_text(text, multiline=multiline)
    assert clean_text(once, multiline=multiline) == once
    assert unicodedata.is_normalized("NFC", once)


@given(ANY_TEXT)
def test_cleaning_hides_nothing_that_is_refused(text: str) -> None:
    assert reject_reason(clean_text(text, multiline=True), multiline=True) == reject_reason(text, multiline=True)


@pytest.mark.parametrize("text", ["", "Sa'diyah", "Ma’ruf", "محمد", "李小龍", "e\u0301", "a\u200db", "🙂"])
def test_ordinary_text_is_fine(text: str) -> None:
    assert reject_reason(text) is None


@pytest.mark.parametrize("control", ["\x00", "\x01", "\x0b", "\x1b", "\x1c", "\x7f", "\x85", "\x9f"])
def test_control_characters_are_refused_everywhere(control: str) -> None:
    for multiline in (False, True):
        assert reject_reason(f"a{control}b", multiline=multiline) == "control_character"
        assert reject_reason(clean_text(f"a{control}", multiline=multiline), multiline=multiline) == "control_character"


@pytest.mark.parametrize("layout", ["\t", "\n", "\r\n"])
def test_tabs_and_line_ends_belong_in_notes_only(layout: str) -> None:
    assert reject_reason(f"a{layout}b") == "control_character"
    assert reject_reason(f"a{layout}b", multiline=True) is None


@pytest.mark.parametrize("mark", ["\u202a", "\u202e", "\u2066", "\u2069"])
def test_marks_that_turn_the_reading_direction_are_refused(mark: str) -> None:
    assert reject_reason(f"Siti{mark}") == "bidi_control"


def test_a_lone_surrogate_is_refused() -> None:
    assert reject_reason("a\ud800") == "surrogate"
    assert reject_reason("a\udfff", multiline=True) == "surrogate"
