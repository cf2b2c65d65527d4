"""The smaller machines of a case: plan version, goal, step, assessment; and when a plan is whole.

Source: spec journey.md "Smaller machines" and the row of start_training.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.cases.rules.machine import Missing


class PlanState(StrEnum):
    """Where a version of a plan stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    RETURNED = "returned"
    SUPERSEDED = "superseded"


class PlanVerb(StrEnum):
    """What can be done to a version of a plan."""

    PROPOSE = "propose"
    APPROVE = "approve"
    RETURN = "return"
    SUPERSEDE = "supersede"


class GoalState(StrEnum):
    """Where a goal stands."""

    OPEN = "open"
    MET = "met"
    DROPPED = "dropped"


class StepState(StrEnum):
    """Where a step of a goal stands."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DROPPED = "dropped"


class StepKind(StrEnum):
    """What a step is, and so what closes it: the referral, course, placement or task that it is linked to."""

    REFERRAL = "referral"
    COURSE = "course"
    PLACEMENT = "placement"
    AID = "aid"
    MENTOR = "mentor"
    VISIT = "visit"
    TASK = "task"
    OTHER = "other"


class CostSource(StrEnum):
    """Whose money pays for a step: the budgets of province, regency or nation, alms, a company, the village, his own."""

    PROVINCE = "apbd_province"
    REGENCY = "apbd_regency"
    NATION = "apbn"
    VILLAGE = "village_fund"
    ALMS = "baznas"
    COMPANY = "csr"
    PARTNER = "partner"
    OWN = "own"


class SignatureForm(StrEnum):
    """How the person put a signature under the plan."""

    DRAWN = "drawn"
    PHOTO = "photo"


class Signer(StrEnum):
    """Who signed: the person, or whoever speaks for a child or under guardianship."""

    CLIENT = "client"
    GUARDIAN = "guardian"


class AssessmentState(StrEnum):
    """Where an assessment stands: a draft is saved as it is filled in, a completed one never changes."""

    DRAFT = "draft"
    COMPLETED = "completed"
    SUPERSEDED = "superseded"


# What each may become next. A step goes back to open when the referral behind it came to nothing.
GOAL_MOVES: dict[GoalState, frozenset[GoalState]] = {
    GoalState.OPEN: frozenset({GoalState.MET, GoalState.DROPPED}),
    GoalState.MET: frozenset(),
    GoalState.DROPPED: frozenset(),
}
STEP_MOVES: dict[StepState, frozenset[StepState]] = {
    StepState.OPEN: frozenset({StepState.IN_PROGRESS, StepState.DONE, StepState.DROPPED}),
    StepState.IN_PROGRESS: frozenset({StepState.OPEN, StepState.DONE, StepState.DROPPED}),
    StepState.DONE: frozenset(),
    StepState.DROPPED: frozenset(),
}
ASSESSMENT_MOVES: dict[AssessmentState, frozenset[AssessmentState]] = {
    AssessmentState.DRAFT: frozenset({AssessmentState.COMPLETED}),
    AssessmentState.COMPLETED: frozenset({AssessmentState.SUPERSEDED}),
    AssessmentState.SUPERSEDED: frozenset(),
}


@dataclass(frozen=True)
class StepFact:
    """A step: who answers for it and until when."""

    id: UUID
    organisation_id: UUID | None = None
    due_on: date | None = None
    state: StepState = StepState.OPEN


@dataclass(frozen=True)
class GoalFact:
    """A goal in one domain, with its steps."""

    id: UUID
    domain: str
    steps: tuple[StepFact, ...] = ()
    state: GoalState = GoalState.OPEN


@dataclass(frozen=True)
class PlanFact:
    """One version of a plan. `client_agreed_on` is the day of the person's own agreement, or of the guardian's."""

    id: UUID
    number: int
    author_id: UUID | None
    state: PlanState = PlanState.DRAFT
    approver_id: UUID | None = None
    client_agreed_on: date | None = None
    goals: tuple[GoalFact, ...] = ()


@dataclass(frozen=True)
class PlanTransition:
    """One line of the machine of a plan version. `by` is who may: the author, another supervisor, or the program."""

    verb: PlanVerb
    sources: frozenset[PlanState]
    target: PlanState
    by: str
    whole: bool = False
    comment: bool = False


# verb, from, to, by
PLAN_TRANSITIONS: tuple[PlanTransition, ...] = (
    PlanTransition(PlanVerb.PROPOSE, frozenset({PlanState.DRAFT}), PlanState.PROPOSED, "author", whole=True),
    PlanTransition(
        PlanVerb.APPROVE, frozenset({PlanState.PROPOSED}), PlanState.APPROVED, "another supervisor", whole=True
    ),
    PlanTransition(
        PlanVerb.RETURN, frozenset({PlanState.PROPOSED}), PlanState.RETURNED, "another supervisor", comment=True
    ),
    # Nobody asks for it: a newer version was approved, or the pathway changed.
    PlanTransition(PlanVerb.SUPERSEDE, frozenset(PlanState) - {PlanState.SUPERSEDED}, PlanState.SUPERSEDED, "program"),
)


def plan_transition_for(verb: str) -> PlanTransition:
    """The line of the plan's machine for this verb. Raises KeyError when there is none."""
    return {line.verb.value: line for line in PLAN_TRANSITIONS}[verb]


def missing_for_plan(
    line: PlanTransition,
    plan: PlanFact,
    flagged_domains: Iterable[str],
    *,
    actor_id: UUID,
    actor_roles: frozenset[str],
    comment: str | None = None,
) -> list[Missing]:
    """Everything that stands between this caller and this move of a plan version; empty when it may be made."""
    missing = []
    if plan.state not in line.sources:
        states = " or ".join(sorted(line.sources))
        missing.append(Missing("wrong_state", f"The plan is {plan.state}; this needs {states}."))
    missing += _wrong_actor(line, plan, actor_id, actor_roles)
    if line.comment and not (comment or "").strip():
        missing.append(Missing("comment_missing", "Say in `comment` what is to be changed.", "comment"))
    if line.whole:
        missing += missing_to_propose(plan.goals, flagged_domains)
    return missing


def missing_to_propose(goals: Iterable[GoalFact], flagged_domains: Iterable[str]) -> list[Missing]:
    """What a plan lacks to be whole.

    A goal for every domain that the assessments flagged, a step for every open goal, and for every step that is still
    to be done a responsible organisation and a due date. A dropped goal covers nothing.
    """
    kept = [goal for goal in goals if goal.state != GoalState.DROPPED]
    missing = [] if kept else [Missing("goal_missing", "The plan has no goal.")]
    for domain in sorted(set(flagged_domains) - {goal.domain for goal in kept}):
        missing.append(Missing("domain_without_goal", f"Domain {domain} has no goal.", kind="domain", id=domain))
    for goal in kept:
        if goal.state == GoalState.OPEN:
            missing += _unfinished(goal)
    return missing


def missing_to_approve(
    goals: Iterable[GoalFact], flagged_domains: Iterable[str], *, author_id: UUID | None, approver_id: UUID | None
) -> list[Missing]:
    """What a plan lacks to be approved by this person: to be whole, and to be another's work."""
    missing = missing_to_propose(goals, flagged_domains)
    if not is_by_another(author_id, approver_id):
        missing.insert(0, Missing("approver_is_author", "Another person than the author approves the plan."))
    return missing


def is_by_another(author_id: UUID | None, approver_id: UUID | None) -> bool:
    """Are both known, and two people? Of an unknown author nobody can be told apart."""
    return author_id is not None and approver_id is not None and author_id != approver_id


def _wrong_actor(line: PlanTransition, plan: PlanFact, actor_id: UUID, actor_roles: frozenset[str]) -> list[Missing]:
    if line.by == "another supervisor":
        missing = []
        if Role.SUPERVISOR not in actor_roles:
            missing.append(Missing("wrong_actor", f"Only a supervisor may {line.verb} a plan."))
        if not is_by_another(plan.author_id, actor_id):
            missing.append(Missing("approver_is_author", f"The author may not {line.verb} the own plan."))
        return missing
    if line.by == "author" and plan.author_id == actor_id:
        return []
    return [Missing("wrong_actor", f"Only the {line.by} may {line.verb} a plan.")]


def _unfinished(goal: GoalFact) -> list[Missing]:
    steps = [step for step in goal.steps if step.state != StepState.DROPPED]
    if not steps:
        detail = f"Goal {goal.id} in {goal.domain} has no step."
        return [Missing("goal_without_step", detail, kind="goal", id=str(goal.id))]
    missing = []
    for step in steps:
        if step.state == StepState.DONE:
            continue
        lacks = [
            word
            for word, value in (("responsible organisation", step.organisation_id), ("due date", step.due_on))
            if value is None
        ]
        missing += [
            Missing("step_incomplete", f"Step {step.id} has no {word}.", kind="step", id=str(step.id)) for word in lacks
        ]
    return missing
