"""A referral as shown: the described person opened for those who may see him, the clock, and what can be done now."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kessos_case.access.rules import reaches_region, regions_for
from kessos_case.clients.rules import Confidentiality, is_restricted
from kessos_case.core.db import Session
from kessos_case.core.keys import DataKey, keyring
from kessos_case.referrals import queries
from kessos_case.referrals.models import Referral
from kessos_case.referrals.rules import OPEN_STATES, allowed_verbs


@dataclass(frozen=True)
class ReferralCard:
    """What is shown of a referral. In lists a restricted one shows who it is about to its sender only."""

    id: UUID
    version: int
    client_reference: str | None
    state: str
    urgency: str
    service_types: list[str]
    confidentiality: str
    is_masked: bool
    client_id: UUID | None
    person: dict[str, Any] | None
    region_code: str
    place: str | None
    note: str | None
    disclose: list[str]
    found_at: datetime | None
    submitted_at: datetime
    sender_id: UUID
    sender_organisation_id: UUID
    owner: str | None
    due_at: datetime | None
    is_overdue: bool
    allowed_verbs: list[str]
    photos: list[dict[str, Any]]


def key_place(referral_id: UUID) -> str:
    """Where a referral's wrapped key lies."""
    return f"referrals:data_key:{referral_id}"


def content_place(referral_id: UUID) -> str:
    """Where a referral's sealed content lies."""
    return f"referrals:content:{referral_id}"


def data_key(referral: Referral) -> DataKey | None:
    """The referral's own key; None after erasure."""
    return keyring().unwrap(referral.data_key, key_place(referral.id)) if referral.data_key else None


def content(referral: Referral) -> dict[str, Any]:
    """What was written of the person: name, alias, condition, place, note; empty after erasure."""
    key = data_key(referral)
    if key is None or referral.content_sealed is None:
        return {}
    known: dict[str, Any] = json.loads(key.open(referral.content_sealed, content_place(referral.id)))
    return known


def is_sender(session: Session, referral: Referral) -> bool:
    """Did this actor send it?"""
    return referral.sender_id == session.actor.user_id


def is_desk(session: Session, referral: Referral, action: str = "return") -> bool:
    """Does a grant of this actor let him decide about this place?"""
    grants = [(grant.role, grant.region_code) for grant in session.actor.grants]
    return reaches_region(regions_for(grants, "referral", action), referral.region_code)


def card(
    session: Session, referral: Referral, *, in_list: bool = False, photos: Sequence[Any] | None = None
) -> ReferralCard:
    """The referral as this reader may see it; `photos` where they are known already."""
    if photos is None:
        photos = () if in_list else queries.photos(session, referral.id)
    sender, desk = is_sender(session, referral), is_desk(session, referral)
    masked = in_list and not sender and is_restricted(Confidentiality(referral.confidentiality))
    known = {} if masked else content(referral)
    is_open = referral.state in OPEN_STATES
    return ReferralCard(
        id=referral.id,
        version=referral.version,
        client_reference=referral.client_reference if sender else None,
        state=referral.state,
        urgency=referral.urgency,
        service_types=list(referral.service_types),
        confidentiality=referral.confidentiality,
        is_masked=masked,
        client_id=None if masked else referral.client_id,
        person=_person(referral, known),
        region_code=referral.region_code,
        place=known.get("place"),
        note=None if in_list else known.get("note"),
        disclose=list(referral.disclose),
        found_at=referral.found_at,
        submitted_at=referral.submitted_at,
        sender_id=referral.sender_id,
        sender_organisation_id=referral.sender_organisation_id,
        owner=_owner(referral),
        due_at=referral.due_at,
        is_overdue=bool(is_open and referral.due_at and referral.due_at < session.now),
        allowed_verbs=[str(verb) for verb in allowed_verbs(referral.state, is_sender=sender, is_desk=desk)],
        photos=[dict(row._mapping) for row in photos],
    )


def _person(referral: Referral, known: dict[str, Any]) -> dict[str, Any] | None:
    if referral.client_id:
        return None
    described = {name: known.get(name) for name in ("name", "alias", "condition")}
    return described | {"estimated_age": referral.estimated_age, "sex": referral.sex}


def _owner(referral: Referral) -> str | None:
    """Who has it now, in words for the sender: an office by name, never the name of an officer."""
    if referral.state not in OPEN_STATES:
        return None
    if referral.owner_user_id:
        return "sender"
    return referral.owner_organisation.name if referral.owner_organisation else None
