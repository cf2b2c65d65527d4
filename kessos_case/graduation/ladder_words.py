"""The words of the ladder: what each criterion asks, what can be missing, what gives points. Indonesian first."""

from flask_babel import lazy_gettext

from kessos_case.graduation.rules import CriterionCode, WeightedCode
from kessos_case.web.forms import Words

MET, NOT_YET, UNKNOWN = "met", "not_yet", "unknown"

SIGNS: Words = {
    MET: lazy_gettext("Terpenuhi"),
    NOT_YET: lazy_gettext("Belum"),
    UNKNOWN: lazy_gettext("Belum diketahui"),
}

ASKS: Words = {
    CriterionCode.INCOME: lazy_gettext("Penghasilan rumah tangga cukup, tiga bulan berturut-turut"),
    CriterionCode.WORK_LASTS: lazy_gettext("Pekerjaan atau usahanya bertahan"),
    CriterionCode.OFF_AID: lazy_gettext("Tidak lagi hidup dari bantuan"),
    CriterionCode.PLAN: lazy_gettext("Semua tujuan dalam rencananya selesai"),
    CriterionCode.FUNCTIONING: lazy_gettext("Bisa menjalani hidup sehari-hari"),
    CriterionCode.STABILITY: lazy_gettext("Tidak ada bahaya berat"),
    CriterionCode.OWN_VOICE: lazy_gettext("Orangnya sendiri sudah ditanya"),
    CriterionCode.SAFE_HOME: lazy_gettext("Tinggal di rumah yang dinilai aman"),
    CriterionCode.VISITS_PASSED: lazy_gettext("Kunjungan ke rumahnya berjalan baik"),
    CriterionCode.SCHOOL: lazy_gettext("Bersekolah atau dititipkan"),
    CriterionCode.TREATMENT: lazy_gettext("Berobat teratur"),
    CriterionCode.GUARDIAN_CONSENT: lazy_gettext("Walinya setuju"),
}

LINE_WORDS: Words = {
    WeightedCode.SKILLS_CERTIFICATE: lazy_gettext("Punya sertifikat keterampilan"),
    WeightedCode.SELF_EFFICACY: lazy_gettext("Keyakinan dirinya naik"),
    WeightedCode.SAVINGS: lazy_gettext("Tabungan cukup untuk sebulan"),
    WeightedCode.INCOME_SOURCES: lazy_gettext("Punya dua sumber penghasilan"),
    WeightedCode.HEALTH_INSURANCE: lazy_gettext("BPJS Kesehatan aktif"),
    WeightedCode.CHILDREN_AT_SCHOOL: lazy_gettext("Anak-anaknya bersekolah"),
    WeightedCode.SOCIAL_SUPPORT: lazy_gettext("Ada orang yang menolong"),
    WeightedCode.DECILE: lazy_gettext("Kelompok kesejahteraan (desil) 5 atau lebih"),
}

PARTS: Words = {
    "needs_and_rights": lazy_gettext("Kebutuhan dan hak"),
    "roles": lazy_gettext("Peran dalam keluarga dan masyarakat"),
    "problem_solving": lazy_gettext("Menyelesaikan masalah"),
}
PROOFS: Words = {
    "wage_slip": lazy_gettext("slip gaji"),
    "employer": lazy_gettext("keterangan pemberi kerja"),
    "visit": lazy_gettext("kunjungan"),
    "business_books": lazy_gettext("buku usaha"),
}
NOTES: Words = {
    "statements_contradict": lazy_gettext("Ada catatan penghasilan yang berbeda-beda; yang terendah yang dipakai."),
    "working_still_aided": lazy_gettext("Sudah bekerja, tetapi masih menerima bantuan."),
    "does_not_agree": lazy_gettext("Orangnya belum setuju. Yang menandatangani harus menulis alasannya."),
    "does_not_apply": lazy_gettext("Tidak berlaku untuk orang ini."),
}

# What is missing. `%(when)s` are the months or the day it is about.
LACKS: Words = {
    "income_unknown": lazy_gettext("Penghasilan %(when)s belum dicatat. Catat penghasilannya."),
    "poverty_line_unknown": lazy_gettext("Garis kemiskinan %(when)s belum dimuat. Beri tahu pengurus aplikasi."),
    "income_too_low": lazy_gettext("Penghasilan %(when)s belum cukup. Usahakan naik, lalu catat bulan berikutnya."),
    "evidence_kinds_missing": lazy_gettext(
        "Buktinya baru satu macam atau kurang. Catat dengan bukti lain, misalnya kunjungan."
    ),
    "work_missing": lazy_gettext("Belum ada pekerjaan atau usaha yang sudah dipastikan. Carikan, lalu pastikan."),
    "work_too_short": lazy_gettext("Kerjanya belum cukup lama. Tunggu sampai %(when)s."),
    "check_missing": lazy_gettext("Pemeriksaan kerja hari ke-%(number)s belum dilakukan. Lakukan, lalu catat."),
    "check_failed": lazy_gettext(
        "Pada pemeriksaan hari ke-%(number)s ia tidak bekerja lagi. Periksa lagi, atau catat akhir kerjanya."
    ),
    "confirmation_missing": lazy_gettext(
        "Belum ada orang lain yang memastikan kerjanya. Pastikan dengan kunjungan, slip gaji atau pemberi kerja."
    ),
    "aid_unknown": lazy_gettext("Catatan bantuan %(when)s belum dimuat. Muat dulu daftar bantuannya."),
    "aid_received": lazy_gettext("Masih ada bantuan untuk hidup: %(when)s. Tunggu enam bulan tanpa bantuan itu."),
    "aid_share_too_high": lazy_gettext("Bantuan masih lebih dari sepersepuluh penghidupannya setahun ini."),
    "aid_share_unknown": lazy_gettext("Penghasilan %(when)s belum dicatat, jadi bagian bantuannya belum diketahui."),
    "plan_missing": lazy_gettext("Belum ada rencana yang disetujui dan punya tujuan. Susun rencananya."),
    "drop_not_accepted": lazy_gettext("Ada tujuan yang dihentikan. Kepala UPT harus menerima alasannya."),
    "goal_open": lazy_gettext("Ada tujuan yang belum selesai. Selesaikan, atau hentikan dengan alasan."),
    "functioning_unknown": lazy_gettext("Keberfungsian sosialnya belum dinilai. Isi asesmennya."),
    "functioning_too_old": lazy_gettext("Asesmennya sudah terlalu lama. Ulangi."),
    "part_unknown": lazy_gettext("Bagian %(part)s belum terisi dalam asesmen. Lengkapi."),
    "part_below_threshold": lazy_gettext("Bagian %(part)s masih di bawah batas. Dampingi, lalu nilai lagi."),
    "alert_open": lazy_gettext("Ada bahaya yang belum selesai. Tangani, lalu akhiri peringatannya."),
    "not_asked": lazy_gettext("Orangnya belum ditanya. Tanyakan, lalu catat jawabannya."),
    "answer_unknown": lazy_gettext("Jawaban orangnya belum dicatat."),
    "why_not_unknown": lazy_gettext("Alasan orangnya tidak setuju belum dicatat."),
    "safe_home_unknown": lazy_gettext("Rumahnya belum dinilai aman. Lihat rumahnya, lalu catat."),
    "visits_missing": lazy_gettext("Kunjungan yang berjalan baik belum cukup. Kunjungi lagi, lalu catat."),
    "visit_failed": lazy_gettext("Kunjungan terakhir tidak berjalan baik. Benahi yang ditemukan, lalu kunjungi lagi."),
    "school_unknown": lazy_gettext(
        "Belum diketahui apakah ia bersekolah atau dititipkan. Lihat pada kunjungan berikutnya."
    ),
    "school_no": lazy_gettext("Ia tidak bersekolah atau dititipkan. Bantu, lalu kunjungi lagi."),
    "treatment_unknown": lazy_gettext("Belum diketahui apakah ia berobat teratur. Lihat pada kunjungan berikutnya."),
    "treatment_no": lazy_gettext("Ia tidak berobat teratur. Bantu, lalu kunjungi lagi."),
    "consent_unknown": lazy_gettext("Persetujuan walinya belum dicatat. Tanyakan, lalu catat."),
    "points_missing": lazy_gettext("Nilainya belum cukup. Lihat di bawah apa yang bisa menambah."),
    "outside_graduation": lazy_gettext(
        "Jalur orang ini tidak menuju lulus. Kalau jalur lain lebih tepat, kepala UPT mengubahnya."
    ),
    "criteria_unmet": lazy_gettext("Syarat ini belum terpenuhi: %(criterion)s."),
}
