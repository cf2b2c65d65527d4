"""The hard rules: each a named yes or no with its reason. Which are lawful stands in the policy. Source: spec routing.md."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from kessos_case.access.rules import OrganisationKind, reaches_region
from kessos_case.partners.rules.facts import Need, ServiceFacts
from kessos_case.partners.rules.policy import RoutingPolicy, Rule

# Bodies of the government serve by law, without an agreement.
GOVERNMENT_KINDS = frozenset({OrganisationKind.UPT, OrganisationKind.DINSOS, OrganisationKind.OPD})


class RuleResult(NamedTuple):
    """One rule's answer, with the reason for a yes as for a no. Nobody may offer against a lawful no."""

    code: Rule
    holds: bool
    detail: str
    is_lawful: bool


Answer = tuple[bool, str]
Check = Callable[[ServiceFacts, Need, RoutingPolicy], Answer]


def check_service(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> tuple[RuleResult, ...]:
    """Every hard rule's answer for this service and need, in the order of `Rule`; a failure hides no other."""
    lawful = policy.lawful
    return tuple([RuleResult(rule, *check(service, need, policy), rule in lawful) for rule, check in CHECKS.items()])


def in_the_way(results: Iterable[RuleResult], *, has_reason: bool = False) -> list[RuleResult]:
    """The answers for which the service may not be offered: every no, or to an officer with a reason the lawful ones."""
    return [result for result in results if not result.holds and (result.is_lawful or not has_reason)]


def _need(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Answer:
    if service.service_type in need.service_types:
        return True, f"It offers {service.service_type}."
    if service.parent_type in need.service_types or service.service_type in need.parents:
        return True, f"It offers {service.service_type}, of the group asked for."
    return False, f"It offers {service.service_type}; asked for is {' or '.join(sorted(need.service_types))}."


def _region(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Answer:
    covered = ", ".join(service.coverage) or "no region"
    if reaches_region(frozenset(service.coverage), need.region_code):
        return True, f"{need.region_code} lies in {covered}."
    return False, f"{need.region_code} is outside {covered}."


def _age(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Answer:
    """Only a range that fits as a whole fits: a guess must not put a child among adults, nor an adult among children."""
    least, most = service.min_age, service.max_age
    if least is None and most is None:
        return True, "It takes every age."
    taken = f"ages {least or 0} and over" if most is None else f"ages {least or 0} to {most}"
    if need.age_from is None or need.age_to is None:
        return False, f"The age is unknown; it takes {taken}."
    fits = (least is None or need.age_from >= least) and (most is None or need.age_to <= most)
    age = str(need.age_from) if need.age_from == need.age_to else f"{need.age_from} to {need.age_to}"
    return fits, f"The age is {age}; it takes {taken}."


def _sex(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Answer:
    if not service.sexes or {"L", "P"} <= service.sexes:
        return True, "It takes every sex."
    taken = " and ".join(sorted(service.sexes))
    if need.sex == "unknown":
        return False, f"The sex is unknown; it takes {taken}."
    return need.sex in service.sexes, f"The sex is {need.sex}; it takes {taken}."


def _category(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Answer:
    if not service.categories:
        return True, "It takes every category."
    if shared := service.categories & need.categories:
        return True, f"It takes {', '.join(sorted(shared))}."
    held = ", ".join(sorted(need.categories)) or "no category"
    return False, f"The person has {held}; it takes {', '.join(sorted(service.categories))}."


def _access(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Answer:
    if not need.needs_access:
        return True, "No disability access is needed."
    return service.disability_access, f"It has {'' if service.disability_access else 'no '}disability access."


def _agreement(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Answer:
    if service.organisation_kind in GOVERNMENT_KINDS:
        return True, "A body of the government needs no agreement."
    if service.agreement_until is None:
        return False, "There is no agreement."
    if service.agreement_from and need.day < service.agreement_from:
        return False, f"The agreement begins on {service.agreement_from}."
    if need.day > service.agreement_until:
        return False, f"The agreement ended on {service.agreement_until}."
    return True, f"The agreement lasts until {service.agreement_until}."


def _active(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Answer:
    return service.is_active, f"The service is {'' if service.is_active else 'no longer '}offered."


def _paused(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Answer:
    start, end = service.paused_from, service.paused_until
    if start is None or need.day < start or (end is not None and need.day > end):
        return True, "It is not paused."
    return False, f"It is paused from {start} {f'until {end}' if end else 'without an end'}."


def _capacity(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Answer:
    if service.free is not None and service.free > 0:
        return True, f"{service.free} places are free."
    taken = "No period is open" if service.free is None else "No place is free"
    if not service.allows_waiting:
        return False, f"{taken}, and it keeps no waiting list."
    if need.urgency not in policy.may_wait:
        return False, f"{taken}, and this urgency cannot wait in line."
    if service.waiting >= policy.longest_line:
        return False, f"{taken}, and {service.waiting} people wait, the most that may."
    return True, f"{taken}; {service.waiting} people wait in line."


def bearable(service: ServiceFacts, urgency: str, policy: RoutingPolicy) -> int:
    """How many unanswered offers the service's organisation may have, at the rate at which it has answered lately."""
    pace = policy.pace
    answered = service.answered_lately / pace.days * pace.lifetimes.get(urgency, 0.0)
    return max(pace.least, int(pace.factor * answered))


def _pace(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Answer:
    if need.urgency in policy.pace.passes:
        return True, "This urgency is asked whatever else waits for an answer."
    most = bearable(service, need.urgency, policy)
    waits = f"{service.open_offers} offers wait for its answer"
    if service.open_offers < most:
        return True, f"{waits}; it bears {most}."
    return False, f"{waits}, as many as it bears ({most})."


def _consent(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Answer:
    if not need.needs_consent:
        return True, "No consent is needed."
    covers = service.organisation_id in need.consented
    return covers, f"{'A' if covers else 'No'} consent in force covers this receiver and purpose."


def _refused(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Answer:
    refused = service.organisation_id in need.refused_by
    return not refused, f"It has {'already' if refused else 'not'} refused this referral."


def _barred(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Answer:
    barred = service.organisation_id in need.barred
    return not barred, f"{'An' if barred else 'No'} earlier incident bars the person and this organisation."


def _accreditation(service: ServiceFacts, need: Need, policy: RoutingPolicy) -> Answer:
    asked = sorted(need.protected)
    if need.age_from is not None and need.age_from < policy.child_age and service.service_type in policy.child_housing:
        asked.append("housing of a child")
    if not asked:
        return True, "No accreditation is needed."
    return (
        service.is_accredited,
        f"It is {'' if service.is_accredited else 'not '}accredited; needed for {', '.join(asked)}.",
    )


CHECKS: dict[Rule, Check] = {
    Rule.NEED: _need,
    Rule.REGION: _region,
    Rule.AGE: _age,
    Rule.SEX: _sex,
    Rule.CATEGORY: _category,
    Rule.ACCESS: _access,
    Rule.AGREEMENT: _agreement,
    Rule.ACTIVE: _active,
    Rule.PAUSED: _paused,
    Rule.CAPACITY: _capacity,
    Rule.PACE: _pace,
    Rule.CONSENT: _consent,
    Rule.REFUSED: _refused,
    Rule.BARRED: _barred,
    Rule.ACCREDITATION: _accreditation,
}
