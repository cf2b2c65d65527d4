"""The case as a whole, as plain values: what cases knows of itself, and what stands in every other room."""

from dataclasses import replace

from kessos_case.cases import service as cases
from kessos_case.cases.models import Case
from kessos_case.cases.rules import CaseFacts, OpenItem
from kessos_case.core.db import Session
from kessos_case.employment import service as employment
from kessos_case.employment.rules import PlacementState
from kessos_case.graduation import service as graduation
from kessos_case.referrals import service as referrals
from kessos_case.training import service as training


def facts_of(session: Session, case: Case) -> CaseFacts:
    """Everything that the guards of this case look at, for the caller and today."""
    facts = cases.case_facts(session, case)
    review = graduation.confirmed_review(session, case.id)
    return replace(
        facts,
        completed_courses=len(training.completed_courses(session, case.client_id)),
        verified_outcome=facts.verified_outcome or _works(session, case),
        confirmed_review_id=review.id if review else None,
        confirmed_by=graduation.confirmed_by(session, review.id) if review else frozenset(),
        open_items=tuple(dict.fromkeys((*facts.open_items, *_elsewhere(session, case)))),
    )


def _works(session: Session, case: Case) -> bool:
    """Has the person verified work that goes on, whichever of his cases it was found in?"""
    return any(
        placement.state == PlacementState.ACTIVE and placement.verified_on is not None
        for placement in employment.placements_of(session, case.client_id)
    )


def _elsewhere(session: Session, case: Case) -> list[OpenItem]:
    """What hangs on the case in other rooms and must be settled before it closes.

    Referrals that other offices sent about the person are theirs to settle.
    """
    own = [
        referral
        for referral in referrals.open_referrals(session, case.client_id)
        if referral.sender_organisation_id == case.organisation_id
    ]
    return [
        *(OpenItem("referral", referral.id) for referral in own),
        *(OpenItem("enrolment", enrolment.id) for enrolment in training.open_enrolments(session, case.id)),
    ]
