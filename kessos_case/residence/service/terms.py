"""How long people are meant to stay at a UPT: what its supervisor set, else what the policy begins with."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from kessos_case.access.models import Organisation
from kessos_case.access.service import record
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.core.policies import policy
from kessos_case.residence.models import HouseRule
from kessos_case.residence.rules import HousePolicy, HouseTerms, read_policy
from kessos_case.residence.service.scope import check_manages, check_reads


@dataclass(frozen=True)
class TermsCard:
    """The terms of one house. `version` 0 and `reason` as the policy says it where nobody has set them."""

    organisation_id: UUID
    version: int
    planned_days: int
    review_every_days: int
    reason: str

    @property
    def is_own(self) -> bool:
        """Has the UPT set them itself?"""
        return self.version > 0


@cache
def _policy() -> HousePolicy:
    return read_policy(policy("residence").content)


def terms_of(session: Session, organisation_id: UUID) -> HouseTerms:
    """The terms in force in this house."""
    rule = session.get(HouseRule, organisation_id)
    if rule is not None:
        return HouseTerms(rule.planned_days, rule.review_every_days)
    office = session.get(Organisation, organisation_id)
    return _policy().terms_of(office.code if office else "")


def read_terms(session: Session, organisation_id: UUID) -> TermsCard:
    """The terms as shown. Raises NotFound for the house of another UPT."""
    check_reads(session, organisation_id)
    rule, terms = session.get(HouseRule, organisation_id), terms_of(session, organisation_id)
    version = rule.version if rule else 0
    return TermsCard(organisation_id, version, terms.planned_days, terms.review_every_days, terms.reason)


def set_terms(session: Session, organisation_id: UUID, *, planned_days: int, review_every_days: int) -> TermsCard:
    """Set both, in days; stays that have begun keep their own planned end and their next review.

    Raises NotFound for another UPT's house, Forbidden for anyone but its supervisor.
    """
    check_manages(session, organisation_id)
    if session.get(Organisation, organisation_id) is None:
        raise NotFound("There is no such house.")
    rule = session.get(HouseRule, organisation_id, with_for_update=True) or HouseRule(organisation_id=organisation_id)
    rule.planned_days, rule.review_every_days = planned_days, review_every_days
    session.add(rule)
    session.flush()
    record(session, "change", "house_rule", organisation_id)
    return read_terms(session, organisation_id)
