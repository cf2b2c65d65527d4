"""From the bytes of a table of partners to its rows; what is no such table is refused with a code and a sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from kessos_case.core.db import Session
from kessos_case.core.headings import HEADING_WITHIN, Heading, bare, heading_in
from kessos_case.core.policies import policy
from kessos_case.core.sheets import SheetError, Table, open_table
from kessos_case.partners import import_queries
from kessos_case.partners.rules.import_cells import Words
from kessos_case.partners.rules.import_rows import COLUMNS, KEY, Row, compare_rows, is_example, read_row
from kessos_case.reference.rules import RegionLevel

_PREFIXES = {
    RegionLevel.PROVINSI: ("provinsi_", ""),
    RegionLevel.KABUPATEN: ("kabupaten_", "kab_"),
    RegionLevel.KOTA: ("kota_",),
}
_NAMED_REGIONS = tuple(_PREFIXES)


@dataclass(frozen=True)
class Sheet:
    """A table as read: its heading cells, its rows, and the columns that nobody reads."""

    heading: list[str]
    rows: list[Row]
    unknown: tuple[str, ...]


def read_sheet(session: Session, content: bytes) -> Sheet:
    """Every row of the table, with what is wrong in it and among its rows.

    Raises SheetError for what is no table, lacks a column, has one twice, has no row or too many.
    """
    said, table = words(session), open_table(content)
    number, cells, heading = _heading(table, said)
    rows = [read_row(at, row, heading, said) for at, row in _beneath(table, number, heading, said)]
    if not rows:
        raise SheetError("no_rows", "There is a heading and no row beneath it.")
    compare_rows(rows)
    return Sheet(cells, rows, tuple(name for name in heading.unknown if bare(name) not in said.results))


def words(session: Session) -> Words:
    """How things may be called: by code, by the Indonesian or English name, or as the policy says."""
    said, named = policy("directory_import").content, import_queries.names(session, _NAMED_REGIONS)
    return Words(
        said["headings"],
        said["kinds"],
        said["sexes"],
        said["days"],
        said["truths"],
        _names(named["service_type"]),
        _names(named["category"]),
        _region_names(named["region"]),
        said["example"],
        frozenset(said["results"]),
    )


def _names(rows: Iterable[Any]) -> Mapping[str, str]:
    """Codes go before names: should a name ever be another's code, the code keeps its meaning."""
    found = list(rows)
    names = {bare(name): code for code, *both in found for name in both}
    return names | {bare(code): code for code, *_ in found}


def _region_names(rows: Iterable[Any]) -> Mapping[str, str]:
    """The province and its regencies; kecamatan share their names too often to be meant by them."""
    found: dict[str, str] = {}
    for code, name, level in rows:
        short = bare(name).removeprefix("kabupaten_").removeprefix("kota_").removeprefix("provinsi_")
        for prefix in _PREFIXES[level]:
            found[prefix + short] = code
    return found


def _heading(table: Table, said: Words) -> tuple[int, list[str], Heading]:
    for number, cells in islice(table.rows(), HEADING_WITHIN):
        heading = heading_in(cells, COLUMNS, said.headings)
        if len(heading.places.keys() & set(KEY)) < 2:
            continue
        if heading.twice:
            raise SheetError("columns_twice", f"Columns stand there twice: {', '.join(heading.twice)}.")
        if missing := [name for name in KEY if name not in heading.places]:
            raise SheetError("columns_missing", f"Columns are missing: {', '.join(missing)}.")
        return number, cells, heading
    raise SheetError("heading_missing", f"No row names the columns {', '.join(KEY)}.")


def _beneath(table: Table, heading_row: int, heading: Heading, said: Words) -> list[tuple[int, list[str]]]:
    most = policy("directory_import").content["most_rows"]
    rows = ((at, row) for at, row in table.rows() if at > heading_row and not is_example(row, heading, said))
    found = list(islice(rows, most + 1))
    if len(found) > most:
        raise SheetError("too_many_rows", f"At most {most} rows; send the file in parts.")
    return found
