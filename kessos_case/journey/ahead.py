"""What comes next in a case, as the machine says: the move that leads on, and each thing that it needs, there or missing.

Values in, values out: nothing here reads a database or speaks a language.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kessos_case.cases.rules import (
    NEEDS,
    OPEN_STAGES,
    TRANSITIONS,
    Ask,
    CaseFacts,
    Missing,
    Pathways,
    Stage,
    Transition,
    Verb,
)

# The verbs that lead a case on; all others turn it aside.
ONWARD = frozenset(verb for verb in Verb if verb.startswith("start_")) | {Verb.GRADUATE, Verb.REVIEW_CARE}

# These say nothing while the one before them is missing: of no plan nobody knows whether it is whole.
_AFTER = {"assessed_lately": "assessed", "whole_plan": "approved_plan", "another_approver": "approved_plan"}


@dataclass(frozen=True)
class Check:
    """One need of a move, and what it misses; nothing when it is met."""

    need: str
    missing: tuple[Missing, ...]

    @property
    def entries(self) -> list[dict[str, str]]:
        """What is missing, as a guard answers it."""
        return [entry.as_error() for entry in self.missing]


@dataclass(frozen=True)
class Ahead:
    """The move that leads on from here. `is_own` says whether it is the reader's to make."""

    line: Transition
    checks: tuple[Check, ...]
    is_own: bool

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Everything that is missing, in the order of the checks."""
        return tuple(entry for check in self.checks for entry in check.missing)

    @property
    def is_ready(self) -> bool:
        """Can it be made now, with what the form asks for?"""
        return not blocking(self.missing)


def ahead(facts: CaseFacts, pathways: Pathways) -> Ahead | None:
    """The move that leads on, whoever makes it; None when the case has ended."""
    for line in TRANSITIONS:
        if line.verb in ONWARD and facts.stage in line.sources and facts.pathway in line.pathways:
            return Ahead(line, _checks(line, facts, pathways), bool(line.who & facts.actor_roles))
    return None


def blocking(missing: Iterable[Missing]) -> list[dict[str, str]]:
    """Of what a verb misses, that which no field of its form can supply, as a guard answers it."""
    return [entry.as_error() for entry in missing if not entry.field]


def verbs_aside(facts: CaseFacts) -> list[Verb]:
    """The other verbs that are the reader's, in the order of the machine; of pause and resume the one that fits."""
    hidden = Verb.PAUSE if facts.is_paused else Verb.RESUME
    return [
        line.verb
        for line in TRANSITIONS
        if line.verb not in ONWARD | {Verb.OPEN, hidden}
        and facts.stage in line.sources
        and facts.pathway in line.pathways
        and line.who & facts.actor_roles
    ]


def stages_of(facts: CaseFacts, pathways: Pathways) -> list[tuple[Stage, str]]:
    """The stages of the pathway as (stage, `done` | `now` | `later`); of an ended case with its end as the last."""
    assert facts.pathway is not None
    assert facts.stage is not None
    stages = pathways.policies[facts.pathway].stages
    standing = facts.stage if facts.stage in OPEN_STAGES else facts.previous_stage
    place = stages.index(standing) if standing in stages else len(stages) - 1
    has_ended = facts.stage not in OPEN_STAGES
    states = ["done" if at < place + has_ended else "now" if at == place else "later" for at in range(len(stages))]
    line = list(zip(stages, states, strict=True))
    return [*line[: place + 1], (facts.stage, "now")] if has_ended else line


def _checks(line: Transition, facts: CaseFacts, pathways: Pathways) -> tuple[Check, ...]:
    found = {need: tuple(NEEDS[need](facts, Ask(), pathways)) for need in line.needs}
    checks = [
        Check(need, missing) for need, missing in found.items() if missing or not found.get(_AFTER.get(need, ""), ())
    ]
    if facts.is_paused and not line.while_paused:
        checks.insert(0, Check("running", (Missing("paused", "The case is paused; resume it first."),)))
    return tuple(checks)
