"""What an inbox says of an offer: what is to be done, until when, what follows from each answer, and what went wrong."""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from kessos_case.cases.rules import SpmLevel, SpmType
from kessos_case.core.errors import Conflict, KessosError
from kessos_case.core.policies import policy
from kessos_case.referrals import wording
from kessos_case.referrals.rules import Followup, HandBackReason, OfferState, Step, Verb, next_step
from kessos_case.web import figures, forms
from kessos_case.web.forms import Words

URGENCIES, SEXES, REASONS = wording.URGENCIES, wording.SEXES, wording.REASONS

STEPS: Words = {
    Step.ANSWER: lazy_gettext("Menunggu jawaban Anda"),
    Step.MEET: lazy_gettext("Diterima, belum ditemui"),
    Step.FINISH: lazy_gettext("Sudah ditemui, belum selesai"),
    Step.LINE: lazy_gettext("Dalam antrean"),
    Step.ENDED: lazy_gettext("Sudah berakhir"),
}

# The lists of the inbox; the first has everything that waits.
VIEWS: Words = {
    "": lazy_gettext("Semua"),
    Step.ANSWER: lazy_gettext("Perlu dijawab"),
    Step.MEET: lazy_gettext("Belum ditemui"),
    Step.FINISH: lazy_gettext("Belum selesai"),
    Step.LINE: lazy_gettext("Antrean"),
    Step.ENDED: lazy_gettext("Berakhir"),
}

EMPTY: Words = {
    "": lazy_gettext("Tidak ada yang menunggu. Kalau dinas sosial menawarkan seseorang, tawarannya muncul di sini."),
    Step.ANSWER: lazy_gettext("Tidak ada tawaran yang perlu dijawab."),
    Step.MEET: lazy_gettext("Semua orang yang diterima sudah ditemui."),
    Step.FINISH: lazy_gettext("Tidak ada layanan yang menunggu laporan hasil."),
    Step.LINE: lazy_gettext("Tidak ada orang dalam antrean."),
    Step.ENDED: lazy_gettext("Belum ada tawaran yang berakhir."),
}

DUE: Words = {
    Step.ANSWER: lazy_gettext("Jawab paling lambat"),
    Step.MEET: lazy_gettext("Temui paling lambat"),
    Step.FINISH: lazy_gettext("Laporkan hasilnya paling lambat"),
    Step.LINE: lazy_gettext("Lihat lagi paling lambat"),
}

ENDINGS: Words = {
    OfferState.ACCEPTED: lazy_gettext("Layanan selesai"),
    OfferState.DECLINED: lazy_gettext("Anda tidak bisa menerima"),
    OfferState.EXPIRED: lazy_gettext("Tidak dijawab pada waktunya"),
    OfferState.REVOKED: lazy_gettext("Ditarik oleh dinas sosial"),
}
HANDED_BACK = lazy_gettext("Anda mengembalikan orangnya kepada dinas sosial")

OUTCOMES: Words = wording.REASONS[Verb.COMPLETE]

SPM_TYPES: Words = {
    SpmType.NEGLECTED_ELDERLY: lazy_gettext("Lanjut usia terlantar"),
    SpmType.NEGLECTED_DISABLED: lazy_gettext("Penyandang disabilitas terlantar"),
    SpmType.NEGLECTED_CHILDREN: lazy_gettext("Anak terlantar"),
    SpmType.HOMELESS_BEGGARS: lazy_gettext("Gelandangan dan pengemis"),
    SpmType.DISASTER_VICTIMS: lazy_gettext("Korban bencana"),
}
SPM_LEVELS: Words = {
    SpmLevel.PROVINCE: lazy_gettext("Provinsi, karena tinggal di dalam panti"),
    SpmLevel.REGENCY: lazy_gettext("Kabupaten atau kota, karena tinggal di luar panti"),
}

# By what a field of the snapshot was told.
GROUNDS: Words = {
    "consent": lazy_gettext("Diberitahukan dengan persetujuan orangnya."),
    "vital_interest": lazy_gettext("Diberitahukan tanpa persetujuan karena keselamatannya terancam."),
}

NOTICES: Words = {
    Verb.ACCEPT: lazy_gettext("Tercatat: Anda menerima orang ini. Terima kasih."),
    Verb.ADMIT: lazy_gettext("Tercatat: Anda menerima orang ini dari antrean. Terima kasih."),
    Verb.DECLINE: lazy_gettext("Tercatat: Anda tidak bisa menerima. Terima kasih sudah menjawab."),
    Verb.WAIT_LIST: lazy_gettext("Tercatat: orang ini masuk antrean."),
    Verb.MEET: lazy_gettext("Tercatat: orang ini sudah ditemui."),
    Verb.NO_SHOW: lazy_gettext("Tercatat: orang ini tidak datang."),
    Verb.COMPLETE: lazy_gettext("Tercatat: layanan selesai. Terima kasih."),
    Verb.HAND_BACK: lazy_gettext("Tercatat: orang ini kembali kepada dinas sosial."),
}

# Why a link opens nothing (any more).
DEAD: Words = {
    "unknown": lazy_gettext("Mungkin alamatnya tidak tersalin lengkap. Buka lagi tautan dari pesan yang Anda terima."),
    "expired": lazy_gettext("Waktunya sudah habis."),
    "revoked": lazy_gettext("Tautan ini sudah ditutup oleh dinas sosial."),
    "answered": lazy_gettext(
        "Jawaban Anda sudah tercatat. Terima kasih. Tidak ada lagi yang perlu Anda kerjakan di sini."
    ),
    "over": lazy_gettext("Tawaran ini sudah tidak berlaku. Tidak ada yang perlu Anda kerjakan."),
}

_WRONG: Words = {
    "verb": lazy_gettext("Pilih salah satu."),
    "reason": lazy_gettext("Pilih alasannya."),
    "expected_on": lazy_gettext("Isi hari yang diperkirakan, hari ini atau sesudahnya."),
    "happened_at": lazy_gettext(
        "Isi hari dan jam orangnya ditemui: sesudah orang ini dilaporkan, dan tidak sesudah sekarang."
    ),
    "spm_type": lazy_gettext("Pilih jenis layanan dasarnya."),
    "spm_level": lazy_gettext("Pilih provinsi atau kabupaten/kota."),
    "recommending_organisation_id": lazy_gettext("Pilih dinas sosial kabupaten atau kota yang merekomendasikan."),
}
_MISSING: Words = {
    "wrong_state": lazy_gettext("Tawaran ini sudah dijawab atau sudah berubah. Di bawah ini keadaannya sekarang."),
    "no_waiting_list": lazy_gettext("Layanan ini tidak punya antrean."),
    "cannot_wait": lazy_gettext(
        "Keadaan darurat tidak bisa menunggu dalam antrean. Jawab tidak bisa kalau penuh: lembaga lain langsung ditanya."
    ),
    "not_first_in_line": lazy_gettext("Masih ada orang lain di depan dalam antrean ini."),
    "spm_type_missing": _WRONG["spm_type"],
    "spm_level_missing": _WRONG["spm_level"],
    "recommending_organisation_id_missing": _WRONG["recommending_organisation_id"],
    "happened_at_missing": lazy_gettext("Isi hari dan jam orangnya ditemui."),
    "expected_on_missing": lazy_gettext("Isi hari yang diperkirakan."),
}


def mistakes(error: KessosError, *, of: str) -> dict[str, str]:
    """One sentence for each thing that is wrong with the form of this verb."""
    if isinstance(error, Conflict) and error.code == "capacity_full":
        return {
            "": _("Tidak ada tempat kosong lagi. Jawab tidak bisa, atau masukkan ke antrean kalau layanan ini punya.")
        }
    if isinstance(error, Conflict):
        return {"": forms.changed()}
    found = forms.mistakes(error.errors, _WRONG, _MISSING)
    if of == Verb.COMPLETE and "reason" in found:
        found["reason"] = _("Pilih bagaimana layanan ini berakhir.")
    return found


def time_left(moment: datetime, now: datetime) -> str:
    """`sisa 3 jam`, or `lewat 2 hari`: how long it still is, as one would say it."""
    minutes = abs(int((moment - now).total_seconds())) // 60
    if minutes < 60:
        text = ngettext("%(num)d menit", "%(num)d menit", minutes)
    elif minutes < 48 * 60:
        text = ngettext("%(num)d jam", "%(num)d jam", minutes // 60)
    else:
        text = ngettext("%(num)d hari", "%(num)d hari", minutes // (24 * 60))
    return _("lewat %(time)s", time=text) if moment < now else _("sisa %(time)s", time=text)


def age(told: dict[str, Any]) -> str:
    """How old the person is, as far as that is known."""
    least, most = told.get("age_from"), told.get("age_to")
    if least is None or most is None:
        return _("umur tidak diketahui")
    return _("%(age)s tahun", age=least if least == most else f"{least}\N{EN DASH}{most}")


def birth_date(told: str) -> str:
    """The day that a snapshot holds as text."""
    return figures.day(date.fromisoformat(told))


def decline_choices(urgency: str) -> dict[str, str]:
    """Each reason for a no, with what follows from it by the policy in force."""
    return {
        code: _("%(reason)s. %(next)s", reason=text, next=_follows(code, urgency)) for code, text in _sorted_declines()
    }


def meeting_time(urgency: str) -> str:
    """How soon after a yes the person must be seen, by the policy in force."""
    hours = policy("routing").content["meeting"][urgency]["hours"]
    if hours <= 48:
        return str(ngettext("Temui orangnya dalam %(num)d jam.", "Temui orangnya dalam %(num)d jam.", hours))
    return str(ngettext("Temui orangnya dalam %(num)d hari.", "Temui orangnya dalam %(num)d hari.", hours // 24))


def most_no_shows() -> int:
    """How often a person may miss a meeting before the desk looks for others."""
    attempts: int = policy("routing").content["no_show"]["attempts"]
    return attempts


def hand_back_choices() -> Words:
    """Each reason to give a person back; an incident bars this person and this receiver from now on."""
    told = dict(REASONS[Verb.HAND_BACK])
    told[HandBackReason.INCIDENT] = _("Terjadi insiden. Orang ini tidak akan ditawarkan lagi kepada Anda")
    return told


def _sorted_declines() -> list[tuple[str, str]]:
    return [(str(code), str(text)) for code, text in REASONS[Verb.DECLINE].items()]


def _follows(reason: str, urgency: str) -> str:
    step = next_step(reason, policy("routing").content, urgency)
    if step.kind is Followup.ASK_SENDER:
        return _("Pelapor ditanya dulu.")
    if step.kind is Followup.PARK:
        return str(ngettext("Dicari lagi sesudah %(num)d hari.", "Dicari lagi sesudah %(num)d hari.", step.days))
    return _("Lembaga lain ditanya.")
