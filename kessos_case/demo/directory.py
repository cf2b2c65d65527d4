"""Partners with services, places and agreements, and what the UPTs themselves offer."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from kessos_case.access.rules import OrganisationKind
from kessos_case.core.months import first_day
from kessos_case.demo import words
from kessos_case.demo.ground import Ground, Office
from kessos_case.demo.staff import Personnel, add_organisation
from kessos_case.partners.models import Agreement, OrganisationContact, Service, ServiceCapacity, ServicePause
from kessos_case.partners.rules import ServiceFacts

# kind of organisation, code, name, regency, its services
_PARTNERS: tuple[tuple[OrganisationKind, str, str, str, tuple[str, ...]], ...] = (
    (OrganisationKind.OPD, "DISPENDUK-JEMBER", "Dispendukcapil Jember", "35.09", ("civil_registration",)),
    (OrganisationKind.OPD, "DISPENDUK-SURABAYA", "Dispendukcapil Surabaya", "35.78", ("civil_registration",)),
    (OrganisationKind.OPD, "DISNAKER-JATIM", "Disnakertrans Jatim", "35.78", ("job_placement", "vocational_training")),
    (OrganisationKind.OPD, "DINKES-JATIM", "Dinas Kesehatan", "35.78", ("health_referral", "mental_health_care")),
    (OrganisationKind.OPD, "DISDIK-JATIM", "Dinas Pendidikan", "35.78", ("education_access",)),
    (OrganisationKind.LKS, "LKS-HARAPAN", "LKS Harapan", "35.09", ("temporary_shelter", "meals")),
    (OrganisationKind.LKS, "LKS-KASIH", "LKS Kasih Ibu", "35.73", ("elderly_care", "meals")),
    (OrganisationKind.LKS, "LKS-PELITA", "LKS Pelita Anak", "35.15", ("alternative_child_care", "child_protection")),
    (OrganisationKind.LKS, "LKS-PULIH", "LKS Pulih", "35.78", ("drug_rehabilitation", "psychosocial_therapy")),
    (OrganisationKind.LKS, "LKS-AMAN", "Rumah Aman", "35.78", ("violence_support", "trafficking_support")),
    (OrganisationKind.COMPANY, "PT-GARMEN", "PT Garmen Sejahtera", "35.15", ("apprenticeship", "job_placement")),
    (OrganisationKind.COMPANY, "PT-PANGAN", "PT Pangan Makmur", "35.14", ("apprenticeship", "job_placement")),
    (OrganisationKind.COMPANY, "CV-MEBEL", "CV Mebel Jaya", "35.71", ("job_placement",)),
    (OrganisationKind.COMPANY, "TOKO-RAKYAT", "Toko Rakyat", "35.09", ("job_placement",)),
    (OrganisationKind.UNIVERSITY, "UNIV-NEGERI", "Universitas Negeri", "35.73", ("legal_aid", "business_coaching")),
    (OrganisationKind.HOSPITAL, "RS-JIWA", "RS Jiwa Teduh", "35.07", ("mental_health_care", "shackling_release")),
    (OrganisationKind.HOSPITAL, "RS-UMUM", "RS Umum Sehat", "35.09", ("health_referral", "physical_therapy")),
)

_UPT_SERVICES = {
    "anak": ("residential_care", "child_protection"),
    "lanjut_usia": ("elderly_care", "residential_care"),
    "penyandang_disabilitas": ("residential_care", "daily_living_skills"),
    "tuna_sosial_kpo": ("residential_care", "temporary_shelter"),
}
# Who takes nobody: organisation, its service (None: all), first and last day counted from today, why.
_PAUSES: tuple[tuple[str, str | None, int, int | None, str], ...] = (
    ("LKS-KASIH", None, -9, 19, "building"),
    ("LKS-PULIH", "drug_rehabilitation", -33, None, "no_staff"),
    ("LKS-HARAPAN", "meals", -64, -52, "holiday"),
    ("UNIV-NEGERI", "business_coaching", 24, 45, "holiday"),
)
_PERIOD_PLACES = {"upt": 400, "opd": 300, "lks": 60, "company": 60, "university": 80, "hospital": 120}
# ISO weekdays and hours; where people live somebody is there at any hour, and no hours are said.
_WORKING_DAYS, _WITH_SATURDAY, _EVERY_DAY = [1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6, 7]
_OPEN: dict[str, tuple[list[int], tuple[time, time] | None]] = {
    "upt": (_EVERY_DAY, None),
    "opd": (_WORKING_DAYS, (time(7, 30), time(16))),
    "lks": (_EVERY_DAY, (time(7), time(21))),
    "company": (_WITH_SATURDAY, (time(8), time(16))),
    "university": (_WORKING_DAYS, (time(8), time(15))),
    "hospital": (_EVERY_DAY, None),
}
_TO_BRING = {
    "civil_registration": "Datang dengan petugas. KTP atau KK lama dibawa kalau ada; kalau tidak ada, cukup surat keterangan.",
    "mental_health_care": "Datang ke loket rujukan dengan seorang pendamping. Obat yang sedang diminum dibawa.",
    "health_referral": "Datang ke loket rujukan sebelum pukul sepuluh. Kartu jaminan kesehatan dibawa kalau ada.",
    "vocational_training": "Bawa surat pengantar dari petugas. Alat dan bahan disediakan.",
    "job_placement": "Telepon bagian personalia lebih dulu. Ijazah tidak wajib.",
}
# Who has not said for long that his entry still stands: days since he last did, by organisation.
_NOT_CONFIRMED = {"LKS-PELITA": 131, "CV-MEBEL": 214, "DISDIK-JATIM": 97, "RS-UMUM": 93}
_CONFIRMED_BEFORE = 30
_POSITIONS = ("Piket penerimaan", "Ketua", "Bagian rujukan")


@dataclass
class Period:
    """A year of places and what of them is in use."""

    id: UUID
    starts_on: date
    ends_on: date
    reserved: int = 0
    taken: int = 0


@dataclass
class Place:
    """A service with its periods. Rows are written when all is counted."""

    id: UUID
    office: Office
    kind: str
    service_type: str
    name: str
    places: int
    is_accredited: bool
    allows_waiting: bool
    agreement: tuple[date, date] | None
    periods: list[Period]
    # First and last day on which nobody is taken; without a last day until further notice.
    pause: tuple[date, date | None] | None = None
    last_offered_at: datetime | None = None

    @property
    def coverage(self) -> list[str]:
        """UPTs, offices of the province and companies take people of the whole province; the others of their regency."""
        regional = self.kind == "lks" or "DISPENDUK" in self.office.code
        return [self.office.region_code] if regional and self.service_type != "trafficking_support" else ["35"]

    def takes_from(self, region_code: str) -> bool:
        """Does it take people from there?"""
        return any(region_code.startswith(code) for code in self.coverage)

    def rests_on(self, day: date) -> bool:
        """Is it paused?"""
        return self.pause is not None and self.pause[0] <= day and (self.pause[1] is None or day <= self.pause[1])

    def period(self, day: date) -> Period:
        """The period that holds the day."""
        return next(period for period in self.periods if period.starts_on <= day <= period.ends_on)


@dataclass
class Directory:
    """Every service by what it offers, and the employers."""

    places: list[Place] = field(default_factory=list)
    employers: list[Office] = field(default_factory=list)
    by_type: dict[str, list[Place]] = field(default_factory=dict)
    by_office: dict[UUID, list[Place]] = field(default_factory=dict)

    def add(self, place: Place) -> None:
        """Enter a service."""
        self.places.append(place)
        self.by_type.setdefault(place.service_type, []).append(place)
        self.by_office.setdefault(place.office.id, []).append(place)


def open_directory(ground: Ground, personnel: Personnel) -> Directory:
    """Partners with a sign-in each, their services and agreements; the UPTs' own services."""
    directory, dice = Directory(), ground.dice("directory")
    for number, (kind, code, name, region, types) in enumerate(_PARTNERS):
        office = add_organisation(ground, kind, code, name, region)
        personnel.partner(office, shown=code in ("LKS-HARAPAN", "PT-GARMEN", "DISPENDUK-JEMBER", "UNIV-NEGERI"))
        terms = _agree(ground, office, number, personnel)
        _introduce(ground, office, number)
        for service_type in types:
            directory.add(_place(ground, office, str(kind), service_type, terms, dice))
        if kind == OrganisationKind.COMPANY:
            directory.employers.append(office)
    for upt in ground.upts:
        for service_type in _offered_by(upt):
            directory.add(_place(ground, upt, "upt", service_type, None, dice))
    return directory


def rest(ground: Ground, directory: Directory, personnel: Personnel) -> None:
    """The pauses of partners, written down by themselves: of an organisation, of one service, over, to come."""
    for code, service_type, first, last, reason in _PAUSES:
        places = [place for place in directory.places if place.office.code == f"CONTOH-{code}"]
        resting = [place for place in places if service_type in (None, place.service_type)]
        begins, ends = (ground.today + timedelta(days=days) if days is not None else None for days in (first, last))
        assert begins is not None
        for place in resting:
            place.pause = (begins, ends)
        recorded = ground.opening(min(begins, ground.today) - timedelta(days=6))
        office = resting[0].office
        ground.book.add(
            ServicePause, id=ground.ids.at(recorded), organisation_id=office.id,
            service_id=resting[0].id if service_type else None, starts_on=begins, ends_on=ends, reason=reason,
            recorded_at=recorded, recorded_by=personnel.staff.partners[office.id],
        )  # fmt: skip


def _offered_by(upt: Office) -> tuple[str, ...]:
    if not upt.categories:
        return ("vocational_training",)
    number = int(upt.categories[0][-2:])
    cluster = (
        "anak" if number < 8 else "lanjut_usia" if number == 8 else
        "penyandang_disabilitas" if number == 9 else "tuna_sosial_kpo"
    )  # fmt: skip
    return _UPT_SERVICES[cluster]


def _agree(ground: Ground, office: Office, number: int, personnel: Personnel) -> tuple[date, date]:
    """One agreement in force, one of them about to end: its renewal is due."""
    begins = first_day(ground.first)
    ends = ground.today + timedelta(days=25 if number == 5 else 400 + 30 * number)
    moment = datetime(*begins.timetuple()[:3], 2, tzinfo=UTC)
    assert personnel.staff.administrator is not None
    ground.book.add(
        Agreement, id=ground.ids.at(moment), organisation_id=office.id, number=f"PKS-CONTOH/{number + 1}",
        parties=[ground.province.name, office.name], subject="Penerimaan rujukan PPKS", end_reason=None,
        starts_on=begins, ends_on=ends, recorded_at=moment, recorded_by=personnel.staff.administrator,
    )  # fmt: skip
    return begins, ends


def _introduce(ground: Ground, office: Office, number: int) -> None:
    """Whom to call there: somebody on duty, and at every second one its head, whom only a mail reaches."""
    dice = ground.dice(f"contacts:{office.code}")
    moment = datetime(*first_day(ground.first).timetuple()[:3], 4, tzinfo=UTC)
    host = office.code.lower().replace("contoh-", "")
    for place, position in enumerate(_POSITIONS[: 1 + number % 2]):
        spoken = dice.choice(words.WOMEN + words.MEN)
        ground.book.add(
            OrganisationContact, id=ground.ids.at(moment), organisation_id=office.id, name=f"{words.FAMILY} {spoken}",
            position=position, phone=None if place else f"+62811000{number:05}",
            email=f"{position.split()[0].lower()}@{host}.example", is_active=True, version=1,
        )  # fmt: skip


def _opening(place: Place) -> dict[str, Any]:
    days, hours = _OPEN[place.kind]
    opens, closes = hours or (None, None)
    return {"open_days": days, "opens_at": opens, "closes_at": closes}


def _confirmed_on(ground: Ground, place: Place) -> date:
    days = _NOT_CONFIRMED.get(place.office.code.removeprefix("CONTOH-"), _CONFIRMED_BEFORE)
    return ground.today - timedelta(days=days)


def _place(
    ground: Ground, office: Office, kind: str, service_type: str, terms: tuple[date, date] | None, dice: random.Random
) -> Place:
    moment = datetime(*first_day(ground.first).timetuple()[:3], 3, tzinfo=UTC)
    return Place(
        id=ground.ids.at(moment), office=office, kind=kind, service_type=service_type,
        name=f"{ground.service_names[service_type]}, {office.name}", places=_PERIOD_PLACES[kind] + dice.randrange(40),
        is_accredited=kind in ("upt", "lks"), allows_waiting=kind in ("upt", "lks"), agreement=terms,
        periods=_periods(ground, moment),
    )  # fmt: skip


def _periods(ground: Ground, moment: datetime) -> list[Period]:
    """A year each, from before the first report on; the last one holds until the end of the next year."""
    years = range(ground.live_from // 12 - 1, ground.today.year + 1)
    last = date(ground.today.year + 1, 12, 31)
    return [
        Period(ground.ids.at(moment), date(year, 1, 1), last if year == years[-1] else date(year, 12, 31))
        for year in years
    ]


def facts_about(place: Place, day: date) -> ServiceFacts:
    """The service as the rules of the directory see it on the day."""
    period, pause = place.period(day), place.pause or (None, None)
    return ServiceFacts(
        service_id=place.id, organisation_id=place.office.id, organisation_kind=place.kind,
        service_type=place.service_type, region_code=place.office.region_code, coverage=tuple(place.coverage),
        categories=frozenset(), is_accredited=place.is_accredited, allows_waiting=place.allows_waiting,
        disability_access=True, agreement_from=place.agreement[0] if place.agreement else None,
        agreement_until=place.agreement[1] if place.agreement else None, capacity=place.places,
        free=place.places - period.reserved - period.taken, paused_from=pause[0], paused_until=pause[1],
        # It was as fresh as it is today.
        confirmed_on=day, last_offered_at=place.last_offered_at,
    )  # fmt: skip


def write_directory(ground: Ground, directory: Directory) -> None:
    """The services and their periods, with the places that are in use."""
    for place in directory.places:
        ground.book.add(
            Service, **_opening(place), id=place.id, organisation_id=place.office.id, service_type=place.service_type,
            name=place.name, application_process=_TO_BRING.get(place.service_type),
            coverage=place.coverage, min_age=None, max_age=None, sexes=[], categories=[],
            has_disability_access=True, is_accredited=place.is_accredited, allows_waiting=place.allows_waiting,
            is_active=True, confirmed_on=_confirmed_on(ground, place), last_offered_at=place.last_offered_at,
            version=1,
        )  # fmt: skip
        for period in place.periods:
            ground.book.add(
                ServiceCapacity, id=period.id, service_id=place.id, starts_on=period.starts_on, ends_on=period.ends_on,
                places=place.places, reserved=period.reserved, taken=period.taken,
            )  # fmt: skip
