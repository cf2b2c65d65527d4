"""What a review must say: an opinion with its reason first, then a step, or a reason with a day. Values in, values out."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from kessos_case.dependency.rules.words import Decision, DismissReason

_CODES = frozenset(reason.value for reason in DismissReason)


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong: in which field, a stable code, a sentence."""

    field: str
    code: str
    detail: str

    def as_error(self) -> dict[str, Any]:
        """The form of core.errors."""
        return vars(self)


@dataclass(frozen=True)
class Review:
    """What a request says. `reason` goes with its opinion; without one it goes with the decision."""

    opinion: str | None = None
    reason: str | None = None
    decision: Decision | None = None
    has_step: bool = False
    dismiss_reason: str | None = None
    until: date | None = None

    @property
    def dismissed_because(self) -> DismissReason:
        """The coded reason of a dismissal: the one named, else `reason` where it is a code, else `other`."""
        code = self.dismiss_reason or (self.reason if self.reason in _CODES else DismissReason.OTHER)
        return DismissReason(code)

    @property
    def words_of_decision(self) -> str | None:
        """What was said in words with a decision that comes after its opinion."""
        return None if self.opinion is not None or self.reason in _CODES else self.reason


def mistakes_in_review(asked: Review, *, has_opinion: bool, today: date, most: date) -> list[Mistake]:
    """What is wrong with a review of an open flag. `has_opinion`: one was recorded before; `most`: no later dismissal."""
    mistakes = []
    if asked.opinion is None and not has_opinion:
        mistakes.append(Mistake("opinion", "missing", "Say what you think before the number is shown."))
    if asked.opinion is not None and not asked.reason:
        mistakes.append(Mistake("reason", "missing", "Say why you think so."))
    if asked.opinion is None and has_opinion and asked.decision is None:
        mistakes.append(Mistake("decision", "missing", "The opinion is recorded; say what follows from it."))
    return mistakes + _mistakes_in_decision(asked, today, most)


def _mistakes_in_decision(asked: Review, today: date, most: date) -> list[Mistake]:
    wanted = {
        Decision.ACTION: {"step"},
        Decision.DISMISS: {"until"},
        None: set[str](),
    }[asked.decision]
    allowed = wanted | ({"dismiss_reason"} if asked.decision == Decision.DISMISS else set())
    given = {"step": asked.has_step, "until": asked.until is not None, "dismiss_reason": bool(asked.dismiss_reason)}
    mistakes = [Mistake(field, "missing", f"Needed to {asked.decision}.") for field in wanted if not given[field]]
    mistakes += [
        Mistake(field, "unwanted", "Does not go with this decision.")
        for field, is_given in given.items()
        if is_given and field not in allowed
    ]
    if asked.until is not None and not today < asked.until <= most:
        mistakes.append(Mistake("until", "impossible_day", f"Must lie after today and not beyond {most}."))
    return mistakes
