"""What pages say of flags and their review: plain words, never a number before the reviewer has said what he thinks."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import get_locale, lazy_gettext

from kessos_case.cases.rules import StepKind
from kessos_case.dependency import rules
from kessos_case.dependency.rules import Band, DismissReason, FlagKind, FlagState, Opinion
from kessos_case.web import forms
from kessos_case.web.forms import Words

STATES: Words = {
    FlagState.RAISED: lazy_gettext("Menunggu tinjauan"),
    FlagState.UNDER_REVIEW: lazy_gettext("Pendapat sudah dicatat, menunggu keputusan"),
    FlagState.ACTION_AGREED: lazy_gettext("Langkah disepakati"),
    FlagState.DISMISSED: lazy_gettext("Dikesampingkan"),
    FlagState.EXPIRED: lazy_gettext("Lewat waktu tanpa tinjauan"),
    FlagState.LOWERED: lazy_gettext("Tidak lagi di antara yang paling membutuhkan"),
}

OPINIONS: Words = {
    Opinion.AGREE: lazy_gettext("Ya, orang ini butuh dukungan"),
    Opinion.DISAGREE: lazy_gettext("Tidak, orang ini tidak butuh dukungan itu"),
    Opinion.CANNOT_TELL: lazy_gettext("Belum bisa dikatakan"),
}

BANDS: Words = {
    Band.LOW: lazy_gettext("rendah"),
    Band.WATCH: lazy_gettext("perlu diperhatikan"),
    Band.HIGH: lazy_gettext("tinggi"),
    Band.VERY_HIGH: lazy_gettext("sangat tinggi"),
}

KINDS: Words = {
    FlagKind.SCORE: lazy_gettext("Orang ini muncul karena skornya."),
    FlagKind.SAMPLE: lazy_gettext(
        "Orang ini terpilih dengan undian, bukan karena skornya. Tinjauan Anda menunjukkan siapa yang terlewat."
    ),
}

# In the order in which a form offers them: what leads out of aid first.
STEPS: Words = {
    StepKind.COURSE: lazy_gettext("Kursus atau pelatihan"),
    StepKind.PLACEMENT: lazy_gettext("Dicarikan pekerjaan"),
    StepKind.AID: lazy_gettext("Modal atau alat usaha"),
    StepKind.MENTOR: lazy_gettext("Pendamping usaha"),
    StepKind.REFERRAL: lazy_gettext("Dirujuk ke layanan lain"),
    StepKind.VISIT: lazy_gettext("Dikunjungi"),
    StepKind.TASK: lazy_gettext("Tugas untuk petugas, misalnya asesmen ulang"),
    StepKind.OTHER: lazy_gettext("Yang lain"),
}

DISMISS_REASONS: Words = {
    DismissReason.ALREADY_SUPPORTED: lazy_gettext("Sudah didampingi keluar dari bantuan"),
    DismissReason.WRONG_FACT: lazy_gettext("Ada catatan yang salah"),
    DismissReason.TEMPORARY_NEED: lazy_gettext("Butuh bantuan hanya untuk sementara"),
    DismissReason.CANNOT_WORK_NOW: lazy_gettext("Sekarang belum bisa bekerja"),
    DismissReason.PERSON_DECLINES: lazy_gettext("Orangnya belum mau"),
    DismissReason.NO_NEED: lazy_gettext("Tidak butuh dukungan"),
    DismissReason.OTHER: lazy_gettext("Alasan lain"),
}

# The lists that the queue offers, by the state in their address; the first is what waits.
VIEWS: Words = {
    "": lazy_gettext("Menunggu"),
    FlagState.ACTION_AGREED: lazy_gettext("Langkah disepakati"),
    FlagState.DISMISSED: lazy_gettext("Dikesampingkan"),
    FlagState.EXPIRED: lazy_gettext("Lewat waktu"),
}

NOTICES: Words = {
    "opinion": lazy_gettext("Pendapat Anda sudah dicatat. Sekarang skornya terlihat. Putuskan apa yang dilakukan."),
    "action": lazy_gettext("Langkah sudah dicatat."),
    "dismiss": lazy_gettext("Sudah dikesampingkan. Orang ini tidak ditampilkan lagi sebelum tanggal itu."),
}

_WRONG: Words = {
    "opinion": lazy_gettext("Pilih pendapat Anda."),
    "reason": lazy_gettext("Tulis alasannya, satu kalimat cukup."),
    "step.kind": lazy_gettext("Pilih langkahnya."),
    "step.text": lazy_gettext("Tulis apa yang akan dilakukan."),
    "step.due_on": lazy_gettext("Tulis tanggal mulai hari ini, misalnya 2026-03-31."),
    "dismiss_reason": lazy_gettext("Pilih alasan mengesampingkan."),
    "until": lazy_gettext("Tulis tanggal sesudah hari ini, paling lama satu tahun."),
}


def sentence(said: rules.Words) -> str:
    """A sentence that comes in two languages, in the reader's, as the beginning of a line."""
    text = said.en if str(get_locale()) == "en" else said.id
    return text[:1].upper() + text[1:]


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader, from the `{field, code, detail}` entries of a schema or service."""
    return forms.mistakes(errors, _WRONG)
