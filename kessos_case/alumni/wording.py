"""What the pages of mentors say, in plain words."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from kessos_case.alumni.rules import MENTOR_OUTCOMES, OUTCOMES, FreeFor, MentoringOutcome, MentoringState, Side
from kessos_case.web import forms
from kessos_case.web.forms import Words

FREE_FOR: Words = {
    FreeFor.TALK: lazy_gettext("Mengobrol dan memberi semangat"),
    FreeFor.SHOW_WORK: lazy_gettext("Menunjukkan tempat kerja atau usahanya"),
    FreeFor.TEACH_SKILL: lazy_gettext("Mengajari keterampilan"),
    FreeFor.TAKE_APPRENTICE: lazy_gettext("Menerima orang magang"),
    FreeFor.GIVE_JOB: lazy_gettext("Memberi pekerjaan"),
    FreeFor.HELP_BUSINESS: lazy_gettext("Membantu memulai usaha"),
}

STATES: Words = {
    MentoringState.PROPOSED: lazy_gettext("Sedang ditanyakan"),
    MentoringState.AGREED: lazy_gettext("Keduanya mau bertemu"),
    MentoringState.MET: lazy_gettext("Sudah bertemu"),
    MentoringState.ENDED: lazy_gettext("Selesai"),
}

# What became of the person.
OUTCOME_WORDS: Words = {
    MentoringOutcome.HELPED: lazy_gettext("Terbantu"),
    MentoringOutcome.WORK_FOUND: lazy_gettext("Mendapat pekerjaan"),
    MentoringOutcome.BUSINESS_BEGUN: lazy_gettext("Memulai usaha"),
    MentoringOutcome.NO_CHANGE: lazy_gettext("Tidak ada perubahan"),
    MentoringOutcome.NEVER_MET: lazy_gettext("Tidak jadi bertemu"),
    MentoringOutcome.DECLINED: lazy_gettext("Salah satu tidak mau"),
    MentoringOutcome.STOPPED: lazy_gettext("Berhenti di tengah jalan"),
    MentoringOutcome.CONSENT_WITHDRAWN: lazy_gettext("Izin dicabut"),
    MentoringOutcome.CASE_CLOSED: lazy_gettext("Kasusnya ditutup"),
    MentoringOutcome.DECEASED: lazy_gettext("Salah satu meninggal"),
}
# And of the mentor.
MENTOR_OUTCOME_WORDS: Words = {
    MentoringOutcome.HELPED: lazy_gettext("Senang dan mau lagi"),
    MentoringOutcome.NO_CHANGE: lazy_gettext("Biasa saja"),
    MentoringOutcome.STOPPED: lazy_gettext("Berat baginya, tidak mau lagi"),
}

VIEWS: Words = {"": lazy_gettext("Cari pendamping"), "ours": lazy_gettext("Pendampingan kantor ini")}

# A person who is helped, and who helps, in a title.
SIDES: Words = {Side.CLIENT: lazy_gettext("Yang didampingi"), Side.MENTOR: lazy_gettext("Pendamping")}

NOTICES: Words = {
    "begun": lazy_gettext("Orang ini sekarang tercatat sebagai pendamping."),
    "changed": lazy_gettext("Perubahannya sudah disimpan."),
    "stopped": lazy_gettext("Orang ini bukan pendamping lagi. Pendampingan yang berjalan ikut selesai."),
    "proposed": lazy_gettext("Usulannya sudah dikirim ke UPT pendamping. Tanyakan juga kepada orangnya."),
    "agreed": lazy_gettext("Jawabannya sudah dicatat."),
    "declined": lazy_gettext("Sudah dicatat bahwa ia tidak mau. Tidak ada akibat buruk baginya."),
    "met": lazy_gettext("Pertemuannya sudah dicatat. Tiga bulan lagi ditanyakan apa hasilnya."),
    "ended": lazy_gettext("Hasilnya sudah dicatat."),
}

_WRONG: Words = {
    "skills": lazy_gettext("Tulis paling sedikit satu keterampilan, paling banyak sepuluh."),
    "free_for": lazy_gettext("Pilih paling sedikit satu."),
    "business": lazy_gettext("Tulisan ini terlalu panjang. Persingkat."),
    "region_code": lazy_gettext("Pilih kabupaten atau kotanya."),
    "most_at_once": lazy_gettext("Tulis angka 1 sampai 20."),
    "mentor_id": lazy_gettext("Pendamping ini tidak bisa ditanya lagi. Cari yang lain."),
    "wanted": lazy_gettext("Pilih untuk apa pendampingnya."),
    "plan_step_id": lazy_gettext("Pilih langkah dari rencana orang ini, atau kosongkan."),
    "note": lazy_gettext("Tulisan ini terlalu panjang. Persingkat."),
    "on": lazy_gettext("Tulis harinya, misalnya 2026-03-31."),
    "outcome": lazy_gettext("Pilih hasilnya."),
    "mentor_outcome": lazy_gettext("Pilih bagaimana bagi pendampingnya."),
}

CODES: Words = {
    "client_died": lazy_gettext("Orang ini tercatat sudah meninggal."),
    "mentor_already": lazy_gettext("Orang ini sudah menjadi pendamping."),
    "not_graduated": lazy_gettext("Pendamping harus sudah lulus (juga lulus sementara), dan kelulusannya masih berlaku."),
    "consent_missing": lazy_gettext("Izin bahwa namanya boleh diberitahukan untuk pendampingan belum ada."),
    "foreign_graduate": lazy_gettext("Orang ini lulus dari UPT lain. UPT itulah yang mencatatnya sebagai pendamping."),
    "same_person": lazy_gettext("Orang tidak bisa menjadi pendamping dirinya sendiri."),
    "mentor_full": lazy_gettext("Pendamping ini sudah membantu sebanyak yang ia sanggup. Cari yang lain."),
    "not_free_for": lazy_gettext("Pendamping ini tidak bersedia untuk itu. Pilih yang lain."),
    "running_already": lazy_gettext("Keduanya sudah saling kenal, atau sedang ditanya."),
    "wrong_state": lazy_gettext("Ini sudah dicatat sebelumnya. Lihat keadaannya yang sekarang."),
    "in_future": lazy_gettext("Hari itu belum tiba."),
    "before_agreed": lazy_gettext("Pada hari itu keduanya belum setuju. Pilih hari sesudahnya."),
    "outcome_does_not_fit": lazy_gettext("Hasil ini tidak cocok dengan keadaannya. Pilih yang lain."),
    "case_closed": lazy_gettext("Kasus orang ini sudah berakhir."),
    "erased": lazy_gettext("Data orang ini sudah dihapus."),
    "plan_not_approved": lazy_gettext("Langkah ini dari rencana yang tidak berlaku lagi. Pilih yang lain, atau kosongkan."),
    "changed": lazy_gettext("Keadaannya sudah berubah sejak halaman ini dibuka. Lihat yang baru, lalu putuskan."),
    "in_progress": lazy_gettext("Formulir ini sedang dicatat. Tunggu sebentar, lalu buka lagi halamannya."),
}  # fmt: skip


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader, from the `{field, code, detail}` entries of a schema or service."""
    return forms.mistakes(errors, _WRONG, CODES)


def said_outcomes(state: str) -> dict[str, Any]:
    """What may be chosen as the outcome in this state; a refusal has a button of its own."""
    chosen = OUTCOMES[MentoringState(state)] - {MentoringOutcome.DECLINED}
    return {word: text for word, text in OUTCOME_WORDS.items() if word in chosen}


def mentor_outcomes() -> dict[str, Any]:
    """What may be said of the mentor."""
    return {word: text for word, text in MENTOR_OUTCOME_WORDS.items() if word in MENTOR_OUTCOMES}


def free_places(left: int) -> str:
    """For how many more a mentor is free."""
    if left == 0:
        return _("Sedang membantu sebanyak yang ia sanggup")
    return ngettext("Bisa untuk %(num)d orang lagi", "Bisa untuk %(num)d orang lagi", left)


def words_of(codes: Iterable[str]) -> str:
    """What somebody is free for, in a line."""
    return ", ".join(str(FREE_FOR[code]) for code in codes)


def answer(party: Any) -> str:
    """How one of the two has answered."""
    if party.agreed_on is None:
        return _("belum menjawab")
    return _("mau")
