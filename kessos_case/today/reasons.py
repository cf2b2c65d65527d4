"""Why a thing is on the first page: the fact behind it in one or two plain sentences, by its kind.

Where the fact is out of the reader's sight the sentence says less and is still true.
"""

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from kessos_case.graduation.rules import RelapseKind
from kessos_case.referrals import wording as referral_words
from kessos_case.tasks.rules import TaskKind
from kessos_case.today.fact_queries import Fact
from kessos_case.today.queries import Thing
from kessos_case.today.rules import Ask
from kessos_case.today.service import Card
from kessos_case.web.figures import day
from kessos_case.web.forms import Words

RELAPSES: Words = {
    RelapseKind.AID: lazy_gettext("menerima bantuan kebutuhan hidup lagi"),
    RelapseKind.NEW_CASE: lazy_gettext("punya kasus baru"),
    RelapseKind.WORK_LOST: lazy_gettext("kehilangan pekerjaan"),
    RelapseKind.STREET: lazy_gettext("kembali ke jalan"),
}


def why(card: Card) -> str:
    """Why this is there, as sentences."""
    return _REASONS[card.thing.kind](card.thing, card.fact or Fact(card.thing.subject_id))


def _manual(thing: Thing, fact: Fact) -> str:
    return _("Ditulis %(day)s.", day=day(thing.created_at))


def _open_case(thing: Thing, fact: Fact) -> str:
    return _("Kantor Anda sudah menerima orang ini, tetapi kasusnya belum dibuka.")


def _assign(thing: Thing, fact: Fact) -> str:
    if fact.day is None:
        return _("Kasus ini belum punya pekerja sosial.")
    return _("Kasus dibuka %(day)s dan belum punya pekerja sosial.", day=day(fact.day))


def _decide_plan(thing: Thing, fact: Fact) -> str:
    if thing.subject_kind == "goal":
        return _("Satu tujuan dihapus dari rencana yang berlaku. Orang lain harus menyetujuinya.")
    if fact.number is None or fact.since is None:
        return _("Rencana ini diajukan dan menunggu keputusan.")
    return _("Rencana ke-%(number)d diajukan %(day)s.", number=fact.number, day=day(fact.since))


def _plan_step(thing: Thing, fact: Fact) -> str:
    return _("Langkah ini ada di rencana yang disetujui dan dikerjakan kantor Anda sendiri.")


def _end_pause(thing: Thing, fact: Fact) -> str:
    if fact.since is None:
        return _("Kasus ini istirahat sampai %(until)s.", until=day(thing.due_at))
    return _("Kasus ini istirahat sejak %(day)s sampai %(until)s.", day=day(fact.since), until=day(thing.due_at))


def _review_care(thing: Thing, fact: Fact) -> str:
    if fact.since is None:
        return _("Perawatan ditinjau bersama orangnya pada waktunya.")
    return _("Dirawat sejak %(day)s. Perawatan ditinjau bersama orangnya pada waktunya.", day=day(fact.since))


def _reassess(thing: Thing, fact: Fact) -> str:
    return _("Asesmen yang wajib sudah lama. Tanyakan sekali lagi, supaya terlihat apa yang berubah sejak awal.")


def _transfer(thing: Thing, fact: Fact) -> str:
    if fact.word is None or fact.since is None:
        return _("UPT lain menawarkan satu kasus kepada kantor Anda.")
    return _("%(office)s menawarkan satu kasus kepada kantor Anda pada %(day)s.", office=fact.word, day=day(fact.since))


def _step_back(thing: Thing, fact: Fact) -> str:
    if thing.subject_kind != "reunification":
        return _("Pekerjaannya berakhir. Kalau kasusnya boleh tetap di tahap ini, tekan Sudah dikerjakan.")
    return _(
        "Orang ini tidak lagi tinggal di rumah yang menerimanya. Kalau kasusnya boleh tetap, tekan Sudah dikerjakan."
    )


def _verify(thing: Thing, fact: Fact) -> str:
    if fact.since is None:
        return _("Pekerjaannya sudah dicatat, tetapi belum dipastikan.")
    return _("Pekerjaan dicatat mulai %(day)s, tetapi belum dipastikan.", day=day(fact.since))


def _check(thing: Thing, fact: Fact) -> str:
    if fact.since is None:
        return _("Ini pemeriksaan %(days)s hari.", days=thing.period)
    return _("Mulai bekerja %(day)s. Ini pemeriksaan %(days)s hari.", day=day(fact.since), days=thing.period)


def _visit(thing: Thing, fact: Fact) -> str:
    if fact.day is None:
        return _("Kunjungan bulan ke-%(month)s sesudah lulus sementara.", month=thing.period)
    return _("Lulus sementara %(day)s. Ini kunjungan bulan ke-%(month)s.", day=day(fact.day), month=thing.period)


def _decide_graduation(thing: Thing, fact: Fact) -> str:
    if thing.period != "recommend":
        return _("Pekerja sosial sudah mengusulkan kelulusan. Sekarang orang lain memutuskan.")
    if fact.since is None:
        return _("Semua syarat lulus terpenuhi.")
    return _("Semua syarat lulus terpenuhi sejak %(day)s. Usulkan, atau tunda dengan alasan.", day=day(fact.since))


def _confirm_graduation(thing: Thing, fact: Fact) -> str:
    if fact.day is None:
        return _("Masa pendampingan sesudah lulus sementara selesai %(until)s.", until=day(thing.due_at))
    return _(
        "Lulus sementara %(day)s. Masa pendampingannya selesai %(until)s.", day=day(fact.day), until=day(thing.due_at)
    )


def _reconsider(thing: Thing, fact: Fact) -> str:
    return _("Ada catatan yang datang terlambat. Syaratnya tidak terpenuhi lagi, jadi putusannya dibatalkan.")


def _relapse(thing: Thing, fact: Fact) -> str:
    if fact.word is None or fact.since is None:
        return _("Sesudah lulus, orang ini tercatat butuh bantuan lagi.")
    return _("Sesudah lulus tercatat: %(what)s, %(day)s.", what=RELAPSES[fact.word], day=day(fact.since))


def _aid_after_death(thing: Thing, fact: Fact) -> str:
    return _("Ada bantuan untuk bulan sesudah orang ini meninggal. Tidak ada yang ditarik kembali dengan sendirinya.")


def _mandatory_report(thing: Thing, fact: Fact) -> str:
    return _("Kasus seperti ini wajib dilaporkan dalam waktu singkat. Sesudah dilaporkan, tekan Sudah dikerjakan.")


def _flag(thing: Thing, fact: Fact) -> str:
    if fact.since is None:
        return _("Orang ini muncul waktu catatan bantuan dihitung.")
    return _("Orang ini muncul waktu catatan bantuan dihitung, %(day)s.", day=day(fact.since))


def _agreed_step(thing: Thing, fact: Fact) -> str:
    if fact.other_id is None:
        return _("Kepala menyepakati satu langkah untuk orang ini. Masukkan ke rencananya.")
    return _("Kepala menyepakati satu langkah. Langkahnya sudah ada di rancangan rencana; lengkapi, lalu ajukan.")


def _import(thing: Thing, fact: Fact) -> str:
    if fact.number is None or fact.word is None:
        return _("Ada baris yang belum jelas milik siapa.")
    return ngettext(
        "%(num)d baris di berkas %(file)s belum jelas milik siapa.",
        "%(num)d baris di berkas %(file)s belum jelas milik siapa.",
        fact.number,
        file=fact.word,
    )


def _chase(thing: Thing, fact: Fact) -> str:
    if fact.word is None:
        return _("Laporan ini lewat waktu dan tidak bergerak.")
    return _(
        "Dari %(place)s. Keadaannya: %(state)s, dan waktunya sudah lewat.",
        place=fact.place or "",
        state=str(referral_words.STATES[fact.word]).lower(),
    )


def _confirm_entry(thing: Thing, fact: Fact) -> str:
    if fact.since is None:
        return _("Sudah lama tidak ada yang memastikan isinya.")
    return _(
        "Terakhir dipastikan %(day)s. Isi yang lama membuat orang dikirim ke tempat yang salah; karena itu layanannya "
        "sekarang ditawarkan paling akhir.",
        day=day(fact.since),
    )


def _renew_agreement(thing: Thing, fact: Fact) -> str:
    return _(
        "Perjanjian berakhir %(day)s. Sesudah itu tidak ada orang baru yang bisa ditawarkan ke sana. Kalau perjanjian "
        "barunya sudah ditulis pengurus aplikasi, tugas ini selesai sendiri.",
        day=day(thing.due_at if fact.day is None else fact.day),
    )


def _take_up(thing: Thing, fact: Fact) -> str:
    if fact.day is None:
        return _("Ada keputusan temu bahas yang belum ada di rencana. Masukkan, atau tulis mengapa tidak.")
    return _(
        "Temu bahas %(day)s memutuskan sesuatu yang belum ada di rencana. Masukkan, atau tulis mengapa tidak.",
        day=day(fact.day),
    )


def _tell_of_place(thing: Thing, fact: Fact) -> str:
    if fact.word is None or fact.day is None:
        return _("Ia menunggu di daftar, dan sekarang mendapat tempat. Tanyakan apakah ia masih mau.")
    return _(
        "Ia menunggu di daftar %(course)s, dan sekarang mendapat tempat mulai %(day)s. Tanyakan apakah ia masih mau.",
        course=fact.word,
        day=day(fact.day),
    )


def _ask_about_absence(thing: Thing, fact: Fact) -> str:
    if fact.word is None:
        return _("Dari lima hari pelatihan, lebih dari satu hari ia tidak hadir tanpa izin.")
    return _(
        "Di %(course)s ia hadir kurang dari 80%% harinya, tanpa izin. Kalau ditanya sekarang, ia masih bisa menyusul.",
        course=fact.word,
    )


def _record_result(thing: Thing, fact: Fact) -> str:
    if fact.word is None:
        return _("Pelatihannya sudah selesai, tetapi hasilnya belum dicatat.")
    return _(
        "%(course)s sudah selesai. Catat apakah ia lulus, atau catat bahwa ia berhenti atau tidak mendapat tempat.",
        course=fact.word,
    )


def _look_at_work(thing: Thing, fact: Fact) -> str:
    return _("Pemberi kerja menjawab %(day)s bahwa orangnya sudah tidak bekerja di sana.", day=day(thing.created_at))


def _chase_application(thing: Thing, fact: Fact) -> str:
    if fact.since is None or fact.word is None:
        return _("Lamarannya belum ada kabar. Tanyakan, lalu catat hasilnya.")
    if fact.day is not None:
        return _("Wawancara sebagai %(work)s hari %(day)s. Hasilnya belum dicatat.", work=fact.word, day=day(fact.day))
    return _("Melamar sebagai %(work)s sejak %(day)s. Belum ada kabarnya.", work=fact.word, day=day(fact.since))


def _ask_about_mentoring(thing: Thing, fact: Fact) -> str:
    return _(
        "Ia diusulkan bertemu dengan seorang pendamping. Tanyakan apakah ia mau. Tanpa jawabannya tidak ada yang terjadi."
    )


def _meet_mentor(thing: Thing, fact: Fact) -> str:
    if fact.day is None:
        return _("Keduanya sudah mau bertemu, tetapi pertemuannya belum dicatat.")
    return _("Keduanya sudah mau bertemu sejak %(day)s, tetapi pertemuannya belum dicatat.", day=day(fact.day))


def _follow_up_mentoring(thing: Thing, fact: Fact) -> str:
    if fact.since is None:
        return _("Ia sudah bertemu pendampingnya. Tanyakan bagaimana hasilnya.")
    return _("Ia pertama kali bertemu pendampingnya %(day)s. Tanyakan bagaimana hasilnya.", day=day(fact.since))


def _contact(thing: Thing, fact: Fact) -> str:
    if fact.seen_on is None:
        return _("Sejak kasusnya dibuka belum tercatat ada yang bertemu atau berbicara dengannya.")
    return _("Terakhir ditemui atau dihubungi %(day)s. Itu sudah terlalu lama.", day=day(fact.seen_on))


def _review_stay(thing: Thing, fact: Fact) -> str:
    if fact.since is None:
        return _("Masa tinggalnya di rumah UPT ditinjau bersama orangnya pada waktunya.")
    return _(
        "Tinggal di rumah UPT sejak %(day)s. Masa tinggalnya ditinjau bersama orangnya pada waktunya.",
        day=day(fact.since),
    )


def _end_stay(thing: Thing, fact: Fact) -> str:
    if fact.day is None:
        return _("Masa tinggalnya sudah lewat dari rencana. Putuskan bersama orangnya bagaimana selanjutnya.")
    return _(
        "Rencananya ia tinggal sampai %(day)s. Putuskan bersama orangnya bagaimana selanjutnya.", day=day(fact.day)
    )


def _admit_next(thing: Thing, fact: Fact) -> str:
    if not fact.number:
        return _("Ada tempat tidur kosong, dan ada yang menunggu.")
    return ngettext(
        "Ada tempat tidur kosong, dan %(num)d orang menunggu.",
        "Ada tempat tidur kosong, dan %(num)d orang menunggu.",
        fact.number,
    )


def _review_plan(thing: Thing, fact: Fact) -> str:
    if fact.day is None:
        return _(
            "Bicarakan dengan orangnya: apa yang sudah jalan, apa yang belum. Ubah rencananya, atau catat bahwa tetap."
        )
    return _(
        "Disepakati untuk dilihat lagi %(day)s. Bicarakan dengan orangnya, lalu ubah rencananya atau catat bahwa tetap.",
        day=day(fact.day),
    )


def _aid_years(thing: Thing, fact: Fact) -> str:
    years = int(thing.period) // 12 if thing.period.isdecimal() else 3
    return ngettext(
        "Sudah %(num)d tahun ia hidup dengan bantuan. Bicarakan, dan lihat rencananya. Tidak ada bantuan yang dihentikan.",
        "Sudah %(num)d tahun ia hidup dengan bantuan. Bicarakan, dan lihat rencananya. Tidak ada bantuan yang dihentikan.",
        years,
    )


def _report(thing: Thing, fact: Fact) -> str:
    return _("Dikirim %(day)s. Pelapor menunggu jawaban kantor Anda.", day=day(thing.created_at))


def _receiver(thing: Thing, fact: Fact) -> str:
    return _("Laporan %(day)s sudah diperiksa, tetapi belum ada lembaga yang menolong.", day=day(thing.created_at))


def _question(thing: Thing, fact: Fact) -> str:
    return _("Anda melapor %(day)s. Laporannya berhenti sampai Anda menjawab.", day=day(thing.created_at))


def _offer(thing: Thing, fact: Fact) -> str:
    return _("Dari %(place)s. Kalau tidak dijawab pada waktunya, lembaga lain yang ditanya.", place=fact.place or "")


def _meet(thing: Thing, fact: Fact) -> str:
    if fact.day is None:
        return _("Lembaga Anda sudah menerima, tetapi belum tercatat bertemu orangnya.")
    return _("Lembaga Anda menerima untuk %(day)s, tetapi belum tercatat bertemu orangnya.", day=day(fact.day))


def _outcome(thing: Thing, fact: Fact) -> str:
    return _("Lembaga Anda sudah bertemu orangnya. Pelapor menunggu kabar bagaimana hasilnya.")


def _signature(thing: Thing, fact: Fact) -> str:
    return _("Anda diminta menandatangani sebagai orang dari kantor lain, sesudah masa pendampingan selesai.")


_REASONS: dict[str, Callable[[Thing, Fact], str]] = {
    TaskKind.MANUAL: _manual,
    TaskKind.OPEN_CASE: _open_case,
    TaskKind.ASSIGN_CASEWORKER: _assign,
    TaskKind.DECIDE_PLAN: _decide_plan,
    TaskKind.DO_PLAN_STEP: _plan_step,
    TaskKind.END_PAUSE: _end_pause,
    TaskKind.REVIEW_CARE: _review_care,
    TaskKind.REASSESS: _reassess,
    TaskKind.ANSWER_TRANSFER: _transfer,
    TaskKind.CONSIDER_STEP_BACK: _step_back,
    TaskKind.VERIFY_PLACEMENT: _verify,
    TaskKind.CHECK_PLACEMENT: _check,
    TaskKind.LOOK_AT_WORK: _look_at_work,
    TaskKind.CHASE_APPLICATION: _chase_application,
    TaskKind.VISIT_AFTERCARE: _visit,
    TaskKind.DECIDE_GRADUATION: _decide_graduation,
    TaskKind.CONFIRM_GRADUATION: _confirm_graduation,
    TaskKind.RECONSIDER_GRADUATION: _reconsider,
    TaskKind.ANSWER_RELAPSE: _relapse,
    TaskKind.REVIEW_AID_AFTER_DEATH: _aid_after_death,
    TaskKind.MANDATORY_REPORT: _mandatory_report,
    TaskKind.REVIEW_FLAG: _flag,
    TaskKind.PLAN_AGREED_STEP: _agreed_step,
    TaskKind.SETTLE_IMPORT: _import,
    TaskKind.CHASE_REFERRAL: _chase,
    TaskKind.CONFIRM_ENTRY: _confirm_entry,
    TaskKind.RENEW_AGREEMENT: _renew_agreement,
    TaskKind.ASK_ABOUT_MENTORING: _ask_about_mentoring,
    TaskKind.MEET_MENTOR: _meet_mentor,
    TaskKind.FOLLOW_UP_MENTORING: _follow_up_mentoring,
    TaskKind.CONTACT_CLIENT: _contact,
    TaskKind.REVIEW_STAY: _review_stay,
    TaskKind.END_STAY: _end_stay,
    TaskKind.ADMIT_NEXT: _admit_next,
    TaskKind.TELL_OF_PLACE: _tell_of_place,
    TaskKind.ASK_ABOUT_ABSENCE: _ask_about_absence,
    TaskKind.RECORD_RESULT: _record_result,
    TaskKind.TAKE_UP_DECISION: _take_up,
    TaskKind.REVIEW_PLAN: _review_plan,
    TaskKind.WARN_AID_YEARS: _aid_years,
    Ask.ANSWER_REPORT: _report,
    Ask.FIND_RECEIVER: _receiver,
    Ask.ANSWER_QUESTION: _question,
    Ask.ANSWER_OFFER: _offer,
    Ask.MEET_PERSON: _meet,
    Ask.TELL_OUTCOME: _outcome,
    Ask.SIGN_GRADUATION: _signature,
}
