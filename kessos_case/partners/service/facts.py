"""What the hard rules and the score look at, gathered for any number of services at once."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.partners import facts_queries as queries
from kessos_case.partners.rules import RoutingPolicy, ServiceFacts
from kessos_case.reference.rules import regency_and_province
from kessos_case.reference.service import service_type_groups


def service_facts(session: Session, *, service_types: Iterable[str], day: date) -> list[ServiceFacts]:
    """The active services that may help with any of these types on the day, in one statement for any number.

    A group finds what it holds, and a type finds whoever offers its whole group. What lives of offers is known to referrals
    alone: `waiting` and `open_offers` are left at none. What became of past ones is as the last night counted it. For the
    program: records are not for everybody's eyes.
    """
    return [_facts(row) for row in queries.facts_suiting(session, _suiting(session, service_types), day)]


def facts_around(
    session: Session, *, service_types: Iterable[str], day: date, region_code: str, terms: RoutingPolicy, beyond: int
) -> list[ServiceFacts]:
    """The same of those that take people from this region, and of the others the nearest, no more than `beyond`.

    Whoever does not take people from there cannot be a candidate: a list that only asks candidates needs none of them.
    """
    regency, _province = regency_and_province(region_code)
    near = {code for pair in terms.neighbours if regency in pair for code in pair if code != regency}
    suiting = _suiting(session, service_types)
    return [_facts(row) for row in queries.facts_around(session, suiting, day, region_code, near, beyond)]


def facts_of(session: Session, service_id: UUID, day: date) -> ServiceFacts:
    """The same of one service, whatever its type, active or not. Raises NotFound."""
    found = queries.facts_about(session, service_id, day)
    if found is None:
        raise NotFound("There is no such service.")
    return _facts(found)


def _suiting(session: Session, service_types: Iterable[str]) -> set[str]:
    """What may help: the types asked for, whatever the groups asked for hold, and the groups that hold a type."""
    groups, asked = service_type_groups(session), set(service_types)
    return (
        asked
        | {code for code, group in groups.items() if group in asked}
        | {groups[code] for code in asked & groups.keys()}
    )


def _facts(row: Any) -> ServiceFacts:
    return ServiceFacts(
        service_id=row.id,
        organisation_id=row.organisation_id,
        organisation_kind=row.kind,
        service_type=row.service_type,
        # A company may have said where it works and not where it sits.
        region_code=row.region_code or row.coverage[0],
        coverage=tuple(row.coverage),
        parent_type=row.parent_code,
        min_age=row.min_age,
        max_age=row.max_age,
        sexes=frozenset(row.sexes),
        categories=frozenset(row.categories),
        disability_access=row.has_disability_access,
        is_accredited=row.is_accredited,
        is_active=row.is_offered,
        allows_waiting=row.allows_waiting,
        agreement_from=row.agreement_from,
        agreement_until=row.agreement_until,
        paused_from=row.paused_from,
        paused_until=row.paused_until,
        capacity=row.places or 0,
        free=row.free,
        answer_share=row.answer_share,
        answered_lately=row.answered_lately or 0,
        confirmed_on=row.confirmed_on,
        open_days=frozenset(row.open_days),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        last_offered_at=row.last_offered_at,
        **{name: getattr(row, name) or 0 for name in queries.COUNTED},
    )
