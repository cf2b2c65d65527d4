"""Why a service suits a referral or does not, in sentences: each hard rule's answer with the figures behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from kessos_case.partners.rules import (
    GOVERNMENT_KINDS,
    Age,
    Near,
    Need,
    Rule,
    ServiceFacts,
    age_of,
    is_open,
    minutes_between,
    near,
)
from kessos_case.referrals.service import routing
from kessos_case.web.figures import day


@dataclass(frozen=True)
class Names:
    """Names for the codes in a sentence: of a place, of service types and of categories."""

    place: Callable[[str], str]
    services: Mapping[str, str]
    categories: Mapping[str, str]


def ages(least: int | None, most: int | None) -> str:
    """An age in whole years, or a range of them."""
    if least is None or most is None:
        return _("umur tidak diketahui")
    return (
        _("%(age)s tahun", age=least) if least == most else _("%(least)s sampai %(most)s tahun", least=least, most=most)
    )


def nearness(here: str, there: str) -> str:
    """How near two places are, by the road where it is known, else by the smallest place that holds both or a border."""
    terms = routing()
    minutes = minutes_between(here, there, terms)
    if minutes is not None:
        return _("kira-kira %(minutes)s menit perjalanan", minutes=round(minutes))
    return {
        Near.VILLAGE: _("satu desa"),
        Near.DISTRICT: _("satu kecamatan"),
        Near.REGENCY: _("satu kabupaten"),
        Near.NEIGHBOUR: _("di kabupaten sebelah"),
        Near.PROVINCE: _("di kabupaten lain"),
        Near.NEIGHBOUR_PROVINCE: _("di provinsi sebelah"),
        None: _("di provinsi lain"),
    }[near(here, there, terms)]


def confirmed(facts: ServiceFacts, need: Need) -> str:
    """Since when nobody has said that the entry is right; nothing while it is fresh."""
    if age_of(facts.confirmed_on, need.day, routing()) is Age.FRESH or facts.confirmed_on is None:
        return ""
    return _("keterangannya terakhir dipastikan %(day)s", day=day(facts.confirmed_on))


def opening(facts: ServiceFacts, need: Need) -> str:
    """Whether somebody is there now; nothing where the service has not said."""
    return {True: _("sedang buka"), False: _("sedang tutup pada jam ini"), None: ""}[is_open(facts, need)]


def places_free(facts: ServiceFacts) -> str:
    """The places of a service now and the line for them."""
    if facts.free is None:
        text = _("tidak ada jadwal yang dibuka")
    elif facts.free > 0:
        text = ngettext("%(num)d tempat kosong", "%(num)d tempat kosong", facts.free)
    else:
        text = _("penuh")
    if not facts.waiting:
        return text
    return f"{text}, {ngettext('%(num)d orang antre', '%(num)d orang antre', facts.waiting)}"


def agreed(facts: ServiceFacts) -> str:
    """Until when the agreement with a receiver lasts, for whoever needs one."""
    if facts.organisation_kind in GOVERNMENT_KINDS:
        return _("lembaga pemerintah")
    return (
        _("perjanjian sampai %(day)s", day=day(facts.agreement_until))
        if facts.agreement_until
        else _("tanpa perjanjian")
    )


def sentence(rule: str, holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    """One hard rule's answer for this service and need."""
    return _SENTENCES[Rule(rule)](holds, facts, need, names)


def _need(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    offered = names.services.get(facts.service_type, facts.service_type)
    if holds and facts.service_type in need.service_types:
        return _("Memberi layanan yang diminta: %(service)s.", service=offered)
    if holds:
        return _("Memberi layanan yang sekelompok dengan yang diminta: %(service)s.", service=offered)
    return _("Memberi layanan lain: %(service)s.", service=offered)


def _region(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    if holds:
        return _("Menerima orang dari tempat ini.")
    return _(
        "Hanya menerima orang dari %(places)s.", places=", ".join(names.place(code) for code in facts.coverage) or "–"
    )


def _age(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    least, most = facts.min_age, facts.max_age
    if least is None and most is None:
        return _("Menerima semua umur.")
    taken = _("%(age)s tahun ke atas", age=least or 0) if most is None else ages(least or 0, most)
    if holds:
        return _("Umurnya cocok: menerima %(taken)s.", taken=taken)
    told = ages(need.age_from, need.age_to)
    return _("Umurnya tidak pasti cocok (%(age)s): hanya menerima %(taken)s.", age=told, taken=taken)


def _sex(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    if not facts.sexes or {"L", "P"} <= facts.sexes:
        return _("Menerima laki-laki dan perempuan.")
    if holds:
        return (
            _("Jenis kelaminnya cocok: menerima laki-laki.")
            if "L" in facts.sexes
            else _("Jenis kelaminnya cocok: menerima perempuan.")
        )
    return _("Hanya menerima laki-laki.") if "L" in facts.sexes else _("Hanya menerima perempuan.")


def _category(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    if not facts.categories:
        return _("Menerima semua golongan.")
    taken = ", ".join(names.categories.get(code, code) for code in sorted(facts.categories))
    if holds:
        return _("Golongannya cocok: menerima %(taken)s.", taken=taken)
    return _("Hanya menerima: %(taken)s.", taken=taken)


def _access(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    if not need.needs_access:
        return _("Tidak perlu tempat khusus untuk difabel.")
    return _("Tempatnya bisa dipakai difabel.") if holds else _("Tempatnya belum bisa dipakai difabel.")


def _agreement(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    if facts.organisation_kind in GOVERNMENT_KINDS:
        return _("Lembaga pemerintah, tidak perlu perjanjian.")
    if facts.agreement_until is None:
        return _("Belum ada perjanjian kerja sama.")
    if facts.agreement_from and need.day < facts.agreement_from:
        return _("Perjanjiannya baru mulai %(day)s.", day=day(facts.agreement_from))
    if holds:
        return _("Perjanjiannya berlaku sampai %(day)s.", day=day(facts.agreement_until))
    return _("Perjanjiannya sudah habis pada %(day)s.", day=day(facts.agreement_until))


def _active(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    return _("Layanannya masih ada.") if holds else _("Layanannya sudah tidak ada.")


def _paused(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    if holds or facts.paused_from is None:
        return _("Sedang buka.")
    if facts.paused_until is None:
        return _("Sedang tutup sejak %(day)s.", day=day(facts.paused_from))
    return _("Sedang tutup sampai %(day)s.", day=day(facts.paused_until))


def _capacity(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    told = places_free(facts).capitalize()
    if facts.free:
        return f"{told}."
    if holds:
        return _("%(places)s. Boleh masuk antrean.", places=told)
    if not facts.allows_waiting:
        return _("%(places)s, dan tidak ada antrean.", places=told)
    return _("%(places)s, dan orang ini tidak bisa menunggu dalam antrean.", places=told)


def _pace(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    if not facts.open_offers:
        return _("Tidak ada tawaran lain yang menunggu jawabannya.")
    told = ngettext("%(num)d tawaran", "%(num)d tawaran", facts.open_offers)
    if need.urgency in routing().pace.passes:
        return _("%(offers)s lain menunggu jawabannya, tetapi yang darurat tetap boleh.", offers=told)
    if holds:
        return _("%(offers)s lain menunggu jawabannya, masih wajar.", offers=told)
    return _("%(offers)s lain masih menunggu jawabannya. Lembaga ini belum sanggup menjawab lebih banyak.", offers=told)


def _consent(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    if not need.needs_consent:
        return _("Tidak perlu izin tertulis untuk menawarkan.")
    return (
        _("Orangnya sudah memberi izin untuk lembaga ini.")
        if holds
        else _("Orangnya belum memberi izin untuk lembaga ini.")
    )


def _refused(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    return _("Belum pernah menolak laporan ini.") if holds else _("Sudah menolak atau tidak menjawab laporan ini.")


def _barred(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    if holds:
        return _("Tidak pernah ada insiden dengan orang ini.")
    return _("Pernah ada insiden dengan orang ini, jadi tidak boleh.")


def _accreditation(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    if not holds:
        return _("Tidak punya akreditasi yang wajib untuk kasus seperti ini.")
    return _("Punya akreditasi.") if facts.is_accredited else _("Tidak perlu akreditasi.")


_SENTENCES: dict[Rule, Callable[[bool, ServiceFacts, Need, Names], str]] = {
    Rule.NEED: _need,
    Rule.REGION: _region,
    Rule.AGE: _age,
    Rule.SEX: _sex,
    Rule.CATEGORY: _category,
    Rule.ACCESS: _access,
    Rule.AGREEMENT: _agreement,
    Rule.ACTIVE: _active,
    Rule.PAUSED: _paused,
    Rule.CAPACITY: _capacity,
    Rule.PACE: _pace,
    Rule.CONSENT: _consent,
    Rule.REFUSED: _refused,
    Rule.BARRED: _barred,
    Rule.ACCREDITATION: _accreditation,
}
