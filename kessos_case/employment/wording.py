"""What the pages of work and income say: kinds, states, methods, reasons and mistakes in plain words."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import format_percent, lazy_gettext
from flask_babel import gettext as _

from kessos_case.employment.rules import (
    CheckState,
    EndReason,
    IncomeSource,
    PlacementKind,
    PlacementState,
    VerificationMethod,
)
from kessos_case.web import forms
from kessos_case.web.forms import Words

KINDS: Words = {
    PlacementKind.JOB: lazy_gettext("Bekerja pada orang lain"),
    PlacementKind.APPRENTICESHIP: lazy_gettext("Magang"),
    PlacementKind.OWN_BUSINESS: lazy_gettext("Usaha sendiri"),
}

STATES: Words = {
    PlacementState.PROPOSED: lazy_gettext("Belum dipastikan"),
    PlacementState.ACTIVE: lazy_gettext("Berjalan"),
    PlacementState.ENDED: lazy_gettext("Berakhir"),
}

METHODS: Words = {
    VerificationMethod.VISIT: lazy_gettext("Datang dan melihat sendiri"),
    VerificationMethod.EMPLOYER: lazy_gettext("Bertanya kepada pemberi kerja"),
    VerificationMethod.WAGE_SLIP: lazy_gettext("Melihat slip gaji"),
    VerificationMethod.SELF_REPORT: lazy_gettext("Cerita orangnya sendiri"),
}

# An own business has nobody to ask.
OWN_METHODS: Words = {code: text for code, text in METHODS.items() if code != VerificationMethod.EMPLOYER}

END_REASONS: Words = {
    EndReason.RESIGNED: lazy_gettext("Berhenti atas kemauan sendiri"),
    EndReason.DISMISSED: lazy_gettext("Diberhentikan"),
    EndReason.CONTRACT_OVER: lazy_gettext("Kontraknya habis"),
    EndReason.BETTER_WORK: lazy_gettext("Pindah ke pekerjaan yang lebih baik"),
    EndReason.BUSINESS_CLOSED: lazy_gettext("Usahanya tutup"),
    EndReason.ILLNESS: lazy_gettext("Sakit"),
    EndReason.MOVED: lazy_gettext("Pindah tempat tinggal"),
    EndReason.DECEASED: lazy_gettext("Meninggal"),
    EndReason.NEVER_STARTED: lazy_gettext("Tidak pernah mulai"),
}
# A death is written down on the page of the person, and ends the work by itself.
CHOSEN_REASONS: Words = {code: text for code, text in END_REASONS.items() if code != EndReason.DECEASED}
# Work that a check finds over had begun.
OVER_REASONS: Words = {code: text for code, text in CHOSEN_REASONS.items() if code != EndReason.NEVER_STARTED}

SOURCES: Words = {
    IncomeSource.WAGE_SLIP: lazy_gettext("Slip gaji"),
    IncomeSource.EMPLOYER: lazy_gettext("Keterangan pemberi kerja"),
    IncomeSource.VISIT: lazy_gettext("Dilihat waktu kunjungan"),
    IncomeSource.BUSINESS_BOOKS: lazy_gettext("Catatan usaha"),
    IncomeSource.SELF_REPORT: lazy_gettext("Cerita orangnya sendiri"),
}

CHECK_STATES: Words = {
    CheckState.MADE: lazy_gettext("sudah"),
    CheckState.OVERDUE: lazy_gettext("terlambat"),
    CheckState.OPEN: lazy_gettext("sudah waktunya"),
    CheckState.LATER: lazy_gettext("nanti"),
    CheckState.NOT_NEEDED: lazy_gettext("tidak perlu lagi"),
}

VIEWS: Words = {
    "due": lazy_gettext("Waktunya ditengok"),
    "verify": lazy_gettext("Belum dipastikan"),
    "active": lazy_gettext("Berjalan"),
    "low_wage": lazy_gettext("Di bawah upah minimum"),
    "ended": lazy_gettext("Berakhir"),
}

# What is known of one day of the curve.
KEPT: Words = {
    "kept": lazy_gettext("Masih di pekerjaan yang sama"),
    "over": lazy_gettext("Sudah berhenti"),
    "unknown": lazy_gettext("Belum ditengok"),
}

# The same where there is little room.
KEPT_SHORT: Words = {
    "kept": lazy_gettext("Bertahan"),
    "over": lazy_gettext("Berhenti"),
    "unknown": lazy_gettext("Belum ditengok"),
}

YES_NO: Words = {"yes": lazy_gettext("Ya, masih bekerja"), "no": lazy_gettext("Tidak, sudah berhenti")}

NOTICES: Words = {
    "proposed": lazy_gettext("Pekerjaan sudah dicatat. Pastikan dalam 14 hari apakah orangnya benar sudah mulai."),
    "verified": lazy_gettext("Pekerjaan sudah dipastikan. Tugas untuk menengok sesudah 30, 90, 180 dan 365 hari sudah dibuat."),
    "checked": lazy_gettext("Hasil tengokan sudah dicatat."),
    "ended": lazy_gettext("Sudah dicatat bahwa pekerjaan ini berakhir."),
    "income": lazy_gettext("Penghasilan sudah dicatat."),
    "allowed": lazy_gettext("Izinnya sudah dicatat. Bisa dilihat dan dicabut di halaman izin orang ini."),
    "link_revoked": lazy_gettext("Tautannya sudah dimatikan."),
}  # fmt: skip

_DAY = lazy_gettext("Tulis tanggalnya, paling lambat hari ini, misalnya 2026-03-31.")
_RUPIAH = lazy_gettext("Tulis jumlahnya dengan angka, misalnya 2.500.000. Kalau tidak ada, tulis 0.")

WRONG: Words = {
    "kind": lazy_gettext("Pilih salah satu."),
    "employer_id": lazy_gettext("Pilih tempat kerjanya."),
    "business": lazy_gettext("Tulis apa usahanya."),
    "occupation": lazy_gettext("Tulis pekerjaannya, misalnya penjahit."),
    "starts_on": lazy_gettext("Tulis tanggal mulainya, misalnya 2026-03-31."),
    "monthly_income": _RUPIAH,
    "plan_step_id": lazy_gettext("Pilih langkah dari rencana orang ini, atau kosongkan."),
    "form": lazy_gettext("Pilih cara orangnya memberi izin."),
    "given_on": _DAY,
    "method": lazy_gettext("Pilih dari mana Anda tahu."),
    "on": _DAY,
    "period": lazy_gettext("Pilih tengokan yang mana."),
    "still_active": lazy_gettext("Pilih: masih bekerja atau sudah berhenti."),
    "reason": lazy_gettext("Pilih alasannya."),
    "from": lazy_gettext("Tulis bulannya, misalnya 2026-03."),
    "to": lazy_gettext("Tulis bulannya, misalnya 2026-03."),
    "amount": _RUPIAH,
    "source": lazy_gettext("Pilih dari mana Anda tahu."),
    "household_size": lazy_gettext("Tulis angka 1 sampai 30, atau kosongkan."),
}

# What a rule means, where the field alone does not say it. `in_future` is said by field: a day, or a month.
CODES: Words = {
    "in_future": lazy_gettext("Ini belum tiba. Tulis yang paling lambat hari ini."),
    "before_start": lazy_gettext("Hari itu sebelum pekerjaannya mulai. Tulis hari sesudahnya."),
    "before_check": lazy_gettext("Pada tengokan terakhir orangnya masih bekerja. Tulis hari sesudah itu."),
    "consent_missing": lazy_gettext("Orangnya belum mengizinkan pemberi kerja dihubungi. Minta izinnya, atau pilih cara lain."),
    "employer_missing": lazy_gettext("Usaha sendiri tidak punya pemberi kerja. Pilih cara lain."),
    "name_missing": lazy_gettext("Orang ini belum punya nama, jadi pemberi kerja tidak tahu siapa yang dimaksud."),
    "not_verified": lazy_gettext("Pekerjaan ini belum dipastikan. Tanyakan dulu apakah orangnya sudah mulai."),
    "not_begun": lazy_gettext("Pekerjaan ini belum mulai. Tanyakan sesudah hari mulainya."),
    "check_not_open": lazy_gettext("Tengokan ini belum waktunya pada hari itu."),
    "no_check_left": lazy_gettext("Semua tengokan pekerjaan ini sudah dicatat."),
    "check_made": lazy_gettext("Tengokan ini sudah dicatat sebelumnya. Lihat hasilnya di bawah."),
    "reason_missing": lazy_gettext("Pilih mengapa pekerjaannya berakhir."),
    "reason_unwanted": lazy_gettext("Alasan hanya diisi kalau sudah berhenti. Kosongkan."),
    "wrong_state": lazy_gettext("Ini sudah dicatat sebelumnya. Lihat keadaannya yang sekarang."),
    "unwanted": lazy_gettext("Kosongkan ini: tidak cocok dengan jenis yang dipilih."),
    "too_late": lazy_gettext("Paling jauh 90 hari dari sekarang."),
    "before_from": lazy_gettext("Bulan terakhir tidak boleh sebelum bulan pertama."),
    "too_long": lazy_gettext("Satu catatan paling lama tiga bulan. Catat sisanya tersendiri."),
    "too_early": lazy_gettext("Bulan ini sudah lebih dari lima tahun lalu. Tidak perlu dicatat lagi."),
    "client_died": lazy_gettext("Orang ini tercatat sudah meninggal, jadi tidak bisa dicatat pekerjaan baru."),
    "case_closed": lazy_gettext("Kasus ini sudah berakhir, jadi tidak ada yang bisa ditambahkan."),
    "erased": lazy_gettext("Data orang ini sudah dihapus, jadi tidak ada yang bisa ditulis lagi."),
    "in_progress": lazy_gettext("Formulir ini sedang dicatat. Tunggu sebentar, lalu buka lagi halamannya."),
    "changed": lazy_gettext("Keadaannya sudah berubah sejak halaman ini dibuka. Lihat yang baru, lalu putuskan."),
}  # fmt: skip


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader, from the `{field, code, detail}` entries of a schema or service."""
    return forms.mistakes(errors, WRONG, CODES)


def share(part: int, whole: int) -> str:
    """`75%`."""
    return str(format_percent(part / whole))


def check_name(period: int) -> str:
    """What a check is called."""
    return _("sesudah %(days)d hari", days=period)
