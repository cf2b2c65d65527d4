"""What a referral asks of a service: the need in the words of the directory's rules, by one policy or another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from kessos_case.clients.models import Client
from kessos_case.clients.rules import BirthDatePrecision, LegalBasis, Sex, age_range_on
from kessos_case.clients.rules.identity import ESTIMATE_YEARS
from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.core.db import Session
from kessos_case.core.policies import policy
from kessos_case.partners.rules import Need, RoutingPolicy, ServiceFacts, protected_kinds, routing_policy
from kessos_case.partners.rules.upkeep import upkeep
from kessos_case.reference.service import service_type_groups
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import (
    CompleteOutcome,
    HandBackReason,
    OfferState,
    Refusal,
    State,
    Urgency,
    refused_by,
)
from kessos_case.referrals.rules.terms import mistakes

# The organisations to which a person allows to tell of the need, and whether he allows any.
Allowed = tuple[frozenset[UUID], bool]


@dataclass(frozen=True)
class Terms:
    """A routing policy: its content, and as the rules of the directory take it."""

    content: Mapping[str, Any]
    rules: RoutingPolicy


def terms_of(content: Mapping[str, Any]) -> Terms:
    """A policy that has been read from a file. Raises ValueError naming everything wrong in it."""
    wrong = mistakes(content)
    try:
        rules = routing_policy(content)
        upkeep(content)
    except ValueError as error:
        wrong.insert(0, str(error))
    if wrong:
        raise ValueError("; ".join(wrong))
    return Terms(content, rules)


def terms_in_force() -> Terms:
    """The policy in force."""
    return _in_force(policy("routing").label)


def routing() -> RoutingPolicy:
    """The policy in force, as the rules take it."""
    return terms_in_force().rules


@lru_cache(maxsize=1)
def _in_force(_label: str) -> Terms:
    return terms_of(policy("routing").content)


def need_of(session: Session, referral: Referral, client: Client, past: Iterable[Any], terms: Terms) -> Need:
    """What this referral asks for now. `past` are (offer, state and outcome of its referral) of all offers of the person."""
    day = office_day(session.now)
    age_from, age_to = _ages(referral, client, day)
    categories = frozenset(client.category_codes)
    groups = service_type_groups(session)
    return Need(
        service_types=frozenset(referral.service_types),
        region_code=referral.region_code,
        day=day,
        at=session.now.astimezone(OFFICE_ZONE).time(),
        urgency=referral.urgency,
        parents=frozenset(groups[code] for code in referral.service_types if code in groups),
        age_from=age_from,
        age_to=age_to,
        sex=client.sex if client.sex != Sex.UNKNOWN else referral.sex,
        categories=categories,
        needs_access=bool(categories.intersection(terms.content["access"]["categories"])),
        protected=protected_kinds(referral.service_types, categories, terms.rules),
        # Where the law itself is the ground, the bare need may be told; what names the person asks for more (snapshots).
        needs_consent=client.legal_basis == LegalBasis.CONSENT and referral.urgency != Urgency.EMERGENCY,
        **_past(referral, past, day, terms),
    )


def with_consents(need: Need, allowed: Allowed, services: Iterable[ServiceFacts]) -> Need:
    """The need with those organisations of these services that the person allows."""
    if not need.needs_consent:
        return need
    receivers, any_receiver = allowed
    offices = frozenset(service.organisation_id for service in services) if any_receiver else receivers
    return replace(need, consented=offices)


def _ages(referral: Referral, client: Client, day: date) -> tuple[int | None, int | None]:
    if client.birth_date is not None:
        precision = BirthDatePrecision(client.birth_date_precision or BirthDatePrecision.DAY)
        return age_range_on(client.birth_date, precision, day)
    if referral.estimated_age is not None:
        return max(0, referral.estimated_age - ESTIMATE_YEARS), referral.estimated_age + ESTIMATE_YEARS
    return None, None


def _past(referral: Referral, past: Iterable[Any], day: date, terms: Terms) -> dict[str, frozenset[UUID]]:
    """Who has refused this referral, who is barred by an incident, and who served the person well before."""
    refusals, barred, served_well = [], set(), set()
    for offer, state, outcome in past:
        if offer.referral_id == referral.id and offer.ended_at:
            refusals.append(_refusal(offer))
        if offer.state == OfferState.DECLINED and offer.reason == HandBackReason.INCIDENT:
            barred.add(offer.organisation_id)
        well = state == State.COMPLETED and outcome == CompleteOutcome.SERVED
        if offer.state == OfferState.ACCEPTED and well:
            served_well.add(offer.organisation_id)
    refused = refused_by(refusals, terms.content, day)
    return {"refused_by": refused, "barred": frozenset(barred), "served_well_by": frozenset(served_well)}


def _refusal(offer: Offer) -> Refusal:
    assert offer.ended_at is not None
    # Whoever accepted has named a day; an open offer that is declined never has one.
    accepted = offer.state == OfferState.DECLINED and offer.expected_on is not None
    return Refusal(offer.organisation_id, offer.state, offer.reason, office_day(offer.ended_at), accepted)
