"""What pages say of a case: its stages, verbs, reasons, and for everything that a guard can miss a sentence and the way there.

The stages stand here in words of every day; the official ones are data of the policy (`official_stage`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from kessos_case.access.rules import Role
from kessos_case.cases.rules import (
    CloseReason,
    GoalDecision,
    Pathway,
    PathwayChangeReason,
    PauseReason,
    ReopenReason,
    SpmLevel,
    SpmType,
    Stage,
    StepBackReason,
    TransferAnswerReason,
    TransferReason,
    TransferState,
    Verb,
)
from kessos_case.cases.service import pathways
from kessos_case.employment.rules import PlacementState
from kessos_case.graduation.rules import ReviewState
from kessos_case.journey.missing_wording import LACKS, lack
from kessos_case.journey.missing_wording import MET as MET
from kessos_case.journey.missing_wording import domain_label as domain_label
from kessos_case.journey.missing_wording import instrument_title as instrument_title
from kessos_case.journey.missing_wording import lacks as lacks
from kessos_case.journey.missing_wording import way_to as way_to
from kessos_case.referrals import wording as referral_wording
from kessos_case.referrals.rules import WithdrawReason
from kessos_case.residence import wording as residence_wording
from kessos_case.tasks.rules import TaskKind, TaskReason
from kessos_case.training.rules import DropReason, EnrolmentState
from kessos_case.web import forms
from kessos_case.web.forms import Words
from kessos_case.web.pages import current_language

STAGES: Words = {
    Stage.INTAKE: lazy_gettext("Pendekatan awal"),
    Stage.ASSESSMENT: lazy_gettext("Asesmen"),
    Stage.PLANNING: lazy_gettext("Rencana"),
    Stage.TRAINING: lazy_gettext("Pelatihan"),
    Stage.REHABILITATION: lazy_gettext("Rehabilitasi"),
    Stage.CARE: lazy_gettext("Perawatan"),
    Stage.PLACEMENT: lazy_gettext("Penempatan kerja"),
    Stage.REUNIFICATION: lazy_gettext("Pulang ke keluarga"),
    Stage.AFTERCARE: lazy_gettext("Bimbingan lanjut"),
    Stage.GRADUATED: lazy_gettext("Lulus"),
    Stage.CLOSED: lazy_gettext("Ditutup"),
}

PATHWAYS: Words = {
    Pathway.INDEPENDENCE: lazy_gettext("Mandiri: bekerja atau berusaha"),
    Pathway.REUNIFICATION: lazy_gettext("Kembali ke keluarga atau masyarakat"),
    Pathway.LONG_TERM_CARE: lazy_gettext("Perawatan jangka panjang"),
}

# What the button says.
VERBS: Words = {
    Verb.OPEN: lazy_gettext("Buka kasus"),
    Verb.START_ASSESSMENT: lazy_gettext("Mulai asesmen"),
    Verb.START_PLANNING: lazy_gettext("Mulai menyusun rencana"),
    Verb.START_TRAINING: lazy_gettext("Mulai pelatihan"),
    Verb.START_REHABILITATION: lazy_gettext("Mulai rehabilitasi"),
    Verb.START_CARE: lazy_gettext("Mulai perawatan"),
    Verb.START_PLACEMENT: lazy_gettext("Mulai penempatan kerja"),
    Verb.START_REUNIFICATION: lazy_gettext("Mulai pemulangan ke keluarga"),
    Verb.START_AFTERCARE: lazy_gettext("Mulai bimbingan lanjut"),
    Verb.GRADUATE: lazy_gettext("Nyatakan lulus"),
    Verb.STEP_BACK: lazy_gettext("Kembali ke tahap sebelumnya"),
    Verb.REVIEW_CARE: lazy_gettext("Catat tinjauan perawatan"),
    Verb.PAUSE: lazy_gettext("Jeda kasus"),
    Verb.RESUME: lazy_gettext("Lanjutkan kasus"),
    Verb.CHANGE_PATHWAY: lazy_gettext("Ganti jalur"),
    Verb.TRANSFER: lazy_gettext("Tawarkan ke UPT lain"),
    Verb.CLOSE: lazy_gettext("Tutup kasus"),
    Verb.REOPEN: lazy_gettext("Buka lagi kasus"),
}

# What the history and a notice say afterwards.
DONE: Words = {
    Verb.OPEN: lazy_gettext("Kasus dibuka"),
    Verb.START_ASSESSMENT: lazy_gettext("Asesmen dimulai"),
    Verb.START_PLANNING: lazy_gettext("Penyusunan rencana dimulai"),
    Verb.START_TRAINING: lazy_gettext("Pelatihan dimulai"),
    Verb.START_REHABILITATION: lazy_gettext("Rehabilitasi dimulai"),
    Verb.START_CARE: lazy_gettext("Perawatan dimulai"),
    Verb.START_PLACEMENT: lazy_gettext("Penempatan kerja dimulai"),
    Verb.START_REUNIFICATION: lazy_gettext("Pemulangan ke keluarga dimulai"),
    Verb.START_AFTERCARE: lazy_gettext("Bimbingan lanjut dimulai"),
    Verb.GRADUATE: lazy_gettext("Dinyatakan lulus"),
    Verb.STEP_BACK: lazy_gettext("Kembali ke tahap sebelumnya"),
    Verb.REVIEW_CARE: lazy_gettext("Perawatan ditinjau"),
    Verb.PAUSE: lazy_gettext("Kasus dijeda"),
    Verb.RESUME: lazy_gettext("Kasus dilanjutkan"),
    Verb.CHANGE_PATHWAY: lazy_gettext("Jalur diganti"),
    Verb.TRANSFER: lazy_gettext("Ditawarkan ke UPT lain"),
    Verb.CLOSE: lazy_gettext("Kasus ditutup"),
    Verb.REOPEN: lazy_gettext("Kasus dibuka lagi"),
}

# What it means for the person and the office, said before somebody presses the button.
MEANINGS: Words = {
    Verb.OPEN: lazy_gettext("Orang ini mulai dilayani di UPT Anda."),
    Verb.START_ASSESSMENT: lazy_gettext("Anda mulai menanyakan keadaannya dengan instrumen asesmen."),
    Verb.START_PLANNING: lazy_gettext("Hasil asesmen menjadi dasar rencana bersama orangnya."),
    Verb.START_TRAINING: lazy_gettext("Rencana yang disetujui mulai dijalankan: ia belajar keterampilan."),
    Verb.START_REHABILITATION: lazy_gettext("Rencana yang disetujui mulai dijalankan: ia dipulihkan dulu."),
    Verb.START_CARE: lazy_gettext("Rencana yang disetujui mulai dijalankan: ia dirawat, dan ditinjau setiap tahun."),
    Verb.START_PLACEMENT: lazy_gettext("Ia dicarikan pekerjaan atau membuka usaha sendiri."),
    Verb.START_REUNIFICATION: lazy_gettext("Ia pulang ke keluarga atau masyarakat yang sudah dinilai aman."),
    Verb.START_AFTERCARE: lazy_gettext("Ia sudah bekerja atau pulang. Petugas masih menengoknya."),
    Verb.GRADUATE: lazy_gettext("Ia sudah bisa hidup tanpa bantuan. Kasusnya berakhir dengan baik."),
    Verb.STEP_BACK: lazy_gettext("Kasus mundur ke tahap yang masih dibutuhkan. Ini bukan kegagalan."),
    Verb.REVIEW_CARE: lazy_gettext(
        "Anda sudah melihat perawatannya bersama orangnya. Tinjauan berikutnya dijadwalkan."
    ),
    Verb.PAUSE: lazy_gettext(
        "Hitungan hari tahap ini berhenti. Pemeriksaan yang berjalan menurut kalender tetap jalan."
    ),
    Verb.RESUME: lazy_gettext("Hitungan hari tahap ini berjalan lagi."),
    Verb.CHANGE_PATHWAY: lazy_gettext("Kasus kembali ke penyusunan rencana di jalur yang baru."),
    Verb.TRANSFER: lazy_gettext("Sebelum UPT itu menerima, kasus ini tetap tanggung jawab Anda."),
    Verb.CLOSE: lazy_gettext("Pelayanan di UPT ini berakhir. Kasus masih bisa dibuka lagi selama %(days)d hari."),
    Verb.REOPEN: lazy_gettext("Kasus berjalan lagi dari tahap terakhirnya."),
}

CLOSE_REASONS: Words = {
    CloseReason.MOVED: lazy_gettext("Pindah ke luar jangkauan"),
    CloseReason.DECEASED: lazy_gettext("Meninggal dunia"),
    CloseReason.OWN_WISH: lazy_gettext("Atas keinginannya sendiri"),
    CloseReason.LOST_CONTACT: lazy_gettext("Tidak bisa dihubungi lagi"),
    CloseReason.ABSCONDED: lazy_gettext("Pergi tanpa pamit"),
    CloseReason.REFERRED_ELSEWHERE: lazy_gettext("Dilayani lembaga lain"),
    CloseReason.NOT_ELIGIBLE: lazy_gettext("Bukan sasaran layanan ini"),
    CloseReason.AGE_LIMIT: lazy_gettext("Melewati batas umur layanan"),
    CloseReason.RETURNED_TO_FAMILY: lazy_gettext("Sudah kembali ke keluarga"),
    CloseReason.SENTENCED: lazy_gettext("Menjalani hukuman"),
    CloseReason.DUPLICATE: lazy_gettext("Tercatat dua kali"),
    CloseReason.GOALS_MET_WITHOUT_GRADUATION: lazy_gettext("Tujuan tercapai tanpa kelulusan"),
    CloseReason.TRANSFERRED: lazy_gettext("Dilanjutkan UPT lain"),
}

STEP_BACK_REASONS: Words = {
    StepBackReason.PLACEMENT_ENDED: lazy_gettext("Pekerjaan atau tempat tinggalnya berakhir"),
    StepBackReason.NEW_FINDINGS: lazy_gettext("Ada keadaan baru yang diketahui"),
    StepBackReason.PLAN_FAILED: lazy_gettext("Rencananya tidak berhasil"),
    StepBackReason.OWN_WISH: lazy_gettext("Atas keinginannya sendiri"),
    StepBackReason.HEALTH: lazy_gettext("Karena kesehatan"),
    StepBackReason.OTHER: lazy_gettext("Alasan lain"),
}

PAUSE_REASONS: Words = {
    PauseReason.HOSPITAL: lazy_gettext("Dirawat di rumah sakit"),
    PauseReason.FAMILY_MATTER: lazy_gettext("Urusan keluarga"),
    PauseReason.DETENTION: lazy_gettext("Ditahan"),
    PauseReason.TRAVEL: lazy_gettext("Sedang bepergian"),
    PauseReason.OTHER: lazy_gettext("Alasan lain"),
}

PATHWAY_CHANGE_REASONS: Words = {
    PathwayChangeReason.NEW_FINDINGS: lazy_gettext("Ada keadaan baru yang diketahui"),
    PathwayChangeReason.HEALTH: lazy_gettext("Karena kesehatan"),
    PathwayChangeReason.AGE: lazy_gettext("Karena umur"),
    PathwayChangeReason.FAMILY_FOUND: lazy_gettext("Keluarganya ditemukan"),
    PathwayChangeReason.FAMILY_LOST: lazy_gettext("Keluarganya tidak ada lagi"),
    PathwayChangeReason.OWN_WISH: lazy_gettext("Atas keinginannya sendiri"),
    PathwayChangeReason.OTHER: lazy_gettext("Alasan lain"),
}

TRANSFER_REASONS: Words = {
    TransferReason.NEARER_FAMILY: lazy_gettext("Lebih dekat dengan keluarga"),
    TransferReason.BETTER_SERVICE: lazy_gettext("Layanannya lebih cocok di sana"),
    TransferReason.NO_ROOM: lazy_gettext("Tidak ada tempat di sini"),
    TransferReason.SAFETY: lazy_gettext("Demi keselamatannya"),
    TransferReason.AGE: lazy_gettext("Karena umur"),
    TransferReason.OWN_WISH: lazy_gettext("Atas keinginannya sendiri"),
    TransferReason.OTHER: lazy_gettext("Alasan lain"),
}

REOPEN_REASONS: Words = {
    ReopenReason.MISTAKE: lazy_gettext("Ditutup karena keliru"),
    ReopenReason.PERSON_RETURNED: lazy_gettext("Orangnya datang lagi"),
    ReopenReason.CONTACT_RESTORED: lazy_gettext("Orangnya bisa dihubungi lagi"),
    ReopenReason.RELAPSE: lazy_gettext("Kembali ke keadaan semula"),
    ReopenReason.OUTCOME_FAILED: lazy_gettext("Pekerjaan atau tempat tinggalnya gagal"),
    ReopenReason.OTHER: lazy_gettext("Alasan lain"),
}

# The reasons that each verb takes, in the order of a form.
REASONS: Mapping[str, Words] = {
    Verb.STEP_BACK: STEP_BACK_REASONS,
    Verb.PAUSE: PAUSE_REASONS,
    Verb.CHANGE_PATHWAY: PATHWAY_CHANGE_REASONS,
    Verb.TRANSFER: TRANSFER_REASONS,
    Verb.CLOSE: CLOSE_REASONS,
    Verb.REOPEN: REOPEN_REASONS,
}

DECLINE_REASONS: Words = {
    TransferAnswerReason.NO_ROOM: lazy_gettext("Tidak ada tempat"),
    TransferAnswerReason.NOT_OUR_SERVICE: lazy_gettext("Bukan layanan kami"),
    TransferAnswerReason.TOO_FAR: lazy_gettext("Terlalu jauh"),
    TransferAnswerReason.SAFETY: lazy_gettext("Tidak aman di sini"),
    TransferAnswerReason.OTHER: lazy_gettext("Alasan lain"),
}

TRANSFER_STATES: Words = {
    TransferState.OFFERED: lazy_gettext("Menunggu jawaban"),
    TransferState.ACCEPTED: lazy_gettext("Sudah diterima"),
    TransferState.DECLINED: lazy_gettext("Ditolak"),
    TransferState.WITHDRAWN: lazy_gettext("Ditarik kembali"),
}

GOAL_DECISIONS: Words = {
    GoalDecision.CARRY: lazy_gettext("Dibawa ke rencana baru"),
    GoalDecision.CLOSE: lazy_gettext("Dihentikan"),
}

SPM_TYPES: Words = {
    SpmType.NEGLECTED_DISABLED: lazy_gettext("Penyandang disabilitas telantar"),
    SpmType.NEGLECTED_CHILDREN: lazy_gettext("Anak telantar"),
    SpmType.NEGLECTED_ELDERLY: lazy_gettext("Lanjut usia telantar"),
    SpmType.HOMELESS_BEGGARS: lazy_gettext("Gelandangan dan pengemis"),
    SpmType.DISASTER_VICTIMS: lazy_gettext("Korban bencana"),
}

SPM_LEVELS: Words = {
    SpmLevel.PROVINCE: lazy_gettext("Kewajiban provinsi (di dalam panti)"),
    SpmLevel.REGENCY: lazy_gettext("Kewajiban kabupaten/kota (di luar panti)"),
}

# Whose step it is, for who waits for it.
WAITS: Words = {
    Role.CASEWORKER: lazy_gettext("Langkah ini dilakukan pekerja sosial."),
    Role.SUPERVISOR: lazy_gettext("Langkah ini dilakukan kepala UPT."),
}

STAGE_STATES: Words = {
    "done": lazy_gettext("selesai"),
    "now": lazy_gettext("sekarang"),
    "later": lazy_gettext("nanti"),
}

# What hangs on a case and is settled by name, and for which reasons, in the words of its own kind.
OPEN_THINGS: Words = {
    "referral": lazy_gettext("Rujukan"),
    "enrolment": lazy_gettext("Pelatihan"),
    "stay": lazy_gettext("Tempat tidur di rumah UPT"),
    "task": lazy_gettext("Tugas"),
    "transfer": lazy_gettext("Tawaran ke UPT lain"),
}
NAMED_TASKS: Words = {
    TaskKind.MANUAL: lazy_gettext("Tugas yang ditulis sendiri"),
    TaskKind.MANDATORY_REPORT: lazy_gettext("Laporan wajib"),
}
SETTLED: Mapping[str, Words] = {
    "referral": {
        WithdrawReason.SOLVED: lazy_gettext("Sudah tidak diperlukan, tarik"),
        WithdrawReason.OWN_WISH: lazy_gettext("Orangnya tidak mau, tarik"),
        WithdrawReason.PERSON_LEFT: lazy_gettext("Orangnya sudah pergi, tarik"),
        WithdrawReason.NOT_REACHED: lazy_gettext("Orangnya tidak bisa dihubungi, tarik"),
        WithdrawReason.MISTAKE: lazy_gettext("Salah kirim, tarik"),
        WithdrawReason.DUPLICATE: lazy_gettext("Terkirim dua kali, tarik"),
    },
    "enrolment": {
        DropReason.CASE_CLOSED: lazy_gettext("Berhenti karena kasus ditutup"),
        DropReason.OWN_WISH: lazy_gettext("Berhenti atas keinginannya sendiri"),
        DropReason.ILLNESS: lazy_gettext("Berhenti karena sakit"),
        DropReason.FOUND_WORK: lazy_gettext("Berhenti karena sudah bekerja"),
        DropReason.FAMILY: lazy_gettext("Berhenti karena urusan keluarga"),
        DropReason.ABSENCE: lazy_gettext("Berhenti karena lama tidak hadir"),
        DropReason.DISCIPLINE: lazy_gettext("Dikeluarkan karena aturan"),
        DropReason.BATCH_CANCELLED: lazy_gettext("Pelatihannya batal"),
        DropReason.NO_PLACE: lazy_gettext("Tidak mendapat tempat di pelatihan"),
    },
    "stay": residence_wording.DISCHARGES_WITH_CASE,
    "task": {
        TaskReason.NOT_NEEDED: lazy_gettext("Tidak perlu lagi"),
        TaskReason.CASE_CLOSED: lazy_gettext("Berakhir bersama kasus"),
        TaskReason.MISTAKE: lazy_gettext("Salah tulis"),
        TaskReason.SUPERSEDED: lazy_gettext("Diganti yang lain"),
    },
    "transfer": {"withdraw": lazy_gettext("Tarik kembali")},
}

# Where the things of other rooms stand, in one word for a line.
REFERRAL_STATES: Words = referral_wording.STATES
COURSE_STATES: Words = {
    EnrolmentState.REQUESTED: lazy_gettext("diminta"),
    EnrolmentState.WAITING: lazy_gettext("menunggu tempat"),
    EnrolmentState.ENROLLED: lazy_gettext("terdaftar"),
    EnrolmentState.ATTENDING: lazy_gettext("sedang ikut"),
    EnrolmentState.COMPLETED: lazy_gettext("selesai"),
    EnrolmentState.DROPPED: lazy_gettext("berhenti"),
}
SEXES: Words = referral_wording.SEXES
WORK_STATES: Words = {
    PlacementState.PROPOSED: lazy_gettext("belum dipastikan"),
    PlacementState.ACTIVE: lazy_gettext("berjalan, sudah dipastikan"),
    PlacementState.ENDED: lazy_gettext("berakhir"),
}
REVIEW_STATES: Words = {
    ReviewState.ELIGIBLE: lazy_gettext("Memenuhi syarat, menunggu usulan pekerja sosial."),
    ReviewState.RECOMMENDED: lazy_gettext("Diusulkan, menunggu kepala UPT."),
    ReviewState.PROVISIONAL: lazy_gettext("Lulus sementara, masih ditengok."),
    ReviewState.CONFIRMED: lazy_gettext("Lulus, ditandatangani dua orang."),
    ReviewState.DEFERRED: lazy_gettext("Ditunda."),
    ReviewState.WITHDRAWN: lazy_gettext("Ditarik karena ada keadaan baru."),
}

_NOTICES: Words = {
    "caseworker": lazy_gettext("Pekerja sosial sudah dicatat. Tugas yang terbuka pindah kepadanya."),
    "standard": lazy_gettext("Standar layanan sudah dicatat."),
    "accepted": lazy_gettext("Kasus diterima. Sekarang kasus ini tanggung jawab UPT Anda."),
    "declined": lazy_gettext("Tawaran ditolak. Kasus tetap di UPT asalnya."),
    "withdrawn": lazy_gettext("Tawaran ditarik kembali. Kasus tetap di UPT Anda."),
}


def notice(code: str) -> str:
    """What was done, said once after it: of a verb, or of another form."""
    if code in DONE:
        return f"{DONE[code]}."
    return str(_NOTICES.get(code, ""))


def meaning(verb: str) -> str:
    """What a verb means for the person and the office."""
    return str(MEANINGS[verb]) % {"days": pathways().reopen_days}


def told(move: Mapping[str, Any]) -> str:
    """A move of the history in a line, with the reason where one was given."""
    verb, reason = move["verb"], move["reason"]
    words = DONE[verb]
    if verb == Verb.TRANSFER and move["to_stage"] == Stage.CLOSED:
        words = _("Diserahkan ke UPT lain")
    # What another UPT took over begins with the reason of the offer.
    reasons = TRANSFER_REASONS if verb == Verb.OPEN else REASONS.get(verb, {})
    return f"{words}: {reasons[reason]}" if reason in reasons else str(words)


def official_stage(stage: str) -> str:
    """The stage in the words of the policy, which follow the regulation."""
    label = pathways().labels[Stage(stage)]
    return label.en if current_language() == "en" else label.id


# What a field of a form of this feature wants.
_WRONG: Words = {
    "reason": lazy_gettext("Pilih alasannya."),
    "note": lazy_gettext("Jelaskan dengan kata-kata."),
    "until": lazy_gettext("Tulis tanggal mulai hari ini, misalnya 2026-03-31."),
    "stage": lazy_gettext("Pilih tahapnya."),
    "pathway": lazy_gettext("Pilih jalurnya."),
    "pathway_reason": lazy_gettext("Tulis mengapa jalur ini yang cocok."),
    "organisation_id": lazy_gettext("Pilih UPT-nya."),
    "waiver": lazy_gettext("Tulis mengapa pelatihan tidak perlu."),
    "category": lazy_gettext("Pilih kelompok PPKS-nya."),
    "happened_at": lazy_gettext("Waktunya belum benar: tidak boleh sesudah sekarang atau sebelum langkah yang lalu."),
    "caseworker_id": lazy_gettext("Pilih pekerja sosial di UPT ini."),
    "goal_decisions": lazy_gettext("Pilih untuk setiap tujuan: dibawa atau dihentikan."),
    "client_id": lazy_gettext("Orang ini tidak bisa dibukakan kasus."),
    "referral_id": lazy_gettext("UPT ini belum menerima rujukan itu. Buka kasusnya tanpa rujukan."),
    "spm_type": lazy_gettext("Pilih jenis layanannya."),
    "spm_level": lazy_gettext("Pilih kewajiban siapa."),
    "recommending_organisation_id": lazy_gettext("Pilih dinas sosialnya."),
}


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field, or for what has no field a sentence of its own, from the entries of a schema or a guard."""
    found = list(errors)
    codes = {
        str(entry["code"]): lack(entry)
        for entry in found
        if entry.get("code") in LACKS and entry.get("field") not in _SAY_MORE
    }
    return forms.mistakes(found, _WRONG, codes)


# Where the field says better what is wanted than the rule does.
_SAY_MORE = frozenset({"pathway_reason", "client_id"})
