"""What the guards of a case look at, as plain values: the facts on record, and what a request says.

The journey collects them; nothing here reads a database or a clock. What is not said counts as not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from kessos_case.cases.rules.pathways import Pathway, Stage
from kessos_case.cases.rules.plans import GoalState, PlanFact


class AgreementForm(StrEnum):
    """How the person, or for the person the guardian, agreed to the service."""

    SIGNED = "signed"
    ORAL_WITNESSED = "oral_witnessed"
    GUARDIAN = "guardian"


class LawfulGround(StrEnum):
    """Why service may begin without an agreement; each needs a reason in words."""

    GUARDIAN_ABSENT = "guardian_absent"
    EMERGENCY = "emergency"
    COURT_ORDER = "court_order"


class GoalDecision(StrEnum):
    """What becomes of an open goal when the pathway changes."""

    CARRY = "carry"
    CLOSE = "close"


@dataclass(frozen=True)
class AssessmentFact:
    """A completed assessment that no other has superseded."""

    instrument: str
    completed_on: date
    flagged_domains: frozenset[str] = frozenset()


@dataclass(frozen=True)
class OpenItem:
    """A referral, enrolment, task, placement or transfer offer that hangs on the case and is not finished."""

    kind: str
    id: UUID


@dataclass(frozen=True)
class CaseFacts:
    """A case on a day, for one caller.

    `stage` is None before there is a case; `previous_stage` is the last open one of an ended case. `plan` is the version
    in force: the approved one, else the newest; `conference_on` is the day of a conference about that version.
    `open_case_id` is another open case of the same person at the same UPT. Assessments stand in the order in which they
    were completed; those of a case that was taken over from another UPT count here too.
    """

    today: date
    stage: Stage | None = None
    pathway: Pathway | None = None
    actor_roles: frozenset[str] = frozenset()
    # The person and the place.
    client_id: UUID | None = None
    category: str | None = None
    organisation_id: UUID | None = None
    died_on: date | None = None
    open_case_id: UUID | None = None
    accepted_referral_id: UUID | None = None
    # What was agreed, found and planned.
    caseworker_id: UUID | None = None
    agreement: AgreementForm | None = None
    lawful_ground: LawfulGround | None = None
    has_ground_reason: bool = False
    assessments: tuple[AssessmentFact, ...] = ()
    plan: PlanFact | None = None
    conference_on: date | None = None
    # What came of it.
    completed_courses: int = 0
    course_waiver: bool = False
    safe_home: bool = False
    verified_outcome: bool = False
    confirmed_review_id: UUID | None = None
    confirmed_by: frozenset[UUID] = frozenset()
    # Rest, hand-over and end.
    is_paused: bool = False
    transfer_open: bool = False
    open_items: tuple[OpenItem, ...] = ()
    contact_attempts: int = 0
    contact_attempt_days: int = 0
    previous_stage: Stage | None = None
    closed_on: date | None = None
    close_reason: str | None = None

    def latest_assessments(self) -> dict[str, AssessmentFact]:
        """The latest assessment by each instrument; of two on one day the later one in the order of completion.

        One that is dated after today does not count yet.
        """
        latest: dict[str, AssessmentFact] = {}
        for assessment in self.assessments:
            before = latest.get(assessment.instrument)
            if assessment.completed_on <= self.today and (
                before is None or assessment.completed_on >= before.completed_on
            ):
                latest[assessment.instrument] = assessment
        return latest

    def flagged_domains(self) -> frozenset[str]:
        """Every domain that the latest assessments flag: each of them wants a goal."""
        return frozenset(
            domain for assessment in self.latest_assessments().values() for domain in assessment.flagged_domains
        )

    def open_goal_ids(self) -> tuple[UUID, ...]:
        """The goals of the plan that are neither met nor dropped."""
        goals = self.plan.goals if self.plan else ()
        return tuple(goal.id for goal in goals if goal.state == GoalState.OPEN)


@dataclass(frozen=True)
class Ask:
    """What a request says beside its verb.

    `settled` names the open items that it settles, as (kind, id); `goal_decisions` says of each open goal whether it is
    carried or closed; `waiver` is why no completed course is needed. For `open`, `reason` is why another pathway than
    the proposed one is right.
    """

    reason: str | None = None
    note: str | None = None
    until: date | None = None
    stage: Stage | None = None
    pathway: Pathway | None = None
    organisation_id: UUID | None = None
    settled: frozenset[tuple[str, UUID]] = frozenset()
    goal_decisions: Mapping[UUID, str] = field(default_factory=dict)
    waiver: str | None = None
