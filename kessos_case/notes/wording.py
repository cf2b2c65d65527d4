"""What the pages of notes and papers say."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext

from kessos_case.notes.rules import AboutKind, NoteKind, NoteLevel, PaperKind, RemovalReason
from kessos_case.web import forms
from kessos_case.web.forms import Words

KINDS: Words = {
    NoteKind.PROGRESS: lazy_gettext("Perkembangan"),
    NoteKind.VISIT: lazy_gettext("Bertemu orangnya"),
    NoteKind.CALL: lazy_gettext("Telepon dengan orangnya"),
    NoteKind.INCIDENT: lazy_gettext("Kejadian"),
}

LEVELS: Words = {
    NoteLevel.TEAM: lazy_gettext("Semua yang menangani kasus ini di UPT"),
    NoteLevel.CONFIDENTIAL: lazy_gettext("Rahasia: hanya saya, pekerja sosial kasus ini, dan kepala UPT"),
}

ABOUT: Words = {
    AboutKind.CASE: lazy_gettext("Tentang kasusnya"),
    AboutKind.NOTE: lazy_gettext("Pada sebuah catatan"),
    AboutKind.CONFERENCE: lazy_gettext("Dari temu bahas"),
    AboutKind.PLAN_STEP: lazy_gettext("Untuk langkah rencana"),
    AboutKind.PLACEMENT: lazy_gettext("Tentang pekerjaannya"),
    AboutKind.STAY: lazy_gettext("Tentang tempat tinggalnya di UPT"),
}

PAPERS: Words = {
    PaperKind.IDENTITY_CARD: lazy_gettext("KTP"),
    PaperKind.FAMILY_CARD: lazy_gettext("Kartu keluarga"),
    PaperKind.BIRTH_CERTIFICATE: lazy_gettext("Akta kelahiran"),
    PaperKind.SCHOOL_CERTIFICATE: lazy_gettext("Ijazah"),
    PaperKind.HEALTH_CERTIFICATE: lazy_gettext("Surat sehat dari dokter"),
    PaperKind.GUARDIAN_CONSENT: lazy_gettext("Surat izin orang tua atau wali"),
}

REMOVALS: Words = {
    RemovalReason.MISTAKE: lazy_gettext("Salah unggah"),
    RemovalReason.WRONG_PERSON: lazy_gettext("Milik orang lain"),
    RemovalReason.OWN_WISH: lazy_gettext("Orangnya minta dihapus"),
    RemovalReason.REPLACED: lazy_gettext("Sudah ada yang lebih baru"),
}

MEDIA: Words = {
    "image/jpeg": lazy_gettext("Gambar"),
    "image/png": lazy_gettext("Gambar"),
    "application/pdf": lazy_gettext("PDF"),
}

NOTICES: Words = {
    "written": lazy_gettext("Catatan sudah tersimpan."),
    "changed": lazy_gettext("Catatan sudah diperbaiki."),
    "added": lazy_gettext("Tambahan sudah tersimpan."),
    "paper": lazy_gettext("Berkas sudah tersimpan."),
    "removed": lazy_gettext("Isi berkas sudah dihapus untuk selamanya."),
}

_FIELDS: Words = {
    "kind": lazy_gettext("Pilih catatan ini tentang apa."),
    "level": lazy_gettext("Pilih siapa yang boleh membaca."),
    "happened_on": lazy_gettext("Tulis tanggalnya, paling lambat hari ini."),
    "text": lazy_gettext("Tulis apa yang terjadi, beberapa kalimat cukup."),
    "paper": lazy_gettext("Pilih suratnya dari daftar, atau biarkan kosong."),
    "file": lazy_gettext("Pilih satu berkas: foto atau PDF."),
    "reason": lazy_gettext("Pilih alasannya."),
    "about_id": lazy_gettext("Catatan itu tidak ada lagi. Muat ulang halamannya."),
}
_CODES: Words = {
    "final": lazy_gettext("Sesudah 48 jam catatan tidak bisa diubah lagi. Tulis tambahan di bawahnya."),
    "case_closed": lazy_gettext("Kasus ini sudah berakhir. Catatan lama masih bisa ditambah, yang baru tidak."),
    "erased": lazy_gettext("Data orang ini sudah dihapus, jadi tidak ada yang bisa ditulis lagi."),
    "no_room": lazy_gettext("Berkas kasus ini sudah terlalu banyak. Hapus dulu yang tidak dipakai."),
    "too_large": lazy_gettext(
        "Berkas ini terlalu besar, paling besar 10 MB. Kecilkan, atau bagi menjadi beberapa berkas."
    ),
    "not_a_paper": lazy_gettext("Ini bukan foto (JPEG, PNG, WebP) dan bukan PDF, atau berkasnya rusak."),
    "pdf_not_a_pdf": lazy_gettext("PDF ini rusak atau tidak lengkap. Simpan ulang, lalu unggah lagi."),
    "pdf_encrypted": lazy_gettext("PDF ini terkunci kata sandi. Simpan tanpa kata sandi, lalu unggah lagi."),
    "pdf_active": lazy_gettext(
        "PDF ini memuat program atau berkas lain. Cetak ulang sebagai PDF biasa, lalu unggah lagi."
    ),
    "pdf_unreadable": lazy_gettext("PDF ini tidak bisa diperiksa. Cetak ulang sebagai PDF biasa, lalu unggah lagi."),
    "in_progress": lazy_gettext("Formulir ini sedang dicatat. Tunggu sebentar, lalu buka lagi halamannya."),
    "changed": lazy_gettext("Catatannya sudah berubah sejak halaman ini dibuka. Lihat yang baru, lalu putuskan."),
}


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field, from the `{field, code, detail}` entries of a schema or service."""
    return forms.mistakes(errors, _FIELDS, _CODES)
