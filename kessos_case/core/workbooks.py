"""Tables as workbooks of Excel: text stays text, figures are numbers to reckon with, and no formula runs."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTH = 18
_SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(name: str, heading: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> bytes:
    """One sheet of this name (at most 31 signs) with a heading that stays in sight; None is an empty cell."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _SAFE) as book:
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, heading, book.add_format({"bold": True, "bg_color": "#dcefeb", "text_wrap": True}))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heading) - 1, _WIDTH)
        for number, cells in enumerate(rows, 1):
            for place, cell in enumerate(cells):
                if isinstance(cell, int | float):
                    sheet.write_number(number, place, cell)
                elif cell:
                    sheet.write_string(number, place, cell)
    return out.getvalue()
