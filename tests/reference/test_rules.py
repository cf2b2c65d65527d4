"""The reference rules need no database."""

import pytest

from kessos_case.reference.rules import (
    ProgrammeKind,
    RegionLevel,
    SourceKind,
    is_region_code,
    named_level,
    programme_kind,
    regency_and_province,
    region_lineage,
    region_search_form,
)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Ambulu", "ambulu"),
        ("Kec. Ambulu", "ambulu"),
        ("KECAMATAN AMBULU", "ambulu"),
        ("kec.ambulu", "ambulu"),
        ("Kabupaten Pacitan", "pacitan"),
        ("Kab Pacitan", "pacitan"),
        ("Kota Surabaya", "surabaya"),
        ("Kel. Ploso", "ploso"),
        ("Kelurahan Ploso", "ploso"),
        ("Ds. Sumberejo", "sumberejo"),
        ("Prov. Jawa  Timur", "jawa timur"),
        ("Kec. Kota Sumenep", "sumenep"),
        ("Kecamatan Kota", "kota"),
        ("Kota", "kota"),
        ("Kotalama", "kotalama"),
        ("Desaku", "desaku"),
        ("Ra'as", "raas"),
        ("Ra\u2019as", "raas"),
        ("Oro-oro Ombo", "oro oro ombo"),
        ("P. Mandangin", "p mandangin"),
        ("\uff21mbul\u00fa", "ambulu"),
        ("!!", ""),
        ("", ""),
    ],
)
def test_search_form_drops_what_only_says_the_level(written: str, form: str) -> None:
    assert region_search_form(written) == form


@pytest.mark.parametrize("written", ["Kec. Ambulu", "Kecamatan Kota", "Ra'as", "Oro-oro Ombo", "Prov. Jawa Timur"])
def test_search_form_of_a_search_form_is_itself(written: str) -> None:
    form = region_search_form(written)
    assert region_search_form(form) == form


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("Kota Malang", RegionLevel.KOTA),
        ("Kab. Malang", RegionLevel.KABUPATEN),
        ("kec ambulu", RegionLevel.KECAMATAN),
        ("Malang", None),
        ("Kota", None),
        ("", None),
    ],
)
def test_the_level_that_the_writer_named(written: str, level: RegionLevel | None) -> None:
    assert named_level(written) is level


@pytest.mark.parametrize("code", ["35", "35.09", "35.09.12", "35.09.12.2004"])
def test_region_codes(code: str) -> None:
    assert is_region_code(code)


@pytest.mark.parametrize(
    "code", ["", "3", "3509", "35.9", "35.09.", "35.09.12.204", "35.09\n", "35.09\x00", "\u0663\u0665"]
)
def test_what_is_no_region_code(code: str) -> None:
    assert not is_region_code(code)


def test_lineage_goes_from_the_province_down() -> None:
    assert region_lineage("35.09.12.2004") == ["35", "35.09", "35.09.12", "35.09.12.2004"]
    assert region_lineage("35") == ["35"]


def test_regency_and_province_of_any_place() -> None:
    assert regency_and_province("35.09.12.2004") == ("35.09", "35")
    assert regency_and_province("35") == ("35", "35")


@pytest.mark.parametrize(
    ("source_kind", "is_food", "kind"),
    [
        (SourceKind.CASH_CONSUMPTION, False, ProgrammeKind.CONSUMPTION),
        (SourceKind.CASH_CONDITIONAL, False, ProgrammeKind.CONSUMPTION),
        (SourceKind.IN_KIND, True, ProgrammeKind.CONSUMPTION),
        (SourceKind.IN_KIND, False, ProgrammeKind.SERVICE),
        (SourceKind.SERVICE, False, ProgrammeKind.SERVICE),
        (SourceKind.PRODUCTIVE_CAPITAL, False, ProgrammeKind.EMPOWERMENT),
        (SourceKind.PREMIUM_SUBSIDY, False, ProgrammeKind.INSURANCE),
    ],
)
def test_only_cash_and_food_for_living_are_consumption(
    source_kind: SourceKind, is_food: bool, kind: ProgrammeKind
) -> None:
    assert programme_kind(source_kind, is_food=is_food) is kind


def test_every_source_kind_is_mapped() -> None:
    assert {programme_kind(kind) for kind in SourceKind} == set(ProgrammeKind)
