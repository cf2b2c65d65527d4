"""What pages say of aid: kinds with the letter of each, why a line was taken back, how long somebody has received it."""

from flask_babel import get_locale, lazy_gettext, ngettext
from flask_babel import gettext as _

from kessos_case.aid.rules import ReversalReason
from kessos_case.aid.service.picture import Picture, Stretch
from kessos_case.reference.rules import ProgrammeKind
from kessos_case.web.figures import month_name, months_between
from kessos_case.web.forms import Words

KINDS: Words = {
    ProgrammeKind.CONSUMPTION: lazy_gettext("Kebutuhan hidup"),
    ProgrammeKind.EMPOWERMENT: lazy_gettext("Usaha dan keterampilan"),
    ProgrammeKind.SERVICE: lazy_gettext("Layanan"),
    ProgrammeKind.INSURANCE: lazy_gettext("Jaminan kesehatan"),
}

# The letter of a kind stands beside its colour: whoever sees no colours reads the picture all the same.
_MARKS = {
    "id": {"consumption": "K", "empowerment": "U", "service": "L", "insurance": "J"},
    "en": {"consumption": "L", "empowerment": "B", "service": "S", "insurance": "H"},
}

REASONS: Words = {
    ReversalReason.RETURNED: lazy_gettext("dikembalikan"),
    ReversalReason.WRONG_PERSON: lazy_gettext("salah orang"),
    ReversalReason.WRONG_AMOUNT: lazy_gettext("salah jumlah"),
    ReversalReason.WRONG_MONTH: lazy_gettext("salah bulan"),
    ReversalReason.DUPLICATE: lazy_gettext("tercatat dua kali"),
    ReversalReason.NOT_PAID: lazy_gettext("tidak jadi dibayarkan"),
}


def mark(kind: str) -> str:
    """The letter of a kind in the reader's language."""
    return _MARKS["en" if str(get_locale()) == "en" else "id"][kind]


def how_many(picture: Picture) -> str:
    """In how many of the counted months the person was on aid."""
    if not picture.months_counted:
        return _("Pencatatan baru dimulai bulan ini.")
    return ngettext(
        "Menerima bantuan kebutuhan hidup dalam %(on)d dari %(num)d bulan terakhir.",
        "Menerima bantuan kebutuhan hidup dalam %(on)d dari %(num)d bulan terakhir.",
        picture.months_counted,
        on=picture.months_on,
    )


def how_long(picture: Picture) -> str:
    """For how long up to now, or when last; empty for whoever never was on aid in these months."""
    current = picture.current
    if current is None:
        return _last(picture.stretches[-1]) if picture.stretches else ""
    since, length = month_name(current.first), current.length
    if current.months_on < length:
        return _(
            "Sampai sekarang %(count)d bulan, sejak %(month)s; %(on)d di antaranya dengan bantuan.",
            count=length,
            month=since,
            on=current.months_on,
        )
    if current.may_be_longer:
        return ngettext(
            "Sampai sekarang sedikitnya %(num)d bulan berturut-turut, sejak %(month)s atau sebelumnya.",
            "Sampai sekarang sedikitnya %(num)d bulan berturut-turut, sejak %(month)s atau sebelumnya.",
            length,
            month=since,
        )
    return ngettext(
        "Sampai sekarang %(num)d bulan berturut-turut, sejak %(month)s.",
        "Sampai sekarang %(num)d bulan berturut-turut, sejak %(month)s.",
        length,
        month=since,
    )


def stretch(found: Stretch) -> str:
    """A stretch in a list: its months and how many they are."""
    months = months_between(found.first, found.last)
    if found.months_on < found.length:
        return _(
            "%(months)s: %(count)d bulan, %(on)d di antaranya dengan bantuan",
            months=months,
            count=found.length,
            on=found.months_on,
        )
    return ngettext("%(months)s: %(num)d bulan", "%(months)s: %(num)d bulan", found.length, months=months)


def _last(found: Stretch) -> str:
    return _("Sekarang tidak. Terakhir pada %(month)s.", month=month_name(found.last))
