"""What a receiver answers to an offer: yes, no, or in line. What follows from it happens in the same transaction."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.access.models import Organisation
from kessos_case.access.rules import OrganisationKind, Role
from kessos_case.cases.service import cases_of
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Invalid, NotFound, field_error
from kessos_case.partners.service import service_for
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import Missing, OfferState, Urgency, Verb
from kessos_case.referrals.service.clocks import due
from kessos_case.referrals.service.guards import fits, not_before_today, refuse, require
from kessos_case.referrals.service.lines import in_turn, is_next, occupy
from kessos_case.referrals.service.needs import routing
from kessos_case.referrals.service.offer_cards import OfferCard, offer_cards, offer_for
from kessos_case.referrals.service.offers import all_offers, answer
from kessos_case.referrals.service.reach import open_reach
from kessos_case.referrals.service.router import after_decline
from kessos_case.referrals.service.sight import offices_for, sight_of
from kessos_case.referrals.service.submission import referral_for
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import raise_task


@dataclass(frozen=True)
class Acceptance:
    """What is said with a yes: the day on which the person is expected, and by a UPT the service standard (PP 2/2018)."""

    expected_on: date | None = None
    spm_type: str | None = None
    spm_level: str | None = None
    recommending_organisation_id: UUID | None = None
    # In an emergency instead of the standard.
    reason: str | None = None

    @classmethod
    def of(cls, stated: dict[str, Any]) -> "Acceptance":
        """What of a request belongs to a yes."""
        return cls(**{known.name: stated.get(known.name) for known in fields(cls)})


def accept_offer(session: Session, referral_id: UUID, offer_id: UUID, **stated: Any) -> OfferCard:
    """Take the person, from an open offer or from the line: the first yes wins, all other offers are revoked.

    Raises RuleBroken with all that is missing, Conflict `capacity_full` when no place is free, NotFound for another's.
    """
    referral, offer = _opened(session, referral_id, offer_id, Verb.ACCEPT)
    take_person(session, referral, offer, Acceptance.of(stated))
    return offer_cards(session, [offer])[0]


def decline_offer(
    session: Session, referral_id: UUID, offer_id: UUID, *, reason: str | None, note: str | None = None
) -> OfferCard:
    """Say no for a coded reason; what follows stands in the policy. Raises RuleBroken with all that is missing."""
    referral, offer = _opened(session, referral_id, offer_id, Verb.DECLINE)
    sight = sight_of(session, referral)
    require(session, referral, Verb.DECLINE, sight, text=note, reason=reason, more=fits(offer, Verb.DECLINE))
    with as_system(session, "referrals"):
        answer(session, referral, offer, Verb.DECLINE, reason=reason, note=note)
        after_decline(session, referral, str(reason))
    return offer_cards(session, [offer])[0]


def put_in_line(
    session: Session, referral_id: UUID, offer_id: UUID, *, expected_on: date, note: str | None = None
) -> OfferCard:
    """Put the person in line until the day on which a place is expected.

    Raises RuleBroken with all that is missing, also where the service keeps no line or the policy lets nobody wait who is
    so pressing; Invalid for a day that is over.
    """
    referral, offer = _opened(session, referral_id, offer_id, Verb.WAIT_LIST)
    more = fits(offer, Verb.WAIT_LIST)
    if not service_for(session, offer.service_id).allows_waiting:
        more.append(Missing("no_waiting_list", "This service keeps no waiting list."))
    if referral.urgency not in routing().may_wait:
        more.append(Missing("cannot_wait", "This urgency cannot wait in line; say no, and others are asked at once."))
    sight = sight_of(session, referral)
    require(session, referral, Verb.WAIT_LIST, sight, text=note, given={"expected_on"}, more=more)
    not_before_today(session, expected_on, "expected_on")
    with as_system(session, "referrals"):
        offer.expected_on = expected_on
        answer(session, referral, offer, Verb.WAIT_LIST, note=note)
    return offer_cards(session, [offer])[0]


def take_person(session: Session, referral: Referral, offer: Offer, said: Acceptance) -> None:
    """The receiver's yes, whichever door it came by. Raises as `accept_offer` does."""
    verb = Verb.ADMIT if offer.state == OfferState.WAITING else Verb.ACCEPT
    office = session.get_one(Organisation, offer.organisation_id)
    is_upt = office.kind == OrganisationKind.UPT
    more = fits(offer, verb) + (_standard_missing(referral, said) if is_upt else [])
    if verb is Verb.ADMIT and not is_next(session, offer):
        more.append(Missing("not_first_in_line", "Others in this line come first."))
    require(session, referral, verb, sight_of(session, referral), more=more)
    not_before_today(session, said.expected_on, "expected_on")
    _check_recommending(session, said.recommending_organisation_id)
    with as_system(session, "referrals"):
        in_turn(session, [one for one in all_offers(session, referral.id) if one.ended_at is None])
        _note(session, offer, referral, said)
        occupy(session, offer)
        answer(session, referral, offer, verb, note=said.reason)
        if is_upt:
            _open_the_door(session, referral, offer)


def _opened(session: Session, referral_id: UUID, offer_id: UUID, verb: Verb) -> tuple[Referral, Offer]:
    """The referral under its lock and an offer to the own organisation.

    Raises NotFound for another's, RuleBroken for one that has ended: its receiver reaches the referral no more.
    """
    offer = offer_for(session, referral_id, offer_id)
    if offer.organisation_id not in offices_for(session, "offer", "answer"):
        raise NotFound("There is no such offer.")
    try:
        referral = referral_for(session, referral_id, lock=True)
    except NotFound:
        refuse(verb, [Missing("wrong_state", f"The offer is {offer.state} and has ended.")])
        raise
    # What was read before the lock may be old.
    session.refresh(offer)
    if offer.ended_at is not None:
        refuse(verb, [Missing("wrong_state", f"The offer is {offer.state} and has ended.")])
    return referral, offer


def _standard_missing(referral: Referral, said: Acceptance) -> list[Missing]:
    """What a UPT must name of the service standard; a reason takes its place in an emergency."""
    if referral.urgency == Urgency.EMERGENCY and said.reason:
        return []
    details = {
        "spm_type": "Name the kind of basic service (PP 2/2018).",
        "spm_level": "Say whose duty it is: province inside homes, regency outside.",
        "recommending_organisation_id": "Name the social office of the regency or city that recommends.",
    }
    return [Missing(f"{name}_missing", detail, name) for name, detail in details.items() if getattr(said, name) is None]


def _check_recommending(session: Session, organisation_id: UUID | None) -> None:
    """Raises Invalid unless it is a social office of a regency or city."""
    if organisation_id is None:
        return
    office = session.get(Organisation, organisation_id)
    if office is None or office.kind != OrganisationKind.DINSOS or len(office.region_code or "") != 5:
        detail = "This is no social office of a regency or city."
        wrong = field_error("recommending_organisation_id", "not_found", detail)
        raise Invalid("The acceptance has mistakes.", errors=[wrong])


def _note(session: Session, offer: Offer, referral: Referral, said: Acceptance) -> None:
    # Whoever accepts names a day; by it an acceptance that was handed back is told from a plain no.
    offer.expected_on = said.expected_on or office_day(due(session.now, "meeting", referral.urgency))
    offer.spm_type, offer.spm_level = said.spm_type, said.spm_level
    offer.recommending_organisation_id = said.recommending_organisation_id
    referral.no_shows = 0


def _open_the_door(session: Session, referral: Referral, offer: Offer) -> None:
    """A UPT reaches the person whom it takes, and opens a case unless one is open there."""
    open_reach(session, offer.client_id, [offer.organisation_id])
    here = [case for case in cases_of(session, offer.client_id) if case.organisation_id == offer.organisation_id]
    if any(case.closed_at is None for case in here) or referral.due_at is None:
        return
    raise_task(
        session, TaskKind.OPEN_CASE, subject_kind="referral", subject_id=referral.id, client_id=offer.client_id,
        organisation_id=offer.organisation_id, role=Role.CASEWORKER, due_at=referral.due_at, period=offer.id.hex,
    )  # fmt: skip
