"""The facts of a case that some needs of the machine ask for, and no others: for pages that show more than a case."""

from collections.abc import Collection
from dataclasses import replace

from kessos_case.cases import file_queries, queries
from kessos_case.cases.models import Case
from kessos_case.cases.rules import AgreementForm, CaseFacts, LawfulGround, Pathway, Stage
from kessos_case.cases.service.assessments import assessment_facts
from kessos_case.cases.service.offices import roles_at
from kessos_case.cases.service.plans import fact_of
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session

_ASSESSED = frozenset({"assessed", "assessed_lately", "whole_plan"})
_PLANNED = frozenset({"approved_plan", "whole_plan", "another_approver", "conference", "client_agreement"})


def facts_toward(session: Session, case: Case, needs: Collection[str]) -> CaseFacts:
    """The case today for this actor with what these needs look at; a statement for each kind of thing.

    Facts of other rooms are for the journey to add. What no need asks for is left out and counts as not there.
    """
    wanted, facts = frozenset(needs), _own(session, case)
    if "agreement" in wanted:
        facts = _agreed(session, case, facts)
    if wanted & _ASSESSED:
        facts = replace(facts, assessments=assessment_facts(session, case.id))
    if wanted & _PLANNED:
        plan, goals, conference_on = file_queries.whole_plan(session, case.id)
        facts = replace(facts, plan=fact_of(plan, goals) if plan else None, conference_on=conference_on)
    if wanted & {"safe_home", "verified_outcome"}:
        homes = [home for home in queries.reunifications(session, case.id) if home.ended_on is None]
        facts = replace(
            facts,
            safe_home=any(home.is_safe for home in homes),
            verified_outcome=any(home.starts_on and home.verified_on for home in homes),
        )
    return facts


def _own(session: Session, case: Case) -> CaseFacts:
    return CaseFacts(
        today=office_day(session.now),
        stage=Stage(case.stage),
        pathway=Pathway(case.pathway),
        actor_roles=roles_at(session, case.organisation_id),
        client_id=case.client_id,
        category=case.category_code,
        organisation_id=case.organisation_id,
        caseworker_id=case.caseworker_id,
        is_paused=case.paused_from is not None,
    )


def _agreed(session: Session, case: Case, facts: CaseFacts) -> CaseFacts:
    agreed = next(iter(queries.agreements(session, case.id)), None)
    if agreed is None:
        return facts
    return replace(
        facts,
        agreement=AgreementForm(agreed.form) if agreed.form else None,
        lawful_ground=LawfulGround(agreed.lawful_ground) if agreed.lawful_ground else None,
        has_ground_reason=bool(agreed.reason_sealed),
    )
