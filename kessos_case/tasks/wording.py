"""What pages say of tasks: what is to be done, the word on its button, how it ended. Why it is there, `today` knows."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext

from kessos_case.tasks.rules import TaskKind, TaskReason, TaskState
from kessos_case.web import forms
from kessos_case.web.forms import Words

# With the verb first; `who` is a person as the reader may call him, `service` an organisation by name.
TITLES: Words = {
    TaskKind.MANUAL: lazy_gettext("Kerjakan tugas tentang %(who)s"),
    TaskKind.OPEN_CASE: lazy_gettext("Buka kasus untuk %(who)s"),
    TaskKind.ASSIGN_CASEWORKER: lazy_gettext("Tunjuk pekerja sosial untuk %(who)s"),
    TaskKind.DECIDE_PLAN: lazy_gettext("Putuskan rencana untuk %(who)s"),
    TaskKind.DO_PLAN_STEP: lazy_gettext("Kerjakan langkah rencana untuk %(who)s"),
    TaskKind.END_PAUSE: lazy_gettext("Lanjutkan kasus %(who)s, atau perpanjang istirahatnya"),
    TaskKind.REVIEW_CARE: lazy_gettext("Tinjau perawatan %(who)s"),
    TaskKind.REASSESS: lazy_gettext("Ulangi asesmen %(who)s"),
    TaskKind.ANSWER_TRANSFER: lazy_gettext("Jawab tawaran pindah kasus"),
    TaskKind.CONSIDER_STEP_BACK: lazy_gettext("Putuskan apakah kasus %(who)s mundur satu tahap"),
    TaskKind.VERIFY_PLACEMENT: lazy_gettext("Pastikan %(who)s sudah mulai bekerja"),
    TaskKind.CHECK_PLACEMENT: lazy_gettext("Periksa apakah %(who)s masih bekerja"),
    TaskKind.LOOK_AT_WORK: lazy_gettext("Lihat apakah %(who)s sudah berhenti bekerja"),
    TaskKind.CHASE_APPLICATION: lazy_gettext("Tanyakan kabar lamaran kerja %(who)s"),
    TaskKind.VISIT_AFTERCARE: lazy_gettext("Kunjungi %(who)s"),
    TaskKind.DECIDE_GRADUATION: lazy_gettext("Putuskan kelulusan %(who)s"),
    TaskKind.CONFIRM_GRADUATION: lazy_gettext("Sahkan kelulusan %(who)s"),
    TaskKind.RECONSIDER_GRADUATION: lazy_gettext("Lihat lagi kelulusan %(who)s"),
    TaskKind.ANSWER_RELAPSE: lazy_gettext("Tolong %(who)s, yang butuh bantuan lagi"),
    TaskKind.REVIEW_AID_AFTER_DEATH: lazy_gettext("Periksa bantuan sesudah %(who)s meninggal"),
    TaskKind.MANDATORY_REPORT: lazy_gettext("Laporkan kasus %(who)s kepada yang berwajib"),
    TaskKind.REVIEW_FLAG: lazy_gettext("Tinjau apakah %(who)s butuh dukungan"),
    TaskKind.PLAN_AGREED_STEP: lazy_gettext("Ajukan langkah yang disepakati untuk %(who)s"),
    TaskKind.SETTLE_IMPORT: lazy_gettext("Selesaikan baris berkas bantuan yang belum jelas"),
    TaskKind.CHASE_REFERRAL: lazy_gettext("Tanyakan laporan yang lewat waktu"),
    TaskKind.CONFIRM_ENTRY: lazy_gettext("Pastikan data layanan %(service)s masih benar"),
    TaskKind.RENEW_AGREEMENT: lazy_gettext("Perbarui perjanjian dengan %(service)s"),
    TaskKind.ASK_ABOUT_MENTORING: lazy_gettext("Tanya %(who)s tentang pendampingan"),
    TaskKind.MEET_MENTOR: lazy_gettext("Pertemukan %(who)s dengan pendampingnya"),
    TaskKind.FOLLOW_UP_MENTORING: lazy_gettext("Tanya hasil pendampingan %(who)s"),
    TaskKind.CONTACT_CLIENT: lazy_gettext("Hubungi atau kunjungi %(who)s"),
    TaskKind.REVIEW_STAY: lazy_gettext("Tinjau masa tinggal %(who)s"),
    TaskKind.END_STAY: lazy_gettext("Putuskan sampai kapan %(who)s tinggal di rumah UPT"),
    TaskKind.ADMIT_NEXT: lazy_gettext("Terima orang berikutnya dari daftar tunggu rumah"),
    TaskKind.TELL_OF_PLACE: lazy_gettext("Beri tahu %(who)s bahwa ada tempat di pelatihan"),
    TaskKind.ASK_ABOUT_ABSENCE: lazy_gettext("Tanyakan mengapa %(who)s sering tidak hadir di pelatihan"),
    TaskKind.RECORD_RESULT: lazy_gettext("Catat hasil pelatihan %(who)s"),
    TaskKind.TAKE_UP_DECISION: lazy_gettext("Masukkan keputusan temu bahas ke rencana %(who)s"),
    TaskKind.REVIEW_PLAN: lazy_gettext("Lihat lagi rencana bersama %(who)s"),
    TaskKind.WARN_AID_YEARS: lazy_gettext("Bicarakan dengan %(who)s jalan keluar dari bantuan"),
}

# The word on the way to where it is done.
ACTIONS: Words = {
    TaskKind.MANUAL: lazy_gettext("Buka tugas"),
    TaskKind.OPEN_CASE: lazy_gettext("Buka kasus"),
    TaskKind.ASSIGN_CASEWORKER: lazy_gettext("Tunjuk pekerja sosial"),
    TaskKind.DECIDE_PLAN: lazy_gettext("Lihat rencana dan putuskan"),
    TaskKind.DO_PLAN_STEP: lazy_gettext("Lihat langkahnya"),
    TaskKind.END_PAUSE: lazy_gettext("Lihat kasusnya"),
    TaskKind.REVIEW_CARE: lazy_gettext("Catat tinjauan"),
    TaskKind.REASSESS: lazy_gettext("Buka asesmen"),
    TaskKind.ANSWER_TRANSFER: lazy_gettext("Baca dan jawab"),
    TaskKind.CONSIDER_STEP_BACK: lazy_gettext("Lihat kasusnya"),
    TaskKind.VERIFY_PLACEMENT: lazy_gettext("Pastikan pekerjaannya"),
    TaskKind.CHECK_PLACEMENT: lazy_gettext("Catat pemeriksaan"),
    TaskKind.LOOK_AT_WORK: lazy_gettext("Lihat pekerjaannya"),
    TaskKind.CHASE_APPLICATION: lazy_gettext("Catat kabarnya"),
    TaskKind.VISIT_AFTERCARE: lazy_gettext("Catat kunjungan"),
    TaskKind.DECIDE_GRADUATION: lazy_gettext("Lihat syaratnya dan putuskan"),
    TaskKind.CONFIRM_GRADUATION: lazy_gettext("Lihat dan sahkan"),
    TaskKind.RECONSIDER_GRADUATION: lazy_gettext("Lihat kelulusannya"),
    TaskKind.ANSWER_RELAPSE: lazy_gettext("Lihat dan tanggapi"),
    TaskKind.REVIEW_AID_AFTER_DEATH: lazy_gettext("Lihat bantuannya"),
    TaskKind.MANDATORY_REPORT: lazy_gettext("Lihat kasusnya"),
    TaskKind.REVIEW_FLAG: lazy_gettext("Tinjau"),
    TaskKind.PLAN_AGREED_STEP: lazy_gettext("Buka rencananya"),
    TaskKind.SETTLE_IMPORT: lazy_gettext("Jawab barisnya"),
    TaskKind.CHASE_REFERRAL: lazy_gettext("Lihat laporannya"),
    TaskKind.CONFIRM_ENTRY: lazy_gettext("Lihat dan pastikan"),
    TaskKind.RENEW_AGREEMENT: lazy_gettext("Lihat perjanjiannya"),
    TaskKind.ASK_ABOUT_MENTORING: lazy_gettext("Catat jawabannya"),
    TaskKind.MEET_MENTOR: lazy_gettext("Catat pertemuannya"),
    TaskKind.FOLLOW_UP_MENTORING: lazy_gettext("Catat hasilnya"),
    TaskKind.CONTACT_CLIENT: lazy_gettext("Catat kunjungan atau telepon"),
    TaskKind.REVIEW_STAY: lazy_gettext("Catat tinjauan"),
    TaskKind.END_STAY: lazy_gettext("Lihat dan putuskan"),
    TaskKind.ADMIT_NEXT: lazy_gettext("Lihat daftar tunggu"),
    TaskKind.TELL_OF_PLACE: lazy_gettext("Lihat jadwalnya"),
    TaskKind.ASK_ABOUT_ABSENCE: lazy_gettext("Lihat kehadirannya"),
    TaskKind.RECORD_RESULT: lazy_gettext("Catat hasilnya"),
    TaskKind.TAKE_UP_DECISION: lazy_gettext("Lihat keputusannya"),
    TaskKind.REVIEW_PLAN: lazy_gettext("Lihat rencananya"),
    TaskKind.WARN_AID_YEARS: lazy_gettext("Lihat bantuannya"),
}

# The name of a kind, for choosing among them.
NAMES: Words = {
    TaskKind.MANUAL: lazy_gettext("Tugas yang ditulis sendiri"),
    TaskKind.OPEN_CASE: lazy_gettext("Kasus yang perlu dibuka"),
    TaskKind.ASSIGN_CASEWORKER: lazy_gettext("Kasus tanpa pekerja sosial"),
    TaskKind.DECIDE_PLAN: lazy_gettext("Rencana yang perlu diputuskan"),
    TaskKind.DO_PLAN_STEP: lazy_gettext("Langkah rencana"),
    TaskKind.END_PAUSE: lazy_gettext("Istirahat kasus yang berakhir"),
    TaskKind.REVIEW_CARE: lazy_gettext("Tinjauan perawatan"),
    TaskKind.REASSESS: lazy_gettext("Asesmen ulang"),
    TaskKind.ANSWER_TRANSFER: lazy_gettext("Tawaran pindah kasus"),
    TaskKind.CONSIDER_STEP_BACK: lazy_gettext("Kasus yang mungkin mundur"),
    TaskKind.VERIFY_PLACEMENT: lazy_gettext("Pekerjaan yang belum dipastikan"),
    TaskKind.CHECK_PLACEMENT: lazy_gettext("Pemeriksaan pekerjaan"),
    TaskKind.LOOK_AT_WORK: lazy_gettext("Pekerjaan yang mungkin sudah berakhir"),
    TaskKind.CHASE_APPLICATION: lazy_gettext("Lamaran kerja tanpa kabar"),
    TaskKind.VISIT_AFTERCARE: lazy_gettext("Kunjungan sesudah lulus"),
    TaskKind.DECIDE_GRADUATION: lazy_gettext("Kelulusan yang perlu diputuskan"),
    TaskKind.CONFIRM_GRADUATION: lazy_gettext("Kelulusan yang perlu disahkan"),
    TaskKind.RECONSIDER_GRADUATION: lazy_gettext("Kelulusan yang perlu dilihat lagi"),
    TaskKind.ANSWER_RELAPSE: lazy_gettext("Orang yang butuh bantuan lagi"),
    TaskKind.REVIEW_AID_AFTER_DEATH: lazy_gettext("Bantuan sesudah meninggal"),
    TaskKind.MANDATORY_REPORT: lazy_gettext("Laporan wajib"),
    TaskKind.REVIEW_FLAG: lazy_gettext("Tinjauan dukungan"),
    TaskKind.PLAN_AGREED_STEP: lazy_gettext("Langkah yang disepakati"),
    TaskKind.SETTLE_IMPORT: lazy_gettext("Berkas bantuan"),
    TaskKind.CHASE_REFERRAL: lazy_gettext("Laporan yang lewat waktu"),
    TaskKind.CONFIRM_ENTRY: lazy_gettext("Data layanan yang lama tidak dipastikan"),
    TaskKind.RENEW_AGREEMENT: lazy_gettext("Perjanjian yang segera berakhir"),
    TaskKind.ASK_ABOUT_MENTORING: lazy_gettext("Pendampingan yang perlu dijawab"),
    TaskKind.MEET_MENTOR: lazy_gettext("Pertemuan dengan pendamping"),
    TaskKind.FOLLOW_UP_MENTORING: lazy_gettext("Hasil pendampingan"),
    TaskKind.CONTACT_CLIENT: lazy_gettext("Orang yang lama tidak dihubungi"),
    TaskKind.REVIEW_STAY: lazy_gettext("Tinjauan masa tinggal"),
    TaskKind.END_STAY: lazy_gettext("Masa tinggal yang lewat rencana"),
    TaskKind.ADMIT_NEXT: lazy_gettext("Tempat tidur kosong untuk yang menunggu"),
    TaskKind.TELL_OF_PLACE: lazy_gettext("Tempat pelatihan yang baru ada"),
    TaskKind.ASK_ABOUT_ABSENCE: lazy_gettext("Sering tidak hadir di pelatihan"),
    TaskKind.RECORD_RESULT: lazy_gettext("Pelatihan yang sudah selesai tanpa hasil"),
    TaskKind.TAKE_UP_DECISION: lazy_gettext("Keputusan temu bahas"),
    TaskKind.REVIEW_PLAN: lazy_gettext("Rencana yang perlu dilihat lagi"),
    TaskKind.WARN_AID_YEARS: lazy_gettext("Bertahun-tahun menerima bantuan"),
}

STATES: Words = {
    TaskState.OPEN: lazy_gettext("Belum selesai"),
    TaskState.DONE: lazy_gettext("Selesai"),
    TaskState.CANCELLED: lazy_gettext("Dibatalkan"),
}

REASONS: Words = {
    TaskReason.NOT_NEEDED: lazy_gettext("Tidak perlu lagi"),
    TaskReason.CASE_CLOSED: lazy_gettext("Kasusnya sudah ditutup"),
    TaskReason.DECEASED: lazy_gettext("Orangnya meninggal"),
    TaskReason.SUPERSEDED: lazy_gettext("Sudah ada yang lain sebagai gantinya"),
    TaskReason.MISTAKE: lazy_gettext("Salah tulis"),
}

# Of these a person may choose; the others come with what happened.
CANCEL_REASONS: Words = {
    reason: REASONS[reason] for reason in (TaskReason.NOT_NEEDED, TaskReason.SUPERSEDED, TaskReason.MISTAKE)
}

_WRONG: Words = {
    "text": lazy_gettext("Tulis apa yang harus dilakukan, satu kalimat cukup."),
    "due_on": lazy_gettext("Pilih hari ini atau hari sesudahnya."),
    "user_id": lazy_gettext("Pilih siapa yang mengerjakan. Orang ini tidak ada di kantor Anda."),
    "reason": lazy_gettext("Pilih alasannya."),
}
_REFUSED: Words = {
    "taken": lazy_gettext("Rekan Anda sudah lebih dulu mengambil tugas ini."),
    "wrong_state": lazy_gettext("Tugas ini sudah tidak terbuka. Lihat keadaannya di bawah."),
    "closed_by_doing": lazy_gettext("Tugas ini selesai dengan sendirinya kalau pekerjaannya dicatat. Buka tempatnya."),
    "erased": lazy_gettext("Data orang ini sudah dihapus. Tidak ada lagi yang bisa ditulis tentangnya."),
}


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader, from the `{field, code, detail}` entries of a schema or service."""
    return forms.mistakes(errors, _WRONG)


def refused(code: str) -> str:
    """Why a verb is refused now, by the code of the conflict."""
    return str(_REFUSED.get(code) or forms.changed())
