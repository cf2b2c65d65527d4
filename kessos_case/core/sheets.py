"""Tables that people send and get: CSV as every spreadsheet writes it, XLSX, and CSV in which no formula runs."""

import codecs
import csv
import io
import json
import subprocess  # nosec B404
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kessos_case.core.xlsx import REFUSED

# Seconds that a workbook may take; a part of a job has sixty.
PATIENCE = 30

_DELIMITERS = (",", ";", "\t")
_CHUNK = 1 << 20
# So many bytes are looked at for what no text holds, so many lines for their delimiter.
_HEAD = 1 << 16
_FIRST_LINES = 20
_XLSX = b"PK\x03\x04"
# The container of Excel before 2007.
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# As many digits as a spreadsheet no longer keeps in a number.
_LONG_NUMBER = 12


class SheetError(ValueError):
    """A file that cannot be read as a table: `code` is stable, the text says nothing of what the file holds."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True)
class Table:
    """An opened table; `rows` may be read as often as one likes."""

    content: bytes
    encoding: str
    delimiter: str

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row that holds anything, with its number as a spreadsheet counts. Raises SheetError where one is broken."""
        text = io.TextIOWrapper(io.BytesIO(self.content), self.encoding, newline="")
        # Strict: a quotation mark that is never closed would swallow every row that follows.
        number = 0
        try:
            for number, cells in enumerate(csv.reader(text, delimiter=self.delimiter, strict=True), 1):
                if any(map(str.strip, cells)):
                    yield number, cells
        except csv.Error as error:
            raise SheetError("broken_row", f"The quotation marks of row {number + 1} do not match.") from error


def media_of(content: bytes) -> str:
    """`xlsx` or `csv`, by what is in it and never by a name."""
    return "xlsx" if content.startswith(_XLSX) else "csv"


def open_table(content: bytes) -> Table:
    """Open CSV (comma, semicolon or tab; UTF-8, UTF-16 with its mark, or Windows-1252) or XLSX.

    Raises SheetError `empty`, `old_excel`, `not_a_table`, `encoding`, `too_large`, `unreadable`, `too_slow`.
    """
    if not content.strip():
        raise SheetError("empty", "The file is empty.")
    if content.startswith(_OLD_EXCEL):
        raise SheetError("old_excel", "This is a workbook of Excel before 2007: save it as .xlsx or .csv.")
    if media_of(content) == "xlsx":
        return Table(_from_xlsx(content), "utf-8", ",")
    encoding = _encoding(content)
    return Table(content, encoding, _delimiter(content, encoding))


def _encoding(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _readable(content, ("utf-16",))
    if b"\0" in content[:_HEAD]:
        raise SheetError("not_a_table", "The file is neither CSV nor XLSX.")
    return _readable(content, ("utf-8-sig", "cp1252"))


def _readable(content: bytes, encodings: Iterable[str]) -> str:
    """The first of these in which every byte has a meaning."""
    for encoding in encodings:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for place in range(0, len(content), _CHUNK):
                decoder.decode(content[place : place + _CHUNK])
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise SheetError("encoding", "The file is in no encoding that we know: save it as CSV UTF-8.")


def _delimiter(content: bytes, encoding: str) -> str:
    """The one that parts the first lines into the most cells."""
    head = content[:_HEAD].decode(encoding, "ignore").splitlines()[:_FIRST_LINES]

    def widest(delimiter: str) -> int:
        return max((len(cells) for cells in csv.reader(head, delimiter=delimiter)), default=0)

    try:
        return max(_DELIMITERS, key=widest)
    except csv.Error as error:
        raise SheetError("not_a_table", "The file is neither CSV nor XLSX.") from error


def _from_xlsx(content: bytes) -> bytes:
    """The first sheet as CSV, made by a process that has little memory, little time and none of our secrets."""
    command = [sys.executable, "-P", "-m", "kessos_case.core.xlsx"]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE, env={})  # nosec B603
    except subprocess.TimeoutExpired as error:
        raise SheetError("too_slow", f"The workbook took more than {PATIENCE} seconds to open.") from error
    if done.returncode == REFUSED:
        raise SheetError(**json.loads(done.stderr))
    if done.returncode != 0:
        raise SheetError("unreadable", "The workbook cannot be opened.")
    if not done.stdout.strip():
        raise SheetError("empty", "The workbook is empty.")
    return done.stdout


def written(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The rows as lines of CSV that a spreadsheet opens: no cell runs as a formula, no long number loses its digits."""
    line = io.StringIO()
    writer = csv.writer(line)
    yield "\ufeff"
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _harmless(cell: str) -> str:
    """With an apostrophe where a spreadsheet would reckon instead of show (OWASP, CSV injection)."""
    is_long_number = len(cell) >= _LONG_NUMBER and cell.isdigit()
    return f"'{cell}" if is_long_number or cell.lstrip(" ").startswith(_FORMULA) else cell
