"""What the page of an own business says: sources, evidence and mistakes in plain words."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext

from kessos_case.employment.rules import BooksEvidence, CapitalSource
from kessos_case.web import forms
from kessos_case.web.forms import Words

SOURCES: Words = {
    CapitalSource.PROGRAMME: lazy_gettext("Bantuan program"),
    CapitalSource.SAVINGS: lazy_gettext("Tabungan sendiri"),
    CapitalSource.LOAN: lazy_gettext("Pinjaman"),
    CapitalSource.FAMILY: lazy_gettext("Keluarga"),
    CapitalSource.COMPANY: lazy_gettext("Perusahaan"),
}

EVIDENCE: Words = {
    BooksEvidence.BOOKS: lazy_gettext("Melihat catatan usahanya"),
    BooksEvidence.VISIT: lazy_gettext("Datang dan melihat usahanya"),
    BooksEvidence.SELF_REPORT: lazy_gettext("Cerita orangnya sendiri"),
}

FORMS: Words = {"no": lazy_gettext("Uang"), "yes": lazy_gettext("Alat atau barang")}
TOOLS: Words = {
    "yes": lazy_gettext("Masih ada"),
    "no": lazy_gettext("Sudah tidak ada"),
}
NOT_SEEN = lazy_gettext("Tidak dilihat, atau tidak pernah diberi alat")

NOTICES: Words = {
    "capital": lazy_gettext("Modalnya sudah dicatat."),
    "month": lazy_gettext("Bulan itu sudah dicatat."),
    "stated": lazy_gettext("Penghasilan tiga bulan dari catatan usaha sudah dibuat."),
}

_RUPIAH = lazy_gettext("Tulis jumlahnya dengan angka, misalnya 2.500.000. Kalau tidak ada, tulis 0.")

WRONG: Words = {
    "received_on": lazy_gettext("Tulis tanggalnya, paling lambat hari ini, misalnya 2026-03-31."),
    "source": lazy_gettext("Pilih dari mana modalnya."),
    "programme_code": lazy_gettext("Pilih programnya."),
    "amount": _RUPIAH,
    "is_tools": lazy_gettext("Pilih: uang, atau alat."),
    "what": lazy_gettext("Tulisan ini terlalu panjang. Persingkat."),
    "month": lazy_gettext("Tulis bulannya, misalnya 2026-03."),
    "turnover": _RUPIAH,
    "profit": lazy_gettext("Tulis sisanya dengan angka. Kalau rugi, pakai tanda kurang, misalnya -150.000."),
    "has_tools": lazy_gettext("Pilih salah satu."),
    "evidence": lazy_gettext("Pilih dari mana Anda tahu."),
}

CODES: Words = {
    "in_future": lazy_gettext("Ini belum tiba."),
    "before_start": lazy_gettext("Bulan itu sebelum usahanya mulai."),
    "after_end": lazy_gettext("Bulan itu sesudah usahanya berakhir."),
    "too_early": lazy_gettext("Bulan ini sudah lebih dari lima tahun lalu. Tidak perlu dicatat lagi."),
    "above_turnover": lazy_gettext("Sisanya tidak bisa lebih besar dari uang yang masuk."),
    "unwanted": lazy_gettext("Program hanya diisi kalau modalnya dari bantuan program. Kosongkan."),
    "books_missing": lazy_gettext("Catatan tiga bulan terakhir belum lengkap, atau penghasilannya sudah dibuat."),
    "no_business": lazy_gettext("Ini bukan usaha sendiri."),
    "erased": lazy_gettext("Data orang ini sudah dihapus, jadi tidak ada yang bisa ditulis lagi."),
    "in_progress": lazy_gettext("Formulir ini sedang dicatat. Tunggu sebentar, lalu buka lagi halamannya."),
}  # fmt: skip


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader, from the `{field, code, detail}` entries of a schema or service."""
    return forms.mistakes(errors, WRONG, CODES)
