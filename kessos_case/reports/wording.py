"""What the pages of figures say, and their tables as sheets. Codes in sheets, words on pages."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import format_decimal, format_percent, lazy_gettext, ngettext
from flask_babel import gettext as _

from kessos_case.access.wording import OFFICE_KINDS
from kessos_case.partners.rules import GOVERNMENT_KINDS
from kessos_case.referrals import wording as referral_wording
from kessos_case.referrals.models import Offer
from kessos_case.referrals.rules import OfferState, Verb
from kessos_case.reports.rules import Share
from kessos_case.web.forms import Words

KINDS = OFFICE_KINDS
WITHOUT_AGREEMENT = GOVERNMENT_KINDS
URGENCIES, REFERRAL_STATES = referral_wording.URGENCIES, referral_wording.STATES
DECLINE_REASONS: Words = referral_wording.REASONS[Verb.DECLINE]
# A person taken back because nothing was heard counts as one given back.
HAND_BACK_REASONS: Words = {**referral_wording.REASONS[Verb.HAND_BACK], **referral_wording.REASONS[Verb.TAKE_BACK]}

STATES: Words = {
    OfferState.OPEN: lazy_gettext("Masih menunggu jawaban"),
    OfferState.ACCEPTED: lazy_gettext("Sudah menerima"),
    OfferState.DECLINED: lazy_gettext("Ditolak"),
    OfferState.WAITING: lazy_gettext("Masih dalam antrean"),
    OfferState.EXPIRED: lazy_gettext("Tidak dijawab sampai waktunya habis"),
    OfferState.REVOKED: lazy_gettext("Ditarik dinas sosial"),
}

FATES: Words = {
    "accepted": lazy_gettext("Yang diterima"),
    "declined": lazy_gettext("Ditolak"),
    "expired": lazy_gettext("Tidak dijawab sampai waktunya habis"),
    "in_line": lazy_gettext("Masih dalam antrean"),
    "open": lazy_gettext("Masih menunggu jawaban"),
    "taken_back": lazy_gettext("Ditarik dinas sosial sebelum dijawab (tidak dihitung)"),
}

MEASURES: Words = {
    "entered": lazy_gettext("Baru tanpa penolong"),
    "met_later": lazy_gettext("Kemudian tertolong"),
    "still_unmet": lazy_gettext("Belum tertolong di akhir bulan"),
}

# The heads of narrow columns.
MEASURES_SHORT: Words = {
    "entered": lazy_gettext("Baru"),
    "met_later": lazy_gettext("Tertolong"),
    "still_unmet": lazy_gettext("Masih tanpa"),
}

# What stands behind a figure of a scorecard.
SHOWN: Words = {
    **FATES,
    "offers": lazy_gettext("Semua tawaran"),
    "answered": lazy_gettext("Yang dijawab"),
    "met": lazy_gettext("Benar-benar ditemui"),
    "completed": lazy_gettext("Selesai"),
    "served": lazy_gettext("Ditolong sampai selesai"),
    "handed_back": lazy_gettext("Dikembalikan sesudah diterima"),
    "missed": lazy_gettext("Orangnya tidak datang ke janji temu"),
}

STRENGTHS: Words = {
    "standing": lazy_gettext("Layanan yang ada di daerah ini"),
    "services": lazy_gettext("Layanan yang menerima orang dari daerah ini"),
    "free": lazy_gettext("Tempat kosong"),
    "waiting": lazy_gettext("Orang dalam antrean"),
}


def told(count: int | None) -> str:
    """A figure; a star where it is not told."""
    return "*" if count is None else str(format_decimal(count))


def percent(share: Share | None) -> str:
    """`75%`; a dash where nothing is known or told."""
    return "\N{EN DASH}" if share is None or share.value is None else str(format_percent(share.value))


def between(share: Share | None) -> str:
    """What the share is of, and between what it lies."""
    if share is None or share.value is None:
        return _("belum ada")
    low, high = format_percent(share.low), format_percent(share.high)
    of = ngettext("dari %(num)d", "dari %(num)d", share.whole)
    return _("%(of)s, antara %(low)s dan %(high)s", of=of, low=low, high=high)


def shrunk(share: Share | None) -> str:
    """As the ranking reckons with it."""
    return "\N{EN DASH}" if share is None or share.shrunk is None else str(format_percent(share.shrunk))


def part(value: float) -> str:
    """`40%`."""
    return str(format_percent(value))


def reason(offer: Offer) -> Any:
    """Why an offer was declined or given back; the code itself where it has no words."""
    # Whoever accepted has named a day.
    words = HAND_BACK_REASONS if offer.expected_on else DECLINE_REASONS
    return words.get(offer.reason or "", offer.reason)


def hours(value: float | None) -> str:
    """`3 jam`, `2 hari`: half of the answers came sooner."""
    if value is None:
        return "\N{EN DASH}"
    if value < 1:
        return _("kurang dari 1 jam")
    if value < 48:
        return ngettext("%(num)d jam", "%(num)d jam", round(value))
    return ngettext("%(num)d hari", "%(num)d hari", round(value / 24))


def strength_table(lines: Iterable[Any]) -> Iterator[list[Any]]:
    """The strength map as a sheet."""
    names = (
        "organisation_id", "organisation_name", "kind", "region_code", "service_type", "services", "places", "in_use",
        "free", "waiting", "is_paused", "agreement_until", "coverage",
    )  # fmt: skip
    yield list(names)
    for line in lines:
        yield [_cell(getattr(line, name)) for name in names]


def _cell(value: Any) -> str | int:
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, int) else "" if value is None else str(value)
