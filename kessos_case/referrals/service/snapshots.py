"""What a receiver is told of a person: frozen with the offer, sealed, and no longer shown once a consent is withdrawn."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.clients.models import Client, Consent
from kessos_case.clients.rules import ConsentPurpose, consent_holds
from kessos_case.clients.service import as_stated, consented
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.partners.rules import Need
from kessos_case.referrals import queries
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import SAVING, Urgency
from kessos_case.referrals.service.sealed import content, data_key, snapshot_place, whole_key

CONSENT, VITAL_INTEREST = "consent", "vital_interest"

# What saves a life, where nobody can be asked (UU 27/2022 art. 20).
_VITAL = frozenset({"name", *SAVING})

# What each word of `disclose` opens of a snapshot; the rest of it everybody who is asked must know.
_OPENS = {
    "name": ("name", "alias"),
    "condition": ("condition",),
    "place": ("place",),
    "address": ("place", "address"),
    "phone": ("phone",),
    "nik": ("nik",),
    "birth_date": ("birth_date",),
    "photo": ("photos",),
}

PERSONAL = tuple(dict.fromkeys(name for names in _OPENS.values() for name in names))


@dataclass(frozen=True)
class Snapshot:
    """What one receiver is told, and by what ground each disclosed field is told."""

    told: dict[str, Any]
    grounds: dict[str, str]


def grounds_for(session: Session, referral: Referral, client_id: UUID, receiver_id: UUID) -> dict[str, str]:
    """The fields of `disclose` that this receiver may be told today, each with its ground.

    All of them where a consent covers the receiver; in an emergency the name, the condition and where he was found, to
    save his life.
    """
    day = office_day(session.now)
    receivers, any_receiver = consented(session, client_id, ConsentPurpose.DISCLOSURE, day, referral.id)
    if any_receiver or receiver_id in receivers:
        return dict.fromkeys(referral.disclose, CONSENT)
    if referral.urgency == Urgency.EMERGENCY:
        return {field: VITAL_INTEREST for field in referral.disclose if field in _VITAL}
    return {}


def snapshot_for(session: Session, referral: Referral, client: Client, need: Need, receiver_id: UUID) -> Snapshot:
    """What this receiver is told: the need, how pressing it is, region, age and sex; of the person what has a ground."""
    grounds = grounds_for(session, referral, client.id, receiver_id)
    known = _known(session, referral, client) if grounds else {}
    told = {
        "service_types": list(referral.service_types),
        "urgency": referral.urgency,
        "region_code": referral.region_code,
        "age_from": need.age_from,
        "age_to": need.age_to,
        "sex": need.sex,
    }
    return Snapshot(told | {name: known[name] for field in grounds for name in _OPENS[field]}, grounds)


def sealed_snapshot(snapshot: Snapshot, referral: Referral, offer_id: UUID) -> bytes:
    """The snapshot as the offer's row keeps it. Raises Conflict when the referral was erased."""
    return whole_key(referral).seal(json.dumps(vars(snapshot)), snapshot_place(offer_id))


def shown_snapshots(session: Session, offers: Iterable[tuple[Offer, Referral]]) -> dict[UUID, Snapshot]:
    """What the receivers of these offers may be shown now; without those of erased referrals.

    What was told by consent is left out once no consent covers the receiver any more.
    """
    opened = {}
    for offer, referral in offers:
        if key := data_key(referral):
            kept = json.loads(key.open(offer.snapshot_sealed, snapshot_place(offer.id)))
            opened[offer.id] = (offer, Snapshot(**kept))
    by_consent = [offer for offer, snapshot in opened.values() if CONSENT in snapshot.grounds.values()]
    covered = _covered(session, by_consent)
    return {
        offer_id: snapshot if offer_id in covered else _without_consent(snapshot)
        for offer_id, (_offer, snapshot) in opened.items()
    }


def _known(session: Session, referral: Referral, client: Client) -> dict[str, Any]:
    said, stated = content(referral), as_stated(client)
    birth_date: date | None = stated["birth_date"]
    return {
        "name": stated["name"] or said.get("name"),
        "alias": said.get("alias") or next(iter(stated["aliases"]), None),
        "condition": said.get("condition"),
        "place": said.get("place"),
        "address": stated["address"],
        "phone": stated["phone"],
        "nik": stated["nik"],
        "birth_date": birth_date.isoformat() if birth_date else None,
        "photos": [str(photo.id) for photo in queries.photos(session, referral.id)],
    }


def _without_consent(snapshot: Snapshot) -> Snapshot:
    grounds = {field: ground for field, ground in snapshot.grounds.items() if ground != CONSENT}
    open_still = {name for field in grounds for name in _OPENS[field]}
    told = {name: value for name, value in snapshot.told.items() if name not in PERSONAL or name in open_still}
    return Snapshot(told, grounds)


def _covered(session: Session, offers: list[Offer]) -> set[UUID]:
    """Of these offers, those whose receiver a consent still covers. Receivers do not see consents themselves."""
    if not offers:
        return set()
    day = office_day(session.now)
    select = sa.select(Consent).where(
        Consent.client_id.in_({offer.client_id for offer in offers}), Consent.purpose == ConsentPurpose.DISCLOSURE
    )
    with as_system(session, "referrals"):
        holding = {
            (consent.client_id, consent.receiver_organisation_id, consent.about_id)
            for consent in session.scalars(select)
            if consent_holds(consent.given_on, consent.expires_on, consent.withdrawn_at is not None, day)
        }
    return {offer.id for offer in offers if holding.intersection(_covering(offer))}


def _covering(offer: Offer) -> set[tuple[UUID, UUID | None, UUID | None]]:
    """The consents that would cover this offer: for anybody or for its receiver, for everything or for its referral."""
    receivers, subjects = (None, offer.organisation_id), (None, offer.referral_id)
    return {(offer.client_id, receiver, about) for receiver in receivers for about in subjects}
