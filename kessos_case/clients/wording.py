"""What pages say of people: who somebody is in plain words, why two may be one, and what each field wants."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import format_date, lazy_gettext
from flask_babel import gettext as _

from kessos_case.clients.rules import BirthDatePrecision, Confidentiality, HouseholdRelation, Sex
from kessos_case.clients.service import ClientCard
from kessos_case.web import forms
from kessos_case.web.figures import day
from kessos_case.web.forms import Words

SEXES: Words = {
    Sex.FEMALE: lazy_gettext("Perempuan"),
    Sex.MALE: lazy_gettext("Laki-laki"),
    Sex.UNKNOWN: lazy_gettext("Tidak tahu"),
}

NO_NIK: Words = {
    "never_had": lazy_gettext("Belum pernah punya"),
    "lost": lazy_gettext("Punya, tetapi kartunya hilang"),
    "unknown_person": lazy_gettext("Belum tahu siapa orangnya"),
    "foreigner": lazy_gettext("Warga negara asing"),
    "refused": lazy_gettext("Tidak mau memberi tahu"),
    "not_stated": lazy_gettext("Belum ditanyakan"),
}

CONFIDENTIALITY: Words = {
    Confidentiality.STANDARD: lazy_gettext("Biasa"),
    Confidentiality.ELEVATED: lazy_gettext("Lebih hati-hati"),
    Confidentiality.STRICT: lazy_gettext("Rahasia: namanya tidak tampil di daftar dan hanya timnya yang menemukannya"),
}

RELATIONS: Words = {
    HouseholdRelation.HEAD: lazy_gettext("Kepala keluarga"),
    HouseholdRelation.SPOUSE: lazy_gettext("Suami atau istri"),
    HouseholdRelation.CHILD: lazy_gettext("Anak"),
    HouseholdRelation.PARENT: lazy_gettext("Orang tua"),
    HouseholdRelation.OTHER: lazy_gettext("Anggota lain"),
}

# Why a registered person may be the one who is being registered (rules/duplicates.py).
LIKENESSES: Words = {
    "nik_equal": lazy_gettext("NIK sama"),
    "nik_near": lazy_gettext("NIK hampir sama, satu angka berbeda"),
    "name": lazy_gettext("Nama mirip"),
    "phone_equal": lazy_gettext("Nomor HP sama"),
    "birth_date_equal": lazy_gettext("Tanggal lahir sama"),
    "birth_year_equal": lazy_gettext("Tahun lahir sama"),
    "district_equal": lazy_gettext("Kecamatan sama"),
}

WARNINGS: Words = {
    "region_unknown": lazy_gettext("NIK memuat kode kecamatan yang sekarang tidak ada. Kode lama tetap sah di NIK."),
    "sex_mismatch": lazy_gettext("Menurut NIK jenis kelaminnya lain. Tanyakan; NIK-nya jangan diubah."),
    "dob_mismatch": lazy_gettext("Menurut NIK tanggal lahirnya lain. Tanyakan; NIK-nya jangan diubah."),
    "century_ambiguous": lazy_gettext("Dari NIK tahun lahirnya belum pasti. Tanyakan tanggal lahirnya."),
}

NOTICES: Words = {
    "registered": lazy_gettext("Orang ini sudah terdaftar."),
    "changed": lazy_gettext("Perubahan sudah disimpan."),
    "household_joined": lazy_gettext("Sudah tercatat dalam keluarga itu."),
    "household_left": lazy_gettext("Bulan terakhirnya dalam keluarga itu sudah dicatat."),
    "household_voided": lazy_gettext("Catatan yang keliru sudah dibatalkan. Riwayatnya tetap tersimpan."),
    "died": lazy_gettext("Kematian sudah dicatat. Semua yang masih terbuka tentang orang ini sudah diselesaikan."),
}

FIELDS: Words = {
    "name": lazy_gettext("Nama"),
    "temporary_label": lazy_gettext("Sebutan sementara"),
    "aliases": lazy_gettext("Nama panggilan atau nama lain"),
    "birth_date": lazy_gettext("Tanggal lahir"),
    "birth_date_precision": lazy_gettext("Ketepatan tanggal lahir"),
    "sex": lazy_gettext("Jenis kelamin"),
    "nik": lazy_gettext("NIK"),
    "no_nik_reason": lazy_gettext("Mengapa tanpa NIK"),
    "kk": lazy_gettext("Nomor KK"),
    "phone": lazy_gettext("Nomor HP"),
    "region_code": lazy_gettext("Kecamatan"),
    "address": lazy_gettext("Alamat"),
    "categories": lazy_gettext("Kelompok PPKS"),
    "confidentiality": lazy_gettext("Kerahasiaan"),
}

_WRONG: Words = {
    "name": lazy_gettext("Tulis namanya. Kalau belum tahu, tulis sebutan sementara, misalnya: Bapak di Pasar Ambulu."),
    "aliases": lazy_gettext("Tulis satu nama di setiap baris, paling banyak dua puluh."),
    "birth_date": lazy_gettext("Tulis tanggal lahir sampai hari ini, misalnya 1960-03-31."),
    "birth_year": lazy_gettext("Tulis tahun dengan empat angka, misalnya 1960."),
    "estimated_age": lazy_gettext("Tulis umur dengan angka antara 0 dan 130, misalnya 70."),
    "sex": lazy_gettext("Pilih salah satu."),
    "kk": lazy_gettext("Nomor KK terdiri dari 16 angka. Lihat lagi kartunya, atau kosongkan."),
    "phone": lazy_gettext("Nomor HP ini tidak mungkin. Contoh: 0812 3456 7890."),
    "region_code": lazy_gettext("Pilih kecamatannya."),
    "categories": lazy_gettext("Centang dari daftar ini saja."),
    "died_on": lazy_gettext("Tulis tanggal meninggal sampai hari ini dan sesudah lahir."),
    "relation": lazy_gettext("Pilih kedudukannya dalam keluarga."),
    "from": lazy_gettext("Tulis bulan sampai bulan ini, misalnya 2026-03, dan tidak sebelum lahir."),
    "to": lazy_gettext("Tulis bulan sampai bulan ini, dan tidak sebelum ia masuk keluarga itu."),
    "sure": lazy_gettext("Centang kalau Anda sudah memastikannya."),
}

OTHER_DEATH = lazy_gettext(
    "Kematian orang ini sudah dicatat dengan tanggal lain. Kalau tanggal itu salah, hubungi pengurus aplikasi."
)

_NIK: Words = {
    "format": lazy_gettext("NIK terdiri dari 16 angka. Lihat lagi kartunya, atau kosongkan."),
    "placeholder": lazy_gettext("Ini bukan NIK yang sebenarnya. Kosongkan kalau belum tahu."),
    "province": lazy_gettext("Dua angka pertama NIK bukan kode provinsi. Lihat lagi kartunya."),
    "region_zero": lazy_gettext("Angka ketiga sampai keenam NIK tidak mungkin 00. Lihat lagi kartunya."),
    "birth_date": lazy_gettext("Angka ketujuh sampai kedua belas NIK bukan tanggal lahir. Lihat lagi kartunya."),
    "serial": lazy_gettext("Empat angka terakhir NIK tidak mungkin 0000. Lihat lagi kartunya."),
}


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader, from the `{field, code, detail}` entries of a schema or service."""
    found = list(errors)
    said = forms.mistakes([entry for entry in found if entry.get("field") != "nik"], _WRONG)
    # A code of the NIK means something else where another field has it.
    return said | forms.mistakes([entry for entry in found if entry.get("field") == "nik"], {}, _NIK)


def in_household(errors: Iterable[Mapping[str, Any]]) -> str:
    """That in some of these months he stands in another household, and what to do."""
    months = [
        f"{error['first']} {_('sampai')} {error['last']}"
        if error.get("last")
        else _("sejak %(month)s", month=error["first"])
        for error in errors
    ]
    return _(
        "Ia sudah tercatat dalam keluarga lain (%(months)s). Kalau ia pindah, centang bahwa ia pindah. "
        "Kalau catatan lama keliru, batalkan dulu di bawah.",
        months=", ".join(months),
    )


def age(card: ClientCard) -> str:
    """How old somebody is, as precisely as it is known."""
    if card.age_from is None or card.age_to is None:
        return _("umur tidak diketahui")
    if card.age_from == card.age_to:
        return _("%(age)d tahun", age=card.age_from)
    if card.birth_date_precision == BirthDatePrecision.ESTIMATED:
        return _("kira-kira %(first)d sampai %(last)d tahun", first=card.age_from, last=card.age_to)
    return _("%(first)d atau %(last)d tahun", first=card.age_from, last=card.age_to)


def born(card: ClientCard) -> str:
    """The birth date, as much of it as is known."""
    if card.birth_date is None:
        return _("tidak diketahui")
    if card.birth_date_precision == BirthDatePrecision.MONTH:
        return format_date(card.birth_date, "MMMM y")
    if card.birth_date_precision == BirthDatePrecision.DAY:
        return day(card.birth_date)
    if card.birth_date_precision == BirthDatePrecision.YEAR:
        return str(card.birth_date.year)
    return _("sekitar tahun %(year)d", year=card.birth_date.year)
