"""An offer as its receiver works with it: what is to be done next and until when, and every move, by one door."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kessos_case.access.models import Organisation
from kessos_case.access.rules import OrganisationKind
from kessos_case.access.service import desk_of, record
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, NotFound
from kessos_case.partners.models import Service
from kessos_case.partners.service import phones_of
from kessos_case.referrals import inbox_queries
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import STEP_VERBS, Missing, Step, Verb, step_of
from kessos_case.referrals.service.answers import Acceptance, accept_offer, decline_offer, put_in_line
from kessos_case.referrals.service.guards import refuse
from kessos_case.referrals.service.lines import is_next
from kessos_case.referrals.service.moves import move_referral
from kessos_case.referrals.service.needs import routing
from kessos_case.referrals.service.offer_cards import OfferCard, listed_offers, offer_cards
from kessos_case.referrals.service.sight import offices_for
from kessos_case.referrals.service.submission import referral_for

Said = dict[str, Any]


@dataclass(frozen=True)
class Received:
    """One offer at its receiver. `seen` changes with everything that changes what the receiver may do about it."""

    offer: OfferCard
    step: Step
    seen: int
    due_at: datetime | None
    is_overdue: bool
    no_shows: int
    met_at: datetime | None
    outcome: str | None


@dataclass(frozen=True)
class OpenedOffer(Received):
    """The same on a page of its own, with what can be done about it and whom to call.

    `may_admit` tells of someone in line whether it is his turn; `client_id` is the person whom a UPT has taken.
    """

    is_upt: bool
    verbs: tuple[Verb, ...]
    may_admit: bool
    client_id: UUID | None
    desk: str
    desk_phones: list[str]


def listed_received(session: Session, offers: Iterable[Offer]) -> list[Received]:
    """The offers of a list; one row of the trail names everyone on it."""
    found = list(offers)
    referrals = inbox_queries.referrals_of(session, found)
    cards = listed_offers(session, found)
    return [
        Received(**_standing(session, offer, referrals.get(offer.referral_id)), offer=card)
        for offer, card in zip(found, cards, strict=True)
    ]


def read_received(session: Session, offer_id: UUID, **detail: Any) -> OpenedOffer:
    """Look at an offer to the own organisation; the look is in the audit trail, with `detail`.

    Raises NotFound for another's.
    """
    offer, referral, service, office = _own(session, offer_id)
    record(session, "read", "offer", offer.id, clients=[offer.client_id], **detail)
    return opened_offer(session, offer, referral, service, office)


def opened_offer(
    session: Session, offer: Offer, referral: Referral | None, service: Service, office: Organisation
) -> OpenedOffer:
    """An offer with all that its receiver needs; whoever calls has written down the look."""
    standing = _standing(session, offer, referral)
    desk = desk_of(session, offer.region_code)
    return OpenedOffer(
        **standing,
        offer=offer_cards(session, [offer])[0],
        is_upt=_is_upt(office),
        verbs=tuple(verb for verb in STEP_VERBS[standing["step"]] if _is_kept(verb, service, offer)),
        may_admit=standing["step"] is Step.LINE and is_next(session, offer),
        client_id=offer.client_id if _reaches(office, standing["step"]) else None,
        desk=desk.name if desk else "",
        desk_phones=phones_of(session, desk.id) if desk else [],
    )


def answer_received(session: Session, offer_id: UUID, verb: Verb, *, seen: int | None = None, **said: Any) -> None:
    """Make a move of the receiver about an offer to the own organisation.

    Raises NotFound for another's, Conflict `changed` when it is not as the writer saw it (`seen`), RuleBroken with all
    that is missing, and whatever the move itself raises.
    """
    offer, referral, _service, _office = _own(session, offer_id)
    # Two who press at once come one after the other, and the second is measured by what the first did.
    try:
        referral = referral_for(session, offer.referral_id, lock=True)
    except NotFound:
        # Whoever has ended his part reaches the referral no more.
        refuse(verb, [_ended(offer)])
    session.refresh(offer)
    standing = _standing(session, offer, referral)
    if seen is not None and seen != standing["seen"]:
        raise Conflict("It has changed since the page was opened.", code="changed")
    if verb not in STEP_VERBS[standing["step"]]:
        refuse(verb, [_ended(offer)])
    _DONE_BY.get(verb, _move)(session, offer, verb, said)
    session.flush()


def _own(session: Session, offer_id: UUID) -> tuple[Offer, Referral | None, Service, Organisation]:
    found = session.execute(inbox_queries.offered(offer_id)).one_or_none()
    if found is None or found[0].organisation_id not in offices_for(session, "offer", "answer"):
        raise NotFound("There is no such offer.")
    return found[0], found[1], found[2], found[3]


def _standing(session: Session, offer: Offer, referral: Referral | None) -> dict[str, Any]:
    step = step_of(offer.state, referral.state if referral else None, has_ended=offer.ended_at is not None)
    if referral is None or step is Step.ENDED:
        blank = dict.fromkeys(("due_at", "met_at", "outcome"))
        return blank | {"step": Step.ENDED, "seen": offer.version, "is_overdue": False, "no_shows": 0}
    due_at = offer.expires_at if step is Step.ANSWER else referral.due_at
    return {
        "step": step,
        # What others are asked or answer changes the referral, and not what this receiver decides about an open offer.
        "seen": offer.version if step in (Step.ANSWER, Step.LINE) else referral.version,
        "due_at": due_at,
        "is_overdue": bool(due_at and due_at < session.now),
        "no_shows": referral.no_shows,
        "met_at": referral.met_at,
        "outcome": referral.outcome,
    }


def _is_upt(office: Organisation) -> bool:
    return office.kind == OrganisationKind.UPT


def _reaches(office: Organisation, step: Step) -> bool:
    # With its yes a UPT reaches the person, a partner never.
    return _is_upt(office) and step in (Step.MEET, Step.FINISH)


def _is_kept(verb: Verb, service: Service, offer: Offer) -> bool:
    return verb is not Verb.WAIT_LIST or (service.allows_waiting and offer.urgency in routing().may_wait)


def _ended(offer: Offer) -> Missing:
    return Missing("wrong_state", f"The offer is {offer.state}.")


def _accept(session: Session, offer: Offer, _verb: Verb, said: Said) -> None:
    accept_offer(session, offer.referral_id, offer.id, **vars(Acceptance.of(said)))


def _decline(session: Session, offer: Offer, _verb: Verb, said: Said) -> None:
    decline_offer(session, offer.referral_id, offer.id, reason=said.get("reason"), note=said.get("note"))


def _wait(session: Session, offer: Offer, verb: Verb, said: Said) -> None:
    expected_on = said.get("expected_on")
    if expected_on is None:
        refuse(verb, [Missing("expected_on_missing", "Say on which day a place is expected.", "expected_on")])
    else:
        put_in_line(session, offer.referral_id, offer.id, expected_on=expected_on, note=said.get("note"))


def _move(session: Session, offer: Offer, verb: Verb, said: Said) -> None:
    move_referral(session, offer.referral_id, **said | {"verb": verb, "offer_id": offer.id})


_DONE_BY: dict[Verb, Callable[[Session, Offer, Verb, Said], None]] = {
    Verb.ACCEPT: _accept,
    Verb.ADMIT: _accept,
    Verb.DECLINE: _decline,
    Verb.WAIT_LIST: _wait,
}
