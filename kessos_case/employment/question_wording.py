"""What an employer reads who was asked whether somebody works there. Nothing here may tell who asks: see docs/adr/0031."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext

from kessos_case.employment.rules import InquiryAnswer
from kessos_case.web import forms
from kessos_case.web.forms import Words

STILL: Words = {
    InquiryAnswer.WORKS: lazy_gettext("Ya, masih bekerja di sini"),
    InquiryAnswer.LEFT: lazy_gettext("Sudah tidak bekerja di sini"),
    InquiryAnswer.UNKNOWN: lazy_gettext("Saya tidak tahu"),
}

BEGUN: Words = {
    InquiryAnswer.WORKS: lazy_gettext("Ya, bekerja di sini"),
    InquiryAnswer.LEFT: lazy_gettext("Tidak bekerja di sini"),
    InquiryAnswer.UNKNOWN: lazy_gettext("Saya tidak tahu"),
}

WRONG: Words = {
    "answer": lazy_gettext("Pilih salah satu jawaban."),
    "works_since": lazy_gettext("Tulis tanggalnya, misalnya 2026-03-31, atau kosongkan."),
    "left_on": lazy_gettext("Tulis tanggalnya, misalnya 2026-03-31, atau kosongkan."),
    "monthly_wage": lazy_gettext("Tulis jumlahnya dengan angka, misalnya 2.500.000, atau kosongkan."),
}

CODES: Words = {
    "in_future": lazy_gettext("Hari itu belum tiba. Tulis yang paling lambat hari ini, atau kosongkan."),
    "before_since": lazy_gettext("Hari terakhir tidak bisa sebelum hari pertama."),
    "unwanted": lazy_gettext("Ini hanya diisi kalau orangnya sudah tidak bekerja. Kosongkan."),
}


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader, from the `{field, code, detail}` entries of a schema or service."""
    return forms.mistakes(errors, WRONG, CODES)
