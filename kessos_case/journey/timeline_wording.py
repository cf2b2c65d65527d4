"""What happened to a person, in words: a line for each kind of entry of the timeline, in the groups of a reader."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

from kessos_case.web.forms import Words

_REGISTER: Words = {
    "client_registered": lazy_gettext("Didaftarkan"),
    "client_changed": lazy_gettext("Data dasarnya diubah"),
    "client_died": lazy_gettext("Meninggal dunia"),
    "consent_recorded": lazy_gettext("Memberi izin"),
    "consent_withdrawn": lazy_gettext("Mencabut izin"),
    "alert_raised": lazy_gettext("Peringatan bahaya dicatat"),
    "alert_ended": lazy_gettext("Bahaya sudah lewat"),
    "household_joined": lazy_gettext("Masuk kartu keluarga"),
    "household_left": lazy_gettext("Keluar dari kartu keluarga"),
    "household_voided": lazy_gettext("Catatan kartu keluarga dibatalkan karena keliru"),
}

_CASES: Words = {
    "case_opened": lazy_gettext("Kasus dibuka"),
    "case_assigned": lazy_gettext("Pekerja sosial ditunjuk"),
    "case_assessment_started": lazy_gettext("Asesmen dimulai"),
    "case_planning_started": lazy_gettext("Penyusunan rencana dimulai"),
    "case_training_started": lazy_gettext("Pelatihan dimulai"),
    "case_rehabilitation_started": lazy_gettext("Rehabilitasi dimulai"),
    "case_care_started": lazy_gettext("Perawatan dimulai"),
    "case_placement_started": lazy_gettext("Penempatan kerja dimulai"),
    "case_reunification_started": lazy_gettext("Pemulangan ke keluarga dimulai"),
    "case_aftercare_started": lazy_gettext("Bimbingan lanjut dimulai"),
    "case_graduated": lazy_gettext("Dinyatakan lulus"),
    "case_stepped_back": lazy_gettext("Kasus kembali ke tahap sebelumnya"),
    "case_care_reviewed": lazy_gettext("Perawatan ditinjau"),
    "case_paused": lazy_gettext("Kasus dijeda"),
    "case_resumed": lazy_gettext("Kasus dilanjutkan"),
    "case_pathway_changed": lazy_gettext("Jalur diganti"),
    "case_closed": lazy_gettext("Kasus ditutup"),
    "case_reopened": lazy_gettext("Kasus dibuka lagi"),
    "case_transfer_offered": lazy_gettext("Ditawarkan ke UPT lain"),
    "case_transfer_accepted": lazy_gettext("UPT lain menerima kasusnya"),
    "case_transfer_declined": lazy_gettext("UPT lain menolak kasusnya"),
    "case_transfer_withdrawn": lazy_gettext("Tawaran ke UPT lain ditarik kembali"),
    "case_transferred": lazy_gettext("Kasus dilanjutkan UPT lain"),
    "service_agreed": lazy_gettext("Menyetujui layanan"),
    "service_grounded": lazy_gettext("Layanan dimulai tanpa persetujuan, dengan alasan sah"),
}

_PLANS: Words = {
    "note_written": lazy_gettext("Catatan ditulis"),
    "note_added_to": lazy_gettext("Catatan ditambah"),
    "paper_added": lazy_gettext("Berkas disimpan"),
    "assessment_completed": lazy_gettext("Asesmen selesai"),
    "conference_held": lazy_gettext("Temu bahas kasus diadakan"),
    "conference_planned": lazy_gettext("Temu bahas kasus direncanakan"),
    "conference_moved": lazy_gettext("Temu bahas kasus dipindah ke waktu lain"),
    "conference_cancelled": lazy_gettext("Temu bahas kasus dibatalkan"),
    "decision_planned": lazy_gettext("Satu keputusan temu bahas dimasukkan ke rencana"),
    "decision_let_go": lazy_gettext("Satu keputusan temu bahas tidak dilanjutkan"),
    "plan_proposed": lazy_gettext("Rencana diajukan"),
    "plan_approved": lazy_gettext("Rencana disetujui kepala UPT"),
    "plan_returned": lazy_gettext("Rencana dikembalikan untuk diperbaiki"),
    "plan_agreed": lazy_gettext("Menyetujui rencananya"),
    "plan_signed": lazy_gettext("Menandatangani rencananya"),
    "plan_reviewed": lazy_gettext("Rencana dilihat lagi bersama orangnya, dan tetap"),
    "plan_carried_on": lazy_gettext("Tujuan yang belum tercapai dibawa ke rencana baru"),
    "goal_met": lazy_gettext("Satu tujuan tercapai"),
    "goal_dropped": lazy_gettext("Satu tujuan dihentikan"),
    "goal_drop_accepted": lazy_gettext("Penghentian satu tujuan diterima"),
    "plan_step_in_progress": lazy_gettext("Satu langkah rencana mulai dikerjakan"),
    "plan_step_done": lazy_gettext("Satu langkah rencana selesai"),
    "plan_step_dropped": lazy_gettext("Satu langkah rencana dihentikan"),
    "plan_step_reopened": lazy_gettext("Satu langkah rencana dibuka lagi"),
    "task_done": lazy_gettext("Satu tugas selesai"),
    "task_cancelled": lazy_gettext("Satu tugas dibatalkan"),
}

_REFERRALS: Words = {
    "referral_submitted": lazy_gettext("Dilaporkan"),
    "referral_returned": lazy_gettext("Petugas bertanya kepada pelapor"),
    "referral_resubmitted": lazy_gettext("Pelapor menjawab"),
    "referral_triaged": lazy_gettext("Laporannya diterima dan dicarikan penolong"),
    "referral_routing": lazy_gettext("Dicarikan penolong"),
    "referral_offered": lazy_gettext("Ditawarkan kepada lembaga penolong"),
    "referral_declined": lazy_gettext("Lembaga penolong tidak bisa menerima"),
    "referral_expired": lazy_gettext("Lembaga penolong tidak menjawab sampai batas waktu"),
    "referral_revoked": lazy_gettext("Tawaran kepada lembaga penolong ditarik"),
    "referral_waiting": lazy_gettext("Masuk daftar tunggu"),
    "referral_left_line": lazy_gettext("Keluar dari daftar tunggu"),
    "referral_accepted": lazy_gettext("Lembaga penolong menerima"),
    "referral_missed": lazy_gettext("Tidak bertemu waktu ditunggu"),
    "referral_met": lazy_gettext("Bertemu lembaga penolong"),
    "referral_completed": lazy_gettext("Pertolongan selesai"),
    "referral_handed_back": lazy_gettext("Lembaga penolong mengembalikan"),
    "referral_taken_back": lazy_gettext("Dinas sosial mengambil kembali dari lembaga penolong"),
    "referral_unmet": lazy_gettext("Belum ada yang bisa menolong"),
    "referral_retried": lazy_gettext("Dicarikan penolong lagi"),
    "referral_rejected": lazy_gettext("Laporan tidak diteruskan"),
    "referral_withdrawn": lazy_gettext("Laporan dibatalkan"),
}

_VISITS: Words = {
    "visit_recorded": lazy_gettext("Dikunjungi atau dihubungi"),
    "visit_attempted": lazy_gettext("Dicari, tetapi tidak bertemu"),
    "reunification_assessed": lazy_gettext("Keluarga atau tempat tinggal dinilai"),
    "reunification_started": lazy_gettext("Pulang ke keluarga atau masyarakat"),
    "reunification_verified": lazy_gettext("Dipastikan tinggal di sana"),
    "reunification_ended": lazy_gettext("Tidak lagi tinggal di sana"),
}

_HOUSE: Words = {
    "stay_admitted": lazy_gettext("Masuk rumah UPT"),
    "stay_moved": lazy_gettext("Pindah kamar di rumah UPT"),
    "stay_reviewed": lazy_gettext("Masa tinggalnya ditinjau"),
    "stay_left": lazy_gettext("Pergi beberapa hari dari rumah UPT"),
    "stay_returned": lazy_gettext("Kembali ke rumah UPT"),
    "stay_discharged": lazy_gettext("Keluar dari rumah UPT"),
    "bed_wait_joined": lazy_gettext("Menunggu tempat tidur di rumah UPT"),
    "bed_wait_left": lazy_gettext("Tidak menunggu tempat tidur lagi"),
    "house_incident": lazy_gettext("Ada kejadian di rumah UPT"),
}

_WORK: Words = {
    "course_requested": lazy_gettext("Pelatihan diminta"),
    "course_waiting": lazy_gettext("Menunggu tempat di pelatihan"),
    "course_enrolled": lazy_gettext("Terdaftar di pelatihan"),
    "course_attending": lazy_gettext("Mulai ikut pelatihan"),
    "course_completed": lazy_gettext("Pelatihan selesai"),
    "course_dropped": lazy_gettext("Berhenti dari pelatihan"),
    "placement_proposed": lazy_gettext("Pekerjaan atau usaha dicatat"),
    "placement_verified": lazy_gettext("Pekerjaan atau usahanya dipastikan"),
    "placement_checked": lazy_gettext("Diperiksa apakah masih bekerja"),
    "placement_ended": lazy_gettext("Pekerjaan atau usahanya berakhir"),
    "income_stated": lazy_gettext("Penghasilan dicatat"),
    "application_made": lazy_gettext("Melamar pekerjaan"),
    "application_interview": lazy_gettext("Dipanggil wawancara kerja"),
    "application_offered": lazy_gettext("Ditawari pekerjaan"),
    "application_hired": lazy_gettext("Diterima bekerja"),
    "application_refused": lazy_gettext("Lamarannya tidak diterima"),
    "application_withdrawn": lazy_gettext("Lamarannya dibatalkan"),
    "application_obsolete": lazy_gettext("Lamarannya tidak berlaku lagi"),
    "employer_asked": lazy_gettext("Tautan pertanyaan untuk pemberi kerja dibuat"),
    "employer_answered": lazy_gettext("Pemberi kerja menjawab"),
    "business_capital_recorded": lazy_gettext("Modal usaha dicatat"),
    "business_month_recorded": lazy_gettext("Satu bulan usaha dicatat"),
    "mentoring_proposed": lazy_gettext("Pendamping diusulkan"),
    "mentoring_agreed": lazy_gettext("Ia dan pendampingnya mau bertemu"),
    "mentoring_met": lazy_gettext("Bertemu pendamping"),
    "mentoring_ended": lazy_gettext("Pendampingan selesai"),
}

_AID: Words = {
    "aid_recorded": lazy_gettext("Menerima bantuan"),
    "aid_reversed": lazy_gettext("Catatan bantuan dikoreksi"),
    "exemption_recorded": lazy_gettext("Tidak dinilai kebutuhan dukungannya"),
    "exemption_ended": lazy_gettext("Dinilai lagi kebutuhan dukungannya"),
}

_GRADUATION: Words = {
    "graduation_eligible": lazy_gettext("Memenuhi syarat lulus"),
    "graduation_recommended": lazy_gettext("Diusulkan lulus"),
    "graduation_provisional": lazy_gettext("Lulus sementara"),
    "graduation_confirmed": lazy_gettext("Kelulusan disahkan"),
    "graduation_deferred": lazy_gettext("Kelulusan ditunda"),
    "graduation_withdrawn": lazy_gettext("Usulan lulus dibatalkan"),
    "voice_recorded": lazy_gettext("Menyampaikan pendapatnya"),
    "mentor_begun": lazy_gettext("Bersedia menjadi pendamping"),
    "mentor_met": lazy_gettext("Bertemu orang yang didampinginya"),
    "mentor_ended": lazy_gettext("Berhenti menjadi pendamping"),
    "relapse_recorded": lazy_gettext("Membutuhkan bantuan lagi"),
    "letter_issued": lazy_gettext("Surat dibuat"),
    "letter_revoked": lazy_gettext("Surat dicabut"),
}

GROUPS: Mapping[str, tuple[Any, Words]] = {
    "case": (lazy_gettext("Kasus"), _CASES),
    "plan": (lazy_gettext("Asesmen dan rencana"), _PLANS),
    "visit": (lazy_gettext("Kunjungan"), _VISITS),
    "house": (lazy_gettext("Tinggal di rumah UPT"), _HOUSE),
    "work": (lazy_gettext("Pelatihan dan kerja"), _WORK),
    "referral": (lazy_gettext("Rujukan"), _REFERRALS),
    "aid": (lazy_gettext("Bantuan"), _AID),
    "graduation": (lazy_gettext("Kelulusan"), _GRADUATION),
    "register": (lazy_gettext("Data orangnya"), _REGISTER),
}
ENTRIES: Words = {kind: text for _title, words in GROUPS.values() for kind, text in words.items()}

# Where the thing itself stands, for whoever works at the office that wrote the entry; `{id}` is what it is about.
_WAYS: Mapping[str, str] = {
    "case": "/cases/{id}",
    "referral": "/referrals/{id}",
    "placement": "/placements/{id}",
    "application": "/applications/{id}",
    "employer": "/placements/{id}",
    "business": "/placements/{id}/business",
    "stay": "/house/stays/{id}",
    "graduation": "/graduation/reviews/{id}",
    "aid": "/clients/{client}/aid",
    "consent": "/clients/{client}/consents",
    "alert": "/clients/{client}/alerts",
    "letter": "/clients/{client}/letters",
    "mentoring": "/mentorings/{id}",
    "mentor": "/clients/{client}/mentor",
}


def way_to(entry: Any) -> str | None:
    """The page of what an entry is about; None where it has none of its own."""
    way = _WAYS.get(entry.kind.split("_")[0])
    return way.format(id=entry.subject_id, client=entry.client_id) if way else None
