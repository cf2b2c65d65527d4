"""What the desk's pages say: what is to be done now, who somebody may be, why a service suits or does not, and how well."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from kessos_case.core.policies import policy
from kessos_case.partners.rules import GOVERNMENT_KINDS, Need, Part, Rule, ServiceFacts
from kessos_case.reference.rules import region_lineage
from kessos_case.referrals.rules import Likely, OfferState, State, Verdict, likely
from kessos_case.web import forms
from kessos_case.web.figures import day
from kessos_case.web.forms import Words

VIEWS: Words = {
    "": lazy_gettext("Giliran petugas"),
    "sender": lazy_gettext("Ditanyakan ke pelapor"),
    "receiver": lazy_gettext("Menunggu lembaga"),
    "served": lazy_gettext("Sedang ditolong"),
    "ended": lazy_gettext("Selesai"),
}

HOLDERS: Words = {
    "own": lazy_gettext("Di kantor saya dan semua yang darurat"),
    "other": lazy_gettext("Di kantor lain"),
}

SHOWN: Words = {
    "open": lazy_gettext("Masih berjalan"),
    "ended": lazy_gettext("Sudah selesai"),
    "": lazy_gettext("Semua"),
}

# What a desk does about a referral that stands there, said on the card and above the referral.
TO_DO: Words = {
    State.SUBMITTED: lazy_gettext("Pastikan siapa orangnya, lalu teruskan."),
    State.RETURNED: lazy_gettext("Menunggu jawaban pelapor."),
    State.ROUTING: lazy_gettext("Pilih lembaga yang akan menolong."),
    State.OFFERED: lazy_gettext("Menunggu jawaban lembaga. Kalau tidak dijawab, aplikasi menawarkan ke lembaga berikutnya."),
    State.WAITING: lazy_gettext("Orangnya dalam antrean. Kalau terlalu lama, pilih lembaga lain."),
    State.ACCEPTED: lazy_gettext("Lembaga sudah menerima. Menunggu lembaga bertemu orangnya."),
    State.MET: lazy_gettext("Lembaga sudah bertemu orangnya. Menunggu kabar hasilnya."),
    State.UNMET: lazy_gettext("Belum ada lembaga yang bisa. Cari lagi, atau pilih sendiri dengan alasan."),
}

OFFER_STATES: Words = {
    OfferState.OPEN: lazy_gettext("Menunggu jawaban"),
    OfferState.ACCEPTED: lazy_gettext("Diterima"),
    OfferState.DECLINED: lazy_gettext("Ditolak"),
    OfferState.WAITING: lazy_gettext("Dalam antrean"),
    OfferState.EXPIRED: lazy_gettext("Tidak dijawab"),
    OfferState.REVOKED: lazy_gettext("Ditarik"),
}

LIKELY: Words = {
    Likely.VERY: lazy_gettext("Sangat mungkin orang yang sama"),
    Likely.PERHAPS: lazy_gettext("Mungkin orang yang sama"),
    Likely.SOMEWHAT: lazy_gettext("Ada kemiripan"),
}

VERDICTS: Words = {
    Verdict.SAME: lazy_gettext("sama"),
    Verdict.NEAR: lazy_gettext("mirip"),
    Verdict.OTHER: lazy_gettext("beda"),
    Verdict.UNKNOWN: lazy_gettext("belum tahu"),
}

# What two records have in common (clients.rules.duplicates).
LIKENESSES: Words = {
    "nik_equal": lazy_gettext("NIK sama"),
    "nik_near": lazy_gettext("NIK hampir sama"),
    "name": lazy_gettext("nama mirip"),
    "phone_equal": lazy_gettext("nomor telepon sama"),
    "birth_date_equal": lazy_gettext("tanggal lahir sama"),
    "birth_year_equal": lazy_gettext("tahun lahir sama"),
    "district_equal": lazy_gettext("satu kecamatan"),
}

PARTS: Words = {
    Part.NEED: lazy_gettext("Cocok dengan kebutuhan"),
    Part.NEARNESS: lazy_gettext("Dekat"),
    Part.WAIT: lazy_gettext("Cepat dapat tempat"),
    Part.ACCEPTANCE: lazy_gettext("Biasanya menerima"),
    Part.ANSWER: lazy_gettext("Biasanya cepat menjawab"),
    Part.OUTCOME: lazy_gettext("Hasilnya biasanya baik"),
    Part.LOAD: lazy_gettext("Masih longgar"),
    Part.CONTINUITY: lazy_gettext("Pernah menolong orang ini dengan baik"),
}

NOTICES: Words = {
    "triaged": lazy_gettext("Laporan sudah diteruskan. Di bawah ini siapa yang sudah ditawari, dan siapa lagi yang bisa."),
    "offered": lazy_gettext("Sudah ditawarkan."),
    "revoked": lazy_gettext("Tawaran sudah ditarik."),
    "retried": lazy_gettext("Sudah dicari lagi. Di bawah ini hasilnya."),
}

_WRONG: Words = {
    "name": lazy_gettext("Tulis namanya, atau sebutan kalau namanya tidak diketahui."),
    "temporary_label": lazy_gettext("Tulis sebutan untuk orang ini, misalnya: Mbah Surip, Pasar Ambulu."),
    "age": lazy_gettext("Tulis umur dengan angka antara 0 dan 130, misalnya 70."),
    "birth_date": lazy_gettext("Tanggal lahir ini tidak mungkin. Periksa lagi."),
    "nik": lazy_gettext("NIK ini salah. NIK punya 16 angka, seperti di KTP. Kalau ragu, kosongkan."),
    "phone": lazy_gettext("Nomor telepon ini salah. Contoh: 0812 3456 7890."),
    "region_code": lazy_gettext("Pilih tempatnya dari daftar."),
    "sex": lazy_gettext("Pilih salah satu."),
    "categories": lazy_gettext("Pilih dari daftar."),
    "reason": lazy_gettext("Tulis alasannya."),
    "q": lazy_gettext("Tulis nama atau NIK yang dicari."),
    "match_ref": lazy_gettext("Orang ini tidak bisa dipilih lagi. Buka lagi halamannya."),
    "client_id": lazy_gettext("Orang ini tidak bisa dipilih. Cari lagi, atau daftarkan sebagai orang baru."),
    "service_id": lazy_gettext("Layanan ini tidak bisa ditawari sekarang. Lihat syaratnya di bawah."),
}

_CODES: Words = {
    "wrong_state": lazy_gettext("Sudah dikerjakan orang lain, atau keadaannya sudah berubah. Lihat yang baru di bawah."),
    "client_missing": lazy_gettext("Pilih siapa orangnya, atau daftarkan dulu."),
    "reason_missing": lazy_gettext("Ada syarat yang tidak terpenuhi. Tulis alasan mengapa tetap ditawarkan."),
    "too_many_open": lazy_gettext("Sudah cukup banyak lembaga yang ditawari. Tarik satu tawaran dulu."),
    "no_candidate": lazy_gettext("Tidak ada layanan yang memenuhi semua syarat. Pilih sendiri dengan alasan."),
    "capacity_full": lazy_gettext("Tempat terakhir baru saja terisi. Pilih lembaga lain."),
    "has_accounts": lazy_gettext("UPT menjawab dengan akunnya sendiri, bukan lewat tautan."),
    Rule.AGREEMENT: lazy_gettext("Lembaga ini tidak punya perjanjian yang berlaku."),
    Rule.ACTIVE: lazy_gettext("Layanan ini sudah tidak ada."),
    Rule.CAPACITY: lazy_gettext("Tidak ada tempat kosong."),
    Rule.CONSENT: lazy_gettext("Orangnya belum memberi izin. Catat izinnya dulu di halaman orangnya."),
    Rule.BARRED: lazy_gettext("Pernah terjadi insiden antara orang ini dan lembaga itu."),
    Rule.ACCREDITATION: lazy_gettext("Lembaga ini tidak punya akreditasi untuk kasus seperti ini."),
}


@dataclass(frozen=True)
class Names:
    """Names for the codes in a sentence: of a place, of service types and of categories."""

    place: Callable[[str], str]
    services: Mapping[str, str]
    categories: Mapping[str, str]


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for an officer, from the `{field, code, detail}` entries of a schema or service."""
    plain = [entry | {"field": str(entry.get("field") or "").removeprefix("new_client.")} for entry in map(dict, errors)]
    return forms.mistakes(plain, _WRONG, _CODES)


def done_by_another() -> str:
    """Two officers had the same page open, and the other one was first."""
    return _("Sudah dikerjakan orang lain sejak halaman ini dibuka. Lihat keadaannya yang baru, lalu putuskan.")


def likeness(score: int) -> str:
    """How likely two records are one person."""
    return str(LIKELY[likely(score)])


def ages(least: int | None, most: int | None) -> str:
    """An age in whole years, or a range of them."""
    if least is None or most is None:
        return _("umur tidak diketahui")
    return _("%(age)s tahun", age=least) if least == most else _("%(least)s sampai %(most)s tahun", least=least, most=most)


def nearness(here: str, there: str) -> str:
    """How near two places are, by the smallest place that holds both."""
    shared = sum(1 for ours, theirs in zip(region_lineage(here), region_lineage(there), strict=False) if ours == theirs)
    return (_("di provinsi lain"), _("di kabupaten lain"), _("satu kabupaten"), _("satu kecamatan"), _("satu desa"))[shared]


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
    return _("perjanjian sampai %(day)s", day=day(facts.agreement_until)) if facts.agreement_until else _("tanpa perjanjian")


def suits(score: float) -> str:
    """Points of 100 in words."""
    if score >= 75:
        return _("Sangat cocok")
    return _("Cocok") if score >= 50 else _("Kurang cocok")


def points(given: Mapping[str, float]) -> list[tuple[str, str]]:
    """(what was looked at, how many points of how many) for each part of a score, by the policy in force."""
    most: Mapping[str, int] = policy("routing").content["weights"]
    return [
        (str(PARTS[part]), _("%(points)s dari %(most)s", points=format_decimal(round(given[part], 1)), most=most[part]))
        for part in most
    ]


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
    return _("Hanya menerima orang dari %(places)s.", places=", ".join(names.place(code) for code in facts.coverage) or "–")


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
    return _("Hanya menerima laki-laki.") if "L" in facts.sexes else _("Hanya menerima perempuan.")


def _category(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    if not facts.categories:
        return _("Menerima semua golongan.")
    taken = ", ".join(names.categories.get(code, code) for code in sorted(facts.categories))
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


def _consent(holds: bool, facts: ServiceFacts, need: Need, names: Names) -> str:
    if not need.needs_consent:
        return _("Tidak perlu izin tertulis untuk menawarkan.")
    return _("Orangnya sudah memberi izin untuk lembaga ini.") if holds else _("Orangnya belum memberi izin untuk lembaga ini.")


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
    Rule.CONSENT: _consent,
    Rule.REFUSED: _refused,
    Rule.BARRED: _barred,
    Rule.ACCREDITATION: _accreditation,
}
