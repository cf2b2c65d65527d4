"""What the matched comparison says, and what it does not: `sesudah`, never `karena`."""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from flask_babel import format_decimal, format_percent, lazy_gettext
from flask_babel import gettext as _

from kessos_case.reports.service import Comparison
from kessos_case.web.forms import Words

NOTHING = "\N{EN DASH}"

TRAITS: Words = {
    "age": lazy_gettext("Umur"),
    "confidence": lazy_gettext("Keyakinan diri waktu masuk"),
    "skill": lazy_gettext("Keterampilan waktu masuk"),
    "income": lazy_gettext("Penghasilan per orang waktu masuk"),
    "disability": lazy_gettext("Disabilitas"),
}
OUTCOMES: Words = {
    "in_work_180": lazy_gettext("Bekerja 180 hari sesudah kursus mulai"),
    "graduated_365": lazy_gettext("Lulus mandiri atau kembali ke keluarga dalam setahun sesudah kursus mulai"),
}


def trait(code: str) -> str:
    """What is alike; `age_known` is whether the age is known."""
    known = code.removesuffix("_known")
    return str(TRAITS[known]) if known == code else _("Diketahui: %(what)s", what=TRAITS[known])


def notes(found: Comparison) -> list[str]:
    """What the comparison can say, and what it cannot."""
    balance = (
        _("Semua yang diukur seimbang: beda paling banyak sepersepuluh simpangan baku.")
        if found.is_good
        else _("Tidak semua yang diukur seimbang: beda lebih dari sepersepuluh simpangan baku. Baca dengan hati-hati.")
    )
    return [
        _(
            "Setiap peserta disandingkan dengan satu orang yang tidak ikut: UPT, jalur, kelompok, umur, jenis kelamin, dan "
            "triwulan masuk sama; yang lain semirip mungkin. Pasangannya masih dilayani waktu kursus mulai."
        ),
        balance,
        _(
            "Yang tidak diukur, seperti kemauan dan dukungan keluarga, bisa berbeda. Beda di sini terjadi sesudah kursus; "
            "bahwa kursus penyebabnya tidak terbukti."
        ),
        _("Siapa mendaftar lalu berhenti tetap dihitung peserta. Kerja yang tidak diketahui dihitung tidak bekerja."),
    ]


def share(part: int, whole: int) -> str:
    """`49,2%`."""
    return str(format_percent(part / whole, "#,##0.#%"))


def points(value: float) -> str:
    """`+12,5`: how many more of a hundred."""
    return f"{'+' if value > 0 else ''}{format_decimal(round(value * 100, 1))}"


def plain(value: float | None) -> str:
    """A number to two digits."""
    return NOTHING if value is None or not isfinite(value) else str(format_decimal(round(value, 2)))


def refusals(errors: Iterable[Mapping[str, Any]]) -> list[str]:
    """Why there is no comparison."""
    return [
        _("Pasangan yang mirip kurang dari 20. Terlalu sedikit untuk dibandingkan.")
        if error["code"] == "too_few"
        else _("%(what)s: terlalu berbeda untuk dibandingkan.", what=trait(error["field"]))
        for error in errors
    ]
