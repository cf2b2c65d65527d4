"""What the pages of the directory say: whom a service takes, when it is open, how many places are free, in plain words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from kessos_case.access.wording import OFFICE_KINDS
from kessos_case.partners.models import ServiceCapacity, ServicePause
from kessos_case.partners.rules.upkeep import needs_agreement
from kessos_case.partners.service import ServiceCard
from kessos_case.web import forms
from kessos_case.web.figures import day
from kessos_case.web.forms import Words

__all__ = ["OFFICE_KINDS"]

# Kecamatan of a service that an entry names before it only counts them.
MOST_PLACES_NAMED = 6
# So long before its end whoever keeps the entry is asked for the next period.
_PERIOD_ENDS_SOON = timedelta(days=21)

PAUSE_REASONS: Words = {
    "full": lazy_gettext("Penuh"),
    "no_staff": lazy_gettext("Petugas tidak cukup"),
    "holiday": lazy_gettext("Libur"),
    "building": lazy_gettext("Gedung diperbaiki"),
    "other": lazy_gettext("Alasan lain"),
}

END_REASONS: Words = {
    "by_partner": lazy_gettext("Diminta lembaganya"),
    "by_office": lazy_gettext("Diakhiri dinas sosial"),
    "by_both": lazy_gettext("Disepakati bersama"),
    "replaced": lazy_gettext("Diganti perjanjian lain"),
    "mistake": lazy_gettext("Salah dicatat"),
}

UNTIL: Words = {
    "today": lazy_gettext("Satu hari saja"),
    "day": lazy_gettext("Sampai tanggal tertentu"),
    "open": lazy_gettext("Belum tahu sampai kapan"),
}

SEXES: Words = {"L": lazy_gettext("Laki-laki"), "P": lazy_gettext("Perempuan")}
TAKES_SEX: Words = {
    "": lazy_gettext("Laki-laki dan perempuan"),
    "L": lazy_gettext("Hanya laki-laki"),
    "P": lazy_gettext("Hanya perempuan"),
}

WEEKDAYS: Words = {
    "1": lazy_gettext("Senin"),
    "2": lazy_gettext("Selasa"),
    "3": lazy_gettext("Rabu"),
    "4": lazy_gettext("Kamis"),
    "5": lazy_gettext("Jumat"),
    "6": lazy_gettext("Sabtu"),
    "7": lazy_gettext("Minggu"),
}

NOTICES: Words = {
    "saved": lazy_gettext("Sudah tersimpan."),
    "paused": lazy_gettext("Sudah dicatat. Selama tutup, tidak ada orang baru yang ditawarkan. Salah tekan? Tekan Buka lagi."),
    "opened": lazy_gettext("Layanan buka lagi. Kantor sekarang mencari siapa yang membutuhkan tempat ini."),
    "places": lazy_gettext(
        "Jumlah tempat sudah tersimpan. Kalau ada yang antre, mereka yang pertama mendapat tempat; sisanya ditawarkan "
        "kepada orang lain yang membutuhkan."
    ),
    "period": lazy_gettext("Masa berikutnya sudah dibuka."),
    "confirmed": lazy_gettext("Terima kasih. Tercatat bahwa semuanya masih benar hari ini."),
    "added": lazy_gettext("Layanan sudah ditambah. Sekarang isi berapa tempatnya: tanpa itu belum ada yang ditawarkan."),
    "stopped": lazy_gettext("Layanan sudah dihentikan. Tidak ada orang baru yang ditawarkan."),
    "agreement": lazy_gettext("Perjanjian sudah tersimpan."),
    "contact": lazy_gettext("Kontak sudah tersimpan."),
}  # fmt: skip

_DAYS = lazy_gettext("Tulis tanggalnya, misalnya 2026-03-31.")
_AGES = lazy_gettext("Tulis umur dalam tahun, 0 sampai 130, atau kosongkan.")
_HOURS = lazy_gettext("Tulis jam buka dan jam tutup, misalnya 08.00 dan 15.00, atau kosongkan keduanya.")

WRONG: Words = {
    "service_id": lazy_gettext("Pilih layanannya."),
    "service_type": lazy_gettext("Pilih jenis layanannya."),
    "name": lazy_gettext("Tulis namanya."),
    "coverage": lazy_gettext("Pilih dari mana saja orang diterima."),
    "min_age": _AGES,
    "max_age": _AGES,
    "categories": lazy_gettext("Pilih dari daftar, atau kosongkan kalau semua golongan diterima."),
    "open_days": lazy_gettext("Pilih hari buka, atau kosongkan."),
    "opens_at": _HOURS,
    "closes_at": _HOURS,
    "places": lazy_gettext("Tulis angka, 0 sampai 100.000."),
    "starts_on": _DAYS,
    "ends_on": _DAYS,
    "until": lazy_gettext("Pilih sampai kapan."),
    "reason": lazy_gettext("Pilih alasannya."),
    "number": lazy_gettext("Tulis nomor perjanjiannya."),
    "parties": lazy_gettext("Tulis siapa yang menandatangani, satu nama setiap baris."),
    "subject": lazy_gettext("Tulis tentang apa perjanjiannya, atau kosongkan."),
    "position": lazy_gettext("Tulis tugasnya, atau kosongkan."),
    "phone": lazy_gettext("Tulis nomor telepon yang bisa dihubungi, misalnya 0812-3456-7890."),
    "email": lazy_gettext("Tulis alamat surel yang lengkap, misalnya nama@contoh.id."),
    "application_process": lazy_gettext("Tulis apa yang perlu dibawa, atau kosongkan."),
}

# What a rule means, where the field alone does not say it.
CODES: Words = {
    "before_start": lazy_gettext("Hari terakhir tidak boleh sebelum hari pertama."),
    "over": lazy_gettext("Hari ini sudah lewat. Pilih hari ini atau sesudahnya."),
    "below_min_age": lazy_gettext("Umur tertinggi tidak boleh di bawah umur terendah."),
    "changed": lazy_gettext("Keadaannya sudah berubah sejak halaman ini dibuka. Lihat yang baru, lalu putuskan."),
    "period_overlaps": lazy_gettext("Sudah ada masa lain pada sebagian hari itu. Pilih hari sesudah masa yang sudah ada."),
    "number_taken": lazy_gettext("Nomor ini sudah dipakai perjanjian lain dengan lembaga ini. Periksa nomornya."),
    "taken": lazy_gettext("Nomor ini sudah dipakai perjanjian lain dengan lembaga ini. Periksa nomornya."),
    "not_a_phone": lazy_gettext("Ini bukan nomor telepon. Tulis satu nomor, misalnya 0812-3456-7890."),
    "already_ends": lazy_gettext("Perjanjian ini memang sudah habis pada hari itu. Pilih hari yang lebih awal."),
    "unreachable": lazy_gettext("Tulis nomor telepon atau alamat surel, supaya bisa dihubungi."),
    "accreditation": lazy_gettext("Hanya pengurus aplikasi yang mencatat akreditasi."),
    "in_progress": lazy_gettext("Formulir ini sedang dicatat. Tunggu sebentar, lalu buka lagi halamannya."),
}  # fmt: skip


@dataclass(frozen=True)
class Names:
    """Names for the codes of an entry: of places, service types, by group too, and categories."""

    places: Mapping[str, str]
    services: Mapping[str, str]
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    categories: Mapping[str, str]


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader, from the `{field, code, detail}` entries of a schema or service."""
    return forms.mistakes(errors, WRONG, CODES)


def in_use(places: int) -> str:
    """Why the number of places cannot go below this."""
    return ngettext(
        "%(num)d tempat sedang dipakai. Jumlahnya tidak boleh kurang dari itu.",
        "%(num)d tempat sedang dipakai. Jumlahnya tidak boleh kurang dari itu.",
        places,
    )


def ages(least: int | None, most: int | None) -> str:
    """Which ages a service takes."""
    if least is None and most is None:
        return _("Semua umur")
    if most is None:
        return _("%(age)d tahun ke atas", age=least)
    if not least:
        return _("Sampai %(age)d tahun", age=most)
    return _("%(least)d sampai %(most)d tahun", least=least, most=most)


def takes(card: ServiceCard, names: Names) -> list[str]:
    """Whom a service takes, one plain statement each."""
    told = [ages(card.min_age, card.max_age), str(TAKES_SEX[sex_choice(card.sexes)])]
    if card.categories:
        told.append(_("Hanya: %(who)s", who=", ".join(names.categories.get(one, one) for one in card.categories)))
    if card.has_disability_access:
        told.append(_("Tempatnya bisa dipakai difabel"))
    if card.is_accredited:
        told.append(_("Terakreditasi untuk anak, korban perdagangan orang dan kekerasan seksual"))
    return told


def sex_choice(sexes: Iterable[str]) -> str:
    """The one choice of a form for what a service says of sexes; nothing: both."""
    said = set(sexes)
    return said.pop() if len(said) == 1 else ""


def takes_from(coverage: list[str], names: Names) -> str:
    """Where people may come from."""
    named = [names.places.get(code, code) for code in coverage]
    if len(named) <= MOST_PLACES_NAMED:
        return ", ".join(named)
    others = len(named) - MOST_PLACES_NAMED
    more = ngettext("dan %(num)d tempat lain", "dan %(num)d tempat lain", others)
    return f"{', '.join(named[:MOST_PLACES_NAMED])}, {more}"


def open_on(card: ServiceCard) -> str:
    """When a service is open: `Senin sampai Jumat, 08.00-15.00`; empty where nobody has said."""
    days = ", ".join(_spans(sorted(card.open_days)))
    hours = f"{clock_time(card.opens_at)}\N{EN DASH}{clock_time(card.closes_at)}" if card.opens_at else ""
    return ", ".join(part for part in (days, hours) if part)


def clock_time(moment: time | None) -> str:
    """`08.00`, as people write it."""
    return f"{moment:%H.%M}" if moment else ""


def free_places(card: ServiceCard) -> str:
    """How many places are free now."""
    if card.free is None or card.capacity is None:
        return _("Belum ada tempat yang dibuka")
    if card.free <= 0:
        return _("Penuh: %(places)d tempat terpakai semua", places=card.capacity.places)
    return ngettext(
        "%(num)d tempat kosong dari %(places)d", "%(num)d tempat kosong dari %(places)d", card.free,
        places=card.capacity.places,
    )  # fmt: skip


def line(card: ServiceCard, people: int | None) -> str:
    """Whether one may wait for a place, and how many do; the number only for those who may know it."""
    if people:
        return ngettext("%(num)d orang antre", "%(num)d orang antre", people)
    if not card.allows_waiting:
        return _("Tidak ada antrean")
    return _("Bisa antre") if people is None else _("Bisa antre; belum ada yang antre")


def paused(pause: ServicePause, today: date) -> str:
    """How long nobody is taken, and why."""
    why = str(PAUSE_REASONS.get(pause.reason, pause.reason)).lower()
    if pause.starts_on > today:
        if pause.ends_on is None:
            return _("Tutup mulai %(first)s (%(why)s)", first=day(pause.starts_on), why=why)
        return _(
            "Tutup %(first)s sampai %(last)s (%(why)s)", first=day(pause.starts_on), last=day(pause.ends_on), why=why
        )
    if pause.ends_on is None:
        return _("Tutup sampai ada kabar lagi (%(why)s)", why=why)
    if pause.ends_on == today:
        return _("Tutup hari ini (%(why)s)", why=why)
    return _("Tutup sampai %(last)s (%(why)s)", last=day(pause.ends_on), why=why)


def agreed(kind: str, until: date | None, today: date, soon: int) -> str:
    """What is wrong with the agreement, or soon will be; empty where it holds for long, or none is needed."""
    if not needs_agreement(kind):
        return ""
    if until is None:
        return _("Tidak ada perjanjian yang berlaku")
    return _("Perjanjian habis %(day)s", day=day(until)) if until - today <= timedelta(days=soon) else ""


def ends_soon(card: ServiceCard, coming: ServiceCapacity | None, today: date) -> str:
    """That the period ends and none follows; empty where one does, or there is time."""
    if card.capacity is None or coming is not None or card.capacity.ends_on - today > _PERIOD_ENDS_SOON:
        return ""
    return _("Masa ini habis %(day)s. Buka masa berikutnya.", day=day(card.capacity.ends_on))


def _spans(days: list[int]) -> Iterator[str]:
    """Weekdays in a row as one span: [1,2,3,6] is Monday to Wednesday, Saturday."""
    if len(days) == len(WEEKDAYS):
        yield _("Setiap hari")
        return
    for _offset, group in groupby(enumerate(days), lambda placed: placed[1] - placed[0]):
        row = [WEEKDAYS[str(number)] for _place, number in group]
        if len(row) > 2:
            yield _("%(first)s sampai %(last)s", first=row[0], last=row[-1])
        else:
            yield ", ".join(map(str, row))
