"""Unmet need to be kept: as CSV for programs, as a workbook and as PDF for people, all of the same figures."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from kessos_case.core.clock import office_day
from kessos_case.core.months import format_month
from kessos_case.reports.service import UnmetCell, UnmetNeed
from kessos_case.reports.unmet_queries import MEASURES
from kessos_case.reports.wording import MEASURES as MEASURE_WORDS
from kessos_case.reports.wording import MEASURES_SHORT, told
from kessos_case.web.figures import day, month_name
from kessos_case.web.pages import current_language

Names = Mapping[str, str]
# What is not told: small, or what would give a small one away. It may be any number, so it is not `<5`.
HIDDEN = "*"


def table(cells: Iterable[UnmetCell]) -> Iterator[list[str]]:
    """With codes, for programs."""
    yield ["month", "region_code", "service_type", *MEASURES]
    for cell in cells:
        figures = [HIDDEN if figure is None else str(figure) for figure in _figures(cell)]
        yield [format_month(cell.month), cell.region_code or "", cell.service_type or "", *figures]


def heading() -> list[str]:
    """Of the workbook."""
    said = (_("Bulan"), _("Kode wilayah"), _("Daerah"), _("Kode layanan"), _("Pertolongan"))
    return [*said, *map(str, MEASURE_WORDS.values())]


def rows(cells: Iterable[UnmetCell], places: Names, kinds: Names) -> Iterator[list[str | int]]:
    """With codes and names, and figures as numbers; a sum has no code."""
    for cell in cells:
        named = [cell.region_code or "", _place(cell, places), cell.service_type or "", _kind(cell, kinds)]
        yield [format_month(cell.month), *named, *(HIDDEN if figure is None else figure for figure in _figures(cell))]


def document(
    found: UnmetNeed, cells: Iterable[UnmetCell], months: Iterable[int], places: Names, kinds: Names, now: datetime
) -> dict[str, Any]:
    """What the PDF says, a table a month: for `reports/typst/table.typ`."""
    by_month: dict[int, list[list[str]]] = {month: [] for month in months}
    for cell in cells:
        figures = [told(figure) for figure in _figures(cell)]
        by_month[cell.month].append([_place(cell, places), _kind(cell, kinds), *figures])
    return {
        "title": _("Permintaan yang belum tertolong"),
        "language": current_language(),
        "opening": _opening(found, places),
        "heading": [_("Daerah"), _("Pertolongan"), *map(str, MEASURES_SHORT.values())],
        "parts": [{"title": month_name(month), "rows": lines} for month, lines in by_month.items()],
        "nothing": _("Bulan ini tidak ada orang yang dibiarkan tanpa penolong."),
        "closing": _closing(found),
        "made": _("Dicetak %(day)s dari Kessos", day=day(office_day(now))),
    }


def _opening(found: UnmetNeed, places: Names) -> list[str]:
    said = [
        _(
            "Orang yang membutuhkan pertolongan, tetapi tidak satu lembaga pun bisa menerimanya. Di sini terlihat di mana "
            "dan pertolongan apa yang kurang."
        )
    ]
    named = ", ".join(places.get(code, code) for code in found.regions)
    return [*said, _("Angka ini hanya dari: %(places)s.", places=named)] if found.is_exact else said


def _closing(found: UnmetNeed) -> list[str]:
    said = [
        *(f"{MEASURES_SHORT[name]}: {MEASURE_WORDS[name]}." for name in MEASURES),
        _(
            "Kemudian tertolong: sesudah itu ada lembaga yang benar-benar bertemu orangnya, sampai hari ini. Bulan yang "
            "berjalan: keadaan sekarang."
        ),
        _("Daerah dan pertolongan yang tidak ditulis: tidak ada."),
        _(
            "Siapa membutuhkan salah satu dari beberapa pertolongan, dihitung di masing-masing. Dalam jumlah ia dihitung "
            "satu kali."
        ),
    ]
    stars = _(
        "* Angka yang lebih kecil dari 5 tidak ditunjukkan, juga angka lain yang bisa membuka rahasianya: satu orang bisa "
        "dikenali. Petugas daerahnya melihat semuanya."
    )
    return said if found.is_exact else [*said, stars]


def _figures(cell: UnmetCell) -> list[int | None]:
    return [getattr(cell, name) for name in MEASURES]


def _place(cell: UnmetCell, places: Names) -> str:
    return places.get(cell.region_code, cell.region_code) if cell.region_code else _("Semua daerah")


def _kind(cell: UnmetCell, kinds: Names) -> str:
    return kinds.get(cell.service_type, cell.service_type) if cell.service_type else _("Semua pertolongan")
