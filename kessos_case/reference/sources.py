"""What config/reference says, as records that fit the tables, each checked. No database here."""

from dataclasses import dataclass

from kessos_case.reference.rows import (
    Record,
    ReferenceDataError,
    Row,
    all_known,
    each,
    one_at_a_time,
    read_csv,
    read_toml,
    unique,
)
from kessos_case.reference.rules import (
    AmountUnit,
    Confidentiality,
    ProgrammeLevel,
    RecipientUnit,
    RegionLevel,
    SourceKind,
    Status,
    is_region_code,
    programme_kind,
    region_lineage,
    region_search_form,
)

_INDONESIA = "00"


@dataclass(frozen=True)
class Upt:
    """A technical unit of the provincial social office as its file has it; access makes an organisation of it."""

    code: str
    name: str
    region_code: str | None
    cluster: str
    categories: tuple[str, ...]
    # Beds, quota or census as the note says; None where no source has it.
    capacity: int | None
    note: str | None
    source: str
    status: Status


@dataclass(frozen=True)
class Tile:
    """Where a regency stands on a map of squares: counted from the north-west corner."""

    code: str
    column: int
    row: int


def tiles() -> list[Tile]:
    """A square for each kabupaten and kota, about where it lies: no two on one place, none left out."""
    found = each(read_csv("tiles_jatim.csv"), _tile)
    listed = [vars(tile) for tile in found]
    unique("tiles_jatim.csv", listed, "column", "row")
    drawn = unique("tiles_jatim.csv", listed, "code")
    regencies = {place["code"] for place in regions() if place["level"] in (RegionLevel.KABUPATEN, RegionLevel.KOTA)}
    if wrong := sorted(drawn ^ regencies):
        raise ReferenceDataError(f"tiles_jatim.csv: {', '.join(wrong)} is no regency, or has no square")
    return found


def regions() -> list[Record]:
    """The places of the province, each below one that is there too."""
    found = each(read_csv("regions_jatim.csv"), _region)
    known = unique("regions_jatim.csv", found, "code")
    all_known("regions_jatim.csv", found, "parent_code", known)
    return found


def pas_groups() -> list[Record]:
    """The 12 PAS groups."""
    found = each(read_toml("ppks_categories.toml", "pas_2025"), _pas_group)
    unique("ppks_categories.toml", found, "number")
    return found


def categories() -> list[Record]:
    """The 26 PPKS categories, each of a known PAS group."""
    found = each(read_toml("ppks_categories.toml", "category"), _category)
    unique("ppks_categories.toml", found, "code")
    all_known("ppks_categories.toml", found, "pas_number", {group["number"] for group in pas_groups()})
    return found


def programmes() -> list[Record]:
    """The aid programmes, without what they pay."""
    found = each(read_toml("programmes.toml", "programme"), _programme)
    unique("programmes.toml", found, "code")
    return found


def programme_amounts() -> list[Record]:
    """What each programme pays from which day on; no two amounts of a programme on one day."""
    rows = read_toml("programmes.toml", "programme")
    found = [
        {"programme_code": code, **amount}
        for row in rows
        for code in [row.text("code")]
        for amount in each(row.rows("amount"), _programme_amount)
    ]
    one_at_a_time("programmes.toml", found, "programme_code")
    return found


def poverty_lines() -> list[Record]:
    """The published poverty lines, of places and of Indonesia as 00."""
    found = each(read_csv("poverty_line.csv"), _poverty_line)
    unique("poverty_line.csv", found, "region_code", "month")
    all_known("poverty_line.csv", found, "region_code", _place_codes() | {_INDONESIA})
    return found


def minimum_wages() -> list[Record]:
    """The minimum wages; no two of one place on one day."""
    found = each(read_csv("umk.csv"), _minimum_wage)
    all_known("umk.csv", found, "region_code", _place_codes())
    one_at_a_time("umk.csv", found, "region_code")
    return found


def service_types() -> list[Record]:
    """The groups of services and the services within, each service after its group."""
    found = [service for row in read_toml("service_types.toml", "group") for service in _service_group(row)]
    unique("service_types.toml", found, "code")
    return found


def upts() -> list[Upt]:
    """The technical units of the provincial social office."""
    found = each(read_toml("upts.toml", "upt"), _upt)
    listed = [vars(upt) for upt in found]
    served = [{"categories": code} for upt in found for code in upt.categories]
    unique("upts.toml", listed, "code")
    all_known("upts.toml", listed, "region_code", _place_codes())
    all_known("upts.toml", served, "categories", {category["code"] for category in categories()})
    return found


def _place_codes() -> set[str]:
    # Only the codes: checking 9,199 rows again for each file that points to them would double the time of a load.
    return {row.text("code") for row in read_csv("regions_jatim.csv")}


def _region(row: Row) -> Record:
    code, name = row.text("code"), row.text("name")
    parent = row.optional_text("parent")
    if not is_region_code(code):
        row.wrong(f"code must be a region code, not {code!r}")
    above = region_lineage(code)[:-1]
    if parent != (above[-1] if above else None):
        row.wrong(f"parent of {code} cannot be {parent!r}")
    level = row.word("level", RegionLevel)
    return {"code": code, "name": name, "level": level, "parent_code": parent, "search_form": region_search_form(name)}


def _pas_group(row: Row) -> Record:
    return {"number": row.whole("no"), **{name: row.text(name) for name in ("slug", "name_id", "name_en")}}


def _category(row: Row) -> Record:
    # Why a category is confidential and who pays by PP 2/2018 is for the reader of the file until a feature needs it.
    row.ignore("confidential_reason", "spm_province")
    words = ("code", "slug", "name_id", "name_en", "definition", "definition_status", "cluster")
    return {
        **{name: row.text(name) for name in words},
        "number": row.whole("no"),
        "criteria": row.texts("criteria"),
        "synonyms": row.texts("synonyms"),
        "pas_number": row.whole("pas_2025"),
        "confidentiality": row.word("confidential", Confidentiality),
        "min_age": row.optional_whole("min_age"),
        "max_age": row.optional_whole("max_age"),
    }


def _programme(row: Row) -> Record:
    row.ignore("amount")
    source_kind = row.word("kind", SourceKind)
    words = ("code", "name_id", "name_en", "owner", "counted_per", "frequency", "target", "source")
    return {
        **{name: row.text(name) for name in words},
        "level": row.word("level", ProgrammeLevel),
        "source_kind": source_kind,
        "kind": programme_kind(source_kind, is_food=row.flag("is_food")),
        "recipient_unit": row.word("recipient_unit", RecipientUnit),
        "months_per_payment": row.optional_whole("months_per_payment"),
        "status": row.word("status", Status),
        "note": row.optional_text("note"),
    }


def _programme_amount(row: Row) -> Record:
    return {
        "valid_from": row.day("valid_from"),
        "valid_to": row.optional_day("valid_to"),
        "amount": row.amount("amount"),
        "unit": row.word("unit", AmountUnit),
        "source": row.text("source"),
        "status": row.word("status", Status),
        "note": row.optional_text("note"),
    }


def _poverty_line(row: Row) -> Record:
    row.ignore(
        "region_name",
        "food_idr",
        "nonfood_idr",
        "avg_poor_household_size",
        "poverty_line_idr_household_month",
        "poor_pct",
        "poor_thousand",
    )
    return {
        "region_code": row.text("region_code"),
        "month": row.month("year", "month"),
        "amount": row.amount("poverty_line_idr_capita_month"),
        "source": row.text("source"),
        "status": row.word("status", Status),
    }


def _minimum_wage(row: Row) -> Record:
    row.ignore("region_name", "year")
    return {
        "region_code": row.text("region_code"),
        "valid_from": row.day("valid_from"),
        "valid_to": row.optional_day("valid_to"),
        "amount": row.amount("umk_idr_month"),
        "legal_basis": row.text("legal_basis"),
        "source": row.text("source"),
        "status": row.word("status", Status),
    }


def _service_group(row: Row) -> list[Record]:
    services = row.rows("service")
    row.ignore("note")
    group = _service(row, None, None)
    row.end()
    return [group, *each(services, lambda service: _service(service, group["code"], group["confidentiality"]))]


def _service(row: Row, parent: str | None, default: Confidentiality | None) -> Record:
    return {
        "parent_code": parent,
        **{name: row.text(name) for name in ("code", "name_id", "name_en")},
        "confidentiality": row.word("confidentiality", Confidentiality, default),
    }


def _tile(row: Row) -> Tile:
    return Tile(row.text("code"), row.whole("column"), row.whole("row"))


def _upt(row: Row) -> Upt:
    row.ignore("city", "address")
    return Upt(
        code=row.text("code"),
        name=row.text("name"),
        region_code=row.optional_text("region_code"),
        cluster=row.text("cluster"),
        categories=tuple(row.texts("categories")),
        # The file writes 0 for what no source has.
        capacity=row.whole("capacity") or None,
        note=row.optional_text("note"),
        source=row.text("source"),
        status=row.word("status", Status),
    )
