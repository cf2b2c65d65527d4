"""In what two versions of a plan differ, in sentences for whoever decides about the newer one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from kessos_case.cases import wording
from kessos_case.cases.rules.plan_changes import ChangeKind, Difference, PlanChange
from kessos_case.web.figures import day, month_name, rupiah


@dataclass(frozen=True)
class Names:
    """What offices (by the text of their id), domains and programmes are called."""

    offices: Mapping[str, str]
    domains: Mapping[str, str]
    programmes: Mapping[str, str]


def sentence(change: PlanChange, names: Names) -> str:
    """One difference in words, with both values where there are two."""
    programme = names.programmes.get(change.programme_code or "", change.programme_code)
    domain = names.domains.get(change.domain or "", change.domain)
    words = {"goal": change.goal, "step": change.step, "programme": programme, "domain": domain}
    head = _HEADS[change.kind](words)
    if change.kind in _WITHOUT_VALUES:
        return head
    told = "; ".join(_difference(found, names, change.kind) for found in change.differences)
    return f"{head} {told[:1].upper()}{told[1:]}." if told else head


# Asked for at the time of the page, in the reader's language.
_HEADS: dict[ChangeKind, Callable[[Mapping[str, Any]], str]] = {
    ChangeKind.GOAL_ADDED: lambda words: _("Tujuan baru (%(domain)s): %(goal)s.", **words),
    ChangeKind.GOAL_LEFT_OUT: lambda words: _("Tujuan tidak dimuat lagi: %(goal)s.", **words),
    ChangeKind.GOAL_CHANGED: lambda words: _("Tujuan berubah: %(goal)s.", **words),
    ChangeKind.STEP_ADDED: lambda words: _("Langkah baru: %(step)s.", **words),
    ChangeKind.STEP_LEFT_OUT: lambda words: _("Langkah tidak dimuat lagi: %(step)s.", **words),
    ChangeKind.STEP_CHANGED: lambda words: _("Langkah berubah: %(step)s.", **words),
    ChangeKind.TAPER_ADDED: lambda words: _("Bantuan yang berkurang: %(programme)s.", **words),
    ChangeKind.TAPER_LEFT_OUT: lambda words: _("Tidak lagi disepakati berkurang: %(programme)s.", **words),
    ChangeKind.TAPER_CHANGED: lambda words: _("Cara berkurangnya berubah: %(programme)s.", **words),
}
_WITHOUT_VALUES = frozenset({ChangeKind.GOAL_ADDED, ChangeKind.TAPER_LEFT_OUT})
_NEW = frozenset({ChangeKind.STEP_ADDED, ChangeKind.TAPER_ADDED})


def _difference(found: Difference, names: Names, kind: ChangeKind) -> str:
    field = str(_FIELDS[found.name]())
    after = _value(found.name, found.after, names)
    if kind in _NEW:
        return f"{field} {after}"
    before = _value(found.name, found.before, names)
    return _("%(field)s dari %(before)s menjadi %(after)s", field=field, before=before, after=after)


_FIELDS: dict[str, Callable[[], str]] = {
    "domain": lambda: _("bidang"),
    "text": lambda: _("isinya"),
    "responsible_organisation_id": lambda: _("penanggung jawab"),
    "due_on": lambda: _("paling lambat"),
    "cost": lambda: _("biaya"),
    "cost_source": lambda: _("sumber uang"),
    "programme_code": lambda: _("program"),
    "reductions": lambda: _("jumlah sebulan"),
    "reason": lambda: _("alasan"),
}


def _value(name: str, value: Any, names: Names) -> str:
    if value is None or value == ():
        return _("tidak ada")
    return _VALUES.get(name, lambda found, _names: f"“{found}”")(value, names)


def reductions_in_words(reductions: Any) -> str:
    """`Rp 400.000 mulai Maret 2026, Rp 0 mulai Mei 2026`."""
    told = [
        _("%(amount)s mulai %(month)s", amount=rupiah(amount), month=month_name(month)) for month, amount in reductions
    ]
    return ", ".join(told)


_VALUES: dict[str, Callable[[Any, Names], str]] = {
    "domain": lambda value, names: names.domains.get(value, value),
    "responsible_organisation_id": lambda value, names: names.offices.get(str(value), _("lembaga lain")),
    "due_on": lambda value, names: day(value),
    "cost": lambda value, names: rupiah(value),
    "cost_source": lambda value, names: str(wording.COST_SOURCES.get(value, value)),
    "programme_code": lambda value, names: names.programmes.get(value, value),
    "reductions": lambda value, names: reductions_in_words(value),
}
