"""Why a review was deferred or withdrawn, or signed without the person's agreement: codes, for rows keep no words."""

from enum import StrEnum


class StepReason(StrEnum):
    """The reason of a step. IN_WORDS: it was said in words, which are sealed beside the code."""

    LATE_FACTS = "late_facts"
    EVIDENCE_DOUBTED = "evidence_doubted"
    NOT_READY = "not_ready"
    OWN_WISH = "own_wish"
    ILLNESS = "illness"
    HOUSEHOLD_CHANGED = "household_changed"
    CASE_CLOSED = "case_closed"
    DECEASED = "deceased"
    MISTAKE = "mistake"
    IN_WORDS = "in_words"


def reason_and_words(said: str | None) -> tuple[StepReason | None, str | None]:
    """A code as such, anything else as words under the code IN_WORDS; nothing for nothing."""
    if said is None or not said.strip():
        return None, None
    return (StepReason(said), None) if said in frozenset(StepReason) else (StepReason.IN_WORDS, said)
