"""The hard rules: each a named yes or no with its reason. Which are lawful stands in the policy. Source: spec routing.md."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from kessos_case.partners.rules import check_words as words
from kessos_case.partners.rules.facts import EVERY_SEX, GOVERNMENT_KINDS, Need, ServiceFacts
from kessos_case.partners.rules.policy import RoutingPolicy, Rule


class RuleResult(NamedTuple):
    """One rule's answer, with the reason for a yes as for a no. Nobody may offer against a lawful no."""

    code: Rule
    holds: bool
    detail: str
    is_lawful: bool


Test = Callable[[ServiceFacts, Need, RoutingPolicy], bool]


def _always(_need: Need, _policy: RoutingPolicy) -> bool:
    return True


class Check(NamedTuple):
    """A rule: whether it holds, and why in words. It holds for every service where `is_asked` says that nothing is asked."""

    holds: Test
    why: Callable[[bool, ServiceFacts, Need, RoutingPolicy], str]
    is_asked: Callable[[Need, RoutingPolicy], bool] = _always


def check_service(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> tuple[RuleResult, ...]:
    """Every hard rule's answer for this service and need, in the order of `Rule`; a failure hides no other."""
    return tuple([_result(rule, check, service, need, policy) for rule, check in CHECKS.items()])


def _result(rule: Rule, check: Check, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> RuleResult:
    holds = not check.is_asked(need, policy) or check.holds(service, need, policy)
    return RuleResult(rule, holds, check.why(holds, service, need, policy), rule in policy.lawful)


def in_the_way(results: Iterable[RuleResult], *, has_reason: bool = False) -> list[RuleResult]:
    """The answers for which the service may not be offered: every no, or to an officer with a reason the lawful ones."""
    return [result for result in results if not result.holds and (result.is_lawful or not has_reason)]


class Gate:
    """The hard rules that a need asks of every service, as mere yes or no: for lists of thousands."""

    def __init__(self, need: Need, policy: RoutingPolicy) -> None:
        self._need, self._policy = need, policy
        asked = {rule: check.holds for rule, check in CHECKS.items() if check.is_asked(need, policy)}
        self._all = list(asked.values())
        self._lawful = [test for rule, test in asked.items() if rule in policy.lawful]

    def is_open(self, service: ServiceFacts, *, has_reason: bool = False) -> bool:
        """Does every rule hold, or for an officer with a reason every lawful one?"""
        need, policy = self._need, self._policy
        # A generator for each service would cost as much as the rules themselves.
        for holds in self._lawful if has_reason else self._all:  # noqa: SIM110
            if not holds(service, need, policy):
                return False
        return True


def _need(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> bool:
    return (
        service.service_type in need.service_types
        or service.parent_type in need.service_types
        or service.service_type in need.parents
    )


def _region(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> bool:
    return not need.lineage.isdisjoint(service.coverage)


def _age(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> bool:
    """Only a range that fits as a whole fits: a guess must not put a child among adults, nor an adult among children."""
    least, most = service.min_age, service.max_age
    if least is None and most is None:
        return True
    if need.age_from is None or need.age_to is None:
        return False
    return (least is None or need.age_from >= least) and (most is None or need.age_to <= most)


def _sex(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> bool:
    return not service.sexes or service.sexes >= EVERY_SEX or need.sex in service.sexes


def _category(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> bool:
    return not service.categories or not service.categories.isdisjoint(need.categories)


def _access(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> bool:
    return service.disability_access


def _agreement(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> bool:
    if service.organisation_kind in GOVERNMENT_KINDS:
        return True
    begins, ends = service.agreement_from, service.agreement_until
    return ends is not None and (begins is None or begins <= need.day) and need.day <= ends


def _active(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> bool:
    return service.is_active


def _paused(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> bool:
    start, end = service.paused_from, service.paused_until
    return start is None or need.day < start or (end is not None and need.day > end)


def _capacity(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> bool:
    if service.free is not None and service.free > 0:
        return True
    return service.allows_waiting and need.urgency in policy.may_wait and service.waiting < policy.longest_line


def bearable(service: ServiceFacts, urgency: str, policy: RoutingPolicy) -> int:
    """How many unanswered offers the service's organisation may have, at the rate at which it has answered lately."""
    return policy.pace.bears(service.answered_lately, urgency)


def _pace(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> bool:
    # Everybody bears the least, whatever he has answered.
    few = service.open_offers < policy.pace.least
    return few or service.open_offers < bearable(service, need.urgency, policy)


def _consent(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> bool:
    return service.organisation_id in need.consented


def _refused(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> bool:
    return service.organisation_id not in need.refused_by


def _barred(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> bool:
    return service.organisation_id not in need.barred


def _accreditation(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> bool:
    return service.is_accredited or not (need.protected or policy.houses_a_child(service.service_type, need.age_from))


CHECKS: dict[Rule, Check] = {
    Rule.NEED: Check(_need, words.need),
    Rule.REGION: Check(_region, words.region),
    Rule.AGE: Check(_age, words.age),
    Rule.SEX: Check(_sex, words.sex),
    Rule.CATEGORY: Check(_category, words.category),
    Rule.ACCESS: Check(_access, words.access, lambda need, _: need.needs_access),
    Rule.AGREEMENT: Check(_agreement, words.agreement),
    Rule.ACTIVE: Check(_active, words.active),
    Rule.PAUSED: Check(_paused, words.paused),
    Rule.CAPACITY: Check(_capacity, words.capacity),
    Rule.PACE: Check(_pace, words.pace, lambda need, policy: need.urgency not in policy.pace.passes),
    Rule.CONSENT: Check(_consent, words.consent, lambda need, _: need.needs_consent),
    Rule.REFUSED: Check(_refused, words.refused, lambda need, _: bool(need.refused_by)),
    Rule.BARRED: Check(_barred, words.barred, lambda need, _: bool(need.barred)),
    Rule.ACCREDITATION: Check(_accreditation, words.accreditation),
}
