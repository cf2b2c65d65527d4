"""The score of a service for a need, each part shown, and the ranked list. Source: spec routing.md "Score"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kessos_case.partners.rules.checks import RuleResult, check_service, in_the_way
from kessos_case.partners.rules.facts import Need, ServiceFacts
from kessos_case.partners.rules.policy import Part, RoutingPolicy
from kessos_case.reference.rules import region_lineage


@dataclass(frozen=True)
class Score:
    """Points from 0 to 100, and how many of them each part gave, to two digits."""

    total: float
    parts: Mapping[Part, float]


@dataclass(frozen=True)
class Candidate:
    """A service with every rule's answer and its score; a candidate when all rules hold."""

    service: ServiceFacts
    rules: tuple[RuleResult, ...]
    score: Score
    is_candidate: bool


def score(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Score:
    """How well the service would serve the need, by the weights of the policy and never by an attribute of the person."""
    shares = {
        Part.NEED: _fit(service, need, policy),
        Part.NEARNESS: _nearness(service.region_code, need.region_code, policy),
        Part.WAIT: _wait(service),
        Part.ACCEPTANCE: _shrunk(service.accepted, service.offered, Part.ACCEPTANCE, policy),
        Part.ANSWER: _shrunk(_quickness(service), service.offered, Part.ANSWER, policy),
        Part.OUTCOME: _shrunk(service.completed, service.ended, Part.OUTCOME, policy),
        Part.LOAD: max(0, service.free or 0) / service.capacity if service.capacity else 0.0,
        Part.CONTINUITY: float(service.organisation_id in need.served_well_by),
    }
    parts = {part: round(policy.weights[part] * min(1.0, share), 2) for part, share in shares.items()}
    return Score(round(sum(parts.values()), 2), parts)


def rank(services: Iterable[ServiceFacts], need: Need, policy: RoutingPolicy) -> list[Candidate]:
    """Every service: candidates first, then those that an officer may choose against soft rules, then the others.

    Within each by score, then longest without an offer, then id: the same facts give the same list, however they come.
    """
    return sorted((_candidate(service, need, policy) for service in services), key=_place)


def _candidate(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Candidate:
    rules = check_service(service, need, policy)
    return Candidate(service, rules, score(service, need, policy), not in_the_way(rules))


def _place(candidate: Candidate) -> tuple[bool, bool, float, float, str]:
    last = candidate.service.last_offered_at
    return (
        not candidate.is_candidate,
        bool(in_the_way(candidate.rules, has_reason=True)),
        -candidate.score.total,
        last.timestamp() if last else float("-inf"),
        str(candidate.service.service_id),
    )


def _fit(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> float:
    if service.service_type in need.service_types:
        return policy.fit["exact"]
    in_group = service.parent_type in need.service_types or service.service_type in need.parents
    return policy.fit["parent"] if in_group else 0.0


_LEVELS = ("province", "regency", "district", "village")


def _nearness(here: str, there: str, policy: RoutingPolicy) -> float:
    """By the smallest region that holds both; nothing is known of neighbours beyond it."""
    shared = [ours for ours, theirs in zip(region_lineage(here), region_lineage(there), strict=False) if ours == theirs]
    return policy.nearness[_LEVELS[len(shared) - 1]] if shared else 0.0


def _wait(service: ServiceFacts) -> float:
    """1 where a place is free at once, a half behind one person, a third behind two."""
    return 1 / (1 + max(0, service.waiting + 1 - (service.free or 0)))


def _quickness(service: ServiceFacts) -> float:
    """Of the past offers, how much of their time was left when they were answered, added up."""
    return service.offered * (1 - service.answer_share) if service.answer_share is not None else 0.0


def _shrunk(well: float, cases: int, part: Part, policy: RoutingPolicy) -> float:
    """The share that went well, drawn toward the prior's mean for few cases: the mean of a Beta posterior."""
    weight = policy.prior["cases"]
    return (well + policy.prior[part] * weight) / (cases + weight)
