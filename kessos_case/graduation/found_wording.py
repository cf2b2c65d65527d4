"""What was found of each criterion, its numbers as sentences. Numbers stand in the verdict; nothing is computed here."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from kessos_case.clients.consent_wording import ALERTS
from kessos_case.core.months import Month, parse_month
from kessos_case.graduation.ladder_words import PARTS, PROOFS
from kessos_case.graduation.rules import CriterionCode
from kessos_case.web.figures import day, month_name, rupiah

Found = Mapping[str, Any]


def months_said(months: list[Month]) -> str:
    """`Maret 2026`, `Maret 2026 sampai Mei 2026` for three or more in a row, and commas between such."""
    runs: list[list[Month]] = []
    for month in sorted(set(months)):
        if runs and runs[-1][-1] == month - 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(_run(run) for run in runs)


def _run(months: list[Month]) -> str:
    if len(months) < 3:
        return ", ".join(map(month_name, months))
    return _("%(first)s sampai %(last)s", first=month_name(months[0]), last=month_name(months[-1]))


def _income(value: Found, needed: Found) -> list[str]:
    said = []
    for row in value["months"]:
        month = month_name(parse_month(row["month"]))
        if row["income"] is None:
            said.append(_("%(month)s: belum ada catatan", month=month))
        elif row.get("income_needed") is None:
            said.append(f"{month}: {rupiah(row['income'])}")
        else:
            said.append(
                _(
                    "%(month)s: %(income)s untuk %(people)s orang, perlu %(needed)s",
                    month=month, income=rupiah(row["income"]), people=row["people"], needed=rupiah(row["income_needed"]),
                )
            )  # fmt: skip
    proofs = ", ".join(str(PROOFS[kind]) for kind in value["evidence_kinds"])
    return [*said, _("Bukti: %(kinds)s", kinds=proofs or _("belum ada"))]


def _work(value: Found, needed: Found) -> list[str]:
    if not value["since"]:
        return []
    since = day(date.fromisoformat(value["since"]))
    said = [
        _(
            "%(days)s hari sejak %(since)s, perlu %(needed)s hari",
            days=value["days"],
            since=since,
            needed=needed["days"],
        )
    ]
    if value["checks"]:
        said.append(_("Masih bekerja pada pemeriksaan hari ke-%(days)s", days=", ".join(map(str, value["checks"]))))
    if value["confirmed_by"]:
        said.append(
            _("Dipastikan dengan: %(kinds)s", kinds=", ".join(str(PROOFS[one]) for one in value["confirmed_by"]))
        )
    return said


def _off_aid(value: Found, needed: Found) -> list[str]:
    aided = months_said([parse_month(month) for month in value["months_with_aid"]])
    said = [
        _("Bulan dengan bantuan untuk hidup: %(months)s", months=aided)
        if aided
        else ngettext(
            "Tidak ada bantuan untuk hidup dalam %(num)d bulan terakhir",
            "Tidak ada bantuan untuk hidup dalam %(num)d bulan terakhir",
            needed["months"],
        )
    ]
    if value["aid"]:
        said.append(
            _(
                "Setahun ini: bantuan %(aid)s, penghasilan tercatat %(income)s",
                aid=rupiah(value["aid"]),
                income=rupiah(value["income"]),
            )
        )
    return said


def _plan(value: Found, needed: Found) -> list[str]:
    return (
        [_("%(settled)s dari %(goals)s tujuan selesai", settled=value["settled"], goals=value["goals"])]
        if value["goals"]
        else []
    )


def _functioning(value: Found, needed: Found) -> list[str]:
    return [
        _("Dinilai %(days)s hari yang lalu, paling lama %(most)s hari", days=value["days"], most=needed["days"]),
        *(
            _(
                "%(part)s: %(value)s, paling sedikit %(least)s",
                part=PARTS[part],
                value=_plain(found["value"]),
                least=_plain(found["threshold"]),
            )
            for part, found in value["parts"].items()
            if part in PARTS
        ),
    ]


def _stability(value: Found, needed: Found) -> list[str]:
    return [str(ALERTS[kind]) for kind in value["open_alerts"]] or [_("Tidak ada peringatan bahaya berat yang terbuka")]


def _own_voice(value: Found, needed: Found) -> list[str]:
    on = day(date.fromisoformat(value["asked_on"]))
    return [_("Ditanya %(on)s: setuju", on=on) if value["agrees"] else _("Ditanya %(on)s: belum setuju", on=on)]


def _safe_home(value: Found, needed: Found) -> list[str]:
    return [_("Dinilai aman %(on)s", on=day(date.fromisoformat(value["assessed_on"])))]


def _visits(value: Found, needed: Found) -> list[str]:
    return [
        _(
            "%(passed)s dari %(visits)s kunjungan berjalan baik, perlu %(needed)s",
            passed=value["passed"],
            visits=value["visits"],
            needed=needed["passed"],
        )
    ]


def _answer(value: Found, needed: Found) -> list[str]:
    on = day(date.fromisoformat(value["on"]))
    return [_("Ya, menurut kunjungan %(on)s", on=on) if value["yes"] else _("Tidak, menurut kunjungan %(on)s", on=on)]


def _consent(value: Found, needed: Found) -> list[str]:
    return [_("Wali sudah setuju")]


FOUND: dict[str, Callable[[Found, Found], list[str]]] = {
    CriterionCode.INCOME: _income,
    CriterionCode.WORK_LASTS: _work,
    CriterionCode.OFF_AID: _off_aid,
    CriterionCode.PLAN: _plan,
    CriterionCode.FUNCTIONING: _functioning,
    CriterionCode.STABILITY: _stability,
    CriterionCode.OWN_VOICE: _own_voice,
    CriterionCode.SAFE_HOME: _safe_home,
    CriterionCode.VISITS_PASSED: _visits,
    CriterionCode.SCHOOL: _answer,
    CriterionCode.TREATMENT: _answer,
    CriterionCode.GUARDIAN_CONSENT: _consent,
}


def _plain(number: float) -> str:
    """A score without needless digits, with a comma as Indonesians write it."""
    return f"{number:.1f}".rstrip("0").rstrip(".").replace(".", ",")
