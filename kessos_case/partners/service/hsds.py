"""The directory as Open Referral HSDS 3.1 writes it: organizations with nested services, for programs of others.

Field names and required fields are those of the schema reference, https://docs.openreferral.org/en/3.1/hsds/schema_reference.html.
What is not known is left out, never null. Texts are Indonesian, as the directory itself. No street is told: the address of a
shelter is a secret of those who live there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid5

from kessos_case.access.models import Organisation
from kessos_case.access.rules import OrganisationKind
from kessos_case.clients.rules import Sex
from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.core.db import Session
from kessos_case.partners import hsds_queries
from kessos_case.partners.models import OrganisationContact, ServiceCapacity
from kessos_case.partners.service.directory import PartnerCard, ServiceCard, partner_cards
from kessos_case.reference.models import ServiceType
from kessos_case.reference.rules import region_lineage

Fields = dict[str, Any]

# HSDS gives every part an id of its own. Ours are worked out from the id of what they belong to, so that they stay the same.
_IDS = UUID("5f0d1c9e-6a37-4c0e-9f0b-2c7a1f4e8d63")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_KINDS = {
    OrganisationKind.UPT: "Unit pelaksana teknis dinas sosial",
    OrganisationKind.DINSOS: "Dinas sosial",
    OrganisationKind.OPD: "Organisasi perangkat daerah",
    OrganisationKind.LKS: "Lembaga kesejahteraan sosial",
    OrganisationKind.COMPANY: "Perusahaan",
    OrganisationKind.UNIVERSITY: "Perguruan tinggi",
    OrganisationKind.HOSPITAL: "Rumah sakit",
}
_ACCREDITED = "Boleh melayani anak dan korban kekerasan atau perdagangan orang"
_STALE = "Isinya lama tidak dipastikan; tanyakan dahulu"
_SEXES = {Sex.MALE: "laki-laki", Sex.FEMALE: "perempuan"}


@dataclass(frozen=True)
class _Names:
    """What codes mean, read once for a page."""

    types: dict[str, ServiceType]
    categories: dict[str, tuple[str, str]]
    regions: dict[str, str]

    def place(self, code: str) -> str:
        """`Ambulu, Kabupaten Jember, Jawa Timur`."""
        return ", ".join(self.regions.get(part, part) for part in reversed(region_lineage(code)))


def hsds_organizations(session: Session, organisations: Iterable[Organisation]) -> list[Fields]:
    """These organisations with what they offer now, in their order; nine statements for any number."""
    cards = partner_cards(session, organisations)
    codes = {code for card in cards for service in card.services for code in service.coverage}
    codes |= {card.region_code for card in cards if card.region_code}
    names = _Names(
        hsds_queries.service_types(session),
        hsds_queries.categories(session),
        hsds_queries.region_names(session, codes),
    )
    return [_organization(card, names, session.now) for card in cards]


def hsds_id(kind: str, *parts: object) -> str:
    """The id of a part of HSDS that has no row of its own here."""
    return str(uuid5(_IDS, ":".join(map(str, (kind, *parts)))))


def _organization(card: PartnerCard, names: _Names, now: datetime) -> Fields:
    kind = _KINDS[OrganisationKind(card.kind)]
    location = _location(card, names)
    return {
        "id": str(card.id),
        "name": card.name,
        "description": f"{kind}, {names.place(card.region_code)}" if card.region_code else kind,
        "organization_identifiers": [_code_of(card)],
        "contacts": [_contact(contact) for contact in card.contacts],
        "phones": [_phone(contact) for contact in card.contacts if contact.phone],
        "locations": [location] if location else [],
        "services": [_service(service, card, names, location, now) for service in card.services],
    }


def _code_of(card: PartnerCard) -> Fields:
    return {
        "id": hsds_id("identifier", card.id),
        "organization_id": str(card.id),
        "identifier_type": "Kode organisasi",
        "identifier": card.code,
    }


def _contact(contact: OrganisationContact) -> Fields:
    return _known(
        id=str(contact.id),
        organization_id=str(contact.organisation_id),
        name=contact.name,
        title=contact.position,
        email=contact.email,
        phones=[_phone(contact)] if contact.phone else None,
    )


def _phone(contact: OrganisationContact) -> Fields:
    return {
        "id": hsds_id("phone", contact.id),
        "organization_id": str(contact.organisation_id),
        "contact_id": str(contact.id),
        "number": contact.phone,
    }


def _location(card: PartnerCard, names: _Names) -> Fields | None:
    if card.region_code is None:
        return None
    return {
        "id": hsds_id("location", card.id),
        "location_type": "physical",
        "organization_id": str(card.id),
        "name": names.place(card.region_code),
        "external_identifier": card.region_code,
        "external_identifier_type": "Kode wilayah Kementerian Dalam Negeri",
    }


def _service(service: ServiceCard, card: PartnerCard, names: _Names, location: Fields | None, now: datetime) -> Fields:
    confirmed = datetime.combine(service.confirmed_on, time(0), OFFICE_ZONE)
    return _known(
        id=str(service.id),
        organization_id=str(card.id),
        name=service.name,
        description=names.types[service.service_type].name_id,
        status="temporarily closed" if _rests(service, card, office_day(now)) else "active",
        application_process=service.application_process,
        accreditations=_ACCREDITED if service.is_accredited else None,
        eligibility_description=_eligibility(service, names),
        minimum_age=service.min_age,
        maximum_age=service.max_age,
        assured_date=str(service.confirmed_on),
        last_modified=confirmed.isoformat(timespec="milliseconds"),
        alert=_STALE if service.is_stale else None,
        schedules=_schedules(service),
        service_areas=[_area(service, code, names) for code in service.coverage],
        service_at_locations=[_at(service, location)] if location else [],
        capacities=[_capacity(service.capacity, now)] if service.capacity else [],
        attributes=_attributes(service, names),
    )


def _rests(service: ServiceCard, card: PartnerCard, today: date) -> bool:
    return any(pause.starts_on <= today and pause.service_id in (None, service.id) for pause in card.pauses)


def _eligibility(service: ServiceCard, names: _Names) -> str:
    least, most = service.min_age, service.max_age
    said = [
        f"Usia {least}-{most} tahun" if least is not None and most is not None else
        f"Usia paling sedikit {least} tahun" if least is not None else
        f"Usia paling banyak {most} tahun" if most is not None else "Semua usia",
        " dan ".join(_SEXES[Sex(sex)] for sex in sorted(service.sexes)) or "laki-laki dan perempuan",
    ]  # fmt: skip
    said += [", ".join(names.categories[code][0] for code in service.categories)] if service.categories else []
    said += ["bisa dipakai penyandang disabilitas"] if service.has_disability_access else []
    return "; ".join(said)


def _schedules(service: ServiceCard) -> list[Fields]:
    if not service.open_days:
        return []
    return [
        _known(
            id=hsds_id("schedule", service.id),
            service_id=str(service.id),
            freq="WEEKLY",
            wkst="MO",
            byday=",".join(_DAYS[number - 1] for number in service.open_days),
            timezone=7,
            opens_at=_hour(service.opens_at),
            closes_at=_hour(service.closes_at),
        )
    ]


def _hour(moment: time | None) -> str | None:
    return f"{moment:%H:%M}+07:00" if moment else None


def _area(service: ServiceCard, code: str, names: _Names) -> Fields:
    return {
        "id": hsds_id("service_area", service.id, code),
        "service_id": str(service.id),
        "name": names.place(code),
        "description": f"Kode wilayah Kementerian Dalam Negeri {code} dan semua di dalamnya",
    }


def _at(service: ServiceCard, location: Fields) -> Fields:
    return {
        "id": hsds_id("service_at_location", service.id),
        "service_id": str(service.id),
        "location_id": location["id"],
        "location": location,
    }


def _capacity(period: ServiceCapacity, now: datetime) -> Fields:
    return {
        "id": str(period.id),
        "service_id": str(period.service_id),
        "unit": {"id": hsds_id("unit", "place"), "name": "tempat"},
        "available": period.places - period.reserved - period.taken,
        "maximum": period.places,
        "description": f"{period.starts_on} - {period.ends_on}",
        "updated": now.isoformat(timespec="milliseconds"),
    }


def _attributes(service: ServiceCard, names: _Names) -> list[Fields]:
    terms = [("service_type", type_term(names.types, service.service_type))]
    terms += [("service_eligibility", _category_term(code, *names.categories[code])) for code in service.categories]
    return [
        {
            "id": hsds_id("attribute", service.id, term["id"]),
            "link_id": str(service.id),
            "link_type": kind,
            "link_entity": "service",
            "taxonomy_term_id": term["id"],
            "taxonomy_term": term,
        }
        for kind, term in terms
    ]


def type_term(types: dict[str, ServiceType], code: str) -> Fields:
    """A service type or group as a term of our own taxonomy in two levels."""
    found = types[code]
    group = types[found.parent_code] if found.parent_code else None
    return _known(
        id=hsds_id("service_type", code),
        code=code,
        name=found.name_id,
        description=f"{group.name_en}: {found.name_en}" if group else found.name_en,
        parent_id=hsds_id("service_type", found.parent_code) if group else None,
        taxonomy="kessos-case: jenis layanan",
        taxonomy_detail=_taxonomy("service_types", "Jenis layanan", "Kelompok layanan dan layanan di dalamnya"),
        language="id",
    )


def _category_term(code: str, name: str, definition: str) -> Fields:
    return {
        "id": hsds_id("category", code),
        "code": code,
        "name": name,
        "description": definition,
        "taxonomy": "PPKS",
        "taxonomy_detail": _taxonomy("categories", "PPKS", "26 kategori Permensos 8/2012"),
        "language": "id",
    }


def _taxonomy(of: str, name: str, description: str) -> Fields:
    return {"id": hsds_id("taxonomy", of), "name": name, "description": description}


def _known(**fields: Any) -> Fields:
    """What is said of them; HSDS knows no null."""
    return {name: value for name, value in fields.items() if value is not None}
