"""What is wrong with a file of aid or a row of it, in words: Indonesian first, for the clerk who mends it."""

from collections.abc import Iterable, Iterator
from typing import Any

from kessos_case.aid.rules.people import Doubt
from kessos_case.aid.rules.rows import RowFault
from kessos_case.aid.service.imports import OpenRow

FAULTS: dict[str, tuple[str, str]] = {
    RowFault.MISSING: ("kosong, padahal harus diisi", "is empty and must not be"),
    RowFault.TOO_MANY_CELLS: (
        "lebih banyak kolom daripada judulnya: mungkin ada koma di dalam nama atau alamat",
        "more cells than the heading has: perhaps a comma within a name",
    ),
    RowFault.CONTROL_CHARACTER: ("berisi tanda yang tidak terbaca", "contains a character that cannot be read"),
    RowFault.NOT_FOUND: ("program ini tidak dikenal", "there is no such programme"),
    RowFault.COMPONENT_NEEDED: (
        "komponen harus disebut (misalnya SD, lansia, ibu hamil)",
        "must say which component of the programme it is",
    ),
    RowFault.NOT_A_CODE: (
        "hanya huruf, angka, spasi, titik, garis miring, dan tanda hubung",
        "letters, digits, blanks, dots, slashes and hyphens only",
    ),
    RowFault.NOT_A_DAY: ("bukan tanggal: tulis 31/01/2025 atau 2025-01-31", "is no date: write 2025-01-31"),
    RowFault.NOT_A_MONTH: ("bukan bulan: tulis 01/2025 atau 2025-01", "is no month: write 2025-01"),
    RowFault.NOT_A_NUMBER: ("bukan jumlah rupiah", "is no amount of rupiah"),
    RowFault.NOT_WHOLE: ("harus rupiah bulat, tanpa sen", "must be whole rupiah"),
    RowFault.NOT_POSITIVE: ("harus lebih dari nol", "must be above zero"),
    RowFault.TOO_MUCH: ("jumlahnya terlalu besar", "is more than any payment"),
    RowFault.DIGITS_LOST: (
        "angka NIK hilang karena Excel membacanya sebagai bilangan: jadikan kolom NIK teks, lalu isi lagi dari sumbernya",
        "digits were lost where a spreadsheet took it for a number: make the column text and fill it in again",
    ),
    RowFault.FORMAT: ("NIK harus 16 angka", "a NIK has 16 digits"),
    RowFault.PLACEHOLDER: ("ini bukan NIK, hanya pengisi", "is a placeholder, not a NIK"),
    RowFault.PROVINCE: ("dua angka pertama bukan kode provinsi", "the first two digits name no province"),
    RowFault.REGION_ZERO: ("kode wilayah di dalamnya 00", "the region part holds 00"),
    RowFault.BIRTH_DATE: ("angka ke-7 sampai ke-12 bukan tanggal lahir", "digits 7 to 12 are no date of birth"),
    RowFault.SERIAL: ("empat angka terakhir 0000", "the last four digits are 0000"),
    RowFault.IN_FUTURE: ("tanggalnya belum tiba", "is after today"),
    RowFault.TOO_EARLY: ("lebih dari 60 bulan sebelum dibayar", "is more than 60 months before the payment"),
    RowFault.TOO_LATE: ("lebih dari 12 bulan sesudah dibayar", "is more than 12 months after the payment"),
    RowFault.BEFORE_FROM: ("bulan akhir mendahului bulan awal", "is before the first month"),
    RowFault.TOO_LONG: ("satu baris paling banyak untuk 12 bulan", "a row is for 12 months at most"),
    RowFault.SOURCE_REFERENCE_USED: (
        "nomor ini sudah dipakai untuk pembayaran lain",
        "another payment has this number already",
    ),
}
DOUBTS: dict[str, tuple[str, str]] = {
    Doubt.NOT_REGISTERED: ("orang ini belum terdaftar", "this person is not registered"),
    Doubt.NIK_SHARED: ("NIK ini ada pada dua orang", "two people have this NIK"),
    Doubt.NIK_MISSING: (
        "tanpa NIK; ada yang bernama dan bertanggal lahir sama",
        "without NIK; somebody has the same name and birth date",
    ),
    Doubt.NIK_DIFFERS: (
        "ada yang bernama dan bertanggal lahir sama dengan NIK lain",
        "somebody with the same name and birth date has another NIK",
    ),
    Doubt.NAME_DIFFERS: ("nama berbeda dengan pemilik NIK ini", "the name is not that of the holder of this NIK"),
    Doubt.BIRTH_DATE_DIFFERS: (
        "tanggal lahir berbeda dengan pemilik NIK ini",
        "the birth date is not that of the holder of this NIK",
    ),
    Doubt.DIED: ("penerima sudah meninggal sebelum bulan ini", "the person died before these months"),
}
# What stands behind the columns of the sender in the file of open rows.
ADDED_COLUMNS = ("row", "field", "reason", "keterangan")


def faults(found: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Each mistake with its words."""
    return [{"field": field, "code": code, "detail": _both(FAULTS[code])} for field, code in found]


def doubt(found: str | None) -> dict[str, Any] | None:
    """Why the person of a row is unsure, with its words."""
    return {"code": found, "detail": _both(DOUBTS[found])} if found else None


def open_table(rows: Iterable[OpenRow]) -> Iterator[list[str]]:
    """The failed and parked rows as they were sent, and behind each what is wrong with it."""
    for place, row in enumerate(rows):
        if place == 0:
            yield [*(heading for heading, _ in row.said), *ADDED_COLUMNS]
        yield [*(cell for _, cell in row.said), *_why(row)]


def _why(row: OpenRow) -> list[str]:
    fields = ", ".join(field for field, _ in row.faults)
    codes = ", ".join([code for _, code in row.faults] + ([row.doubt] if row.doubt else []))
    said = [f"{field}: {FAULTS[code][0]}" for field, code in row.faults]
    return [str(row.row_number), fields, codes, "; ".join([*said, *([DOUBTS[row.doubt][0]] if row.doubt else [])])]


def _both(words: tuple[str, str]) -> dict[str, str]:
    return {"id": words[0], "en": words[1]}
