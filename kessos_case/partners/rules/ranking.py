"""The score of a service for a need, each part shown, and the ranked list. Source: spec routing.md "Score"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kessos_case.partners.rules.checks import RuleResult, check_service, in_the_way
from kessos_case.partners.rules.facts import Need, ServiceFacts, is_open
from kessos_case.partners.rules.policy import Age, Near, Part, RoutingPolicy
from kessos_case.reference.rules import regency_and_province, region_lineage


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
        Part.WAIT: _wait(service, need, policy),
        Part.ACCEPTANCE: _shrunk(service.accepted, service.offered, Part.ACCEPTANCE, policy),
        Part.ANSWER: _shrunk(_quickness(service), service.offered, Part.ANSWER, policy),
        Part.OUTCOME: _outcome(service, policy),
        Part.LOAD: max(0, service.free or 0) / service.capacity if service.capacity else 0.0,
        Part.CONTINUITY: float(service.organisation_id in need.served_well_by),
        Part.FRESHNESS: policy.freshness[age_of(service.confirmed_on, need.day, policy)],
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


_LEVELS = (Near.PROVINCE, Near.REGENCY, Near.DISTRICT, Near.VILLAGE)


def near(here: str, there: str, policy: RoutingPolicy) -> Near | None:
    """How near two places are: by the smallest region that holds both, else by a border between them. None: far."""
    ours, theirs = region_lineage(here), region_lineage(there)
    shared = sum(one == other for one, other in zip(ours, theirs, strict=False))
    if shared > 1:
        return _LEVELS[shared - 1]
    regencies, provinces = zip(regency_and_province(here), regency_and_province(there), strict=True)
    if frozenset(regencies) in policy.neighbours:
        return Near.NEIGHBOUR
    if shared:
        return Near.PROVINCE
    return Near.NEIGHBOUR_PROVINCE if frozenset(provinces) in policy.neighbours else None


def minutes_between(here: str, there: str, policy: RoutingPolicy) -> float | None:
    """The time on the road between two regencies where it is known; None within one."""
    return policy.minutes.get(frozenset({regency_and_province(here)[0], regency_and_province(there)[0]}))


def age_of(confirmed_on: date | None, day: date, policy: RoutingPolicy) -> Age:
    """How the entry stands on the day: old is what is twice as long unconfirmed as stale, or was never confirmed."""
    if confirmed_on is None:
        return Age.OLD
    days = (day - confirmed_on).days
    if days < policy.confirm_after:
        return Age.FRESH
    return Age.STALE if days < 2 * policy.confirm_after else Age.OLD


def _nearness(here: str, there: str, policy: RoutingPolicy) -> float:
    minutes = minutes_between(here, there, policy)
    if minutes is not None:
        return policy.nearness[Near.REGENCY] / (1 + minutes / policy.half_after)
    level = near(here, there, policy)
    return policy.nearness[level] if level else 0.0


def _wait(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> float:
    """1 where a place is free at once, a half behind one person, a third behind two; less where nobody is there now."""
    share = 1 / (1 + max(0, service.waiting + 1 - (service.free or 0)))
    is_shut = need.urgency in policy.opening and is_open(service, need) is False
    return share * policy.closed_share if is_shut else share


def _quickness(service: ServiceFacts) -> float:
    """Of the past offers, how much of their time was left when they were answered, added up."""
    return service.offered * (1 - service.answer_share) if service.answer_share is not None else 0.0


def _outcome(service: ServiceFacts, policy: RoutingPolicy) -> float:
    """What was completed well and what has lasted, each drawn to its mean by itself: few observed count little."""
    completed = _shrunk(service.completed, service.ended, "completed", policy)
    retained = _shrunk(service.retained, service.observed, "retained", policy)
    return policy.results["completed"] * completed + policy.results["retained"] * retained


def _shrunk(well: float, cases: int, mean: str, policy: RoutingPolicy) -> float:
    """The share that went well, drawn toward the prior's mean for few cases: the mean of a Beta posterior."""
    weight = policy.prior["cases"]
    return (well + policy.prior[mean] * weight) / (cases + weight)
