"""What two versions of a plan have in common and where they differ, for whoever decides about the newer one.

Goals are compared by where they come from, then by their words; steps within a goal by kind and words.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from kessos_case.cases.rules.steps import continued


class ChangeKind(StrEnum):
    """What became of a goal, of a step, of how aid steps down."""

    GOAL_ADDED = "goal_added"
    GOAL_LEFT_OUT = "goal_left_out"
    GOAL_CHANGED = "goal_changed"
    STEP_ADDED = "step_added"
    STEP_LEFT_OUT = "step_left_out"
    STEP_CHANGED = "step_changed"
    TAPER_ADDED = "taper_added"
    TAPER_LEFT_OUT = "taper_left_out"
    TAPER_CHANGED = "taper_changed"


@dataclass(frozen=True)
class SaidStep:
    """A step as a version has it; `cost` in rupiah."""

    kind: str
    text: str
    responsible_organisation_id: UUID | None = None
    due_on: date | None = None
    cost: int | None = None
    cost_source: str | None = None
    programme_code: str | None = None


@dataclass(frozen=True)
class SaidGoal:
    """A goal as a version has it. `origin` is the first goal of the case whose place it takes, itself where it takes none."""

    origin: Hashable
    domain: str
    text: str
    steps: tuple[SaidStep, ...] = ()


@dataclass(frozen=True)
class SaidTaper:
    """How a programme steps down: reductions of (month, rupiah a month), and why nothing empowers before it."""

    programme_code: str
    reductions: tuple[tuple[int, int], ...]
    reason: str | None = None


@dataclass(frozen=True)
class SaidPlan:
    """All that a version says."""

    goals: tuple[SaidGoal, ...] = ()
    tapers: tuple[SaidTaper, ...] = ()


@dataclass(frozen=True)
class Difference:
    """A field and its two values."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class PlanChange:
    """One difference between two versions. `goal` and `step` are their words in the newer version, else in the older one."""

    kind: ChangeKind
    domain: str | None = None
    goal: str | None = None
    step: str | None = None
    programme_code: str | None = None
    differences: tuple[Difference, ...] = ()


Said = TypeVar("Said", SaidGoal, SaidStep)

_OF_STEP = ("text", "responsible_organisation_id", "due_on", "cost", "cost_source", "programme_code")


def plan_changes(before: SaidPlan, after: SaidPlan) -> list[PlanChange]:
    """Everything in which the newer version differs, in its order; what it leaves out stands last. Empty when they agree."""
    pairs = _goal_pairs(before.goals, after.goals)
    changes = []
    for place, goal in enumerate(after.goals):
        former = before.goals[pairs[place]] if place in pairs else None
        changes += _goal_changes(former, goal) if former else [_of_goal(ChangeKind.GOAL_ADDED, goal), *_all_new(goal)]
    kept = set(pairs.values())
    changes += [
        _of_goal(ChangeKind.GOAL_LEFT_OUT, goal) for place, goal in enumerate(before.goals) if place not in kept
    ]
    return changes + _taper_changes(before.tapers, after.tapers)


def _goal_pairs(before: Sequence[SaidGoal], after: Sequence[SaidGoal]) -> dict[int, int]:
    """Place of each goal that goes on to the place of the former one: by origin, else by words, else the only of its domain."""
    pairs: dict[int, int] = {}
    for mark in (lambda goal: goal.origin, lambda goal: (goal.domain, goal.text)):
        _pair(pairs, [mark(goal) for goal in before], [mark(goal) for goal in after])
    _pair_the_only(pairs, [goal.domain for goal in before], [goal.domain for goal in after])
    return pairs


def _pair(pairs: dict[int, int], before: Sequence[Hashable], after: Sequence[Hashable]) -> None:
    left = [place for place in range(len(before)) if place not in pairs.values()]
    new = [place for place in range(len(after)) if place not in pairs]
    found = continued([before[place] for place in left], [after[place] for place in new])
    pairs |= {new[place]: left[former] for place, former in found.items()}


def _pair_the_only(pairs: dict[int, int], before: Sequence[str], after: Sequence[str]) -> None:
    """Where one thing of a sort is left on either side it is the same in other words."""
    left = [place for place in range(len(before)) if place not in pairs.values()]
    new = [place for place in range(len(after)) if place not in pairs]
    for place in new:
        same = [former for former in left if before[former] == after[place]]
        if len(same) == 1 and [after[other] for other in new].count(after[place]) == 1:
            pairs[place] = same[0]


def _goal_changes(former: SaidGoal, goal: SaidGoal) -> list[PlanChange]:
    found = _differences(former, goal, ("domain", "text"))
    changes = [_of_goal(ChangeKind.GOAL_CHANGED, goal, found)] if found else []
    pairs: dict[int, int] = {}
    _pair(pairs, [_words(step) for step in former.steps], [_words(step) for step in goal.steps])
    _pair_the_only(pairs, [step.kind for step in former.steps], [step.kind for step in goal.steps])
    for place, step in enumerate(goal.steps):
        if place not in pairs:
            changes.append(_of_step(ChangeKind.STEP_ADDED, goal, step))
        elif found := _differences(former.steps[pairs[place]], step, _OF_STEP):
            changes.append(_of_step(ChangeKind.STEP_CHANGED, goal, step, found))
    kept = set(pairs.values())
    left = [step for place, step in enumerate(former.steps) if place not in kept]
    return changes + [_of_step(ChangeKind.STEP_LEFT_OUT, goal, step) for step in left]


def _words(step: SaidStep) -> Hashable:
    return (step.kind, step.text)


def _all_new(goal: SaidGoal) -> list[PlanChange]:
    return [_of_step(ChangeKind.STEP_ADDED, goal, step) for step in goal.steps]


def _taper_changes(before: Sequence[SaidTaper], after: Sequence[SaidTaper]) -> list[PlanChange]:
    former = {taper.programme_code: taper for taper in before}
    new = {taper.programme_code: taper for taper in after}
    changes = []
    for code in [*new, *(code for code in former if code not in new)]:
        empty = SaidTaper(code, ())
        found = _differences(former.get(code, empty), new.get(code, empty), ("reductions", "reason"))
        kind = ChangeKind.TAPER_CHANGED
        if code not in former:
            kind = ChangeKind.TAPER_ADDED
        elif code not in new:
            kind = ChangeKind.TAPER_LEFT_OUT
        if found:
            changes.append(PlanChange(kind, programme_code=code, differences=found))
    return changes


def _differences(before: Any, after: Any, names: Iterable[str]) -> tuple[Difference, ...]:
    sides = ((name, getattr(before, name), getattr(after, name)) for name in names)
    return tuple(Difference(*side) for side in sides if side[1] != side[2])


def _of_goal(kind: ChangeKind, goal: SaidGoal, found: tuple[Difference, ...] = ()) -> PlanChange:
    return PlanChange(kind, goal.domain, goal.text, differences=found)


def _of_step(kind: ChangeKind, goal: SaidGoal, step: SaidStep, found: tuple[Difference, ...] = ()) -> PlanChange:
    stated = found if kind == ChangeKind.STEP_CHANGED else _differences(SaidStep(step.kind, step.text), step, _OF_STEP)
    return PlanChange(
        kind, goal.domain, goal.text, step.text, differences=stated if kind != ChangeKind.STEP_LEFT_OUT else ()
    )
