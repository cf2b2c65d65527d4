"""What the pages of conferences say: states, answers, reasons and mistakes, to the office and to its guests."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext

from kessos_case.cases.rules import CallState, GuestAnswer, LetGoReason
from kessos_case.cases.wording import CODES, WRONG
from kessos_case.web import forms
from kessos_case.web.forms import Words

CALL_STATES: Words = {
    CallState.PLANNED: lazy_gettext("Direncanakan"),
    CallState.HELD: lazy_gettext("Sudah diadakan"),
    CallState.CANCELLED: lazy_gettext("Dibatalkan"),
}

ANSWERS: Words = {
    GuestAnswer.COMES: lazy_gettext("Datang"),
    GuestAnswer.CANNOT: lazy_gettext("Tidak bisa datang"),
}
# As the guest says it himself.
OWN_ANSWERS: Words = {
    GuestAnswer.COMES: lazy_gettext("Ya, saya datang"),
    GuestAnswer.CANNOT: lazy_gettext("Maaf, saya tidak bisa datang"),
}

LET_GO: Words = {
    LetGoReason.DONE_ALREADY: lazy_gettext("Sudah dikerjakan"),
    LetGoReason.OWN_WISH: lazy_gettext("Orangnya tidak mau"),
    LetGoReason.NOT_POSSIBLE: lazy_gettext("Ternyata tidak bisa"),
    LetGoReason.REPLACED: lazy_gettext("Diganti dengan yang lain"),
    LetGoReason.MISTAKE: lazy_gettext("Salah tulis"),
}

# Why a guest's link opens nothing, in one sentence that says nothing of anybody.
DEAD: Words = {
    "unknown": lazy_gettext("Mungkin alamatnya tidak tersalin lengkap. Buka lagi tautan dari pesan yang Anda terima."),
    "expired": lazy_gettext("Waktu pertemuan ini sudah lewat. Tidak ada yang perlu Anda kerjakan."),
    "revoked": lazy_gettext("Tautan ini sudah ditutup oleh kantor yang mengundang."),
    "cancelled": lazy_gettext("Pertemuan ini dibatalkan. Anda tidak perlu datang."),
    "held": lazy_gettext("Pertemuan ini sudah diadakan. Tidak ada yang perlu Anda kerjakan."),
    "over": lazy_gettext("Undangan ini sudah tidak berlaku. Tidak ada yang perlu Anda kerjakan."),
}

NOTICES: Words = {
    "planned": lazy_gettext("Temu bahas sudah direncanakan. Undang tamunya di bawah."),
    "moved": lazy_gettext("Rencana temu bahas sudah diubah."),
    "called_off": lazy_gettext("Temu bahas dibatalkan. Tamu yang membuka tautannya membaca itu."),
    "guest_ended": lazy_gettext("Tautan tamu itu sudah ditutup."),
    "taken_up": lazy_gettext("Keputusan sudah ada di rancangan rencana. Lengkapi rencananya, lalu ajukan."),
    "let_go": lazy_gettext("Sudah dicatat bahwa keputusan itu tidak dilanjutkan."),
    "answered": lazy_gettext("Jawaban Anda sudah tercatat. Terima kasih."),
}

_FIELDS: Words = dict(WRONG) | {
    "day": lazy_gettext("Tulis tanggalnya, mulai hari ini."),
    "hour": lazy_gettext("Tulis jamnya, misalnya 09:00."),
    "place": lazy_gettext("Tulis di mana tempatnya."),
    "agenda": lazy_gettext("Tulis apa yang dibahas, tanpa nama orangnya."),
    "invite": lazy_gettext("Orang ini tidak bisa membuka kasus ini. Undang ia dengan tautan."),
    "name": lazy_gettext("Tulis nama tamunya."),
    "organisation_id": lazy_gettext("Pilih lembaga dari daftar ini."),
    "call_id": lazy_gettext("Rencana temu bahas itu tidak ada lagi. Muat ulang halamannya."),
    "answer": lazy_gettext("Pilih salah satu."),
    "said": lazy_gettext("Tulis dengan singkat."),
}
_CODES: Words = dict(CODES) | {
    "names_person": lazy_gettext("Tamu membaca tulisan ini. Hapus nama orangnya dan nomornya."),
    "call_planned": lazy_gettext("Sudah ada temu bahas yang direncanakan untuk kasus ini."),
    "call_over": lazy_gettext("Temu bahas ini sudah diadakan atau dibatalkan. Lihat keadaannya di bawah."),
    "too_many_guests": lazy_gettext("Tamunya sudah terlalu banyak."),
    "settled": lazy_gettext("Keputusan ini sudah diselesaikan dengan cara lain."),
    "undecided": lazy_gettext(
        "Ada rencana yang menunggu keputusan kepala UPT. Sesudah diputuskan, masukkan keputusan ini."
    ),
    "beyond_reach": lazy_gettext("Orang ini tidak bisa membuka kasus ini. Undang ia dengan tautan."),
}
# What the service calls otherwise than the form.
_IN_FORM = {"planned_at": "day"}


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field of the form, from the `{field, code, detail}` entries of a schema or service."""
    named = [dict(entry) | {"field": _IN_FORM.get(str(entry.get("field")), entry.get("field"))} for entry in errors]
    return forms.mistakes(named, _FIELDS, _CODES)
