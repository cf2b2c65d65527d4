"""What the pages of training say: states, reasons and mistakes in plain words."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import format_percent, lazy_gettext
from flask_babel import gettext as _

from kessos_case.cases.rules import Stage
from kessos_case.notes.wording import PAPERS
from kessos_case.training.rules import (
    SCHOOLING,
    DropReason,
    EnrolmentState,
    Presence,
    RequirementKind,
    Standing,
    WaiverReason,
)
from kessos_case.web import forms
from kessos_case.web.forms import Words

STATES: Words = {
    EnrolmentState.REQUESTED: lazy_gettext("Diminta"),
    EnrolmentState.WAITING: lazy_gettext("Menunggu tempat"),
    EnrolmentState.ENROLLED: lazy_gettext("Terdaftar, belum pernah hadir"),
    EnrolmentState.ATTENDING: lazy_gettext("Sedang ikut"),
    EnrolmentState.COMPLETED: lazy_gettext("Selesai"),
    EnrolmentState.DROPPED: lazy_gettext("Berhenti"),
}

# In the order in which a tutor asks.
PRESENCES: Words = {
    Presence.PRESENT: lazy_gettext("Hadir"),
    Presence.EXCUSED: lazy_gettext("Ada izin"),
    Presence.ABSENT: lazy_gettext("Tidak hadir"),
}

DROP_REASONS: Words = {
    DropReason.OWN_WISH: lazy_gettext("Tidak mau ikut lagi"),
    DropReason.ILLNESS: lazy_gettext("Sakit"),
    DropReason.FOUND_WORK: lazy_gettext("Sudah mendapat pekerjaan"),
    DropReason.FAMILY: lazy_gettext("Urusan keluarga"),
    DropReason.ABSENCE: lazy_gettext("Terlalu sering tidak hadir"),
    DropReason.DISCIPLINE: lazy_gettext("Melanggar aturan pelatihan"),
    DropReason.BATCH_CANCELLED: lazy_gettext("Pelatihannya batal"),
    DropReason.NO_PLACE: lazy_gettext("Tidak mendapat tempat"),
    DropReason.CASE_CLOSED: lazy_gettext("Kasusnya sudah ditutup"),
    DropReason.DECEASED: lazy_gettext("Meninggal"),
}
# These come with the end of a case or a life, and nobody chooses them by hand.
CHOSEN_REASONS: Words = {
    code: text for code, text in DROP_REASONS.items() if code not in (DropReason.CASE_CLOSED, DropReason.DECEASED)
}

STAGES: Words = {
    Stage.TRAINING: lazy_gettext("Pelatihan"),
    Stage.REHABILITATION: lazy_gettext("Rehabilitasi"),
    Stage.CARE: lazy_gettext("Perawatan"),
    Stage.PLACEMENT: lazy_gettext("Penempatan kerja"),
    Stage.REUNIFICATION: lazy_gettext("Pulang ke keluarga"),
    Stage.AFTERCARE: lazy_gettext("Bimbingan lanjut"),
}

PASSED: Words = {"yes": lazy_gettext("Lulus"), "no": lazy_gettext("Tidak lulus")}

DOCUMENTS = PAPERS

SCHOOLS: Words = dict(
    zip(
        SCHOOLING[1:],
        (
            lazy_gettext("SD atau yang setara"),
            lazy_gettext("SMP atau yang setara"),
            lazy_gettext("SMA, SMK, atau yang setara"),
            lazy_gettext("Diploma atau sarjana"),
        ),
        strict=True,
    )
)

WAIVERS: Words = {
    WaiverReason.LEARNED_AT_WORK: lazy_gettext("Sudah bisa dari pengalaman kerja"),
    WaiverReason.DOCUMENT_FOLLOWS: lazy_gettext("Suratnya sedang diurus dan menyusul"),
    WaiverReason.HELPED_IN_CLASS: lazy_gettext("Akan didampingi di kelas"),
    WaiverReason.TEACHER_AGREES: lazy_gettext("Pengajarnya setuju"),
}

STANDINGS: Words = {
    Standing.MET: lazy_gettext("Terpenuhi"),
    Standing.NOT_MET: lazy_gettext("Belum terpenuhi"),
    Standing.NOT_KNOWN: lazy_gettext("Belum diketahui"),
}

# The word on the way to where it can be changed, or be known.
WAYS: Words = {
    RequirementKind.LEAST_AGE: lazy_gettext("Periksa tanggal lahirnya"),
    RequirementKind.MOST_AGE: lazy_gettext("Periksa tanggal lahirnya"),
    RequirementKind.SCHOOLING: lazy_gettext("Buka asesmennya"),
    RequirementKind.COURSE_PASSED: lazy_gettext("Cari pelatihannya"),
}

VIEWS: Words = {
    "running": lazy_gettext("Sedang berjalan"),
    "results": lazy_gettext("Menunggu hasil"),
    "coming": lazy_gettext("Akan datang"),
    "ended": lazy_gettext("Sudah selesai"),
}

NOTICES: Words = {
    "saved": lazy_gettext("Sudah tersimpan."),
    "enrolled": lazy_gettext("Orangnya sudah terdaftar di pelatihan ini."),
    "waiting": lazy_gettext("Orangnya masuk daftar tunggu. Yang pertama di daftar mendapat tempat begitu ada yang kosong."),
    "dropped": lazy_gettext("Sudah dicatat bahwa orangnya berhenti. Kalau ada yang menunggu, tempatnya sudah diberikan."),
    "attendance": lazy_gettext("Kehadiran sudah tersimpan."),
    "results": lazy_gettext("Hasil sudah tersimpan."),
}  # fmt: skip

_DAYS = lazy_gettext("Tulis tanggalnya, misalnya 2026-03-31.")

WRONG: Words = {
    "name": lazy_gettext("Tulis nama pelatihannya."),
    "skill": lazy_gettext("Tulis keterampilannya, misalnya menjahit."),
    "hours": lazy_gettext("Tulis angka 1 sampai 5000."),
    "capacity": lazy_gettext("Tulis angka 1 sampai 1000."),
    "course_id": lazy_gettext("Pilih pelatihannya."),
    "starts_on": _DAYS,
    "ends_on": _DAYS,
    "on": _DAYS,
    "reason": lazy_gettext("Pilih alasannya."),
    "case_id": lazy_gettext("Pilih orangnya."),
    "plan_step_id": lazy_gettext("Pilih langkah dari rencana orang ini, atau kosongkan."),
    "passed": lazy_gettext("Pilih: lulus atau tidak lulus."),
    "score": lazy_gettext("Tulis angka 0 sampai 100, atau kosongkan."),
    "certificate_no": lazy_gettext("Nomor ini belum benar."),
}

_REQUIREMENTS: Words = {
    "least_age": lazy_gettext("Tulis umur dengan angka 1 sampai 100, atau kosongkan."),
    "most_age": lazy_gettext("Tulis umur dengan angka 1 sampai 100, atau kosongkan."),
    "schooling": lazy_gettext("Pilih sekolahnya, atau kosongkan."),
    "course_passed": lazy_gettext("Tulis keterampilannya, misalnya menjahit, atau kosongkan."),
    "document": lazy_gettext("Pilih surat dari daftar."),
    "items": lazy_gettext("Umur paling muda tidak boleh lebih dari umur paling tua."),
    "waiver_reason": lazy_gettext("Pilih alasannya."),
}
WRONG = {**WRONG, **_REQUIREMENTS}

# What a rule means, where the field alone does not say it.
CODES: Words = {
    "before_start": lazy_gettext("Hari terakhir tidak boleh sebelum hari pertama."),
    "in_past": lazy_gettext("Hari terakhir sudah lewat. Tulis tanggal mulai hari ini."),
    "over": lazy_gettext("Hari terakhir sudah lewat. Tulis tanggal mulai hari ini."),
    "in_future": lazy_gettext("Hari ini belum tiba. Kehadiran dicatat pada harinya atau sesudahnya."),
    "before_enrolled": lazy_gettext("Hari itu orangnya belum terdaftar di pelatihan ini. Tulis hari sesudahnya."),
    "outside_batch": lazy_gettext("Hari itu di luar masa pelatihan. Pilih hari dari mulai sampai selesai."),
    "changed": lazy_gettext("Keadaannya sudah berubah sejak halaman ini dibuka. Lihat yang baru, lalu putuskan."),
    "course_ended": lazy_gettext("Pelatihan ini tidak dibuka lagi. Buka lagi pelatihannya dulu, baru tambah jadwal."),
    "batch_begun": lazy_gettext("Pelatihan sudah mulai, jadi tanggalnya tidak bisa diubah lagi."),
    "capacity_in_use": lazy_gettext("Jumlah tempat tidak boleh kurang dari yang sudah terisi."),
    "clash": lazy_gettext("Orangnya ikut pelatihan lain pada hari itu. Pilih jadwal lain, atau akhiri dulu yang lain."),
    "batch_full": lazy_gettext("Semua tempat sudah terisi. Pilih: masuk daftar tunggu, atau cari jadwal lain."),
    "batch_ended": lazy_gettext("Pelatihan ini sudah selesai, jadi tidak ada yang bisa didaftarkan lagi."),
    "already_enrolled": lazy_gettext("Orang ini sudah ada di pelatihan ini."),
    "case_closed": lazy_gettext("Kasus orang ini sudah berakhir, jadi ia tidak bisa didaftarkan."),
    "other_organisation": lazy_gettext("Pelatihan ini milik kantor lain. Orang dari kantor Anda masuk lewat rujukan."),
    "client_died": lazy_gettext("Orang ini tercatat sudah meninggal."),
    "wrong_stage": lazy_gettext("Rencana orang ini belum dijalankan. Pelatihan bisa sesudah rencananya disetujui."),
    "wrong_state": lazy_gettext("Ini sudah dicatat sebelumnya. Lihat keadaannya yang sekarang."),
    "not_attended": lazy_gettext("Orang ini belum pernah hadir dan pelatihannya belum selesai. Catat kehadirannya dulu."),
    "without_pass": lazy_gettext("Yang tidak lulus tidak mendapat nomor sertifikat. Kosongkan nomornya."),
    "ages_out_of_order": lazy_gettext("Umur paling muda tidak boleh lebih dari umur paling tua."),
    "requirement_not_met": lazy_gettext("Ada syarat pelatihan yang belum terpenuhi. Lihat daftar syarat di bawah."),
    "requirement_not_known": lazy_gettext("Ada syarat pelatihan yang belum diketahui. Lihat daftar syarat di bawah."),
    "waiver_by_supervisor": lazy_gettext("Hanya kepala yang bisa membebaskan orang dari syarat."),
    "certificate_taken": lazy_gettext("Nomor sertifikat ini sudah dipakai orang lain. Periksa nomornya."),
    "taken": lazy_gettext("Nomor sertifikat ini sudah dipakai orang lain. Periksa nomornya."),
    "wrong_kind": lazy_gettext("Langkah rencana ini bukan pelatihan. Pilih yang lain, atau kosongkan."),
    "in_progress": lazy_gettext("Formulir ini sedang dicatat. Tunggu sebentar, lalu buka lagi halamannya."),
}  # fmt: skip

WRITTEN_SINCE = lazy_gettext(
    "Orang lain sudah mencatat hari ini sesudah Anda membuka halaman. Yang tercatat sekarang ada di bawah tiap nama. "
    "Kalau isian Anda yang benar, simpan lagi."
)
CHOOSE_PRESENCE = lazy_gettext("Pilih: hadir, ada izin, atau tidak hadir.")


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader, from the `{field, code, detail}` entries of a schema or service."""
    return forms.mistakes(errors, WRONG, CODES)


def requirement(kind: str, value: str) -> str:
    """What a course asks for, in words."""
    words = {
        RequirementKind.LEAST_AGE: lambda: _("Umur paling muda %(years)s tahun", years=value),
        RequirementKind.MOST_AGE: lambda: _("Umur paling tua %(years)s tahun", years=value),
        RequirementKind.SCHOOLING: lambda: _("Tamat %(school)s", school=SCHOOLS[value]),
        RequirementKind.COURSE_PASSED: lambda: _("Sudah lulus pelatihan %(skill)s", skill=value),
        RequirementKind.DOCUMENT: lambda: str(DOCUMENTS[value]),
    }
    return str(words[RequirementKind(kind)]())


def share(rate: float | None) -> str:
    """`80%`; empty before the first day that counts."""
    return "" if rate is None else str(format_percent(rate))
