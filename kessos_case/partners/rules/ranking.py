"""The score of a service for a need, each part shown, and the ranked list. Source: spec routing.md "Score"."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import NamedTuple

from kessos_case.partners.rules.checks import Gate, RuleResult, check_service
from kessos_case.partners.rules.facts import Need, ServiceFacts, is_open
from kessos_case.partners.rules.policy import Age, Near, Part, RoutingPolicy
from kessos_case.reference.rules import regency_and_province, region_lineage


class Score(NamedTuple):
    """Points from 0 to 100, and how many of them each part gave, to two digits, in the order of `Part`."""

    total: float
    points: tuple[float, ...]

    @property
    def parts(self) -> Mapping[Part, float]:
        """The points of each part."""
        return dict(zip(Part, self.points, strict=True))


class Candidate(NamedTuple):
    """A service and its score before a need; a candidate when all rules hold."""

    service: ServiceFacts
    score: Score
    is_candidate: bool
    need: Need
    policy: RoutingPolicy

    @property
    def rules(self) -> tuple[RuleResult, ...]:
        """Every rule's answer, in words that are only made for those who read them."""
        return check_service(self.service, self.need, self.policy)


def score(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Score:
    """How well the service would serve the need, by the weights of the policy and never by an attribute of the person."""
    return _scorer(need, policy)(service)


def _scorer(need: Need, policy: RoutingPolicy) -> Callable[[ServiceFacts], Score]:
    """The score of any service for this need: a list has thousands, and those that are alike in a part are reckoned once."""

    def points(part: Part, share: Callable[..., float]) -> Callable[..., float]:
        return cache(lambda *known: round(policy.weights[part] * min(1.0, share(*known)), 2))

    fit = points(Part.NEED, lambda offers, group: _fit(offers, group, need, policy))
    nearness = points(Part.NEARNESS, lambda region: _nearness(region, need.region_code, policy))
    wait = points(Part.WAIT, lambda free, waiting, is_shut: _wait(free, waiting, is_shut, policy))
    acceptance = points(Part.ACCEPTANCE, lambda accepted, offered: _shrunk(accepted, offered, Part.ACCEPTANCE, policy))
    answer = points(
        Part.ANSWER, lambda share, offered: _shrunk(_quickness(share, offered), offered, Part.ANSWER, policy)
    )
    outcome = points(Part.OUTCOME, lambda well, ended, kept, seen: _outcome(well, ended, kept, seen, policy))
    load = points(Part.LOAD, lambda free, capacity: max(0, free or 0) / capacity if capacity else 0.0)
    continuity = points(Part.CONTINUITY, float)
    freshness = points(Part.FRESHNESS, lambda day: policy.freshness[age_of(day, need.day, policy)])
    may_be_shut, known_well = need.urgency in policy.opening, need.served_well_by

    def scored(one: ServiceFacts) -> Score:
        each = (
            fit(one.service_type, one.parent_type),
            nearness(one.region_code),
            wait(one.free, one.waiting, may_be_shut and is_open(one, need) is False),
            acceptance(one.accepted, one.offered),
            answer(one.answer_share, one.offered),
            outcome(one.completed, one.ended, one.retained, one.observed),
            load(one.free, one.capacity),
            continuity(bool(known_well) and one.organisation_id in known_well),
            freshness(one.confirmed_on),
        )
        return Score(round(sum(each), 2), each)

    return scored


def rank(services: Iterable[ServiceFacts], need: Need, policy: RoutingPolicy) -> list[Candidate]:
    """Every service: candidates first, then those that an officer may choose against soft rules, then the others.

    Within each by score, then longest without an offer, then id: the same facts give the same list, however they come.
    """
    gate, scored = Gate(need, policy), _scorer(need, policy)
    found = [Candidate(one, scored(one), gate.is_open(one), need, policy) for one in services]
    return sorted(found, key=lambda candidate: _place(candidate, gate))


def _place(candidate: Candidate, gate: Gate) -> tuple[bool, bool, float, float, int]:
    service, last = candidate.service, candidate.service.last_offered_at
    return (
        not candidate.is_candidate,
        not candidate.is_candidate and not gate.is_open(service, has_reason=True),
        -candidate.score.total,
        last.timestamp() if last else float("-inf"),
        service.service_id.int,
    )


def _fit(offers: str, group: str | None, need: Need, policy: RoutingPolicy) -> float:
    if offers in need.service_types:
        return policy.fit["exact"]
    in_group = group in need.service_types or offers in need.parents
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


def _wait(free: int | None, waiting: int, is_shut: bool, policy: RoutingPolicy) -> float:
    """1 where a place is free at once, a half behind one person, a third behind two; less where nobody is there now."""
    share = 1 / (1 + max(0, waiting + 1 - (free or 0)))
    return share * policy.closed_share if is_shut else share


def _quickness(answer_share: float | None, offered: int) -> float:
    """Of the past offers, how much of their time was left when they were answered, added up."""
    return offered * (1 - answer_share) if answer_share is not None else 0.0


def _outcome(completed: int, ended: int, retained: int, observed: int, policy: RoutingPolicy) -> float:
    """What was completed well and what has lasted, each drawn to its mean by itself: few observed count little."""
    well = _shrunk(completed, ended, "completed", policy), _shrunk(retained, observed, "retained", policy)
    return policy.results["completed"] * well[0] + policy.results["retained"] * well[1]


def _shrunk(well: float, cases: int, mean: str, policy: RoutingPolicy) -> float:
    """The share that went well, drawn toward the prior's mean for few cases: the mean of a Beta posterior."""
    weight = policy.prior["cases"]
    return (well + policy.prior[mean] * weight) / (cases + weight)
