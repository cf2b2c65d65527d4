"""What the pages of imported files say: where a file stands, why it was refused, what a column is called."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _

from kessos_case.aid.import_wording import DOUBTS, FAULTS
from kessos_case.aid.rules import ImportRowState, ImportState
from kessos_case.web import forms
from kessos_case.web.forms import Words

STATES: Words = {
    ImportState.CHECKING: lazy_gettext("Sedang diperiksa"),
    ImportState.CHECKED: lazy_gettext("Menunggu keputusan"),
    ImportState.APPLYING: lazy_gettext("Sedang dicatat"),
    ImportState.APPLIED: lazy_gettext("Sudah dicatat"),
    ImportState.REFUSED: lazy_gettext("Tidak bisa dibaca"),
    ImportState.CANCELLED: lazy_gettext("Dibatalkan"),
}

VIEWS: Words = {
    "": lazy_gettext("Semua"),
    ImportState.CHECKED: lazy_gettext("Menunggu keputusan"),
    ImportState.APPLIED: lazy_gettext("Sudah dicatat"),
}

ROW_STATES: Words = {
    ImportRowState.PARKED: lazy_gettext("Belum jelas orangnya"),
    ImportRowState.FAILED: lazy_gettext("Isinya salah"),
    ImportRowState.READY: lazy_gettext("Siap dicatat"),
    ImportRowState.ADDED: lazy_gettext("Dicatat dari berkas ini"),
    ImportRowState.KNOWN: lazy_gettext("Sudah tercatat sebelumnya"),
    ImportRowState.SETTLED: lazy_gettext("Sudah dijawab"),
}

# As the handbook and most offices head their columns; `row` is the whole row.
COLUMNS: Words = {
    "programme": lazy_gettext("program"),
    "nik": lazy_gettext("NIK"),
    "name": lazy_gettext("nama"),
    "birth_date": lazy_gettext("tanggal lahir"),
    "region_code": lazy_gettext("kode wilayah"),
    "component": lazy_gettext("komponen"),
    "from": lazy_gettext("bulan awal"),
    "to": lazy_gettext("bulan akhir"),
    "paid_on": lazy_gettext("tanggal bayar"),
    "amount": lazy_gettext("jumlah"),
    "source_reference": lazy_gettext("nomor referensi"),
    "row": lazy_gettext("barisnya"),
}

PROBLEMS: Words = {
    "columns_twice": lazy_gettext("Ada kolom yang berdiri dua kali. Hapus satu, lalu kirim lagi."),
    "columns_missing": lazy_gettext("Ada kolom yang harus ada tetapi tidak ditemukan. Tambahkan, lalu kirim lagi."),
    "heading_missing": lazy_gettext(
        "Judul kolomnya tidak ditemukan. Salah satu baris paling atas harus menyebut NIK, nama, bulan, tanggal bayar, "
        "dan jumlah."
    ),
    "no_rows": lazy_gettext("Ada judul kolom, tetapi di bawahnya tidak ada baris."),
    "too_many_rows": lazy_gettext("Barisnya terlalu banyak. Bagi menjadi beberapa berkas."),
    "broken_row": lazy_gettext("Ada tanda kutip yang tidak ditutup. Simpan lagi dari Excel, lalu kirim lagi."),
    "empty": lazy_gettext("Berkasnya kosong."),
    "old_excel": lazy_gettext("Ini Excel model lama (.xls). Simpan sebagai .xlsx atau CSV, lalu kirim lagi."),
    "not_a_table": lazy_gettext("Ini bukan tabel. Kirim berkas Excel (.xlsx) atau CSV, bukan PDF, foto, atau surat."),
    "encoding": lazy_gettext("Hurufnya tidak terbaca. Simpan sebagai CSV UTF-8 atau .xlsx, lalu kirim lagi."),
    "too_slow": lazy_gettext("Berkasnya terlalu rumit untuk dibuka. Simpan sebagai CSV, lalu kirim lagi."),
}
_OTHER_PROBLEM = lazy_gettext("Berkasnya tidak bisa dibuka. Mungkin rusak atau terkunci. Simpan lagi, lalu kirim lagi.")

NOTICES: Words = {
    "sent": lazy_gettext("Berkas sudah diterima. Belum ada yang dicatat."),
    "before": lazy_gettext("Berkas ini sudah diterima tadi. Tidak ada yang dikirim dua kali."),
    "applying": lazy_gettext("Baris yang siap sedang dicatat."),
    "cancelled": lazy_gettext("Berkas dibatalkan dan isinya sudah dihapus. Tidak ada yang dicatat."),
    "settled": lazy_gettext("Sudah dicatat untuk orang itu."),
}

FIELDS: Words = {
    "file": lazy_gettext("Pilih berkasnya."),
    "programme": lazy_gettext("Program ini tidak dikenal. Pilih dari daftar."),
    "client_id": lazy_gettext("Pilih orangnya."),
    "q": lazy_gettext("Tulis nama, NIK, atau nomor HP."),
}

CODES: Words = {
    "empty": lazy_gettext("Berkas ini kosong. Pilih yang lain."),
    "too_large": lazy_gettext("Berkas ini terlalu besar. Bagi menjadi beberapa berkas."),
    "rows_failed": lazy_gettext(
        "Masih ada baris yang salah. Perbaiki dulu, atau centang di sini supaya baris itu dilewati."
    ),
    "source_reference_used": lazy_gettext("Nomor pembayaran di baris ini sudah dipakai untuk pembayaran lain."),
    "in_progress": lazy_gettext("Berkas ini masih dikerjakan. Tunggu sampai selesai."),
    "wrong_state": lazy_gettext("Ini tidak bisa dilakukan lagi. Lihat keadaannya yang sekarang."),
}


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """A refusal in words, one sentence a field."""
    return forms.mistakes(errors, FIELDS, CODES)


def problem(code: str | None) -> str:
    """Why a file as a whole was refused, and what to do."""
    return str(PROBLEMS.get(code or "", _OTHER_PROBLEM))


def named(detail: str | None) -> list[str]:
    """The columns that a sentence of the program names, in the reader's words; of a row that is broken its number."""
    if row := re.search(r"of row (\d+)", detail or ""):
        return [_("baris %(number)s", number=row[1])]
    _before, _colon, columns = (detail or "").partition(": ")
    return [str(COLUMNS.get(name, name)) for name in columns.removesuffix(".").split(", ") if name]


def fault(code: str) -> str:
    """What is wrong with a cell."""
    return _in_language(FAULTS[code])


def doubt(code: str) -> str:
    """Why it is not sure whose a row is."""
    return _in_language(DOUBTS[code])


def reason(state: str, code: str) -> str:
    """A reason that an address names, of rows in this state; nothing for what is none."""
    known = FAULTS if state == ImportRowState.FAILED else DOUBTS
    return _in_language(known[code]) if code in known else ""


def _in_language(words: tuple[str, str]) -> str:
    return words[1 if str(get_locale()) == "en" else 0]
