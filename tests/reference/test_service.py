"""The reference files in their tables, searched and asked for a day. `session` may write reference data."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.core.months import parse_month
from kessos_case.core.settings import CONFIG_DIR
from kessos_case.reference import queries, rows, service, sources
from kessos_case.reference.models import Category, PovertyLine, Programme, Region, ServiceType
from kessos_case.reference.rules import Confidentiality, ProgrammeKind

TABLES = {
    "regions": 9199,
    "pas_groups": 12,
    "categories": 26,
    "programmes": 24,
    "programme_amounts": 23,
    "poverty_lines": 9,
    "minimum_wages": 121,
    "service_types": 41,
}


@pytest.fixture
def loaded(session: Session) -> Session:
    # The migrated template may hold them already; 9,199 places again for each test would be most of its time.
    if session.scalar(sa.select(sa.func.count()).select_from(Region)) != TABLES["regions"]:
        service.load_reference(session)
    return session


def test_every_row_of_the_files_is_loaded(loaded: Session) -> None:
    assert {table: loaded.scalar(sa.text(f"select count(*) from {table}")) for table in TABLES} == TABLES


def test_places_by_level(loaded: Session) -> None:
    counted = sa.select(Region.level, sa.func.count()).group_by(Region.level)
    assert {level: count for level, count in loaded.execute(counted)} == {
        "provinsi": 1,
        "kabupaten": 29,
        "kota": 9,
        "kecamatan": 666,
        "kelurahan": 773,
        "desa": 7721,
    }


def test_a_second_load_changes_nothing(loaded: Session) -> None:
    assert service.load_reference(loaded) == dict.fromkeys(TABLES, 0)


def test_a_load_mends_what_differs_and_counts_it(loaded: Session) -> None:
    loaded.execute(sa.update(Region).where(Region.code == "35.09.12").values(name="Ambuluu"))
    loaded.execute(sa.delete(PovertyLine).where(PovertyLine.region_code == "00"))
    assert service.load_reference(loaded) == dict.fromkeys(TABLES, 0) | {"regions": 1, "poverty_lines": 1}


def test_a_load_deletes_nothing(loaded: Session) -> None:
    loaded.add(PovertyLine(region_code="35.09", month=1, amount=1, source="test", status="memory"))
    loaded.flush()
    service.load_reference(loaded)
    assert loaded.get(PovertyLine, ("35.09", 1)) is not None


@pytest.mark.parametrize(
    ("q", "code"),
    [
        ("ambulu", "35.09.12"),
        ("Kec. Ambulu", "35.09.12"),
        ("Desa Ambulu", "35.09.12.2004"),
        ("Surabya", "35.78"),
        ("surabaya", "35.78"),
        ("Kota Malang", "35.73"),
        ("Kab. Malang", "35.07"),
        ("Raas", "35.29.22"),
        ("oro oro ombo", "35.08.02.2005"),
        ("Kedawung wetan", "35.14.20.2011"),
        ("Desa Sumberejo, Kec. Ambulu, Kab. Jember", "35.09.12.2003"),
        ("Jawa Timur", "35"),
    ],
)
def test_a_place_is_found_as_people_write_it(loaded: Session, q: str, code: str) -> None:
    assert queries.regions_named(loaded, q, 10)[0].code == code


def test_the_larger_place_comes_before_villages_of_the_same_name(loaded: Session) -> None:
    found = queries.regions_named(loaded, "ambulu", 4)
    assert [place.code for place in found] == ["35.09.12", "35.09.12.2004", "35.11.12.2001", "35.13.21.2009"]


def test_search_below_a_place_and_of_a_level(loaded: Session) -> None:
    assert queries.regions_named(loaded, "ambulu", 10, parent="35.11")[0].code == "35.11.12.2001"
    assert {place.level for place in queries.regions_named(loaded, "ambulu", 10, level="desa")} == {"desa"}


@pytest.mark.parametrize("q", ["!!", ",,,", "%", "_", "\\", "a," * 50, "'"])
def test_a_search_for_nothing_finds_nothing(loaded: Session, q: str) -> None:
    assert queries.regions_named(loaded, q, 10) == []


def test_search_uses_the_trigram_index(loaded: Session) -> None:
    loaded.execute(sa.text("set local enable_seqscan = off"))
    like = queries._like(Region, "ambulu")
    sql = sa.select(Region.code).where(like).compile(loaded.get_bind(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(loaded.connection().exec_driver_sql(f"explain {sql}").scalars())
    assert plan.count("ix_regions_search_form") == 2


def test_small_lists_are_searched_too(loaded: Session) -> None:
    def codes(select: sa.Select[Category] | sa.Select[Programme] | sa.Select[ServiceType]) -> set[str]:
        return {found.code for found in loaded.scalars(select)}

    assert codes(queries.categories("gepeng")) == {"PPKS-11", "PPKS-12"}
    assert "PKH-LANSIA" in codes(queries.programmes("lansia"))
    assert codes(queries.service_types("jiwa")) == {"mental_health_care"}
    assert codes(queries.service_types(parent="therapy")) >= {"psychosocial_therapy"}
    assert codes(queries.categories("%")) == set()


def test_what_counts_toward_dependency(loaded: Session) -> None:
    kinds = {code: kind for code, kind in loaded.execute(sa.select(Programme.code, Programme.kind))}
    assert kinds["PERMAKANAN"] == ProgrammeKind.CONSUMPTION
    assert kinds["PBI-JK"] == ProgrammeKind.INSURANCE
    assert kinds["PENA"] == ProgrammeKind.EMPOWERMENT
    assert kinds["UPT-RESIDENSIAL"] == ProgrammeKind.SERVICE


def test_services_whose_name_tells_a_secret_are_strict(loaded: Session) -> None:
    strict = loaded.scalars(sa.select(ServiceType.code).where(ServiceType.confidentiality == Confidentiality.STRICT))
    assert set(strict) == {
        "child_protection",
        "child_justice_support",
        "sexual_violence_support",
        "violence_support",
        "trafficking_support",
        "hiv_support",
        "drug_rehabilitation",
    }


@pytest.mark.parametrize(
    ("month", "published"),
    [("2018-03", "2018-03"), ("2021-08", "2018-09"), ("2025-08", "2025-03"), ("2030-01", "2025-09")],
)
def test_the_province_stands_in_for_a_regency_without_a_line(loaded: Session, month: str, published: str) -> None:
    line = service.poverty_line_on(loaded, "35.09.12.2004", parse_month(month))
    assert line is not None
    assert (line.region_code, line.month) == ("35", parse_month(published))


def test_no_poverty_line_before_the_first(loaded: Session) -> None:
    assert service.poverty_line_on(loaded, "35.09", parse_month("2018-02")) is None


def test_a_regency_with_a_line_uses_its_own_even_where_the_province_has_a_newer_one(loaded: Session) -> None:
    loaded.add(PovertyLine(region_code="35.09", month=parse_month("2024-03"), amount=1, source="test", status="memory"))
    loaded.flush()
    line = service.poverty_line_on(loaded, "35.09.12", parse_month("2026-01"))
    assert line is not None and line.region_code == "35.09"


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (date(2025, 10, 31), 4961753),
        (date(2025, 11, 1), 5032635),
        (date(2026, 1, 1), 5288796),
        (date(2027, 1, 1), None),
    ],
)
def test_the_minimum_wage_in_force(loaded: Session, day: date, amount: int | None) -> None:
    wage = service.minimum_wage_on(loaded, "35.78.01", day)
    assert (wage and wage.amount) == amount


@pytest.mark.parametrize(("day", "amount"), [(date(2020, 2, 29), None), (date(2020, 3, 1), 200_000)])
def test_what_a_programme_pays_on_a_day(loaded: Session, day: date, amount: int | None) -> None:
    paid = service.programme_amount_on(loaded, "SEMBAKO", day)
    assert (paid and paid.amount) == amount


def test_a_service_in_kind_pays_nothing(loaded: Session) -> None:
    assert service.programme_amount_on(loaded, "UPT-RESIDENSIAL", date(2026, 1, 1)) is None


def test_path_from_the_province_to_the_village(loaded: Session) -> None:
    path = service.region_path(loaded, "35.09.12.2004")
    assert [place.name for place in path] == ["Jawa Timur", "Kabupaten Jember", "Ambulu", "Ambulu"]


@pytest.mark.parametrize("code", ["36", "35.09.99", "35.09\x00", "x"])
def test_an_unknown_place_is_not_found(loaded: Session, code: str) -> None:
    assert not service.region_exists(loaded, code)
    with pytest.raises(NotFound):
        service.region_path(loaded, code)


def test_known_codes_are_all_codes(loaded: Session) -> None:
    codes = service.known_region_codes(loaded)
    assert len(codes) == 9199
    assert "35.09.12" in codes


def test_upts_lie_in_known_places_or_nowhere() -> None:
    upts = service.upts()
    assert len(upts) == 28
    assert {upt.code for upt in upts if upt.region_code is None} == {
        "PSBR-BLITAR",
        "PSTW-BLITAR",
        "RSBL-KEDIRI",
        "PTKS-MALANG",
    }


@pytest.fixture
def spoil(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], None]:
    """Change one thing in one file of a copy of config/reference."""

    def change(name: str, old: str, new: str) -> None:
        folder = tmp_path / "reference"
        folder.mkdir()
        for file in (CONFIG_DIR / "reference").iterdir():
            text = file.read_text("utf-8")
            (folder / file.name).write_text(text.replace(old, new, 1) if file.name == name else text, "utf-8")
        monkeypatch.setattr(rows, "CONFIG_DIR", tmp_path)

    return change


def programmes_and_amounts() -> None:
    sources.programmes()
    sources.programme_amounts()


READERS: dict[str, Callable[[], object]] = {
    "regions_jatim.csv": sources.regions,
    "ppks_categories.toml": sources.categories,
    "programmes.toml": programmes_and_amounts,
    "poverty_line.csv": sources.poverty_lines,
    "umk.csv": sources.minimum_wages,
    "service_types.toml": sources.service_types,
    "upts.toml": sources.upts,
}


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("regions_jatim.csv", "Donorojo,kecamatan", "Donorojo,distrik", "line 4: level must be one of"),
        ("regions_jatim.csv", "35.01.01.2001,", "35.01.01.201,", "line 5: code must be a region code"),
        ("regions_jatim.csv", "Widoro,desa,35.01.01", "Widoro,desa,35.01.02", "line 5: parent of 35.01.01.2001"),
        ("regions_jatim.csv", "35.01.01.2002,", "35.01.01.2001,", "stands there twice"),
        ("regions_jatim.csv", "Widoro,desa,35.01.01", "Widoro,desa,35.01.01,x", "line 5: unknown None"),
        ("ppks_categories.toml", "pas_2025 = 1", "pas_2025 = 13", "pas_number 13 is not known"),
        ("ppks_categories.toml", 'confidential = "elevated"', 'confidential = "secret"', "confidentia"),
        ("programmes.toml", "months_per_payment = 3", "month_per_payment = 3", "unknown month_per_payment"),
        ("programmes.toml", "amount = 3000000", "amount = 0", "amount must be more than 0 rupiah"),
        ("programmes.toml", "amount = 3000000", "amount = 3.5", "amount must be a whole number"),
        ("poverty_line.csv", "2018,3,373574", "2018,13,373574", "line 2: '2018-13' is not a month"),
        ("umk.csv", "2025-01-01,2025-12-31", "2024-12-31,2025-12-31", "two rows in force on 2024-12-31"),
        ("umk.csv", "35.01,Kabupaten Pacitan,2024", "35.99,Kabupaten Pacitan,2024", "region_code '35.99' is not known"),
        ("umk.csv", "2024-01-01", "2024-02-30", "line 2: valid_from must be a date"),
        ("service_types.toml", 'code = "meals"', 'code = "temporary_shelter"', "stands there twice"),
        ("upts.toml", 'categories = ["PPKS-01"]', 'categories = ["PPKS-99"]', "categories 'PPKS-99' is not known"),
        ("service_types.toml", "[[group]]", "[group", "service_types.toml"),
    ],
)
def test_a_fault_is_named_by_file_and_row(
    spoil: Callable[[str, str, str], None], name: str, old: str, new: str, said: str
) -> None:
    spoil(name, old, new)
    with pytest.raises(service.ReferenceDataError) as refused:
        READERS[name]()
    assert str(refused.value).startswith(name)
    assert said in str(refused.value)


def test_a_fault_is_found_before_anything_is_written(loaded: Session, spoil: Callable[[str, str, str], None]) -> None:
    loaded.execute(sa.update(Region).where(Region.code == "35.09.12").values(name="Ambuluu"))
    spoil("service_types.toml", 'code = "meals"', 'code = ""')
    with pytest.raises(service.ReferenceDataError, match=r"service_types.toml, group 1 .*, service 3: code is missing"):
        service.load_reference(loaded)
    assert loaded.scalar(sa.select(Region.name).where(Region.code == "35.09.12")) == "Ambuluu"
