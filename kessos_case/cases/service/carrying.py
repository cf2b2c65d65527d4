"""What a version of a plan takes over from the one before it, and what it leaves behind. Nothing ends silently.

A goal says whose place it takes (`carried_from`). In the same words it stands where the former one stood; in other words
it begins anew. Within it a step of the same kind and words goes on: its state and its link come along, and what is done
keeps its day, its cost and whose money it was. What was dropped and is named again begins anew. What the new version leaves
out is shown to whoever decides, and ends with his approval; only a step that is running may not be left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kessos_case.cases.casework import PlanGoal, PlanStep
from kessos_case.cases.rules import GoalState, Missing, StepState
from kessos_case.cases.rules.steps import DropReason, continued
from kessos_case.cases.service.plans import goal_text, step_text
from kessos_case.core.keys import DataKey

_GOAL_STANDING = ("state", "closed_at", "closed_by")
# Of what is done: as it was agreed when it was done.
_STEP_DONE = ("responsible_organisation_id", "due_on", "cost", "cost_source", "programme_code")
_STEP_STANDING = ("state", "reason", "link_kind", "link_id", "link_state", "started_at", "closed_at")


@dataclass(frozen=True)
class Carrying:
    """The goals and steps of a new version beside those of the former: which go on, which end."""

    goals: list[tuple[PlanGoal, PlanGoal]]
    steps: list[tuple[PlanStep, PlanStep]]
    left_goals: list[PlanGoal]
    left_steps: list[PlanStep]

    def missing(self) -> list[Missing]:
        """What forbids the new version: a running step that it leaves out."""
        return [
            Missing(
                "step_left_out", f"Step {step.id} is running; a goal must carry it on.", kind="step", id=str(step.id)
            )
            for step in self.left_steps
            if step.link_id is not None
        ]

    def take_over(self) -> None:
        """Let what goes on stand where it stood."""
        for former_goal, goal in self.goals:
            for name in _GOAL_STANDING:
                setattr(goal, name, getattr(former_goal, name))
        for former_step, step in self.steps:
            for name in _STEP_STANDING:
                setattr(step, name, getattr(former_step, name))

    def keep_what_is_done(self) -> None:
        """Let what was done stay as it was; only in a draft, for a proposed version is final."""
        for former_step, step in self.steps:
            if former_step.state == StepState.DONE:
                for name in _STEP_DONE:
                    setattr(step, name, getattr(former_step, name))

    def end_the_rest(self, now: datetime, by: UUID | None) -> None:
        """Drop what is left out. Whoever approves the new version accepts that."""
        for goal in self.left_goals:
            drop_goal(goal, DropReason.REPLACED, now, by)
            goal.drop_accepted_by = by
        for step in self.left_steps:
            drop_step(step, DropReason.REPLACED, now)


def carrying(former: Sequence[PlanGoal], new: Sequence[PlanGoal], key: DataKey) -> Carrying:
    """Compare a new version with the former one, by their words."""
    origins = {goal.id: goal for goal in former}
    taken = [(origins[goal.carried_from], goal) for goal in new if goal.carried_from in origins]
    going_on = [(before, goal) for before, goal in taken if _same_goal(before, goal, key)]
    steps = [pair for before, goal in taken for pair in _steps(before, goal, key)]
    named, matched = {before.id for before, _ in taken}, {before.id for before, _ in steps}
    open_steps = [step for goal in former for step in goal.steps if is_open(step)]
    return Carrying(
        goals=going_on,
        steps=[(before, step) for before, step in steps if before.state != StepState.DROPPED],
        left_goals=[goal for goal in former if goal.state == GoalState.OPEN and goal.id not in named],
        left_steps=[step for step in open_steps if step.id not in matched],
    )


def is_open(step: PlanStep) -> bool:
    """Is the step still to be done?"""
    return step.state in (StepState.OPEN, StepState.IN_PROGRESS)


def drop_goal(goal: PlanGoal, reason: str, now: datetime, by: UUID | None) -> None:
    """End a goal that was not reached."""
    goal.state, goal.drop_reason = GoalState.DROPPED, reason
    goal.closed_at, goal.closed_by = now, by


def drop_step(step: PlanStep, reason: str, now: datetime) -> None:
    """End a step that was not done."""
    step.state, step.reason, step.closed_at = StepState.DROPPED, reason, now


def _same_goal(before: PlanGoal, goal: PlanGoal, key: DataKey) -> bool:
    if before.state == GoalState.DROPPED or before.domain != goal.domain:
        return False
    return goal_text(before, key) == goal_text(goal, key)


def _steps(before: PlanGoal, goal: PlanGoal, key: DataKey) -> list[tuple[PlanStep, PlanStep]]:
    former, new = ([(step.kind, step_text(step, key)) for step in side.steps] for side in (before, goal))
    return [(before.steps[old], goal.steps[place]) for place, old in continued(former, new).items()]
