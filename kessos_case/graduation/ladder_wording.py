"""The criteria as a ladder: what was found, what is missing and the way to it, and where the evidence lies.

From a verdict as JSON, so that a stored one reads as one of today.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from kessos_case.core.months import parse_month
from kessos_case.graduation.found_wording import FOUND, Found, months_said
from kessos_case.graduation.ladder_words import ASKS, LACKS, LINE_WORDS, MET, NOT_YET, NOTES, PARTS, SIGNS, UNKNOWN
from kessos_case.graduation.rules import WeightedCode
from kessos_case.web.figures import day

__all__ = ["SIGNS", "Line", "Places", "Point", "Rung", "evidence", "lacking", "ladder", "points"]


@dataclass(frozen=True)
class Line:
    """A sentence, and the address where it is done or seen; no address for a co-signer, who reaches none of these."""

    text: str
    way: str | None = None


@dataclass(frozen=True)
class Rung:
    """One criterion: met, not yet or unknown; what was found, what is missing, and the evidence."""

    code: str
    title: str
    status: str
    found: list[str] = field(default_factory=list)
    lacks: list[Line] = field(default_factory=list)
    evidence: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Point:
    """One line of the points: what it gives of what it is worth, and its evidence."""

    title: str
    points: int
    worth: int
    status: str
    evidence: list[Line]


@dataclass(frozen=True)
class Places:
    """Where the rows of a person lie. `batches` are those of his enrolments; without a person there is no way anywhere."""

    client_id: UUID | None = None
    case_id: UUID | None = None
    plan_id: str | None = None
    placements: Mapping[str, str] = field(default_factory=dict)
    batches: Mapping[str, str] = field(default_factory=dict)

    def of(self, address: str) -> str | None:
        """The address with the ids of person and case; None without a person."""
        return address.format(client=self.client_id, case=self.case_id) if self.client_id else None


def ladder(verdict: Found, places: Places) -> list[Rung]:
    """The criteria in the order of the policy."""
    return [_rung(criterion, places) for criterion in verdict["criteria"]]


def points(verdict: Found, places: Places) -> list[Point]:
    """The lines that give points."""
    return [
        Point(
            str(LINE_WORDS[line["code"]]),
            line["points"],
            line["worth"],
            MET if line["points"] else UNKNOWN if line["value"] is None else NOT_YET,
            list(evidence(line["evidence"], places)),
        )
        for line in verdict["lines"]
    ]


def lacking(entry: Found, places: Places) -> Line:
    """What is missing, as a sentence that says what to do, and the way there."""
    code = str(entry["code"])
    detail, way = str(entry["detail"]), str(entry["way"])
    texts = {
        "when": _when(code, detail, way),
        "number": next(iter(re.findall(r"\d+", detail)), ""),
        "part": str(PARTS.get(detail.split(":")[0].split(" ")[0], "")),
        "criterion": _named(detail.split(":")[0]),
    }
    return Line(str(LACKS[code]) % texts, _way(code, f"{detail} {way}", places))


def evidence(rows: list[dict[str, str]], places: Places) -> Iterator[Line]:
    """Where the rows behind a finding can be seen, each place once."""
    seen = set()
    for row in rows:
        shown = _EVIDENCE.get(row["kind"])
        if shown is None:
            continue
        text, address = shown(row["id"], places)
        if (text, address) not in seen:
            seen.add((text, address))
            yield Line(text, address)


def _rung(criterion: Found, places: Places) -> Rung:
    code = criterion["code"]
    missing = criterion["missing"]
    is_unknown = bool(missing) and all(entry["is_unknown"] for entry in missing)
    value, needed = criterion["value"], criterion["needed"]
    return Rung(
        code,
        str(ASKS[code]),
        UNKNOWN if is_unknown else NOT_YET if missing else MET,
        [*(FOUND[code](value, needed) if value else []), *(str(NOTES[note]) for note in criterion["notes"])],
        [lacking(entry, places) for entry in missing],
        list(evidence(criterion["evidence"], places)),
    )


def _named(code: str) -> str:
    """A criterion, the points or the pathway, as a refused signature names them."""
    if code in ASKS:
        return str(ASKS[code])
    return _("nilai yang cukup") if code == "points" else _("jalur yang menuju lulus")


def _when(code: str, detail: str, way: str) -> str:
    if days := re.findall(r"\d{4}-\d{2}-\d{2}", way if code == "work_too_short" else ""):
        return day(date.fromisoformat(days[0]))
    return months_said([parse_month(month) for month in re.findall(r"\b\d{4}-\d{2}\b", detail)])


_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WAYS: dict[str, str] = {
    "income_unknown": "/clients/{client}/income",
    "income_too_low": "/clients/{client}/income",
    "evidence_kinds_missing": "/clients/{client}/income",
    "aid_share_unknown": "/clients/{client}/income",
    "work_missing": "/placements?case_id={case}",
    "work_too_short": "/placements?case_id={case}",
    "aid_received": "/clients/{client}/aid",
    "aid_unknown": "/clients/{client}/aid",
    "aid_share_too_high": "/clients/{client}/aid",
    "plan_missing": "/cases/{case}/plans",
    "drop_not_accepted": "/cases/{case}/plans",
    "goal_open": "/cases/{case}/plans",
    "functioning_unknown": "/cases/{case}/assessments",
    "functioning_too_old": "/cases/{case}/assessments",
    "part_unknown": "/cases/{case}/assessments",
    "part_below_threshold": "/cases/{case}/assessments",
    "alert_open": "/clients/{client}/alerts",
    "not_asked": "#voice",
    "answer_unknown": "#voice",
    "why_not_unknown": "#voice",
    "safe_home_unknown": "/cases/{case}/reunifications",
    "consent_unknown": "/cases/{case}/reunifications",
    "points_missing": "#points",
    "outside_graduation": "/cases/{case}",
} | dict.fromkeys(
    ("visits_missing", "visit_failed", "school_unknown", "school_no", "treatment_unknown", "treatment_no"),
    "/clients/{client}/visits/new?case_id={case}",
)
_OF_A_PLACEMENT = ("check_missing", "check_failed", "confirmation_missing")


def _way(code: str, detail: str, places: Places) -> str | None:
    if code == "criteria_unmet":
        return f"#{detail.split(':')[0]}"
    if code in ("goal_open", "drop_not_accepted") and places.plan_id:
        return places.of("/cases/{case}/plans/" + places.plan_id)
    if code in _OF_A_PLACEMENT:
        named = _ID.search(detail)
        newest = named[0] if named else next(reversed(list(places.placements.values())), None)
        return places.of(f"/placements/{newest}") if newest else places.of("/placements?case_id={case}")
    address = _WAYS.get(code)
    return places.of(address) if address else None


def _seen(text: Any, address: str) -> Callable[[str, Places], tuple[str, str | None]]:
    return lambda row_id, places: (str(text), places.of(address.replace("{id}", row_id)))


def _placement(row_id: str, places: Places) -> tuple[str, str | None]:
    return _("Kerja atau usahanya"), places.of(f"/placements/{places.placements.get(row_id, row_id)}")


def _certificate(row_id: str, places: Places) -> tuple[str, str | None]:
    batch = places.batches.get(row_id)
    return _("Pelatihan yang lulus"), places.of(f"/batches/{batch}") if batch else None


_assessment = _seen(lazy_gettext("Asesmennya"), "/cases/{case}/assessments/{id}")
_visit = _seen(lazy_gettext("Kunjungannya"), "/clients/{client}/visits")
_home = _seen(lazy_gettext("Penilaian rumahnya"), "/cases/{case}/reunifications")
# By the kind of row; a poverty line is BPS's and lies with no person.
_EVIDENCE: dict[str, Callable[[str, Places], tuple[str, str | None]]] = {
    "income_statement": _seen(lazy_gettext("Catatan penghasilannya"), "/clients/{client}/income"),
    "placement": _placement,
    "check": _placement,
    "disbursement": _seen(lazy_gettext("Catatan bantuannya"), "/clients/{client}/aid"),
    "plan": _seen(lazy_gettext("Rencananya"), "/cases/{case}/plans/{id}"),
    "assessment": _assessment,
    "alert": _seen(lazy_gettext("Peringatan bahayanya"), "/clients/{client}/alerts"),
    "voice": _seen(lazy_gettext("Jawaban orangnya"), "#voice"),
    "safe_home": _home,
    "consent": _home,
    "visit": _visit,
    "certificate": _certificate,
    "decile": _assessment,
} | {code.value: _assessment for code in WeightedCode if code is not WeightedCode.SKILLS_CERTIFICATE}
