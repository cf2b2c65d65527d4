"""What the hard rules and the score look at, gathered for any number of services at once."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.partners import facts_queries as queries
from kessos_case.partners.rules import RoutingPolicy, ServiceFacts
from kessos_case.reference.rules import regency_and_province
from kessos_case.reference.service import service_type_groups


class LiveOffers(NamedTuple):
    """How many people wait in the line of each service, and how many offers for the answer of each organisation."""

    lines: Mapping[UUID, int]
    unanswered: Mapping[UUID, int]


# What lives of the offers to these organisations is known to referrals alone, and told by whoever asks for facts.
Live = Callable[[Collection[UUID]], LiveOffers]


def none_live(_organisation_ids: Collection[UUID]) -> LiveOffers:
    """For whoever asks of the directory alone."""
    return LiveOffers({}, {})


def service_facts(
    session: Session, *, service_types: Iterable[str], day: date, live: Live = none_live
) -> list[ServiceFacts]:
    """The active services that may help with any of these types on the day, in one statement for any number.

    A group finds what it holds, and a type finds whoever offers its whole group. What became of past offers is as the last
    night counted it. For the program: records are not for everybody's eyes.
    """
    return _facts(queries.facts_suiting(session, _suiting(session, service_types), day), live)


def facts_around(
    session: Session, *, service_types: Iterable[str], day: date, region_code: str, live: Live = none_live
) -> list[ServiceFacts]:
    """The same of those that take people from this region: nobody else can be a candidate."""
    return _facts(queries.facts_around(session, _suiting(session, service_types), day, region_code), live)


def facts_beyond(
    session: Session, *, service_types: Iterable[str], day: date, region_code: str, terms: RoutingPolicy, number: int,
    live: Live = none_live,
) -> list[ServiceFacts]:  # fmt: skip
    """The same of so many that do not take people from this region, the nearest first: an officer may still ask them."""
    regency, _province = regency_and_province(region_code)
    near = {code for pair in terms.neighbours if regency in pair for code in pair if code != regency}
    suiting = _suiting(session, service_types)
    return _facts(queries.facts_beyond(session, suiting, day, region_code, near, number), live)


def facts_of(session: Session, service_id: UUID, day: date, live: Live = none_live) -> ServiceFacts:
    """The same of one service, whatever its type, active or not. Raises NotFound."""
    found = _facts(queries.facts_about(session, service_id, day), live)
    if not found:
        raise NotFound("There is no such service.")
    return found[0]


def _suiting(session: Session, service_types: Iterable[str]) -> set[str]:
    """What may help: the types asked for, whatever the groups asked for hold, and the groups that hold a type."""
    groups, asked = service_type_groups(session), set(service_types)
    return (
        asked
        | {code for code, group in groups.items() if group in asked}
        | {groups[code] for code in asked & groups.keys()}
    )


def _facts(rows: queries.Rows, live: Live) -> list[ServiceFacts]:
    if not rows:
        return []
    lines, unanswered = live({row[1] for row in rows})
    found = []
    for service_id, office, coverage, kind, offers, region, sexes, categories, days, *rest in rows:
        limits = frozenset(sexes), frozenset(categories), frozenset(days)
        living = lines.get(service_id, 0), unanswered.get(office, 0)
        known = (service_id, office, tuple(coverage), kind, offers, region, *limits, *living, *rest)
        found.append(ServiceFacts._make(known))
    return found
