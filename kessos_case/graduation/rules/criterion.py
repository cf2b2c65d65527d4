"""A criterion as found: what is shown of it, the rows behind it, and what is missing with the shortest way to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kessos_case.graduation.rules.facts import CriterionCode

# A kind of row and its id.
Evidence = tuple[str, str]


@dataclass(frozen=True)
class Missing:
    """One thing that stands in the way, and the shortest way to it. `is_unknown`: a fact is lacking, none speaks against."""

    code: str
    detail: str
    way: str
    is_unknown: bool = False


@dataclass(frozen=True)
class Criterion:
    """One criterion as found: the numbers that a person can read, what is asked, the rows behind it, and what is missing.

    Notes are codes of what a reader should see beside it: `statements_contradict`, `working_still_aided`,
    `does_not_agree`, `does_not_apply`.
    """

    code: CriterionCode
    value: dict[str, Any]
    needed: dict[str, Any]
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[Missing, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool:
        """Is nothing missing?"""
        return not self.missing

    @property
    def is_unknown(self) -> bool:
        """Is it unmet only because facts are lacking?"""
        return bool(self.missing) and all(entry.is_unknown for entry in self.missing)


def unknown(code: str, detail: str, way: str) -> Missing:
    """A fact that is lacking."""
    return Missing(code, detail, way, is_unknown=True)


def evidence_of(kind: str, ids: Iterable[object]) -> tuple[Evidence, ...]:
    """Each row once, in a stable order."""
    # Most kinds have one row or none.
    found = set(map(str, ids))
    return tuple([(kind, number) for number in (sorted(found) if len(found) > 1 else found)])
