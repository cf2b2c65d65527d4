"""The menu above every page: which pages a role works with, in the order of a working day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext


@dataclass(frozen=True)
class Entry:
    """One word of the menu; shown to whoever may do `action` to `resource`, and not to those who may do `unless`."""

    address: str
    text: Any
    resource: str
    action: str
    unless: tuple[str, str] | None = None


MENU = (
    Entry("/", lazy_gettext("Hari ini"), "self", "read"),
    Entry("/cases", lazy_gettext("Kasus"), "case", "read"),
    Entry("/clients", lazy_gettext("Cari orang"), "client", "search"),
    Entry("/referrals", lazy_gettext("Laporan"), "referral", "read"),
    Entry("/inbox", lazy_gettext("Tawaran masuk"), "offer", "answer"),
    Entry("/partners/own", lazy_gettext("Lembaga saya"), "partner", "manage", unless=("organisation", "create")),
    Entry("/report", lazy_gettext("Lapor orang"), "referral", "create"),
    Entry("/partners", lazy_gettext("Cari lembaga"), "partner", "read"),
    Entry("/house", lazy_gettext("Rumah"), "residence", "read"),
    Entry("/batches", lazy_gettext("Pelatihan"), "training", "read"),
    Entry("/placements", lazy_gettext("Kerja"), "placement", "read"),
    Entry("/vacancies", lazy_gettext("Lowongan"), "application", "read"),
    Entry("/vacancies?mine", lazy_gettext("Lowongan saya"), "vacancy", "manage", unless=("application", "read")),
    Entry("/graduation", lazy_gettext("Graduasi"), "graduation", "read"),
    Entry("/mentors", lazy_gettext("Pendamping"), "mentor", "read"),
    Entry("/dependency/flags", lazy_gettext("Butuh dukungan"), "dependency", "read"),
    Entry("/aid/imports", lazy_gettext("Data bantuan"), "aid_import", "read"),
    Entry("/webhooks", lazy_gettext("Sambungan"), "webhook", "read"),
    Entry("/reports/strength", lazy_gettext("Peta mitra"), "report", "read"),
    Entry("/reports/cohorts", lazy_gettext("Sesudah dilayani"), "report", "read"),
    Entry("/notices", lazy_gettext("Kabar"), "self", "read"),
)


def entries(may: Callable[[str, str], bool]) -> Iterator[Entry]:
    """The menu of a reader who may do these things."""
    for entry in MENU:
        if may(entry.resource, entry.action) and not (entry.unless and may(*entry.unless)):
            yield entry
