"""What the pages of casework say: states, kinds, reasons and mistakes in plain words, and the labels of the policy files."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import format_decimal, get_locale, gettext, lazy_gettext

from kessos_case.cases.rules import (
    AgreementForm,
    AssessmentState,
    ConferencePart,
    CostSource,
    GoalState,
    HomeEndReason,
    HomeKind,
    LawfulGround,
    PlanState,
    SignatureForm,
    Signer,
    Stage,
    StepKind,
    StepState,
    VisitKind,
    VisitOutcome,
)
from kessos_case.cases.rules.instruments import Change, Direction, Domain, Instrument
from kessos_case.cases.rules.steps import ASKED_REASONS, DropReason
from kessos_case.cases.service import pathways
from kessos_case.cases.service.instruments import OTHER_DOMAIN, editions
from kessos_case.reference.rules import ProgrammeKind
from kessos_case.web import forms
from kessos_case.web.forms import Words

AGREEMENTS: Words = {
    AgreementForm.SIGNED: lazy_gettext("Tanda tangan"),
    AgreementForm.ORAL_WITNESSED: lazy_gettext("Ucapan di depan saksi"),
    AgreementForm.GUARDIAN: lazy_gettext("Oleh wali atau orang tua"),
}

GROUNDS: Words = {
    LawfulGround.GUARDIAN_ABSENT: lazy_gettext("Anak yang walinya tidak ada atau tidak ditemukan"),
    LawfulGround.EMERGENCY: lazy_gettext("Darurat, orangnya belum bisa ditanya"),
    LawfulGround.COURT_ORDER: lazy_gettext("Perintah pengadilan"),
}

ASSESSMENT_STATES: Words = {
    AssessmentState.DRAFT: lazy_gettext("Belum selesai"),
    AssessmentState.COMPLETED: lazy_gettext("Selesai"),
    AssessmentState.SUPERSEDED: lazy_gettext("Sudah ada yang lebih baru"),
}

PLAN_STATES: Words = {
    PlanState.DRAFT: lazy_gettext("Sedang ditulis"),
    PlanState.PROPOSED: lazy_gettext("Diajukan, menunggu keputusan kepala UPT"),
    PlanState.APPROVED: lazy_gettext("Disetujui, sedang dijalankan"),
    PlanState.RETURNED: lazy_gettext("Dikembalikan untuk diperbaiki"),
    PlanState.SUPERSEDED: lazy_gettext("Sudah diganti"),
}

GOAL_STATES: Words = {
    GoalState.OPEN: lazy_gettext("Belum tercapai"),
    GoalState.MET: lazy_gettext("Tercapai"),
    GoalState.DROPPED: lazy_gettext("Tidak dilanjutkan"),
}

# How the referral that carries out a step stands, in the words of its own page.
REFERRAL_STATES: Words = {
    "submitted": lazy_gettext("Menunggu jawaban petugas"),
    "returned": lazy_gettext("Petugas bertanya kepada pelapor"),
    "routing": lazy_gettext("Dicarikan lembaga yang menolong"),
    "offered": lazy_gettext("Ditawarkan, menunggu jawaban lembaga"),
    "waiting": lazy_gettext("Dalam antrean"),
    "accepted": lazy_gettext("Diterima lembaga"),
    "met": lazy_gettext("Sudah ditemui"),
    "completed": lazy_gettext("Selesai"),
    "unmet": lazy_gettext("Belum ada lembaga yang bisa menolong"),
}

STEP_STATES: Words = {
    StepState.OPEN: lazy_gettext("Belum mulai"),
    StepState.IN_PROGRESS: lazy_gettext("Sedang berjalan"),
    StepState.DONE: lazy_gettext("Selesai"),
    StepState.DROPPED: lazy_gettext("Tidak dilanjutkan"),
}

STEP_KINDS: Words = {
    StepKind.TASK: lazy_gettext("Tugas petugas UPT"),
    StepKind.REFERRAL: lazy_gettext("Rujukan ke lembaga lain"),
    StepKind.COURSE: lazy_gettext("Pelatihan"),
    StepKind.PLACEMENT: lazy_gettext("Pekerjaan atau usaha"),
    StepKind.AID: lazy_gettext("Bantuan, modal, atau alat"),
    StepKind.MENTOR: lazy_gettext("Pendamping"),
    StepKind.VISIT: lazy_gettext("Kunjungan"),
    StepKind.OTHER: lazy_gettext("Yang lain"),
}

# Whose money pays for a step.
COST_SOURCES: Words = {
    CostSource.PROVINCE: lazy_gettext("Anggaran provinsi"),
    CostSource.REGENCY: lazy_gettext("Anggaran kabupaten atau kota"),
    CostSource.NATION: lazy_gettext("Anggaran negara"),
    CostSource.VILLAGE: lazy_gettext("Dana desa"),
    CostSource.ALMS: lazy_gettext("Zakat (Baznas)"),
    CostSource.COMPANY: lazy_gettext("Perusahaan"),
    CostSource.PARTNER: lazy_gettext("Lembaga mitra"),
    CostSource.OWN: lazy_gettext("Uangnya sendiri"),
}

# What an aid programme is for.
AID_KINDS: Words = {
    ProgrammeKind.EMPOWERMENT: lazy_gettext("Modal, alat, dan usaha"),
    ProgrammeKind.SERVICE: lazy_gettext("Layanan"),
    ProgrammeKind.INSURANCE: lazy_gettext("Jaminan kesehatan"),
    ProgrammeKind.CONSUMPTION: lazy_gettext("Kebutuhan sehari-hari"),
}

SIGNERS: Words = {
    Signer.CLIENT: lazy_gettext("Orangnya sendiri"),
    Signer.GUARDIAN: lazy_gettext("Wali atau orang tuanya"),
}
SIGNATURE_FORMS: Words = {
    SignatureForm.DRAWN: lazy_gettext("digambar di layar"),
    SignatureForm.PHOTO: lazy_gettext("foto dari kertas"),
}

# How a step begins that nobody ticks off by hand.
STARTS_WITH: Words = {
    StepKind.REFERRAL: lazy_gettext("Langkah ini mulai dan selesai sendiri bersama rujukannya."),
    StepKind.COURSE: lazy_gettext("Langkah ini mulai dan selesai sendiri bersama pelatihannya."),
    StepKind.PLACEMENT: lazy_gettext("Langkah ini mulai dan selesai sendiri bersama pekerjaannya."),
}

DROP_REASONS: Words = {
    DropReason.OWN_WISH: lazy_gettext("Orangnya tidak mau"),
    DropReason.HEALTH: lazy_gettext("Kesehatannya tidak memungkinkan"),
    DropReason.NOT_NEEDED: lazy_gettext("Tidak diperlukan lagi"),
    DropReason.NOT_POSSIBLE: lazy_gettext("Tidak bisa dilakukan"),
    DropReason.NO_SERVICE: lazy_gettext("Layanannya tidak ada"),
    DropReason.OTHER_WAY: lazy_gettext("Dicapai dengan cara lain"),
    DropReason.REPLACED: lazy_gettext("Rencana yang baru tidak memuatnya lagi"),
    DropReason.GOAL_CLOSED: lazy_gettext("Tujuannya sudah ditutup"),
}
ASKED: Words = {code: text for code, text in DROP_REASONS.items() if code in ASKED_REASONS}

PARTS: Words = {
    ConferencePart.CHAIR: lazy_gettext("Pemimpin pertemuan"),
    ConferencePart.CASEWORKER: lazy_gettext("Pekerja sosial"),
    ConferencePart.SPECIALIST: lazy_gettext("Tenaga ahli (dokter, psikolog, instruktur)"),
    ConferencePart.PARTNER: lazy_gettext("Lembaga lain"),
    ConferencePart.CLIENT: lazy_gettext("Orangnya sendiri"),
    ConferencePart.FAMILY: lazy_gettext("Keluarga"),
    ConferencePart.GUARDIAN: lazy_gettext("Wali"),
    ConferencePart.OTHER: lazy_gettext("Orang lain"),
}

VISIT_KINDS: Words = {
    VisitKind.VISIT: lazy_gettext("Datang ke tempatnya"),
    VisitKind.CALL: lazy_gettext("Telepon"),
}

OUTCOMES: Words = {
    VisitOutcome.WELL: lazy_gettext("Baik"),
    VisitOutcome.NEEDS_SUPPORT: lazy_gettext("Butuh dukungan"),
    VisitOutcome.AT_RISK: lazy_gettext("Dalam bahaya atau hampir kembali ke keadaan lama"),
}

HOME_KINDS: Words = {
    HomeKind.FAMILY: lazy_gettext("Keluarganya sendiri"),
    HomeKind.FOSTER_FAMILY: lazy_gettext("Keluarga asuh"),
    HomeKind.COMMUNITY: lazy_gettext("Lingkungan atau komunitas"),
}

HOME_ENDS: Words = {
    HomeEndReason.RETURNED_TO_STREET: lazy_gettext("Kembali ke jalan"),
    HomeEndReason.UNSAFE: lazy_gettext("Ternyata tidak aman"),
    HomeEndReason.FAMILY_REFUSED: lazy_gettext("Keluarga tidak mau lagi"),
    HomeEndReason.MOVED: lazy_gettext("Pindah"),
    HomeEndReason.DECEASED: lazy_gettext("Meninggal"),
    HomeEndReason.OTHER: lazy_gettext("Alasan lain"),
}

YES_NO: Words = {"yes": lazy_gettext("Ya"), "no": lazy_gettext("Tidak")}

NOTICES: Words = {
    "agreed": lazy_gettext("Persetujuan sudah dicatat."),
    "saved": lazy_gettext("Sudah tersimpan."),
    "completed": lazy_gettext("Asesmen selesai dan tidak bisa diubah lagi. Hasilnya ada di bawah."),
    "proposed": lazy_gettext("Rencana sudah diajukan kepada kepala UPT."),
    "approve": lazy_gettext("Rencana sudah disetujui dan mulai berlaku."),
    "return": lazy_gettext("Rencana sudah dikembalikan kepada penulisnya."),
    "plan_agreed": lazy_gettext("Persetujuan orangnya sudah dicatat."),
    "signed": lazy_gettext("Tanda tangannya sudah disimpan."),
    "reviewed": lazy_gettext("Sudah dicatat: rencana ini tetap, dan dilihat lagi pada tanggal yang baru."),
    "step": lazy_gettext("Langkah sudah dicatat."),
    "goal": lazy_gettext("Tujuan sudah dicatat."),
    "held": lazy_gettext("Temu bahas sudah dicatat."),
    "visited": lazy_gettext("Kunjungan sudah dicatat."),
    "home": lazy_gettext("Tempat tinggal sudah dicatat."),
}

_DAY = lazy_gettext("Tulis tanggalnya, paling lambat hari ini, misalnya 2026-03-31.")

WRONG: Words = {
    "given_on": _DAY,
    "held_on": _DAY,
    "on": _DAY,
    "assessed_on": _DAY,
    "guardian_consent_on": _DAY,
    "starts_on": _DAY,
    "form": lazy_gettext("Pilih cara orangnya setuju."),
    "lawful_ground": lazy_gettext("Pilih dasarnya."),
    "reason": lazy_gettext("Pilih atau tulis alasannya."),
    "plan_id": lazy_gettext("Pilih rencana dari daftar ini."),
    "attendees": lazy_gettext("Pilih sedikitnya satu orang yang ikut."),
    "decisions": lazy_gettext("Tulis apa yang diputuskan."),
    "kind": lazy_gettext("Pilih salah satu."),
    "was_met": lazy_gettext("Pilih: bertemu atau tidak."),
    "outcome": lazy_gettext("Pilih bagaimana keadaannya."),
    "aftercare_month": lazy_gettext("Tulis angka 1 sampai 60."),
    "note": lazy_gettext("Tulis dengan singkat apa yang dilihat."),
    "home": lazy_gettext("Tulis siapa mereka dan di mana tinggalnya."),
    "region_code": lazy_gettext("Pilih kecamatannya."),
    "is_safe": lazy_gettext("Pilih: aman atau belum aman."),
    "comment": lazy_gettext("Tulis apa yang harus diperbaiki."),
    "review_on": lazy_gettext("Tulis tanggal sesudah hari ini, paling lama satu tahun lagi."),
    "next_on": lazy_gettext("Tulis tanggal sesudah hari ini, paling lama satu tahun lagi."),
    "image": lazy_gettext("Ambil foto tanda tangannya, atau gambar di layar."),
    "signer": lazy_gettext("Pilih siapa yang menandatangani."),
    "decision": lazy_gettext("Pilih: setujui atau kembalikan."),
}

# What a rule means, where the field alone does not say it.
CODES: Words = {
    "too_early": lazy_gettext("Tanggal ini terlalu awal. Tidak mungkin sebelum yang sudah dicatat di atas."),
    "impossible_day": lazy_gettext("Tanggalnya harus di antara hari kasus dibuka dan hari ini."),
    "not_met": lazy_gettext("Kalau tidak bertemu, kosongkan keadaannya."),
    "home_unsafe": lazy_gettext("Tempat ini belum dinilai aman, jadi orangnya belum bisa pindah ke sana."),
    "not_started": lazy_gettext("Orangnya belum tinggal di sana. Catat dulu kapan ia pindah."),
    "wrong_state": lazy_gettext("Ini sudah dicatat sebelumnya. Lihat keadaannya yang sekarang."),
    "case_closed": lazy_gettext("Kasus ini sudah berakhir, jadi tidak ada yang bisa ditambahkan."),
    "agreed": lazy_gettext("Persetujuan orangnya sudah dicatat."),
    "in_progress": lazy_gettext("Formulir ini sedang dicatat. Tunggu sebentar, lalu buka lagi halamannya."),
    "erased": lazy_gettext("Data orang ini sudah dihapus, jadi tidak ada yang bisa ditulis lagi."),
    "changed": lazy_gettext("Keadaannya sudah berubah sejak halaman ini dibuka. Lihat yang baru, lalu putuskan."),
    "final": lazy_gettext("Ini sudah selesai dan tidak bisa diubah lagi."),
    "undecided": lazy_gettext("Ada rencana yang masih menunggu keputusan kepala UPT."),
    # Plans.
    "goal_missing": lazy_gettext("Rencana ini belum punya tujuan. Tulis sedikitnya satu."),
    "goal_without_step": lazy_gettext("Tujuan ini belum punya langkah. Tambah sedikitnya satu."),
    "step_incomplete": lazy_gettext("Langkah ini belum lengkap: pilih siapa yang bertanggung jawab dan tulis tanggalnya."),
    "step_left_out": lazy_gettext("Ada langkah yang sedang berjalan tetapi tidak dimuat lagi. Muat lagi, atau akhiri dulu."),
    "due_in_past": lazy_gettext("Tanggal langkah ini sudah lewat. Tulis tanggal mulai hari ini."),
    "in_past": lazy_gettext("Tanggal ini sudah lewat. Tulis tanggal mulai hari ini."),
    "approver_is_author": lazy_gettext("Yang memutuskan harus orang lain, bukan yang menulisnya."),
    "comment_missing": lazy_gettext("Tulis apa yang harus diperbaiki."),
    "plan_not_approved": lazy_gettext("Hanya rencana yang sudah disetujui yang bisa dijalankan."),
    "step_running": lazy_gettext("Masih ada langkah yang berjalan. Akhiri dulu rujukan, pelatihan, atau pekerjaannya."),
    "starts_with_link": lazy_gettext("Langkah ini mulai sendiri bersama rujukan, pelatihan, atau pekerjaannya."),
    "closes_with_link": lazy_gettext("Langkah ini selesai sendiri bersama rujukan, pelatihan, atau pekerjaannya."),
    "reason_missing": lazy_gettext("Pilih alasannya."),
    "reason_unasked": lazy_gettext("Alasan hanya diisi kalau tidak dilanjutkan."),
    "programme_missing": lazy_gettext("Pilih programnya."),
    "not_consumption": lazy_gettext("Ini bukan bantuan untuk kebutuhan sehari-hari. Pilih yang lain."),
    "twice": lazy_gettext("Program ini sudah ada di atas. Satu program cukup satu kali."),
    "not_later": lazy_gettext("Bulannya harus sesudah bulan di atasnya."),
    "not_less": lazy_gettext("Jumlahnya harus lebih kecil daripada yang di atasnya."),
    "taper_without_end": lazy_gettext("Bantuan yang berkurang harus ada akhirnya: tulis 0 di baris terakhir."),
    "nothing_empowers": lazy_gettext(
        "Sebelum bantuan ini berkurang harus ada bantuan usaha (misalnya KIP Jawara, KUBE, atau PENA) di salah satu langkah, "
        "paling lambat tanggal 1 bulan itu. Tambahkan, atau tulis mengapa tidak."
    ),
    "taper_in_past": lazy_gettext("Bulan berkurangnya bantuan ini sudah lewat. Tulis bulan ini atau sesudahnya."),
    "taper_off_pathway": lazy_gettext(
        "Di jalur ini bantuan tidak dikurangi: orang yang tidak bisa hidup tanpa bantuan tidak dipaksa lepas. Hapus bagian ini."
    ),
    # Signatures and reviews.
    "not_a_photo": lazy_gettext("Ini bukan gambar yang bisa dibaca. Ambil foto lagi, atau gambar di layar."),
    "too_large": lazy_gettext("Gambarnya terlalu besar. Ambil foto yang lebih kecil."),
    "signed": lazy_gettext("Rencana ini sudah ditandatangani. Tanda tangan tidak bisa diganti."),
    "impossible_review": lazy_gettext("Tulis tanggal sesudah hari ini, paling lama satu tahun lagi."),
    "impossible_review_day": lazy_gettext("Tanggalnya harus di antara hari rencana disetujui dan hari ini."),
    "text_missing": lazy_gettext("Tulis dengan kata-kata yang sederhana."),
    "domain_missing": lazy_gettext("Pilih bidangnya."),
    # Answers to an instrument.
    "wrong_type": lazy_gettext("Tulis angka saja."),
    "out_of_range": lazy_gettext("Angka ini terlalu kecil atau terlalu besar."),
    "not_a_date": lazy_gettext("Tulis tanggalnya, misalnya 2026-03-31."),
    "in_future": lazy_gettext("Tanggal ini belum tiba. Tulis tanggal paling lambat hari ini."),
    "more_than": lazy_gettext("Angka ini lebih besar daripada jumlah yang disebut sebelumnya."),
    "not_the_sum": lazy_gettext("Angka ini bukan jumlah dari bagian-bagiannya di atas."),
}  # fmt: skip


def said(thing: Any, name: str = "label") -> str:
    """The text of an instrument in the reader's language: `label`, `title` or `text` of a part of it."""
    language = "en" if str(get_locale()) == "en" else "id"
    return str(getattr(thing, f"{name}_{language}"))


def stage_name(stage: Stage) -> str:
    """A stage as the office calls it."""
    label = pathways().labels[Stage(stage)]
    return label.en if str(get_locale()) == "en" else label.id


def domains() -> dict[str, str]:
    """Every domain that a goal can be about, in words: those that instruments measure now and measured before."""
    found = {
        domain.code: said(domain)
        for versions in editions().values()
        for edition in versions.values()
        for domain in edition.instrument.domains
    }
    return found | {OTHER_DOMAIN: gettext("Bidang lain")}


def value(domain: Domain, points: int | None) -> str:
    """A score as people write it: `24`, or `1,75` where it is a mean."""
    if points is None:
        return "?"
    return str(format_decimal(points / 100)) if domain.scoring == "mean" else str(format_decimal(points))


def title(instrument: Instrument) -> str:
    """What an instrument is called."""
    return said(instrument, "title")


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader, from the `{field, code, detail}` entries of a schema or service."""
    return forms.mistakes(errors, WRONG, CODES)


def became(domain: Domain, change: Change) -> str:
    """What became of a domain since the assessment before: `naik 4, membaik`."""
    if change.difference is None:
        return gettext("belum bisa dibandingkan")
    if change.difference == 0:
        return gettext("tetap sama")
    by = value(domain, abs(change.difference))
    is_better = (change.difference > 0) == (domain.flag == Direction.BELOW)
    told = gettext("naik %(by)s", by=by) if change.difference > 0 else gettext("turun %(by)s", by=by)
    return f"{told}, {gettext('membaik') if is_better else gettext('memburuk')}"


def titles() -> dict[str, str]:
    """What each instrument is called, by its name."""
    return {name: said(versions[max(versions)].instrument, "title") for name, versions in editions().items()}


def recognised(instrument: Instrument) -> str:
    """Whose work an instrument is, where its licence asks that this is said; as the authors wrote it."""
    return "" if instrument.licence.startswith("That of this program") else instrument.source
