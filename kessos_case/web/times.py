"""Instants as people in an East Java office say them: today 15.30, tomorrow, else the date."""

from datetime import datetime

from flask_babel import format_datetime, get_locale, ngettext
from flask_babel import gettext as _

from kessos_case.core import clock


def when(moment: datetime) -> str:
    """`hari ini 15.30`, `besok 09.00`, `kemarin 10.00`, else `Senin 2 Maret 2026 10.00`, by the office's clock."""
    time = format_datetime(moment, "HH.mm" if str(get_locale()) == "id" else "HH:mm")
    days = (clock.office_day(moment) - clock.office_day(clock.now())).days
    if days == 0:
        return _("hari ini %(time)s", time=time)
    if days == 1:
        return _("besok %(time)s", time=time)
    if days == -1:
        return _("kemarin %(time)s", time=time)
    return f"{format_datetime(moment, 'EEEE d MMMM y')} {time}"


def time_left(moment: datetime) -> str:
    """`tinggal 40 menit`, `tinggal 3 jam`, `lewat 2 hari`: of a clock that runs until then, in its largest whole unit."""
    minutes = int((moment - clock.now()).total_seconds() // 60)
    time = _span(abs(minutes))
    return _("tinggal %(time)s", time=time) if minutes >= 0 else _("lewat %(time)s", time=time)


def _span(minutes: int) -> str:
    if minutes < 60:
        return ngettext("%(num)d menit", "%(num)d menit", minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)d jam", "%(num)d jam", minutes // 60)
    return ngettext("%(num)d hari", "%(num)d hari", minutes // (24 * 60))
