"""What the caseload says: how long a case is in its stage beside what is usual, and why it stands at the top."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from kessos_case.cases.rules import Stage
from kessos_case.cases.service import LoadItem, pathways
from kessos_case.web.forms import Words

VIEWS: Words = {"": lazy_gettext("Papan tahap"), "list": lazy_gettext("Daftar")}
SHOWN: Words = {
    "": lazy_gettext("Yang berjalan"),
    "stalled": lazy_gettext("Yang tertahan"),
    "paused": lazy_gettext("Yang dijeda"),
    "closed": lazy_gettext("Yang sudah selesai"),
}


def how_long(item: LoadItem, is_short: bool) -> str:
    """How many days the case is in its stage; beside what is usual where the head of a column does not say it."""
    days = item.case.days_in_stage or 0
    if item.usual is None or is_short:
        return ngettext("%(num)d hari di tahap ini", "%(num)d hari di tahap ini", days)
    return ngettext(
        "%(num)d hari di tahap ini, biasanya %(usual)d hari",
        "%(num)d hari di tahap ini, biasanya %(usual)d hari",
        days,
        usual=item.usual,
    )


def why_stalled(item: LoadItem) -> str:
    """Why the case counts as stalled."""
    if item.is_slow:
        return _("Sudah lebih dari dua kali lama biasanya.")
    return ngettext(
        "Sudah lebih dari %(num)d hari orangnya tidak ditemui atau dihubungi.",
        "Sudah lebih dari %(num)d hari orangnya tidak ditemui atau dihubungi.",
        pathways().quiet_days[Stage(item.case.stage)],
    )
