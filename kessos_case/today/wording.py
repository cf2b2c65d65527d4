"""What the first page says: what is to be done, under which heading, whose it is."""

from flask_babel import format_date, lazy_gettext
from flask_babel import gettext as _

from kessos_case.core.clock import office_day
from kessos_case.nights.rules import Step
from kessos_case.referrals import wording as referral_words
from kessos_case.tasks import wording as tasks
from kessos_case.today.reasons import why
from kessos_case.today.rules import Ask, Group, View
from kessos_case.today.service import Card
from kessos_case.today.ways import way_to
from kessos_case.web.forms import Words

__all__ = ["way_to", "why"]

URGENCIES, REPORT_STATES = referral_words.URGENCIES, referral_words.STATES

ASKS: Words = {
    Ask.ANSWER_REPORT: lazy_gettext("Jawab laporan dari %(place)s"),
    Ask.FIND_RECEIVER: lazy_gettext("Carikan lembaga untuk orang di %(place)s"),
    Ask.ANSWER_QUESTION: lazy_gettext("Jawab pertanyaan tentang laporan Anda dari %(place)s"),
    Ask.ANSWER_OFFER: lazy_gettext("Jawab permintaan: %(service)s"),
    Ask.MEET_PERSON: lazy_gettext("Temui orang yang Anda terima: %(service)s"),
    Ask.TELL_OUTCOME: lazy_gettext("Tulis hasilnya: %(service)s"),
    Ask.SIGN_GRADUATION: lazy_gettext("Tanda tangani putusan kelulusan"),
}

_ASK_ACTIONS: Words = {
    Ask.ANSWER_REPORT: lazy_gettext("Baca dan jawab"),
    Ask.FIND_RECEIVER: lazy_gettext("Pilih lembaga"),
    Ask.ANSWER_QUESTION: lazy_gettext("Baca dan jawab"),
    Ask.ANSWER_OFFER: lazy_gettext("Baca dan jawab"),
    Ask.MEET_PERSON: lazy_gettext("Catat pertemuan"),
    Ask.TELL_OUTCOME: lazy_gettext("Tulis hasilnya"),
    Ask.SIGN_GRADUATION: lazy_gettext("Baca dan tanda tangani"),
}

_ASK_NAMES: Words = {
    Ask.ANSWER_REPORT: lazy_gettext("Laporan masuk"),
    Ask.FIND_RECEIVER: lazy_gettext("Laporan tanpa lembaga"),
    Ask.ANSWER_QUESTION: lazy_gettext("Pertanyaan tentang laporan Anda"),
    Ask.ANSWER_OFFER: lazy_gettext("Permintaan kepada lembaga Anda"),
    Ask.MEET_PERSON: lazy_gettext("Orang yang perlu ditemui"),
    Ask.TELL_OUTCOME: lazy_gettext("Hasil yang perlu ditulis"),
    Ask.SIGN_GRADUATION: lazy_gettext("Putusan yang perlu tanda tangan"),
}

NAMES: Words = {**tasks.NAMES, **_ASK_NAMES}
ACTIONS: Words = {**tasks.ACTIONS, **_ASK_ACTIONS}

GROUPS: Words = {
    Group.EMERGENCY: lazy_gettext("Darurat"),
    Group.OVERDUE: lazy_gettext("Terlambat"),
    Group.TODAY: lazy_gettext("Hari ini"),
    Group.WEEK: lazy_gettext("Dalam tujuh hari"),
    Group.LATER: lazy_gettext("Nanti"),
}

VIEWS: Words = {
    View.SOON: lazy_gettext("Minggu ini"),
    View.OVERDUE: lazy_gettext("Terlambat"),
    View.TODAY: lazy_gettext("Hari ini"),
    View.WEEK: lazy_gettext("Sesudah hari ini"),
    View.DESK: lazy_gettext("Belum diambil"),
    View.LATER: lazy_gettext("Nanti"),
    View.OFFICE: lazy_gettext("Seluruh kantor"),
}

# What an empty view means.
EMPTY: Words = {
    View.SOON: lazy_gettext("Tidak ada yang harus Anda kerjakan minggu ini."),
    View.OVERDUE: lazy_gettext("Tidak ada yang terlambat. Bagus!"),
    View.TODAY: lazy_gettext("Tidak ada yang harus selesai hari ini."),
    View.WEEK: lazy_gettext("Sesudah hari ini tidak ada yang harus selesai dalam tujuh hari."),
    View.DESK: lazy_gettext("Semua tugas kantor sudah ada yang mengerjakan."),
    View.LATER: lazy_gettext("Sesudah tujuh hari ini belum ada apa-apa."),
    View.OFFICE: lazy_gettext("Di seluruh kantor tidak ada tugas yang terbuka."),
}

STEPS: Words = {
    Step.SCORES: lazy_gettext("menghitung bulan-bulan bantuan"),
    Step.FLAGS: lazy_gettext("memilih siapa yang perlu ditinjau"),
    Step.GRADUATION: lazy_gettext("memeriksa syarat kelulusan"),
    Step.CHECKS: lazy_gettext("meminta pemeriksaan yang jatuh waktu"),
    Step.CLOCKS: lazy_gettext("memeriksa laporan yang lewat waktu"),
    Step.DIGESTS: lazy_gettext("menghitung pekerjaan setiap orang"),
    Step.COHORTS: lazy_gettext("menghitung laporan tentang apa yang terjadi sesudah dilayani"),
    Step.RETENTION: lazy_gettext("membuang yang tidak boleh disimpan lagi"),
}

# What a verb did, said on the page that it leads to.
NOTICES: Words = {
    "done": lazy_gettext("Sudah dicatat selesai."),
    "taken": lazy_gettext("Tugas ini sekarang milik Anda."),
    "handed_over": lazy_gettext("Tugas sudah diserahkan."),
    "day_moved": lazy_gettext("Harinya sudah dipindah."),
    "cancelled": lazy_gettext("Tugas sudah dibatalkan."),
    "added": lazy_gettext("Tugas sudah ditulis."),
}


def title(card: Card) -> str:
    """What is to be done, the verb first, about whom or where."""
    fact = card.fact
    place, service = (fact.place if fact else None), (fact.word if fact else None)
    words = tasks.TITLES.get(card.thing.kind) or ASKS[card.thing.kind]
    return str(words) % {
        "who": card.who.text if card.who else _("seseorang"),
        "place": place or _("wilayah Anda"),
        "service": service or _("layanan"),
    }


def today(moment: object) -> str:
    """`Senin, 2 Maret 2026` by the office's clock."""
    return format_date(office_day(moment), "EEEE, d MMMM y")  # type: ignore[arg-type]
