"""What the cohort report says: names of figures, how they were reckoned, and the same as a table, a workbook and a PDF.

Words of time only, `sesudah`; never `karena`: a report without a comparison knows no cause.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from flask_babel import format_decimal, format_percent, lazy_gettext
from flask_babel import gettext as _

from kessos_case.clients.wording import SEXES
from kessos_case.core.clock import office_day
from kessos_case.journey.wording import PATHWAYS
from kessos_case.reports.rules.figures import Figure, Method, Unit
from kessos_case.reports.service import Cohorts
from kessos_case.web.figures import day, rupiah
from kessos_case.web.forms import Words
from kessos_case.web.pages import current_language

HIDDEN, NOTHING = "*", "\N{EN DASH}"

STAGES: Words = {
    "assessment": lazy_gettext("Asesmen"),
    "planning": lazy_gettext("Rencana"),
    "measures": lazy_gettext("Pelatihan, rehabilitasi, atau perawatan"),
    "outcome": lazy_gettext("Kerja atau kembali ke keluarga"),
    "aftercare": lazy_gettext("Bimbingan lanjut"),
}
# At the head of a narrow column.
SHORT_STAGES: Words = {
    "assessment": lazy_gettext("Asesmen"),
    "planning": lazy_gettext("Rencana"),
    "measures": lazy_gettext("Layanan"),
    "outcome": lazy_gettext("Kerja, pulang"),
    "aftercare": lazy_gettext("Lanjutan"),
}
KINDS: Words = {
    "empowered": lazy_gettext("Lulus mandiri"),
    "reunified": lazy_gettext("Lulus kembali ke keluarga"),
    "natural": lazy_gettext("Tidak berhak lagi (bukan keberhasilan)"),
}
CHANGES: Words = {
    "income": lazy_gettext("Penghasilan rumah tangga per orang sebulan"),
    "skill": lazy_gettext("Keterampilan (0 sampai 10)"),
    "confidence": lazy_gettext("Keyakinan diri GSE-10 (10 sampai 40)"),
}
DIMENSIONS: Words = {
    "quarter": lazy_gettext("Triwulan masuk"),
    "office": lazy_gettext("UPT"),
    "pathway": lazy_gettext("Jalur"),
    "category": lazy_gettext("Kelompok PPKS"),
    "sex": lazy_gettext("Jenis kelamin"),
    "age": lazy_gettext("Umur waktu masuk"),
    "disability": lazy_gettext("Disabilitas"),
    "district": lazy_gettext("Kabupaten atau kota asal"),
}
METHODS: Words = {
    Method.COUNT: lazy_gettext("hitungan"),
    Method.WILSON: lazy_gettext("bagian, interval Wilson 95%"),
    Method.AALEN_JOHANSEN: lazy_gettext("perkiraan Aalen-Johansen, interval 95%"),
    Method.KAPLAN_MEIER: lazy_gettext("nilai tengah Kaplan-Meier, interval 95%"),
    Method.STUDENT_T: lazy_gettext("rata-rata, interval t 95%"),
    Method.ORDER_STATISTICS: lazy_gettext("nilai tengah, interval urutan 95%"),
}
YES_NO: Words = {"yes": lazy_gettext("Ya"), "no": lazy_gettext("Tidak")}
WORDS: Mapping[str, Words] = {"pathway": PATHWAYS, "sex": SEXES, "disability": YES_NO}

_KIND = "(empowered|reunified|natural)"
# A code and what it is called; the parts of the code in brackets are handed on.
_LABELS: tuple[tuple[str, Callable[..., str]], ...] = (
    ("all", lambda: _("Orang yang mulai dilayani")),
    ("left", lambda: _("Keluar tanpa lulus")),
    ("worked", lambda: _("Pernah mulai bekerja")),
    ("reached_(.+)", lambda stage: _("Pernah sampai: %(stage)s", stage=STAGES[stage])),
    (f"graduated_{_KIND}", lambda kind: _("%(kind)s, sampai hari ini", kind=KINDS[kind])),
    (f"confirmed_{_KIND}", lambda kind: _("%(kind)s: sudah dikukuhkan", kind=KINDS[kind])),
    (f"graduated_{_KIND}_(.+)", lambda kind, months: _(
        "%(kind)s dalam %(months)s bulan, dari yang masuk paling sedikit selama itu", kind=KINDS[kind], months=months)),
    (f"relapsed_{_KIND}", lambda kind: _("Jatuh kembali sesudah: %(kind)s, sampai hari ini", kind=KINDS[kind])),
    (f"relapsed_{_KIND}_(.+)", lambda kind, months: _(
        "Jatuh kembali dalam %(months)s bulan sesudah: %(kind)s, dari yang lulus paling sedikit selama itu",
        kind=KINDS[kind], months=months)),
    ("kept_unknown_(.+)", lambda days: _("Hari ke-%(days)s sesudah mulai kerja: belum diketahui", days=days)),
    ("kept_(.+)", lambda days: _("Hari ke-%(days)s sesudah mulai kerja: masih bekerja", days=days)),
    ("employed_unknown_(.+)", lambda quarter: _(
        "Triwulan ke-%(quarter)s sesudah keluar: belum diketahui", quarter=quarter)),
    ("employed_(.+)", lambda quarter: _("Triwulan ke-%(quarter)s sesudah keluar: bekerja", quarter=quarter)),
    ("time_(.+)_(.+)", lambda stage, days: _(
        "%(stage)s: sampai dalam %(days)s hari", stage=STAGES[stage], days=days)),
    ("median_(.+)", lambda stage: _("%(stage)s: setengahnya sudah sampai sesudah", stage=STAGES[stage])),
    (f"chance_graduated_{_KIND}_(.+)", lambda kind, months: _(
        "%(kind)s: perkiraan dalam %(months)s bulan", kind=KINDS[kind], months=months)),
    (f"chance_relapsed_{_KIND}_(.+)", lambda kind, months: _(
        "Jatuh kembali: perkiraan dalam %(months)s bulan sesudah: %(kind)s", kind=KINDS[kind], months=months)),
    ("income_(.+)", lambda quarter: _(
        "Penghasilan sebulan yang bekerja di triwulan ke-%(quarter)s sesudah keluar", quarter=quarter)),
    ("change_(.+)_exit", lambda name: _("%(what)s: beda saat keluar dari saat masuk", what=CHANGES[name])),
    ("change_(.+)_after", lambda name: _(
        "%(what)s: beda 12 bulan sesudah keluar dari saat masuk", what=CHANGES[name])),
)  # fmt: skip


def label(code: str, known: Iterable[tuple[str, Callable[..., str]]] = _LABELS) -> str:
    """What a figure is called. Raises KeyError for a code that there is not."""
    for pattern, said in known:
        if found := re.fullmatch(pattern, code):
            return str(said(*found.groups()))
    raise KeyError(code)


# Measures that are no figure by themselves, but whose people a figure leads to.
_BEHIND: tuple[tuple[str, Callable[..., str]], ...] = (
    ("graduating", lambda: _("Orang yang dihitung di angka lulus")),
    ("seen_(.+)", lambda months: _("Yang masuk paling sedikit %(months)s bulan yang lalu", months=months)),
    (f"relapse_seen_{_KIND}_(.+)", lambda kind, months: _(
        "%(kind)s paling sedikit %(months)s bulan yang lalu", kind=KINDS[kind], months=months)),
    ("kept_known_(.+)", lambda days: _("Hari ke-%(days)s sesudah mulai kerja: sudah diketahui", days=days)),
    ("employed_known_(.+)", lambda quarter: _(
        "Triwulan ke-%(quarter)s sesudah keluar: sudah diketahui", quarter=quarter)),
    ("earned_(.+)", lambda quarter: label(f"income_{quarter}")),
)  # fmt: skip


def behind(measure: str) -> str:
    """What the people behind a figure have in common. Raises KeyError for a measure that there is not."""
    return label(measure, (*_BEHIND, *_LABELS))


def _number(unit: Unit, value: float, *, signed: bool) -> str:
    sign = "+" if signed and value > 0 else ""
    if unit is Unit.SHARE:
        return str(format_percent(value, "#,##0.#%"))
    if unit is Unit.RUPIAH:
        return sign + rupiah(round(value))
    return sign + str(format_decimal(value))


def value(figure: Figure) -> str:
    """`49,2%`, `120 hari`, `Rp 1.500.000`; a star where it is not told, a dash where nothing is known."""
    if figure.is_hidden or figure.value is None:
        return HIDDEN if figure.is_hidden else NOTHING
    said = _number(figure.unit, figure.value, signed=figure.code.startswith("change_"))
    return _("%(days)s hari", days=said) if figure.unit is Unit.DAYS else said


def between(figure: Figure) -> str:
    """Between what the figure lies; empty where that cannot be said."""
    if figure.low is None or figure.high is None:
        return ""
    signed = figure.code.startswith("change_")
    low, high = (_number(figure.unit, each, signed=signed) for each in (figure.low, figure.high))
    return _("antara %(low)s dan %(high)s", low=low, high=high)


def narrow(figure: Figure) -> str:
    """The same in a narrow column: `41 - 58`, of whole per cents or days; empty where that cannot be said."""
    if figure.low is None or figure.high is None:
        return ""
    low, high = (round(each * 100 if figure.unit is Unit.SHARE else each) for each in (figure.low, figure.high))
    return f"{format_decimal(low)}\N{EN DASH}{format_decimal(high)}"


def short_value(figure: Figure) -> str:
    """The value without the word of its unit, where the row or the column says it."""
    if figure.is_hidden or figure.value is None:
        return value(figure)
    return _number(figure.unit, figure.value, signed=False)


def whole_of(figure: Figure) -> str:
    """`120`: of how many people; a star where it is not told."""
    return HIDDEN if figure.n is None else str(format_decimal(figure.n))


def of(figure: Figure) -> str:
    """`dari 120 orang`."""
    return "" if figure.n is None else _("dari %(count)s orang", count=format_decimal(figure.n))


def named(dimension: str, word: str, names: Mapping[str, Mapping[str, str]]) -> str:
    """A word of a dimension as people say it."""
    if word == "unknown":
        return _("Tidak diketahui")
    known = names.get(dimension) or WORDS.get(dimension, {})
    return str(known.get(word, word))


HEADING = ("group", "code", "unit", "method", "value", "low", "high", "n", "as_of")


def lines(found: Cohorts) -> Iterator[tuple[str, Figure]]:
    """Every figure with its group, the whole first."""
    yield from (("", figure) for figure in found.figures)
    for group in found.groups:
        yield from ((group.key, figure) for figure in group.figures)


def table(found: Cohorts) -> Iterator[list[str]]:
    """With codes, for programs; a star is not told, empty is not known."""
    yield list(HEADING)
    for key, figure in lines(found):
        told = ["" if each is None else str(each) for each in (figure.value, figure.low, figure.high, figure.n)]
        head = [key, figure.code, str(figure.unit), str(figure.method)]
        yield [*head, *([HIDDEN] * 4 if figure.is_hidden else told), found.as_of.isoformat()]


def heading() -> list[str]:
    """Of the workbook."""
    return [
        _("Kelompok"), _("Kode"), _("Angka"), _("Nilai"), _("Paling rendah"), _("Paling tinggi"), _("Dari berapa orang"),
        _("Cara menghitung"), _("Keadaan akhir hari"),
    ]  # fmt: skip


def rows(found: Cohorts, names: Mapping[str, Mapping[str, str]]) -> Iterator[list[str | float | None]]:
    """With words, and figures as numbers."""
    for key, figure in lines(found):
        told: list[str | float | None] = [figure.value, figure.low, figure.high, figure.n]
        group = named(found.selection.by, key, names) if key else _("Semua")
        yield [group, figure.code, label(figure.code), *([HIDDEN] * 4 if figure.is_hidden else told),
               str(METHODS[figure.method]), day(found.as_of)]  # fmt: skip


def document(found: Cohorts, names: Mapping[str, Mapping[str, str]], now: datetime) -> dict[str, Any]:
    """What the PDF says, a table for the whole and one for each group: for `reports/typst/table.typ`."""
    parts = [{"title": _("Semua"), "rows": [_printed(figure) for figure in found.figures]}]
    for group in found.groups:
        title = named(found.selection.by, group.key, names)
        parts.append({"title": title, "rows": [_printed(figure) for figure in group.figures]})
    return {
        "title": _("Apa yang terjadi sesudah dilayani"),
        "language": current_language(),
        "opening": [chosen(found, names), *notes(found)],
        "heading": [_("Angka"), _("Cara menghitung"), _("Nilai"), _("Antara"), _("Dari")],
        "parts": parts,
        "nothing": _("Tidak ada angka."),
        "closing": [str(STARS)] if not found.is_exact else [],
        "made": _("Dicetak %(day)s dari Kessos", day=day(office_day(now))),
    }


STARS = lazy_gettext(
    "* Angka yang lebih kecil dari 5 tidak ditunjukkan, juga angka lain yang bisa membuka rahasianya: satu orang bisa "
    "dikenali."
)


def chosen(found: Cohorts, names: Mapping[str, Mapping[str, str]]) -> str:
    """Whose figures these are."""
    said = [f"{DIMENSIONS[name]}: {named(name, word, names)}" for name, word in sorted(found.selection.filters.items())]
    return "; ".join(said) or (_("Semua orang di kantor Anda.") if found.is_exact else _("Semua orang di provinsi."))


def notes(found: Cohorts) -> list[str]:
    """What must be known to read the figures right."""
    return [
        _(
            "Keadaan akhir hari %(day)s, dihitung malam sesudahnya. Dihitung menurut triwulan dan UPT tempat orang itu "
            "mulai dilayani. Yang diserahkan ke UPT lain "
            "tetap satu cerita. Kasus ganda tidak dihitung.", day=day(found.as_of),
        ),
        _(
            "Waktu dihitung menurut kalender sejak hari masuk, jeda ikut dihitung. Siapa belum sampai dan masih dilayani tidak "
            "dianggap gagal: ia dihitung selama ia terlihat. Keluar lebih dulu dihitung sebagai akhir tersendiri."
        ),
        _("Lulus dihitung sejak putusan sementara yang masih berlaku. Perawatan jangka panjang tidak dihitung di angka lulus."),
        _(
            "Angka kerja sesudah keluar hanya untuk jalur mandiri. Orang tanpa catatan kerja dihitung tidak bekerja; kerja "
            "yang belum ditengok dihitung tidak diketahui."
        ),
        _("Laporan ini menunjukkan apa yang terjadi sesudah dilayani. Sebabnya tidak bisa dibaca dari sini."),
    ]  # fmt: skip


def _printed(figure: Figure) -> list[str]:
    return [label(figure.code), str(METHODS[figure.method]), value(figure), between(figure), of(figure)]


def codes(found: Iterable[Figure]) -> dict[str, Figure]:
    """The figures by their codes."""
    return {figure.code: figure for figure in found}
