"""What the pages of vacancies and applications say: states, reasons, verbs and mistakes in plain words."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext

from kessos_case.employment.rules import (
    REFUSALS,
    VACANCY_KINDS,
    WITHDRAWALS,
    ApplicationEnd,
    ApplicationState,
    ApplicationVerb,
    InquiryAnswer,
    InquiryState,
    VacancyState,
)
from kessos_case.employment.wording import KINDS as PLACEMENT_KINDS
from kessos_case.web import forms
from kessos_case.web.forms import Words

KINDS: Words = {kind: PLACEMENT_KINDS[kind] for kind in VACANCY_KINDS}

VACANCY_STATES: Words = {
    VacancyState.OPEN: lazy_gettext("Masih dibuka"),
    VacancyState.FILLED: lazy_gettext("Sudah penuh"),
    VacancyState.CLOSED: lazy_gettext("Sudah ditutup"),
}

STATES: Words = {
    ApplicationState.APPLIED: lazy_gettext("Sudah melamar"),
    ApplicationState.INTERVIEW: lazy_gettext("Dipanggil wawancara"),
    ApplicationState.OFFERED: lazy_gettext("Ditawari bekerja"),
    ApplicationState.HIRED: lazy_gettext("Diterima bekerja"),
    ApplicationState.REFUSED: lazy_gettext("Tidak diterima"),
    ApplicationState.WITHDRAWN: lazy_gettext("Dibatalkan"),
    ApplicationState.OBSOLETE: lazy_gettext("Tidak berlaku lagi"),
}

ENDS: Words = {
    ApplicationEnd.FILLED: lazy_gettext("Tempatnya sudah penuh"),
    ApplicationEnd.NOT_SUITED: lazy_gettext("Tidak cocok menurut pemberi kerja"),
    ApplicationEnd.NO_ANSWER: lazy_gettext("Tidak ada jawaban"),
    ApplicationEnd.DID_NOT_COME: lazy_gettext("Tidak datang waktu dipanggil"),
    ApplicationEnd.OWN_WISH: lazy_gettext("Orangnya tidak mau lagi"),
    ApplicationEnd.WAGE: lazy_gettext("Upahnya tidak cukup"),
    ApplicationEnd.TOO_FAR: lazy_gettext("Tempatnya terlalu jauh"),
    ApplicationEnd.HIRED_ELSEWHERE: lazy_gettext("Sudah diterima di tempat lain"),
    ApplicationEnd.VACANCY_CLOSED: lazy_gettext("Lowongannya dibatalkan"),
    ApplicationEnd.CASE_CLOSED: lazy_gettext("Kasusnya sudah berakhir"),
    ApplicationEnd.DECEASED: lazy_gettext("Meninggal"),
}
REFUSED_BECAUSE: Words = {code: text for code, text in ENDS.items() if code in REFUSALS}
WITHDRAWN_BECAUSE: Words = {code: text for code, text in ENDS.items() if code in WITHDRAWALS}

VERBS: Words = {
    ApplicationVerb.INTERVIEW: lazy_gettext("Dipanggil wawancara"),
    ApplicationVerb.OFFER: lazy_gettext("Ditawari bekerja"),
    ApplicationVerb.HIRE: lazy_gettext("Diterima bekerja"),
    ApplicationVerb.REFUSE: lazy_gettext("Tidak diterima"),
    ApplicationVerb.WITHDRAW: lazy_gettext("Orangnya membatalkan"),
}

INQUIRY_STATES: Words = {
    InquiryState.WAITING: lazy_gettext("Menunggu jawaban"),
    InquiryState.ANSWERED: lazy_gettext("Sudah dijawab"),
    InquiryState.EXPIRED: lazy_gettext("Lewat waktu, tidak dijawab"),
    InquiryState.REVOKED: lazy_gettext("Dibatalkan"),
    InquiryState.CONSENT_ENDED: lazy_gettext("Berhenti, karena izin orangnya sudah tidak berlaku"),
}

ANSWERS: Words = {
    InquiryAnswer.WORKS: lazy_gettext("Ya, bekerja di sana"),
    InquiryAnswer.LEFT: lazy_gettext("Sudah tidak bekerja di sana"),
    InquiryAnswer.UNKNOWN: lazy_gettext("Tidak tahu"),
}

NOTICES: Words = {
    "added": lazy_gettext("Lowongan sudah dicatat."),
    "changed": lazy_gettext("Lowongan sudah diubah."),
    "closed": lazy_gettext("Lowongan sudah ditutup. Lamaran yang sudah masuk tetap berjalan."),
    "applied": lazy_gettext("Lamaran sudah dicatat. Dalam 14 hari Anda diminta menanyakan kabarnya."),
    "interview": lazy_gettext("Hari wawancaranya sudah dicatat. Tiga hari sesudahnya Anda diminta menanyakan hasilnya."),
    "offer": lazy_gettext("Tawaran kerjanya sudah dicatat."),
    "hire": lazy_gettext("Sudah dicatat. Pekerjaannya ada di bawah; lamaran lain orang ini tidak berlaku lagi."),
    "refuse": lazy_gettext("Sudah dicatat bahwa ia tidak diterima."),
    "withdraw": lazy_gettext("Lamaran sudah dibatalkan."),
}  # fmt: skip

_RUPIAH = lazy_gettext("Tulis jumlahnya dengan angka, misalnya 2.500.000.")

WRONG: Words = {
    "employer_id": lazy_gettext("Pilih tempat kerjanya."),
    "kind": lazy_gettext("Pilih salah satu."),
    "occupation": lazy_gettext("Tulis pekerjaannya, misalnya penjahit."),
    "requirements": lazy_gettext("Tulisan ini terlalu panjang. Persingkat."),
    "region_code": lazy_gettext("Pilih kabupaten atau kotanya."),
    "places": lazy_gettext("Tulis berapa orang yang dicari, 1 sampai 1.000."),
    "wage_from": _RUPIAH,
    "wage_to": _RUPIAH,
    "closes_on": lazy_gettext("Tulis hari terakhir melamar, misalnya 2026-03-31."),
    "vacancy_id": lazy_gettext("Pilih lowongannya."),
    "applied_on": lazy_gettext("Tulis hari melamarnya, paling lambat hari ini."),
    "on": lazy_gettext("Tulis tanggalnya, misalnya 2026-03-31."),
    "starts_on": lazy_gettext("Tulis kapan mulai bekerja, misalnya 2026-03-31."),
    "reason": lazy_gettext("Pilih alasannya."),
    "monthly_income": _RUPIAH,
    "plan_step_id": lazy_gettext("Pilih langkah dari rencana orang ini, atau kosongkan."),
    "verb": lazy_gettext("Pilih apa yang terjadi."),
}

CODES: Words = {
    "in_past": lazy_gettext("Hari itu sudah lewat. Tulis hari ini atau sesudahnya."),
    "in_future": lazy_gettext("Ini belum tiba. Tulis yang paling lambat hari ini."),
    "too_late": lazy_gettext("Itu terlalu jauh ke depan."),
    "below_from": lazy_gettext("Upah tertinggi lebih kecil dari yang terendah."),
    "places_lowered": lazy_gettext("Jumlah orang hanya bisa ditambah. Kalau tidak mencari lagi, tutup lowongannya."),
    "places_taken": lazy_gettext("Sudah lebih banyak orang yang diterima."),
    "vacancy_closed": lazy_gettext("Lowongan ini sudah ditutup."),
    "vacancy_filled": lazy_gettext("Semua tempat di lowongan ini sudah terisi."),
    "applied": lazy_gettext("Orang ini sudah melamar ke lowongan ini. Lihat di daftar lamarannya."),
    "before_applied": lazy_gettext("Hari itu sebelum ia melamar. Tulis hari sesudahnya."),
    "wrong_state": lazy_gettext("Ini sudah dicatat sebelumnya. Lihat keadaannya yang sekarang."),
    "client_died": lazy_gettext("Orang ini tercatat sudah meninggal."),
    "case_closed": lazy_gettext("Kasus ini sudah berakhir, jadi tidak ada yang bisa ditambahkan."),
    "not_found": lazy_gettext("Ini tidak ada lagi. Pilih yang lain."),
    "in_progress": lazy_gettext("Formulir ini sedang dicatat. Tunggu sebentar, lalu buka lagi halamannya."),
    "changed": lazy_gettext("Keadaannya sudah berubah sejak halaman ini dibuka. Lihat yang baru, lalu putuskan."),
}  # fmt: skip


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader, from the `{field, code, detail}` entries of a schema or service."""
    return forms.mistakes(errors, WRONG, CODES)
