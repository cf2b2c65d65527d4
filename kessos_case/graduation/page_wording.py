"""What the pages of graduation say: states, steps, why a step cannot be taken, and what a form wants. Indonesian first."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from kessos_case.graduation.page_queries import RELAPSED, RIPE
from kessos_case.graduation.rules import GraduationKind, RelapseKind, ReviewState, StepReason
from kessos_case.web import forms
from kessos_case.web.forms import Words

STATES: Words = {
    ReviewState.ELIGIBLE: lazy_gettext("Memenuhi syarat"),
    ReviewState.RECOMMENDED: lazy_gettext("Diusulkan"),
    ReviewState.PROVISIONAL: lazy_gettext("Lulus sementara"),
    ReviewState.CONFIRMED: lazy_gettext("Lulus, sudah disahkan"),
    ReviewState.DEFERRED: lazy_gettext("Ditunda"),
    ReviewState.WITHDRAWN: lazy_gettext("Dibatalkan"),
}
# The line of a review's life.
LINE = (ReviewState.ELIGIBLE, ReviewState.RECOMMENDED, ReviewState.PROVISIONAL, ReviewState.CONFIRMED)

VIEWS: Words = {
    "": lazy_gettext("Semua yang berjalan"),
    ReviewState.ELIGIBLE: lazy_gettext("Memenuhi syarat"),
    ReviewState.RECOMMENDED: lazy_gettext("Diusulkan"),
    ReviewState.PROVISIONAL: lazy_gettext("Lulus sementara"),
    RIPE: lazy_gettext("Siap disahkan"),
    RELAPSED: lazy_gettext("Butuh bantuan lagi"),
    ReviewState.CONFIRMED: lazy_gettext("Sudah disahkan"),
    ReviewState.DEFERRED: lazy_gettext("Ditunda"),
    ReviewState.WITHDRAWN: lazy_gettext("Dibatalkan"),
}
EMPTY: Words = {
    "": lazy_gettext("Belum ada yang sedang menuju lulus. Setiap malam syaratnya dihitung lagi untuk semua orang."),
    ReviewState.ELIGIBLE: lazy_gettext("Tidak ada yang baru memenuhi syarat."),
    ReviewState.RECOMMENDED: lazy_gettext("Tidak ada usulan yang menunggu keputusan kepala UPT."),
    ReviewState.PROVISIONAL: lazy_gettext("Tidak ada yang sedang didampingi sesudah lulus."),
    RIPE: lazy_gettext("Tidak ada yang masa pendampingannya sudah selesai dan menunggu tanda tangan."),
    RELAPSED: lazy_gettext("Tidak ada yang butuh bantuan lagi dan belum ditanggapi. Itu kabar baik."),
    ReviewState.CONFIRMED: lazy_gettext("Belum ada kelulusan yang disahkan."),
    ReviewState.DEFERRED: lazy_gettext("Tidak ada yang ditunda."),
    ReviewState.WITHDRAWN: lazy_gettext("Tidak ada yang dibatalkan."),
}

# What is waited for now, by state.
NOW: Words = {
    ReviewState.ELIGIBLE: lazy_gettext("Menunggu usulan dari pekerja sosialnya."),
    ReviewState.RECOMMENDED: lazy_gettext("Menunggu keputusan kepala UPT."),
    ReviewState.PROVISIONAL: lazy_gettext("Didampingi satu tahun, lalu disahkan dua orang."),
    ReviewState.CONFIRMED: lazy_gettext("Kelulusannya sudah disahkan."),
    ReviewState.DEFERRED: lazy_gettext("Ditunda. Sesudah tanggalnya lewat, syaratnya dilihat lagi."),
    ReviewState.WITHDRAWN: lazy_gettext("Dibatalkan. Kalau syaratnya terpenuhi lagi, usulan baru bisa dimulai."),
}

READY = lazy_gettext(
    "Pendampingannya sudah setahun. Lihat apa yang masih kurang; kalau tidak ada, dua orang mengesahkan."
)

KINDS: Words = {
    GraduationKind.EMPOWERED: lazy_gettext("Lulus dengan kekuatan sendiri"),
    GraduationKind.NATURAL: lazy_gettext("Haknya atas bantuan berakhir (bukan kelulusan)"),
    GraduationKind.REUNIFIED: lazy_gettext("Kembali ke keluarga atau masyarakat"),
}

# Steps as they were taken, and the buttons for them.
STEPS: Words = {
    "recommendation": lazy_gettext("Mengusulkan lulus"),
    "provisional": lazy_gettext("Menyatakan lulus sementara"),
    "confirmation": lazy_gettext("Mengesahkan kelulusan"),
    "deferral": lazy_gettext("Menunda"),
    "withdrawal": lazy_gettext("Membatalkan"),
}
BUTTONS: Words = {
    "recommendation": lazy_gettext("Usulkan lulus"),
    "provisional": lazy_gettext("Nyatakan lulus sementara"),
    "confirmation": lazy_gettext("Sahkan kelulusan"),
    "deferral": lazy_gettext("Tunda"),
    "withdrawal": lazy_gettext("Batalkan"),
}
MEANS: Words = {
    "recommendation": lazy_gettext("Anda mengatakan: orang ini bisa hidup tanpa bantuan. Kepala UPT yang memutuskan."),
    "provisional": lazy_gettext(
        "Orang ini dinyatakan lulus sementara, lalu didampingi satu tahun dengan lima kunjungan."
    ),
    "confirmation": lazy_gettext("Tanda tangan Anda. Sesudah dua orang menandatangani, kelulusannya sah."),
    "deferral": lazy_gettext("Belum sekarang. Syaratnya dilihat lagi pada tanggal yang Anda tulis."),
    "withdrawal": lazy_gettext("Usulan atau lulus sementaranya tidak berlaku lagi."),
}

REASONS: Words = {
    StepReason.NOT_READY: lazy_gettext("Orangnya belum siap"),
    StepReason.EVIDENCE_DOUBTED: lazy_gettext("Buktinya diragukan"),
    StepReason.OWN_WISH: lazy_gettext("Keinginan orangnya sendiri"),
    StepReason.ILLNESS: lazy_gettext("Sakit"),
    StepReason.HOUSEHOLD_CHANGED: lazy_gettext("Keadaan rumah tangganya berubah"),
    StepReason.MISTAKE: lazy_gettext("Salah catat"),
}
ALL_REASONS: Words = {
    **REASONS,
    StepReason.LATE_FACTS: lazy_gettext("Ada catatan yang datang terlambat, dan dengan itu syaratnya tidak terpenuhi"),
    StepReason.CASE_CLOSED: lazy_gettext("Kasusnya ditutup"),
    StepReason.DECEASED: lazy_gettext("Orangnya meninggal"),
    StepReason.IN_WORDS: lazy_gettext("Alasannya ditulis dengan kata-kata"),
}

RELAPSES: Words = {
    RelapseKind.AID: lazy_gettext("Menerima bantuan untuk hidup lagi"),
    RelapseKind.NEW_CASE: lazy_gettext("Kasus baru dibuka"),
    RelapseKind.WORK_LOST: lazy_gettext("Kehilangan pekerjaan dan belum ada gantinya"),
    RelapseKind.STREET: lazy_gettext("Kembali ke jalan"),
}

NOTICES: Words = {
    "opened": lazy_gettext("Usulan kelulusan sudah dimulai."),
    "voice": lazy_gettext("Jawaban orangnya sudah dicatat."),
    "recommendation": lazy_gettext("Usulan Anda sudah dicatat dan diteruskan ke kepala UPT."),
    "provisional": lazy_gettext("Lulus sementara sudah dicatat. Kunjungan pendampingan sudah dijadwalkan."),
    "confirmation": lazy_gettext("Tanda tangan Anda sudah dicatat."),
    "deferral": lazy_gettext("Penundaan sudah dicatat."),
    "withdrawal": lazy_gettext("Pembatalan sudah dicatat."),
    "co_signer": lazy_gettext("Penanda tangan kedua sudah dicatat, dan ia diberi tahu."),
    "relapse": lazy_gettext("Sudah dicatat. Pekerja sosialnya mendapat tugas untuk menanggapi."),
}

# Why a step cannot be taken by this reader now, beside what the criteria lack.
BARRED: Words = {
    "recommended_by_you": lazy_gettext(
        "Yang mengusulkan tidak boleh memutuskan atau menandatangani. Minta orang lain."
    ),
    "evidence_by_you": lazy_gettext(
        "Sebagian buktinya Anda yang mencatat. Minta orang yang tidak mencatat buktinya, atau penanda tangan kantor lain."
    ),
    "late_facts": lazy_gettext(
        "Sejak keputusan sementara ada fakta yang datang terlambat, dan menurut fakta itu syaratnya waktu itu belum"
        " terpenuhi. Keputusan sementara ditarik, lalu syaratnya dilihat dari awal."
    ),
    "signed_before": lazy_gettext("Anda sudah menandatangani. Tanda tangan kedua dari orang lain."),
    "wrong_actor": lazy_gettext("Langkah ini bukan untuk peran Anda. Minta yang berwenang."),
    "same_office": lazy_gettext("Penanda tangan kedua harus dari Dinas Sosial atau UPT lain."),
    "reason_missing": lazy_gettext("Orangnya belum setuju. Tulis mengapa tetap diputuskan begini."),
    "until_missing": lazy_gettext("Tulis tanggal sesudah hari ini, kapan syaratnya dilihat lagi."),
    "deferred": lazy_gettext("Kepala UPT menundanya. Tunggu sampai tanggal itu lewat."),
}

FIELDS: Words = {
    "asked_on": lazy_gettext("Tulis kapan orangnya ditanya, paling lambat hari ini."),
    "agrees": lazy_gettext("Pilih jawaban orangnya."),
    "reason": lazy_gettext("Tulis atau pilih alasannya."),
    "until": lazy_gettext("Tulis tanggal sesudah hari ini, kapan syaratnya dilihat lagi."),
    "note": lazy_gettext("Tulisan ini tidak bisa disimpan. Ketik ulang."),
    "co_signer_id": lazy_gettext("Pilih penanda tangan dari Dinas Sosial atau UPT lain."),
    "kind": lazy_gettext("Pilih apa yang terjadi."),
    "happened_on": lazy_gettext("Tulis tanggal kejadiannya: sesudah lulus sementara, paling lambat hari ini."),
}
CODES: Words = {
    "in_future": lazy_gettext("Tanggal ini belum tiba. Tulis tanggal hari ini atau sebelumnya."),
    "too_early": lazy_gettext("Tanggal ini sebelum lulus sementara. Tulis tanggal sesudahnya."),
}


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader."""
    return forms.mistakes(errors, FIELDS, CODES)


def barred(entry: Mapping[str, Any]) -> str:
    """Why this step cannot be taken yet, apart from the criteria, which the ladder tells."""
    detail = str(entry["detail"])
    if entry["code"] == "aftercare_not_over":
        return _("Masa pendampingan satu tahun belum selesai.")
    if entry["code"] == "visit_missing":
        return _("Kunjungan pendampingan bulan ke-%(month)s belum dilakukan.", month=detail.rpartition(" ")[2])
    if entry["code"] == "wrong_state":
        return forms.changed()
    return str(BARRED[entry["code"]])
