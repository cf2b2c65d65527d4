"""Why a hard rule holds or does not, one sentence for each answer: for those who read it, and only then made."""

from kessos_case.partners.rules.facts import EVERY_SEX, GOVERNMENT_KINDS, Need, ServiceFacts
from kessos_case.partners.rules.policy import RoutingPolicy


def need(holds: bool, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> str:
    """What it offers and what is asked for."""
    if service.service_type in need.service_types:
        return f"It offers {service.service_type}."
    if holds:
        return f"It offers {service.service_type}, of the group asked for."
    return f"It offers {service.service_type}; asked for is {' or '.join(sorted(need.service_types))}."


def region(holds: bool, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> str:
    """Where it takes people from."""
    covered = ", ".join(service.coverage) or "no region"
    return f"{need.region_code} {'lies in' if holds else 'is outside'} {covered}."


def age(holds: bool, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> str:
    """The ages that it takes, and the person's."""
    least, most = service.min_age, service.max_age
    if least is None and most is None:
        return "It takes every age."
    taken = f"ages {least or 0} and over" if most is None else f"ages {least or 0} to {most}"
    if need.age_from is None or need.age_to is None:
        return f"The age is unknown; it takes {taken}."
    known = str(need.age_from) if need.age_from == need.age_to else f"{need.age_from} to {need.age_to}"
    return f"The age is {known}; it takes {taken}."


def sex(holds: bool, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> str:
    """Whom it takes, and whom the person is known as."""
    if not service.sexes or service.sexes >= EVERY_SEX:
        return "It takes every sex."
    return f"The sex is {need.sex}; it takes {' and '.join(sorted(service.sexes))}."


def category(holds: bool, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> str:
    """The categories that both have, else those of each."""
    if not service.categories:
        return "It takes every category."
    if holds:
        return f"It takes {', '.join(sorted(service.categories & need.categories))}."
    held = ", ".join(sorted(need.categories)) or "no category"
    return f"The person has {held}; it takes {', '.join(sorted(service.categories))}."


def access(holds: bool, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> str:
    """Whether it has the access that the person needs."""
    return (
        f"It has {'' if holds else 'no '}disability access." if need.needs_access else "No disability access is needed."
    )


def agreement(holds: bool, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> str:
    """Its agreement, and when that holds."""
    if service.organisation_kind in GOVERNMENT_KINDS:
        return "A body of the government needs no agreement."
    if service.agreement_until is None:
        return "There is no agreement."
    if service.agreement_from and need.day < service.agreement_from:
        return f"The agreement begins on {service.agreement_from}."
    return f"The agreement {'lasts until' if holds else 'ended on'} {service.agreement_until}."


def active(holds: bool, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> str:
    """Whether it is offered at all."""
    return f"The service is {'' if holds else 'no longer '}offered."


def paused(holds: bool, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> str:
    """The days on which it takes nobody."""
    if holds:
        return "It is not paused."
    end = service.paused_until
    return f"It is paused from {service.paused_from} {f'until {end}' if end else 'without an end'}."


def capacity(holds: bool, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> str:
    """Its free places, else its line."""
    if service.free is not None and service.free > 0:
        return f"{service.free} places are free."
    taken = "No period is open" if service.free is None else "No place is free"
    if holds:
        return f"{taken}; {service.waiting} people wait in line."
    if not service.allows_waiting:
        return f"{taken}, and it keeps no waiting list."
    if need.urgency not in policy.may_wait:
        return f"{taken}, and this urgency cannot wait in line."
    return f"{taken}, and {service.waiting} people wait, the most that may."


def pace(holds: bool, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> str:
    """What waits for its answer, and how much it bears."""
    if need.urgency in policy.pace.passes:
        return "This urgency is asked whatever else waits for an answer."
    most = policy.pace.bears(service.answered_lately, need.urgency)
    waits = f"{service.open_offers} offers wait for its answer"
    return f"{waits}; it bears {most}." if holds else f"{waits}, as many as it bears ({most})."


def consent(holds: bool, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> str:
    """Whether the person has agreed to this receiver."""
    if not need.needs_consent:
        return "No consent is needed."
    return f"{'A' if holds else 'No'} consent in force covers this receiver and purpose."


def refused(holds: bool, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> str:
    """Whether it has said no before."""
    return f"It has {'not' if holds else 'already'} refused this referral."


def barred(holds: bool, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> str:
    """Whether something happened between the two."""
    return f"{'No' if holds else 'An'} earlier incident bars the person and this organisation."


def accreditation(holds: bool, service: ServiceFacts, need: Need, policy: RoutingPolicy) -> str:
    """What it must be accredited for."""
    asked = sorted(need.protected)
    if policy.houses_a_child(service.service_type, need.age_from):
        asked.append("housing of a child")
    if not asked:
        return "No accreditation is needed."
    return f"It is {'' if holds else 'not '}accredited; needed for {', '.join(asked)}."
