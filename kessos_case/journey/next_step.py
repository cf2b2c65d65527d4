"""What leads a case on and what is missing for it, with only the facts that this one move looks at."""

from dataclasses import replace

from kessos_case.cases import service as cases
from kessos_case.cases.models import Case
from kessos_case.cases.rules import CaseFacts
from kessos_case.core.db import Session
from kessos_case.employment import service as employment
from kessos_case.graduation import service as graduation
from kessos_case.journey.ahead import Ahead, ahead
from kessos_case.journey.facts import is_verified
from kessos_case.training import service as training


def step_ahead(session: Session, case: Case) -> Ahead | None:
    """The move that leads on from here as `ahead` says it, in at most three statements; None when the case has ended."""
    bare = ahead(cases.facts_toward(session, case, ()), cases.pathways())
    if bare is None:
        return None
    facts = _elsewhere(session, case, cases.facts_toward(session, case, bare.line.needs), bare.line.needs)
    return ahead(facts, cases.pathways())


def _elsewhere(session: Session, case: Case, facts: CaseFacts, needs: tuple[str, ...]) -> CaseFacts:
    if "course" in needs:
        passed = sum(course.is_passed for course in training.courses_of(session, case.client_id))
        facts = replace(facts, completed_courses=passed)
    if "verified_outcome" in needs and not facts.verified_outcome:
        works = any(is_verified(work) for work in employment.placements_of(session, case.client_id))
        facts = replace(facts, verified_outcome=works)
    if "verdict" in needs:
        gate = graduation.gate_of(session, case.id)
        confirmed = gate.confirmed.id if gate.confirmed else None
        facts = replace(facts, confirmed_review_id=confirmed, confirmed_by=gate.confirmed_by)
    return facts
