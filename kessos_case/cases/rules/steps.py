"""What starts and closes a goal or a step of a plan, and which steps one version of a plan takes over from another.

Source: spec journey.md, "Smaller machines" (plan step); graduation.md, criterion `plan`.
"""

from collections.abc import Hashable, Iterable, Sequence
from enum import StrEnum
from uuid import UUID

from kessos_case.cases.rules.machine import Missing
from kessos_case.cases.rules.plans import GOAL_MOVES, STEP_MOVES, GoalState, StepKind, StepState


class DropReason(StrEnum):
    """Why a goal or a step is dropped. A code, because graduation shows it to the supervisor who must accept it."""

    OWN_WISH = "own_wish"
    HEALTH = "health"
    NOT_NEEDED = "not_needed"
    NOT_POSSIBLE = "not_possible"
    NO_SERVICE = "no_service"
    OTHER_WAY = "other_way"
    # Written by the program: a newer version leaves it out, or the goal above it is closed.
    REPLACED = "replaced"
    GOAL_CLOSED = "goal_closed"


# What people may give as the reason.
ASKED_REASONS = frozenset(DropReason) - {DropReason.REPLACED, DropReason.GOAL_CLOSED}

# What a step of these kinds is linked to, which starts and closes it.
LINKS: dict[StepKind, str] = {
    StepKind.REFERRAL: "referral",
    StepKind.COURSE: "enrolment",
    StepKind.PLACEMENT: "placement",
    StepKind.MENTOR: "mentoring",
}
# Also by hand: whoever helps him may be nobody whom a UPT keeps as a mentor.
ALSO_BY_HAND = frozenset({StepKind.MENTOR})


def missing_to_close_goal(
    state: str, target: GoalState, *, in_force: bool, reason: str | None, running: Iterable[UUID]
) -> list[Missing]:
    """What stands between an open goal and its end.

    `running` are its steps whose referral, enrolment or placement goes on: each is ended first, one by one.
    """
    missing = _out_of_force(in_force)
    if target not in GOAL_MOVES[GoalState(state)]:
        missing.append(Missing("wrong_state", f"The goal is {state} already."))
    missing += _reason(target == GoalState.DROPPED, reason)
    return missing + [
        Missing("step_running", f"Step {step} goes on; end what it is linked to first.", kind="step", id=str(step))
        for step in running
    ]


def missing_to_start_step(kind: str, state: str, link_kind: str | None, *, in_force: bool) -> list[Missing]:
    """What stands between an open step and its start, by hand (`link_kind` None) or by what it is linked to."""
    missing = _out_of_force(in_force)
    if state != StepState.OPEN:
        missing.append(Missing("wrong_state", f"The step is {state} already."))
    needed = LINKS.get(StepKind(kind))
    if needed and link_kind is None and kind not in ALSO_BY_HAND:
        missing.append(Missing("starts_with_link", f"A step of kind {kind} starts with its {needed}."))
    elif needed and link_kind and link_kind != needed:
        missing.append(Missing("wrong_link", f"A step of kind {kind} is linked to a {needed}, not to a {link_kind}."))
    return missing


def missing_to_close_step(
    kind: str, state: str, target: StepState, *, in_force: bool, is_linked: bool, reason: str | None
) -> list[Missing]:
    """What stands between a step and its end by hand.

    A linked step closes with its link. One of a kind that needs a link and has none may be dropped, never done.
    """
    missing = _out_of_force(in_force)
    if target not in STEP_MOVES[StepState(state)]:
        missing.append(Missing("wrong_state", f"The step is {state} already."))
    if is_linked or (StepKind(kind) in LINKS and kind not in ALSO_BY_HAND and target == StepState.DONE):
        missing.append(Missing("closes_with_link", "This step closes when what it is linked to ends."))
    return missing + _reason(target == StepState.DROPPED, reason)


def continued(former: Sequence[Hashable], new: Sequence[Hashable]) -> dict[int, int]:
    """Which former step each new one goes on with: place among `new` to place among `former`, by equal words.

    Of several with the same words each goes on once, in order.
    """
    left = list(enumerate(former))
    found = {}
    for place, words in enumerate(new):
        match = next((entry for entry in left if entry[1] == words), None)
        if match:
            left.remove(match)
            found[place] = match[0]
    return found


def _out_of_force(in_force: bool) -> list[Missing]:
    if in_force:
        return []
    return [Missing("plan_not_approved", "Only goals and steps of the approved version are worked on.")]


def _reason(is_dropped: bool, reason: str | None) -> list[Missing]:
    if is_dropped and reason not in ASKED_REASONS:
        return [Missing("reason_missing", f"Give a reason: {', '.join(sorted(ASKED_REASONS))}.", "reason")]
    if reason and not is_dropped:
        return [Missing("reason_unasked", "A reason is given only for what is dropped.", "reason")]
    return []
