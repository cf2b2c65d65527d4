"""Tables as people send them, and files that only look like one."""

import io
import zipfile
from datetime import date

import pytest

from kessos_case.core import sheets
from kessos_case.core.sheets import SheetError, open_table, written
from tests.factories.imports import xlsx_of


def cells(content: bytes) -> list[list[str]]:
    return [row for _, row in open_table(content).rows()]


def repacked(book: bytes, change) -> bytes:
    """The workbook with the XML of its first sheet changed."""
    source, out = zipfile.ZipFile(io.BytesIO(book)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in source.infolist():
            text = source.read(part)
            made.writestr(part.filename, change(text) if part.filename.endswith("sheet1.xml") else text)
    return out.getvalue()


def with_row(row: bytes) -> bytes:
    return repacked(xlsx_of([["nik"]]), lambda text: text.replace(b"</row>", b"</row>" + row))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_each_delimiter_of_spreadsheets_is_known(delimiter: str):
    assert cells(f"a{delimiter}b\n1{delimiter}2\n".encode()) == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_each_encoding_of_spreadsheets_is_known(encoding: str):
    assert cells("nama,b\nRené Müller,1\n".encode(encoding)) == [["nama", "b"], ["René Müller", "1"]]


def test_rows_keep_their_numbers_and_blank_ones_are_none():
    table = open_table(b'a,b\r\n\r\n , \r\n"x\ny",2\r\n')
    assert list(table.rows()) == [(1, ["a", "b"]), (4, ["x\ny", "2"])]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"%PDF-1.7\0\0\1", "not_a_table"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 500, "old_excel"),
        (b"a,b\n\x81\x8d\xff", "encoding"),
        (b"PK\x03\x04 but no archive", "unreadable"),
        (b"\xff\xfea", "encoding"),
    ],
)
def test_what_is_no_table_is_refused_by_name(content: bytes, code: str):
    with pytest.raises(SheetError) as refused:
        open_table(content)
    assert refused.value.code == code


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_rows_behind_it():
    table = open_table(b'a,b\n1,"2\n3,4\n5,6\n')
    with pytest.raises(SheetError, match="row 2") as refused:
        list(table.rows())
    assert refused.value.code == "broken_row"


def test_a_workbook_is_read_as_it_looks():
    book = xlsx_of([["nik", "b"], [], ["0012", date(2025, 2, 28)], [600000, True], ["=1+1", "a\nb"]])
    rows = list(open_table(book).rows())
    assert rows == [
        (1, ["nik", "b"]), (3, ["0012", "2025-02-28"]), (4, ["600000", "TRUE"]), (5, ["0", "a\nb"]),
    ]  # fmt: skip


def test_a_table_that_begins_further_down_keeps_the_numbers_of_its_rows():
    assert list(open_table(xlsx_of([[], [], ["nik"], ["1"]])).rows()) == [(3, ["nik"]), (4, ["1"])]


def test_a_number_that_lost_digits_or_is_not_whole_cannot_be_taken_for_another():
    [row] = cells(xlsx_of([[3509124101909901, 1.234]]))
    assert row == ["3.509124101909901E+15", "1.234000000000000E+00"]


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c ' + b" " * 900 + b'r="XFD1048576"><v>1</v></c></row>',
        b'<row r="99999999999"><c r="AAAAAAAA99999999999"><v>1</v></c></row>',
        b"<row r='1048576'><x:c r='XFD1'/><c><v>1</v></c></row>",
    ],
)
def test_a_small_file_with_a_far_cell_is_refused(row: bytes):
    with pytest.raises(SheetError) as refused:
        open_table(with_row(row))
    assert refused.value.code == "too_large"


def test_what_the_guard_overlooks_kills_the_child_and_not_the_worker():
    """A tag so long that the guard sees no place in it."""
    hidden = with_row(b'<row r="1048576"><c ' + b" " * 2_500_000 + b'r="XFD1048576"><v>1</v></c></row>')
    with pytest.raises(SheetError) as refused:
        open_table(hidden)
    assert refused.value.code == "unreadable"


def test_a_bomb_that_unpacks_to_gigabytes_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb, bomb.open("xl/worksheets/sheet1.xml", "w") as part:
        for _ in range(401):
            part.write(b" " * (1 << 20))
    with pytest.raises(SheetError) as refused:
        open_table(out.getvalue())
    assert (refused.value.code, len(out.getvalue()) < 1 << 20) == ("too_large", True)


def test_a_workbook_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sheets, "PATIENCE", 0.01)
    with pytest.raises(SheetError) as refused:
        open_table(xlsx_of([["a"]]))
    assert refused.value.code == "too_slow"


@pytest.mark.parametrize("book", [xlsx_of([]), repacked(xlsx_of([["a"]]), lambda text: text[: len(text) // 2])])
def test_an_empty_or_broken_workbook_is_refused(book: bytes):
    with pytest.raises(SheetError) as refused:
        open_table(book)
    assert refused.value.code in ("empty", "unreadable")


def test_no_cell_that_is_written_runs_as_a_formula_or_loses_digits():
    sent = ["=HYPERLINK(1)", "+62", "-1", "@x", " =1", "\t=1", "3509124101909901", "Siti, Aminah"]
    text = "".join(written([sent]))
    assert text == (
        "\ufeff'=HYPERLINK(1),'+62,'-1,'@x,' =1,'\t=1,'3509124101909901,\"Siti, Aminah\"\r\n"
    )  # fmt: skip
