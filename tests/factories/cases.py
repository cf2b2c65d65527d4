"""Makers of episodes of service, as caseworkers and supervisors would make them."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import User
from kessos_case.access.rules import Role
from kessos_case.cases import service
from kessos_case.cases.models import Case, CaseTransfer
from kessos_case.cases.rules import (
    AgreementForm,
    Ask,
    AssessmentFact,
    CaseFacts,
    GoalFact,
    PlanFact,
    PlanState,
    StepFact,
    Verb,
    transition_for,
)
from kessos_case.core import db
from tests.factories import AMBULU, Make, fresh_id

BONDOWOSO = "PSTW-BONDOWOSO"
MAGETAN = "PSTW-MAGETAN"
# The verbs that lead through each pathway.
WAYS = {
    "independence": ("start_assessment", "start_planning", "start_training", "start_placement", "start_aftercare"),
    "reunification": (
        "start_assessment", "start_planning", "start_rehabilitation", "start_reunification", "start_aftercare",
    ),
    "long_term_care": ("start_assessment", "start_planning", "start_care"),
}  # fmt: skip


def open_case(make: Make, by: User | None = None, client_id: UUID | None = None, **stated: Any) -> Case:
    """An episode of a homeless person at the UPT of this caseworker, or of a new one."""
    worker = by or make.caseworker()
    about = client_id or make.client(worker).id
    defaults = {"client_id": about, "organisation_id": worker.organisation_id, "category": "PPKS-13"}
    with make.acting(worker) as session:
        return service.open_case(session, **defaults | stated)


def supervisor(make: Make, organisation: str = BONDOWOSO) -> User:
    """Who leads a UPT."""
    return make.user("supervisor", organisation=organisation)


def facts_of(session: db.Session, case: Case, **known: Any) -> CaseFacts:
    """The facts of a case, with everything there that lies in other rooms or takes weeks to bring about."""
    goal = GoalFact(fresh_id(), "work", (StepFact(fresh_id(), case.organisation_id, date(2027, 1, 1)),))
    facts = service.case_facts(session, case)
    there = {
        "agreement": AgreementForm.SIGNED,
        "assessments": tuple(
            AssessmentFact(name, facts.today) for name in ("gse10", "household_skills", "social_functioning")
        ),
        "plan": facts.plan
        or PlanFact(
            fresh_id(), 1, fresh_id(), PlanState.APPROVED, approver_id=fresh_id(), client_agreed_on=facts.today,
            goals=(goal,),
        ),
        "conference_on": facts.today,
        "completed_courses": 1,
        "safe_home": True,
        "verified_outcome": True,
        "confirmed_review_id": fresh_id(),
        "confirmed_by": frozenset({fresh_id(), fresh_id()}),
    }  # fmt: skip
    return replace(facts, **there | known)


def move_case(
    make: Make, by: User, case: Case, verb: str, *, known: dict[str, Any] | None = None, happened_at: Any = None,
    **said: Any,
) -> Case:  # fmt: skip
    """Move a case; `known` states facts that are otherwise all there."""
    with make.acting(by) as session:
        found = service.own_case_for(session, case.id, lock=True, open_only=False)
        facts = facts_of(session, found, **known or {})
        if "goal_decisions" not in said and verb == Verb.CHANGE_PATHWAY:
            facts = replace(facts, plan=None)
        return service.move(session, found, verb, facts, Ask(**said), happened_at=happened_at)


def lead_to(make: Make, case: Case, stage: str, worker: User, leader: User) -> Case:
    """Bring a case by all moves before it to this stage of its pathway."""
    for verb in WAYS[case.pathway]:
        if case.stage == stage:
            break
        by = worker if Role.CASEWORKER in transition_for(verb).who else leader
        case = move_case(make, by, case, verb)
    assert case.stage == stage
    return case


def offer_transfer(make: Make, by: User, case: Case, to: str = MAGETAN, *, note: str | None = None) -> CaseTransfer:
    """An episode offered to another UPT, because the family lives there."""
    ask = Ask(reason="nearer_family", note=note, organisation_id=make.organisation(to).id)
    with make.acting(by) as session:
        found = service.own_case_for(session, case.id, lock=True)
        service.move(session, found, Verb.TRANSFER, service.case_facts(session, found), ask)
        offers = session.scalars(sa.select(CaseTransfer).where(CaseTransfer.case_id == case.id))
        return next(offer for offer in offers if offer.answered_at is None)


def agree_to_service(make: Make, by: User, case: Case, **stated: Any) -> service.ShownAgreement:
    """The person's signature under the service."""
    with make.acting(by) as session:
        return service.record_agreement(session, case.id, **{"form": "signed", "given_on": date(2026, 1, 5)} | stated)


def assess_home(make: Make, by: User, case: Case, **stated: Any) -> service.ShownReunification:
    """A family that was found safe."""
    defaults = {
        "kind": "family", "home": "Keluarga Pak Uji, RT 2", "region_code": AMBULU, "assessed_on": date(2026, 1, 5),
        "is_safe": True,
    }  # fmt: skip
    with make.acting(by) as session:
        return service.assess_home(session, case.id, **defaults | stated)


def visit(make: Make, by: User, client_id: UUID, **stated: Any) -> service.ShownVisit:
    """A visit at which the person was met."""
    defaults = {"kind": "visit", "on": date(2026, 1, 6), "was_met": True}
    said = defaults | ({"outcome": "well"} if stated.get("was_met", True) else {}) | stated
    with make.acting(by) as session:
        return service.record_visit(session, client_id, **said)
