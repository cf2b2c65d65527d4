"""What the pages of consents and alerts say: purposes, forms, dangers and mistakes in plain words."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext

from kessos_case.clients.rules import AlertKind, AlertSeverity, ConsentForm, ConsentPurpose, LegalBasis
from kessos_case.web import forms
from kessos_case.web.forms import Words

# What somebody may do with a consent, as it is read to the person.
PURPOSES: Words = {
    ConsentPurpose.DISCLOSURE: lazy_gettext("Data diri boleh diberikan kepada lembaga yang menolong"),
    ConsentPurpose.EMPLOYER_CONTACT: lazy_gettext("Petugas boleh menghubungi tempat kerjanya"),
    ConsentPurpose.FAMILY_CONTACT: lazy_gettext("Petugas boleh menghubungi keluarganya"),
    ConsentPurpose.PHOTO: lazy_gettext("Fotonya boleh disimpan dan ditunjukkan"),
    ConsentPurpose.MENTORING: lazy_gettext(
        "Namanya boleh diberitahukan untuk pendampingan, sebagai pendamping atau yang didampingi"
    ),
}

# Of a consent for one thing alone, what that is.
ABOUT: Words = {
    ConsentPurpose.DISCLOSURE: lazy_gettext("Hanya untuk satu laporan."),
    ConsentPurpose.EMPLOYER_CONTACT: lazy_gettext("Hanya untuk satu pekerjaan."),
}

FORMS: Words = {
    ConsentForm.SIGNED: lazy_gettext("Tanda tangan"),
    ConsentForm.ORAL_WITNESSED: lazy_gettext("Ucapan di depan saksi"),
    ConsentForm.GUARDIAN: lazy_gettext("Oleh wali atau orang tua"),
}

BASES: Words = {
    LegalBasis.PUBLIC_TASK: lazy_gettext("Tugas pelayanan pemerintah. Untuk ini tidak perlu izin."),
    LegalBasis.CONSENT: lazy_gettext("Izin dari orangnya."),
    LegalBasis.CONTRACT: lazy_gettext("Perjanjian dengan orangnya."),
    LegalBasis.LEGAL_OBLIGATION: lazy_gettext("Kewajiban menurut undang-undang."),
    LegalBasis.VITAL_INTEREST: lazy_gettext("Menyelamatkan nyawa."),
    LegalBasis.LEGITIMATE_INTEREST: lazy_gettext("Kepentingan yang sah."),
}

ALERTS: Words = {
    AlertKind.VIOLENCE: lazy_gettext("Kekerasan"),
    AlertKind.ADDICTION_RELAPSE: lazy_gettext("Kembali memakai narkoba atau minuman keras"),
    AlertKind.EVICTION: lazy_gettext("Diusir dari tempat tinggalnya"),
    AlertKind.SELF_HARM: lazy_gettext("Menyakiti diri sendiri"),
    AlertKind.SHACKLING: lazy_gettext("Dipasung"),
    AlertKind.EXPLOITATION: lazy_gettext("Diperalat atau dipaksa bekerja"),
    AlertKind.HEALTH: lazy_gettext("Kesehatan gawat"),
    AlertKind.VISITOR_SAFETY: lazy_gettext("Berbahaya bagi petugas yang datang"),
}

SEVERITIES: Words = {
    AlertSeverity.HIGH: lazy_gettext("Berat: ada bahaya sekarang"),
    AlertSeverity.MEDIUM: lazy_gettext("Sedang: bisa menjadi berat"),
    AlertSeverity.LOW: lazy_gettext("Ringan: perlu diperhatikan"),
}

NOTICES: Words = {
    "given": lazy_gettext("Izin sudah dicatat."),
    "withdrawn": lazy_gettext(
        "Izin sudah dicabut dan langsung tidak berlaku. Pertolongan untuk orang ini tetap jalan."
    ),
    "raised": lazy_gettext("Peringatan sudah dicatat dan terlihat sebelum petugas datang."),
    "ended": lazy_gettext("Peringatan sudah diakhiri."),
}

_WRONG: Words = {
    "purpose": lazy_gettext("Pilih untuk apa izinnya."),
    "form": lazy_gettext("Pilih cara orangnya memberi izin."),
    "receiver_organisation_id": lazy_gettext("Pilih lembaganya dari daftar ini."),
    "given_on": lazy_gettext("Tulis tanggalnya, paling lambat hari ini, misalnya 2026-03-31."),
    "expires_on": lazy_gettext("Tulis tanggal sesudah izin diberikan, atau kosongkan."),
    "kind": lazy_gettext("Pilih bahayanya."),
    "severity": lazy_gettext("Pilih seberapa berat."),
    "until_on": lazy_gettext("Tulis tanggal mulai hari ini, atau kosongkan."),
}

_CODES: Words = {
    "in_progress": lazy_gettext("Formulir ini sedang dicatat. Tunggu sebentar, lalu buka lagi halamannya."),
    "erased": lazy_gettext("Data orang ini sudah dihapus, jadi tidak ada yang bisa ditulis lagi."),
}


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader, from the `{field, code, detail}` entries of a schema or service."""
    return forms.mistakes(errors, _WRONG, _CODES)
