"""What the desk's pages say: what is to be done now, who somebody may be, why a service suits or does not, and how well."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask_babel import format_decimal, lazy_gettext
from flask_babel import gettext as _

from kessos_case.core.policies import policy
from kessos_case.partners.rules import Part, Rule
from kessos_case.referrals import wording
from kessos_case.referrals.rules import AskedBy, Likely, OfferState, Permission, State, Verdict, likely
from kessos_case.web import forms
from kessos_case.web.forms import Words

VIEWS: Words = {
    "": lazy_gettext("Giliran petugas"),
    "sender": lazy_gettext("Ditanyakan ke pelapor"),
    "receiver": lazy_gettext("Menunggu lembaga"),
    "served": lazy_gettext("Sedang ditolong"),
    "ended": lazy_gettext("Selesai"),
}

HOLDERS: Words = {
    "own": lazy_gettext("Di kantor saya dan semua yang darurat"),
    "other": lazy_gettext("Di kantor lain"),
}

SHOWN: Words = {
    "open": lazy_gettext("Masih berjalan"),
    "ended": lazy_gettext("Sudah selesai"),
    "": lazy_gettext("Semua"),
}

# What a desk does about a referral that stands there, said on the card and above the referral.
TO_DO: Words = {
    State.SUBMITTED: lazy_gettext("Pastikan siapa orangnya, lalu teruskan."),
    State.RETURNED: lazy_gettext("Menunggu jawaban pelapor."),
    State.ROUTING: lazy_gettext("Pilih lembaga yang akan menolong."),
    State.OFFERED: lazy_gettext(
        "Menunggu jawaban lembaga. Kalau tidak dijawab, aplikasi menawarkan ke lembaga berikutnya."
    ),
    State.WAITING: lazy_gettext("Orangnya dalam antrean. Kalau terlalu lama, pilih lembaga lain."),
    State.ACCEPTED: lazy_gettext("Lembaga sudah menerima. Menunggu lembaga bertemu orangnya."),
    State.MET: lazy_gettext("Lembaga sudah bertemu orangnya. Menunggu kabar hasilnya."),
    State.UNMET: lazy_gettext("Belum ada lembaga yang bisa. Cari lagi, atau pilih sendiri dengan alasan."),
}

OFFER_STATES: Words = {
    OfferState.OPEN: lazy_gettext("Menunggu jawaban"),
    OfferState.ACCEPTED: lazy_gettext("Sudah menerima"),
    OfferState.DECLINED: lazy_gettext("Ditolak"),
    OfferState.WAITING: lazy_gettext("Dalam antrean"),
    OfferState.EXPIRED: lazy_gettext("Tidak dijawab"),
    OfferState.REVOKED: lazy_gettext("Ditarik"),
}

LIKELY: Words = {
    Likely.VERY: lazy_gettext("Sangat mungkin orang yang sama"),
    Likely.PERHAPS: lazy_gettext("Mungkin orang yang sama"),
    Likely.SOMEWHAT: lazy_gettext("Ada kemiripan"),
}

VERDICTS: Words = {
    Verdict.SAME: lazy_gettext("sama"),
    Verdict.NEAR: lazy_gettext("mirip"),
    Verdict.OTHER: lazy_gettext("beda"),
    Verdict.UNKNOWN: lazy_gettext("belum tahu"),
}

# What two records have in common (clients.rules.duplicates).
LIKENESSES: Words = {
    "nik_equal": lazy_gettext("NIK sama"),
    "nik_near": lazy_gettext("NIK hampir sama"),
    "name": lazy_gettext("nama mirip"),
    "phone_equal": lazy_gettext("nomor telepon sama"),
    "birth_date_equal": lazy_gettext("tanggal lahir sama"),
    "birth_year_equal": lazy_gettext("tahun lahir sama"),
    "district_equal": lazy_gettext("satu kecamatan"),
}

PARTS: Words = {
    Part.NEED: lazy_gettext("Cocok dengan kebutuhan"),
    Part.NEARNESS: lazy_gettext("Dekat"),
    Part.WAIT: lazy_gettext("Cepat dapat tempat"),
    Part.ACCEPTANCE: lazy_gettext("Biasanya menerima"),
    Part.ANSWER: lazy_gettext("Biasanya cepat menjawab"),
    Part.OUTCOME: lazy_gettext("Hasilnya biasanya baik"),
    Part.LOAD: lazy_gettext("Masih longgar"),
    Part.CONTINUITY: lazy_gettext("Pernah menolong orang ini dengan baik"),
    Part.FRESHNESS: lazy_gettext("Keterangannya masih baru"),
}

# What the person answered when he was asked whether receivers may know what is to be told of him.
PERMISSIONS: Words = {
    Permission.THIS_REFERRAL: lazy_gettext("Boleh, hanya untuk laporan ini"),
    Permission.ANY_RECEIVER: lazy_gettext("Boleh, kepada lembaga mana pun yang menolongnya, juga lain kali"),
    Permission.REFUSED: lazy_gettext("Tidak boleh"),
    Permission.NOT_ASKED: lazy_gettext("Belum ditanyakan"),
}
ASKED_BY: Words = {
    AskedBy.DESK: lazy_gettext("Kantor kami"),
    AskedBy.SENDER: lazy_gettext("Pelapor"),
}

# After these moves the desk sees whom the router has asked.
SEARCHED_AFTER = {"retry": "retried", "take_back": "taken_back"}

NOTICES: Words = {
    "triaged": lazy_gettext(
        "Laporan sudah diteruskan. Di bawah ini siapa yang sudah ditawari, dan siapa lagi yang bisa."
    ),
    "waits": lazy_gettext("Laporan menunggu di meja Anda sampai orangnya ditanya. Belum ada lembaga yang ditawari."),
    "offered": lazy_gettext("Sudah ditawarkan."),
    "revoked": lazy_gettext("Tawaran sudah ditarik."),
    "retried": lazy_gettext("Sudah dicari lagi. Di bawah ini hasilnya."),
    "taken_back": lazy_gettext("Orangnya sudah diambil kembali, dan lembaga lain dicari. Di bawah ini hasilnya."),
}

_WRONG: Words = {
    "name": lazy_gettext("Tulis namanya, atau sebutan kalau namanya tidak diketahui."),
    "temporary_label": lazy_gettext("Tulis sebutan untuk orang ini, misalnya: Mbah Surip, Pasar Ambulu."),
    "age": lazy_gettext("Tulis umur dengan angka antara 0 dan 130, misalnya 70."),
    "birth_date": lazy_gettext("Tanggal lahir ini tidak mungkin. Periksa lagi."),
    "nik": lazy_gettext("NIK ini salah. NIK punya 16 angka, seperti di KTP. Kalau ragu, kosongkan."),
    "phone": lazy_gettext("Nomor telepon ini salah. Contoh: 0812 3456 7890."),
    "region_code": lazy_gettext("Pilih tempatnya dari daftar."),
    "sex": lazy_gettext("Pilih salah satu."),
    "categories": lazy_gettext("Pilih dari daftar."),
    "reason": lazy_gettext("Tulis alasannya."),
    "q": lazy_gettext("Tulis nama atau NIK yang dicari."),
    "match_ref": lazy_gettext("Orang ini tidak bisa dipilih lagi. Buka lagi halamannya."),
    "client_id": lazy_gettext("Orang ini tidak bisa dipilih. Cari lagi, atau daftarkan sebagai orang baru."),
    "service_id": lazy_gettext("Layanan ini tidak bisa ditawari sekarang. Lihat syaratnya di bawah."),
    "disclose": lazy_gettext("Centang apa yang boleh diberitahukan. Kalau ia tidak mengizinkan, pilih Tidak boleh."),
    "consent": lazy_gettext("Pilih apa jawaban orangnya. Kalau belum ditanya, pilih Belum ditanyakan."),
    "consent_form": lazy_gettext("Pilih cara orangnya memberi izin."),
    "consent_given_on": lazy_gettext("Tulis tanggalnya, paling lambat hari ini, misalnya 2026-03-31."),
}

_CODES: Words = {
    "wrong_state": lazy_gettext(
        "Sudah dikerjakan orang lain, atau keadaannya sudah berubah. Lihat yang baru di bawah."
    ),
    "client_missing": lazy_gettext("Pilih siapa orangnya, atau daftarkan dulu."),
    "reason_missing": lazy_gettext("Ada syarat yang tidak terpenuhi. Tulis alasan mengapa tetap ditawarkan."),
    "too_many_open": lazy_gettext("Sudah cukup banyak lembaga yang ditawari. Tarik satu tawaran dulu."),
    "no_candidate": lazy_gettext("Tidak ada layanan yang memenuhi semua syarat. Pilih sendiri dengan alasan."),
    "capacity_full": lazy_gettext("Tempat terakhir baru saja terisi. Pilih lembaga lain."),
    "has_accounts": lazy_gettext("UPT menjawab dengan akunnya sendiri, bukan lewat tautan."),
    Rule.AGREEMENT: lazy_gettext("Lembaga ini tidak punya perjanjian yang berlaku."),
    Rule.ACTIVE: lazy_gettext("Layanan ini sudah tidak ada."),
    Rule.CAPACITY: lazy_gettext("Tidak ada tempat kosong."),
    Rule.CONSENT: lazy_gettext("Orangnya belum memberi izin. Catat izinnya dulu di halaman orangnya."),
    Rule.BARRED: lazy_gettext("Pernah terjadi insiden antara orang ini dan lembaga itu."),
    Rule.ACCREDITATION: lazy_gettext("Lembaga ini tidak punya akreditasi untuk kasus seperti ini."),
}


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for an officer, from the `{field, code, detail}` entries of a schema or service."""
    plain = [entry | {"field": _field(str(entry.get("field") or ""))} for entry in map(dict, errors)]
    return forms.mistakes(plain, _WRONG, _CODES)


def _field(name: str) -> str:
    """The field of the page for a field of the body."""
    if name.startswith("consent."):
        return name.replace("consent.answer", "consent").replace(".", "_")
    return name.removeprefix("new_client.")


def tellable(named: Collection[str]) -> Words:
    """What the desk may say is to be told: what a report can hold and the telephone, and what the sender named besides."""
    wanted = {*wording.DISCLOSABLE, "phone", *named} - {"place"}
    return {code: text for code, text in wording.TOLD.items() if code in wanted}


def done_by_another() -> str:
    """Two officers had the same page open, and the other one was first."""
    return _("Sudah dikerjakan orang lain sejak halaman ini dibuka. Lihat keadaannya yang baru, lalu putuskan.")


def likeness(score: int) -> str:
    """How likely two records are one person."""
    return str(LIKELY[likely(score)])


def suits(score: float) -> str:
    """Points of 100 in words."""
    if score >= 75:
        return _("Sangat cocok")
    return _("Cocok") if score >= 50 else _("Kurang cocok")


def points(given: Mapping[str, float]) -> list[tuple[str, str]]:
    """(what was looked at, how many points of how many) for each part of a score, by the policy in force."""
    most: Mapping[str, int] = policy("routing").content["weights"]
    return [
        (str(PARTS[part]), _("%(points)s dari %(most)s", points=format_decimal(round(given[part], 1)), most=most[part]))
        for part in most
    ]
