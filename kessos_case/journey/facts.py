"""The case as a whole, as plain values: what cases knows of itself, and what stands in every other room."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kessos_case.cases import service as cases
from kessos_case.cases.models import Case
from kessos_case.cases.rules import CaseFacts, OpenItem
from kessos_case.core.db import Session
from kessos_case.employment import service as employment
from kessos_case.employment.models import Placement
from kessos_case.employment.rules import PlacementState
from kessos_case.graduation import service as graduation
from kessos_case.referrals import service as referrals
from kessos_case.referrals.models import Referral
from kessos_case.residence import service as residence
from kessos_case.training import service as training


@dataclass(frozen=True)
class Elsewhere:
    """What other rooms know of the person of a case; `gate` is of the case itself. Referrals are the open ones."""

    courses: Sequence[training.CourseTaken]
    placements: Sequence[Placement]
    referrals: Sequence[Referral]
    gate: graduation.CaseGate
    house: residence.InHouse


def facts_of(session: Session, case: Case) -> CaseFacts:
    """Everything that the guards of this case look at, for the caller and today."""
    return facts_with(case, cases.case_facts(session, case), elsewhere(session, case))


def elsewhere(session: Session, case: Case, house: residence.InHouse | None = None) -> Elsewhere:
    """What stands in the other rooms, a statement each; the house may be known already."""
    return Elsewhere(
        courses=training.courses_of(session, case.client_id),
        placements=employment.placements_of(session, case.client_id),
        referrals=referrals.open_referrals(session, case.client_id),
        gate=graduation.gate_of(session, case.id),
        house=house or residence.in_house(session, case.id),
    )


def facts_with(case: Case, facts: CaseFacts, other: Elsewhere) -> CaseFacts:
    """The facts of a case with those of the other rooms."""
    return replace(
        facts,
        completed_courses=sum(course.is_passed for course in other.courses),
        verified_outcome=facts.verified_outcome or any(is_verified(work) for work in other.placements),
        confirmed_review_id=other.gate.confirmed.id if other.gate.confirmed else None,
        confirmed_by=other.gate.confirmed_by,
        open_items=tuple(dict.fromkeys((*facts.open_items, *_open_items(case, other)))),
    )


def is_verified(placement: Placement) -> bool:
    """Is this verified work that goes on, whichever of the person's cases it was found in?"""
    return placement.state == PlacementState.ACTIVE and placement.verified_on is not None


def _open_items(case: Case, other: Elsewhere) -> list[OpenItem]:
    """What hangs on the case in other rooms and must be settled before it closes.

    Referrals that other offices sent about the person are theirs to settle.
    """
    own = [referral for referral in other.referrals if referral.sender_organisation_id == case.organisation_id]
    courses = [course for course in reversed(other.courses) if course.is_open and course.case_id == case.id]
    return [
        *(OpenItem("referral", referral.id) for referral in own),
        *(OpenItem("enrolment", course.id) for course in courses),
        *([OpenItem("stay", other.house.stay_id)] if other.house.stay_id else []),
    ]
