"""The criteria as a ladder in plain words: what was found, what is missing and the way to it, and where the evidence lies.

From a verdict as JSON, so that a stored one reads as one of today. Numbers stand in the verdict; nothing is computed here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from kessos_case.clients.consent_wording import ALERTS
from kessos_case.core.months import parse_month
from kessos_case.graduation.rules import CriterionCode, WeightedCode
from kessos_case.web.figures import day, month_name, rupiah
from kessos_case.web.forms import Words

Found = Mapping[str, Any]
MET, NOT_YET, UNKNOWN = "met", "not_yet", "unknown"

SIGNS: Words = {
    MET: lazy_gettext("Terpenuhi"),
    NOT_YET: lazy_gettext("Belum"),
    UNKNOWN: lazy_gettext("Belum diketahui"),
}

ASKS: Words = {
    CriterionCode.INCOME: lazy_gettext("Penghasilan rumah tangga cukup, tiga bulan berturut-turut"),
    CriterionCode.WORK_LASTS: lazy_gettext("Pekerjaan atau usahanya bertahan"),
    CriterionCode.OFF_AID: lazy_gettext("Tidak lagi hidup dari bantuan"),
    CriterionCode.PLAN: lazy_gettext("Semua tujuan dalam rencananya selesai"),
    CriterionCode.FUNCTIONING: lazy_gettext("Bisa menjalani hidup sehari-hari"),
    CriterionCode.STABILITY: lazy_gettext("Tidak ada bahaya berat"),
    CriterionCode.OWN_VOICE: lazy_gettext("Orangnya sendiri sudah ditanya"),
    CriterionCode.SAFE_HOME: lazy_gettext("Tinggal di rumah yang dinilai aman"),
    CriterionCode.VISITS_PASSED: lazy_gettext("Kunjungan ke rumahnya berjalan baik"),
    CriterionCode.SCHOOL: lazy_gettext("Bersekolah atau dititipkan"),
    CriterionCode.TREATMENT: lazy_gettext("Berobat teratur"),
    CriterionCode.GUARDIAN_CONSENT: lazy_gettext("Walinya setuju"),
}

LINE_WORDS: Words = {
    WeightedCode.SKILLS_CERTIFICATE: lazy_gettext("Punya sertifikat keterampilan"),
    WeightedCode.SELF_EFFICACY: lazy_gettext("Keyakinan dirinya naik"),
    WeightedCode.SAVINGS: lazy_gettext("Tabungan cukup untuk sebulan"),
    WeightedCode.INCOME_SOURCES: lazy_gettext("Punya dua sumber penghasilan"),
    WeightedCode.HEALTH_INSURANCE: lazy_gettext("BPJS Kesehatan aktif"),
    WeightedCode.CHILDREN_AT_SCHOOL: lazy_gettext("Anak-anaknya bersekolah"),
    WeightedCode.SOCIAL_SUPPORT: lazy_gettext("Ada orang yang menolong"),
    WeightedCode.DECILE: lazy_gettext("Kelompok kesejahteraan (desil) 5 atau lebih"),
}

PARTS: Words = {
    "needs_and_rights": lazy_gettext("Kebutuhan dan hak"),
    "roles": lazy_gettext("Peran dalam keluarga dan masyarakat"),
    "problem_solving": lazy_gettext("Menyelesaikan masalah"),
}
PROOFS: Words = {
    "wage_slip": lazy_gettext("slip gaji"),
    "employer": lazy_gettext("keterangan pemberi kerja"),
    "visit": lazy_gettext("kunjungan"),
    "business_books": lazy_gettext("buku usaha"),
}
NOTES: Words = {
    "statements_contradict": lazy_gettext("Ada catatan penghasilan yang berbeda-beda; yang terendah yang dipakai."),
    "working_still_aided": lazy_gettext("Sudah bekerja, tetapi masih menerima bantuan."),
    "does_not_agree": lazy_gettext("Orangnya belum setuju. Yang menandatangani harus menulis alasannya."),
    "does_not_apply": lazy_gettext("Tidak berlaku untuk orang ini."),
}

# What is missing. `%(when)s` are the months or the day it is about.
LACKS: Words = {
    "income_unknown": lazy_gettext("Penghasilan %(when)s belum dicatat. Catat penghasilannya."),
    "poverty_line_unknown": lazy_gettext("Garis kemiskinan %(when)s belum dimuat. Beri tahu pengurus aplikasi."),
    "income_too_low": lazy_gettext("Penghasilan %(when)s belum cukup. Usahakan naik, lalu catat bulan berikutnya."),
    "evidence_kinds_missing": lazy_gettext(
        "Buktinya baru satu macam atau kurang. Catat dengan bukti lain, misalnya kunjungan."
    ),
    "work_missing": lazy_gettext("Belum ada pekerjaan atau usaha yang sudah dipastikan. Carikan, lalu pastikan."),
    "work_too_short": lazy_gettext("Kerjanya belum cukup lama. Tunggu sampai %(when)s."),
    "check_missing": lazy_gettext("Pemeriksaan kerja hari ke-%(number)s belum dilakukan. Lakukan, lalu catat."),
    "check_failed": lazy_gettext(
        "Pada pemeriksaan hari ke-%(number)s ia tidak bekerja lagi. Periksa lagi, atau catat akhir kerjanya."
    ),
    "confirmation_missing": lazy_gettext(
        "Belum ada orang lain yang memastikan kerjanya. Pastikan dengan kunjungan, slip gaji atau pemberi kerja."
    ),
    "aid_unknown": lazy_gettext("Catatan bantuan %(when)s belum dimuat. Muat dulu daftar bantuannya."),
    "aid_received": lazy_gettext("Masih ada bantuan untuk hidup: %(when)s. Tunggu enam bulan tanpa bantuan itu."),
    "aid_share_too_high": lazy_gettext("Bantuan masih lebih dari sepersepuluh penghidupannya setahun ini."),
    "aid_share_unknown": lazy_gettext("Penghasilan %(when)s belum dicatat, jadi bagian bantuannya belum diketahui."),
    "plan_missing": lazy_gettext("Belum ada rencana yang disetujui dan punya tujuan. Susun rencananya."),
    "drop_not_accepted": lazy_gettext("Ada tujuan yang dihentikan. Kepala UPT harus menerima alasannya."),
    "goal_open": lazy_gettext("Ada tujuan yang belum selesai. Selesaikan, atau hentikan dengan alasan."),
    "functioning_unknown": lazy_gettext("Keberfungsian sosialnya belum dinilai. Isi asesmennya."),
    "functioning_too_old": lazy_gettext("Asesmennya sudah terlalu lama. Ulangi."),
    "part_unknown": lazy_gettext("Bagian %(part)s belum terisi dalam asesmen. Lengkapi."),
    "part_below_threshold": lazy_gettext("Bagian %(part)s masih di bawah batas. Dampingi, lalu nilai lagi."),
    "alert_open": lazy_gettext("Ada bahaya yang belum selesai. Tangani, lalu akhiri peringatannya."),
    "not_asked": lazy_gettext("Orangnya belum ditanya. Tanyakan, lalu catat jawabannya."),
    "answer_unknown": lazy_gettext("Jawaban orangnya belum dicatat."),
    "why_not_unknown": lazy_gettext("Alasan orangnya tidak setuju belum dicatat."),
    "safe_home_unknown": lazy_gettext("Rumahnya belum dinilai aman. Lihat rumahnya, lalu catat."),
    "visits_missing": lazy_gettext("Kunjungan yang berjalan baik belum cukup. Kunjungi lagi, lalu catat."),
    "visit_failed": lazy_gettext("Kunjungan terakhir tidak berjalan baik. Benahi yang ditemukan, lalu kunjungi lagi."),
    "school_unknown": lazy_gettext(
        "Belum diketahui apakah ia bersekolah atau dititipkan. Lihat pada kunjungan berikutnya."
    ),
    "school_no": lazy_gettext("Ia tidak bersekolah atau dititipkan. Bantu, lalu kunjungi lagi."),
    "treatment_unknown": lazy_gettext("Belum diketahui apakah ia berobat teratur. Lihat pada kunjungan berikutnya."),
    "treatment_no": lazy_gettext("Ia tidak berobat teratur. Bantu, lalu kunjungi lagi."),
    "consent_unknown": lazy_gettext("Persetujuan walinya belum dicatat. Tanyakan, lalu catat."),
    "points_missing": lazy_gettext("Nilainya belum cukup. Lihat di bawah apa yang bisa menambah."),
    "outside_graduation": lazy_gettext(
        "Jalur orang ini tidak menuju lulus. Kalau jalur lain lebih tepat, kepala UPT mengubahnya."
    ),
    "criteria_unmet": lazy_gettext("Syarat ini belum terpenuhi: %(criterion)s."),
}


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
        [*(_FOUND[code](value, needed) if value else []), *(str(NOTES[note]) for note in criterion["notes"])],
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
    return ", ".join(month_name(parse_month(month)) for month in re.findall(r"\b\d{4}-\d{2}\b", detail))


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
    aided = ", ".join(month_name(parse_month(month)) for month in value["months_with_aid"])
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


_FOUND: dict[str, Callable[[Found, Found], list[str]]] = {
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
