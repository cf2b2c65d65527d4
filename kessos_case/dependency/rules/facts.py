"""What is known of a person beside the ledger, as bits: each fact is known true, known false or unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Fact(StrEnum):
    """A fact that a line of the scorecard may ask for. The place in this order is its bit in what is stored: add at the end."""

    WORKED_12 = "worked_12"
    COURSE_COMPLETED = "course_completed"
    COURSE_LAST_12 = "course_last_12"
    SELF_EFFICACY_LOW = "self_efficacy_low"
    SKILLS_LOW = "skills_low"
    ACTIVE_WORK = "active_work"

    @property
    def bit(self) -> int:
        """The number with this fact's bit alone."""
        return 1 << _PLACES[self]


_PLACES: dict[Fact, int] = {fact: place for place, fact in enumerate(Fact)}


@dataclass(frozen=True)
class KnownFacts:
    """Two numbers of one bit a fact: is it known, and is it true. Raises ValueError when what is unknown is called true."""

    known: int = 0
    true: int = 0

    def __post_init__(self) -> None:
        if self.true & ~self.known:
            raise ValueError("a fact is called true that is not known")

    @classmethod
    def of(cls, facts: Mapping[Fact, bool | None]) -> "KnownFacts":
        """The facts as bits; one that is absent or None is unknown."""
        return cls(
            known=sum(fact.bit for fact, is_true in facts.items() if is_true is not None),
            true=sum(fact.bit for fact, is_true in facts.items() if is_true),
        )

    def get(self, fact: Fact) -> bool | None:
        """Is it so? None where nobody knows."""
        return bool(self.true & fact.bit) if self.known & fact.bit else None
