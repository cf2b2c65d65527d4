"""What the hard rules and the score look at, gathered for any number of services at once."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.partners import queries
from kessos_case.partners.rules import ServiceFacts


def service_facts(session: Session, *, service_types: Iterable[str], day: date) -> list[ServiceFacts]:
    """The active services that may help with any of these types on the day, in one statement for any number.

    A group finds what it holds, and a type finds whoever offers its whole group. Offers made and people in line are known
    to referrals alone: `waiting`, `offered`, `accepted`, `answer_share`, `ended` and `completed` are left at none.
    """
    return [_facts(row) for row in queries.facts_suiting(session, list(service_types), day)]


def facts_of(session: Session, service_id: UUID, day: date) -> ServiceFacts:
    """The same of one service, whatever its type, active or not. Raises NotFound."""
    found = queries.facts_about(session, service_id, day)
    if found is None:
        raise NotFound("There is no such service.")
    return _facts(found)


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
        last_offered_at=row.last_offered_at,
    )
