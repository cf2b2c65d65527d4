"""A person as shown: numbers opened and masked, warnings computed, restricted names hidden where lists are read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kessos_case.clients.models import Client
from kessos_case.clients.rules import (
    BirthDatePrecision,
    Confidentiality,
    NikCheck,
    Sex,
    age_range_on,
    called,
    check_nik,
    is_restricted,
    mask_nik,
    mask_phone,
)
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import field_error
from kessos_case.core.keys import DataKey, keyring
from kessos_case.reference.service import known_region_codes

SEALED = ("nik", "kk", "phone", "address")

_WARNINGS = {
    "region_unknown": "The NIK names a kecamatan that does not exist today; old codes stay in NIKs.",
    "sex_mismatch": "The NIK says another sex; ask, and leave the NIK as it is.",
    "dob_mismatch": "The NIK says another birth date; ask, and leave the NIK as it is.",
    "century_ambiguous": "The NIK fits two centuries; ask for the birth date.",
}


@dataclass(frozen=True)
class ClientCard:
    """What is shown of a client. `name` is None and `is_masked` true where a list may not show who it is."""

    id: UUID
    version: int
    label: str
    name: str | None
    temporary_label: str | None
    aliases: list[str]
    birth_date: date | None
    birth_date_precision: str | None
    age_from: int | None
    age_to: int | None
    sex: str
    nik: str | None
    no_nik_reason: str | None
    kk: str | None
    phone: str | None
    region_code: str | None
    address: str | None
    categories: list[str]
    confidentiality: str
    legal_basis: str
    died_on: date | None
    is_masked: bool
    registered_at: datetime
    warnings: list[dict[str, Any]]


def key_place(client_id: UUID) -> str:
    """Where a client's wrapped key lies; a key copied to another row does not open."""
    return f"clients:data_key:{client_id}"


def data_key(client: Client) -> DataKey | None:
    """The client's own key; None after erasure, when nothing sealed can be read any more."""
    return keyring().unwrap(client.data_key, key_place(client.id)) if client.data_key else None


def opened(client: Client) -> dict[str, str | None]:
    """The sealed values in plain: nik, kk, phone, address. For checks and for views that are audited."""
    key = data_key(client)
    sealed = {name: getattr(client, f"{name}_sealed") for name in SEALED}
    return {
        name: key.open(value, f"clients:{name}:{client.id}") if key and value else None
        for name, value in sealed.items()
    }


def card(session: Session, client: Client, *, in_list: bool = False) -> ClientCard:
    """The person as this reader may see him: NIK, KK and phone masked; in lists a restricted person without a name."""
    plain = opened(client)
    masked = in_list and is_restricted(Confidentiality(client.confidentiality))
    ages = _ages(session, client)
    return ClientCard(
        id=client.id,
        version=client.version,
        label=called(client.id, client.name, client.temporary_label, is_hidden=masked),
        name=None if masked else client.name,
        temporary_label=None if masked else client.temporary_label,
        aliases=[] if masked else list(client.aliases),
        birth_date=None if masked else client.birth_date,
        birth_date_precision=client.birth_date_precision,
        age_from=ages[0],
        age_to=ages[1],
        sex=client.sex,
        nik=mask_nik(plain["nik"]) if plain["nik"] and not masked else None,
        no_nik_reason=client.no_nik_reason,
        kk=mask_nik(plain["kk"]) if plain["kk"] and not masked else None,
        phone=mask_phone(plain["phone"]) if plain["phone"] and not masked else None,
        region_code=client.region_code,
        address=None if masked or in_list else plain["address"],
        categories=list(client.category_codes),
        confidentiality=client.confidentiality,
        legal_basis=client.legal_basis,
        died_on=client.died_on,
        is_masked=masked,
        registered_at=client.registered_at,
        warnings=[] if in_list else nik_warnings(session, client, plain["nik"]),
    )


def nik_check(session: Session, nik: str, sex: str, birth_date: date | None, precision: str | None) -> NikCheck:
    """Judge a NIK beside what is stated of the person, on the office's day and by the regions known today."""
    return check_nik(
        nik,
        stated_sex=Sex(sex),
        stated_birth_date=birth_date,
        birth_date_precision=BirthDatePrecision(precision or BirthDatePrecision.DAY),
        today=office_day(session.now),
        known_regions=known_region_codes(session),
    )


def nik_warnings(session: Session, client: Client, nik: str | None) -> list[dict[str, Any]]:
    """What a caseworker should ask about this NIK. Derived each time, so that it follows corrections."""
    if not nik:
        return []
    check = nik_check(session, nik, client.sex, client.birth_date, client.birth_date_precision)
    return [field_error("nik", code, _WARNINGS[code]) for code in check.codes if code in _WARNINGS]


def _ages(session: Session, client: Client) -> tuple[int | None, int | None]:
    if client.birth_date is None:
        return None, None
    precision = BirthDatePrecision(client.birth_date_precision or BirthDatePrecision.DAY)
    return age_range_on(client.birth_date, precision, office_day(session.now))
