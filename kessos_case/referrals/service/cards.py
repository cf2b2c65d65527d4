"""A referral as shown: the described person opened for those who may see him, the clock, and what can be done now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kessos_case.clients.rules import Confidentiality, Sex, is_restricted
from kessos_case.core.db import Session
from kessos_case.referrals import queries
from kessos_case.referrals.models import Referral
from kessos_case.referrals.rules import (
    OFFER_TRANSITIONS,
    OPEN_STATES,
    OfferState,
    Party,
    Verb,
    allowed_verbs,
    may_answer,
    most_open,
    transition_for,
)
from kessos_case.referrals.service.sealed import content
from kessos_case.referrals.service.sight import Sight, is_desk, sight_of
from kessos_case.referrals.service.silence import is_silent, senders_time
from kessos_case.referrals.service.snapshots import Snapshot, shown_snapshots

_OF_OFFERS = frozenset(line.verb for line in OFFER_TRANSITIONS)


@dataclass(frozen=True)
class ReferralCard:
    """What is shown of a referral. In lists a restricted one shows who it is about to its sender only.

    A receiver sees what was disclosed to it and nothing else.
    """

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
    # Where the phone was, as its sender and the desk see it: {latitude, longitude, accuracy in metres}.
    location: dict[str, Any] | None
    note: str | None
    disclose: list[str]
    found_at: datetime | None
    submitted_at: datetime
    sender_id: UUID | None
    sender_organisation_id: UUID
    owner: str | None
    due_at: datetime | None
    is_overdue: bool
    parked_until: date | None
    no_shows: int
    met_at: datetime | None
    outcome: str | None
    plan_step_id: UUID | None
    allowed_verbs: list[str]
    photos: list[dict[str, Any]]


def card(
    session: Session,
    referral: Referral,
    *,
    in_list: bool = False,
    photos: Sequence[Any] | None = None,
    sight: Sight | None = None,
    snapshot: Snapshot | None = None,
) -> ReferralCard:
    """The referral as this reader may see it; `photos`, `sight` and `snapshot` where they are known already."""
    sight = sight or sight_of(session, referral)
    masked = in_list and not sight.is_sender and is_restricted(Confidentiality(referral.confidentiality))
    if photos is None:
        photos = () if in_list else queries.photos(session, referral.id)
    if sight.sees_whole:
        known = {} if masked else content(referral)
        told = _whole(referral, sight, known)
        told |= {name: None if in_list else known.get(name) for name in ("note", "location")}
    else:
        snapshot = snapshot or receivers_snapshot(session, referral, sight)
        told = _told(Snapshot({}, {}) if masked or snapshot is None else snapshot)
        disclosed = told.pop("photo_ids")
        photos = [row for row in photos if str(row.id) in disclosed]
    return ReferralCard(
        **told,
        **_standing(session, referral, sight),
        is_masked=masked,
        client_id=None if masked or not sight.reaches_client else referral.client_id,
        photos=[dict(row._mapping) for row in photos],
    )


def receivers_snapshot(session: Session, referral: Referral, sight: Sight) -> Snapshot | None:
    """What the receiver who looks has been told of this referral; the newest offer to him says it."""
    if not sight.own_offers:
        return None
    newest = sight.own_offers[-1]
    return shown_snapshots(session, [(newest, referral)]).get(newest.id)


def usable_verbs(session: Session, referral: Referral, sight: Sight) -> list[str]:
    """The verbs of this actor that fit the referral and its offers now."""
    offered = allowed_verbs(
        referral.state, is_sender=sight.is_sender, is_desk=sight.is_desk, is_receiver=bool(sight.own_offers)
    )
    return [str(verb) for verb in offered if _fits(session, referral, sight, verb)]


def _fits(session: Session, referral: Referral, sight: Sight, verb: Verb) -> bool:
    by = transition_for(verb).by
    if verb is Verb.OFFER:
        asked = sum(offer.state == OfferState.OPEN for offer in sight.offers)
        return asked < most_open(referral.urgency) and is_desk(session, referral, verb)
    if verb is Verb.TAKE_BACK and not is_silent(session, referral):
        return False
    if verb is Verb.RESUBMIT and not sight.is_sender and senders_time(session, referral):
        return False
    if Party.RECEIVER not in by:
        lives = verb not in _OF_OFFERS or any(may_answer(offer.state, verb) for offer in sight.offers)
        return lives and ((sight.is_sender and Party.SENDER in by) or is_desk(session, referral, verb))
    if verb in _OF_OFFERS:
        return any(may_answer(offer.state, verb) for offer in sight.own_offers)
    return sight.own(OfferState.ACCEPTED) is not None


def _standing(session: Session, referral: Referral, sight: Sight) -> dict[str, Any]:
    """What every reader sees: where it stands, who has it, and what he can do."""
    is_open = referral.state in OPEN_STATES
    names = (
        "id", "version", "state", "urgency", "confidentiality", "region_code", "submitted_at",
        "sender_organisation_id", "due_at", "parked_until", "no_shows", "met_at", "outcome",
    )  # fmt: skip
    return {name: getattr(referral, name) for name in names} | {
        "service_types": list(referral.service_types),
        "owner": _owner(referral, sight),
        "is_overdue": bool(is_open and referral.due_at and referral.due_at < session.now),
        "allowed_verbs": usable_verbs(session, referral, sight),
    }


def _whole(referral: Referral, sight: Sight, known: dict[str, Any]) -> dict[str, Any]:
    """What its sender, his office and the desk see of it."""
    return {
        "client_reference": referral.client_reference if sight.is_sender else None,
        "person": _person(referral, known),
        "place": known.get("place"),
        "disclose": list(referral.disclose),
        "found_at": referral.found_at,
        "sender_id": referral.sender_id,
        "plan_step_id": referral.plan_step_id,
    }


def _told(snapshot: Snapshot) -> dict[str, Any]:
    """What a receiver sees: the snapshot, without the name of whoever reported the person."""
    told = snapshot.told
    least, most = told.get("age_from"), told.get("age_to")
    person = {name: told.get(name) for name in ("name", "alias", "condition")}
    age = None if least is None or most is None else (least + most) // 2
    return {
        "client_reference": None,
        "person": person | {"estimated_age": age, "sex": told.get("sex", Sex.UNKNOWN)},
        "place": told.get("place"),
        "location": None,
        "note": None,
        "disclose": sorted(snapshot.grounds),
        "found_at": None,
        "sender_id": None,
        "plan_step_id": None,
        "photo_ids": frozenset(told.get("photos", ())),
    }


def _person(referral: Referral, known: dict[str, Any]) -> dict[str, Any] | None:
    """The description that was sent; None where a client was named instead."""
    described = {name: known.get(name) for name in ("name", "alias", "condition")}
    said = [*described.values(), referral.estimated_age, None if referral.sex == Sex.UNKNOWN else referral.sex]
    if referral.client_id and all(value is None for value in said):
        return None
    return described | {"estimated_age": referral.estimated_age, "sex": referral.sex}


def _owner(referral: Referral, sight: Sight) -> str | None:
    """Who has it now, in words: an office by name, never the name of an officer.

    One receiver does not learn who else is asked.
    """
    if referral.state not in OPEN_STATES:
        return None
    if referral.owner_user_id:
        return "sender"
    mine = {offer.organisation_id for offer in sight.own_offers}
    if not sight.sees_whole and referral.owner_organisation_id not in mine:
        return None
    return referral.owner_organisation.name if referral.owner_organisation else None
