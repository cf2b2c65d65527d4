"""What the pages of tables of partners say: of a file that cannot be read, of columns, of values, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _

from kessos_case.partners import import_wording as both
from kessos_case.partners.rules.import_rows import Fault
from kessos_case.partners.service.imports import Outcome
from kessos_case.partners.wording import OFFICE_KINDS, SEXES, WEEKDAYS
from kessos_case.web import forms
from kessos_case.web.figures import day
from kessos_case.web.forms import Words


@dataclass(frozen=True)
class Names:
    """Names for the codes of a table: of places, service types and categories."""

    places: Mapping[str, str]
    services: Mapping[str, str]
    categories: Mapping[str, str]


OUTCOMES: Words = {
    Outcome.CREATE: lazy_gettext("layanan baru"),
    Outcome.CHANGE: lazy_gettext("berubah"),
    Outcome.NOTHING: lazy_gettext("tidak berubah"),
    Outcome.FAILED: lazy_gettext("salah"),
}

PROBLEMS: Words = {
    "missing": lazy_gettext("Pilih dulu berkasnya."),
    "empty": lazy_gettext("Berkas ini kosong."),
    "old_excel": lazy_gettext("Ini berkas Excel lama. Simpan dulu sebagai .xlsx atau CSV."),
    "not_a_table": lazy_gettext("Ini bukan berkas Excel (.xlsx) atau CSV."),
    "encoding": lazy_gettext("Hurufnya tidak terbaca. Simpan lagi sebagai CSV UTF-8."),
    "too_large": lazy_gettext("Berkas ini terlalu besar. Bagi menjadi beberapa berkas."),
    "too_many_rows": lazy_gettext("Barisnya terlalu banyak, paling banyak 5.000. Bagi menjadi beberapa berkas."),
    "unreadable": lazy_gettext("Berkas ini tidak bisa dibuka. Buka di Excel, simpan sebagai .xlsx, lalu kirim lagi."),
    "too_slow": lazy_gettext("Berkas ini terlalu lama dibuka. Simpan sebagai CSV, lalu kirim lagi."),
    "broken_row": lazy_gettext("Ada tanda kutip yang tidak berpasangan. Buka di Excel, simpan lagi, lalu kirim."),
    "columns_twice": lazy_gettext("Ada kolom yang berdiri dua kali. Hapus satu, lalu kirim lagi."),
    "columns_missing": lazy_gettext(
        "Kolom kode organisasi, jenis layanan, dan nama layanan harus ada. Tambahkan, lalu kirim lagi."
    ),
    "heading_missing": lazy_gettext(
        "Judul kolomnya tidak ditemukan. Hanya lembar pertama yang dibaca: taruh daftarnya di situ, atau pakai contoh "
        "berkas di bawah, lalu kirim lagi."
    ),
    "no_rows": lazy_gettext("Ada judul kolom, tetapi tidak ada baris di bawahnya."),
    "rows_failed": lazy_gettext("Ada baris yang salah. Perbaiki dulu, atau centang untuk melewatinya."),
}  # fmt: skip


def mistakes(errors: Any) -> dict[str, str]:
    """One sentence a field."""
    return forms.mistakes(errors, {"file": _("Berkas ini tidak bisa dipakai.")}, PROBLEMS)


def column(field: str) -> str:
    """What a column is called."""
    if str(get_locale()) == "id":
        return both.column(field)
    return field.replace("_", " ").capitalize()


def reason(fault: Fault) -> str:
    """What is wrong."""
    return both.detail(fault)["id" if str(get_locale()) == "id" else "en"]


def value(field: str, said: Any, names: Names) -> str:
    """A value as a reader knows it: names for codes, days in words."""
    if said is None or said == []:
        return _("tidak dibatasi") if field in _LIMITS else _("tidak ada")
    if isinstance(said, bool):
        return _("ya") if said else _("tidak")
    if isinstance(said, date):
        return day(said)
    if isinstance(said, time):
        return said.strftime("%H.%M")
    known = _known(names).get(field, {})
    return ", ".join(str(known.get(str(one), one)) for one in (said if isinstance(said, list) else [said]))


# What stands empty here lets everybody in.
_LIMITS = ("min_age", "max_age", "sexes", "categories")


def _known(names: Names) -> Mapping[str, Mapping[str, Any]]:
    return {
        "organisation_kind": OFFICE_KINDS,
        "region_code": names.places,
        "coverage": names.places,
        "service_type": names.services,
        "categories": names.categories,
        "sexes": SEXES,
        "open_days": WEEKDAYS,
    }
