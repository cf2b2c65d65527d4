"""Names and sentences of made-up people. Every name begins with Contoh (example), every street is Jalan Contoh."""

WOMEN = (
    "Siti", "Sri", "Nur", "Dewi", "Endang", "Ratna", "Wahyuni", "Lilik", "Sumiati", "Yuli", "Rini", "Fatimah", "Aminah",
    "Kartini", "Supiyah", "Mariyam", "Lestari", "Ningsih", "Rukmini", "Tumini", "Zubaidah", "Hartini", "Suliyem", "Ani",
)  # fmt: skip
MEN = (
    "Slamet", "Budi", "Agus", "Hadi", "Joko", "Yanto", "Bambang", "Imam", "Sugeng", "Ahmad", "Suparman", "Mulyono",
    "Eko", "Dwi", "Tri", "Samsul", "Kasim", "Misnan", "Sutrisno", "Hariyanto", "Rohman", "Gatot", "Paimin", "Untung",
)  # fmt: skip
SECOND = (
    "wati", "ningrum", "yati", "utami", "rahayu", "santosa", "wijaya", "kusuma", "pratama", "hidayat", "purnomo",
    "saputra", "anggraini", "mulyani", "setiawan", "nugroho", "handayani", "subagyo", "permadi", "suryani", "basuki",
)  # fmt: skip
SYLLABLES = (
    "ba", "ci", "da", "gu", "ha", "ja", "ka", "la", "ma", "na", "pa", "ra", "sa", "ta", "wa", "ya", "bi", "du", "ke",
    "li", "mo", "ni", "pu", "ri", "su", "ti", "wu", "yo",
)  # fmt: skip
FAMILY = "Contoh"
NICKNAMES = {
    "L": ("Pak To", "Mbah Sar", "Cak Di", "Le Man", "Mas Gik"),
    "P": ("Mbah Nah", "Bu Nah", "Nduk Ti", "Mbok Yem", "Yu Sri"),
}

CONDITIONS = (
    "tidur di emper toko, tampak lelah",
    "tinggal sendiri, sudah beberapa hari tidak makan",
    "mondar-mandir di pasar, bicara sendiri",
    "diantar warga, tidak membawa surat apa pun",
    "rumahnya rusak, tidak ada keluarga yang merawat",
)
PLACES = ("dekat pasar", "di terminal", "di depan puskesmas", "di balai desa", "di pinggir jalan raya", "di stasiun")
NOTES = (
    "Kondisi sehat, makan teratur.",
    "Masih perlu didampingi mengurus surat.",
    "Bekerja setiap hari, atasan puas.",
    "Mengeluh sakit, sudah diantar ke puskesmas.",
    "Rukun dengan tetangga.",
)
DECISIONS = (
    "Disepakati pelatihan dan pendampingan keluarga; ditinjau lagi tiga bulan.",
    "Rencana disetujui peserta; wali hadir.",
    "Rujukan kesehatan didahulukan, pelatihan menyusul.",
)
BUSINESSES = ("Warung kopi", "Jahit rumahan", "Ternak kambing", "Gorengan keliling", "Bengkel sepeda", "Laundry kecil")
# What an employer has work for, by what its code begins with.
OCCUPATIONS = {
    "CONTOH-PT-GARMEN": ("Penjahit", "Buruh pabrik", "Petugas kebersihan"),
    "CONTOH-PT-PANGAN": ("Juru masak", "Buruh pabrik", "Petugas gudang"),
    "CONTOH-CV-MEBEL": ("Tukang kayu", "Petugas gudang"),
    "CONTOH-TOKO-RAKYAT": ("Penjaga toko", "Petugas kebersihan"),
}

# skill, name of the course, hours
COURSES = (
    ("menjahit", "Menjahit dasar", 320),
    ("memasak", "Tata boga dan usaha katering", 280),
    ("las", "Las dan perbengkelan", 360),
    ("pijat", "Pijat dan refleksi", 400),
    ("bertani", "Hortikultura dan ternak", 240),
    ("potong rambut", "Potong rambut", 200),
)

# What a course asks for, by its skill: kind of the requirement and its value.
REQUIREMENTS = {
    "menjahit": (("least_age", "16"),),
    "memasak": (("least_age", "16"), ("schooling", "primary"), ("document", "health_certificate")),
    "las": (("least_age", "18"), ("most_age", "60"), ("schooling", "primary")),
    "pijat": (("least_age", "17"), ("document", "health_certificate")),
    "bertani": (),
    "potong rambut": (("least_age", "16"), ("document", "identity_card")),
}

GOALS = {
    "economy": "Penghasilan cukup untuk kebutuhan serumah",
    "skills": "Punya satu keterampilan yang bisa dijual",
    "self_efficacy": "Berani mencoba dan menyelesaikan sendiri",
    "social_support": "Ada orang yang bisa dimintai tolong",
    "needs_and_rights": "Punya surat diri, tempat tinggal dan obat yang teratur",
    "roles": "Menjalankan peran di keluarga dan lingkungan",
    "problem_solving": "Mampu menghadapi masalah tanpa kembali ke jalan",
    "other": "Hidup layak dan tenang",
}
STEPS = {
    "course": "Ikut kursus sampai lulus",
    "placement": "Bekerja atau membuka usaha",
    "aid": "Mengajukan modal usaha",
    "mentor": "Bertemu orang yang sudah mandiri dan bertanya bagaimana caranya",
    "programme": "Mengajukan modal usaha sebelum bantuan berkurang",
    "other": "Didampingi pekerja sosial setiap bulan",
}

# What stands behind the name of who works with the program.
ROLES = {
    "caseworker": "pekerja sosial",
    "supervisor": "kepala",
    "tksk": "TKSK",
    "partner": "mitra",
    "triage": "triase",
    "analyst": "analis",
    "dpo": "pelindung data",
    "administrator": "pengurus aplikasi",
    "co_signer": "penanda tangan kedua",
}

WARDS = {"P": "Wisma Melati", "L": "Wisma Garuda", "unknown": "Wisma Keluarga"}
HOUSE_DAYS = (
    "Makan pagi habis, semua ikut senam.", "Kamar mandi belakang dibersihkan.", "Semua sudah tidur sebelum jam sepuluh.",
    "Kerja bakti di kebun, dua orang minta izin istirahat.", "Doa bersama, lalu nonton televisi.",
)  # fmt: skip
HOUSE_HEALTH = (
    "Batuk sejak pagi, sudah minum air hangat.", "Kakinya bengkak, besok ke puskesmas.", "Obat malam sudah diminum.",
    "Tidak mau makan siang, makan malam habis.",
)  # fmt: skip
HOUSE_HANDOVERS = (
    "Tidak ada.", "Lampu teras mati, sudah lapor.", "Ambil obat di puskesmas sebelum jam sepuluh.",
    "Keluarga salah satu penghuni datang besok siang.",
)  # fmt: skip
