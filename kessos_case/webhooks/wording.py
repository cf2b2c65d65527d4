"""What the pages of webhooks say, in plain words: to whoever is responsible, with the technical part for his technician."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from kessos_case.core.errors import KessosError
from kessos_case.web import forms
from kessos_case.web.forms import Words
from kessos_case.webhooks.rules import TRIAL, BadAddress, DeliveryState, Event, Problem, StopReason

EVENTS: Words = {
    Event.OFFER_MADE: lazy_gettext("Kantor Anda diminta menerima seseorang"),
    Event.OFFER_REMINDED: lazy_gettext("Permintaan belum dijawab, separuh waktunya lewat"),
    Event.OFFER_ACCEPTED: lazy_gettext("Permintaan diterima"),
    Event.OFFER_DECLINED: lazy_gettext("Permintaan ditolak"),
    Event.OFFER_WAITING: lazy_gettext("Orangnya masuk daftar tunggu"),
    Event.OFFER_EXPIRED: lazy_gettext("Waktu menjawab habis"),
    Event.OFFER_REVOKED: lazy_gettext("Permintaan ditarik kembali"),
    Event.OFFER_MET: lazy_gettext("Orangnya sudah ditemui"),
    Event.OFFER_COMPLETED: lazy_gettext("Pertolongan selesai"),
}
ALL_EVENTS: Words = {**EVENTS, TRIAL: lazy_gettext("Kiriman percobaan")}

STATES: Words = {
    DeliveryState.WAITING: lazy_gettext("Menunggu dikirim"),
    DeliveryState.DELIVERED: lazy_gettext("Sudah sampai"),
    DeliveryState.GIVEN_UP: lazy_gettext("Tidak sampai"),
    DeliveryState.DROPPED: lazy_gettext("Batal dikirim"),
}

STOPPED: Words = {
    StopReason.BY_HAND: lazy_gettext("Dimatikan oleh kantor Anda."),
    StopReason.FAILING: lazy_gettext("Berhenti sendiri: tiga hari tidak ada kabar yang sampai."),
    StopReason.GONE: lazy_gettext("Berhenti sendiri: aplikasi di sana menjawab bahwa alamatnya sudah tidak dipakai."),
}

PROBLEMS: Words = {
    Problem.UNKNOWN_NAME: lazy_gettext("Nama alamatnya tidak ditemukan."),
    Problem.PRIVATE_ADDRESS: lazy_gettext("Alamatnya menuju jaringan dalam, dan ke sana tidak dikirim apa pun."),
    Problem.BAD_ADDRESS: lazy_gettext("Alamatnya tidak boleh dipakai lagi."),
    Problem.UNREACHABLE: lazy_gettext("Tidak ada yang menjawab di alamat itu."),
    Problem.NOT_SECURE: lazy_gettext("Sambungan amannya tidak bisa dipercaya. Sertifikatnya perlu diperiksa."),
    Problem.TOO_SLOW: lazy_gettext("Jawabannya terlalu lama."),
    Problem.NO_HTTP: lazy_gettext("Yang menjawab di sana bukan aplikasi web."),
    Problem.REDIRECTED: lazy_gettext(
        "Aplikasi di sana menunjuk alamat lain. Kabar hanya dikirim ke alamat yang Anda tulis."
    ),
    Problem.REFUSED: lazy_gettext("Aplikasi di sana menolaknya."),
}

_ADDRESS_CODES: Words = {
    BadAddress.NO_ADDRESS: lazy_gettext("Tulis satu alamat lengkap, misalnya https://sistem.lembaga.id/kabar."),
    BadAddress.NOT_HTTPS: lazy_gettext("Alamatnya harus diawali https://, supaya tidak bisa dibaca orang di jalan."),
    BadAddress.HAS_PASSWORD: lazy_gettext("Jangan tulis nama pengguna atau kata sandi di alamatnya."),
    BadAddress.HAS_FRAGMENT: lazy_gettext("Hapus tanda # dan yang sesudahnya."),
    BadAddress.WRONG_PORT: lazy_gettext(
        "Nomor di belakang nama hanya boleh 443 atau 8443. Biasanya tidak perlu ditulis."
    ),
    Problem.UNKNOWN_NAME: lazy_gettext("Nama di alamat itu tidak ditemukan. Periksa ejaannya."),
    Problem.PRIVATE_ADDRESS: lazy_gettext(
        "Alamat ini menuju jaringan dalam. Minta teknisi Anda alamat yang bisa dibuka dari luar."
    ),
    "exists": lazy_gettext("Alamat ini sudah ada di daftar kantor Anda."),
}
CODES: Words = _ADDRESS_CODES
FIELDS: Words = {
    "address": _ADDRESS_CODES[BadAddress.NO_ADDRESS],
    "events": lazy_gettext("Pilih paling sedikit satu kabar."),
}

NOTICES: Words = {
    "changed": lazy_gettext("Tersimpan."),
    "stopped": lazy_gettext("Dimatikan. Tidak ada lagi yang dikirim ke alamat ini."),
    "started": lazy_gettext("Dinyalakan. Yang terjadi mulai sekarang dikirim."),
    "tried": lazy_gettext(
        "Kiriman percobaan dibuat. Muat ulang halaman ini sebentar lagi untuk melihat apakah sampai."
    ),
    "again": lazy_gettext("Dikirim sekali lagi. Muat ulang halaman ini sebentar lagi untuk melihat apakah sampai."),
}


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field."""
    return forms.mistakes(errors, FIELDS, CODES)


def refused(error: KessosError) -> dict[str, str]:
    """What a refusal means to whoever pressed the button."""
    if error.errors:
        return mistakes(error.errors)
    return {"address" if error.code == "exists" else "": str(_told(error.code))}


def _told(code: str) -> str:
    return {
        "exists": str(_ADDRESS_CODES["exists"]),
        "too_many": _("Satu kantor paling banyak punya sepuluh alamat. Matikan satu dulu."),
        "stopped": _("Alamat ini sedang dimatikan. Nyalakan dulu."),
        "running": _("Alamat ini sudah menyala."),
        "waiting": _("Kiriman itu sedang dalam perjalanan."),
    }.get(code, _("Keadaannya sudah berubah sejak halaman ini dibuka. Lihat yang baru, lalu putuskan."))
