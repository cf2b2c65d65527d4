"""The workbook that an office fills in: headings with an example, the codes, and what belongs in each column."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
import xlsxwriter

from kessos_case.core.db import Session
from kessos_case.partners.import_wording import COLUMNS
from kessos_case.partners.rules.import_rows import COLUMNS as ORDER
from kessos_case.reference.models import Category, Region, ServiceType
from kessos_case.reference.rules import RegionLevel

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Rows that are text before anything is typed into them: a spreadsheet would take 35.10 for a number.
_TEXT_ROWS = 5_000
_WIDTH = 22


def template(session: Session) -> bytes:
    """The workbook. Its example row is skipped when the file is sent."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        styles = {
            "head": book.add_format({"bold": True, "bg_color": "#dcefeb"}),
            "text": book.add_format({"num_format": "@"}),
        }
        example = [COLUMNS[name][2] for name in ORDER]
        directory = _sheet(book, styles, "Direktori", [COLUMNS[name][0] for name in ORDER], [example])
        directory.set_column(0, len(ORDER) - 1, _WIDTH, styles["text"])
        directory.data_validation(1, 1, _TEXT_ROWS, 1, {"validate": "list", "source": _KINDS, "error_type": "warning"})
        _sheet(book, styles, "Kode", ("Daftar", "Kode", "Nama", "Nama Inggris"), _codes(session))
        told = ((COLUMNS[name][0], name, COLUMNS[name][1], COLUMNS[name][2]) for name in ORDER)
        _sheet(book, styles, "Penjelasan", ("Kolom", "Nama untuk program", "Isinya", "Contoh"), (*told, *_ADVICE))
    return out.getvalue()


_KINDS = ["LKS", "OPD", "UPT", "Dinsos", "Perusahaan", "Universitas", "Rumah sakit"]
_ADVICE = (
    ("", "", "Satu baris untuk satu layanan dari satu organisasi. Baris contoh (CONTOH-LKS-MAWAR) tidak dibaca.", ""),
    ("", "", "Sel kosong: yang tercatat tetap. Tanda - : tidak ada, atau tidak dibatasi.", ""),
    ("", "", "Yang tidak ada di berkas tidak dihapus.", ""),
)


def _sheet(
    book: Any, styles: dict[str, Any], name: str, heading: Iterable[str], rows: Iterable[Sequence[str | None]]
) -> Any:
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, heading, styles["head"])
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 3, _WIDTH)
    for number, cells in enumerate(rows, 1):
        for place, cell in enumerate(cells):
            sheet.write_string(number, place, cell or "", styles["text"])
    return sheet


def _codes(session: Session) -> list[Sequence[str | None]]:
    types = sa.select(ServiceType.code, ServiceType.name_id, ServiceType.name_en, ServiceType.parent_code)
    rows: list[Sequence[str | None]] = [
        ("Jenis layanan" if parent else "Kelompok layanan", code, name, english)
        for code, name, english, parent in session.execute(types.order_by(ServiceType.parent_code, ServiceType.name_id))
    ]
    categories = sa.select(Category.code, Category.name_id, Category.name_en).order_by(Category.code)
    rows += [("Kategori PPKS", *row) for row in session.execute(categories)]
    places = (RegionLevel.PROVINSI, RegionLevel.KABUPATEN, RegionLevel.KOTA)
    regions = sa.select(Region.code, Region.name).where(Region.level.in_(places)).order_by(Region.code)
    return rows + [("Wilayah", code, name, "") for code, name in session.execute(regions)]
