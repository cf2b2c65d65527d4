"""Who may serve a referral: what is needed and what is known of each service, gathered for the rules of the directory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.clients.models import Client
from kessos_case.clients.rules import BirthDatePrecision, ConsentPurpose, LegalBasis, Sex, age_range_on
from kessos_case.clients.rules.identity import ESTIMATE_YEARS
from kessos_case.clients.service import client_for, consented
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Forbidden
from kessos_case.core.policies import policy
from kessos_case.partners.rules import (
    Candidate,
    Need,
    RoutingPolicy,
    ServiceFacts,
    protected_kinds,
    rank,
    routing_policy,
)
from kessos_case.partners.service import facts_of, service_facts
from kessos_case.reference.service import service_type_groups
from kessos_case.referrals import queries
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import (
    CompleteOutcome,
    HandBackReason,
    OfferState,
    Refusal,
    State,
    Urgency,
    Verb,
    refused_by,
)
from kessos_case.referrals.service.sight import is_desk
from kessos_case.referrals.service.submission import referral_for

# Of each service: its own name and that of its organisation.
Names = Mapping[UUID, Any]


@dataclass(frozen=True)
class ShownCandidate:
    """A service as the desk sees it beside a referral. `is_offered` means that an offer to it lives.

    `facts` are what the rules and the score looked at, for pages that say them in words.
    """

    service_id: UUID
    service: dict[str, Any]
    is_candidate: bool
    is_offered: bool
    score: float
    parts: dict[str, float]
    rules: list[dict[str, Any]]
    facts: ServiceFacts


@dataclass(frozen=True)
class Ranking:
    """A referral's person, need and ranked services, as they are in this transaction; `asked` are its offers so far."""

    client: Client
    need: Need
    listed: list[Candidate]
    offered: frozenset[UUID]
    asked: tuple[Offer, ...] = ()

    @property
    def askable(self) -> list[Candidate]:
        """Those that may be asked without an officer's reason, best first."""
        return [found for found in self.listed if found.is_candidate and found.service.service_id not in self.offered]


def candidates_for(session: Session, referral_id: UUID, limit: int) -> list[ShownCandidate]:
    """The ranked services with every rule's answer; for the desk of the place.

    Raises Forbidden for anyone else, and with nothing to rank before the person is known, an empty list.
    """
    referral = referral_for(session, referral_id)
    if not is_desk(session, referral, Verb.OFFER):
        raise Forbidden("Only the desk of the place may choose whom to ask.")
    if referral.client_id is None:
        return []
    _ranking, listed, _names = shown_ranking(session, referral, limit)
    return listed


def shown_ranking(session: Session, referral: Referral, limit: int) -> tuple[Ranking, list[ShownCandidate], Names]:
    """The ranking of a referral whose person is known, for a desk that has been asked for its right; in the trail.

    With it the names of these services, and of those that were asked already.
    """
    record(session, "rank", "referral", referral.id, clients=_subjects(referral))
    with as_system(session, "referrals"):
        ranking = ranked(session, referral)
    listed = ranking.listed[:limit]
    wanted = {found.service.service_id for found in listed} | {offer.service_id for offer in ranking.asked}
    names = {row.id: row for row in session.execute(queries.names_of(wanted))}
    return ranking, [_shown(found, names[found.service.service_id], ranking.offered) for found in listed], names


def _subjects(referral: Referral) -> list[UUID]:
    return [referral.client_id] if referral.client_id else []


def ranked(session: Session, referral: Referral) -> Ranking:
    """Person, need and ranked services of a referral whose person is known. Acts as the program: it looks everywhere."""
    assert referral.client_id is not None
    client, day, terms = client_for(session, referral.client_id), office_day(session.now), routing()
    past = session.execute(queries.offers_to(client.id)).all()
    facts = _with_records(session, service_facts(session, service_types=referral.service_types, day=day))
    need = _need(session, referral, client, past, terms)
    need = _with_consents(session, need, client, {service.organisation_id for service in facts})
    live = frozenset(row.Offer.service_id for row in past if _lives(row.Offer, referral))
    asked = tuple(row.Offer for row in past if row.Offer.referral_id == referral.id)
    return Ranking(client, need, rank(facts, need, terms), live, asked)


def judged(session: Session, ranking: Ranking, service_id: UUID) -> Candidate:
    """One service before the same need, also one that is nowhere near it. Raises NotFound."""
    known = next((found for found in ranking.listed if found.service.service_id == service_id), None)
    if known:
        return known
    facts = _with_records(session, [facts_of(session, service_id, ranking.need.day)])
    need = _with_consents(session, ranking.need, ranking.client, {facts[0].organisation_id})
    return rank(facts, need, routing())[0]


def routing() -> RoutingPolicy:
    """The policy in force, as the rules take it."""
    return routing_policy(policy("routing").content)


def _lives(offer: Offer, referral: Referral) -> bool:
    return offer.referral_id == referral.id and offer.ended_at is None


def _need(session: Session, referral: Referral, client: Client, past: Iterable[Any], terms: RoutingPolicy) -> Need:
    day, content = office_day(session.now), policy("routing").content
    age_from, age_to = _ages(referral, client, day)
    categories = frozenset(client.category_codes)
    groups = service_type_groups(session)
    return Need(
        service_types=frozenset(referral.service_types),
        region_code=referral.region_code,
        day=day,
        urgency=referral.urgency,
        parents=frozenset(groups[code] for code in referral.service_types if code in groups),
        age_from=age_from,
        age_to=age_to,
        sex=client.sex if client.sex != Sex.UNKNOWN else referral.sex,
        categories=categories,
        needs_access=bool(categories.intersection(content["access"]["categories"])),
        protected=protected_kinds(referral.service_types, categories, terms),
        # Where the law itself is the ground, the bare need may be told; what names the person asks for more (snapshots).
        needs_consent=client.legal_basis == LegalBasis.CONSENT and referral.urgency != Urgency.EMERGENCY,
        **_past(referral, past, day),
    )


def _ages(referral: Referral, client: Client, day: date) -> tuple[int | None, int | None]:
    if client.birth_date is not None:
        precision = BirthDatePrecision(client.birth_date_precision or BirthDatePrecision.DAY)
        return age_range_on(client.birth_date, precision, day)
    if referral.estimated_age is not None:
        return max(0, referral.estimated_age - ESTIMATE_YEARS), referral.estimated_age + ESTIMATE_YEARS
    return None, None


def _past(referral: Referral, past: Iterable[Any], day: date) -> dict[str, frozenset[UUID]]:
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
    refused = refused_by(refusals, policy("routing").content, day)
    return {"refused_by": refused, "barred": frozenset(barred), "served_well_by": frozenset(served_well)}


def _refusal(offer: Offer) -> Refusal:
    assert offer.ended_at is not None
    # Whoever accepted has named a day; an open offer that is declined never has one.
    accepted = offer.state == OfferState.DECLINED and offer.expected_on is not None
    return Refusal(offer.organisation_id, offer.state, offer.reason, office_day(offer.ended_at), accepted)


def _with_consents(session: Session, need: Need, client: Client, offices: set[UUID]) -> Need:
    if not need.needs_consent:
        return need
    receivers, any_receiver = consented(session, client.id, ConsentPurpose.DISCLOSURE, need.day)
    return replace(need, consented=frozenset(offices) if any_receiver else receivers)


def _with_records(session: Session, facts: list[ServiceFacts]) -> list[ServiceFacts]:
    """The facts with what became of earlier offers, which only this feature knows."""
    records = {row.service_id: row for row in session.execute(queries.track_records(one.service_id for one in facts))}
    return [_with_record(one, records[one.service_id]) if one.service_id in records else one for one in facts]


def _with_record(facts: ServiceFacts, row: Any) -> ServiceFacts:
    return replace(
        facts,
        waiting=row.waiting,
        offered=row.offered,
        accepted=row.accepted,
        answer_share=float(row.answer_share) if row.answer_share is not None else None,
        ended=row.ended,
        completed=row.completed,
    )


def _shown(found: Candidate, names: Any, offered: frozenset[UUID]) -> ShownCandidate:
    service = found.service
    return ShownCandidate(
        service_id=service.service_id,
        service={
            "id": service.service_id,
            "name": names.name,
            "service_type": service.service_type,
            "organisation_id": service.organisation_id,
            "organisation_name": names.organisation_name,
            "free": service.free,
            "waiting": service.waiting,
        },
        is_candidate=found.is_candidate,
        is_offered=service.service_id in offered,
        score=found.score.total,
        parts={str(part): points for part, points in found.score.parts.items()},
        rules=[{**vars(rule), "code": str(rule.code)} for rule in found.rules],
        facts=service,
    )
