"""What the pages of the house say: wards, events, reasons, watches and mistakes in plain words."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import format_decimal, format_percent, lazy_gettext

from kessos_case.referrals import wording as referral_words
from kessos_case.residence.rules import (
    CHOSEN_DISCHARGES,
    CHOSEN_LEAVES,
    BedWaitState,
    DischargeReason,
    LeaveLineReason,
    Shift,
    ShiftEntryKind,
    StayEventKind,
    WardSex,
)
from kessos_case.web import forms
from kessos_case.web.forms import Words

WARD_SEXES: Words = {
    WardSex.FEMALE: lazy_gettext("Untuk perempuan"),
    WardSex.MALE: lazy_gettext("Untuk laki-laki"),
    WardSex.ANY: lazy_gettext("Untuk laki-laki dan perempuan"),
}

EVENTS: Words = {
    StayEventKind.ADMITTED: lazy_gettext("Masuk"),
    StayEventKind.MOVED: lazy_gettext("Pindah kamar"),
    StayEventKind.REVIEWED: lazy_gettext("Ditinjau bersama orangnya"),
    StayEventKind.LEFT: lazy_gettext("Pergi beberapa hari, tempat tidur disimpan"),
    StayEventKind.RETURNED: lazy_gettext("Kembali"),
    StayEventKind.DISCHARGED: lazy_gettext("Keluar"),
}

DISCHARGES: Words = {
    DischargeReason.PROGRAMME_DONE: lazy_gettext("Programnya selesai"),
    DischargeReason.FAMILY: lazy_gettext("Kembali ke keluarga"),
    DischargeReason.WORK: lazy_gettext("Mendapat kerja dan tempat tinggal sendiri"),
    DischargeReason.OWN_WISH: lazy_gettext("Ingin keluar atas kemauan sendiri"),
    DischargeReason.ABSCONDED: lazy_gettext("Pergi tanpa pamit"),
    DischargeReason.HOSPITAL: lazy_gettext("Dirawat lama di rumah sakit"),
    DischargeReason.OTHER_UPT: lazy_gettext("Pindah ke UPT lain"),
    DischargeReason.RULES: lazy_gettext("Melanggar tata tertib"),
    DischargeReason.CASE_CLOSED: lazy_gettext("Kasusnya ditutup"),
    DischargeReason.DECEASED: lazy_gettext("Meninggal"),
}
CHOSEN_DISCHARGE_WORDS: Words = {reason: DISCHARGES[reason] for reason in CHOSEN_DISCHARGES}
# With the end of a case, that itself is a reason too.
DISCHARGES_WITH_CASE: Words = {
    reason: DISCHARGES[reason] for reason in (DischargeReason.CASE_CLOSED, *CHOSEN_DISCHARGES)
}

WAIT_STATES: Words = {
    BedWaitState.WAITING: lazy_gettext("Menunggu tempat tidur"),
    BedWaitState.ADMITTED: lazy_gettext("Sudah masuk"),
    BedWaitState.LEFT: lazy_gettext("Tidak menunggu lagi"),
}
LEAVES: Words = {
    LeaveLineReason.OWN_WISH: lazy_gettext("Tidak mau menunggu lagi"),
    LeaveLineReason.OTHER_PLACE: lazy_gettext("Sudah mendapat tempat lain"),
    LeaveLineReason.NOT_NEEDED: lazy_gettext("Tidak membutuhkan tempat lagi"),
    LeaveLineReason.CASE_CLOSED: lazy_gettext("Kasusnya ditutup"),
    LeaveLineReason.DECEASED: lazy_gettext("Meninggal"),
}
CHOSEN_LEAVE_WORDS: Words = {reason: LEAVES[reason] for reason in CHOSEN_LEAVES}
URGENCIES: Words = referral_words.URGENCIES

SHIFTS: Words = {
    Shift.MORNING: lazy_gettext("Jaga pagi"),
    Shift.AFTERNOON: lazy_gettext("Jaga sore"),
    Shift.NIGHT: lazy_gettext("Jaga malam"),
}
ENTRY_KINDS: Words = {
    ShiftEntryKind.ROUTINE: lazy_gettext("Kegiatan biasa"),
    ShiftEntryKind.HEALTH: lazy_gettext("Kesehatan"),
    ShiftEntryKind.BEHAVIOUR: lazy_gettext("Perilaku"),
    ShiftEntryKind.INCIDENT: lazy_gettext("Kejadian"),
    ShiftEntryKind.VISITOR: lazy_gettext("Tamu"),
    ShiftEntryKind.HANDOVER: lazy_gettext("Untuk jaga berikutnya"),
}
WRITTEN_KINDS: Words = {kind: text for kind, text in ENTRY_KINDS.items() if kind != ShiftEntryKind.HANDOVER}

# Whom a figure of the history counts.
ROWS: Words = {
    "lived": lazy_gettext("Yang tinggal di sini bulan itu"),
    "arrived": lazy_gettext("Yang masuk bulan itu"),
    "left": lazy_gettext("Yang keluar bulan itu"),
}

NOTICES: Words = {
    "saved": lazy_gettext("Sudah tersimpan."),
    "admitted": lazy_gettext("Orangnya sudah tercatat masuk."),
    "waiting": lazy_gettext("Orangnya sudah masuk daftar tunggu."),
    "left_line": lazy_gettext("Orangnya sudah keluar dari daftar tunggu."),
    "moves": lazy_gettext("Pindah kamar sudah tercatat."),
    "absences": lazy_gettext("Kepergiannya sudah tercatat. Tempat tidurnya tetap disimpan."),
    "returns": lazy_gettext("Orangnya sudah tercatat kembali."),
    "reviews": lazy_gettext("Tinjauan sudah tercatat."),
    "discharge": lazy_gettext("Orangnya sudah tercatat keluar. Tempat tidurnya kosong."),
    "opened": lazy_gettext("Buku jaga sudah dibuka."),
    "written": lazy_gettext("Catatan sudah masuk buku jaga."),
    "handed_over": lazy_gettext("Jaga sudah diserahkan kepada jaga berikutnya."),
}

WRONG: Words = {
    "name": lazy_gettext("Tulis nama kamar atau wisma."),
    "sex": lazy_gettext("Pilih kamar ini untuk siapa."),
    "beds": lazy_gettext("Tulis jumlah tempat tidur, 0 sampai 1000."),
    "since_on": lazy_gettext("Tulis tanggal hari ini atau sebelumnya."),
    "planned_days": lazy_gettext("Tulis jumlah hari, 1 sampai 36500."),
    "review_every_days": lazy_gettext("Tulis jumlah hari, 1 sampai 366."),
    "ward_id": lazy_gettext("Pilih kamarnya."),
    "admitted_at": lazy_gettext(
        "Tulis hari masuknya: hari ini atau sebelumnya, paling awal sekitar waktu kasusnya dibuka."
    ),
    "planned_until": lazy_gettext("Tulis tanggal hari ini atau sesudahnya."),
    "reason": lazy_gettext("Pilih atau tulis alasannya."),
    "jump_reason": lazy_gettext("Tulis mengapa orang ini masuk lebih dulu."),
    "until": lazy_gettext("Tulis tanggal hari ini atau sesudahnya."),
    "note": lazy_gettext("Tulis apa yang dibicarakan."),
    "discharged_at": lazy_gettext("Tulis hari keluarnya: dari hari masuk sampai hari ini."),
    "urgency": lazy_gettext("Pilih seberapa mendesak."),
    "kind": lazy_gettext("Pilih catatan tentang apa."),
    "text": lazy_gettext("Tulis catatannya."),
    "client_id": lazy_gettext("Pilih orang yang tinggal di sini, atau pilih tentang rumahnya."),
    "month": lazy_gettext("Pilih bulan ini atau bulan sebelumnya."),
}

# What a rule means, where the field alone does not say it.
CODES: Words = {
    "changed": lazy_gettext("Keadaannya sudah berubah sejak halaman ini dibuka. Lihat yang baru, lalu putuskan."),
    "name_taken": lazy_gettext("Nama ini sudah dipakai kamar lain. Pilih nama lain."),
    "ward_full": lazy_gettext("Semua tempat tidur di kamar ini sudah terisi. Pilih kamar lain, atau masukkan daftar tunggu."),
    "in_a_bed": lazy_gettext("Orang ini masih tercatat punya tempat tidur, di sini atau di UPT lain."),
    "case_closed": lazy_gettext("Kasus orang ini sudah berakhir."),
    "client_died": lazy_gettext("Orang ini tercatat sudah meninggal."),
    "wrong_sex": lazy_gettext("Kamar ini bukan untuk orang ini. Pilih kamar lain."),
    "sex_unknown": lazy_gettext("Jenis kelaminnya belum diketahui. Tulis mengapa kamar ini yang cocok."),
    "before_start": lazy_gettext("Tanggal keluar yang direncanakan tidak boleh sebelum masuk."),
    "waiting_already": lazy_gettext("Orang ini sudah ada di daftar tunggu."),
    "wrong_state": lazy_gettext("Orang ini sudah tidak menunggu lagi."),
    "stay_ended": lazy_gettext("Orang ini sudah tercatat keluar."),
    "same_ward": lazy_gettext("Orang ini sudah tidur di kamar itu."),
    "away": lazy_gettext("Orang ini sudah tercatat pergi. Catat dulu kalau ia kembali."),
    "not_away": lazy_gettext("Orang ini tercatat ada di sini."),
    "handed_over": lazy_gettext("Jaga ini sudah diserahkan. Tulis di buku jaga berikutnya."),
    "not_here": lazy_gettext("Orang ini tidak tinggal di sini waktu jaga ini."),
    "erased": lazy_gettext("Data orang ini sudah dihapus. Tidak ada lagi yang bisa ditulis tentangnya."),
    "in_progress": lazy_gettext("Formulir ini sedang dicatat. Tunggu sebentar, lalu buka lagi halamannya."),
}  # fmt: skip

_BEDS_IN_USE = lazy_gettext("%(taken)s tempat tidur di kamar ini sedang terisi. Pindahkan dulu orangnya.")
_AHEAD = lazy_gettext("%(ahead)s orang menunggu lebih dulu. Tulis mengapa orang ini masuk lebih dulu.")


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader; what has numbers in it names them."""
    found = list(errors)
    said = forms.mistakes(found, WRONG, CODES)
    for entry in found:
        if entry.get("code") == "beds_in_use":
            said[str(entry["field"])] = _BEDS_IN_USE % {"taken": entry["taken"]}
        elif entry.get("code") == "line_jumped":
            said["jump_reason"] = _AHEAD % {"ahead": entry["ahead"]}
    return said


def share(value: float | None) -> str:
    """`83%`; a dash where no bed was there."""
    return "–" if value is None else str(format_percent(value))


def days(value: float | None) -> str:
    """`12,5`; a dash where nobody left."""
    return "–" if value is None else str(format_decimal(round(value, 1)))
