"""Sentences that caseworkers of the made-up world write: notes, what a conference is about and decides, what a business has.

No name of a person stands in any of them: some are read by guests of other offices.
"""

from enum import StrEnum

from kessos_case.cases.rules import Pathway, Stage
from kessos_case.notes.rules import NoteKind, PaperKind

# A stage of those before a service goes on, of the service itself, and of the time after.
_EARLY = frozenset({Stage.INTAKE, Stage.ASSESSMENT, Stage.PLANNING})
_AFTER = frozenset({Stage.PLACEMENT, Stage.REUNIFICATION, Stage.AFTERCARE})
_SMALL, _GROWN = 5, 18


class Group(StrEnum):
    """Of whom one speaks: a small child, a child or a grown person on the way home, somebody at work, somebody cared for."""

    INFANT = "infant"
    CHILD = "child"
    GOING_HOME = "going_home"
    WORK = "work"
    CARE = "care"


_Notes = dict[NoteKind, tuple[str, ...]]
_EARLY_GROWN: _Notes = {
    NoteKind.PROGRESS: (
        "Berkas kependudukan sedang diurus ke Dispendukcapil.",
        "Sudah mau makan dan mandi sendiri, masih jarang bicara.",
        "Data dari kelurahan asal sudah diterima, cocok dengan ceritanya.",
        "Pemeriksaan kesehatan pertama selesai, tidak ada penyakit menular.",
    ),
    NoteKind.VISIT: (
        "Bertemu di ruang konseling, bercerita tentang keluarganya.",
        "Diajak melihat kegiatan di UPT, tertarik ikut.",
        "Bertemu satu jam. Ia minta waktu sebelum memutuskan.",
    ),
    NoteKind.CALL: (
        "Menelepon menanyakan hasil berkas, dijawab apa adanya.",
        "Ditelepon, kabarnya baik, besok datang lagi.",
    ),
    NoteKind.INCIDENT: (
        "Pergi tanpa pamit sore hari, kembali sebelum malam. Sudah dibicarakan.",
        "Berselisih dengan orang lain di UPT, tidak ada yang terluka.",
    ),
}
# By group: before the service, while it goes on, after it.
_NOTES: dict[Group, tuple[_Notes, _Notes, _Notes]] = {
    Group.INFANT: (
        {
            NoteKind.PROGRESS: (
                "Akta kelahiran sedang ditelusuri ke rumah sakit dan kelurahan.",
                "Imunisasi dicek bidan, dua yang belum akan disusulkan.",
            ),
            NoteKind.VISIT: ("Ditimbang dan diperiksa, tampak sehat.", "Digendong dan diajak bermain, tidak rewel."),
            NoteKind.CALL: ("Kerabatnya dihubungi lewat telepon, anaknya terdengar ceria di samping pengasuh.",),
            NoteKind.INCIDENT: ("Demam semalam, dibawa ke puskesmas, pagi sudah turun.",),
        },
        {
            NoteKind.PROGRESS: (
                "Berat badan naik, sesuai garis hijau KMS.",
                "Mulai mau digendong pengasuh lain, tidur nyenyak.",
                "Imunisasi lengkap untuk usianya.",
            ),
            NoteKind.VISIT: (
                "Bermain di ruang anak, aktif dan banyak tertawa.",
                "Bertemu bersama pengasuhnya, makannya baik.",
            ),
            NoteKind.CALL: ("Calon keluarga asuh berbicara dengannya lewat telepon, didampingi pengasuh.",),
            NoteKind.INCIDENT: ("Jatuh dari ayunan, dahinya benjol, sudah diperiksa perawat.",),
        },
        {
            NoteKind.PROGRESS: (
                "Keluarga rutin membawanya ke posyandu.",
                "Sudah terdaftar di kartu keluarga yang baru.",
            ),
            NoteKind.VISIT: (
                "Bertemu di rumah keluarganya, bersih dan cukup makan.",
                "Bertemu, tumbuh baik dan dekat dengan keluarganya.",
            ),
            NoteKind.CALL: ("Keluarganya ditelepon, anaknya terdengar bermain, kabarnya baik.",),
            NoteKind.INCIDENT: ("Diare dua hari, sudah ditangani puskesmas.",),
        },
    ),
    Group.CHILD: (
        {
            NoteKind.PROGRESS: (
                "Rapor dan akta kelahiran sedang diminta dari daerah asal.",
                "Masih pendiam, sudah mau makan bersama yang lain.",
                "Pemeriksaan kesehatan pertama selesai, giginya perlu dirawat.",
            ),
            NoteKind.VISIT: (
                "Bertemu sambil menggambar, mulai bercerita tentang rumahnya.",
                "Diajak keliling asrama, memilih tempat tidurnya sendiri.",
            ),
            NoteKind.CALL: ("Ditelepon dari kantor, minta dibawakan bukunya.",),
            NoteKind.INCIDENT: ("Menangis malam hari, ditemani pengasuh sampai tidur.",),
        },
        {
            NoteKind.PROGRESS: (
                "Ikut kegiatan kelompok setiap hari, mulai punya teman.",
                "Belajar sesuai usianya, gurunya puas.",
                "Keluarga di daerah asal sudah ditemukan dan mau dihubungi.",
                "Tidurnya membaik, tidak lagi terbangun malam.",
            ),
            NoteKind.VISIT: (
                "Bertemu di asrama, menanyakan kapan boleh pulang.",
                "Bercerita satu jam tentang sekolahnya, tampak tenang.",
            ),
            NoteKind.CALL: ("Bicara dengan keluarganya lewat telepon, didampingi petugas.",),
            NoteKind.INCIDENT: (
                "Menangis lama sesudah telepon keluarga, ditemani sampai tenang.",
                "Berkelahi dengan teman sekamar, sudah didamaikan.",
            ),
        },
        {
            NoteKind.PROGRESS: (
                "Sudah masuk sekolah di dekat rumah, berangkat sendiri.",
                "Keluarga ikut pertemuan orang tua di balai desa.",
            ),
            NoteKind.VISIT: ("Bertemu di rumah, punya tempat belajar sendiri.", "Bertemu bersama keluarganya, rukun."),
            NoteKind.CALL: ("Ditelepon, bercerita tentang teman barunya.",),
            NoteKind.INCIDENT: ("Sempat membolos tiga hari, sudah dibicarakan dengan wali kelas.",),
        },
    ),
    Group.GOING_HOME: (
        _EARLY_GROWN,
        {
            NoteKind.PROGRESS: (
                "Obat diminum teratur, tidurnya membaik.",
                "Ikut terapi kelompok setiap hari, mulai mau bicara.",
                "Keluarga di daerah asal sudah ditemukan dan mau dihubungi.",
                "Membantu di dapur tanpa diminta.",
            ),
            NoteKind.VISIT: (
                "Bertemu di wisma, ingat nama kampung dan saudaranya.",
                "Bertemu, tenang, menanyakan kapan boleh pulang.",
            ),
            NoteKind.CALL: ("Bicara dengan keluarganya lewat telepon, didampingi petugas.",),
            NoteKind.INCIDENT: ("Gelisah semalaman, dokter menyesuaikan obatnya.",),
        },
        {
            NoteKind.PROGRESS: ("Kontrol ke puskesmas setiap bulan, obat tersedia.", "Tetangga menerima dengan baik."),
            NoteKind.VISIT: (
                "Bertemu di rumah keluarganya, sehat dan ikut bekerja di kebun.",
                "Bertemu, tinggal dengan keluarga, rukun.",
            ),
            NoteKind.CALL: ("Ditelepon, kabarnya baik, obatnya tidak terputus.",),
            NoteKind.INCIDENT: ("Sempat dua hari tidak pulang, sudah kembali dan dibicarakan bersama.",),
        },
    ),
    Group.WORK: (
        _EARLY_GROWN,
        {
            NoteKind.PROGRESS: (
                "Instruktur melaporkan kemajuan baik, hasil kerjanya mulai rapi.",
                "Tertinggal dua pertemuan karena sakit, disusulkan minggu ini.",
                "Mulai menabung dari uang saku, ditunjukkan catatannya.",
                "Belajar menghitung modal dan harga jual.",
            ),
            NoteKind.VISIT: (
                "Bertemu di tempat pelatihan, ia bangga menunjukkan hasilnya.",
                "Bicara tentang rencana kerja setelah pelatihan.",
            ),
            NoteKind.CALL: (
                "Ditelepon karena tidak hadir, besok masuk lagi.",
                "Menelepon minta surat keterangan untuk melamar.",
            ),
            NoteKind.INCIDENT: ("Tangannya tergores alat kerja, sudah diobati di poliklinik.",),
        },
        {
            NoteKind.PROGRESS: (
                "Sudah tahu ke mana mencari pertolongan bila perlu.",
                "Pengeluaran bulan ini dicatat bersama, cukup sampai akhir bulan.",
                "Masih menyesuaikan diri dengan jam kerja.",
            ),
            NoteKind.VISIT: ("Bertemu di rumahnya, tempat tinggal bersih dan aman.", "Bertemu sepulang kerja, sehat."),
            NoteKind.CALL: (
                "Ditelepon, kabarnya baik dan tidak perlu apa-apa.",
                "Menelepon menanyakan jadwal kunjungan.",
            ),
            NoteKind.INCIDENT: ("Bertengkar dengan teman kerja, sudah didamaikan atasannya.",),
        },
    ),
    Group.CARE: (
        _EARLY_GROWN,
        {
            NoteKind.PROGRESS: (
                "Makan habis, berjalan pagi dengan tongkat.",
                "Tekanan darah stabil, obat diminum teratur.",
                "Ikut pengajian dan senam, suka menyanyi lagu lama.",
                "Mulai sulit mengingat, diberi penanda di kamar.",
            ),
            NoteKind.VISIT: (
                "Bertemu di wisma, minta diantar berjemur setiap pagi.",
                "Mengobrol lama, senang dikunjungi.",
            ),
            NoteKind.CALL: ("Berbicara lewat telepon waktu kontrol di rumah sakit, tidak mengeluh nyeri.",),
            NoteKind.INCIDENT: ("Terpeleset di kamar mandi, lututnya memar, sudah diperiksa perawat.",),
        },
        {},
    ),
}
NOT_MET = (
    "Ditelepon tiga kali, tidak diangkat. Besok dicoba lagi.",
    "Belum bertemu, petugas yang biasa menemui sedang bertugas di luar kota.",
    "Belum sempat bertemu karena petugas terbatas.",
)
ADDED = (
    "Tambahan: hasil laboratorium sudah keluar, normal.",
    "Tambahan: kerabatnya membenarkan keterangan ini.",
    "Ralat: yang dimaksud pertemuan hari Selasa.",
    "Tambahan: sudah ditindaklanjuti dengan puskesmas.",
)

# What a paper is called where it came from, the line that stands on it, and what it is where courses ask for it.
PAPERS = (
    ("kartu-keluarga.jpg", "Kartu Keluarga", PaperKind.FAMILY_CARD),
    ("surat-keterangan-domisili.jpg", "Surat Keterangan Domisili", None),
    ("surat-pengantar-desa.pdf", "Surat Pengantar Desa", None),
    ("hasil-pemeriksaan-puskesmas.pdf", "Hasil Pemeriksaan Puskesmas", PaperKind.HEALTH_CERTIFICATE),
)

CALL_PLACES = ("Ruang rapat UPT", "Ruang konseling UPT", "Balai desa", "Ruang rapat UPT, bisa juga lewat telepon")
AGENDAS = {
    Group.INFANT: ("Pengasuhan selanjutnya", "Kesehatan, akta kelahiran, dan keluarga asuh"),
    Group.CHILD: ("Kesiapan keluarga menerima kembali", "Sekolah, kesehatan, dan kepulangan"),
    Group.GOING_HOME: ("Kesiapan keluarga menerima kembali", "Pengobatan sesudah pulang"),
    Group.WORK: ("Pelatihan dan tempat kerja sesudahnya", "Tempat tinggal dan modal usaha"),
    Group.CARE: ("Perawatan dan kunjungan keluarga", "Kesehatan dan kegiatan sehari-hari"),
}
GUESTS = ("bagian rujukan", "pendamping PKH", "perawat puskesmas", "petugas desa")
COMES = ("Saya datang.", "Bisa, mulai pukul sepuluh.")
CANNOT = "Sedang bertugas di luar kota, mohon hasilnya dikirim."
# What a conference decides: short, each a step that somebody does by a day.
DECISIONS = {
    Group.INFANT: ("Mengurus akta kelahiran", "Melengkapi imunisasi", "Menilai rumah calon keluarga asuh"),
    Group.CHILD: (
        "Mengunjungi keluarga dan melihat rumahnya",
        "Mendaftarkan ke sekolah terdekat",
        "Mengurus akta kelahiran dan kartu keluarga",
    ),
    Group.GOING_HOME: (
        "Mengunjungi keluarga dan melihat rumahnya",
        "Menyiapkan surat kontrol ke puskesmas dekat rumah",
        "Mengurus KTP dan kartu jaminan kesehatan",
    ),
    Group.WORK: (
        "Mengurus KTP dan kartu jaminan kesehatan",
        "Membuka rekening tabungan bersama petugas",
        "Mencari kamar sewa dekat tempat kerja",
    ),
    Group.CARE: (
        "Memeriksakan mata dan gigi",
        "Mencari kerabat yang mau berkunjung",
        "Mengurus kartu jaminan kesehatan",
    ),
}

# own business: what a programme gives for it, and what is bought from savings
TOOLS = {
    "Warung kopi": ("Kompor, termos, dan bahan jualan", "Meja dan gelas"),
    "Jahit rumahan": ("Mesin jahit portabel", "Kain dan benang"),
    "Ternak kambing": ("Dua ekor kambing dan pakan", "Kandang bambu"),
    "Gorengan keliling": ("Gerobak, wajan, dan tabung gas", "Tepung dan minyak"),
    "Bengkel sepeda": ("Satu set kunci dan pompa", "Ban dalam dan oli"),
    "Laundry kecil": ("Mesin cuci dan setrika", "Sabun dan gantungan baju"),
}
MENTOR_NOTES = (
    "Ingin tahu bagaimana memulai dengan modal kecil.",
    "Butuh teman bicara yang pernah mengalami hal sama.",
)


def group_of(pathway: Pathway, age: int) -> Group:
    """Of whom one speaks, by his way and his age in years."""
    if pathway == Pathway.REUNIFICATION:
        return Group.INFANT if age < _SMALL else Group.CHILD if age < _GROWN else Group.GOING_HOME
    return Group.WORK if pathway == Pathway.INDEPENDENCE else Group.CARE


def note_texts(group: Group, stage: Stage, kind: NoteKind) -> tuple[str, ...]:
    """What a note of this kind may say of somebody in this stage."""
    early, service, after = _NOTES[group]
    return (early if stage in _EARLY else after if stage in _AFTER else service)[kind]
