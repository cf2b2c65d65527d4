"""What people are told, in plain words: on the page in the reader's language, in messages in Indonesian.

No sentence here has a place for a name. Whom it is about stands behind the link, for whoever may see it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from kessos_case.access.rules import Role
from kessos_case.notices.rules import NoticeKind, one_line
from kessos_case.notices.service import Letter
from kessos_case.web import forms
from kessos_case.web.forms import Words

# What happened.
TITLES: Words = {
    NoticeKind.REPORT_EMERGENCY: lazy_gettext("Ada laporan darurat baru di wilayah Anda"),
    NoticeKind.REPORT_UNTRIAGED: lazy_gettext("Ada laporan yang lewat waktu dan sekarang di meja Anda"),
    NoticeKind.REPORT_RETURNED: lazy_gettext("Ada pertanyaan tentang laporan Anda"),
    NoticeKind.REPORT_ANSWERED: lazy_gettext("Pertanyaan tentang sebuah laporan sudah dijawab"),
    NoticeKind.REFERRAL_ACCEPTED: lazy_gettext("Laporan Anda diterima"),
    NoticeKind.REFERRAL_IN_LINE: lazy_gettext("Orang yang Anda laporkan masuk antrean"),
    NoticeKind.REFERRAL_MET: lazy_gettext("Orang yang Anda laporkan sudah ditemui"),
    NoticeKind.REFERRAL_MISSED: lazy_gettext("Orang yang Anda laporkan tidak datang"),
    NoticeKind.REFERRAL_HANDED_BACK: lazy_gettext("Orang yang Anda laporkan kembali ke dinas sosial"),
    NoticeKind.REFERRAL_REJECTED: lazy_gettext("Laporan Anda tidak diteruskan"),
    NoticeKind.REFERRAL_UNMET: lazy_gettext("Belum ada yang bisa menerima"),
    NoticeKind.REFERRAL_TO_CHOOSE: lazy_gettext("Ada rujukan yang kembali ke meja Anda"),
    NoticeKind.REFERRAL_ENDED: lazy_gettext("Laporan Anda sudah selesai"),
    NoticeKind.REFERRAL_LATE: lazy_gettext("Ada laporan yang waktunya sudah lewat"),
    NoticeKind.OFFER_MADE: lazy_gettext("Kantor Anda diminta menerima seseorang"),
    NoticeKind.OFFER_REMINDER: lazy_gettext("Ada permintaan yang belum dijawab"),
    NoticeKind.OFFER_OVER: lazy_gettext("Satu permintaan kepada kantor Anda tidak berlaku lagi"),
    NoticeKind.CO_SIGNATURE_ASKED: lazy_gettext("Anda diminta ikut mengesahkan sebuah kelulusan"),
    NoticeKind.IMPORT_CHECKED: lazy_gettext("Berkas bantuan Anda sudah diperiksa"),
    NoticeKind.IMPORT_REFUSED: lazy_gettext("Berkas bantuan Anda tidak bisa dibaca"),
    NoticeKind.IMPORT_APPLIED: lazy_gettext("Berkas bantuan Anda sudah dicatat"),
    NoticeKind.WEBHOOK_STOPPED: lazy_gettext("Sambungan ke aplikasi kantor Anda berhenti"),
    NoticeKind.AGREEMENT_ENDS: lazy_gettext("Perjanjian kantor Anda segera berakhir"),
    NoticeKind.MENTORING_ENDED: lazy_gettext("Pendampingan yang Anda usulkan tidak jadi"),
    NoticeKind.CASES_HANDED_OVER: lazy_gettext("Ada kasus yang diserahkan kepada Anda"),
    NoticeKind.CONFERENCE_CALLED: lazy_gettext("Anda diundang ke temu bahas kasus"),
    NoticeKind.CONFERENCE_CANCELLED: lazy_gettext("Temu bahas kasus dibatalkan"),
}

# What to do now.
ADVICE: Words = {
    NoticeKind.REPORT_EMERGENCY: lazy_gettext("Buka laporannya dan tentukan siapa yang menolong."),
    NoticeKind.REPORT_UNTRIAGED: lazy_gettext("Belum ada yang memeriksanya. Buka dan tentukan siapa yang menolong."),
    NoticeKind.REPORT_RETURNED: lazy_gettext("Baca pertanyaannya, lalu jawab. Laporannya menunggu jawaban Anda."),
    NoticeKind.REPORT_ANSWERED: lazy_gettext("Baca jawabannya, lalu lanjutkan memeriksa laporannya."),
    NoticeKind.REFERRAL_ACCEPTED: lazy_gettext("Lihat siapa yang menerima, dan kapan orangnya ditunggu."),
    NoticeKind.REFERRAL_IN_LINE: lazy_gettext("Lihat urutannya, dan kapan diperkirakan ada tempat."),
    NoticeKind.REFERRAL_MET: lazy_gettext("Pertolongannya sudah mulai. Anda tidak perlu melakukan apa-apa."),
    NoticeKind.REFERRAL_MISSED: lazy_gettext("Kalau Anda tahu di mana orangnya, hubungi lembaga yang menunggunya."),
    NoticeKind.REFERRAL_HANDED_BACK: lazy_gettext("Petugas mencari lembaga lain. Lihat alasannya."),
    NoticeKind.REFERRAL_REJECTED: lazy_gettext("Baca alasannya, dan apa yang bisa Anda lakukan sekarang."),
    NoticeKind.REFERRAL_UNMET: lazy_gettext(
        "Tidak ada layanan yang punya tempat atau cocok. Tiap hari dicari lagi. Lihat apa yang bisa dilakukan sekarang."
    ),
    NoticeKind.REFERRAL_TO_CHOOSE: lazy_gettext("Pilih penerima lain, supaya orangnya tidak menunggu."),
    NoticeKind.REFERRAL_ENDED: lazy_gettext("Lihat apa hasilnya."),
    NoticeKind.REFERRAL_LATE: lazy_gettext("Lihat siapa yang belum bergerak, hubungi, atau kerjakan sendiri."),
    NoticeKind.OFFER_MADE: lazy_gettext("Baca apa yang diminta, lalu jawab sebelum waktunya habis."),
    NoticeKind.OFFER_OVER: lazy_gettext("Orangnya tidak perlu ditunggu lagi. Lihat permintaan yang mana."),
    NoticeKind.OFFER_REMINDER: lazy_gettext(
        "Separuh waktunya sudah lewat. Jawab sekarang, atau yang lain yang diminta."
    ),
    NoticeKind.CO_SIGNATURE_ASKED: lazy_gettext("Baca putusannya, lalu sahkan kalau Anda setuju."),
    NoticeKind.IMPORT_CHECKED: lazy_gettext("Lihat apa yang ditemukan, lalu putuskan apakah berkasnya dicatat."),
    NoticeKind.IMPORT_REFUSED: lazy_gettext("Lihat apa yang salah, perbaiki berkasnya, lalu unggah lagi."),
    NoticeKind.IMPORT_APPLIED: lazy_gettext("Lihat berapa baris yang masuk, dan apa yang masih perlu dijawab."),
    NoticeKind.WEBHOOK_STOPPED: lazy_gettext(
        "Aplikasi di alamat itu tidak bisa menerima. Lihat sebabnya, perbaiki, lalu nyalakan lagi."
    ),
    NoticeKind.MENTORING_ENDED: lazy_gettext("Lihat sebabnya, lalu cari pendamping lain kalau masih perlu."),
    NoticeKind.CASES_HANDED_OVER: lazy_gettext("Lihat kasus dan tugasnya, lalu kenalan dengan orangnya."),
    NoticeKind.AGREEMENT_ENDS: lazy_gettext(
        "Sesudah berakhir, tidak ada lagi orang yang ditawarkan kepada kantor Anda. Hubungi dinas sosial provinsi untuk "
        "memperbaruinya."
    ),
    NoticeKind.CONFERENCE_CALLED: lazy_gettext("Lihat kapan, di mana, dan apa yang dibahas."),
    NoticeKind.CONFERENCE_CANCELLED: lazy_gettext("Anda tidak perlu datang. Lihat apakah ada waktu yang baru."),
}

ROLES: Words = {
    Role.CASEWORKER: lazy_gettext("Pekerja sosial"),
    Role.SUPERVISOR: lazy_gettext("Kepala UPT"),
    Role.TKSK: lazy_gettext("TKSK"),
    Role.PARTNER: lazy_gettext("Mitra"),
    Role.TRIAGE: lazy_gettext("Petugas triase"),
    Role.ANALYST: lazy_gettext("Analis"),
    Role.DPO: lazy_gettext("Pejabat pelindungan data"),
    Role.ADMINISTRATOR: lazy_gettext("Pengurus aplikasi"),
    Role.CO_SIGNER: lazy_gettext("Penanda tangan kedua"),
}

# Ways beside mail.
MESSAGES: Words = {
    "": lazy_gettext("Tidak, cukup di aplikasi ini"),
    "whatsapp": lazy_gettext("Ya, lewat WhatsApp"),
    "sms": lazy_gettext("Ya, lewat SMS"),
}

FIELDS: Words = {
    "phone": lazy_gettext("Tulis satu nomor HP, misalnya 0812-3456-7890."),
    "by_message": lazy_gettext("Pilih salah satu."),
}
CODES: Words = {"missing": lazy_gettext("Isi nomor HP untuk pesan itu, atau pilih tanpa pesan.")}

NOTICES: Words = {
    "saved": lazy_gettext("Tersimpan."),
    "read": lazy_gettext("Semua kabar sudah ditandai dibaca."),
}


@dataclass(frozen=True)
class Due:
    """What a morning's mail counts."""

    overdue: int
    today: int
    unread: int


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field."""
    return forms.mistakes(errors, FIELDS, CODES)


def urgent_letter(kind: NoticeKind, link: str) -> Letter:
    """What cannot wait, short enough for one SMS."""
    return Letter(f"Kessos: {TITLES[kind]}", _ended(f"{TITLES[kind]}. {ADVICE[kind]}", link))


def digest_letter(office: str, due: Due, kinds: Iterable[tuple[str, int]], link: str) -> Letter:
    """What is due for one user, in counts. `kinds` are names of kinds of tasks with how many there are."""
    told = ((_overdue, due.overdue), (_today, due.today), (_unread, due.unread))
    counts = [words(count) for words, count in told if count]
    lines = [f"- {name}: {count}" for name, count in kinds]
    text = "\n".join([office, "", ", ".join(counts) + ".", "", *lines, ""])
    return Letter(one_line(f"Kessos {office}: {', '.join(counts)}"), _ended(text, link))


def trial_letter(link: str) -> Letter:
    """For an operator who wants to see that mail arrives."""
    return Letter("Kessos: " + _("surat percobaan"), _ended(_("Surat dari Kessos sampai di sini."), link))


def _overdue(count: int) -> str:
    return ngettext("%(num)d tugas terlambat", "%(num)d tugas terlambat", count)


def _today(count: int) -> str:
    return ngettext("%(num)d tugas untuk hari ini", "%(num)d tugas untuk hari ini", count)


def _unread(count: int) -> str:
    return ngettext("%(num)d kabar belum dibaca", "%(num)d kabar belum dibaca", count)


def _ended(text: str, link: str) -> str:
    return f"{text}\n{link}" if link else text
