"""What pages say of a referral: states, urgency, reasons and moves in plain words, and the words for each wrong field."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext, ngettext

from kessos_case.core.policies import policy
from kessos_case.referrals.rules import (
    CompleteOutcome,
    DeclineReason,
    HandBackReason,
    RejectReason,
    State,
    TakeBackReason,
    Urgency,
    Verb,
    WithdrawReason,
)
from kessos_case.web import forms
from kessos_case.web.forms import Words

STATES: Words = {
    State.SUBMITTED: lazy_gettext("Menunggu jawaban petugas"),
    State.RETURNED: lazy_gettext("Petugas bertanya kepada pelapor"),
    State.REJECTED: lazy_gettext("Tidak diteruskan"),
    State.WITHDRAWN: lazy_gettext("Dibatalkan"),
    State.ROUTING: lazy_gettext("Dicarikan lembaga yang menolong"),
    State.OFFERED: lazy_gettext("Ditawarkan, menunggu jawaban lembaga"),
    State.WAITING: lazy_gettext("Dalam antrean"),
    State.ACCEPTED: lazy_gettext("Diterima lembaga"),
    State.MET: lazy_gettext("Sudah ditemui"),
    State.COMPLETED: lazy_gettext("Selesai"),
    State.UNMET: lazy_gettext("Belum ada lembaga yang bisa menolong"),
}

URGENCIES: Words = {
    Urgency.EMERGENCY: lazy_gettext("Darurat"),
    Urgency.URGENT: lazy_gettext("Mendesak"),
    Urgency.ROUTINE: lazy_gettext("Biasa"),
}

# How one knows which of them it is.
URGENCY_SIGNS: Words = {
    Urgency.EMERGENCY: lazy_gettext("nyawa atau keselamatannya terancam sekarang"),
    Urgency.URGENT: lazy_gettext("tidak bisa menunggu beberapa hari"),
    Urgency.ROUTINE: lazy_gettext("ada yang menemani dan keadaannya tenang"),
}

MOVES: Words = {
    Verb.SUBMIT: lazy_gettext("Laporan dikirim"),
    Verb.RETURN: lazy_gettext("Petugas bertanya"),
    Verb.RESUBMIT: lazy_gettext("Pelapor menjawab"),
    Verb.REJECT: lazy_gettext("Petugas tidak meneruskan laporan"),
    Verb.WITHDRAW: lazy_gettext("Laporan dibatalkan"),
    Verb.TRIAGE: lazy_gettext("Petugas meneruskan laporan"),
    Verb.OFFER: lazy_gettext("Ditawarkan kepada lembaga"),
    Verb.ACCEPT: lazy_gettext("Lembaga menerima"),
    Verb.DECLINE: lazy_gettext("Lembaga tidak bisa menerima"),
    Verb.WAIT_LIST: lazy_gettext("Lembaga memasukkan ke antrean"),
    Verb.EXPIRE: lazy_gettext("Lembaga tidak menjawab pada waktunya"),
    Verb.REVOKE: lazy_gettext("Petugas menarik tawaran"),
    Verb.MEET: lazy_gettext("Lembaga sudah bertemu orangnya"),
    Verb.NO_SHOW: lazy_gettext("Orangnya tidak datang"),
    Verb.COMPLETE: lazy_gettext("Layanan selesai"),
    Verb.HAND_BACK: lazy_gettext("Lembaga mengembalikan kepada petugas"),
    Verb.TAKE_BACK: lazy_gettext("Petugas mengambil kembali orangnya dari lembaga"),
    Verb.ADMIT: lazy_gettext("Lembaga menerima dari antrean"),
    Verb.LEAVE_LINE: lazy_gettext("Keluar dari antrean"),
    Verb.MARK_UNMET: lazy_gettext("Belum ada lembaga yang bisa menolong"),
    Verb.RETRY: lazy_gettext("Dicari lagi"),
}

# Withdrawing and rejecting share `duplicate`, so each verb has its own words.
REASONS: dict[str, Words] = {
    Verb.REJECT: {
        RejectReason.DUPLICATE: lazy_gettext("Orang ini sudah dilaporkan"),
        RejectReason.NOT_SOCIAL_WELFARE: lazy_gettext("Bukan urusan dinas sosial"),
        RejectReason.PERSON_NOT_FOUND: lazy_gettext("Orangnya tidak ditemukan"),
        RejectReason.ALREADY_SERVED: lazy_gettext("Orang ini sudah ditangani"),
        RejectReason.FALSE_REPORT: lazy_gettext("Laporannya tidak benar"),
    },
    Verb.WITHDRAW: {
        WithdrawReason.PERSON_LEFT: lazy_gettext("Orangnya sudah pergi"),
        WithdrawReason.OWN_WISH: lazy_gettext("Orangnya tidak mau ditolong"),
        WithdrawReason.SOLVED: lazy_gettext("Sudah beres"),
        WithdrawReason.MISTAKE: lazy_gettext("Salah kirim"),
        WithdrawReason.DUPLICATE: lazy_gettext("Sudah dilaporkan sebelumnya"),
        WithdrawReason.NOT_REACHED: lazy_gettext("Orangnya tidak bisa dihubungi"),
        WithdrawReason.DIED: lazy_gettext("Orangnya meninggal"),
    },
    Verb.DECLINE: {
        DeclineReason.FULL: lazy_gettext("Penuh"),
        DeclineReason.NOT_SUITABLE: lazy_gettext("Layanan ini tidak cocok untuk orangnya"),
        DeclineReason.OUT_OF_REGION: lazy_gettext("Di luar wilayah kami"),
        DeclineReason.NEEDS_OTHER_CARE: lazy_gettext("Membutuhkan pertolongan lain"),
        DeclineReason.NO_STAFF: lazy_gettext("Kekurangan petugas"),
        DeclineReason.CLOSED: lazy_gettext("Sedang tutup"),
        DeclineReason.PERSON_REFUSES: lazy_gettext("Orangnya tidak mau"),
        DeclineReason.MISSING_PAPERS: lazy_gettext("Surat-surat belum lengkap"),
    },
    Verb.HAND_BACK: {
        HandBackReason.NOT_SUITABLE: lazy_gettext("Layanan ini tidak cocok untuk orangnya"),
        HandBackReason.NEEDS_OTHER_CARE: lazy_gettext("Membutuhkan pertolongan lain"),
        HandBackReason.PERSON_REFUSES: lazy_gettext("Orangnya tidak mau lagi"),
        HandBackReason.NO_LONGER_ABLE: lazy_gettext("Kami tidak sanggup lagi"),
        HandBackReason.INCIDENT: lazy_gettext("Terjadi insiden"),
    },
    Verb.TAKE_BACK: {
        TakeBackReason.RECEIVER_SILENT: lazy_gettext("Tidak ada kabar dari lembaga sampai waktunya habis"),
    },
    Verb.COMPLETE: {
        CompleteOutcome.SERVED: lazy_gettext("Sudah ditolong"),
        CompleteOutcome.HELPED_PARTLY: lazy_gettext("Ditolong sebagian"),
        CompleteOutcome.WENT_ELSEWHERE: lazy_gettext("Pindah ke tempat lain"),
        CompleteOutcome.DIED: lazy_gettext("Meninggal"),
        CompleteOutcome.LEFT: lazy_gettext("Pergi"),
    },
}

# What the sender can do instead, by the reason of the desk (spec journey.md, `reject`).
INSTEAD: Words = {
    RejectReason.DUPLICATE: lazy_gettext("Anda tidak perlu melapor lagi. Petugas memakai laporan yang pertama."),
    RejectReason.NOT_SOCIAL_WELFARE: lazy_gettext(
        "Hubungi kantor desa atau kelurahan untuk tahu siapa yang menangani."
    ),
    RejectReason.PERSON_NOT_FOUND: lazy_gettext("Kalau melihatnya lagi, kirim laporan baru dengan tempat yang jelas."),
    RejectReason.ALREADY_SERVED: lazy_gettext("Kalau keadaannya memburuk, kirim laporan baru dan tulis yang berubah."),
    RejectReason.FALSE_REPORT: lazy_gettext("Kalau menurut Anda laporannya benar, hubungi dinas sosial."),
}

SEXES: Words = {
    "L": lazy_gettext("Laki-laki"),
    "P": lazy_gettext("Perempuan"),
    "unknown": lazy_gettext("Tidak tahu"),
}

# What is known of a described person; the rest of what could be disclosed stands in the register only.
DISCLOSABLE: Words = {
    "name": lazy_gettext("Nama atau panggilan"),
    "condition": lazy_gettext("Keadaan"),
    "address": lazy_gettext("Tempat"),
    "photo": lazy_gettext("Foto"),
}

# What the register knows of a person besides.
DISCLOSABLE_OF_KNOWN: Words = {
    "name": lazy_gettext("Nama atau panggilan"),
    "birth_date": lazy_gettext("Tanggal lahir"),
    "address": lazy_gettext("Alamat"),
    "phone": lazy_gettext("Nomor telepon"),
    "nik": lazy_gettext("NIK"),
}

# Every word of `disclose`, however the referral came by it.
TOLD: Words = {**DISCLOSABLE_OF_KNOWN, "place": lazy_gettext("Tempat ditemukan"), **DISCLOSABLE}

NOTICES: Words = {
    "sent": lazy_gettext("Laporan sudah terkirim. Terima kasih."),
    "moved": lazy_gettext("Sudah terkirim."),
    "photo_added": lazy_gettext("Foto sudah ditambahkan."),
    "photo_lost": lazy_gettext(
        "Laporan sudah terkirim, tetapi fotonya tidak bisa dibaca. Tambahkan foto lain di bawah."
    ),
    "photo_refused": lazy_gettext("Foto ini tidak bisa dibaca. Pilih foto lain (JPEG, PNG atau WebP)."),
}

_WRONG: Words = {
    "service_types": lazy_gettext("Centang sedikitnya satu yang dibutuhkan."),
    "urgency": lazy_gettext("Pilih seberapa cepat orang ini perlu ditolong."),
    "region_code": lazy_gettext("Pilih kecamatan tempat orang ini berada."),
    "person.estimated_age": lazy_gettext("Tulis umur dengan angka antara 0 dan 130, misalnya 70."),
    "person.sex": lazy_gettext("Pilih salah satu."),
    "verb": lazy_gettext("Pilih salah satu."),
    "reason": lazy_gettext("Pilih alasannya."),
}

_MISSING: Words = {
    "question_missing": lazy_gettext("Tulis pertanyaannya."),
    "answer_missing": lazy_gettext("Tulis jawabannya."),
    # Of a step of a plan that a referral cannot begin.
    "wrong_link": lazy_gettext("Langkah ini dikerjakan dengan cara lain, bukan dengan rujukan."),
    "plan_not_approved": lazy_gettext("Rencananya belum disahkan, jadi langkah ini belum bisa dimulai."),
    "attempts_missing": lazy_gettext("Tulis bagaimana lembaganya sudah dihubungi, dan apa jawabnya."),
    "sender_has_time": lazy_gettext("Pelapor masih punya waktu untuk menjawab. Lihat sampai kapan."),
    "not_silent_yet": lazy_gettext("Lembaganya masih punya waktu. Lihat sampai kapan."),
    "wrong_state": lazy_gettext("Laporan ini sudah berubah. Lihat keadaannya yang baru."),
    "client_missing": lazy_gettext("Pilih siapa orangnya, atau daftarkan dulu."),
    "happened_at_missing": lazy_gettext("Tulis kapan orangnya ditemui."),
    "expected_on_missing": lazy_gettext("Tulis hari yang diperkirakan."),
    "offer_missing": lazy_gettext("Pilih tawaran yang dimaksud."),
    "not_first_in_line": lazy_gettext("Masih ada orang lain di depan dalam antrean ini."),
    "spm_type_missing": lazy_gettext("Tulis jenis layanan dasarnya."),
    "spm_level_missing": lazy_gettext("Pilih provinsi atau kabupaten/kota."),
    "recommending_organisation_id_missing": lazy_gettext("Pilih dinas sosial yang merekomendasikan."),
}


def answer_time(urgency: str) -> str:
    """How fast the desk answers, by the policy in force."""
    limit = policy("routing").content["triage"][urgency]
    if hours := limit.get("hours"):
        text = ngettext("Petugas menjawab dalam %(num)d jam", "Petugas menjawab dalam %(num)d jam", hours)
    else:
        days = limit["working_days"]
        text = ngettext("Petugas menjawab dalam %(num)d hari kerja", "Petugas menjawab dalam %(num)d hari kerja", days)
    return str(text)


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader, from the `{field, code, detail}` entries of a schema or service."""
    return forms.mistakes(errors, _WRONG, _MISSING)
