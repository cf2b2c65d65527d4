"""Turns one XLSX file into CSV, as a process of its own: `python -m kessos_case.core.xlsx < file > table`.

The library that reads the format aborts the whole process on a far cell, and a small file can unpack to anything. So the
file is looked through as a stream first, and memory is limited: what dies here takes no worker along.
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

# What a file may unpack to, and the cells of its widest and longest sheet: a million rows of a dozen columns is more than
# Excel holds comfortably, a month of a province's programme is a tenth of it.
MOST_BYTES = 400 << 20
MOST_CELLS = 12_000_000
MOST_PARTS = 2_000
MEMORY = 2 << 30

# Exit status of a refusal; its code and detail stand on standard error.
REFUSED = 3

_PLACE = re.compile(rb"""<(?:\w+:)?(c|row)\b[^>]*?\br=["']([A-Za-z]{0,9})([0-9]{1,12})["']""")
_CELL = re.compile(rb"<(?:\w+:)?c[ />]")
_CHUNK = 1 << 20
# As much as an opening tag may be cut in two by the end of a chunk.
_TAIL = 256


class Refused(Exception):
    """Why the file is not read: a stable code and a sentence."""


def main() -> int:
    """Read standard input, write standard output."""
    limit_memory(MEMORY)
    content = io.BytesIO(sys.stdin.buffer.read())
    try:
        guard(content)
        content.seek(0)
        write(content)
    except Refused as refusal:
        code, detail = refusal.args
        sys.stderr.write(json.dumps({"code": code, "detail": detail}))
        return REFUSED
    return 0


def limit_memory(most: int) -> None:
    """Let this process have so many bytes and no more, where the system can."""
    try:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (OSError, ValueError):  # macOS has the limit by name only
        return


def guard(content: io.BytesIO) -> None:
    """Raises Refused for what is no workbook, unpacks to too much, or has a cell where no table reaches."""
    try:
        archive = zipfile.ZipFile(content)
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
            raise Refused("too_large", "The workbook unpacks to more than any table needs.")
        for part in parts:
            if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                _guard_sheet(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        # zlib.error is none of these and means the same; it ends the process, which is answered alike.
        raise Refused("unreadable", "The file is no workbook that can be opened.") from error


def _guard_sheet(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    rows = columns = cells = 0
    with archive.open(part) as sheet:
        tail = b""
        while block := sheet.read(_CHUNK):
            block = tail + block
            cells += len(_CELL.findall(block))
            for found in _PLACE.finditer(block):
                rows = max(rows, int(found[3]))
                columns = max(columns, _column(found[2]))
            tail = block[-_TAIL:]
    if rows * columns > MOST_CELLS or cells > MOST_CELLS:
        raise Refused("too_large", f"A sheet spans {rows} rows and {columns} columns.")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def write(content: io.BytesIO) -> None:
    """The first visible sheet that holds anything, as CSV on standard output."""
    out = io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline="", write_through=False)
    writer = csv.writer(out)
    for row in _rows(content):
        writer.writerow([_text(value) for value in row])
    out.flush()


def _rows(content: io.BytesIO) -> Iterator[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum, ZipError

    try:
        with CalamineWorkbook.from_filelike(content) as book:
            for sheet in book.sheets_metadata:
                if sheet.visible == SheetVisibleEnum.Visible:
                    table = book.get_sheet_by_name(sheet.name)
                    if table.height:
                        # With the empty rows above: each keeps the number that it has on the screen.
                        yield from table.iter_rows()
                        return
    except (CalamineError, ZipError, OSError, ValueError) as error:
        raise Refused("unreadable", "The workbook cannot be opened.") from error


def _text(value: Any) -> str:
    """A cell as an office would have typed it.

    A number that is not whole, or longer than the fifteen digits that a spreadsheet keeps, is written with its power of
    ten: whoever reads it then cannot take 1.234 for thousands, nor a number with lost digits for a NIK.
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.15E}"
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


if __name__ == "__main__":
    sys.exit(main())
