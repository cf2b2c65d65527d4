"""What the page and the files of training outcomes say: columns in plain words, and each line as a row."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from kessos_case.core.shares import Share
from kessos_case.reports.service import TrainingLine
from kessos_case.web.figures import rupiah
from kessos_case.web.forms import Words

# In the order in which one follows from the other.
COLUMNS: Words = {
    "finished": lazy_gettext("Selesai"),
    "passed": lazy_gettext("Lulus"),
    "placed": lazy_gettext("Bekerja"),
    "jobless": lazy_gettext("Belum bekerja"),
    "unseen": lazy_gettext("Tidak diketahui"),
    "early": lazy_gettext("Belum 180 hari"),
    "kept": lazy_gettext("Masih bekerja"),
    "lost": lazy_gettext("Berhenti bekerja"),
    "unchecked": lazy_gettext("Tidak diperiksa"),
    "recent": lazy_gettext("Baru bekerja"),
}
MEANINGS: Words = {
    "finished": lazy_gettext("ikut sampai selesai, lulus atau tidak"),
    "placed": lazy_gettext("mulai bekerja dalam 180 hari sesudah pelatihan, dan pekerjaannya sudah dipastikan"),
    "jobless": lazy_gettext("180 hari lewat dan tidak ada pekerjaan yang tercatat"),
    "unseen": lazy_gettext("kasusnya ditutup sebelum 180 hari, orangnya meninggal, atau pekerjaannya belum dipastikan"),
    "early": lazy_gettext("pelatihannya belum 180 hari yang lalu, jadi belum bisa dihitung"),
    "kept": lazy_gettext("180 hari sesudah mulai, masih bekerja di tempat itu"),
    "unchecked": lazy_gettext("180 hari sesudah mulai, tidak ada yang memeriksa"),
    "recent": lazy_gettext("mulai bekerja kurang dari 180 hari yang lalu"),
}

# Of a sheet, for programs: the names of the API.
SHEET = (
    "year", "organisation_id", "organisation", "course_id", "course", "finished", "failed", "passed", "placed", "jobless",
    "unseen", "early", "kept", "lost", "unchecked", "recent", "placement", "placement_low", "placement_high", "placement_n",
    "retention", "retention_low", "retention_high", "retention_n", "wage_n", "wage_median", "wage_low", "wage_high",
)  # fmt: skip


def rows(year: int | None, lines: Iterable[TrainingLine]) -> Iterator[list[str | int]]:
    """A row of `SHEET` for each line; a figure that is not told, or not known, is empty."""
    for line in lines:
        outcome = line.outcome
        about = (year, line.organisation_id, line.organisation_name, line.course_id, line.course_name)
        counts = (getattr(outcome, name) for name in SHEET[5:16])
        shares = (part for share in (outcome.placement, outcome.retention) for part in _parts(share))
        wage = (outcome.wage.n, outcome.wage.median, outcome.wage.low, outcome.wage.high)
        yield [_cell(value) for value in (*about, *counts, *shares, *wage)]


def wage(found: Any) -> str:
    """`Rp 2.300.000 (kira-kira Rp 1.900.000 sampai Rp 2.600.000), dari 24 orang`; empty where it is not told."""
    if found.median is None:
        return ""
    if found.low is None:
        return _("%(median)s, dari %(n)d orang", median=rupiah(found.median), n=found.n)
    return _(
        "%(median)s (kira-kira %(low)s sampai %(high)s), dari %(n)d orang",
        median=rupiah(found.median), low=rupiah(found.low), high=rupiah(found.high), n=found.n,
    )  # fmt: skip


def _parts(share: Share | None) -> tuple[float | int | None, ...]:
    if share is None or share.value is None:
        return (None, None, None, None)
    return (round(share.value, 4), round(share.low or 0.0, 4), round(share.high or 0.0, 4), share.whole)


def _cell(value: Any) -> str | int:
    return "" if value is None else value if isinstance(value, int) else str(value)
